"""Summaries that overlap earlier ones: attacked together with them, and not made where the record is not whole."""

import random

import pytest

from shelter_app.casework import cases, checking, entries, erasure_care, ledger, summary
from shelter_app.casework.errors import LedgerCutOff, LedgerDamaged, PeriodOverlaps
from shelter_app.domain.periods import Period
from shelter_app.storage import books

Q1, H1 = Period.parse("2025-Q1"), Period.parse("2025-H1")
EARLIER = "Prove from earlier reports that a few persons came, left or were corrected"


@pytest.fixture
def office(session):
    """70 persons in the first quarter and 60 in the second, most of them Vietnamese women."""
    chance = random.Random(4)
    for number in range(130):
        month = 1 + number * 6 // 150 if number < 70 else 4 + number % 3
        cases.new_case(
            session,
            person={
                "sex": chance.choice(["female", "female", "male"]),
                "birth": {"y": chance.randrange(1985, 2005)},
                "citizenship": [chance.choice(["VN", "VN", "VN", "MM"])],
            },
            intake={"registered_on": {"y": 2025, "m": month, "d": 1 + number % 28}},
        )
    return session


def write(session, period, folder):
    preview = summary.make_preview(session, period)
    summary.write_release(session, preview, folder)
    return preview.release


def test_a_period_that_extends_an_earlier_one_is_made_and_was_attacked_beside_it(office, tmp_path):
    first = write(office, Q1, tmp_path / "q1")
    assert first.tables
    assert EARLIER not in {check.name for check in first.checks}
    second = write(office, H1, tmp_path / "h1")
    tried = {check.name: check for check in second.checks}
    assert second.tables
    assert tried[EARLIER].attempts > 0
    assert tried[EARLIER].held
    assert second.hidden_least == 0
    assert [each.period.text for each in summary.past_releases(office)] == ["2025-H1", "2025-Q1"]


def test_one_late_registration_in_a_year_that_repeats_the_quarter_is_not_told(session, tmp_path, office):
    write(office, Q1, tmp_path / "q1")
    late = cases.new_case(
        office,
        person={"sex": "male", "birth": {"y": 1990}, "citizenship": ["KH"]},
        intake={"registered_on": {"y": 2025, "m": 2, "d": 3}},
    )
    release = write(office, Period.parse("2025-01-01..2025-04-01"), tmp_path / "more")
    assert late.case_id
    assert all(check.held for check in release.checks)


def test_a_repeat_gives_the_same_files_whatever_came_in_between(office, tmp_path):
    write(office, Q1, tmp_path / "one")
    write(office, H1, tmp_path / "h1")
    cases.new_case(office, person={}, intake={"registered_on": {"y": 2025, "m": 1}})
    write(office, Q1, tmp_path / "two")
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [(p.name, p.read_bytes()) for p in one] == [(p.name, p.read_bytes()) for p in two]


def test_a_release_that_the_journal_names_and_the_record_lacks_stops_new_ones_and_no_repeat(office, tmp_path):
    write(office, Q1, tmp_path / "q1")
    with office.saving() as record:
        record(
            "summary.released",
            "KM-lost",
            period="2024-01-01..2025-02-28",
            files={"a.pdf": "0" * 64},
            journal="",
        )
    with pytest.raises(LedgerDamaged) as refused:
        summary.make_preview(office, H1)
    assert "2025-02-28" in str(refused.value)
    assert summary.make_preview(office, Q1).repeated
    assert not summary.make_preview(office, Period.parse("2025-Q2")).repeated
    assert [fault for fault in checking.check_vault(office).faults if "2024-01-01..2025-02-28" in fault]


def test_a_whole_record_passes_the_check_of_the_vault(office, tmp_path):
    write(office, Q1, tmp_path / "q1")
    assert checking.check_vault(office).faults == ()


def test_a_release_without_its_line_in_the_journal_stops_new_ones(office, tmp_path):
    write(office, Q1, tmp_path / "q1")
    row = books.releases(office.store)[0]
    with office.store.transaction():
        books.add_release(
            office.store,
            books.ReleaseRow(
                *("stray", "2024-01-01", "2025-01-31", row.made_at, row.made_on, row.made_by),
                *(row.published, row.cases, row.files),
            ),
        )
    with pytest.raises(LedgerDamaged):
        summary.make_preview(office, H1)


