"""What is due is counted and found by an index alone; nothing sealed and no other row is read for it."""

import pytest

from shelter_app.casework import entries, lists
from shelter_app.storage import due, stages
from shelter_app.storage.due import DueFilter
from tests.app.storage.test_case_list import opened, statements

__all__ = ["opened"]

FILTERS = {
    "all": DueFilter(until="2026-12-31"),
    "a week": DueFilter(until="2026-03-19", since="2026-03-12"),
    "mine": DueFilter(until="2026-12-31", assigned_to="me"),
    "not others' restricted": DueFilter(until="2026-12-31", hidden_from="me"),
    "mine of a form": DueFilter(until="2026-12-31", assigned_to="me", hidden_from="me", form="service"),
}
PLANNED = {"service_kind": "legal", "status": "planned", "planned_on": {"y": 2026, "m": 3, "d": 10}}


def plans(db, ran):
    return [str(row[3]) for sql in ran for row in db.rows(f"EXPLAIN QUERY PLAN {sql}")]


def whole_rows(found):
    """Steps of plans that read rows of a table otherwise than by their ids."""
    steps = [plan for plan in found if plan.startswith(("SCAN", "SEARCH"))]
    return [
        plan for plan in steps if "COVERING INDEX" not in plan and "PRIMARY KEY (id=?)" not in plan
    ]  # fmt: skip


@pytest.mark.parametrize("wanted", FILTERS.values(), ids=list(FILTERS))
def test_what_is_due_is_found_and_counted_by_the_index_alone(session, wanted):
    ran, _ = statements(
        session.store, lambda: (due.count_due(session.store, wanted), due.due_entries(session.store, wanted))
    )
    assert len(ran) == 2
    found = plans(session.store, ran)
    assert any("COVERING INDEX entries_by_due" in plan for plan in found)
    assert whole_rows(found) == []
    control = plans(session.store, ["SELECT * FROM entries WHERE created_by = 'x'"])
    assert whole_rows(control) == control


def test_the_cases_on_their_way_home_are_found_by_the_index_alone(session):
    ran, _ = statements(
        session.store,
        lambda: stages.cases_at_stage(
            session.store, ("return", "follow_up"), statuses=("Active",), hidden_from="me"
        ),
    )
    assert whole_rows(plans(session.store, ran)) == []


def test_the_agenda_opens_no_sealed_part_and_takes_as_many_statements_for_much_as_for_little(session, opened):
    def read():
        return statements(session.store, lambda: lists.agenda(session))

    entries.save_entry(session, "service", PLANNED, case_id=opened)
    few, before = read()
    for _ in range(20):
        entries.save_entry(session, "service", PLANNED, case_id=opened)
    many, after = read()
    assert (before.total, after.total) == (1, 21)
    assert len(many) == len(few)
    assert [sql for sql in many if "parts" in sql] == []
    read_whole, _ = statements(
        session.store, lambda: entries.read_entries(session, [d.row for d in after.dues])
    )
    assert [sql for sql in read_whole if "parts" in sql]


def test_the_length_of_the_agenda_is_told_without_reading_it(session, opened):
    for _ in range(3):
        entries.save_entry(session, "service", PLANNED, case_id=opened)
    ran, total = statements(session.store, lambda: lists.count_agenda(session, mine=False))
    assert total == lists.agenda(session, mine=False).total == 3
    assert len(ran) == 1
