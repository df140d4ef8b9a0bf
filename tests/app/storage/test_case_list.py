"""Lists are whole, in order and filtered, read by the page along an index, with and without names."""

import random

import pytest

from shelter_app.casework import cases, entries, lists
from shelter_app.storage import case_list
from shelter_app.storage import entries as rows
from shelter_app.storage.case_list import PAGE, ListFilter
from shelter_app.storage.cases import CaseRow, add_case, add_person
from shelter_app.storage.people_index import IndexDocument, PeopleIndex
from shelter_app.storage.store import create_store
from shelter_app.vault.rights import Role

ORDERS = ("number", "name", "registered", "due")
COUNT = 2 * PAGE + 37
FILTERS = {
    "all": ListFilter(),
    "not others' restricted": ListFilter(hidden_from="me"),
    "open and mine": ListFilter(statuses=("Active", "FollowUp"), assigned_to="me"),
    "due": ListFilter(hidden_from="me", with_due_only=True),
}


def key():
    return bytearray([5] * 32)


def some_cases():
    draw = random.Random(3)
    for number in range(1, COUNT + 1):
        yield CaseRow(
            id=f"{draw.getrandbits(64):016x}", number=f"KM-A-26-{number:04}-7", person_id=f"p{number}",
            registered_on=f"20{draw.randint(10, 26)}-0{draw.randint(1, 9)}", status=draw.choice(("Active", "Closed")),
            stage="intake", identified=None, assigned_to=draw.choice((None, "me", "other")),
            restricted=draw.random() < 0.2, alerts=(), sex=None, age=None, citizenship=(),
            next_due=draw.choice((None, f"2026-0{draw.randint(1, 9)}-01")), created_at="2026-01-01", created_by="u",
            device_id="d", import_id=None, change_no=number,
        )  # fmt: skip


@pytest.fixture(params=[False, True], ids=["store", "index"])
def listed(request, tmp_path):
    """A database with many cases, whether it has names, and the cases."""
    made = list(some_cases())
    if request.param:
        draw = random.Random(4)
        index = PeopleIndex.open(tmp_path / "people.idx", key)
        index.put([(case, IndexDocument("n", "", f"{draw.randint(0, 99):02}")) for case in made])
        yield index.database, True, made
        index.close()
        return
    store = create_store(tmp_path / "store.db", key())
    with store.transaction():
        store.execute("INSERT INTO devices VALUES ('d', 'A', '2026-01-01')")
        for case in made:
            add_person(store, case.person_id, created_at="2026-01-01", device_id="d")
            add_case(store, case)
    yield store, False, made
    store.close()


def statements(db, work):
    """What a piece of work ran, and what it gave."""
    ran = []
    db.trace_statements(lambda sql: None if sql.startswith("--") else ran.append(sql))
    found = work()
    db.trace_statements(None)
    return ran, found


def visible(case, wanted):
    return (
        (not wanted.statuses or case.status in wanted.statuses)
        and wanted.assigned_to in (None, case.assigned_to)
        and (wanted.hidden_from is None or not case.restricted or case.assigned_to == wanted.hidden_from)
        and (not wanted.with_due_only or case.next_due is not None)
    )


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("wanted", FILTERS.values(), ids=list(FILTERS))
@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
def test_the_pages_from_all_anchors_are_the_whole_list_once(listed, order, wanted, descending):
    db, names, made = listed
    begins = case_list.anchors(db, order, wanted, names=names, descending=descending)
    pages = [
        case_list.page(db, order, wanted, names=names, start=begin, descending=descending) for begin in begins
    ]
    found = [row for page in pages for row in page]
    assert all(len(page) == PAGE for page in pages[:-1])
    assert sorted(row.case_id for row in found) == sorted(c.id for c in made if visible(c, wanted))
    assert len(found) == case_list.count(db, wanted, names=names) > 0
    value = {
        "number": lambda r: r.number, "registered": lambda r: r.registered_on,
        "due": lambda r: r.next_due or "9999", "name": lambda r: "" if names else r.number,
    }[order]  # fmt: skip
    assert [value(r) for r in found] == sorted((value(r) for r in found), reverse=descending)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("wanted", FILTERS.values(), ids=list(FILTERS))
