"""Locked out: forgotten passwords, lost administrators, sheets with every kind of slip. Who may come in does, nobody else.

No mistake gives another secret, and each is told for what it is, with its place and without the right word.
"""

import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest

from shelter_app.casework import cases, heads, recovery, users, vaults
from shelter_app.casework.lists import case_list_of
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import RecoveryRefused, WrongPassword
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.recovery import SHEET_COLUMNS, SHEET_WORDS, complete_word, word_list
from shelter_app.vault.rights import Compartment, Right, Role
from tests.faults.program import CHEAP, PASSWORD, USER

NAME = "陈秀云 Trần Thị Hằng"
OTHER = "ÉMILIE"
ACCENTED = "sept hérons très calmes traversent"


@dataclass(frozen=True)
class Locked:
    """A vault, its sheets, the sheets that they replaced, and those of a stranger."""

    folder: Path
    sheets: tuple[tuple[str, ...], ...]
    replaced: tuple[tuple[str, ...], ...]
    foreign: tuple[tuple[str, ...], ...]
    replaced_on: str
    scratch: Path

    def copy(self):
        shutil.rmtree(self.scratch, ignore_errors=True)
        return Path(shutil.copytree(self.folder, self.scratch))


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    root = tmp_path_factory.mktemp("drills")
    made = vaults.create_vault(
        root / "now", post="KM", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True
    )
    session = made.session
    cases.new_case(session, person={"name_native": NAME})
    users.new_user(
        session, name=OTHER, role=Role.ADMINISTRATOR, password=ACCENTED, grants=list(Compartment), must_change=False
    )  # fmt: skip
    sheets = recovery.renew_sheets(session)
    day = session.keyring.header.former[-1].until[:10]
    vaults.sign_out(session)
    stranger = vaults.create_vault(
        root / "other", post="KM", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True
    )
    stranger.session.close()
    return Locked(root / "now", sheets, made.recovery, stranger.recovery, day, root / "scratch")


def two(rng, sheets):
    return [list(words) for words in rng.sample(sheets, 2)]


def refusal(locked, typed):
    """The sentence with which sheets are refused, at the drill and at a real recovery alike."""
    folder, said = VaultFolder(locked.folder), []
    sheets = [" ".join(words) for words in typed]
    for attempt in (
        lambda: keys.try_sheets(folder, sheets),
        lambda: keys.recover(
            folder,
            keys.unlock_with_sheets(folder, sheets),
            new_user="NEW",
            password="six quiet geese over water",
        ),
    ):
        with pytest.raises(RecoveryRefused) as refused:
            attempt()
        said.append(refused.value.render("en"))
    assert said[0] == said[1]
    return said[0]


def misspelt(locked, rng):
    typed, which, place = two(rng, locked.sheets), rng.randrange(2), rng.randrange(SHEET_WORDS)
    word = typed[which][place]
    slip = rng.choice([word + "x", "q" + word, word[:3], word[:2] + "qq" + word[4:]])
    if complete_word(slip) is not None:
        slip = "xx" + word
    typed[which][place] = slip
    said = refusal(locked, typed)
    assert said == f"Sheet {which + 1}: word {place + 1} is not a recovery word. Check its spelling."


def wrong_word(locked, rng):
    typed, which, place = two(rng, locked.sheets), rng.randrange(2), rng.randrange(SHEET_WORDS)
    right = typed[which][place]
    typed[which][place] = rng.choice([word for word in word_list() if word != right])
    said = refusal(locked, typed)
    assert said.startswith(f"Sheet {which + 1}: word")
    assert f" {place + 1} " in said
    assert right not in said.split()


def exchanged(locked, rng):
    typed, which = two(rng, locked.sheets), rng.randrange(2)
    pairs = [(a, b) for a in range(SHEET_WORDS) for b in range(a) if typed[which][a] != typed[which][b]]
    one, other = sorted(rng.choice(pairs))
    words = typed[which]
    words[one], words[other] = words[other], words[one]
    assert (
        refusal(locked, typed) == f"Sheet {which + 1}: words {one + 1} and {other + 1} seem to be exchanged."
    )


def missing(locked, rng):
    typed, which, place = two(rng, locked.sheets), rng.randrange(2), rng.randrange(SHEET_WORDS)
    gone = typed[which].pop(place)
    said = refusal(locked, typed)
    assert said.startswith(f"Sheet {which + 1} has 19 words and should have 20.")
    assert gone not in said.split()
    assert "missing at place" in said


def one_too_many(locked, rng):
    typed, which, place = two(rng, locked.sheets), rng.randrange(2), rng.randrange(SHEET_WORDS + 1)
    typed[which].insert(place, rng.choice(word_list()))
    assert "one too many" in refusal(locked, typed)


