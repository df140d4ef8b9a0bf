"""One editor for each kind of answer: a widget, and the way between it and the plain value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from shelter_app.domain.codelists import code_list, language_label
from shelter_app.domain.forms import Field, FieldClass, Kind, is_empty, read_date
from shelter_app.domain.forms.kinds import fault
from shelter_i18n import _
from shelter_i18n.formats import country_name
from shelter_ui.forms.choices import Colleagues, options_for, yes_no_options
from shelter_ui.forms.texts_edit import TextsEdit
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.chips import ChipsEdit
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.fields import LineEdit, NumberEdit, TextArea
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.partial_date_edit import PartialDateEdit
from shelter_ui.widgets.segmented import Segmented

__all__ = ["Editor", "Tools", "editor_for"]

_LARGEST = 999_999


@dataclass(frozen=True)
class Tools:
    """What every editor needs from outside."""

    theme: Theme
    colleagues: Colleagues
    today: Callable[[], dt.date]
    #: What stands in the place of an answer that is sealed to the reader.
    sealed: Callable[[FieldClass], str] = lambda _cls: _("Sealed")


class Editor(QObject):
    """An answer being typed. What it cannot show it keeps as it was, until somebody types anew."""

    #: Whether the widget shows its own problem, so that its row need not say it again.
    says_itself = False

    #: A person has changed the answer.
    changed = Signal()

    def __init__(self, field: Field, widget: QWidget) -> None:
        super().__init__(widget)
        self.field, self.widget = field, widget
        self._foreign: Any = None

    def value(self) -> Any:
        """The answer as plain JSON; None where nothing is given."""
        return self._foreign if self._foreign is not None else self._read()

    def set_value(self, value: Any) -> None:
        """Show an answer without telling anybody."""
        self._foreign = None
        if not is_empty(value) and not self._fits(value):
            self._foreign = value
            value = None
        self._show(value)

    def problem(self) -> str:
        """What the widget itself finds wrong, in words; empty if nothing."""
        return ""

    def unfinished(self) -> Any:
        """What is typed and is no answer, as plain JSON for a draft; None where there is nothing like it."""
        return None

    def resume(self, unfinished: Any) -> None:
        """Show what `unfinished` gave, over the answer, without telling anybody."""

    def settle(self) -> None:
        """Take what is being typed for an answer, as leaving the field does."""

    def refresh_options(self, values: Mapping[str, Any]) -> None:
        """Offer what fits the other answers, in the language in force; what is chosen and typed stays."""

    def _told(self) -> None:
        self._foreign = None
        self.changed.emit()

    def _fits(self, value: Any) -> bool:
        return fault(self.field, value) is None

    def _read(self) -> Any:
        raise NotImplementedError

    def _show(self, value: Any) -> None:
        raise NotImplementedError


class _TextEditor(Editor):
    def __init__(self, field: Field, tools: Tools) -> None:
        self.edit = LineEdit(tools.theme)
        super().__init__(field, self.edit)
        self.edit.textEdited.connect(self._told)
        self.refresh_options({})

    def refresh_options(self, _values: Mapping[str, Any]) -> None:
        self.edit.setPlaceholderText(_(self.field.hint))

    def _read(self) -> str | None:
        return self.edit.text() or None

    def _show(self, value: Any) -> None:
        self.edit.setText(value or "")


class _LongTextEditor(Editor):
    def __init__(self, field: Field, tools: Tools) -> None:
        self.edit = TextArea(tools.theme, lines=3)
        super().__init__(field, self.edit)
        self._showing = False
        self.edit.textChanged.connect(self._on_text)
        self.refresh_options({})

    def refresh_options(self, _values: Mapping[str, Any]) -> None:
        self.edit.setPlaceholderText(_(self.field.hint))

    def _on_text(self) -> None:
        if not self._showing:
            self._told()

    def _read(self) -> str | None:
        return self.edit.toPlainText() or None

    def _show(self, value: Any) -> None:
        self._showing = True
        self.edit.setPlainText(value or "")
        self._showing = False


class _TextsEditor(Editor):
    def __init__(self, field: Field, tools: Tools) -> None:
        self.edit = TextsEdit(tools.theme)
        super().__init__(field, self.edit)
        self.edit.changed.connect(self._told)

    def _read(self) -> list[str] | None:
        return self.edit.texts() or None

    def _show(self, value: Any) -> None:
        self.edit.set_codes([str(item) for item in value or ()])


class _NumberEditor(Editor):
    def __init__(self, field: Field, tools: Tools) -> None:
        low = 0 if field.minimum is None else field.minimum
        self.edit = NumberEdit(tools.theme, low, _LARGEST if field.maximum is None else field.maximum)
        self.edit.setMaximumWidth(tools.theme.px(140))
        super().__init__(field, self.edit)
        self.edit.textEdited.connect(self._told)

    def _read(self) -> int | None:
        # A number out of bounds is kept for the check to speak about; a lone sign is nothing yet.
        try:
            return int(self.edit.text())
        except ValueError:
            return None

    def _show(self, value: Any) -> None:
        self.edit.set_number(value)


class _SegmentedEditor(Editor):
    """Yes, no, unknown, not asked; and short code lists."""

    def __init__(self, field: Field, tools: Tools) -> None:
        self.edit = Segmented(tools.theme)
        super().__init__(field, self.edit)
        self.edit.changed.connect(self._told)
        self.refresh_options({})

    def refresh_options(self, _values: Mapping[str, Any]) -> None:
        self.edit.set_options(yes_no_options())

    def _read(self) -> str | None:
        return self.edit.value()

    def _show(self, value: Any) -> None:
        self.edit.set_value(value)


def _with_chosen(
    options: Sequence[Option], field: Field, chosen: Sequence[str], name: Callable[[str], str]
) -> list[Option]:
    """The options, and what was chosen although it is not offered (any more)."""
    offered = {option.code for option in options}
    return [
        *options,
        *(Option(code, _chosen_name(field, code, name)) for code in chosen if code not in offered),
    ]


def _chosen_name(field: Field, code: str, user_name: Callable[[str], str]) -> str:
    if field.codelist:
        return code_list(field.codelist).label(code)
    if field.kind in (Kind.COUNTRY, Kind.COUNTRIES):
        return country_name(code)
    if field.kind in (Kind.LANGUAGE, Kind.LANGUAGES):
        return language_label(code)
    return user_name(code)


class _ListEditor(Editor):
    """Answers out of a list; a typed word that is none of them stays and is a problem."""

    edit: ChoiceBox | ChipsEdit

    def problem(self) -> str:
        return self.edit.problem()

    def unfinished(self) -> str | None:
        return self.edit.typing() or None

    def resume(self, unfinished: Any) -> None:
        self.edit.set_typing(str(unfinished))

    def settle(self) -> None:
        self.edit.settle()


class _ChoiceEditor(_ListEditor):
    def __init__(self, field: Field, tools: Tools) -> None:
        self.edit: ChoiceBox = ChoiceBox(tools.theme, keeps_typing=True)
        super().__init__(field, self.edit)
        self.edit.typed.connect(self.changed)
        self._tools = tools
        self._offered: list[Option] = []
        self.edit.changed.connect(self._told)
        self.refresh_options({})

    def refresh_options(self, values: Mapping[str, Any]) -> None:
        self._offered = list(options_for(self.field, values, self._tools.colleagues))
        code = self.edit.code()
        chosen = [code] if code else []
        self.edit.set_options(_with_chosen(self._offered, self.field, chosen, self._tools.colleagues.name))

    def _read(self) -> str | None:
        return self.edit.code()

    def _show(self, value: Any) -> None:
        chosen = [value] if value else []
        self.edit.set_options(_with_chosen(self._offered, self.field, chosen, self._tools.colleagues.name))
        self.edit.set_code(value)


class _ChipsEditor(_ListEditor):
    def __init__(self, field: Field, tools: Tools) -> None:
        self.edit: ChipsEdit = ChipsEdit(tools.theme)
        super().__init__(field, self.edit)
        self.edit.typed.connect(self.changed)
        self._tools = tools
        self._offered: list[Option] = []
        self.edit.changed.connect(self._told)
        self.refresh_options({})

    def refresh_options(self, values: Mapping[str, Any]) -> None:
        self._offered = list(options_for(self.field, values, self._tools.colleagues))
        chosen = self.edit.codes()
        self.edit.set_options(_with_chosen(self._offered, self.field, chosen, self._tools.colleagues.name))

    def _read(self) -> list[str] | None:
        return self.edit.codes() or None

    def _show(self, value: Any) -> None:
        chosen = list(value or ())
        self.edit.set_options(_with_chosen(self._offered, self.field, chosen, self._tools.colleagues.name))
        self.edit.set_codes(chosen)


class _DateEditor(Editor):
    says_itself = True

    def __init__(self, field: Field, tools: Tools) -> None:
        modes: tuple[str, ...] = ("date", "range", "unknown")
        if field.projection == "age":
            modes = ("date", "age", "range", "unknown")
        elif field.future:
            modes = ("date",)
        self.edit = PartialDateEdit(tools.theme, today=tools.today, modes=modes)
        # Parts, "today" and "about" side by side; the layout then gives the field a whole line.
        self.edit.setMinimumWidth(tools.theme.px(376))
        super().__init__(field, self.edit)
        self.edit.changed.connect(self._told)

    def problem(self) -> str:
        return self.edit.problem()

    def unfinished(self) -> dict[str, Any] | None:
        return self.edit.as_typed() if self.edit.problem() else None

    def resume(self, unfinished: Any) -> None:
        self.edit.show_typed(unfinished)

    def settle(self) -> None:
        self.edit.settle()

    def _fits(self, value: Any) -> bool:
        return read_date(value) is not None

    def _read(self) -> dict[str, Any] | None:
        return self.edit.value()

    def _show(self, value: Any) -> None:
        self.edit.set_value(value)


_EDITORS: dict[Kind, Callable[[Field, Tools], Editor]] = {
    Kind.TEXT: _TextEditor,
    Kind.LONG_TEXT: _LongTextEditor,
    Kind.TEXTS: _TextsEditor,
    Kind.NUMBER: _NumberEditor,
    Kind.YES_NO: _SegmentedEditor,
    Kind.CODE: _ChoiceEditor,
    Kind.COUNTRY: _ChoiceEditor,
    Kind.LANGUAGE: _ChoiceEditor,
    Kind.USER: _ChoiceEditor,
    Kind.CODES: _ChipsEditor,
    Kind.COUNTRIES: _ChipsEditor,
    Kind.LANGUAGES: _ChipsEditor,
    Kind.DATE: _DateEditor,
}


def editor_for(field: Field, tools: Tools) -> Editor:
    """An editor for a field of any kind."""
    if field.kind is Kind.GROUP:
        from shelter_ui.forms.group_editor import GroupEditor

        return GroupEditor(field, tools)
    return _EDITORS[field.kind](field, tools)
