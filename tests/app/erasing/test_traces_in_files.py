"""What is deleted leaves traces in a database file until it is written anew; afterwards there are none."""

import random

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from shelter_app.casework import cases, people
from shelter_app.storage.database import Database
from tests.app.erasing.erasing_world import file_bytes, index_bytes

KEY = bytes(range(32))


def test_moved_cells_leave_copies_that_only_a_new_file_clears(tmp_path):
    path = tmp_path / "one.db"
    database = Database(path, bytearray(KEY), create=True)
    database.execute("CREATE TABLE t (id TEXT PRIMARY KEY, b BLOB) STRICT, WITHOUT ROWID")
    draw = random.Random(1)
    for number in range(1500):
        who = "CANARY" if number % 5 == 0 else "plain"
        with database.transaction():
            name = f"{draw.random()}"
            database.execute(
                "INSERT INTO t VALUES (?, ?)", (name, f"{who}-{name}".encode() * draw.randint(1, 60))
            )
    with database.transaction():
        database.execute("DELETE FROM t WHERE instr(b, CAST('CANARY' AS BLOB))")
    assert database.value("PRAGMA secure_delete") == 1
    assert b"CANARY" in file_bytes(path, KEY)
    kept = database.value("SELECT count(*) FROM t")
    database.compact()
    assert b"CANARY" not in file_bytes(path, KEY)
    assert database.value("SELECT count(*) FROM t") == kept == 1200
    assert (database.value("PRAGMA journal_mode"), database.value("PRAGMA synchronous")) == ("truncate", 3)
    # Nobody can attach a file by hand afterwards either.
    with pytest.raises(sqlcipher.DatabaseError):
        database.execute("ATTACH ':memory:' AS other")
    database.close()


def test_a_forgotten_name_stays_in_the_lists_of_terms_until_they_are_merged(session):
    found = cases.new_case(session, person={"name_latin": "Qanary Wanderer"}, intake={})
    other = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})
    session.index.forget([found.case_id])
    assert not people.find(session, "Qanary").rows
    assert b"qanary" in index_bytes(session).lower()
    session.index.compact()
    assert b"qanary" not in index_bytes(session).lower()
    assert [row.case_id for row in people.find(session, "Chanthy").rows] == [other.case_id]
