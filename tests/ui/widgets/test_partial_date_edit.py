"""A date is typed, pasted and read as far as it is known, and nothing is added to it."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from shelter_ui.language import LanguageSwitch
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.partial_date_edit import PartialDateEdit

TODAY = dt.date(2026, 3, 12)


@pytest.fixture
def edit(theme, show):
    edit = PartialDateEdit(theme, today=lambda: TODAY)
    show(edit)
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    return edit


def keys(qtbot, edit, text):
    for char in text:
        target = edit.window().focusWidget()
        if char.isascii():
            qtbot.keyClicks(target, char)
        else:  # from an input method, as Chinese always comes
            event = QInputMethodEvent()
            event.setCommitString(char)
            QApplication.sendEvent(target, event)


def press(qtbot, edit, *pressed):
    for key in pressed:
        qtbot.keyClick(edit.window().focusWidget(), key)


def paste(qtbot, edit, text):
    QApplication.clipboard().setText(text)
    qtbot.keyClick(edit.window().focusWidget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def shown(edit):
    return edit._reading.plain_text()


def test_nothing_given_is_no_value(edit):
    assert edit.value() is None
    assert edit.problem() == ""


def test_digits_jump_on_when_a_part_is_full(edit, qtbot):
    keys(qtbot, edit, "20130417")
    assert edit.value() == {"y": 2013, "m": 4, "d": 17}
    assert shown(edit) == "17 April 2013"


@pytest.mark.parametrize("typed", ["2013-4-7", "2013/4/7", "2013.4.7", "2013年4月7"])
def test_separators_jump_on(edit, qtbot, typed):
    keys(qtbot, edit, typed)
    assert edit.value() == {"y": 2013, "m": 4, "d": 7}


def test_an_empty_month_and_day_are_right_answers(edit, qtbot):
    keys(qtbot, edit, "1998")
    assert edit.value() == {"y": 1998}
    assert edit.problem() == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1996年3月", {"y": 1996, "m": 3}),
        ("１９９６年３月", {"y": 1996, "m": 3}),
        ("2013-04-17", {"y": 2013, "m": 4, "d": 17}),
    ],
)
def test_pasting_fills_the_parts(edit, qtbot, text, value):
    paste(qtbot, edit, text)
    got = edit.value()
    assert {key: got[key] for key in value} == value
    assert edit.mode == "date"


def test_pasting_a_two_digit_year_keeps_what_was_written(edit, qtbot):
    paste(qtbot, edit, "14-Feb-99")
    got = edit.value()
    assert (got["y"], got["m"], got["d"]) == (1999, 2, 14)


def test_pasting_an_age_changes_the_mode(edit, qtbot):
    paste(qtbot, edit, "约26岁")
    assert edit.mode == "age"
    assert edit.value()["age"] == 26
    assert edit.value()["about"] is True


def test_what_is_ambiguous_is_asked_in_words(edit, qtbot):
    paste(qtbot, edit, "03/04/2013")
    assert "d" not in edit.value()
    assert edit.problem() == "Which of the two is meant?"
    answers = [edit._answers.itemAt(place).widget() for place in range(edit._answers.count())]
    assert {answer.text() for answer in answers} == {"3 April 2013", "4 March 2013"}
    wanted = next(answer for answer in answers if answer.text() == "3 April 2013")
    with qtbot.waitSignal(edit.changed):
        qtbot.mouseClick(wanted, Qt.MouseButton.LeftButton)
    got = edit.value()
    assert (got["y"], got["m"], got["d"]) == (2013, 4, 3)
    assert edit.problem() == ""


def test_about_is_switched_by_its_mark(edit, qtbot):
    keys(qtbot, edit, "~2013")
    assert edit.value() == {"y": 2013, "about": True}
    assert shown(edit) == "about 2013"
    press(qtbot, edit, Qt.Key.Key_Left)
    edit.window().focusWidget().setCursorPosition(0)
    keys(qtbot, edit, "约")
    assert edit.value() == {"y": 2013}


def test_t_is_today_and_up_and_down_change_a_part(edit, qtbot):
    keys(qtbot, edit, "t")
    assert edit.value() == {"y": 2026, "m": 3, "d": 12}
    press(qtbot, edit, Qt.Key.Key_Down)
    assert edit.value()["y"] == 2025


def test_a_tab_out_of_habit_after_a_full_part_skips_nothing(edit, qtbot):
    for typed in ("1998", "2", "28"):
        keys(qtbot, edit, typed)
        press(qtbot, edit, Qt.Key.Key_Tab)
    assert edit.value() == {"y": 1998, "m": 2, "d": 28}


def test_a_second_tab_leaves_the_month_empty(edit, qtbot):
    keys(qtbot, edit, "1998")
    press(qtbot, edit, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert edit.window().focusWidget().kind == "day"


def test_the_arrows_cross_the_borders_of_parts(edit, qtbot):
    keys(qtbot, edit, "201304")
    assert edit.window().focusWidget().kind == "day"
    press(qtbot, edit, Qt.Key.Key_Left)
    assert edit.window().focusWidget().kind == "month"
    press(qtbot, edit, Qt.Key.Key_Right)
    assert edit.window().focusWidget().kind == "day"
    press(qtbot, edit, Qt.Key.Key_Backspace)
    assert edit.window().focusWidget().kind == "month"


def test_a_day_that_is_none_is_said_and_kept_as_text(edit, qtbot):
    keys(qtbot, edit, "20260230")
    assert edit.problem() == "There is no such day in the calendar."
    assert shown(edit) == edit.problem()
    assert edit.value() == {"text": "2026-2-30"}


def test_a_range_and_an_age_are_given_part_by_part(theme, show, qtbot):
    edit = PartialDateEdit(theme, today=lambda: TODAY)
    show(edit)
    edit.set_value({"age": 26, "asof": {"y": 2026}})
    assert edit.mode == "age"
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    keys(qtbot, edit, "31")
    assert edit.value() == {"age": 31, "asof": {"y": 2026}}
    edit.set_value({"from": {"y": 2025, "m": 11}, "to": {"y": 2026}})
    assert edit.mode == "range"
    assert edit.value() == {"from": {"y": 2025, "m": 11}, "to": {"y": 2026}}
    edit.set_value({"unknown": True})
    assert edit.value() == {"unknown": True}
    assert shown(edit) == "not known"


def test_a_change_of_language_keeps_what_is_typed(edit, qtbot, qapp):
    keys(qtbot, edit, "201304")
    LanguageSwitch(qapp).use("zh")
    assert edit.value() == {"y": 2013, "m": 4}
    assert shown(edit) == "2013年4月"


def walk(qtbot, edit, key, steps):
    """The names of what the keyboard comes to."""
    names = []
    for _step in range(steps):
        press(qtbot, edit, key)
        names.append(edit.window().focusWidget().accessibleName() or edit.window().focusWidget().text())
    return names


def test_tab_goes_as_one_reads(theme, show, qtbot):
    before, edit, after = LineEdit(theme), PartialDateEdit(theme, today=lambda: TODAY), LineEdit(theme)
    before.setAccessibleName("before")
    after.setAccessibleName("after")
    show(before, edit, after)
    before.setFocus(Qt.FocusReason.TabFocusReason)
    forth = walk(qtbot, edit, Qt.Key.Key_Tab, 7)
    assert forth == ["Date", "Year", "Month", "Day", "Today", "About", "after"]
    assert walk(qtbot, edit, Qt.Key.Key_Backtab, 7) == [*reversed(forth[:-1]), "before"]


def test_who_comes_with_tab_may_type_the_date_at_once(theme, show, qtbot):
    before, edit = LineEdit(theme), PartialDateEdit(theme, today=lambda: TODAY)
    show(before, edit)
    before.setFocus(Qt.FocusReason.TabFocusReason)
    press(qtbot, edit, Qt.Key.Key_Tab)
    keys(qtbot, edit, "20130417")
    assert edit.value() == {"y": 2013, "m": 4, "d": 17}


def test_tab_leads_from_an_ambiguous_date_to_its_readings(theme, show, qtbot):
    edit, after = PartialDateEdit(theme, today=lambda: TODAY), LineEdit(theme)
    show(edit, after)
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    paste(qtbot, edit, "03/04/2013")
    assert walk(qtbot, edit, Qt.Key.Key_Tab, 6)[-2:] == ["3 April 2013", "4 March 2013"]


def test_a_digit_too_many_changes_nothing_else(edit, qtbot):
    keys(qtbot, edit, "2013")
    press(qtbot, edit, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert edit.window().focusWidget().kind == "day"
    keys(qtbot, edit, "1345")
    assert edit.as_typed()["parts"] == ["2013", "", "13"]
    assert not edit.as_typed()["about"]
    keys(qtbot, edit, "~")
    assert edit.as_typed()["about"]


def test_eight_digits_are_a_day(edit, qtbot):
    paste(qtbot, edit, "20130417")
    got = edit.value()
    assert (got["y"], got["m"], got["d"]) == (2013, 4, 17)
    assert "about" not in got


def test_nobody_is_told_off_in_the_middle_of_a_date(theme, show, qtbot):
    edit, after = PartialDateEdit(theme, today=lambda: TODAY), LineEdit(theme)
    show(edit, after)
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    keys(qtbot, edit, "20")
    assert edit.problem() == "A year has four digits."
    assert shown(edit) == ""
    after.setFocus(Qt.FocusReason.TabFocusReason)
    assert shown(edit) == "A year has four digits."
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    keys(qtbot, edit, "201")
    assert shown(edit) == "A year has four digits."
    keys(qtbot, edit, "3")
    assert shown(edit) == "2013"


def test_a_range_that_is_begun_is_not_wrong_yet(theme, show, qtbot):
    edit, after = PartialDateEdit(theme, today=lambda: TODAY), LineEdit(theme)
    show(edit, after)
    edit.set_value({"from": {"y": 2012}, "to": {"y": 2013}})
    edit.set_value(None)
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    keys(qtbot, edit, "2013")
    assert shown(edit) == ""
    edit.settle()
    assert shown(edit) == "A range runs from the earlier to the later date; both need a year."


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("spring 1999", {"y": 1999, "text": "spring 1999"}),
        ("1999年春", {"y": 1999, "text": "1999年春"}),
        ("Ramadan 2013", {"text": "Ramadan 2013"}),
        ("before the flood", {"text": "before the flood"}),
        ("发大水以前", {"text": "发大水以前"}),
    ],
)
def test_words_that_are_pasted_are_kept_and_read(theme, show, qtbot, text, value):
    edit, after = PartialDateEdit(theme, today=lambda: TODAY), LineEdit(theme)
    show(edit, after)
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    paste(qtbot, edit, text)
    assert edit.value() == value
    after.setFocus(Qt.FocusReason.TabFocusReason)
    assert edit.value() == value
    assert edit.problem() == ""
    assert shown(edit) == (f"1999, Written as: {text}" if "y" in value else text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("spring 1999", {"y": 1999, "text": "spring 1999"}),
        ("before the flood", {"text": "before the flood"}),
        ("14-Feb-1999", {"y": 1999, "m": 2, "d": 14}),
        ("1999", {"y": 1999}),
        ("1999发大水", {"text": "1999 发大水"}),
    ],
)
def test_words_that_are_typed_are_read_when_the_field_is_left(theme, show, qtbot, text, value):
    edit, after = PartialDateEdit(theme, today=lambda: TODAY), LineEdit(theme)
    show(edit, after)
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    keys(qtbot, edit, text)
    typed = edit.value()
    after.setFocus(Qt.FocusReason.TabFocusReason)
    assert edit.value() == typed
    assert {key: typed[key] for key in value} == value
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    keys(qtbot, edit, "2001")
    assert edit.value()["y"] == 2001
    assert "text" not in edit.value()


def test_an_age_is_kept_as_text_where_no_age_is_asked(theme, show, qtbot):
    edit = PartialDateEdit(theme, today=lambda: TODAY, modes=("date",))
    show(edit)
    edit.setFocus(Qt.FocusReason.TabFocusReason)
    paste(qtbot, edit, "26 years old")
    assert edit.value() == {"text": "26 years old"}
