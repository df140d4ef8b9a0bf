"""Choosing the period of a summary without typing: a month, quarter, half-year or year, or two days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.domain.periods import Period, PeriodError
from shelter_app.reports.bilingual import period_words
from shelter_i18n import _, current_language, pgettext
from shelter_i18n.formats import format_month
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import IconButton
from shelter_ui.widgets.date_parts import DateParts
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.texts import IconLabel, Text

__all__ = ["PeriodPicker", "YearStepper", "in_short", "in_words", "last_complete"]

_FIRST_YEAR = 1990
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def in_words(period: Period) -> str:
    """The period for the reader: "1 July to 31 December 2025"."""
    return period_words(period).of(current_language())


def in_short(period: Period) -> str:
    """The period where there is little room: "4th quarter 2025", "15 Jan to 30 Apr"."""
    year, number = period.first.year, (period.first.month - 1) // _MONTHS.get(period.kind, 12)
    match period.kind:
        case "year":
            return _("{year}").format(year=year)
        case "half":
            return [_("1st half of {year}"), _("2nd half of {year}")][number].format(year=year)
        case "quarter":
            texts = [
                _("1st quarter {year}"),
                _("2nd quarter {year}"),
                _("3rd quarter {year}"),
                _("4th quarter {year}"),
            ]
            return texts[number].format(year=year)
        case "month":
            return in_words(period)
        case _:
            days = [
                f"{day.month}月{day.day}日"
                if current_language() == "zh"
                else f"{day.day} {_short_month(day.month)}"
                for day in (period.first, period.last)
            ]
            return _("{start} to {end}").format(start=days[0], end=days[1])


def last_complete(kind: str, today: dt.date) -> tuple[int, int]:
    """Year and number (from 1) of the last month, quarter, half-year or year that has ended."""
    months = _MONTHS[kind]
    index = (today.year * 12 + today.month - 1) // months - 1
    per_year = 12 // months
    return index // per_year, index % per_year + 1


def _short_month(month: int) -> str:
    """The month for a narrow button: "Mar", "3月"."""
    return f"{month}月" if current_language() == "zh" else format_month(2000, month)[:3]


class YearStepper(Themed, QWidget):
    """A year with a button at each side; the arrow keys change it too."""

    #: A person has changed the year.
    changed = Signal(int)

    def __init__(self, theme: Theme, *, today: Callable[[], dt.date]) -> None:
        super().__init__()
        self._today = today
        self._year = today().year
        self._back = IconButton(theme, "chevron-left")
        self._forth = IconButton(theme, "chevron-right")
        self._back.setObjectName("year_back")
        self._forth.setObjectName("year_forth")
        self._text = Text("", "section")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setMinimumWidth(theme.px(72))
        self._back.clicked.connect(lambda: self._step(-1))
        self._forth.clicked.connect(lambda: self._step(1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        for widget in (self._back, self._text, self._forth):
            row.addWidget(widget)
        self.adopt(theme)
        self.retranslate_ui()

    def year(self) -> int:
        """The year that is shown."""
        return self._year

    def set_year(self, year: int) -> None:
        """Show a year without telling anybody."""
        self._year = min(max(year, _FIRST_YEAR), self._today().year)
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Show the year as the language writes it."""
        self._text.setText(_("{year}").format(year=self._year))
        self.setAccessibleName(_("Year {year}").format(year=self._year))
        self._back.set_name(_("One year earlier"))
        self._forth.set_name(_("One year later"))
        self._forth.setEnabled(self._year < self._today().year)
        self._back.setEnabled(self._year > _FIRST_YEAR)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right change the year."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._step(step)

    def _step(self, step: int) -> None:
        before = self._year
        self.set_year(self._year + step)
        if self._year != before:
            self.changed.emit(self._year)