def test_a_row_more_or_less_than_was_counted_stops_new_ones(office, tmp_path):
    write(office, Q1, tmp_path / "q1")
    release = books.releases(office.store)[0].id
    with office.store.transaction():
        office.store.execute("INSERT INTO release_rows VALUES (?, 'somebody-else', '{}')", (release,))
    with pytest.raises(LedgerDamaged):
        summary.make_preview(office, H1)


def test_after_a_backup_was_brought_back_only_later_periods_can_be_reported(office, tmp_path, clock):
    write(office, Q1, tmp_path / "q1")
    with office.saving() as record:
        record(
            "vault.restored", office.keyring.vault_id, made_at=office.now(), journal=1, second_computer=False
        )
    with pytest.raises(LedgerCutOff):
        summary.make_preview(office, H1)
    assert summary.make_preview(office, Q1).repeated
    assert summary.make_preview(office, Period.parse("2030")).release.tables


def test_a_release_from_before_rows_were_kept_is_still_not_overlapped(office, tmp_path):
    preview = summary.make_preview(office, Q1)
    written = summary.Preview(**{**preview.__dict__, "counted": ()})
    summary.write_release(office, written, tmp_path / "q1")
    with pytest.raises((PeriodOverlaps, LedgerDamaged)):
        summary.make_preview(office, H1)


def test_who_is_erased_is_still_the_same_person_to_the_ledger(office, tmp_path):
    write(office, Q1, tmp_path / "q1")
    release = books.releases(office.store)[0].id
    before = books.counted_in(office.store, release)
    person = min(before)
    with office.saving() as record:
        erasure_care.erase_now(office, person, "facts_stay")
        record("erasure.done", "certificate", person=person)
    after = books.counted_in(office.store, release)
    assert person not in after
    (stands_for,) = after.keys() - before.keys()
    assert after[stands_for] == before[person]
    facts = summary.coded_facts(office, H1)[0]
    assert stands_for in {row.person for row in facts.rows}
    assert ledger.check_ledger(office, H1)


def test_of_whom_nothing_stays_the_ledger_keeps_that_somebody_was_counted(office, tmp_path):
    write(office, Q1, tmp_path / "q1")
    release = books.releases(office.store)[0].id
    before = books.counted_in(office.store, release)
    person = min(before)
    with office.saving() as record:
        erasure_care.erase_now(office, person, "everything")
        record("erasure.done", "certificate", person=person)
    after = books.counted_in(office.store, release)
    (gone,) = after.keys() - before.keys()
    assert (len(after), after[gone]) == (len(before), ledger.NOTHING_SAID)
    release = summary.make_preview(office, H1).release
    assert all(check.held for check in release.checks)


def test_no_id_reaches_the_protection_with_the_earlier_rows(office, tmp_path):
    write(office, Q1, tmp_path / "q1")
    facts = summary.coded_facts(office, H1)[0]
    ((_, rows),) = ledger.earlier_rows(office, books.releases(office.store), H1, facts.rows)
    assert {row.person for row in rows if row} == {"somebody"}
    assert sum(row is not None for row in rows) == len(
        books.counted_in(office.store, books.releases(office.store)[0].id)
    )


def test_a_correction_since_is_seen_as_one(office, tmp_path):
    write(office, Q1, tmp_path / "q1")
    facts = summary.coded_facts(office, Q1)[0]
    case = next(iter(books.releases(office.store)[0].cases))
    entries.save_entry(office, "experience", {"types": ["ForcedLabour"]}, case_id=case)
    ((_, rows),) = ledger.earlier_rows(office, books.releases(office.store), H1, facts.rows)
    now = summary.coded_facts(office, Q1)[0].rows
    differ = [(old, new) for old, new in zip(rows, now, strict=False) if old and old.types != new.types]
    assert len(differ) == 1


def test_chosen_tables_are_made_and_nothing_else(office, tmp_path):
    preview = summary.make_preview(office, H1, tables=["citizenship:sex", "citizenship"])
    assert {table.id for table in preview.release.tables} == {"persons", "citizenship", "citizenship_by_sex"}
    summary.write_release(office, preview, tmp_path / "h1")
    again = summary.make_preview(office, H1, tables=["services"])
    assert again.repeated
    assert again.release == preview.release
