"""The right half of the sheet of widgets: what says something without being typed into."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from shelter_i18n import current_language
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.buttons import Button, IconButton
from shelter_ui.widgets.lines import Knot, Stage, StageLine, StepList, state_word
from shelter_ui.widgets.notices import Banner, Card, EmptyState, SealedBlock, Tag
from shelter_ui.widgets.painting import KnotState
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.tables import CELL_ROLE, Cell, TableCard, TableView
from shelter_ui.widgets.texts import Figure, KeyCap, Prose, Text

__all__ = ["fill_notices", "sample", "sample_head", "sample_row"]


def sample(english: str, chinese: str) -> str:
    """The sample in the language in force."""
    return chinese if current_language() == "zh" else english


def sample_head(text: str) -> Text:
    """A small title above a group."""
    return Text(text, "caption", "muted", medium=True)


def sample_row(theme: Theme, *widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side, at the left."""
    row = QHBoxLayout()
    row.setSpacing(theme.px(spacing))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


class _Rows(QAbstractTableModel):
    """A few rows of cells."""

    def __init__(self, head: list[str], rows: list[list[Cell]]) -> None:
        super().__init__()
        self._head, self._rows = head, rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._head)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        cell = self._rows[index.row()][index.column()]
        return cell if role == CELL_ROLE else cell.text if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        wanted = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._head[section] if wanted else None


_PROSE = {
    "en": "The Health gate is closed: the certificate will be 190 hours old, the limit is 72. "
    "A new examination from 14 March opens it.",
    "zh": "健康关口未开：证明届时已过190小时，上限为72小时。3月14日以后重新检查即可。",
}


def fill_notices(theme: Theme, column: QVBoxLayout) -> None:
    """Put every notice, line and table in its states into a column."""
    column.addWidget(sample_head(sample("Tags and knots", "标签与结点")))
    tags = [
        ("alert", sample("Alert", "警报"), ""),
        ("warning", sample("Attention", "注意"), ""),
        ("overdue", sample("4 days late", "逾期4天"), ""),
        ("ok", sample("Given", "已给予"), ""),
        ("info", sample("Note", "说明"), ""),
        ("sealed", sample("Sealed", "已封存"), ""),
        ("", sample("Closed", "已结案"), "archive"),
    ]
    column.addLayout(sample_row(theme, *[Tag(theme, text, tone, icon) for tone, text, icon in tags]))
    knots: list[KnotState] = ["done", "next", "later", "overdue", "closed", "overridden", "wrong"]
    line: list[QWidget] = []
    for state in knots:
        line += [Knot(theme, state, 16), Text(state_word(state), "label", "text2")]
    column.addLayout(sample_row(theme, *line, spacing=6))
    path = Card(theme, padding=12)
    path.body.addWidget(_path(theme, large=True))
    column.addWidget(path)
    column.addWidget(_path(theme, large=False))
    column.addWidget(sample_head(sample("Table", "表格")))
    column.addWidget(_table(theme))
    column.addWidget(sample_head(sample("Banners", "横幅")))
    _banners(theme, column)
    column.addLayout(_steps(theme))
    progress = ProgressPanel(theme)
    progress._words = sample("Checking the tables together", "正在合并检查各表")  # noqa: SLF001 - no job here
    progress.set_progress(62, 100)
    progress.show()
    column.addWidget(progress)
    figure = Figure("87%", sample("of the information is kept", "的信息得以保留"))
    column.addLayout(sample_row(theme, figure, IconButton(theme, "eye", "eye"), KeyCap("Alt 1-4")))
    column.addWidget(Prose(theme, _PROSE[current_language()], tone="text2"))
    column.addWidget(
        SealedBlock(
            theme,
            sample("Sealed. A health worker can open this entry.", "已封存，医务人员可以打开。"),
            height=26,
        )
    )
    column.addSpacing(theme.px(70))


