"""A register comes in whole or not at all, once, and can be taken back."""

import dataclasses
import datetime as dt

import pytest

from shelter_app.casework import cases, entries, lists, people, registers
from shelter_app.casework.errors import ImportTouched, NoSuchImport
from shelter_app.casework.register_rows import row_from_json, row_to_json
from shelter_app.domain.periods import Period
from shelter_app.exchange.registers import preview
from shelter_app.vault.errors import DiskFull, NotYours
from shelter_app.vault.rights import Role
from shelter_resources import open_path

TODAY = dt.date(2026, 3, 12)
SHELTER = "shelter_register_zh.xlsx"
CONSULATE = "consular_returnees_en.csv"


def read(name, session=None):
    existing = registers.existing_people(session) if session else None
    return preview(open_path("samples", name), today=TODAY, existing=existing)


def counts(done):
    return done.imported + done.remark + done.decision + done.known + done.not_a_person


@pytest.mark.parametrize("name", [SHELTER, CONSULATE])
def test_every_row_of_the_file_is_accounted_for(session, name):
    found = read(name)
    done = registers.import_register(session, found)
    assert counts(done) == done.rows == len(found.rows)
    assert lists.case_list_of(session).count() == done.imported + done.remark
    assert len(registers.waiting_rows(session, done.import_id).rows) == done.decision


@pytest.mark.parametrize("name", [SHELTER, CONSULATE])
def test_the_import_brings_what_the_preview_has_counted(session, name):
    found = read(name)
    said = found.to_json()
    done = registers.import_register(session, found)
    for count in ("imported", "remark", "decision", "not_a_person"):
        assert getattr(done, count) == said[count]
    assert (done.rows, done.known) == (said["rows"], 0)


def test_rows_that_wait_are_counted_for_who_makes_figures(session, as_role):
    done = registers.import_register(session, read(SHELTER))
    assert registers.waiting_count(session) == done.decision > 0
    assert registers.waiting_count(session, Period.parse("1990")) == 0
    waiting = registers.waiting_rows(session, done.import_id).rows
    of_2013 = [r for r in waiting if r.values["intake.registered_on"].year == 2013]
    assert len(of_2013) <= registers.waiting_count(session, Period.parse("2013")) < done.decision
    officer = as_role(Role.REPORTING_OFFICER)
    assert registers.waiting_count(officer, Period.parse("1990")) == done.decision


def test_rows_of_an_import_that_was_undone_wait_no_longer(session):
    done = registers.import_register(session, read(CONSULATE))
    assert registers.waiting_count(session) == done.decision
    registers.undo_import(session, done.import_id)
    assert registers.waiting_count(session) == 0


def test_a_row_that_an_earlier_version_stored_still_waits(session):
    row = next(r for r in read(CONSULATE).rows if any(x.code == "same_person_elsewhere" for x in r.reasons))
    stored = row_to_json(row) | {"outcome": "remark"}
    stored["reasons"] = [{**each, "severity": "remark"} for each in stored["reasons"]]
    assert row.outcome == row_from_json(stored).outcome == "decision"


def test_the_same_file_twice_adds_nothing(session):
    first = registers.import_register(session, read(SHELTER, session))
    before = session.store.value("SELECT count(*) FROM revisions")
    again = registers.import_register(session, read(SHELTER, session))
    assert again.import_id is None
    assert again.known == first.imported + first.remark + first.decision == 480
    assert session.store.value("SELECT count(*) FROM revisions") == before


def test_what_could_not_be_understood_is_kept_word_for_word(session):
    registers.import_register(session, read(SHELTER))
    row = people.find(session, "万茜欣").rows[0]
    intake = cases.open_case(session, row.case_id).of_form("intake")[0]
    assert {"header": "心理辅导次数", "text": "多次"} in intake.values["unparsed"]


def test_the_import_is_one_transaction(session):
    begins: list[str] = []
    session.store.trace_statements(lambda sql: begins.append(sql) if sql.startswith("BEGIN") else None)
    registers.import_register(session, read(CONSULATE))
    session.store.trace_statements(None)
    assert len(begins) == 1


def test_a_disk_that_fills_up_half_way_leaves_the_vault_as_it_was(session):
    cases.new_case(session, person={"name_latin": "Before"}, intake={})
    pages = session.store.value("PRAGMA page_count")
    session.store.execute(f"PRAGMA max_page_count = {pages + 100}")
    with pytest.raises(DiskFull):
        registers.import_register(session, read(CONSULATE))
    session.store.execute("PRAGMA max_page_count = 1073741823")
    assert lists.case_list_of(session).count() == 1
    assert registers.past_imports(session) == []
    assert registers.import_register(session, read(CONSULATE)).imported > 0


