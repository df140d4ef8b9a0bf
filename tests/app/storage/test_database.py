"""An opened store is encrypted, keeps what it acknowledged, and refuses what could write in plain."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from shelter_app.storage.database import Database
from shelter_app.storage.store import SCHEMA_VERSION, create_store, open_store, schema_version
from shelter_app.vault.errors import DataDamaged, DiskFull, NewerVersion

CANARY = "CanaryOfTheStore"


def key(byte: int = 7) -> bytearray:
    return bytearray([byte] * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_store_survives_power_cuts_by_its_settings(path):
    database = create_store(path, key())
    assert str(database.value("PRAGMA journal_mode")).upper() == "TRUNCATE"
    assert database.value("PRAGMA synchronous") == 3
    assert database.value("PRAGMA foreign_keys") == 1
    assert database.value("PRAGMA cipher_status") in (1, "1")


def test_nothing_of_the_content_stands_in_the_file(path, tmp_path):
    database = create_store(path, key())
    with database.transaction():
        database.execute("INSERT INTO meta (key, value) VALUES ('c', ?)", (CANARY * 200,))
    database.close()
    assert CANARY.encode() not in path.read_bytes()
    plain = tmp_path / "plain.db"
    with sqlcipher.connect(str(plain)) as control:
        control.execute("CREATE TABLE t (x)")
        control.execute("INSERT INTO t VALUES (?)", (CANARY,))
    assert CANARY.encode() in plain.read_bytes()


def test_the_key_is_overwritten_once_it_is_used(path):
    mine = key()
    create_store(path, mine).close()
    assert mine == bytearray(32)


def test_another_key_is_told_as_damage_not_as_a_bug(path):
    create_store(path, key()).close()
    with pytest.raises(DataDamaged):
        open_store(path, key(8))


def test_a_save_after_a_damaged_page_tells_of_damage_and_not_of_permission(path):
    made = Database(path, key(), create=True)
    with made.transaction():
        made.execute("CREATE TABLE u (x)")
        made.execute("CREATE TABLE t (x)")
        made.execute_many("INSERT INTO t VALUES (?)", [("y" * 500,) for _ in range(200)])
    made.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 2000)
        byte = file.read(1)
        file.seek(size - 2000)
        file.write(bytes([byte[0] ^ 1]))
    db = Database(path, key())
    with pytest.raises(DataDamaged):
        db.rows("SELECT * FROM t")
    with pytest.raises(DataDamaged), db.transaction():
        db.execute("INSERT INTO u VALUES (1)")
    assert db.damaged
    db.close()


def test_a_plain_database_is_never_taken_for_a_store(path):
    with sqlcipher.connect(str(path)) as plain:
        plain.execute("CREATE TABLE meta (key, value)")
    with pytest.raises(DataDamaged):
        open_store(path, key())


def test_an_encrypted_file_of_another_program_is_refused(path):
    other = Database(path, key(), create=True)
    with other.transaction():
        other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(DataDamaged):
        open_store(path, key())


def test_a_newer_store_is_refused_and_stays_as_it_was(path):
    database = create_store(path, key())
    with database.transaction():
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()
    before = path.read_bytes()
    with pytest.raises(NewerVersion):
        open_store(path, key())
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH 'other.db' AS other KEY ''",
        "PRAGMA temp_store = FILE",
        "PRAGMA rekey = 'x'",
        "VACUUM INTO 'copy.db'",
        "PRAGMA writable_schema = ON",
    ],
)
def test_what_could_write_in_plain_is_denied(path, sql, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    database = create_store(path, key())
    with pytest.raises(sqlcipher.DatabaseError):
        database.execute(sql)
    database.close()
    assert {p.name for p in tmp_path.iterdir()} <= {"store.db", "store.db-journal"}


def test_an_error_inside_rolls_everything_back(path):
    database = create_store(path, key())
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.execute("INSERT INTO meta (key, value) VALUES ('a', '1')")
        with database.transaction():
            database.execute("INSERT INTO meta (key, value) VALUES ('b', '1')")
        _ = 1 / 0
    assert database.value("SELECT count(*) FROM meta") == 0


def test_a_savepoint_that_fails_leaves_the_rest(path):
    database = create_store(path, key())
    with database.transaction():
        database.execute("INSERT INTO meta (key, value) VALUES ('a', '1')")
        with pytest.raises(ZeroDivisionError), database.transaction():
            database.execute("INSERT INTO meta (key, value) VALUES ('b', '1')")
            _ = 1 / 0
    assert database.rows("SELECT key FROM meta") == [("a",)]


@pytest.mark.parametrize(
    ("prepare", "spoil"),
    [
        (
            "INSERT INTO revisions VALUES ('r', 'e', 'note', 1, '{}', '{}', x'00', 't', 'u', 'd')",
            ["UPDATE revisions SET coded = '[]'", "DELETE FROM revisions",
             "INSERT OR REPLACE INTO revisions VALUES ('r', 'e', 'note', 1, '[]', '{}', x'00', 't', 'u', 'd')"],
        ),
        (
            "INSERT INTO journal VALUES (1, 'd', 1, 't', 'a', 'x', '', '{}', x'00', x'00', x'00', 1)",
            ["UPDATE journal SET actor = 'b'", "DELETE FROM journal",
             "INSERT OR REPLACE INTO journal VALUES (1, 'd', 1, 't', 'b', 'x', '', '{}', x'00', x'00', x'00', 1)",
             "INSERT OR REPLACE INTO journal VALUES (2, 'd', 1, 't', 'b', 'x', '', '{}', x'00', x'00', x'00', 1)"],
        ),
    ],
    ids=["revisions", "journal"],
)  # fmt: skip
def test_what_is_saved_cannot_be_overwritten(path, prepare, spoil):
    database = create_store(path, key())
    with database.transaction():
        database.execute(prepare)
    for sql in spoil:
        with pytest.raises(sqlcipher.DatabaseError):
            database.execute(sql)


def test_a_fresh_store_has_the_schema_of_a_migrated_one(path, tmp_path):
    fresh = create_store(path, key())
    again = Database(tmp_path / "other.db", key(), create=True)
    with again.transaction():
        again.execute("PRAGMA application_id = 0x53684357")
    again.close()
    migrated = open_store(tmp_path / "other.db", key())
    query = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
    assert migrated.rows(query) == fresh.rows(query)
    assert schema_version(migrated) == SCHEMA_VERSION


def test_a_full_disk_is_told_and_changes_nothing(path):
    database = create_store(path, key())
    database.execute(f"PRAGMA max_page_count = {database.value('PRAGMA page_count')}")
    with pytest.raises(DiskFull), database.transaction():
        database.execute("INSERT INTO meta (key, value) VALUES ('big', ?)", ("x" * 400000,))
    database.close()
    again = open_store(path, key())
    assert again.value("SELECT count(*) FROM meta") == 0
    with again.transaction():
        again.execute("INSERT INTO meta (key, value) VALUES ('small', '')")


def test_a_disk_that_fails_is_told_and_changes_nothing(path):
    create_store(path, key()).close()
    script = f"""
import resource, signal
from pathlib import Path
from shelter_app.storage.store import open_store
from shelter_app.vault.errors import DiskFailed
path = Path({str(path)!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
database = open_store(path, bytearray([7] * 32))
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size,) * 2)
try:
    with database.transaction():
        database.execute("INSERT INTO meta (key, value) VALUES ('big', ?)", ("x" * 400000,))
except DiskFailed:
    print("told")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "told", done.stderr
    assert open_store(path, key()).value("SELECT count(*) FROM meta") == 0


def test_long_reads_come_in_pages_that_do_not_hold_up_a_save(path):
    database = create_store(path, key())
    with database.transaction():
        database.execute_many(
            "INSERT INTO meta (key, value) VALUES (?, '')", [(f"{n:05}",) for n in range(2500)]
        )
    seen = []
    for page in database.pages("SELECT key FROM meta WHERE key > ? ORDER BY key LIMIT ?", ("",), size=1000):
        seen += page
        with database.transaction():
            database.execute("INSERT INTO meta (key, value) VALUES (?, '')", (f"x{len(seen)}",))
    assert len(seen) == 2502
    assert [row[0] for row in seen] == sorted(row[0] for row in seen)
