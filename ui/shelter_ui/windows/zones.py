"""Keys that lead somewhere: F6 between the parts of a window, Alt and a digit inside a row of answers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from shelter_ui.widgets.segmented import Segmented

__all__ = ["answer_chosen", "focus_first", "walk_zones"]


def answer_chosen(number: int) -> bool:
    """Whether the focus is in a row of answers, where Alt and this digit choose one instead of a page."""
    focused = QApplication.focusWidget()
    owner = focused.parentWidget() if focused is not None else None
    if not isinstance(owner, Segmented):
        return False
    key = Qt.Key(Qt.Key.Key_0 + number)
    return owner.key_pressed(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.AltModifier))


def walk_zones(zones: Sequence[QWidget], step: int) -> None:
    """Put the focus into the zone that lies `step` after the one that has it; into the first one if none has."""
    focused = QApplication.focusWidget()
    now = next(
        (n for n, zone in enumerate(zones) if focused is not None and (zone is focused or zone.isAncestorOf(focused))),
        -1 if step == 1 else 0,
    )  # fmt: skip
    focus_first(zones[(now + step) % len(zones)])


def focus_first(zone: QWidget) -> None:
    """Put the focus on the zone, or on the first thing in it that takes it with Tab."""
    reason = Qt.FocusReason.TabFocusReason
    if zone.focusProxy() is not None or zone.focusPolicy() & Qt.FocusPolicy.TabFocus:
        zone.setFocus(reason)
        return
    widget = zone.nextInFocusChain()
    while widget is not None and widget is not zone:
        takes_focus = (
            widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        )
        if takes_focus and zone.isAncestorOf(widget):
            widget.setFocus(reason)
            return
        widget = widget.nextInFocusChain()
