"""The way of the Tab key through widgets that were not made in the order in which they stand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

__all__ = ["tab_stops", "tab_through"]


def tab_stops(widget: QWidget) -> list[QWidget]:
    """The widget or what is in it, in the order of Tab: what takes the keyboard, also if it is hidden now."""
    stops = [widget] if _stops(widget) else []
    each = widget.nextInFocusChain()
    while each is not None and each is not widget:
        if widget.isAncestorOf(each) and _stops(each):
            stops.append(each)
        each = each.nextInFocusChain()
    return stops


def _stops(widget: QWidget) -> bool:
    # One with a proxy hands the keyboard on to a widget that is a stop itself.
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None


def tab_through(*widgets: QWidget) -> None:
    """Let Tab go through these widgets in this order, beginning where the first one is in the order of now."""
    first, *others = [stop for widget in widgets for stop in tab_stops(widget)]
    # From the last one on: what is next already stays where it is, and the order runs in a circle.
    for stop in reversed(others):
        QWidget.setTabOrder(first, stop)