def test_an_import_is_taken_back_as_a_whole(session):
    kept = cases.new_case(session, person={"name_latin": "Kept"}, intake={})
    done = registers.import_register(session, read(SHELTER))
    gone = registers.undo_import(session, done.import_id)
    assert len(gone.cases()) == done.imported + done.remark
    assert [r.case_id for r in lists.case_list_of(session).page()] == [kept.case_id]
    assert people.find(session, "万茜欣").rows == ()
    for table in ("entries", "persons", "cases"):
        assert session.store.value(f"SELECT count(*) FROM {table}") == (2 if table == "entries" else 1)
    assert session.store.value("SELECT count(*) FROM import_rows WHERE box IS NOT NULL") == 0
    assert registers.past_imports(session)[0].undone
    with pytest.raises(NoSuchImport):
        registers.undo_import(session, done.import_id)
    assert registers.import_register(session, read(SHELTER)).known == 0


def test_an_import_that_was_worked_on_is_not_taken_back(session):
    done = registers.import_register(session, read(CONSULATE))
    case_id = lists.case_list_of(session).page()[0].case_id
    entries.save_entry(session, "note", {"text": "met today"}, case_id=case_id)
    with pytest.raises(ImportTouched):
        registers.undo_import(session, done.import_id)
    assert lists.case_list_of(session).count() == done.imported + done.remark


def test_a_decision_taken_later_brings_the_row_in_as_decided(session):
    done = registers.import_register(session, read(SHELTER))
    waiting = registers.waiting_rows(session, done.import_id)
    row = next(r for r in waiting.rows if any(x.code == "same_person" for x in r.open_decisions))
    asked = next(x for x in row.open_decisions if x.code == "same_person")
    before = session.store.value("SELECT count(*) FROM persons")
    decided = waiting.resolve(row.sheet, row.row, ("same_person", "same_person"))
    after = registers.decide(session, done.import_id, decided)
    assert after.imported + after.remark >= 1
    assert session.store.value("SELECT count(*) FROM persons") == before
    first = session.store.value("SELECT case_id FROM import_rows WHERE row = ?", (asked.group[0][1],))
    assert cases.open_case(session, first).other_cases
    still = registers.waiting_rows(session, done.import_id)
    assert (row.sheet, row.row) not in {(r.sheet, r.row) for r in still.rows}


def test_somebody_already_in_the_vault_is_asked_about_and_joined_by_decision(session):
    first = registers.import_register(session, read(SHELTER))
    assert first.import_id
    asked = [
        row
        for row in read(CONSULATE, session).rows
        if any(reason.code == "in_vault" for reason in row.open_decisions)
    ]
    person = {"name_native": "方凝婵", "birth": {"y": 1994, "m": 1, "d": 14}, "sex": "female"}
    known = cases.new_case(session, person=person, intake={})
    found = read(CONSULATE, session)
    row = next(r for r in found.rows if r.row == 5)
    assert any(reason.code == "in_vault" for reason in row.open_decisions)
    assert len([r for r in found.rows if any(x.code == "in_vault" for x in r.open_decisions)]) > len(asked)
    for reason in row.open_decisions:
        choice = "same_person" if reason.code == "in_vault" else "birth_right"
        found = found.resolve(row.sheet, row.row, (reason.code, choice))
    registers.import_register(session, found)
    assert len(cases.open_case(session, known.case_id).other_cases) == 1


def test_a_waiting_row_is_kept_without_loss(session):
    for row in read(CONSULATE).rows:
        assert row_from_json(row_to_json(row)) == row


def test_who_may_not_see_names_may_not_import(session, as_role):
    with pytest.raises(NotYours):
        registers.import_register(as_role(Role.REPORTING_OFFICER), read(CONSULATE))


def test_nothing_of_the_file_stands_in_the_store_in_plain(session):
    registers.import_register(session, read(SHELTER))
    everything = b"".join(
        value if isinstance(value, bytes) else str(value).encode()
        for table in ("imports", "import_rows", "journal", "cases", "entries", "revisions", "parts")
        for row in session.store.rows(f"SELECT * FROM {table}")
        for value in row
    )
    for canary in ("万茜欣", "shelter_register", "多次", "350102197605101120"):
        assert canary.encode() not in everything
    assert b"register.imported" in everything


def test_the_counts_say_what_they_count():
    assert [f.name for f in dataclasses.fields(registers.Imported)][1:7] == [
        "rows", "imported", "remark", "decision", "known", "not_a_person",
    ]  # fmt: skip
