"""Every kind of answer can be typed, survives a change of language, and shows what looks wrong beside it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from shelter_app.domain.forms import form
from shelter_ui.forms.form_widget import FormWidget
from shelter_ui.widgets.notices import SealedBlock


@pytest.fixture
def build(session, make_context, show):
    def build(form_id, values=None, **options):
        context = make_context(session)
        widget = FormWidget(context, form(form_id), values, **options)
        show(widget)
        return context, widget

    return build


def edit(widget, field_id):
    return widget.question(field_id).editor.widget


def choose(qtbot, box, typed):
    box.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def type_date(qtbot, date_edit, *parts):
    for part, text in zip(date_edit.findChildren(QLineEdit), parts, strict=False):
        part.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClicks(part, text)


def date_parts(date_edit):
    return [part for part in date_edit.findChildren(QLineEdit) if part.isVisible()]


def test_typing_survives_a_change_of_language_in_every_kind_of_field(build, qtbot):
    values = {
        "name_latin": "Lò Thị Mai",
        "aliases": ["阿兰", "Lan"],
        "sex": "female",
        "birth": {"age": 26, "asof": {"y": 2026, "m": 3}, "about": True},
        "citizenship": ["VN", "CN"],
        "languages": ["vi"],
        "documents_held": "not_asked",
        "documents": [{"kind": "passport", "number": "C1234567"}],
        "mail_country": "VN",
        "children": 2,
        "remark": "two\nlines",
    }
    context, widget = build("person", values)
    edit(widget, "remark").insertPlainText("谈")
    widget.show_part_of("names")
    aliases = edit(widget, "aliases").focusProxy()
    aliases.setFocus()
    qtbot.keyClicks(aliases, "half a na")
    before = widget.values()
    assert before["aliases"] == ["阿兰", "Lan", "half a na"]
    assert before == {**values, "remark": "谈two\nlines", "aliases": ["阿兰", "Lan", "half a na"]}
    edited = []
    widget.edited.connect(lambda: edited.append(1))
    context.language.use("zh")
    assert edit(widget, "sex").text() == "女"
    assert widget.values() == before
    context.language.use("en")
    assert edit(widget, "sex").text() == "Female"
    assert widget.values() == before
    assert edited == []


def test_answers_are_typed_as_a_person_types_them(build, qtbot):
    _context, widget = build("service")
    choose(qtbot, edit(widget, "service_kind"), "legal")
    parts = date_parts(edit(widget, "given_on"))
    qtbot.keyClicks(parts[0], "2026")
    qtbot.keyClicks(parts[1], "3")
    qtbot.keyClicks(edit(widget, "sessions"), "4")
    edit(widget, "note").insertPlainText("谈了居留问题")
    assert widget.answers() == {
        "service_kind": "legal",
        "given_on": {"y": 2026, "m": 3},
        "sessions": 4,
        "note": "谈了居留问题",
    }


def test_four_answers_by_key_and_taken_back(build, qtbot):
    _context, widget = build("intake")
    answers = edit(widget, "safe_now")
    answers.setFocus(Qt.FocusReason.TabFocusReason)
    for number, expected in enumerate(("yes", "no", "unknown", "not_asked"), 1):
        key = Qt.Key(Qt.Key.Key_0 + number)
        qtbot.keyClick(QApplication.focusWidget(), key, Qt.KeyboardModifier.AltModifier)
        assert widget.values()["safe_now"] == expected
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    assert "safe_now" not in widget.values()


def test_a_day_that_is_in_no_calendar_is_said_beside_its_field(build, qtbot):
    _context, widget = build("service")
    parts = date_parts(edit(widget, "given_on"))
    for part, text in zip(parts, ("2026", "2", "31"), strict=False):
        qtbot.keyClicks(part, text)
    found = [problem for problem in widget.problems() if problem.field_id == "given_on"]
    assert [problem.severity for problem in found] == ["error"]
    said = " ".join(label.text() for label in edit(widget, "given_on").findChildren(QLabel))
    assert found[0].text() in said
    parts[2].clear()
    qtbot.keyClicks(parts[2], "28")
    assert [problem for problem in widget.problems() if problem.field_id == "given_on"] == []


def test_a_problem_waits_until_the_field_is_left_and_then_follows_every_key(build, qtbot):
    _context, widget = build("person")
    widget.show_part_of("contact")
    mail, row = edit(widget, "email"), widget.question("email").row
    mail.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(mail, "mai")
    assert row.problem() == ""
    edit(widget, "mail_street").setFocus(Qt.FocusReason.TabFocusReason)
    assert row.state == "warning"
    assert row.problem()
    mail.setFocus(Qt.FocusReason.TabFocusReason)
    mail.end(False)
    qtbot.keyClicks(mail, "@example.org")
    assert row.problem() == ""


def test_f8_walks_what_there_is_to_check(build, qtbot):
    _context, widget = build("service")
    assert widget.next_problem()
    assert QApplication.focusWidget() is edit(widget, "service_kind")
    choose(qtbot, edit(widget, "service_kind"), "legal")
    assert not widget.next_problem()


def test_other_opens_its_text_and_closing_it_keeps_what_was_typed(build, qtbot):
    _context, widget = build("service")
    text = widget.question("service_text").row
    assert text.isHidden()
    choose(qtbot, edit(widget, "service_kind"), "Other")
    assert not text.isHidden()
    qtbot.keyClicks(edit(widget, "service_text"), "Haircut")
    choose(qtbot, edit(widget, "service_kind"), "legal")
    assert text.isHidden()
    assert "service_text" not in widget.answers()
    choose(qtbot, edit(widget, "service_kind"), "Other")
    assert widget.answers()["service_text"] == "Haircut"


def test_rows_are_added_removed_and_brought_back(build, qtbot):
    _context, widget = build("person", {"documents": [{"kind": "passport", "number": "C1"}]})
    widget.show_part_of("documents")
    group = widget.question("documents").editor
    qtbot.mouseClick(group.widget.add, Qt.MouseButton.LeftButton)
    assert len(group.rows) == 2
    qtbot.keyClicks(group.rows[1].questions["number"].editor.widget, "E9")
    assert widget.answers()["documents"] == [{"kind": "passport", "number": "C1"}, {"number": "E9"}]
    group.rows[0].removed.emit()
    assert widget.answers()["documents"] == [{"number": "E9"}]
    qtbot.mouseClick(group.widget.back, Qt.MouseButton.LeftButton)
    assert widget.answers()["documents"] == [{"kind": "passport", "number": "C1"}, {"number": "E9"}]


def test_what_is_needed_is_marked_and_nothing_says_that_it_may_stay_empty(build):
    def words(widget):
        return {label.text() for label in widget.findChildren(QLabel) if label.isVisible()}

    _context, widget = build("service")
    assert "needed to save" in words(widget.question("service_kind").row)
    assert "needed to save" not in words(widget.question("sessions").row)
    assert not any("Everything may stay empty" in text for text in words(widget))
    _context, free = build("experience")
    assert any("Everything may stay empty" in text for text in words(free))


def test_the_first_wrong_field_is_brought_into_sight_from_another_part(build, qtbot):
    rows = [{"kind": "passport", "note": "x"} for _number in range(4)]
    _context, widget = build("person", {"documents": rows})
    last = widget.question("documents").editor.rows[-1].questions["issued_on"]
    last.editor.resume({**last.editor.edit.as_typed(), "parts": ["2013", "13", ""]})
    widget.show_part_of("names")
    assert [problem.row for problem in widget.show_all_problems()] == [3]
    widget.first_error()
    seen = lambda: not last.row.visibleRegion().isEmpty()  # noqa: E731 - asked again and again
    qtbot.waitUntil(seen)
    assert last.row.visibleRegion().boundingRect().height() == last.row.height()
    assert last.row.isAncestorOf(QApplication.focusWidget())


def test_tab_goes_through_the_rows_before_their_button(build, qtbot):
    _context, widget = build("person", {"documents": [{"kind": "passport"}, {"kind": "passport"}]})
    widget.show_part_of("documents")
    group = widget.question("documents").editor
    qtbot.mouseClick(group.widget.add, Qt.MouseButton.LeftButton)
    number = {row.questions["number"].editor.widget: place for place, row in enumerate(group.rows)}
    number[group.widget.add] = "add"
    group.rows[0].questions["kind"].editor.widget.setFocus(Qt.FocusReason.TabFocusReason)
    met = []
    while "add" not in met:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() in number:
            met.append(number[QApplication.focusWidget()])
    assert met == [0, 1, 2, "add"]


def test_an_answer_that_does_not_fit_is_kept_until_it_is_typed_anew(build, qtbot):
    _context, widget = build(
        "service", {"service_kind": "legal", "sessions": "about four", "header_x": "kept"}
    )
    assert widget.values()["sessions"] == "about four"
    assert widget.values()["header_x"] == "kept"
    assert any(problem.field_id == "sessions" for problem in widget.problems())
    qtbot.keyClicks(edit(widget, "sessions"), "4")
    assert widget.values()["sessions"] == 4


def test_a_sealed_answer_is_a_hatch_and_an_open_one_says_that_it_will_be_sealed(build):
    _context, widget = build("service", {"service_kind": "legal"}, sealed={"health"})
    question = widget.question("medical_detail")
    assert question.row.findChildren(SealedBlock)
    assert question.editor.widget.isHidden()
    assert "medical_detail" not in widget.values()
    _context, other = build("service", {"service_kind": "legal"})
    row = other.question("medical_detail").row
    assert not row.findChildren(SealedBlock)
    assert "sealed for health workers" in [label.text() for label in row.findChildren(QLabel)]


def test_every_field_has_a_spoken_name(build):
    for form_id in ("person", "intake", "consent", "experience", "service", "health", "return_step"):
        _context, widget = build(form_id)
        names = [widget.question(field.id).editor.widget.accessibleName() for field in form(form_id).fields]
        assert all(names), form_id


def test_whatever_the_keyboard_comes_to_says_which_question_it_answers(build, qtbot):
    def stops(widget):
        inside = [
            w for w in (widget, *widget.findChildren(QWidget)) if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        return [f"{w.accessibleName()} {w.accessibleDescription()}" for w in inside if not w.focusProxy()]

    _context, widget = build("person", {"languages": ["vi"]})
    for field_id, label in (
        ("birth", "Date of birth"), ("documents_held", "Has the person documents with them?"),
        ("languages", "Languages, the best first"), ("sex", "Sex"), ("children", "Number of children"),
    ):  # fmt: skip
        spoken = stops(edit(widget, field_id))
        assert spoken
        assert all(label in words for words in spoken), spoken
    assert any("Vietnamese" in words for words in stops(edit(widget, "languages")))
    birth = edit(widget, "birth")
    birth.show_typed({**birth.as_typed(), "parts": ["2013", "13", ""]})
    assert any("There is no such day in the calendar." in words for words in stops(birth))