class PeriodPicker(Themed, QWidget):
    """What kind of period, which year, which part of it; the whole is read back in words."""

    #: The person has chosen another period (or the two days do not make one yet).
    changed = Signal()

    def __init__(self, theme: Theme, *, today: Callable[[], dt.date]) -> None:
        super().__init__()
        self._today = today
        self._number = 1
        self._kind = Segmented(theme, [(kind, kind) for kind in (*_MONTHS, "range")], required=True)
        self._kind.setObjectName("period_kind")
        self._year = YearStepper(theme, today=today)
        self._part = Segmented(theme, required=True)
        self._part.setObjectName("period_part")
        self._from, self._to = DateParts(theme), DateParts(theme)
        self._from.setObjectName("period_from")
        self._to.setObjectName("period_to")
        self._from_label, self._to_label = Text("", "label", "text2"), Text("", "label", "text2")
        self._days = QWidget()
        days = QHBoxLayout(self._days)
        days.setContentsMargins(0, 0, 0, 0)
        days.setSpacing(theme.px(24))
        for label, parts in ((self._from_label, self._from), (self._to_label, self._to)):
            column = QVBoxLayout()
            column.setSpacing(theme.px(4))
            column.addWidget(label)
            column.addWidget(parts)
            days.addLayout(column)
            parts.edited.connect(self._on_days)
        days.addStretch(1)
        self._icon = IconLabel(theme, "calendar", 16, "text2")
        self._words = Text("", "body", medium=True)
        said = QHBoxLayout()
        said.setSpacing(theme.px(8))
        said.addWidget(self._icon)
        said.addWidget(self._words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(14))
        left = Qt.AlignmentFlag.AlignLeft
        column.addWidget(self._kind, 0, left)
        column.addWidget(self._year, 0, left)
        column.addWidget(self._part)
        column.addWidget(self._days)
        column.addLayout(said)
        self._kind.changed.connect(self._on_kind)
        self._year.changed.connect(lambda _year: self._tell())
        self._part.changed.connect(self._on_part)
        self.setFocusProxy(self._kind)
        self.adopt(theme)
        self._kind.set_value("quarter")
        self._take_last("quarter")
        self.retranslate_ui()

    def period(self) -> Period | None:
        """The chosen period, or None while two days do not make one."""
        kind = self._kind.value()
        if kind == "range":
            first, last = self._day(self._from), self._day(self._to)
            if first is None or last is None or last < first:
                return None
            return Period(first, last)
        mark = {"month": f"-{self._number:02d}", "quarter": f"-Q{self._number}", "half": f"-H{self._number}"}
        return Period.parse(f"{self._year.year()}{mark.get(str(kind), '')}")

    def set_period(self, period: Period) -> None:
        """Show a period without telling anybody."""
        self._kind.set_value(period.kind)
        self._year.set_year(period.first.year)
        self._number = (period.first.month - 1) // _MONTHS.get(period.kind, 12) + 1
        for parts, day in ((self._from, period.first), (self._to, period.last)):
            parts.set_numbers(day.year, day.month, day.day)
        self.retranslate_ui()

    def problem(self) -> str:
        """What is wrong with the two days; empty while one is still missing."""
        if self._kind.value() != "range" or self.period() is not None:
            return ""
        first, last = self._day(self._from), self._day(self._to)
        if first and last:
            try:
                Period(first, last)
            except PeriodError as error:
                return error.render()
        given = [parts.numbers() for parts in (self._from, self._to)]
        if any(None not in numbers for numbers, day in zip(given, (first, last), strict=True) if day is None):
            return _("This day does not exist. Compare it with a calendar.")
        return ""

    @staticmethod
    def _day(parts: DateParts) -> dt.date | None:
        year, month, day = parts.numbers()
        if year is None or month is None or day is None:
            return None
        try:
            return dt.date(year, month, day)
        except ValueError:
            return None

    def _take_last(self, kind: str) -> None:
        year, self._number = last_complete(kind, self._today())
        self._year.set_year(year)

    def _on_kind(self, kind: object) -> None:
        if kind == "range":
            if self._from.is_empty() and self._to.is_empty():
                year, month = last_complete("month", self._today())
                month_before = Period.parse(f"{year}-{month:02d}")
                for parts, day in ((self._from, month_before.first), (self._to, month_before.last)):
                    parts.set_numbers(day.year, day.month, day.day)
        else:
            self._take_last(str(kind))
        self._tell()

    def _on_part(self, code: object) -> None:
        self._number = int(str(code))
        self._tell()

    def _on_days(self) -> None:
        self._tell()

    def _tell(self) -> None:
        self.retranslate_ui()
        self.changed.emit()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is chosen stays."""
        kind = str(self._kind.value())
        self._kind.set_options(
            [
                ("month", pgettext("period", "Month")), ("quarter", _("Quarter")), ("half", _("Half-year")),
                ("year", pgettext("period", "Year")), ("range", _("From day to day")),
            ]
        )  # fmt: skip
        self._kind.setAccessibleName(_("Length of the period"))
        self._from_label.setText(_("First day"))
        self._to_label.setText(_("Last day"))
        self._part.set_options(self._parts(kind))
        self._part.set_value(str(self._number))
        self._part.setAccessibleName(_("Part of the year"))
        self._part.setVisible(kind in {"month", "quarter", "half"})
        self._year.setVisible(kind != "range")
        self._days.setVisible(kind == "range")
        period, problem = self.period(), self.problem()
        for parts in (self._from, self._to):
            parts.set_error(bool(problem))
        self._words.setText(in_words(period) if period else problem or _("Give the first and the last day."))
        self._words.set_tone("alert" if problem else "text")
        self._icon.set_icon("circle-alert" if problem else "calendar", "alert" if problem else "text2")

    def _parts(self, kind: str) -> list[tuple[str, str]]:
        if kind == "month":
            return [(str(month), _short_month(month)) for month in range(1, 13)]
        if kind == "quarter":
            names = [_("1st quarter"), _("2nd quarter"), _("3rd quarter"), _("4th quarter")]
        else:
            names = [_("1st half"), _("2nd half")]
        return [(str(number), name) for number, name in enumerate(names, 1)]
