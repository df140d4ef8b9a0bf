"""Recovery sheets: two of three open the vault, every slip is named, nothing else opens it."""

from __future__ import annotations

import logging
import random

import pytest

from shelter_app.vault.errors import (
    KeyNotHeld,
    NameRefused,
    NewerVersion,
    NotYours,
    PasswordRefused,
    RecoveryRefused,
)
from shelter_app.vault.header import encode_header, read_header
from shelter_app.vault.new_keys import bring_into_force, plan_removal
from shelter_app.vault.recovery import (
    SHEET_WORDS,
    complete_word,
    join_sheets,
    new_secret,
    read_sheet,
    split_secret,
    word_list,
)
from shelter_app.vault.rights import Compartment, Right, Role
from shelter_app.vault.vault import check_sheets, recover, renew_sheets, unlock, unlock_with_sheets

PASSWORD = "copper heron battery mango"
PLACE = {"case": "c", "entry": "e", "revision": "r"}


def remove_slot(folder, by, slot_id):
    """What removing does to the header where the file of the store has to wait."""
    bring_into_force(folder, by, plan_removal(by, slot_id, store_later=True))


@pytest.mark.parametrize("used", [(0, 1), (1, 2), (2, 0), (0, 1, 2)])
def test_any_two_sheets_make_an_administrator_with_every_key(made, used):
    box = made.keyring.seal(Compartment.HEALTH, b"x", **PLACE)
    sheets = [" ".join(made.recovery[index]) for index in used]
    ring = recover(made.folder, unlock_with_sheets(made.folder, sheets), new_user="NEW", password="p")
    assert ring.may(Right.MANAGE_USERS)
    assert ring.open(Compartment.HEALTH, box, **PLACE) == b"x"
    again = unlock(made.folder.path, "NEW", "p")
    assert all(again.holds(compartment) for compartment in Compartment)
    assert again.store_key() == made.keyring.store_key()
    assert unlock(made.folder.path, "AB", PASSWORD).name == "AB"


def test_one_sheet_alone_opens_nothing(made):
    with pytest.raises(RecoveryRefused, match="2 sheets"):
        recover(made.folder, unlock_with_sheets(made.folder, made.recovery[:1]), new_user="NEW", password="p")
    with pytest.raises(RecoveryRefused):
        recover(made.folder, unlock_with_sheets(made.folder, []), new_user="NEW", password="p")
    with pytest.raises(RecoveryRefused, match="twice"):
        recover(
            made.folder, unlock_with_sheets(made.folder, [made.recovery[0]] * 2), new_user="NEW", password="p"
        )
    assert len(read_header(made.folder).header.users) == 1


def test_words_are_read_as_people_type_them(made):
    words = made.recovery[0]
    variants = [
        " ".join(words).upper(),
        "\n".join(f"{number}. {word}" for number, word in enumerate(words, start=1)),
        " ".join(f"{number} {word}" for number, word in enumerate(words, start=1)),
        ", ".join(word[:4] for word in words),
        "、".join(words),
        "　".join("".join(chr(ord(letter) + 0xFEE0) for letter in word) for word in words),
        list(words),
    ]
    for typed in variants:
        assert read_sheet(typed) == words


def test_every_word_of_the_list_is_found_by_four_letters_and_nothing_else():
    assert len(word_list()) == 1024
    for word in word_list():
        assert complete_word(word[:4]) == word
        assert complete_word(f" {word.title()} ") == word
    for typed in ("", "aca", "acadx", "academicx", "victim?", "护照"):
        assert complete_word(typed) is None


@pytest.mark.parametrize("position", range(1, SHEET_WORDS + 1))
def test_a_misspelt_word_is_named_by_its_position(made, position):
    words = list(made.recovery[1])
    words[position - 1] = "zzz" + words[position - 1]
    with pytest.raises(RecoveryRefused) as caught:
        check_sheets(made.folder, [made.recovery[0], words])
    assert (caught.value.sheet, caught.value.position) == (2, position)
    assert caught.value.word == words[position - 1]
    assert f"word {position} " in caught.value.render("en")
    assert "zzz" not in caught.value.render("en")


@pytest.mark.parametrize("position", range(1, SHEET_WORDS + 1))
def test_a_wrong_word_of_the_list_is_named_by_its_position(made, position):
    words = list(made.recovery[0])
    right = words[position - 1]
    words[position - 1] = random.Random(position).choice([word for word in word_list() if word != right])
    with pytest.raises(RecoveryRefused) as caught:
        check_sheets(made.folder, [words, made.recovery[1]])
    assert (caught.value.sheet, caught.value.position) == (1, position)
    # The sentence itself may hold a word of the list.
    assert right not in map(str, caught.value.values.values())


def test_exchanged_words_missing_words_and_many_wrong_words_are_said(made):
    words = list(made.recovery[0])
    place = next(place for place in range(4, 19) if words[place] != words[place + 1])
    swapped = words.copy()
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    with pytest.raises(RecoveryRefused, match="exchanged") as caught:
        read_sheet(swapped)
    assert caught.value.position == place + 1
    with pytest.raises(RecoveryRefused, match="19 words"):
        read_sheet(words[1:])
    with pytest.raises(RecoveryRefused, match="Compare all"):
        read_sheet(list(reversed(words)))


def test_sheets_of_two_sets_and_of_another_vault_are_refused(made, make_vault):
    other = make_vault("other")
    with pytest.raises(RecoveryRefused, match="belong together"):
        check_sheets(made.folder, [made.recovery[0], other.recovery[1]])
    assert check_sheets(made.folder, made.recovery[:2])
    assert not check_sheets(made.folder, other.recovery[:2])
    with pytest.raises(RecoveryRefused, match="another vault"):
        recover(
            made.folder, unlock_with_sheets(made.folder, other.recovery[:2]), new_user="NEW", password="p"
        )


