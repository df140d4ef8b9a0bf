"""This week at a glance: seven days, a dot for each thing that is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from shelter_i18n import _, ngettext
from shelter_i18n.formats import join_list
from shelter_ui.models.agenda import weekday
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.painting import draw_text

__all__ = ["WeekStrip"]

_MOST_DOTS = 4


class WeekStrip(Themed, QWidget):
    """Painted; read out as one sentence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._today = dt.date.min
        self._counts: Mapping[dt.date, int] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.adopt(theme)

    def set_week(self, today: dt.date, counts: Mapping[dt.date, int]) -> None:
        """Show the week of `today` with the number of due things by day."""
        self._today, self._counts = today, counts
        self.retranslate_ui()
        self.update()

    def _days(self) -> list[dt.date]:
        if self._today == dt.date.min:
            return []
        monday = self._today - dt.timedelta(days=self._today.weekday())
        return [monday + dt.timedelta(days=number) for number in range(7)]

    def retranslate_ui(self) -> None:
        """Say in words what the dots show."""
        parts = []
        for day in self._days():
            count = self._counts.get(day, 0)
            if count:
                words = ngettext("{day} {number} due", "{day} {number} due", count)
                parts.append(words.format(day=weekday(day), number=count))
        self.setAccessibleName(join_list([_("This week"), *parts]))
        self.update()

    def sizeHint(self) -> QSize:
        """Seven columns."""
        return self.theme.size(252, 62)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the days; today stands on a plate."""
        theme, painter = self.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        days = self._days()
        centre = Qt.AlignmentFlag.AlignHCenter
        for number, day in enumerate(days):
            column = QRectF(self.width() * number / 7, 0, self.width() / 7, self.height())
            now = day == self._today
            if now:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("select"))
                painter.drawRoundedRect(column.adjusted(1, 0, -1, 0), theme.px(4), theme.px(4))
            name = QRectF(column.left(), theme.px(4), column.width(), theme.px(18))
            draw_text(painter, theme, name, weekday(day), theme.font("caption"), "text2", align=centre)
            figure = QRectF(column.left(), theme.px(25), column.width(), theme.px(22))
            font = theme.font("body", medium=now)
            draw_text(painter, theme, figure, str(day.day), font, "text" if now else "text2", align=centre)
            dots = min(self._counts.get(day, 0), _MOST_DOTS)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("overdue" if day < self._today else "accent"))
            step, radius = theme.px(7), theme.scale / 100 * 2.5
            left = column.center().x() - (dots - 1) * step / 2
            for dot in range(dots):
                painter.drawEllipse(QPointF(left + dot * step, theme.px(54)), radius, radius)
