"""The small marks that a style sheet cannot draw in a token's colour: ticks, radio dots, chevrons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QStyleOptionComplex, QWidget

if TYPE_CHECKING:
    from shelter_ui.theme.theme import Theme

__all__ = ["ShelterStyle"]

_Element = QStyle.PrimitiveElement
_State = QStyle.StateFlag


class ShelterStyle(QProxyStyle):
    """Fusion, with check marks, radio marks and arrows drawn from the tokens, and no focus rectangle."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Fusion")
        self._theme = theme
        self._marks = {
            _Element.PE_IndicatorCheckBox: self._check_box,
            _Element.PE_IndicatorItemViewItemCheck: self._check_box,
            _Element.PE_IndicatorMenuCheckMark: self._check_mark,
            _Element.PE_IndicatorRadioButton: self._radio,
            _Element.PE_IndicatorArrowDown: self._arrow_down,
            _Element.PE_IndicatorArrowUp: self._arrow_up,
            _Element.PE_IndicatorArrowRight: self._arrow_right,
            _Element.PE_IndicatorHeaderArrow: self._header_arrow,
            _Element.PE_FrameFocusRect: self._nothing,
        }

    def use(self, theme: Theme) -> None:
        """Draw in the colours and sizes of this theme from now on."""
        self._theme = theme

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw one of our marks, or leave it to Fusion."""
        mark = self._marks.get(element)
        if mark is None:
            super().drawPrimitive(element, option, painter, widget)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mark(option, painter)
        painter.restore()

    # -- combo boxes: a style sheet would take the chevron away --------------------------------------

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw a combo box like the other fields, with its chevron; leave the rest to Fusion."""
        if control != QStyle.ComplexControl.CC_ComboBox:
            super().drawComplexControl(control, option, painter, widget)
            return
        state, theme = option.state, self._theme
        line, width = "control", theme.line
        if not state & _State.State_Enabled:
            line = "line"
        elif widget is not None and widget.property("error"):
            line, width = "alert", theme.focus_line
        elif widget is not None and widget.property("warning"):
            line, width = "warning", theme.focus_line
        elif state & (_State.State_HasFocus | _State.State_On):
            line, width = "focus", theme.focus_line
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(line), width))
        painter.setBrush(theme.colour("field" if state & _State.State_Enabled else "sunken"))
        box = QRectF(option.rect).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, theme.px(6), theme.px(6))
        arrow = QStyleOption(option)
        side = theme.px(28)
        arrow.rect = QRect(option.rect.right() - side, option.rect.top(), side, option.rect.height())
        self._arrow_down(arrow, painter)
        painter.restore()

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        """Place the text of a combo box where a line edit has it."""
        if control == QStyle.ComplexControl.CC_ComboBox and part == QStyle.SubControl.SC_ComboBoxEditField:
            px = self._theme.px
            return option.rect.adjusted(px(11), 1, -px(30), -1)
        return super().subControlRect(control, option, part, widget)  # type: ignore[arg-type]

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        """Give a combo box the height of a field."""
        result = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]
        if kind == QStyle.ContentsType.CT_ComboBox:
            return QSize(size.width() + self._theme.px(48), self._theme.px(32))
        return result

    # -- marks ----------------------------------------------------------------------------------

    def _nothing(self, option: QStyleOption, painter: QPainter) -> None:
        """The focus ring replaces the dotted rectangle."""

    def _box_colours(self, option: QStyleOption, *, on: bool) -> tuple[str, str, int]:
        state = option.state
        if not state & _State.State_Enabled:
            return ("disabled" if on else "line"), ("disabled" if on else "sunken"), self._theme.line
        if state & _State.State_HasFocus:
            return "focus", "accent" if on else "field", self._theme.focus_line
        return ("accent" if on else "control"), ("accent" if on else "field"), self._theme.line

    def _check_box(self, option: QStyleOption, painter: QPainter) -> None:
        state = option.state
        on = bool(state & (_State.State_On | _State.State_NoChange))
        line, fill, width = self._box_colours(option, on=on)
        box = QRectF(option.rect).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(self._theme.colour(line), width))
        painter.setBrush(self._theme.colour(fill))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            self._tick(box, painter, "on_accent", partly=bool(state & _State.State_NoChange))

    def _check_mark(self, option: QStyleOption, painter: QPainter) -> None:
        if option.state & _State.State_On:
            self._tick(QRectF(option.rect), painter, "accent")

    def _tick(self, box: QRectF, painter: QPainter, colour: str, *, partly: bool = False) -> None:
        unit = min(box.width(), box.height()) / 16
        pen = QPen(self._theme.colour(colour), 2 * unit)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        centre = box.center()
        if partly:
            painter.drawLine(centre + QPointF(-4 * unit, 0), centre + QPointF(4 * unit, 0))
        else:
            offsets = ((-4.5, 0.3), (-1.5, 3.3), (4.5, -3.3))
            painter.drawPolyline([centre + QPointF(x * unit, y * unit) for x, y in offsets])

    def _radio(self, option: QStyleOption, painter: QPainter) -> None:
        on = bool(option.state & _State.State_On)
        line, _fill, width = self._box_colours(option, on=on)
        ring = max(width, 1.5)
        circle = QRectF(option.rect).adjusted(ring / 2, ring / 2, -ring / 2, -ring / 2)
        painter.setPen(QPen(self._theme.colour(line), ring))
        painter.setBrush(self._theme.colour("field"))
        painter.drawEllipse(circle)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(
                self._theme.colour("accent" if option.state & _State.State_Enabled else "disabled")
            )
            painter.drawEllipse(circle.center(), circle.width() * 0.28, circle.width() * 0.28)

    def _chevron(
        self, option: QStyleOption, painter: QPainter, points: tuple[tuple[float, float], ...]
    ) -> None:
        enabled = option.state & _State.State_Enabled
        pen = QPen(self._theme.colour("text2" if enabled else "disabled"), 1.5 * self._theme.scale / 100)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        centre, unit = QRectF(option.rect).center(), self._theme.scale / 100
        painter.drawPolyline([centre + QPointF(x * unit, y * unit) for x, y in points])

    def _arrow_down(self, option: QStyleOption, painter: QPainter) -> None:
        self._chevron(option, painter, ((-4, -2), (0, 2), (4, -2)))

    def _arrow_up(self, option: QStyleOption, painter: QPainter) -> None:
        self._chevron(option, painter, ((-4, 2), (0, -2), (4, 2)))

    def _arrow_right(self, option: QStyleOption, painter: QPainter) -> None:
        self._chevron(option, painter, ((-2, -4), (2, 0), (-2, 4)))

    def _header_arrow(self, option: QStyleOption, painter: QPainter) -> None:
        from PySide6.QtWidgets import QStyleOptionHeader

        up = isinstance(option, QStyleOptionHeader) and (
            option.sortIndicator == QStyleOptionHeader.SortIndicator.SortUp
        )
        (self._arrow_up if up else self._arrow_down)(option, painter)
