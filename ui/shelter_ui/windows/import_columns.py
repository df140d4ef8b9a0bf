"""Which column of a register means what: recognised by its header, corrected by hand, with samples to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.domain.forms import form, import_targets
from shelter_app.domain.partial_date import DateOrder
from shelter_app.exchange.registers import ENCODINGS, ColumnInfo, Mapping, known_targets
from shelter_app.exchange.registers.aliases import AGE
from shelter_i18n import _
from shelter_i18n.formats import join_list
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import FlowLayout, Themed
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.fields import NumberEdit
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.texts import IconLabel, Prose, Text

__all__ = ["ColumnsPage", "Reading", "field_options"]

#: Code for a column that fills no field; its texts are kept.
_AS_TEXT = "as_text"
_ENCODING_NAMES = {
    "utf-8": "UTF-8", "gb18030": "GB18030 (GBK)", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16 (BE)",
    "big5": "Big5", "windows-1252": "Windows-1252", "windows-1258": "Windows-1258",
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What a person said about how to read a file; None leaves it to the program."""

    targets: dict[str, str | None] = field(default_factory=dict)
    header_row: int | None = None
    encoding: str | None = None
    date_order: DateOrder | None = None

    def mapping(self) -> Mapping | None:
        """What was said about columns, as the reader of registers takes it."""
        if not self.targets and self.header_row is None:
            return None
        return Mapping(self.targets, self.header_row)


def field_options() -> list[Option]:
    """Every field that a column can fill, in the language in force."""
    known, options = known_targets(), [Option(_AS_TEXT, _("Keep as text"))]
    options.append(Option(AGE, _("{field} ({form})").format(form=_(form("person").title), field=_("Age"))))
    for target in import_targets():
        if target.path not in known:
            continue
        label = _(target.label)
        if target.group_label:
            label = _("{group}: {field}").format(group=_(target.group_label), field=label)
        name = _("{field} ({form})").format(form=_(form(target.form_id).title), field=label)
        options.append(Option(target.path, name, (*target.headers[:4], target.path)))
    return options


def _look(target: str | None, candidates: Sequence[str]) -> tuple[str, str]:
    """Icon and tone: recognised, to be said by a person, or kept as text."""
    if target:
        return "check", "ok"
    return ("circle-question-mark", "warning") if candidates else ("minus", "muted")


class _Line:
    """The widgets of one column."""

    def __init__(self, theme: Theme, info: ColumnInfo) -> None:
        self.info = info
        self.letter = Text(info.column.letter, "label", "muted")
        self.header = Text(info.column.header or "-", "label", medium=True, wrap=True)
        self.state = IconLabel(theme, "check", 16, "ok")
        self.choice = ChoiceBox(theme)
        self.choice.setObjectName(f"field_{info.column.letter}")
        self.samples = Text("", "label", "text2", wrap=True)


