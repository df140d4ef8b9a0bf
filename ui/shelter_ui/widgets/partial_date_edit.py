"""A date as far as it is known: a day, an age, a range, or not known, with its reading in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.domain.partial_date import PartialDate
from shelter_i18n import _, pgettext
from shelter_i18n.formats import join_facts
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import FlowLayout, Themed, set_look
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.date_parts import ABOUT_MARKS, DateParts, NumberPart
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.tab_order import tab_through
from shelter_ui.widgets.texts import IconLabel, Prose, Text
from shelter_ui.widgets.typed_date import TypedDate, mode_of, read_text, words_of

__all__ = ["PartialDateEdit"]


class PartialDateEdit(Themed, QWidget):
    """Typing, pasting and reading a partial date.

    `value` is the plain form of `PartialDate.to_json`, or None while nothing is given. Parts that make
    no date are kept as text, so that nothing typed is lost; `problem` then says what is wrong. Words are an
    answer: they say what date they can ("spring 1999") and are kept.
    """

    #: A person has changed something.
    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        *,
        today: Callable[[], dt.date],
        modes: tuple[str, ...] = ("date", "age", "range", "unknown"),
        reader: Callable[[PartialDate], str] | None = None,
    ) -> None:
        super().__init__()
        self._today = today
        self._modes = modes
        self._reader = reader or PartialDate.reading
        self._kept_text = self._asked = ""
        self._choices: tuple[PartialDate, ...] = ()
        self._own_error = self._left = False
        self._mode = Segmented(theme, required=True)
        if len(modes) == 1:
            self._mode.hide()
        self._date, self._to = DateParts(theme), DateParts(theme)
        self._age = NumberPart(theme, "age")
        self._as_of, self._until = Text("", "label", "text2"), Text("", "label", "text2")
        self._about = QCheckBox()
        self._today_button = Button(theme, "", "quiet", icon="calendar")
        self._fields = QWidget()
        row = QHBoxLayout(self._fields)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        for widget in (
            self._age,
            self._as_of,
            self._date,
            self._until,
            self._to,
            self._today_button,
            self._about,
        ):
            row.addWidget(widget)
        line = QWidget()
        flow = FlowLayout(line, theme.px(8))
        flow.addWidget(self._mode)
        flow.addWidget(self._fields)
        self._arrow = IconLabel(theme, "arrow-right", 14, "muted", line="label")
        self._reading = Prose(theme, "", "label", "text2")
        self._question = QWidget()
        self._answers = FlowLayout(self._question, theme.px(8))
        below = QHBoxLayout()
        below.setSpacing(theme.px(6))
        below.addWidget(self._arrow, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._reading, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(line)
        column.addLayout(below)
        column.addWidget(self._question)
        self._connect()
        self.adopt(theme)
        self._mode.set_options([(mode, mode) for mode in modes])
        self._mode.set_value(modes[0])
        self._show_mode()
        self.retranslate_ui()
        tab_through(self._mode, self._fields)

    def _connect(self) -> None:
        self._mode.changed.connect(self._on_mode)
        for part in (self._age, *self._date.parts, *self._to.parts):
            part.left.connect(self._on_part_left)
        for parts in (self._date, self._to):
            parts.edited.connect(self._on_edited)
            parts.received.connect(self._on_received)
            parts.today_asked.connect(self._on_today)
        self._age.number_changed.connect(self._on_edited)
        self._age.received.connect(self._on_received)
        self._age.filled.connect(lambda: self._date.setFocus(Qt.FocusReason.OtherFocusReason))
        self._age.crossed.connect(self._on_age_crossed)
        self._date.crossed.connect(self._on_date_crossed)
        self._to.crossed.connect(lambda step: self._date.focus_last() if step < 0 else None)
        self._about.clicked.connect(self._on_edited)
        self._today_button.clicked.connect(self._on_today)

    def setAccessibleName(self, name: str) -> None:
        """Name the date; each part says it, for the keyboard comes to the parts."""
        super().setAccessibleName(name)
        self._speak()

    def _speak(self) -> None:
        name, problem = self.accessibleName(), self.problem()
        for part in (self._age, *self._date.parts, *self._to.parts):
            part.setAccessibleDescription(join_facts((name, problem)))
        for widget in (self._today_button, self._about):
            widget.setAccessibleDescription(name)
        self._mode.setAccessibleName(join_facts((name, _("How the date is known"))))

    # -- values ---------------------------------------------------------------------------------

    def value(self) -> dict[str, Any] | None:
        """The plain form of what is given, or None."""
        date = self.partial_date()
        return date.to_json() if date is not None else None

    def set_value(self, value: dict[str, Any] | None) -> None:
        """Show a stored date without telling anybody.

        Raises:
            ValueError: it is not a stored partial date.
        """
        self._show_date(PartialDate.from_json(value) if value is not None else None)

    def partial_date(self) -> PartialDate | None:
        """What is given; parts that make no date come as their text."""
        if words := self._words():
            read = read_text(words, self._modes, self._today())
            return read.value if not read.ambiguous else PartialDate(text=words)
        try:
            return self._typed().date()
        except ValueError:
            return PartialDate(text=self._typed().as_text())

    def as_typed(self) -> dict[str, Any]:
        """Everything as it stands there, for a draft of what makes no date (yet)."""
        return {
            "mode": self.mode, "parts": self._date.texts(), "to": self._to.texts(), "age": self._age.text(),
            "about": self._about.isChecked(), "asked": self._asked if self._choices else "",
        }  # fmt: skip

    def show_typed(self, typed: Mapping[str, Any]) -> None:
        """Show what `as_typed` gave, with what is wrong with it, without telling anybody."""
        self._choices, self._kept_text = (), ""
        self._mode.set_value(typed["mode"])
        self._date.set_texts(typed["parts"])
        self._to.set_texts(typed["to"])
        self._age.setText(typed["age"])
        self._about.setChecked(typed["about"])
        self._left = True
        self._show_mode()
        self._refresh()
        if typed["asked"]:
            self._ask(typed["asked"])

    def problem(self) -> str:
        """What is wrong with the parts, or an empty text."""
        if self._choices:
            return _("Which of the two is meant?")
        if self._words():
            return ""
        try:
            self._typed().date()
        except ValueError:
            return self._typed().fault()
        return ""

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Into the first number. Not by a focus proxy: Tab would go to it past the choice of the way."""
        first = {"age": self._age, "unknown": self._mode}.get(self.mode, self._date)
        first.setFocus(reason)

    @property
    def mode(self) -> str:
        """What is being given: "date", "age", "range" or "unknown"."""
        return self._mode.value() or self._modes[0]

    def set_error(self, on: bool) -> None:
        """Show or take back the error state of the parts."""
        self._own_error = on
        self._refresh()

    def _typed(self) -> TypedDate:
        return TypedDate(
            self.mode, self._date.numbers(), self._to.numbers(), self._age.number(),
            self._about.isChecked(), self._kept_text,
        )  # fmt: skip

    def _words(self) -> str:
        """All that is typed where it is not numbers alone."""
        shown: list[NumberPart | DateParts] = [] if self.mode == "unknown" else [self._date]
        shown = {"age": [self._age, *shown], "range": [*shown, self._to]}.get(self.mode, shown)
        texts = [" ".join(group.whole().split()) for group in shown] if any(g.words() for g in shown) else []
        return (" – " if self.mode == "range" else " ").join(filter(None, texts))

    # -- what is shown --------------------------------------------------------------------------

    def _show_date(self, date: PartialDate | None) -> None:
        self._choices = ()
        self._left = False
        self._kept_text = date.text if date is not None else ""
        self._about.setChecked(date is not None and date.about)
        mode, first, second, age = self.mode, date, None, None
        if date is not None and date.precision != "text":
            mode = mode_of(date)
        if date is not None and date.age is not None:
            first, age = date.asof, date.age
        elif date is not None and date.start is not None:
            first, second = date.start, date.end
        self._mode.set_value(mode)
        self._age.set_number(age)
        for parts, shown in ((self._date, first), (self._to, second)):
            parts.set_numbers(
                *((shown.year, shown.month, shown.day) if shown is not None else (None, None, None))
            )
        self._show_mode()
        self._refresh()

    def _show_mode(self) -> None:
        mode = self.mode
        self._age.setVisible(mode == "age")
        self._as_of.setVisible(mode == "age")
        self._date.setVisible(mode != "unknown")
        self._until.setVisible(mode == "range")
        self._to.setVisible(mode == "range")
        self._today_button.setVisible(mode in {"date", "age"})
        self._about.setVisible(mode != "unknown")

    def settle(self) -> None:
        """Read words, and say what is wrong, also of what is only half typed, as leaving the field does."""
        if words := self._words():
            self._show_date(self.partial_date())
            if read_text(words, self._modes, self._today()).ambiguous:
                self._ask(words)
        self._left = True
        self._refresh()

    def _on_part_left(self) -> None:
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self.settle()

    def _refresh(self) -> None:
        found = self.problem()
        # Nobody is told off in the middle of a year; once the field was left, every key is looked at.
        problem = found if self._left or self._choices or not self._typed().is_half_typed() else ""
        date = None if found else self.partial_date()
        self._reading.set_text(problem or words_of(date, self._reader))
        self._reading.set_tone("alert" if problem and not self._choices else "text2")
        shown = bool(self._reading.plain_text())
        self._arrow.set_icon(
            "circle-alert" if problem and not self._choices else "arrow-right",
            "alert" if problem and not self._choices else "muted",
        )
        self._arrow.setVisible(shown)
        self._reading.setVisible(shown)
        wrong = self._own_error or (bool(problem) and not self._choices)
        self._date.set_error(wrong)
        self._to.set_error(wrong and self.mode == "range")
        set_look(self._age, error="true" if wrong and self.mode == "age" else "")
        self._question.setVisible(bool(self._choices))
        self._speak()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is typed stays."""
        words = {
            "date": _("Date"),
            "age": _("Age"),
            "range": pgettext("way a date is known", "Range"),
            "unknown": pgettext("way a date is known", "Not known"),
        }
        self._mode.set_options([(mode, words[mode]) for mode in self._modes])
        self._as_of.setText(pgettext("between an age and the day it was true", "as of"))
        self._until.setText(pgettext("between two dates", "to"))
        self._about.setText(pgettext("a date is approximate", "About"))
        self._today_button.setText(pgettext("fills in the date of today", "Today"))
        self._show_choices()
        self._refresh()

    def _show_choices(self) -> None:
        while (item := self._answers.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for choice in self._choices:
            button = Button(self.theme, choice.reading(), size="small")
            button.clicked.connect(lambda _checked=False, choice=choice: self._take(choice))
            self._answers.addWidget(button)
        tab_through(self._fields, self._question)

    # -- what a person does ---------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit on the choice of the way begins the first number: who comes with Tab may type on."""
        modified = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.text().isdigit() and not modified and self.mode != "unknown":
            self.setFocus(Qt.FocusReason.TabFocusReason)
            QApplication.sendEvent(self.window().focusWidget(), event)
        else:
            super().keyPressEvent(event)

    def _on_mode(self, _code: object) -> None:
        self._choices = ()
        self._show_mode()
        self._tell()

    def _on_edited(self) -> None:
        self._choices = ()
        self._kept_text = ""
        self._tell()

    def _tell(self) -> None:
        self._refresh()
        self.changed.emit()

    def _on_today(self) -> None:
        today = self._today()
        self._date.set_numbers(today.year, today.month, today.day)
        self._on_edited()

    def _on_age_crossed(self, step: int) -> None:
        if step > 0:
            self._date.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_date_crossed(self, step: int) -> None:
        if step < 0 and self.mode == "age":
            self._age.setFocus(Qt.FocusReason.OtherFocusReason)
        elif step > 0 and self.mode == "range":
            self._to.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_received(self, text: str) -> None:
        """Take a whole date that was pasted, or a mark that switches "about"."""
        part = self.sender()
        if text.strip(ABOUT_MARKS) == "" or (text.lstrip(ABOUT_MARKS).isdigit() and text[0] in ABOUT_MARKS):
            self._about.setChecked(not self._about.isChecked())
            self._clean(part, text.lstrip(ABOUT_MARKS))
            self._on_edited()
            return
        bare = text.rstrip(ABOUT_MARKS)
        if bare != text and bare.isdigit():
            self._about.setChecked(not self._about.isChecked())
            self._clean(part, bare)
            self._on_edited()
            return
        parsed = read_text(text, self._modes, self._today())
        if parsed.value is None or parsed.value.precision == "text":
            if any(char.isalpha() for char in text):
                self._on_edited()
                return
            self._clean(part, "".join(char for char in text if char.isdigit()))
            self._on_edited()
            return
        if parsed.ambiguous:
            self._ask(text)
            self.changed.emit()
        else:
            self._take(parsed.value)

    def _ask(self, text: str) -> None:
        """Show what a text says that can be read as two days, and ask which."""
        parsed = read_text(text, self._modes, self._today())
        self._show_date(parsed.value)
        self._choices, self._asked = parsed.alternatives, text
        self._show_choices()
        self._refresh()

    def _clean(self, _part: object, digits: str) -> None:
        for part in (self._age, *self._date.parts, *self._to.parts):
            if part.hasFocus() or not (part.text().isdigit() or not part.text()):
                part.setText(digits[: part.most])

    def _take(self, date: PartialDate) -> None:
        self._show_date(date)
        self._show_choices()
        self.changed.emit()
