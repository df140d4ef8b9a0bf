"""Buttons and the focus ring behave as a person with a keyboard expects."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from shelter_ui.widgets.buttons import Button, IconButton
from shelter_ui.widgets.focus_ring import FocusRing


@pytest.fixture
def row(theme):
    row = QWidget()
    QHBoxLayout(row)
    return row


def test_a_busy_button_keeps_its_width_and_refuses(theme, row, show, qtbot):
    button = Button(theme, "Save the intake", "primary")
    row.layout().addWidget(button)
    show(row)
    presses = []
    button.clicked.connect(lambda: presses.append(1))
    width = button.width()
    button.set_busy(True)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert presses == []
    assert button.width() >= width
    assert not button.icon().isNull()
    button.set_busy(False)
    assert button.icon().isNull()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert presses == [1, 1]


def test_an_icon_alone_has_a_name(theme, row):
    button = IconButton(theme, "eye", "Show the password")
    row.layout().addWidget(button)
    assert button.accessibleName() == "Show the password"
    assert button.toolTip() == "Show the password"


def test_the_ring_follows_the_keyboard_and_not_the_mouse(theme, row, show, qtbot):
    first, second = Button(theme, "Print"), Button(theme, "Save")
    for button in (first, second):
        row.layout().addWidget(button)
    ring = FocusRing(theme, show(row), QApplication.instance())
    first.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target is first
    place = QRect(first.mapTo(ring.parentWidget(), QPoint()), first.size())
    assert ring.geometry() == place.adjusted(-4, -4, 4, 4)
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert ring.target is second
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is first
    assert ring.target is None


def test_the_ring_goes_with_a_button_that_is_hidden(theme, row, show, qtbot):
    button, other = Button(theme, "Print"), Button(theme, "Save")
    row.layout().addWidget(button)
    row.layout().addWidget(other)
    ring = FocusRing(theme, show(row), QApplication.instance())
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target is button
    button.hide()
    qtbot.waitUntil(lambda: ring.target is not button)


@pytest.mark.parametrize(("size", "height"), [("small", 28), ("normal", 32), ("large", 36)])
@pytest.mark.parametrize("kind", ["primary", "secondary", "text", "quiet"])
def test_buttons_have_three_heights(theme, row, show, kind, size, height):
    button = Button(theme, "Print", kind, size=size, icon="printer")
    row.layout().addWidget(button)
    show(row)
    assert button.height() == height
