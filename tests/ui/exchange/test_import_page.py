"""Bringing in a register as a person does: look, decide, import, undo; nothing is written before they say so."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QPushButton

from shelter_app.casework import entries, registers
from shelter_app.vault.rights import Role
from shelter_resources import open_path
from shelter_ui.windows.import_page import COLUMNS, REFUSED, RESULT, ROWS, START, ImportPage

SHELTER = "shelter_register_zh.xlsx"
CONSULATE = "consular_returnees_en.csv"


def sample(name):
    return Path(open_path("samples", name))


@pytest.fixture
def page(make_context, session, qtbot):
    page = ImportPage(make_context(session))
    qtbot.addWidget(page)
    page.resize(1190, 716)
    with qtbot.waitExposed(page):
        page.show()
    page.on_shown()
    yield page
    qtbot.waitUntil(lambda: page._job is None, timeout=90_000)


def button(page, name):
    found = page.findChild(QPushButton, name)
    assert found is not None, name
    return found


def press(qtbot, page, name):
    target = button(page, name)
    assert target.isVisibleTo(page), name
    assert target.isEnabled(), name
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton)


def choose_file(qtbot, page, answers, path):
    answers.path = path
    press(qtbot, page, "choose_file")


def open_sample(qtbot, page, answers, name):
    choose_file(qtbot, page, answers, sample(name))
    qtbot.waitUntil(lambda: page.stack.currentIndex() == ROWS, timeout=90_000)


def run_import(qtbot, page):
    press(qtbot, page, "import_do")
    qtbot.waitUntil(lambda: page.stack.currentIndex() == RESULT, timeout=90_000)


def number_of_cases(session):
    return session.store.value("SELECT count(*) FROM cases")


def figure(counts, code):
    return int(counts.number(code).replace(",", ""))


def test_every_row_of_the_file_is_counted_and_nothing_is_written_before_import(page, session, qtbot, answers):
    open_sample(qtbot, page, answers, SHELTER)
    counts = page.rows.counts
    total = sum(figure(counts, code) for code in ("imported", "remark", "decision", "not_a_person"))
    assert total == len(page.rows.decisions.base.rows) == 505
    assert figure(counts, "decision") > 0
    assert number_of_cases(session) == 0
    assert registers.past_imports(session) == []


def test_a_row_is_decided_the_same_kind_follows_and_the_import_adds_up(page, session, qtbot, answers):
    open_sample(qtbot, page, answers, SHELTER)
    rows, counts = page.rows, page.rows.counts
    before = figure(counts, "decision")
    asked = rows.panel.question_text()
    (question,) = rows.decisions.row(rows.panel.place).open_decisions
    assert asked
    assert not button(page, "decide_confirm").isEnabled()  # nothing is chosen beforehand
    qtbot.keyClick(rows.panel.cards, Qt.Key.Key_2)
    press(qtbot, page, "decide_confirm")
    assert figure(counts, "decision") == before - (len(question.group) - 1)  # the whole group is settled
    assert rows.panel.question_text() != asked  # the next question is there
    qtbot.keyClick(rows.panel.cards, Qt.Key.Key_2)
    page.findChild(QCheckBox, "decide_alike").click()
    press(qtbot, page, "decide_confirm")
    assert figure(counts, "decision") == 0
    assert number_of_cases(session) == 0
    run_import(qtbot, page)
    result = page.result.counts
    codes = ("imported", "remark", "decision", "known", "not_a_person")
    assert sum(figure(result, code) for code in codes) == 505
    assert number_of_cases(session) == figure(result, "imported") + figure(result, "remark") > 400


def test_a_decision_can_be_taken_back(page, qtbot, answers):
    open_sample(qtbot, page, answers, SHELTER)
    place, before = page.rows.panel.place, figure(page.rows.counts, "decision")
    qtbot.keyClick(page.rows.panel.cards, Qt.Key.Key_1)
    press(qtbot, page, "decide_confirm")
    page.rows._select(page.rows.model.number_of(place))
    press(qtbot, page, "decide_again")
    assert figure(page.rows.counts, "decision") == before
    assert page.rows.panel.question_text()


def test_f8_walks_the_questions_and_comes_round(page, qtbot, answers):
    open_sample(qtbot, page, answers, CONSULATE)
    open_places = [(row.sheet, row.row) for row in page.rows.decisions.open_rows()]
    assert page.rows.panel.place == open_places[0]
    qtbot.keyClick(page.rows.table, Qt.Key.Key_F8)
    assert page.rows.panel.place == open_places[1]
    qtbot.keyClick(page.rows.table, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert page.rows.panel.place == open_places[0]
    qtbot.keyClick(page.rows.table, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert page.rows.panel.place == open_places[-1]


def test_rows_left_open_wait_and_can_be_decided_later(page, session, qtbot, answers):
    open_sample(qtbot, page, answers, CONSULATE)
    waiting = page.rows.decisions.waiting()
    run_import(qtbot, page)
    assert figure(page.result.counts, "decision") == waiting > 0
    before = number_of_cases(session)
    press(qtbot, page, "decide_waiting")
    qtbot.waitUntil(lambda: page.stack.currentIndex() == ROWS, timeout=10_000)
    assert len(page.rows.decisions.base.rows) == waiting
    while page.rows.panel.place == page.rows.decisions.next_open(None):
        qtbot.keyClick(page.rows.panel.cards, Qt.Key.Key_2)
        press(qtbot, page, "decide_confirm")
        if page.rows.decisions.ready():
            break
    brought = page.rows.decisions.ready()
    run_import(qtbot, page)
    assert number_of_cases(session) == before + brought
    left = registers.past_imports(session)[0].waiting
    assert left == waiting - brought


def test_undo_asks_once_and_takes_everything_back(page, session, qtbot, answers):
    open_sample(qtbot, page, answers, CONSULATE)
    run_import(qtbot, page)
    assert number_of_cases(session) > 0
    press(qtbot, page, "undo_import")
    qtbot.waitUntil(lambda: page._job is None)
    assert answers.questions.count("Undo this import?") == 1
    assert number_of_cases(session) == 0
    assert not button(page, "undo_import").isVisibleTo(page)
    assert registers.past_imports(session)[0].undone


def test_an_import_that_was_worked_on_is_not_undone_and_says_why(page, session, qtbot, answers):
    open_sample(qtbot, page, answers, CONSULATE)
    run_import(qtbot, page)
    case_id = session.store.value("SELECT id FROM cases LIMIT 1")
    entries.save_entry(session, "note", {"text": "met today"}, case_id=case_id)
    before = number_of_cases(session)
    press(qtbot, page, "undo_import")
    qtbot.waitUntil(lambda: page.result.problem.isVisibleTo(page))
    assert "1 of its cases" in page.result.problem.accessibleName()
    assert number_of_cases(session) == before


def test_the_same_file_again_brings_nothing(page, session, qtbot, answers):
    open_sample(qtbot, page, answers, CONSULATE)
    run_import(qtbot, page)
    before = number_of_cases(session)
    press(qtbot, page, "import_another")
    open_sample(qtbot, page, answers, CONSULATE)
    run_import(qtbot, page)
    assert number_of_cases(session) == before
    assert figure(page.result.counts, "known") == before + registers.past_imports(session)[0].waiting
    assert "already" in page.result.banner.accessibleName()


def test_a_broken_file_says_what_to_do_and_changes_nothing(page, session, qtbot, answers, tmp_path):
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(sample(SHELTER).read_bytes()[:2000])
    choose_file(qtbot, page, answers, broken)
    qtbot.waitUntil(lambda: page.problem.isVisibleTo(page))
    assert page.stack.currentIndex() == START
    assert "save it under a new name" in page.problem.accessibleName()
    assert registers.past_imports(session) == []
    open_sample(qtbot, page, answers, CONSULATE)  # the page goes on working
    assert not page.problem.isVisibleTo(page)


def test_a_file_under_a_wrong_name_is_named(page, qtbot, answers, tmp_path):
    wrong = tmp_path / "register.csv"
    shutil.copy(sample(SHELTER), wrong)
    choose_file(qtbot, page, answers, wrong)
    qtbot.waitUntil(lambda: page.problem.isVisibleTo(page))
    assert ".xlsx" in page.problem.accessibleName()


def test_a_dropped_file_is_read(page, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sample(CONSULATE)))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    page.drop.dropEvent(QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, data, left, none))
    qtbot.waitUntil(lambda: page.stack.currentIndex() == ROWS, timeout=90_000)
    assert page.rows.decisions.base.name == CONSULATE


def test_a_column_can_be_given_another_field_and_the_rows_follow(page, qtbot, answers):
    open_sample(qtbot, page, answers, CONSULATE)
    row = page.rows.decisions.base.people[0]
    assert "Type" not in row.unparsed
    press(qtbot, page, "show_columns")
    assert page.stack.currentIndex() == COLUMNS
    first = page.rows.decisions.base
    field = page.columns.findChild(object, "field_L")
    field._on_picked("as_text")
    qtbot.waitUntil(lambda: page.rows.decisions.base is not first, timeout=90_000)
    qtbot.waitUntil(lambda: page._job is None)
    assert "Type" in page.rows.decisions.base.people[0].unparsed
    press(qtbot, page, "columns_done")
    assert page.stack.currentIndex() == ROWS


def test_a_column_that_can_mean_several_things_is_asked_about_and_said(page, qtbot, answers, tmp_path):
    path = tmp_path / "register.csv"
    path.write_text("受害人姓名,性别,生日,国家\n李秀英,女,1990-1-1,越南\n", encoding="utf-8")
    choose_file(qtbot, page, answers, path)
    qtbot.waitUntil(lambda: page.stack.currentIndex() == ROWS, timeout=10_000)
    asked = page.findChild(object, "unclear_columns")
    assert asked.isVisibleTo(page)
    assert page.rows.decisions.base.people[0].unparsed == {"国家": "越南"}
    press(qtbot, page, "say_columns")
    assert page.stack.currentIndex() == COLUMNS
    field = page.columns.findChild(object, "field_D")
    assert field.code() is None
    first = page.rows.decisions.base
    field._on_picked("person.citizenship")
    qtbot.waitUntil(lambda: page.rows.decisions.base is not first and page._job is None, timeout=10_000)
    press(qtbot, page, "columns_done")
    assert page.rows.decisions.base.people[0].values["person.citizenship"] == ["VN"]
    assert not asked.isVisibleTo(page)


def test_a_cell_that_names_several_people_is_decided_in_the_window(page, session, qtbot, answers, tmp_path):
    path = tmp_path / "register.csv"
    path.write_text("姓名,性别,国籍\n李明、王芳,女,中国\n张三及其女儿,女,中国\n", encoding="utf-8")
    choose_file(qtbot, page, answers, path)
    qtbot.waitUntil(lambda: page.stack.currentIndex() == ROWS, timeout=10_000)
    qtbot.keyClick(page.rows.panel.cards, Qt.Key.Key_1)
    press(qtbot, page, "decide_confirm")
    qtbot.keyClick(page.rows.panel.cards, Qt.Key.Key_2)
    press(qtbot, page, "decide_confirm")
    run_import(qtbot, page)
    assert number_of_cases(session) == 1
    assert figure(page.result.counts, "not_a_person") == 2  # the header, and the row that is left out


def test_another_character_set_shows_other_samples_at_once(page, qtbot, answers):
    open_sample(qtbot, page, answers, CONSULATE)
    assert page.findChild(object, "encoding_doubt").isVisibleTo(page)
    press(qtbot, page, "show_columns")
    encodings = page.columns.findChild(object, "encodings")
    assert encodings.value() == "gb18030"
    before = [line.samples.text() for line in page.columns._lines]
    encodings.choose("windows-1252")
    qtbot.waitUntil(lambda: page._job is None, timeout=90_000)
    assert [line.samples.text() for line in page.columns._lines] != before
    assert page.rows.decisions.base.encoding == "windows-1252"


def test_a_file_without_known_headers_can_be_named_by_hand(page, qtbot, answers, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("aa,bb,cc\nRosa Meyer,1990-01-02,x\nMaria Klein,1991-02-03,y\n", encoding="utf-8")
    choose_file(qtbot, page, answers, path)
    qtbot.waitUntil(lambda: page.stack.currentIndex() == COLUMNS, timeout=10_000)
    assert "row with column names" in page._columns_problem.accessibleName().lower()
    assert page.columns._lines[0].samples.text() == "Rosa Meyer, Maria Klein"
    assert not button(page, "columns_done").isEnabled()
    for name, code in (("field_A", "person.name_latin"), ("field_B", "person.birth")):
        page.columns.findChild(object, name)._on_picked(code)
        qtbot.waitUntil(lambda: page._job is None, timeout=10_000)
    assert page.rows.decisions is not None
    assert [row.values["person.name_latin"] for row in page.rows.decisions.base.people] == [
        "Rosa Meyer",
        "Maria Klein",
    ]


def test_hidden_names_stand_nowhere_on_the_page(page, qtbot, answers):
    open_sample(qtbot, page, answers, SHELTER)

    def texts():
        model = page.rows.model
        table = [
            str(model.index(r, c).data()) for r in range(model.rowCount()) for c in range(model.columnCount())
        ]
        return " ".join(
            [
                *table,
                *(
                    w.accessibleName()
                    for w in page.rows.panel.findChildren(object)
                    if hasattr(w, "accessibleName")
                ),
            ]
        )

    assert "Sok Chanthy" in texts()
    page.context.show_names(False)
    qtbot.waitUntil(lambda: "Sok Chanthy" not in texts())
    assert "万茜欣" not in texts()


def test_the_language_changes_while_a_choice_stays(page, qtbot, answers):
    open_sample(qtbot, page, answers, SHELTER)
    qtbot.keyClick(page.rows.panel.cards, Qt.Key.Key_1)
    chosen, place = page.rows.panel.cards.value(), page.rows.panel.place
    page.context.language.use("zh")
    assert (page.rows.panel.cards.value(), page.rows.panel.place) == (chosen, place)
    page.context.language.use("en")
    assert button(page, "import_do").text().startswith("Import ")


def test_a_reporting_officer_is_told_who_can(make_context, as_role, qtbot):
    page = ImportPage(make_context(as_role(Role.REPORTING_OFFICER)))
    qtbot.addWidget(page)
    page.show()
    page.on_shown()
    assert page.stack.currentIndex() == REFUSED
