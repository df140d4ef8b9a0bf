"""What widgets and table delegates draw alike: hatch, knots, tags, key lines."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetrics, QPainter, QPen

from shelter_ui.theme.theme import Theme

__all__ = [
    "KnotState",
    "device_ratio",
    "draw_hatch",
    "draw_icon",
    "draw_knot",
    "draw_tag",
    "draw_text",
    "tag_width",
    "text_width",
]

#: done: filled disc with a tick; next: ring with a dot; later: thin ring; overdue: diamond;
#: closed: square with a bar; overridden: square with an open bar.
KnotState = Literal["done", "next", "later", "overdue", "closed", "overridden", "wrong"]

_CENTRE = Qt.AlignmentFlag.AlignVCenter


def device_ratio(painter: QPainter) -> float:
    """Device pixels per pixel where this painter draws."""
    return painter.device().devicePixelRatio()


def text_width(font: QFont, text: str) -> int:
    """Width of `text` in pixels."""
    return QFontMetrics(font).horizontalAdvance(text)


def draw_icon(
    painter: QPainter,
    theme: Theme,
    name: str,
    left: float,
    middle: float,
    size: int = 16,
    colour: str = "text2",
) -> None:
    """Draw an icon from `left`, around the height `middle`."""
    pixmap = theme.icons.pixmap(name, size, colour, device_ratio(painter))
    painter.drawPixmap(QPointF(left, round(middle - theme.px(size) / 2)), pixmap)


def draw_text(
    painter: QPainter,
    theme: Theme,
    rect: QRect | QRectF,
    text: str,
    font: QFont,
    colour: str = "text",
    *,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """Draw one line in the vertical middle of `rect`, cut with dots where it does not fit."""
    painter.setFont(font)
    painter.setPen(theme.colour(colour))
    shown = QFontMetrics(font).elidedText(text, elide, int(rect.width()))
    painter.drawText(QRectF(rect), int(align | _CENTRE), shown)


def draw_hatch(
    painter: QPainter, theme: Theme, rect: QRect | QRectF, *, radius: float = 4, border: str = "sealed_line"
) -> None:
    """Fill `rect` with the hatch that says "withheld on purpose"."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = theme.line
    box = QRectF(rect).adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("sealed_bg"))
    painter.drawRoundedRect(box, radius, radius)
    painter.setBrushOrigin(box.topLeft())
    painter.setBrush(QBrush(theme.icons.hatch(device_ratio(painter))))
    painter.setPen(QPen(theme.colour(border), width))
    painter.drawRoundedRect(box, radius, radius)
    painter.restore()


def draw_knot(painter: QPainter, theme: Theme, state: KnotState, centre: QPointF, size: float = 14) -> None:
    """Draw one knot of the line; told apart by shape first, by colour second. `size` at 100 %."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    d = theme.scale / 100 * size
    c = d / 2
    if state == "done":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ok"))
        painter.drawEllipse(centre, c - 1, c - 1)
        painter.setPen(_pen(theme, "surface", max(1.6, d * 0.11)))
        tick = ((-0.42, 0.02), (-0.12, 0.34), (0.44, -0.28))
        painter.drawPolyline([centre + QPointF(x * c, y * c) for x, y in tick])
    elif state == "next":
        painter.setPen(_pen(theme, "accent", max(2.2, d * 0.16)))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(centre, c - 1.5, c - 1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(centre, c * 0.34, c * 0.34)
    elif state == "later":
        painter.setPen(_pen(theme, "control", 1.5))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(centre, c - 1.5, c - 1.5)
    elif state == "wrong":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("alert"))
        painter.drawEllipse(centre, c - 1, c - 1)
        painter.setPen(_pen(theme, "surface", max(1.6, d * 0.11)))
        painter.drawLine(centre + QPointF(0, -0.48 * c), centre + QPointF(0, 0.06 * c))
        painter.drawPoint(centre + QPointF(0, 0.46 * c))
    elif state == "overdue":
        painter.setPen(_pen(theme, "overdue", 2))
        painter.setBrush(theme.colour("surface"))
        reach = c - 0.8
        painter.drawPolygon(
            [centre + QPointF(x * reach, y * reach) for x, y in ((0, -1), (1, 0), (0, 1), (-1, 0))]
        )
    else:
        square = QRectF(centre.x() - c + 1, centre.y() - c + 1, d - 2, d - 2)
        open_bar = state == "overridden"
        painter.setPen(_pen(theme, "alert", 2) if open_bar else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface" if open_bar else "alert"))
        painter.drawRoundedRect(square.adjusted(1, 1, -1, -1) if open_bar else square, 2, 2)
        painter.setPen(_pen(theme, "alert" if open_bar else "surface", max(2.2, d * 0.12)))
        if open_bar:
            painter.drawLine(centre + QPointF(-c * 0.45, 0), centre + QPointF(-c * 0.2, 0))
            painter.drawLine(centre + QPointF(c * 0.2, 0), centre + QPointF(c * 0.45, 0))
        else:
            painter.drawLine(centre + QPointF(-c * 0.42, 0), centre + QPointF(c * 0.42, 0))
    painter.restore()


def _pen(theme: Theme, colour: str, width: float) -> QPen:
    pen = QPen(theme.colour(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def tag_width(theme: Theme, text: str, icon: str = "") -> int:
    """Width that `draw_tag` needs."""
    return text_width(theme.font("caption"), text) + theme.px(14 + (19 if icon else 2)) + 2


def draw_tag(
    painter: QPainter, theme: Theme, rect: QRect | QRectF, text: str, tone: str = "", icon: str = ""
) -> None:
    """Draw a tag: icon and word on the tint of its tone, or plain without a tone."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = theme.line
    box = QRectF(rect).adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setPen(QPen(theme.colour(f"{tone}_line" if tone else "line_strong"), width))
    painter.setBrush(theme.colour(f"{tone}_bg") if tone else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, theme.px(4), theme.px(4))
    left = rect.left() + theme.px(6 if icon else 8)
    colour = tone or "text2"
    if icon:
        draw_icon(painter, theme, icon, left, QRectF(rect).center().y(), 14, colour)
        left += theme.px(19)
    words = QRectF(left, rect.top(), rect.left() + rect.width() - left - theme.px(6), rect.height())
    draw_text(painter, theme, words, text, theme.font("caption"), colour)
    painter.restore()
