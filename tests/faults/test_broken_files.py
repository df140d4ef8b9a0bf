"""Files that were shortened, mixed up, put back or lost: each is named, or mended where it can be."""

import shutil

import pytest
import sqlcipher3

from shelter_app.casework import cases, entries, people, vaults
from shelter_app.storage.database import Database
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import DataDamaged, HeaderDamaged, NotAVault, WrongPassword
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import read_header
from tests.faults.program import NAME, PASSWORD, USER
from tests.faults.samples import PAGE, make_samples, store_file, verdict

CASES, CASES_BEFORE = 12, 8


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    return make_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture
def vault(samples, quick):
    return samples.copy(samples.now, quick / "vault")


def try_damage(samples, quick, tally, ways):
    """Lay each damaged store into a copy of the vault and count what signing in and the check say."""
    for place, data in ways:
        vault = samples.copy(samples.now, quick / "vault")
        store_file(vault).write_bytes(data)
        said = verdict(vault)
        tally.count("tried")
        if said.refused == "WrongPassword":
            tally.bad("called a wrong password", place)
        if not said.detected:
            tally.bad("unnoticed", place)
        tally.count("refused at opening" if said.refused else "named by the check", int(said.detected))


@pytest.mark.parametrize("off", [0, PAGE // 2], ids=["whole pages", "half pages"])
@pytest.mark.shares(25, 400)
def test_a_shortened_store_is_noticed_wherever_it_ends(samples, off, share, quick, tally):
    tally.study = "Store shortened, " + ("at a page" if not off else "inside a page")
    sound = store_file(samples.now).read_bytes()
    pages = len(sound) // PAGE
    rng = share.rng("cut")
    wanted = sorted({pages - 1, *(rng.randrange(pages) for _ in range(share.count))})
    try_damage(samples, quick, tally, ((f"page {n}", sound[: n * PAGE + off]) for n in wanted))
    tally.expect_none("unnoticed", "called a wrong password")


@pytest.mark.shares(40, 400)
def test_pages_that_changed_places_or_were_emptied_are_noticed(samples, share, quick, tally):
    tally.study = "Pages swapped or emptied, and bytes appended"
    sound = store_file(samples.now).read_bytes()
    pages = len(sound) // PAGE
    rng = share.rng("pages")

    def ways():
        for number in range(share.count):
            one, other = rng.sample(range(pages), 2)
            first, second = (sound[n * PAGE : (n + 1) * PAGE] for n in (one, other))
            changed = bytearray(sound)
            match number % 3:
                case 0:
                    changed[one * PAGE : (one + 1) * PAGE] = second
                    changed[other * PAGE : (other + 1) * PAGE] = first
                    yield f"pages {one} and {other} swapped", bytes(changed)
                case 1:
                    changed[one * PAGE : (one + 1) * PAGE] = bytes(PAGE)
                    yield f"page {one} emptied", bytes(changed)
                case 2:
                    changed[one * PAGE : (one + 1) * PAGE] = second
                    yield f"page {other} written over page {one}", bytes(changed)

    try_damage(samples, quick, tally, ways())
    tally.expect_none("unnoticed", "called a wrong password")


@pytest.mark.shares(40, 400)
def test_a_page_put_back_from_an_earlier_state_is_noticed(samples, share, quick, tally):
    tally.study = "Page put back from an earlier state"
    sound, earlier = (store_file(each).read_bytes() for each in (samples.now, samples.before))
    # A page that was last written before the earlier state was kept is the same in both.
    other = [n for n in range(len(earlier) // PAGE) if page(sound, n) != page(earlier, n)]
    rng = share.rng("replay")
    wanted = other if share.count >= len(other) else rng.sample(other, share.count)

    for n in wanted:
        vault = samples.copy(samples.now, quick / "vault")
        store_file(vault).write_bytes(sound[: n * PAGE] + page(earlier, n) + sound[(n + 1) * PAGE :])
        changed = contents(store_file(vault), samples.key)
        said = verdict(vault)
        tally.count("tried")
        if said.refused == "WrongPassword":
            tally.bad("called a wrong password", f"page {n}")
        elif not said.detected and changed == contents(store_file(samples.now), samples.key):
            tally.count("nothing but what users had set for themselves")
        elif not said.detected:
            tally.bad("unnoticed", f"page {n}")
    tally.expect_none("unnoticed", "called a wrong password")


def contents(path, key: bytes):
    """Every row of every table but the settings that users make for themselves; None where it cannot be read."""
    try:
        database = Database(path, bytearray(key))
    except DataDamaged:
        return None
    try:
        tables = [row[0] for row in database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {
            name: sorted(map(repr, database.rows(f"SELECT * FROM {name}")))
            for name in tables
            if name != "settings"
        }
    except DataDamaged:
        return None
    finally:
        database.close()


def page(data: bytes, number: int) -> bytes:
    return data[number * PAGE : (number + 1) * PAGE]


def test_a_store_put_back_as_a_whole_is_noticed(samples, vault):
    shutil.copyfile(store_file(samples.before), store_file(vault))
    said = verdict(vault)
    assert said.named
    assert said.found == CASES_BEFORE, "the index follows the store"


def with_pages_of(size: int, source, target, key: bytes) -> None:
    """The same store under the same key, with pages of another size."""
    literal = f"x'{key.hex()}'"
    database = sqlcipher3.connect(source)
    database.set_key(bytearray(literal.encode()))
    database.execute(f'ATTACH ? AS other KEY "{literal}"', (str(target),))
    database.execute(f"PRAGMA other.cipher_page_size = {size}")
    database.execute("SELECT sqlcipher_export('other')")
    for name in ("user_version", "application_id"):
        value = database.execute(f"PRAGMA main.{name}").fetchone()[0]
        database.execute(f"PRAGMA other.{name} = {value}")
    database.close()


@pytest.mark.parametrize("size", [1024, 8192, PAGE])
def test_a_store_with_pages_of_another_size_is_named_and_left_alone(samples, vault, quick, size):
    path = store_file(vault)
    with_pages_of(size, store_file(samples.now), quick / "other.db", samples.key)
    shutil.copyfile(quick / "other.db", path)
    before = path.read_bytes()
    if size == PAGE:
        assert verdict(vault).found == CASES, "the control: brought over with pages as they should be"
        return
    assert verdict(vault).refused == "DataDamaged"
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", ["missing", "empty", "text", "plain", "of another vault", "appended"])
def test_a_store_that_is_none_is_named_and_nothing_is_made_in_its_place(samples, vault, quick, how):
    path = store_file(vault)
    sound = path.read_bytes()
    path.unlink()
    if how == "empty":
        path.touch()
    elif how == "text":
        path.write_text("this was a store\n" * 5000)
    elif how == "plain":
        import sqlite3

        plain = sqlite3.connect(path)
        plain.execute("CREATE TABLE meta (key TEXT, value TEXT)")
        plain.commit()
        plain.close()
    elif how == "of another vault":
        shutil.copyfile(store_file(samples.stranger), path)
    elif how == "appended":
        path.write_bytes(sound + b"more" * 1024)
    before = path.read_bytes() if path.exists() else None
    said = verdict(vault)
    if how == "appended":
        assert said.detected or said.found == CASES
        return
    assert said.refused == "DataDamaged"
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize("how", ["missing", "empty", "text", "plain", "of another vault", "stale", "ahead"])
def test_any_people_index_is_mended(samples, quick, how):
    ahead = how == "ahead"
    vault = samples.copy(samples.before if ahead else samples.now, quick / "vault")
    path = vault / "people.idx"
    path.unlink()
    if how == "empty":
        path.touch()
    elif how == "text":
        path.write_text("this was an index\n" * 5000)
    elif how == "plain":
        import sqlite3

        plain = sqlite3.connect(path)
        plain.execute("CREATE TABLE list (name TEXT)")
        plain.commit()
        plain.close()
    elif how == "of another vault":
        shutil.copyfile(samples.stranger / "people.idx", path)
    elif how == "stale":
        shutil.copyfile(samples.before / "people.idx", path)
    elif ahead:
        shutil.copyfile(samples.now / "people.idx", path)
    said = verdict(vault)
    assert said.refused == ""
    assert said.found == (CASES_BEFORE if ahead else CASES)
    # A new index is encrypted like the one before.
    assert NAME.encode() not in path.read_bytes()
    assert path.read_bytes()[:15] != b"SQLite format 3"


@pytest.mark.parametrize("lost", ["vault.hdr", "vault.hdr.2"])
@pytest.mark.parametrize("how", ["missing", "empty", "shortened", "text"])
def test_one_sound_copy_of_the_header_opens_the_vault_and_mends_the_other(samples, vault, lost, how):
    path = vault / lost
    sound = path.read_bytes()
    path.unlink()
    if how == "empty":
        path.touch()
    elif how == "shortened":
        path.write_bytes(sound[: len(sound) // 2])
    elif how == "text":
        path.write_text("this was a header\n")
    assert verdict(vault).found == CASES
    assert not read_header(VaultFolder(vault)).needs_mending


@pytest.mark.shares(60, 600)
def test_a_header_cut_off_anywhere_is_never_called_a_wrong_password(samples, share, quick, tally):
    tally.study = "Header shortened"
    vault = quick / "vault"
    vault.mkdir()
    sound = (samples.now / "vault.hdr").read_bytes()
    rng = share.rng("header")
    for _ in range(share.count):
        length = rng.randrange(len(sound))
        for name in ("vault.hdr", "vault.hdr.2"):
            (vault / name).write_bytes(sound[:length])
        tally.count("tried")
        with pytest.raises(HeaderDamaged):
            keys.unlock(vault, USER, PASSWORD)
    tally.expect_none("called a wrong password")


@pytest.mark.parametrize("strange", ["vault.hdr", "vault.hdr.2"])
def test_a_header_of_another_vault_beside_our_own_is_named(samples, vault, strange):
    shutil.copyfile(samples.stranger / strange, vault / strange)
    # Both are sound, and nothing tells which of them belongs to the store before a password is tried.
    for password in (PASSWORD, "entirely another password"):
        assert verdict(vault, password).refused == "HeaderDamaged"


def test_both_headers_of_another_vault_or_none_are_named(samples, vault):
    for name in ("vault.hdr", "vault.hdr.2"):
        shutil.copyfile(samples.stranger / name, vault / name)
    assert verdict(vault).refused == "DataDamaged"
    for name in ("vault.hdr", "vault.hdr.2"):
        (vault / name).unlink()
    with pytest.raises(NotAVault):
        keys.unlock(vault, USER, PASSWORD)


def test_both_headers_put_back_from_an_earlier_state_are_noticed_or_serve(samples, vault):
    for name in ("vault.hdr", "vault.hdr.2"):
        shutil.copyfile(samples.before / name, vault / name)
    # The keys are the same: the vault opens with everything in it, and the header follows.
    assert verdict(vault).found == CASES


def test_a_slot_copied_from_another_vault_is_damage(samples, vault):
    with pytest.raises(WrongPassword):
        keys.unlock(vault, USER, "entirely another password")
    ours, theirs = ((each / "vault.hdr").read_bytes().split(b"\n") for each in (vault, samples.stranger))
    assert len(ours) == len(theirs) == 5
    for name in ("vault.hdr", "vault.hdr.2"):
        (vault / name).write_bytes(b"\n".join([ours[0], theirs[1], *ours[2:]]))
    with pytest.raises(HeaderDamaged):
        keys.unlock(vault, USER, PASSWORD)


@pytest.fixture
def opened(vault):
    session = vaults.open_vault(vault, USER, PASSWORD)
    rows = people.find(session, NAME).rows
    for number, row in enumerate(rows[:4]):
        note = cases.open_case(session, row.case_id).of_form("note")[0]
        entries.save_entry(
            session, "note", {"text": f"note {number} corrected"}, case_id=row.case_id, entry_id=note.row.id
        )
    yield session
    session.close()


TAMPERING = {
    "parts swapped between entries": """
        UPDATE parts SET box = CASE revision_id WHEN :one THEN (SELECT box FROM parts WHERE revision_id = :other)
        ELSE (SELECT box FROM parts WHERE revision_id = :one) END WHERE revision_id IN (:one, :other)""",
    "part put back to that of the revision before": """
        UPDATE parts SET box = (SELECT box FROM parts WHERE revision_id = :parent) WHERE revision_id = :one""",
    "entry put back to the revision before": """
        UPDATE entries SET head = :parent WHERE head = :one""",
    "part removed": """
        DELETE FROM parts WHERE revision_id = :one""",
    "newest revision removed": """
        DELETE FROM revisions WHERE id = :one""",
    "newest revision and its part removed and the entry put back": """
        DELETE FROM parts WHERE revision_id = :one; DELETE FROM revisions WHERE id = :one;
        DELETE FROM revision_parents WHERE revision_id = :one;
        UPDATE entries SET head = :parent, revisions = revisions - 1 WHERE head = :one""",
    "coded facts of a revision changed": """
        DROP TRIGGER revisions_stay; UPDATE revisions SET coded = '{"form_field": 1}' WHERE id = :one""",
}


@pytest.mark.parametrize("how", TAMPERING)
def test_whoever_has_the_store_key_and_changes_rows_is_found_out(opened, vault, how):
    one, parent = opened.store.row(
        "SELECT revision_id, parent_id FROM revision_parents ORDER BY revision_id LIMIT 1"
    )
    other = opened.store.value(
        "SELECT head FROM entries WHERE form = 'note' AND head <> ? ORDER BY id LIMIT 1", (one,)
    )
    opened.store.execute("INSERT INTO meta (key, value) VALUES ('erasing', '1')")
    for statement in TAMPERING[how].split(";"):
        if statement.strip():
            opened.store.execute(statement, {"one": one, "other": other, "parent": parent})
    opened.store.execute("DELETE FROM meta WHERE key = 'erasing'")
    opened.close()
    assert verdict(vault).named


def test_the_check_passes_what_nobody_has_changed(opened, vault):
    opened.close()
    assert not verdict(vault).detected
