"""An area that scrolls upright when what is in it does not fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from shelter_ui.theme.theme import Theme

__all__ = ["scrolled", "scrolled_column"]


def scrolled(widget: QWidget) -> QScrollArea:
    """A frameless area around `widget`, as wide as its place and with the ground of what is behind it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # A viewport of our own: the first question for one that Qt has made builds every class of PySide6.
    area.setViewport(QWidget())
    area.setWidget(widget)
    widget.setAutoFillBackground(False)
    return area


def scrolled_column(page: QWidget, theme: Theme, parts: Sequence[QWidget | QLayout]) -> None:
    """Fill `page` with these parts, one below the other in a readable width, and let it scroll."""
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, theme.px(8), theme.px(16))
    column.setSpacing(theme.px(12))
    for part in parts:
        if isinstance(part, QLayout):
            column.addLayout(part)
        else:
            part.setMaximumWidth(theme.px(860))
            column.addWidget(part)
    column.addStretch(1)
    around = QVBoxLayout(page)
    around.setContentsMargins(0, 0, 0, 0)
    around.addWidget(scrolled(inner))