class ColumnsPage(Themed, QWidget):
    """Columns with their fields and samples; every change is told at once, so that the samples follow."""

    #: The person wants the file read otherwise; carries a `Reading`.
    changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.adopt(theme)
        self._reading = Reading()
        self._kind = ""
        self._encoding = ""
        self._others: tuple[str, ...] = ()
        self._lines: list[_Line] = []
        self._names_shown = True
        self._intro = Prose(theme, "", "label", "text2")
        self._encoding_label, self._order_label, self._row_label = (
            Text("", "label", "text2") for _n in range(3)
        )
        self._encodings = Segmented(theme, required=True)
        self._encodings.setObjectName("encodings")
        self._encodings.changed.connect(lambda code: self._tell(encoding=str(code)))
        self._orders = Segmented(theme, required=True)
        self._orders.setObjectName("date_order")
        self._orders.changed.connect(self._on_order)
        self._row = NumberEdit(theme, 1, 999)
        self._row.setObjectName("header_row")
        self._row.setFixedWidth(theme.px(92))
        self._row.editingFinished.connect(self._on_row)
        self._settings = Card(theme, padding=16, spacing=10)
        flow_box = QWidget()
        flow = FlowLayout(flow_box, theme.px(24))
        self._encoding_box = self._boxed(self._encoding_label, self._encodings)
        for box in (
            self._boxed(self._row_label, self._row), self._boxed(self._order_label, self._orders), self._encoding_box,
        ):  # fmt: skip
            flow.addWidget(box)
        self._settings.body.addWidget(flow_box)
        self._card = Card(theme, padding=16, spacing=8)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(6))
        self._grid.setColumnStretch(1, 3)
        self._grid.setColumnStretch(3, 6)
        self._grid.setColumnStretch(4, 5)
        self._card.body.addLayout(self._grid)
        self._heads = [Text("", "caption", "muted", medium=True) for _n in range(4)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(12))
        for widget in (self._intro, self._settings, self._card):
            column.addWidget(widget)
        column.addStretch(1)
        self.retranslate_ui()

    def _boxed(self, label: Text, widget: QWidget) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.px(4))
        column.addWidget(label)
        row = QHBoxLayout()
        row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)
        return box

    def show_columns(
        self,
        columns: Sequence[ColumnInfo],
        reading: Reading,
        *,
        kind: str,
        encoding: str,
        others: Sequence[str],
    ) -> None:
        """Show the columns of a file as they are understood, and what was said about it so far."""
        self._reading, self._kind, self._encoding, self._others = reading, kind, encoding, tuple(others)
        shown = [(line.info.sheet, line.info.column.index, line.info.column.header) for line in self._lines]
        if shown != [(info.sheet, info.column.index, info.column.header) for info in columns]:
            self._build_lines(columns)
        for line, info in zip(self._lines, columns, strict=True):
            line.info = info
        self.retranslate_ui()

    def set_names_shown(self, shown: bool) -> None:
        """Show or hide the samples, which may hold names."""
        self._names_shown = shown
        self.retranslate_ui()

    def _build_lines(self, columns: Sequence[ColumnInfo]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget not in self._heads:
                widget.hide()
                widget.deleteLater()
        for place, head in zip((0, 1, 3, 4), self._heads, strict=True):
            self._grid.addWidget(head, 0, place)
        self._lines = []
        number, sheet = 1, None
        for info in columns:
            if info.sheet != sheet and len({each.sheet for each in columns}) > 1:
                self._grid.addWidget(Text(info.sheet, "body", medium=True), number, 0, 1, 5)
                number += 1
            sheet = info.sheet
            line = _Line(self.theme, info)
            line.choice.changed.connect(lambda code, line=line: self._on_field(line, code))
            middle = Qt.AlignmentFlag.AlignVCenter
            widgets = (line.letter, line.header, line.state, line.choice, line.samples)
            for place, widget in enumerate(widgets):
                self._grid.addWidget(widget, number, place, middle)
            self._lines.append(line)
            number += 1

    def _on_field(self, line: _Line, code: object) -> None:
        header, sheet = line.info.column.header, line.info.sheet
        alike = sum(
            1 for each in self._lines if (each.info.sheet, each.info.column.header) == (sheet, header)
        )
        key = header if header and alike == 1 else line.info.column.letter
        target = None if code in (None, _AS_TEXT) else str(code)
        self._tell(targets={**self._reading.targets, key: target})

    def _on_order(self, code: object) -> None:
        order: DateOrder | None = "dmy" if code == "dmy" else "mdy" if code == "mdy" else None
        self._tell(date_order=order)

    def _on_row(self) -> None:
        if self._row.number() != self._reading.header_row:
            self._tell(header_row=self._row.number())

    def _tell(self, **changes: object) -> None:
        said = {
            name: getattr(self._reading, name) for name in ("targets", "header_row", "encoding", "date_order")
        }
        self._reading = Reading(**{**said, **changes})
        self.changed.emit(self._reading)

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is chosen stays."""
        self._intro.set_text(
            _(
                "Columns are recognised by their headers. Change what is wrong; the file is read again at once, and what "
                "fits no field is kept as text with the case."
            )
        )
        for head, text in zip(
            self._heads, (_("Column"), _("Header"), _("Field"), _("First values")), strict=True
        ):
            head.setText(text)
        self._row_label.setText(_("Row of the column names"))
        self._row.setAccessibleName(self._row_label.text())
        self._row.set_number(self._reading.header_row)
        self._order_label.setText(_("Dates such as 3/4/2013"))
        self._orders.set_options(
            [("file", _("As the file shows")), ("dmy", _("3 April")), ("mdy", _("4 March"))]
        )
        self._orders.set_value(self._reading.date_order or "file")
        self._orders.setAccessibleName(self._order_label.text())
        self._encoding_box.setVisible(self._kind == "text")
        self._encoding_label.setText(_("Character set"))
        offered = list(
            dict.fromkeys([self._encoding, *self._others, *(("utf-8", "gb18030") if self._kind else ())])
        )
        self._encodings.set_options(
            [(code, _ENCODING_NAMES.get(code, code)) for code in offered if code in ENCODINGS]
        )
        self._encodings.set_value(self._encoding)
        self._encodings.setAccessibleName(self._encoding_label.text())
        options = field_options() if self._lines else []
        for line in self._lines:
            target, candidates = line.info.column.target, line.info.column.candidates
            near = [option for option in options if option.code in candidates]
            line.choice.set_options([*near, *(option for option in options if option not in near)])
            line.choice.set_placeholder(_("Choose what it means") if candidates else "")
            line.choice.set_code(target or (None if candidates else _AS_TEXT))
            line.choice.setAccessibleName(
                _("Field for column {column}").format(column=line.info.column.letter)
            )
            line.state.set_icon(*_look(target, candidates))
            samples = join_list(line.info.samples)
            line.samples.setText(samples if self._names_shown else _("Hidden together with the names"))
