"""Yes, no, unknown and not asked are four answers, and none is chosen beforehand."""

import pytest
from PySide6.QtCore import Qt

from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit
from shelter_ui.widgets.segmented import Segmented

WORDS = (("yes", "Yes"), ("no", "No"), ("unknown", "Unknown"), ("not_asked", "Not asked"))


@pytest.fixture
def answer(theme):
    return Segmented(theme, WORDS)


def press(qtbot, widget, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        qtbot.keyClick(widget.window().focusWidget(), key, modifier)


def test_nothing_is_chosen_and_the_first_key_chooses_the_first_word(answer, show, qtbot):
    show(answer)
    answer.setFocus()
    assert answer.value() is None
    with qtbot.waitSignal(answer.changed) as signal:
        press(qtbot, answer, Qt.Key.Key_Right)
    assert signal.args == ["yes"]
    press(qtbot, answer, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert answer.value() == "not_asked"
    press(qtbot, answer, Qt.Key.Key_Left)
    assert answer.value() == "unknown"


def test_alt_and_a_number_choose_directly_and_delete_takes_back(answer, show, qtbot):
    show(answer)
    answer.setFocus()
    press(qtbot, answer, Qt.Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    assert answer.value() == "no"
    with qtbot.waitSignal(answer.changed) as signal:
        press(qtbot, answer, Qt.Key.Key_Delete)
    assert signal.args == [None]
    assert answer.value() is None


def test_a_switch_cannot_be_taken_back(theme, show, qtbot):
    switch = Segmented(theme, WORDS, required=True)
    switch.set_value("no")
    show(switch)
    switch.setFocus()
    press(qtbot, switch, Qt.Key.Key_Delete)
    assert switch.value() == "no"


def test_it_is_one_tab_stop(theme, answer, show, qtbot):
    before, after = LineEdit(theme), LineEdit(theme)
    window = show(before, answer, after)
    answer.set_value("no")
    before.setFocus()
    press(qtbot, before, Qt.Key.Key_Tab)
    assert window.focusWidget().accessibleName() == "No"
    press(qtbot, before, Qt.Key.Key_Tab)
    assert window.focusWidget() is after


def test_a_click_chooses_and_showing_a_value_tells_nobody(answer, show, qtbot):
    show(answer)
    told = []
    answer.changed.connect(told.append)
    answer.set_value("yes")
    assert told == []
    word = next(
        segment for segment in answer.findChildren(type(answer.focusProxy())) if segment.code == "unknown"
    )
    qtbot.mouseClick(word, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(word, Qt.MouseButton.LeftButton)
    assert told == ["unknown"]
    assert word.isChecked()
    assert answer.accessibleDescription() == "Unknown"


def test_words_in_another_language_keep_the_answer_and_the_focus(answer, show):
    window = show(answer)
    answer.set_value("no")
    answer.setFocus()
    answer.set_options([("yes", "是"), ("no", "否"), ("unknown", "不清楚"), ("not_asked", "未问")])
    assert answer.value() == "no"
    assert window.focusWidget().accessibleName() == "否"


def test_a_narrow_place_gets_two_rows_and_cuts_no_word(answer, show):
    show(answer)
    wide = answer.sizeHint()
    assert answer.heightForWidth(wide.width()) == wide.height()
    narrow = answer.minimumSizeHint().width()
    assert narrow < wide.width()
    assert answer.heightForWidth(narrow) == 2 * wide.height()
    answer.resize(narrow, 2 * wide.height())
    for segment in answer.findChildren(type(answer.focusProxy())):
        assert segment.width() >= segment.sizeHint().width()


def test_two_rows_are_shown_whole_in_a_form(theme, answer, show, qtbot):
    answer.setMaximumWidth(answer.minimumSizeHint().width())
    row = FieldRow(theme, answer, "Reads Chinese")
    show(row)
    qtbot.waitUntil(lambda: answer.height() == 2 * answer.sizeHint().height())
    assert answer.rect().contains(answer.childrenRect())
