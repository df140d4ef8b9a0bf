"""When the program locks by itself, and which keys lock it: with clocks that the test sets."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QPlainTextEdit, QWidget

from shelter_ui.locking.controller import LockController
from shelter_ui.locking.triggers import Trigger

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


class Watched:
    """A controller, its clocks, and what it said."""

    def __init__(self, app):
        self.monotonic, self.wall = 50.0, 1e9
        self.due, self.soon = [], []
        self.locks = LockController(app, monotonic=lambda: self.monotonic, wall=lambda: self.wall)
        self.locks.attend()
        self.locks.due.connect(self.due.append)
        self.locks.soon.connect(self.soon.append)

    def pass_time(self, seconds, wall=None):
        """Time goes by second by second, as the timer sees it."""
        for _second in range(round(seconds)):
            self.monotonic += 1
            self.wall += 1
            self.locks.look()

    def jump(self, monotonic=1.0, wall=1.0):
        self.monotonic += monotonic
        self.wall += wall
        self.locks.look()


@pytest.fixture
def watched(qapp):
    made = Watched(qapp)
    yield made
    qapp.removeEventFilter(made.locks)
    made.locks.stop()
    made.locks.deleteLater()


@pytest.mark.parametrize("minutes", [1, 5, 15])
def test_it_locks_when_nobody_was_there_for_the_time_that_was_set(watched, minutes):
    watched.locks.start(minutes)
    watched.pass_time(minutes * 60 - 1)
    assert watched.due == []
    watched.pass_time(1)
    assert watched.due == [Trigger.IDLE]


def test_it_says_so_half_a_minute_before_and_only_once(watched):
    watched.locks.start(1)
    watched.pass_time(29)
    assert watched.soon == []
    watched.pass_time(20)
    assert watched.soon == [30]
    watched.locks.touch()
    watched.pass_time(30)
    assert watched.soon == [30, 30]


def test_a_key_or_the_pointer_begins_the_time_anew(watched, qtbot):
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    watched.locks.start(1)
    for _time in range(3):
        watched.pass_time(50)
        qtbot.keyClick(line, "a")
        watched.pass_time(50)
        qtbot.mouseMove(line)
        qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert watched.due == []
    watched.pass_time(60)
    assert watched.due == [Trigger.IDLE]


def test_the_first_key_after_the_time_is_up_locks_instead_of_going_on(watched):
    watched.locks.start(1)
    watched.monotonic += 61
    watched.locks.touch()
    assert watched.due == [Trigger.IDLE]


@pytest.mark.parametrize("wall", [21.5, 3600, 12 * 3600, 3650 * 86400, -3600, -3650 * 86400])
def test_a_jump_of_the_wall_clock_locks(watched, wall):
    watched.locks.start(15)
    watched.pass_time(10)
    watched.jump(wall=1 + wall)
    assert watched.due == [Trigger.CLOCK]


def test_a_sleep_in_which_both_clocks_went_on_locks(watched):
    watched.locks.start(15)
    watched.jump(monotonic=90, wall=90)
    assert watched.due == [Trigger.CLOCK]


def test_a_clock_that_is_set_right_by_a_few_seconds_disturbs_nobody(watched):
    watched.locks.start(15)
    for correction in (3, -5, 15, -15):
        watched.jump(wall=1 + correction)
    watched.jump(monotonic=40, wall=40)
    assert watched.due == []


def test_after_a_stop_only_the_keys_count(watched, qtbot):
    watched.locks.start(1)
    watched.locks.stop()
    assert not watched.locks.watching
    watched.locks.touch()
    assert watched.due == []
    field = QLineEdit()
    qtbot.addWidget(field)
    qtbot.keyClick(field, Qt.Key.Key_L, CTRL)
    assert watched.due == [Trigger.ASKED]


@pytest.mark.parametrize(
    ("key", "modifiers", "trigger"),
    [
        (Qt.Key.Key_L, CTRL, Trigger.ASKED),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.NoModifier, Trigger.PANIC),
        (Qt.Key.Key_L, CTRL | SHIFT, Trigger.PANIC),
    ],
)
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit, QDialog, QMenu, QWidget])
def test_the_keys_lock_wherever_they_are_pressed_and_no_widget_gets_them(
    watched, qtbot, kind, key, modifiers, trigger
):
    got = []

    class Greedy(kind):
        def keyPressEvent(self, event):
            got.append(event.key())
            event.accept()

    widget = Greedy()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.keyClick(widget, key, modifiers)
    assert watched.due == [trigger]
    assert key not in got
    qtbot.keyClick(widget, "a")
    assert Qt.Key.Key_A in got


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [(Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_L, CTRL | ALT), (Qt.Key.Key_F10, ALT)],
)
def test_keys_that_are_like_them_do_not_lock(watched, qtbot, key, modifiers):
    widget = QWidget()
    qtbot.addWidget(widget)
    qtbot.keyClick(widget, key, modifiers)
    assert watched.due == []


def test_a_key_that_is_held_down_locks_once(watched, qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    for repeated in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_L, CTRL, "", repeated)
        QApplication.sendEvent(widget, event)
    assert watched.due == [Trigger.ASKED]
