"""A part of the window wears the style sheet when it is seen, and what its widgets have to do waits until then."""

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QMenu, QTabWidget, QVBoxLayout, QWidget

from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed


class Line(Themed, QLabel):
    """Counts how often it takes its looks, and says its language."""

    def __init__(self, theme):
        super().__init__("text")
        self.taken = self.said = 0
        self.adopt(theme)

    def restyle(self):
        self.taken += 1

    def retranslate_ui(self):
        self.said += 1


@pytest.fixture
def theme(qapp):
    theme = Theme("light")
    theme.apply(qapp)
    return theme


@pytest.fixture
def part(theme, qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.line = Line(theme)
    QVBoxLayout(made).addWidget(made.line)
    theme.dress(made)
    return made


def ink(widget):
    return widget.palette().color(QPalette.ColorRole.WindowText)


def test_it_is_dressed_when_it_is_shown(theme, part):
    part.show()
    assert part.styleSheet() == theme.style_sheet
    assert ink(part.line) == theme.colour("text")


def test_what_is_seen_changes_at_once(theme, part):
    part.show()
    theme.change(palette="dark")
    assert part.line.taken == 1
    assert part.styleSheet() == theme.style_sheet
    assert ink(part.line) == theme.colour("text")


def test_what_is_not_seen_changes_once_when_it_is_shown(theme, part):
    part.show()
    part.hide()
    before = part.styleSheet()
    for palette in ("dark", "hc_dark", "hc_light"):
        theme.change(palette=palette)
    assert (part.styleSheet(), part.line.taken) == (before, 0)
    part.show()
    assert (part.styleSheet(), part.line.taken) == (theme.style_sheet, 1)
    assert ink(part.line) == theme.colour("text")


def test_a_widget_that_lies_in_no_part_changes_at_once(theme, qtbot):
    line = Line(theme)
    qtbot.addWidget(line)
    theme.change(palette="dark")
    assert line.taken == 1


def test_a_widget_that_is_gone_has_nothing_to_do(theme, part):
    part.show()
    part.hide()
    theme.change(palette="dark")
    part.line.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    part.show()
    assert part.styleSheet() == theme.style_sheet


def test_a_part_that_qt_has_let_go_of_is_passed_over(theme, part, qtbot):
    gone = QWidget()
    theme.dress(gone)
    gone.show()
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    part.show()
    theme.change(palette="dark")
    assert part.styleSheet() == theme.style_sheet


def test_a_menu_wears_what_its_part_wears(theme, part):
    part.show()
    menu = QMenu(part)
    menu.addAction("One")
    menu.ensurePolished()
    theme.change(palette="dark")
    menu.ensurePolished()
    assert menu.grab().toImage().pixelColor(3, 12) == theme.colour("raised")


def test_another_language_is_said_when_it_is_shown(part):
    part.show()
    part.hide()
    QCoreApplication.sendEvent(part, QEvent(QEvent.Type.LanguageChange))
    assert part.line.said == 0
    part.show()
    assert part.line.said == 1
    QCoreApplication.sendEvent(part, QEvent(QEvent.Type.LanguageChange))
    assert part.line.said == 2


def test_a_part_of_which_python_lost_its_object_goes_on(theme, qtbot):
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    theme.dress(tabs.tabBar())
    tabs.show()
    worn = tabs.tabBar().styleSheet()
    shiboken6.invalidate(tabs.tabBar())  # what PySide6 does at times while other widgets go
    theme.change(palette="dark")
    tabs.hide()
    QCoreApplication.sendEvent(tabs, QEvent(QEvent.Type.LanguageChange))
    tabs.show()
    assert worn != tabs.tabBar().styleSheet() == theme.style_sheet