def test_no_list_reads_the_whole_table(listed, order, wanted):
    db, names, _ = listed

    def show():
        case_list.count(db, wanted, names=names)
        begins = case_list.anchors(db, order, wanted, names=names)
        case_list.page(db, order, wanted, names=names, start=begins[-1])

    ran, _ = statements(db, show)
    plans = [str(row[3]) for sql in ran for row in db.rows(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(plans) >= 3
    assert [plan for plan in plans if plan.startswith("SCAN") and " INDEX " not in plan] == []
    assert [plan for plan in plans if "TEMP B-TREE" in plan] == []
    table = "list" if names else "cases"
    control = db.rows(f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE sex = 'x'")
    assert str(control[0][3]) == f"SCAN {table}"


def test_counting_and_finding_pages_read_no_row_of_the_table(listed):
    db, names, _ = listed
    wanted = FILTERS["not others' restricted"]
    for order in ORDERS:
        ran, _ = statements(
            db,
            lambda by=order: (
                case_list.count(db, wanted, names=names),
                case_list.anchors(db, by, wanted, names=names),
            ),
        )
        plans = [str(row[3]) for sql in ran for row in db.rows(f"EXPLAIN QUERY PLAN {sql}")]
        assert plans
        assert [plan for plan in plans if "COVERING INDEX" not in plan] == []


def test_a_page_is_one_statement_and_finding_all_pages_one_each(listed):
    db, names, _ = listed
    ran, first = statements(db, lambda: case_list.page(db, "name", ListFilter(), names=names))
    assert (len(ran), len(first)) == (1, PAGE)
    ran, begins = statements(db, lambda: case_list.anchors(db, "name", ListFilter(), names=names))
    assert len(begins) == 3
    assert len(ran) == len(begins) + 1


PERSON = {"name_native": "陈秀云", "sex": "female", "citizenship": ["CN"]}
SERVICE = {
    "service_kind": "psychosocial",
    "status": "given",
    "given_on": {"y": 2026, "m": 3, "d": 6},
    "note": "x",
}


@pytest.fixture
def opened(session):
    return cases.new_case(
        session, person=PERSON, intake={"registered_on": {"y": 2026, "m": 3, "d": 2}}
    ).case_id


def count_save(session, case_id):
    ran, _ = statements(
        session.store, lambda: entries.save_entry(session, "service", SERVICE, case_id=case_id)
    )
    return ran


def test_a_save_is_one_commit_and_at_most_sixteen_statements(session, opened):
    ran = count_save(session, opened)
    assert [sql.split()[0] for sql in ran].count("COMMIT") == 1
    assert len(ran) <= 16


def test_a_save_takes_as_many_statements_in_a_full_case_as_in_a_new_one(session, opened):
    first = len(count_save(session, opened))
    for _ in range(30):
        entries.save_entry(session, "service", SERVICE, case_id=opened)
    assert len(count_save(session, opened)) == first


def test_a_save_that_leaves_the_names_alone_opens_no_sealed_part_of_the_person(session, opened):
    assert [sql for sql in count_save(session, opened) if "FROM parts" in sql] == []
    person = cases.open_case(session, opened).person
    ran, _ = statements(
        session.store,
        lambda: entries.save_entry(
            session, "person", PERSON | {"name_native": "李静"}, case_id=opened, entry_id=person.row.id
        ),
    )
    assert [sql for sql in ran if "FROM parts" in sql]


def test_the_index_is_brought_up_to_date_in_one_commit_of_few_statements(session, opened):
    ran, _ = statements(
        session.index.database, lambda: entries.save_entry(session, "service", SERVICE, case_id=opened)
    )
    assert [sql.split()[0] for sql in ran].count("COMMIT") == 1
    assert len(ran) <= 9
    assert [sql for sql in ran if "terms" in sql and "config" not in sql] == []


def test_no_step_of_a_save_looks_through_a_table(session, opened):
    ran = count_save(session, opened)
    reads = [sql for sql in ran if sql.startswith(("SELECT", "UPDATE"))]
    plans = [str(row[3]) for sql in reads for row in session.store.rows(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(plans) >= 6
    assert [plan for plan in plans if plan.startswith("SCAN") and plan != "SCAN journal"] == []


def test_the_entries_of_persons_are_found_by_person(session, opened):
    person_id = cases.open_case(session, opened).case.person_id
    ran, found = statements(session.store, lambda: rows.person_entries(session.store, [person_id, "nobody"]))
    assert [entry.person_id for entry in found] == [person_id]
    (plan,) = session.store.rows(f"EXPLAIN QUERY PLAN {ran[0]}")
    assert "entries_by_person (person_id=? AND form=?)" in str(plan[3])


def test_who_sees_no_names_finds_numbers_and_lists_as_fast(as_role, session, opened):
    officer = as_role(Role.REPORTING_OFFICER)
    assert [row.name for row in lists.case_list_of(officer).page()] == [None]
    ran, found = statements(
        officer.store, lambda: case_list.numbers_like(officer.store, "260001", officer.visible())
    )
    assert [row.case_id for row in found] == [opened]
    plans = [str(row[3]) for row in officer.store.rows(f"EXPLAIN QUERY PLAN {ran[0]}")]
    assert any("COVERING INDEX cases_by_number" in plan for plan in plans)
    assert "SCAN cases" not in plans
