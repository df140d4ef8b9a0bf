"""Line icons in the colour of a token, sharp at every device pixel ratio, drawn once and kept."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QWidget

from shelter_resources import read_text

if TYPE_CHECKING:
    from shelter_ui.theme.theme import Theme

__all__ = ["IconKeeper", "Icons", "stroke_for"]

#: Side of the hatch tile; lines at 45 degrees are then 5.7 pixels apart.
_HATCH_STEP = 8
#: Stroke in units of the 24 grid, so that lines stay between 1.2 and 1.75 pixels.
_STROKES = ((14, "2.1"), (16, "2"), (18, "1.9"), (20, "1.8"))


def stroke_for(size: int) -> str:
    """Stroke width in the 24 grid for an icon of `size` pixels at 100 %."""
    return next((stroke for limit, stroke in _STROKES if size <= limit), "1.75")


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    return read_text("icons", f"{name}.svg")


class Icons:
    """Icons of one palette and scale; a theme makes a new one whenever either changes."""

    def __init__(self, colours: dict[str, str], scale: float) -> None:
        self._colours = colours
        self._scale = scale
        self._pixmaps: dict[tuple[str, int, str, float], QPixmap] = {}
        self._icons: dict[tuple[str, int, str, int], QIcon] = {}

    def pixmap(self, name: str, size: int = 16, colour: str = "text", ratio: float = 1.0) -> QPixmap:
        """The icon as a picture of `size` pixels at 100 %, in the colour of a token."""
        key = name, size, colour, ratio
        if key not in self._pixmaps:
            drawing = (
                _drawing(name)
                .replace("currentColor", self._colours[colour])
                .replace('stroke-width="2"', f'stroke-width="{stroke_for(size)}"')
            )
            side = max(1, round(size * self._scale * ratio))
            pixmap = QPixmap(side, side)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
            painter.end()
            pixmap.setDevicePixelRatio(ratio)
            self._pixmaps[key] = pixmap
        return self._pixmaps[key]

    def hatch(self, ratio: float = 1.0) -> QPixmap:
        """The tile of the 45 degree hatch: lines of one pixel, about six pixels apart."""
        key = "", _HATCH_STEP, "hatch", ratio
        if key not in self._pixmaps:
            side = max(4, round(_HATCH_STEP * ratio))
            tile = QPixmap(side, side)
            tile.fill(Qt.GlobalColor.transparent)
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._colours["hatch"]), ratio))
            for shift in (-side, 0, side):
                painter.drawLine(QPointF(shift - 1, side + 1), QPointF(shift + side + 1, -1))
            painter.end()
            tile.setDevicePixelRatio(ratio)
            self._pixmaps[key] = tile
        return self._pixmaps[key]

    def icon(self, name: str, size: int = 16, colour: str = "text", gap: int = 0) -> QIcon:
        """The icon for a button or action, with its disabled state, for all screens in use.

        `gap` adds empty pixels at the right: Qt puts icon and text of a button closer than we want.
        """
        key = name, size, colour, gap
        if key not in self._icons:
            icon = QIcon()
            for ratio in sorted({1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}):
                icon.addPixmap(self._widened(self.pixmap(name, size, colour, ratio), gap, ratio))
                disabled = self._widened(self.pixmap(name, size, "disabled", ratio), gap, ratio)
                icon.addPixmap(disabled, QIcon.Mode.Disabled)
            self._icons[key] = icon
        return self._icons[key]

    def _widened(self, pixmap: QPixmap, gap: int, ratio: float) -> QPixmap:
        if not gap:
            return pixmap
        wide = QPixmap(round(pixmap.width() + gap * self._scale * ratio), pixmap.height())
        wide.fill(Qt.GlobalColor.transparent)
        wide.setDevicePixelRatio(ratio)
        painter = QPainter(wide)
        painter.drawPixmap(0, 0, pixmap)
        painter.end()
        return wide


#: Colour of an icon on a button of each kind, unless the caller names one.
_KIND_COLOURS = {
    "primary": "on_accent",
    "text": "accent",
    "link": "accent",
    "quiet": "text2",
    "icon": "text2",
}
_WITHOUT_TEXT = {"icon", "inside"}
_GAP = 4


class IconKeeper(QObject):
    """Gives a button or an action its icon again after every change of theme; a child of its target."""

    def __init__(self, theme: Theme, target: QAbstractButton | QAction) -> None:
        super().__init__(target)
        self._theme, self._target = theme, target
        self._name, self._size, self._colour = "", 16, ""
        theme.changed.connect(self._on_theme_changed)

    def show(self, name: str, size: int = 16, colour: str = "") -> None:
        """Take another icon; without a colour it is the one that fits the kind of button."""
        self._name, self._size, self._colour = name, size, colour
        self.renew()

    def _on_theme_changed(self) -> None:
        target = self._target
        place = target if isinstance(target, QWidget) else target.parent()
        self._theme.when_seen(self, place if isinstance(place, QWidget) else None, self.renew)

    def renew(self) -> None:
        """Set the icon in the palette now in force."""
        kind = str(self._target.property("kind") or "")
        colour = self._colour or _KIND_COLOURS.get(kind, "text")
        if isinstance(self._target, QAction):
            self._target.setIcon(self._theme.icons.icon(self._name, self._size, colour))
            return
        gap = 0 if kind in _WITHOUT_TEXT else _GAP
        self._target.setIcon(self._theme.icons.icon(self._name, self._size, colour, gap))
        self._target.setIconSize(self._theme.size(self._size + gap, self._size))
