"""Buttons and the focus ring behave as a person with a keyboard expects."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from shelter_ui.widgets.buttons import Button, IconButton
from shelter_ui.widgets.focus_ring import FocusRing

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def window(theme, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    QHBoxLayout(window)
    return window


def show(window, qtbot):
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()


def test_a_busy_button_keeps_its_width_and_refuses(theme, window, qtbot):
    button = Button(theme, "Save the intake", "primary")
    window.layout().addWidget(button)
    show(window, qtbot)
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


def test_an_icon_alone_has_a_name(theme, window):
    button = IconButton(theme, "eye", "Show the password")
    window.layout().addWidget(button)
    assert button.accessibleName() == "Show the password"
    assert button.toolTip() == "Show the password"


def test_the_ring_follows_the_keyboard_and_not_the_mouse(theme, window, qtbot):
    ring = FocusRing(theme, window, QApplication.instance())
    first, second = Button(theme, "Print"), Button(theme, "Save")
    for button in (first, second):
        window.layout().addWidget(button)
    show(window, qtbot)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target is first
    assert ring.geometry().contains(first.geometry())
    assert ring.geometry() != first.geometry()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert ring.target is second
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is first
    assert ring.target is None


def test_the_ring_goes_with_a_button_that_is_hidden(theme, window, qtbot):
    ring = FocusRing(theme, window, QApplication.instance())
    button, other = Button(theme, "Print"), Button(theme, "Save")
    window.layout().addWidget(button)
    window.layout().addWidget(other)
    show(window, qtbot)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target is button
    button.hide()
    qtbot.waitUntil(lambda: ring.target is not button)