def _path(theme: Theme, *, large: bool) -> StageLine:
    line = StageLine(theme, large=large)
    stages = [
        Stage(sample("Consent", "同意"), "done", sample("4 Mar", "3月4日")),
        Stage(sample("Risk", "风险"), "done", sample("5 Mar", "3月5日")),
        Stage(sample("Health", "健康"), "closed", sample("too old", "证明过期")),
        Stage(sample("Journey", "行程"), "later", sample("17 Mar", "3月17日")),
        Stage(sample("Closed", "结案"), "later"),
    ]
    line.set_stages(stages, 2)
    return line


def _table(theme: Theme) -> TableCard:
    head = [
        sample("Case", "个案编号"),
        sample("Name", "姓名"),
        sample("Status", "认定"),
        sample("Due", "到期"),
    ]
    late = Cell(sample("4 days late", "逾期4天"), tone="overdue", icon="clock-alert", medium=True)
    rows = [
        [
            Cell("KM-A-26-0038-T"),
            Cell("陈秀云", "Chen Xiuyun", marks=((0, 4), (5, 1))),
            Cell(sample("Identified", "已认定"), tone="ok", icon="badge-check", tag=True),
            Cell(sample("20 Mar", "3月20日")),
        ],
        [
            Cell("KM-A-24-0163-B"),
            Cell("Huang Liping", "黄丽萍"),
            Cell(sample("Presumed", "疑似"), tone="warning", icon="circle-dashed", tag=True),
            late,
        ],
        [
            Cell("KM-A-26-0041-K"),
            Cell(sealed=True),
            Cell(sample("Closed", "已结案"), icon="archive", tag=True),
            Cell("<11", sealed=True),
        ],
    ]
    table = TableView(theme, two_lines=True)
    table.setModel(_Rows(head, rows))
    table.model().setParent(table)
    for place, width in enumerate((140, 140, 130)):
        table.setColumnWidth(place, theme.px(width))
    table.selectRow(1)
    table.fit_height()
    return TableCard(theme, table)


def _banners(theme: Theme, column: QVBoxLayout) -> None:
    alert = Banner(
        theme,
        "alert",
        sample("Watch for self-harm", "防范自伤"),
        sample("Nobody has acknowledged it yet.", "还没有人确认。"),
    )
    alert.add_action(Button(theme, sample("Acknowledge", "确认"), "primary", size="small"))
    column.addWidget(alert)
    odd = sample(
        "Arrival (5 March) is before rescue (6 March). Both are kept.",
        "抵达（3月5日）早于获救（3月6日）。两个日期都已保留。",
    )
    column.addWidget(Banner(theme, "warning", "", odd))
    hidden = sample("With the total of its row, somebody could work it out.", "用本行合计就能推算出来。")
    column.addWidget(
        Banner(
            theme, "sealed", sample("Men, 27 to 29: hidden", "男，27至29岁：已隐藏"), hidden, icon="eye-off"
        )
    )


def _steps(theme: Theme) -> QLayout:
    steps = StepList(theme)
    steps.set_stages(
        [
            Stage(sample("Period", "时期"), "done", sample("July to December", "7月至12月")),
            Stage(sample("Check", "检查"), "done", sample("passed", "已通过"), "ok"),
            Stage(sample("Write the files", "生成文件"), "next"),
        ],
        2,
    )
    parts = StepList(theme, joined=False)
    parts.set_stages(
        [
            Stage(sample("Safety", "安全与当前需要"), "done"),
            Stage(sample("Identity", "身份"), "next", sample("1 to check", "1处需核对"), "alert"),
            Stage(sample("Health", "健康概况"), "later", sample("sealed", "已封存"), "sealed"),
        ],
        1,
    )
    card = Card(theme, padding=0)
    empty = EmptyState(theme, "route")
    empty.set_words(
        sample("No return is planned", "还没有返回计划"),
        sample("Start when the person wants to go.", "本人愿意返回，再开始。"),
        sample("Start a return", "开始自愿返回"),
    )
    card.body.addWidget(empty)
    row = QHBoxLayout()
    lists = QVBoxLayout()
    lists.addWidget(steps)
    lists.addWidget(parts)
    lists.addStretch(1)
    row.addLayout(lists, 1)
    row.addWidget(card, 1)
    return row
