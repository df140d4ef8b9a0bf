"""The search waits for the typist, work can be stopped, and the small notices say what happened."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QPushButton

from shelter_ui.language import LanguageSwitch
from shelter_ui.tasks import Job
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit, NumberEdit, PasswordEdit
from shelter_ui.widgets.progress import DraftIndicator, ProgressPanel, Toast
from shelter_ui.widgets.rail import Rail, RailEntry
from shelter_ui.widgets.search_box import SearchBox


@pytest.fixture
def search(theme, show):
    search = SearchBox(theme, "Find a name")
    show(search)
    search.setFocus()
    return search


def test_the_search_asks_once_a_moment_after_the_last_key(search, qtbot):
    asked = []
    search.query_changed.connect(asked.append)
    qtbot.keyClicks(search, "chen")
    assert asked == []
    qtbot.waitUntil(lambda: asked == ["chen"])


def test_the_search_waits_while_an_input_method_composes(search, qtbot):
    asked = []
    search.query_changed.connect(asked.append)
    QApplication.sendEvent(search, QInputMethodEvent("chen", []))
    assert not search._timer.isActive()
    commit = QInputMethodEvent()
    commit.setCommitString("陈")
    QApplication.sendEvent(search, commit)
    qtbot.waitUntil(lambda: asked == ["陈"])


def test_enter_and_down_ask_at_once_and_escape_clears_then_leaves(search, qtbot):
    asked, left, down = [], [], []
    search.query_changed.connect(asked.append)
    search.left.connect(lambda: left.append(1))
    search.entered_list.connect(lambda: down.append(1))
    qtbot.keyClicks(search, "mai")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert asked == ["mai"]
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert down == [1]
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert (search.text(), asked, left) == ("", ["mai", ""], [])
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert left == [1]


def test_progress_appears_shows_per_cent_and_goes(theme, show, qtbot):
    panel = ProgressPanel(theme, delay_ms=0)
    show(panel)
    panel.hide()
    job = Job()
    panel.follow(job, "Checking the tables")
    qtbot.waitUntil(panel.isVisible)
    job.progress(31, 50)
    assert panel._percent.text() == "62%"
    job.ended.emit()
    assert not panel.isVisible()


def test_short_work_shows_no_progress(theme, show):
    panel = ProgressPanel(theme)
    show(panel)
    panel.hide()
    job = Job()
    panel.follow(job, "Checking the tables")
    job.ended.emit()
    assert not panel.isVisible()
    assert not panel._appear.isActive()


def test_cancel_stops_the_work_and_says_that_nothing_was_written(theme, show, qtbot):
    panel = ProgressPanel(theme, delay_ms=0)
    show(panel)
    job = Job()
    panel.follow(job, "Checking the tables")
    qtbot.waitUntil(panel.isVisible)
    button = panel.findChild(QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert job.cancelled
    assert panel._what.text() == "Stopping, nothing has been written"
    assert not button.isEnabled()


def test_cancel_keeps_its_width_where_no_bar_stands_beside_it(theme, show, qtbot):
    panel = ProgressPanel(theme, delay_ms=0)
    panel.resize(900, 80)
    show(panel)
    panel.follow(Job(), "Reading the file")
    qtbot.waitUntil(panel.isVisible)
    button = panel.findChild(QPushButton)
    assert button.width() == button.sizeHint().width()
    assert button.geometry().right() > panel.width() - theme.px(24)


def test_escape_cancels_too(theme, show, qtbot):
    panel = ProgressPanel(theme, delay_ms=0)
    show(panel)
    job = Job()
    panel.follow(job, "Checking the tables")
    qtbot.waitUntil(panel.isVisible)
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert job.cancelled


def test_the_draft_indicator_keeps_its_width_in_its_usual_states(theme):
    draft = DraftIndicator(theme)
    widths = [draft.sizeHint().width()]
    draft.set_unsaved()
    widths.append(draft.sizeHint().width())
    draft.set_saved("14:32:08")
    widths.append(draft.sizeHint().width())
    assert len(set(widths)) == 1
    assert draft.text() == "Draft saved 14:32:08"
    draft.set_failed("the disk is full")
    assert draft.text() == "Cannot save the draft: the disk is full"


def test_a_toast_can_be_undone_from_the_keyboard(theme, show, qtbot):
    window = show(LineEdit(theme))
    toast = Toast(theme, window)
    toast.say("Follow-up marked as done.", undo=True)
    assert window.rect().contains(toast.geometry())
    toast.focus_toast()
    assert not toast._timer.isActive()
    with qtbot.waitSignal(toast.undone):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert not toast.isVisible()


def test_caps_lock_is_noticed_and_its_line_keeps_its_room(theme, show, qtbot):
    password = PasswordEdit(theme)
    show(password)
    height = password.sizeHint().height()
    qtbot.keyClick(password.edit, Qt.Key.Key_A)
    assert not password.caps_lock
    event = Qt.KeyboardModifier.NoModifier
    qtbot.keyClicks(password.edit, "Q", event)
    assert password.text() == "aQ"
    qtbot.keyClick(password.edit, Qt.Key.Key_CapsLock)
    assert password.sizeHint().height() == height


def test_the_password_is_hidden_until_it_is_revealed(theme, show, qtbot):
    password = PasswordEdit(theme)
    show(password)
    qtbot.keyClicks(password.edit, "secret")
    assert "secret" not in password.edit.displayText()
    reveal = password.findChild(QPushButton)
    assert reveal.accessibleName() == "Show the password"
    qtbot.mouseClick(reveal, Qt.MouseButton.LeftButton)
    assert password.edit.displayText() == "secret"
    assert reveal.accessibleName() == "Hide the password"


def test_a_number_is_typed_or_counted(theme, show, qtbot):
    number = NumberEdit(theme, 1, 60)
    show(number)
    assert number.number() is None
    qtbot.keyClicks(number, "5x0")
    assert number.number() == 50
    qtbot.keyClick(number, Qt.Key.Key_Up)
    assert number.number() == 51


def test_a_field_speaks_its_label_help_and_problem(theme, show):
    row = FieldRow(theme, LineEdit(theme), "Document number", help_text="As on the card.")
    show(row)
    assert row.field.accessibleName() == "Document number"
    height = row.field.height()
    row.set_error("17 digits; 18 expected.")
    assert row.field.accessibleDescription() == "As on the card. 17 digits; 18 expected."
    assert row.field.property("error") == "true"
    assert row.field.height() == height
    row.set_error("")
    assert row.field.accessibleDescription() == "As on the card."
    assert not row.field.property("error")


def test_a_sealed_field_is_replaced_by_words(theme, show):
    row = FieldRow(theme, LineEdit(theme), "Health")
    show(row)
    row.set_sealed("Sealed. A health worker can open this entry.")
    assert not row.field.isVisible()
    assert row._sealed.accessibleName() == "Sealed. A health worker can open this entry."
    row.set_sealed(None)
    assert row.field.isVisible()


def test_the_rail_is_one_tab_stop_and_is_walked_with_the_arrows(theme, show, qtbot):
    rail, field = Rail(theme), LineEdit(theme)
    rail.set_entries([RailEntry("today", "sun", "Today", 10), RailEntry("cases", "folder", "Cases")])
    rail.set_current("today")
    window = show(rail, field)
    rail.setFocus(Qt.FocusReason.TabFocusReason)
    assert window.focusWidget().accessibleName() == "Today, 10 due"
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Down)
    with qtbot.waitSignal(rail.chosen) as signal:
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert signal.args == ["cases"]
    assert rail.current == "cases"
    rail.set_narrow(True)
    assert rail.width() == 56
    assert window.focusWidget().toolTip() == "Cases"


def test_a_change_of_language_keeps_what_is_typed(theme, show, qtbot, qapp):
    field, search, password = LineEdit(theme), SearchBox(theme), PasswordEdit(theme)
    show(field, search, password)
    for widget in (field, search, password.edit):
        qtbot.keyClicks(widget, "typed")
    switch = LanguageSwitch(qapp)
    with qtbot.waitSignal(switch.changed):
        switch.use("zh")
    assert [field.text(), search.text(), password.text()] == ["typed"] * 3
    switch.use("en")
    assert search.accessibleName() == "Search"
