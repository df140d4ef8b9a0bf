"""Coded answers are found the way people type them, and are removed with the keys people try."""

import pytest
from PySide6.QtCore import Qt

from shelter_ui.widgets.chips import ChipsEdit
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.options import Option, find_options

MEANS = [
    Option("withhold_documents", "扣留证件", ("Documents withheld",)),
    Option("debt_bondage", "债役", ("Debt bondage", "债务奴役")),
    Option("restrict_movement", "限制人身自由", ("Restricts movement",)),
    Option("false_promises", "虚假承诺", ("False promises",)),
]


@pytest.fixture
def chips(theme):
    return ChipsEdit(theme, MEANS)


def type_in(qtbot, widget, text):
    qtbot.keyClicks(widget.window().focusWidget(), text)


def press(qtbot, widget, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        qtbot.keyClick(widget.window().focusWidget(), key, modifier)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("扣", "withhold_documents"),
        ("kouliu", "withhold_documents"),
        ("klzj", "withhold_documents"),
        ("xz", "restrict_movement"),
        ("zhai wu nu", "debt_bondage"),
        ("Debt", "debt_bondage"),
        ("fp", "false_promises"),
        ("restrict_m", "restrict_movement"),
    ],
)
def test_an_answer_is_found_by_word_pinyin_initials_other_language_and_code(typed, code):
    assert find_options(MEANS, typed)[0].code == code


def test_what_is_not_in_the_list_is_not_found_and_nothing_typed_shows_all():
    assert find_options(MEANS, "quarantine") == []
    assert find_options(MEANS, "  ") == MEANS


def test_typing_and_enter_add_answers_in_their_order(chips, show, qtbot):
    show(chips)
    chips.setFocus()
    type_in(qtbot, chips, "xz")
    assert chips.popup().isVisible()
    press(qtbot, chips, Qt.Key.Key_Return)
    assert chips.popup().isVisible()
    type_in(qtbot, chips, "kou")
    press(qtbot, chips, Qt.Key.Key_Return)
    assert chips.codes() == ["restrict_movement", "withhold_documents"]


def test_the_arrows_choose_in_the_list_and_escape_closes_it(chips, show, qtbot):
    show(chips)
    chips.setFocus()
    press(qtbot, chips, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert chips.codes() == ["debt_bondage"]
    press(qtbot, chips, Qt.Key.Key_Escape)
    assert not chips.popup().isVisible()
    assert chips.codes() == ["debt_bondage"]


def test_backspace_first_marks_then_removes_and_undo_brings_back(chips, show, qtbot):
    show(chips)
    chips.set_codes(["debt_bondage", "false_promises"])
    chips.setFocus()
    press(qtbot, chips, Qt.Key.Key_Backspace)
    assert chips.codes() == ["debt_bondage", "false_promises"]
    with qtbot.waitSignal(chips.changed):
        press(qtbot, chips, Qt.Key.Key_Backspace)
    assert chips.codes() == ["debt_bondage"]
    press(qtbot, chips, Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    assert chips.codes() == ["debt_bondage", "false_promises"]


def test_left_walks_to_a_chip_and_delete_removes_that_one(chips, show, qtbot):
    show(chips)
    chips.set_codes(["debt_bondage", "false_promises", "restrict_movement"])
    chips.setFocus()
    press(qtbot, chips, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Delete)
    assert chips.codes() == ["debt_bondage", "restrict_movement"]


def test_backspace_in_a_typed_word_removes_no_answer(chips, show, qtbot):
    show(chips)
    chips.set_codes(["debt_bondage"])
    chips.setFocus()
    type_in(qtbot, chips, "xz")
    press(qtbot, chips, Qt.Key.Key_Backspace, Qt.Key.Key_Backspace)
    assert chips.codes() == ["debt_bondage"]


def test_a_code_that_is_no_longer_offered_stays(chips, show):
    show(chips)
    chips.set_codes(["x_old", "debt_bondage"])
    chips.set_options(MEANS[:2])
    assert chips.codes() == ["x_old", "debt_bondage"]


def test_more_than_eight_answers_fold_until_one_types(theme, show, qtbot):
    many = ChipsEdit(theme, [Option(f"c{n}", f"Answer {n}") for n in range(12)])
    many.set_codes([f"c{n}" for n in range(11)])
    show(ChoiceBox(theme), many)
    folded = many.heightForWidth(300)
    many.setFocus()
    assert many.heightForWidth(300) > folded
    assert len(many.codes()) == 11


@pytest.fixture
def choice(theme):
    return ChoiceBox(theme, MEANS)


def test_a_single_choice_is_typed_and_taken_with_enter(choice, show, qtbot):
    show(choice)
    choice.setFocus()
    type_in(qtbot, choice, "zhaiyi")
    with qtbot.waitSignal(choice.changed) as signal:
        press(qtbot, choice, Qt.Key.Key_Return)
    assert signal.args == ["debt_bondage"]
    assert choice.text() == "债役"
    assert not choice.popup().isVisible()


def test_what_matches_nothing_gives_way_to_the_earlier_choice(theme, choice, show, qtbot):
    other = ChoiceBox(theme, MEANS)
    show(other, choice)
    choice.set_code("debt_bondage")
    choice.setFocus(Qt.FocusReason.TabFocusReason)
    type_in(qtbot, choice, "nothing")
    press(qtbot, choice, Qt.Key.Key_Tab)
    assert choice.code() == "debt_bondage"
    assert choice.text() == "债役"


def test_an_emptied_field_means_no_choice(theme, choice, show, qtbot):
    other = ChoiceBox(theme, MEANS)
    show(other, choice)
    choice.set_code("debt_bondage")
    choice.setFocus(Qt.FocusReason.TabFocusReason)
    press(qtbot, choice, Qt.Key.Key_Backspace)
    with qtbot.waitSignal(choice.changed) as signal:
        press(qtbot, choice, Qt.Key.Key_Tab)
    assert signal.args == [None]


def test_the_list_stays_inside_the_window(choice, show):
    window = show(choice)
    choice.setFocus()
    choice.popup().offer(MEANS, set())
    assert window.rect().contains(choice.popup().geometry())
    assert choice.popup().parentWidget() is window


def test_only_the_field_with_the_keyboard_shows_its_word_selected(theme, show, qtbot):
    box, other = ChoiceBox(theme, MEANS), ChoiceBox(theme, MEANS)
    show(box, other)
    box.setFocus(Qt.FocusReason.TabFocusReason)
    type_in(qtbot, box, "xz")
    press(qtbot, box, Qt.Key.Key_Tab)
    assert box.text() == "限制人身自由"
    assert not box.hasSelectedText()
    press(qtbot, box, Qt.Key.Key_Backtab)
    assert box.hasSelectedText()
