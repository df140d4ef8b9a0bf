"""The case list reads only the pages that are looked at, and never in the middle of painting."""

import datetime as dt
import threading

import pytest
from PySide6.QtCore import Qt

from shelter_app.casework.lists import case_list_of
from shelter_app.storage.cases import CaseRow
from shelter_app.storage.people_index import IndexDocument
from shelter_ui.models.case_cells import Column
from shelter_ui.models.case_table import CaseTableModel
from shelter_ui.tasks import Tasks
from shelter_ui.widgets.tables import CELL_ROLE, RECORD_ROLE, SORT_ROLE

TODAY = dt.date(2026, 3, 12)


def fill_index(session, count):
    """Rows straight into the index: what a list reads, without writing thousands of cases."""
    rows = []
    for number in range(count):
        case = CaseRow(
            id=f"{number:032x}", number=f"KM-A-26-{number:05d}", person_id=f"{number:032x}",
            registered_on="2026-03-02", status="Active", stage="intake", identified="PossibleVictimOfTrafficking",
            assigned_to=session.user_id, restricted=False, alerts=(), sex="woman", age=20 + number % 30,
            citizenship=("VN",), next_due="2026-03-11" if number == 3 else None, created_at="", created_by="",
            device_id="", import_id=None, change_no=number + 1,
        )  # fmt: skip
        rows.append(
            (case, IndexDocument(f"名{number}", f"Ming {number}", f"0 {number:05d}", names=(f"名{number}",)))
        )
    session.index.put(rows)


@pytest.fixture
def statements(session):
    ran = []
    session.index.database.trace_statements(ran.append)
    yield ran
    session.index.database.trace_statements(None)


@pytest.fixture
def model(session, qapp):
    def boom(error):
        raise error

    return CaseTableModel(Tasks.immediate(boom), today=lambda: TODAY, user_name=session.user_name)


def word(model, row, column):
    return model.index(row, column).data()


def test_the_model_behaves_as_qt_expects(session, model, qtmodeltester):
    fill_index(session, 450)
    model.show_list(case_list_of(session))
    assert model.rowCount() == 450
    qtmodeltester.check(model)
    model.show_rows(case_list_of(session).page()[:7])
    assert model.rowCount() == 7
    qtmodeltester.check(model)


def test_five_thousand_rows_open_with_short_statements_and_a_page_with_one(session, model, statements, qtbot):
    fill_index(session, 5000)
    statements.clear()
    model.show_list(case_list_of(session))
    assert model.rowCount() == 5000
    # The length and the first page; then where the pages begin, at most one short step a page.
    assert "count(*)" in statements[0]
    assert "LIMIT 200" in statements[1]
    assert 3 <= len(statements) <= 3 + 5000 // 200
    statements.clear()
    for row in range(200):
        for column in Column:
            model.index(row, column).data()
            model.index(row, column).data(CELL_ROLE)
    assert statements == []
    last = model.index(4999, Column.NUMBER)
    assert last.data(RECORD_ROLE) is None
    assert last.data(CELL_ROLE).loading
    assert statements == []
    qtbot.waitUntil(lambda: last.data() == "KM-A-26-04999")
    assert len(statements) == 1


def test_a_drag_over_the_whole_list_reads_only_where_it_stops(session, model, statements, qtbot):
    fill_index(session, 5000)
    model.show_list(case_list_of(session))
    statements.clear()
    for row in range(0, 5000, 40):
        model.index(row, 0).data()
    qtbot.waitUntil(lambda: word(model, 4999, Column.NUMBER) == "KM-A-26-04999")
    assert 1 <= len(statements) <= 5


def test_cells_say_what_the_reader_expects(session, model):
    fill_index(session, 5)
    model.show_list(case_list_of(session))
    assert word(model, 0, Column.NUMBER) == "KM-A-26-00000"
    assert word(model, 0, Column.PERSON) == "Woman, 20"
    assert word(model, 0, Column.CITIZENSHIP) == "Vietnam"
    assert word(model, 0, Column.IDENTIFIED) == "Possible"
    assert word(model, 0, Column.CASEWORKER) == "Li Min"
    assert word(model, 3, Column.DUE) == "1 day late"
    assert model.index(3, Column.DUE).data(CELL_ROLE).tone == "overdue"
    assert word(model, 0, Column.DUE) == "Nothing due"
    assert model.index(2, Column.PERSON).data(SORT_ROLE) == 22
    name = model.index(0, Column.NAME).data(CELL_ROLE)
    assert (name.text, name.second) == ("名0", "Ming 0")
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Case number"


def test_names_can_be_hidden_and_are_sealed_without_the_key(session, model):
    fill_index(session, 3)
    model.show_list(case_list_of(session))
    assert "名1" in word(model, 1, Column.NAME)
    model.set_names_shown(False)
    cell = model.index(1, Column.NAME)
    assert cell.data(CELL_ROLE).sealed
    assert cell.data(SORT_ROLE) == ""
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "Name hidden"
    model.cells.sealed = True
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "Sealed"


def test_what_was_typed_is_underlined_in_name_or_reading(session, model, make_case):
    make_case(session, "陈秀云", name_latin="Chen Xiuyun")
    rows = case_list_of(session).page()
    model.show_rows(rows, search="chenxy")
    assert model.index(0, Column.NAME).data(CELL_ROLE).marks == ((0, 4), (5, 1), (8, 1))
    model.show_rows(rows, search="秀云")
    cell = model.index(0, Column.NAME).data(CELL_ROLE)
    assert (cell.marks, cell.first_marks) == ((), ((1, 2),))
    model.show_rows(rows, search="wang")
    assert model.index(0, Column.NAME).data(CELL_ROLE).marks == ()


def test_a_late_answer_does_not_replace_what_was_asked_for_last(session, qtbot):
    fill_index(session, 30)
    tasks = Tasks()
    hold = threading.Event()
    try:
        model = CaseTableModel(tasks, today=lambda: TODAY, user_name=session.user_name)
        tasks.run(lambda _job: hold.wait(20))
        model.show_list(case_list_of(session))
        model.show_rows(case_list_of(session).page()[:2])
        assert model.rowCount() == 2
        hold.set()
        drained = []
        tasks.run(lambda _job: None, lambda _none: drained.append(1))
        qtbot.waitUntil(lambda: bool(drained))
        assert model.rowCount() == 2
        model.show_list(case_list_of(session))
        qtbot.waitUntil(lambda: model.rowCount() == 30)
    finally:
        hold.set()
        tasks.close()


def test_a_save_refreshes_the_rows_and_keeps_the_place(session, model, make_case, add_entry):
    made = make_case(session)
    model.show_list(case_list_of(session))
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    saved = add_entry(
        session, made.case_id, "service", service_kind="legal", status="planned",
        planned_on={"y": 2026, "m": 3, "d": 2},
    )  # fmt: skip
    assert word(model, 0, Column.DUE) == "Nothing due"
    model.on_changed(saved.changes)
    assert word(model, 0, Column.DUE) == "10 days late"
    assert resets == []
    other = make_case(session, "Nang Kham")
    model.on_changed(other.changes)
    assert model.rowCount() == 2
    assert resets == [1]
