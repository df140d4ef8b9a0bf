"""The preview of an import: counts, the table of rows, the panel of one row, and the button that imports."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, join_facts, join_list
from shelter_ui.context import AppContext
from shelter_ui.models.register_decisions import Decisions, place_of
from shelter_ui.models.register_table import RegisterTable, RowColumn
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed, rule, set_ground, set_look
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.painting import text_width
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.tables import RECORD_ROLE, CellDelegate, TableCard, TableView
from shelter_ui.widgets.texts import ElidedText, Prose, Text
from shelter_ui.windows.import_counts import Counts
from shelter_ui.windows.import_panel import RowPanel
from shelter_ui.windows.scrolling import scrolled

__all__ = ["RowsPage"]

_CODES = ("imported", "remark", "decision", "not_a_person")
_WIDTHS = {
    RowColumn.SHEET: 92, RowColumn.ROW: 50, RowColumn.OUTCOME: 106, RowColumn.NAME: 138, RowColumn.WRITTEN: 118,
    RowColumn.UNDERSTOOD: 128,
}  # fmt: skip
#: Up to this many rows each has the height that it needs.
_MEASURED = 3000
#: Below this width of the table the birth as written is left to the panel.
_ROOMY = 740


class _RowDelegate(CellDelegate):
    """Rows whose reasons wrap, so that none is cut where two lines hold them."""

    def paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the bar of the selected row at the first column that is seen."""
        super().paint_ground(painter, option, index)
        view = option.widget
        if not (option.state & QStyle.StateFlag.State_Selected) or not isinstance(view, TableView):
            return
        first = next(column for column in RowColumn if not view.isColumnHidden(column))
        if index.column() == first:
            bar = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())
            painter.fillRect(bar, self.theme.colour("accent"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the reasons in as many lines as the row has."""
        theme, tall = self.theme, option.rect.height() > self.theme.row_height
        if index.column() != RowColumn.REASONS or not tall:
            super().paint(painter, option, index)
            return
        painter.save()
        self.paint_ground(painter, option, index)
        cell = self.cell(index)
        inner = option.rect.adjusted(theme.px(10), theme.px(4), -theme.px(8), -theme.px(4))
        font = theme.font("label")
        most = 2 * inner.width() - theme.px(56)
        words = QFontMetrics(font).elidedText(cell.text, Qt.TextElideMode.ElideRight, most)
        painter.setFont(font)
        painter.setPen(theme.colour(cell.tone or "text"))
        wrap = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inner, int(wrap), words)
        painter.restore()


class RowsPage(Themed, QWidget):
    """What would become of every row, and the decisions about those that ask for one."""

    #: Show the columns and how the file is read.
    columns_asked = Signal()
    #: Import what is ready.
    import_asked = Signal()
    #: Leave this file.
    left = Signal()

    def __init__(self, theme: Theme, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.decisions: Decisions | None = None
        self._name, self._later, self._certain, self._encoding = "", False, True, ""
        self._title, self._file = Text("", "title"), ElidedText("", "label", "text2")
        self._columns = Button(theme, "", size="small", icon="columns-3")
        self._columns.setObjectName("show_columns")
        self._leave = Button(theme, "", "quiet", size="small", icon="x")
        self._leave.setObjectName("leave_file")
        self._doubt = Banner(theme, "warning")
        self._doubt.setObjectName("encoding_doubt")
        self._doubt_button = Button(theme, "", size="small")
        self._doubt.add_action(self._doubt_button)
        self._unclear = Banner(theme, "warning")
        self._unclear.setObjectName("unclear_columns")
        self._unclear_button = Button(theme, "", size="small")
        self._unclear_button.setObjectName("say_columns")
        self._unclear.add_action(self._unclear_button)
        self.problem = Banner(theme, "alert")
        self.problem.setObjectName("import_problem")
        self.problem.hide()
        self.progress = ProgressPanel(theme)
        self.counts = Counts(theme, _CODES)
        self._which = Segmented(theme, [("look", ""), ("all", "")], required=True, ticked=False)
        self._which.setObjectName("which_rows")
        self._which.set_value("look")
        self._hint = Text("", "label", "text2")
        self.model = RegisterTable(self)
        self.table = TableView(theme)
        self.table.setObjectName("register_rows")
        self.table.setModel(self.model)
        self.table.setItemDelegate(_RowDelegate(theme, self.table))
        self._foot = Prose(theme, "", "label", "text2")
        self.panel = RowPanel(theme, context)
        self._nothing = Prose(theme, "", "label", "text2")
        self.do = Button(theme)
        self.do.setObjectName("import_do")
        self._note = Prose(theme, "", "label", "text2")
        self._note.setObjectName("import_note")
        self._build(theme)
        self._connect()
        self.adopt(theme)
        self.retranslate_ui()

    def _build(self, theme: Theme) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self._title)
        head.addWidget(self._file, 1)
        head.addWidget(self._columns)
        head.addWidget(self._leave)
        bar = QHBoxLayout()
        bar.addWidget(self._which)
        bar.addStretch(1)
        bar.addWidget(self._hint)
        left = QVBoxLayout()
        left.setContentsMargins(theme.px(24), theme.px(16), theme.px(16), theme.px(12))
        left.setSpacing(theme.px(12))
        left.addLayout(head)
        for widget in (self._doubt, self._unclear, self.problem, self.progress, self.counts):
            left.addWidget(widget)
        left.addLayout(bar)
        left.addWidget(TableCard(theme, self.table), 1)
        left.addWidget(self._foot)
        side = QWidget()
        set_ground(side, "surface")
        side.setFixedWidth(theme.px(344))
        column = QVBoxLayout(side)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(14), theme.px(14))
        column.setSpacing(theme.px(10))
        inner = QWidget()
        inner_column = QVBoxLayout(inner)
        inner_column.setContentsMargins(0, 0, 0, 0)
        inner_column.addWidget(self._nothing)
        inner_column.addWidget(self.panel)
        inner_column.addStretch(1)
        column.addWidget(scrolled(inner), 1)
        column.addWidget(self.panel.answer)
        column.addWidget(rule())
        column.addWidget(self.do)
        column.addWidget(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(rule(upright=True))
        row.addWidget(side)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)

    def _connect(self) -> None:
        self._columns.clicked.connect(self.columns_asked)
        self._doubt_button.clicked.connect(self.columns_asked)
        self._unclear_button.clicked.connect(self.columns_asked)
        self._leave.clicked.connect(self.left)
        self._which.changed.connect(lambda code: self._on_which(str(code)))
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.table.opened.connect(lambda _index: self.panel.cards.setFocus(Qt.FocusReason.OtherFocusReason))
        self.panel.decided.connect(self._on_decided)
        self.panel.taken_back.connect(self._on_taken_back)
        self.panel.skipped.connect(self.go_next)
        self.do.clicked.connect(self.import_asked)
        self._context.names_shown_changed.connect(self._on_names)

    # -- what is shown --------------------------------------------------------------------------

    def show_register(self, decisions: Decisions, *, later: bool) -> None:
        """Show a register; `later` where its rows were kept by an earlier import."""
        preview = decisions.base
        place = self.panel.place
        self.decisions, self._later = decisions, later
        self._name, self._certain, self._encoding = preview.name, preview.encoding_certain, preview.encoding
        self.problem.hide()
        self.model.set_names_shown(self._context.names_shown)
        self.model.show_decisions(decisions, everything=self._which.value() == "all")
        first = place if place and decisions.row(place) else None
        first = first or decisions.next_open(None)
        if first is not None and self.model.number_of(first) >= 0:
            self._select(self.model.number_of(first))
        elif self.model.rowCount():
            self._select(0)
        else:
            self.panel.show_row(decisions, None)
        self.retranslate_ui()

    def go_next(self, *, backwards: bool = False) -> None:
        """Go to the next row with a question (F8)."""
        if self.decisions is None:
            return
        place = self.decisions.next_open(self.panel.place, backwards)
        if place is None:
            return
        if self.model.number_of(place) < 0:
            self._which.choose("all")
        self._select(self.model.number_of(place))

    def _select(self, number: int) -> None:
        index = self.model.index(number, 0)
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)
        self._on_row(index, QModelIndex())

    def _on_row(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = index.data(RECORD_ROLE)
        if self.decisions is not None and row is not None:
            self.panel.show_row(self.decisions, place_of(row))
            self._show_do()

    def _on_which(self, code: str) -> None:
        place = self.panel.place
        self.model.show_all(code == "all")
        self._fit_rows()
        number = self.model.number_of(place) if place else -1
        if number >= 0:
            self._select(number)

    def _on_decided(self, place: tuple[str, int], choice: tuple[str, str], alike: bool) -> None:
        if self.decisions is None:
            return
        self.decisions.decide(place, choice, alike=alike)
        self._refresh()
        row = self.decisions.row(place)
        if row is not None and row.open_decisions:
            self.panel.refresh()
        else:
            self.go_next()
            self.panel.refresh()
        self.panel.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_taken_back(self, place: tuple[str, int]) -> None:
        if self.decisions is not None:
            self.decisions.take_back(place)
            self._refresh()
            self.panel.refresh()

    def _refresh(self) -> None:
        self.model.refresh()
        self._show_counts()
        self._fit_rows()

    def _on_names(self, shown: bool) -> None:
        self.model.set_names_shown(shown)

    def retranslate_ui(self) -> None:
        """Fetch the texts; rows, choice and place stay."""
        self._title.setText(_("Waiting rows") if self._later else _("Import a register: preview"))
        self._columns.setText(_("Columns"))
        self._columns.setVisible(not self._later)
        self._leave.setText(_("Leave this file"))
        self._doubt.setVisible(not self._certain and bool(self._encoding) and not self._later)
        self._doubt.set_words(
            _("Do the names look right?"),
            _("The file was read as {encoding}, which fits but is not certain.").format(
                encoding=self._encoding.upper()
            ),
        )
        self._doubt_button.setText(_("Try another"))
        self._show_unclear()
        self._hint.setText(_("F8: next row to decide"))
        self.table.setAccessibleName(_("Rows of the register"))
        self._foot.set_text(
            _(
                "What cannot be understood is kept word for word with the case, never dropped and never guessed. "
                "An import can be undone as a whole."
            )
        )
        self._nothing.set_text(_("No row needs a look. Everything can be imported as it is."))
        self.model.retranslate()
        self._show_counts()
        self._fit()

    def _show_unclear(self) -> None:
        """Ask for the meaning of columns whose headers mean one thing here and another there."""
        columns = self.decisions.base.columns if self.decisions and not self._later else ()
        headers = dict.fromkeys(info.column.header for info in columns if info.column.candidates)
        self._unclear.setVisible(bool(headers))
        title = ngettext(
            "What does this column mean: {columns}?", "What do these columns mean: {columns}?", len(headers)
        )
        self._unclear.set_words(
            title.format(columns=join_list(headers)),
            _(
                "The header can mean more than one thing. Until you say which, what stands there is kept as text."
            ),
        )
        self._unclear_button.setText(_("Say what it means"))

    def _show_counts(self) -> None:
        decisions = self.decisions
        if decisions is None:
            return
        current = decisions.current
        total = len(current.rows)
        sheets = len({row.sheet for row in current.rows})
        where = (
            ngettext("{number} sheet", "{number} sheets", sheets).format(number=sheets)
            if current.kind == "workbook"
            else ""
        )
        rows = ngettext("{number} row", "{number} rows", total).format(number=format_number(total))
        self._file.setText(join_facts((self._name, where, rows)))
        self.counts.show_counts(
            {"imported": current.count("imported"), "remark": current.count("remark"),
             "decision": current.count("decision"), "not_a_person": current.count("not_a_person")},
            {"imported": _("as they are"), "remark": _("with a remark"), "decision": _("for you to decide"),
             "not_a_person": _("not a person")},
        )  # fmt: skip
        self._which.set_options(
            [
                ("look", _("To look at {number}").format(number=format_number(self.model.needs_look()))),
                ("all", _("All {number}").format(number=format_number(total))),
            ]
        )
        self._nothing.setVisible(self.panel.isHidden())
        self._show_do()

    def _show_do(self) -> None:
        if self.decisions is None:
            return
        ready, waiting = self.decisions.ready(), self.decisions.waiting()
        asked = (
            bool(self.decisions.open_rows())
            and not self.panel.confirm.isHidden()
            and self.panel.question_text() != ""
        )
        set_look(self.do, kind="secondary" if asked else "primary")
        keep = ngettext("Keep {number} row for later", "Keep {number} rows for later", waiting).format(
            number=format_number(waiting)
        )
        bring = ngettext("Import {number} row", "Import {number} rows", ready).format(
            number=format_number(ready)
        )
        self.do.setText(bring if ready or not waiting or self._later else keep)
        self.do.setEnabled(ready > 0 or (waiting > 0 and not self._later))
        self._note.setVisible(waiting > 0 and (ready > 0 or self._later))
        self._note.set_text(
            ngettext(
                "{number} row waits for a decision; it is kept and can be decided later.",
                "{number} rows wait for a decision; they are kept and can be decided later.",
                waiting,
            ).format(number=format_number(waiting))
        )

    def restyle(self) -> None:
        """Take the widths of the new scale."""
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what the panel shows too where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for column, width in _WIDTHS.items():
            self.table.setColumnWidth(column, self.theme.px(width))
        one_sheet = self.decisions is None or len({row.sheet for row in self.decisions.base.people}) < 2
        self.table.setColumnHidden(RowColumn.SHEET, one_sheet)
        self.table.setColumnHidden(RowColumn.WRITTEN, self.table.width() < self.theme.px(_ROOMY))
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Give rows whose reasons need it a second line; long registers have two lines everywhere."""
        count, font = self.model.rowCount(), self.theme.font("label")
        room = self.table.columnWidth(RowColumn.REASONS) - self.theme.px(20)
        header, one, two = self.table.verticalHeader(), self.theme.row_height, self.theme.tall_row_height
        if count > _MEASURED:
            header.setDefaultSectionSize(two)
            return
        for number in range(count):
            text = str(self.model.index(number, RowColumn.REASONS).data(Qt.ItemDataRole.DisplayRole))
            header.resizeSection(number, two if text_width(font, text) > room else one)