def test_mixed_sheets_with_the_same_number_are_refused():
    """The identifier has 15 bits: two sets can share it, and then only the digest inside tells them apart."""
    from shamir_mnemonic import shamir

    sets = []
    for secret in (bytes(16), bytes(range(16))):
        hidden = shamir.EncryptedMasterSecret.from_master_secret(secret, b"", 7, True, 1)
        sets.append([share.words() for share in shamir.split_ems(1, [(2, 3)], hidden)[0]])
    assert join_sheets(sets[0][:2]) == bytes(16)
    with pytest.raises(RecoveryRefused, match="belong together"):
        join_sheets([sets[0][0], sets[1][1]])


def test_the_drill_changes_nothing(made):
    before = {path: path.read_bytes() for path in made.folder.path.iterdir() if path.is_file()}
    assert check_sheets(made.folder, made.recovery[1:])
    assert {path: path.read_bytes() for path in made.folder.path.iterdir() if path.is_file()} == before


def test_new_sheets_replace_the_old_ones(made):
    new = renew_sheets(made.folder, made.keyring, threshold=3, shares=5)
    assert len(new) == 5
    assert read_header(made.folder).header.recovery.split == (3, 5)
    assert not check_sheets(made.folder, made.recovery[:2])
    assert check_sheets(made.folder, new[1:4])
    with pytest.raises(RecoveryRefused, match="3 sheets"):
        check_sheets(made.folder, new[:2])
    assert recover(made.folder, unlock_with_sheets(made.folder, new[2:]), new_user="NEW", password="p").holds(
        Compartment.PEOPLE
    )


def test_only_who_holds_every_key_makes_new_sheets(made, join):
    with pytest.raises(NotYours):
        renew_sheets(made.folder, join(Role.HEALTH_WORKER))
    with pytest.raises(KeyNotHeld):
        renew_sheets(made.folder, join(Role.ADMINISTRATOR))
    assert check_sheets(made.folder, made.recovery[:2])


@pytest.mark.parametrize("split", [(1, 3), (0, 2), (4, 3), (2, 17), (1, 1)])
def test_splits_that_help_nobody_are_refused(split):
    with pytest.raises(RecoveryRefused):
        split_secret(new_secret(), *split)


def test_recovery_checks_name_and_password_like_any_new_user(made, cheap, make_vault):
    with pytest.raises(NameRefused):
        recover(made.folder, unlock_with_sheets(made.folder, made.recovery[:2]), new_user="ab", password="p")
    with pytest.raises(PasswordRefused):
        recover(made.folder, unlock_with_sheets(made.folder, made.recovery[:2]), new_user="NEW", password="")
    assert len(read_header(made.folder).header.users) == 1


def test_recovery_works_when_every_user_is_locked_out(made, join):
    """The creator forgot the password, the second administrator has left."""
    second = join(Role.ADMINISTRATOR)
    remove_slot(made.folder, made.keyring, second.user_id)
    made.folder.header.write_bytes(b"damaged too")
    ring = recover(
        made.folder, unlock_with_sheets(made.folder, made.recovery[:2]), new_user="NEW", password="p"
    )
    assert not read_header(made.folder).needs_mending
    assert ring.holds(Compartment.HEALTH)


def test_no_word_of_a_sheet_reaches_a_log_or_an_exception(made, caplog):
    caplog.set_level(logging.DEBUG)
    words = list(made.recovery[0])
    words[7], words[11], words[15], words[17] = words[11], words[7], words[17], words[15]
    with pytest.raises(RecoveryRefused) as caught:
        join_sheets([words, made.recovery[1]])
    shown = caught.value.render("en") + repr(caught.value) + caplog.text
    assert not {word for word in words if len(word) > 6} & set(shown.split())
    assert caught.value.__cause__ is None


def test_a_newer_vault_is_not_touched_by_recovery(made):
    import dataclasses

    newer = dataclasses.replace(made.keyring.header, format=2)
    data = encode_header(newer, made.keyring.header_mac_key())
    made.folder.header.write_bytes(data)
    made.folder.header_copy.write_bytes(data)
    with pytest.raises(NewerVersion):
        recover(made.folder, unlock_with_sheets(made.folder, made.recovery[:2]), new_user="NEW", password="p")
    assert made.folder.header.read_bytes() == data


def test_a_sheet_passes_exactly_when_the_standard_says_so(made):
    """Our linear form of the checksum against the library's own, on sound and changed sheets."""
    from shamir_mnemonic import MnemonicError
    from shamir_mnemonic.share import Share

    chance = random.Random(8)
    answers = set()
    for _ in range(300):
        words = list(chance.choice(made.recovery))
        for _ in range(chance.randrange(3)):
            words[chance.randrange(4, SHEET_WORDS)] = chance.choice(word_list())
        try:
            Share.from_mnemonic(" ".join(words))
            expected = True
        except MnemonicError:
            expected = False
        try:
            found = read_sheet(words) == tuple(words)
        except RecoveryRefused:
            found = False
        assert found == expected
        answers.add(found)
    assert answers == {True, False}


def test_words_that_fit_and_say_nonsense_are_refused():
    """A sound checksum over a group threshold above the group count: no program prints that."""
    from shamir_mnemonic import rs1024

    indices = [0, 1 << 4, 0b0000_0010_00, 0b00_0000_0001, *([0] * 13)]
    indices += rs1024.create_checksum(indices, b"shamir_extendable")
    sheet = [word_list()[index] for index in indices]
    assert read_sheet(sheet) == tuple(sheet)
    with pytest.raises(RecoveryRefused):
        join_sheets([sheet])