def across(locked, rng):
    typed, which = two(rng, locked.sheets), rng.randrange(2)
    deep = -(-SHEET_WORDS // SHEET_COLUMNS)
    order = [place for row in range(deep) for place in range(row, SHEET_WORDS, deep)]
    typed[which] = [typed[which][place] for place in order]
    assert f"Sheet {which + 1}: the words seem to have been typed across" in refusal(locked, typed)


def twice(locked, rng):
    sheet = rng.choice(locked.sheets)
    assert "same sheet was entered twice" in refusal(locked, [sheet, sheet])


def too_few(locked, rng):
    assert refusal(locked, [rng.choice(locked.sheets)]) == "2 sheets are needed, and 1 were entered."


def of_another_vault(locked, rng):
    assert "belong to another vault" in refusal(locked, two(rng, locked.foreign))


def mixed(locked, rng):
    typed = [rng.choice(locked.sheets), rng.choice(locked.foreign)]
    rng.shuffle(typed)
    assert "do not belong together" in refusal(locked, typed)


def replaced(locked, rng):
    said = refusal(locked, two(rng, locked.replaced))
    assert said.startswith(f"These recovery sheets were replaced by new ones on {locked.replaced_on}.")


def one_replaced(locked, rng):
    typed = [rng.choice(locked.replaced), rng.choice(locked.sheets)]
    rng.shuffle(typed)
    number = typed.index(next(words for words in typed if words in locked.replaced)) + 1
    assert refusal(locked, typed).startswith(
        f"Sheet {number} was replaced by a new one on {locked.replaced_on}"
    )


def as_people_type(rng, words):
    return rng.choice(
        [
            " ".join(words).upper(),
            "\n".join(f"{number}. {word}" for number, word in enumerate(words, 1)),
            ", ".join(word[:4] for word in words),
            "　".join("".join(chr(ord(letter) + 0xFEE0) for letter in word) for word in words),
            "、".join(word.title() for word in words) + "。",
        ]
    ).removesuffix("。")


def everybody_gone(locked, rng):
    """All administrators are gone or have forgotten: two sheets make a new one, who reads the names."""
    folder = locked.copy()
    sheets = [as_people_type(rng, words) for words in two(rng, locked.sheets)]
    session = recovery.recover_vault(folder, sheets, new_user="NEW", password="six quiet geese over water")
    assert all(session.keyring.holds(compartment) for compartment in Compartment)
    assert session.may(Right.MANAGE_USERS)
    (row,) = case_list_of(session).page()
    assert NAME in cases.open_case(session, row.case_id).name
    assert session.journal.read(actions=["vault.recovered"], limit=1)
    fresh = recovery.renew_sheets(session)
    vaults.sign_out(session)
    with pytest.raises(RecoveryRefused, match="were replaced"):
        keys.try_sheets(VaultFolder(folder), sheets)
    keys.try_sheets(VaultFolder(folder), [" ".join(words) for words in fresh[1:]])


def forgotten(locked, rng):
    """Another administrator gives a one-time passphrase; the forgotten password opens nothing from then on."""
    folder = locked.copy()
    session = vaults.open_vault(folder, OTHER, ACCENTED)
    lost = next(slot.id for slot in session.keyring.header.users if slot.name == USER)
    once = users.reset_password(session, lost).passphrase
    vaults.sign_out(session)
    with pytest.raises(WrongPassword):
        keys.unlock(folder, USER, PASSWORD)
    back = vaults.open_vault(folder, USER, once)
    # What was sealed to the former key, a note of the last session among it, is no sign of tampering.
    assert heads.earlier_than_seen(back) == []
    users.change_own_password(back, once, "nine loud geese return home")
    (row,) = case_list_of(back).page()
    assert NAME in cases.open_case(back, row.case_id).name
    vaults.sign_out(back)


def other_keyboard(locked, rng):
    """The same password as another system writes its letters opens; a nearly right one does not."""
    way = rng.choice(["NFC", "NFD"])
    keys.unlock(
        locked.folder, rng.choice([OTHER, OTHER.lower()]), unicodedata.normalize(way, ACCENTED)
    ).close()
    wrong = rng.choice(
        [ACCENTED + " ", ACCENTED.upper(), ACCENTED.replace("é", "e"), ACCENTED[:-1], " " + ACCENTED]
    )
    with pytest.raises(WrongPassword):
        keys.unlock(locked.folder, OTHER, wrong)


DRILLS = [
    misspelt, wrong_word, exchanged, missing, one_too_many, across, twice, too_few, of_another_vault, mixed,
    replaced, one_replaced, everybody_gone, forgotten, other_keyboard,
]  # fmt: skip


@pytest.mark.shares(60, 400)
def test_every_lock_out_ends_as_it_should(locked, share, tally):
    tally.study = "Lock-out and recovery drills"
    rng = share.rng("drills")
    before = {path.name: path.read_bytes() for path in locked.folder.iterdir() if path.is_file()}
    for number in range(share.count):
        drill = DRILLS[number % len(DRILLS)]
        tally.count(drill.__name__.replace("_", " "))
        try:
            drill(locked, rng)
        except AssertionError as error:
            tally.bad("ended otherwise", f"{drill.__name__} {share.seed}/{number}: {error}"[:300])
    assert {path.name: path.read_bytes() for path in locked.folder.iterdir() if path.is_file()} == before
    tally.expect_none("ended otherwise")


def test_a_drill_that_ends_otherwise_is_seen(locked):
    """The control: sheets that fit are no refusal."""
    with pytest.raises(pytest.fail.Exception):
        refusal(locked, locked.sheets[:2])


@pytest.mark.parametrize("place", range(SHEET_WORDS))
def test_one_slip_at_each_place_is_named(locked, place):
    for which in range(2):
        typed = [list(words) for words in locked.sheets[:2]]
        typed[which][place] = "zz" + typed[which][place]
        assert f"Sheet {which + 1}: word {place + 1} is not" in refusal(locked, typed)
