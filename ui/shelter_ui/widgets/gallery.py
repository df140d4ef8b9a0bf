"""Every widget in its states on one sheet: `python -m shelter_ui.widgets.gallery --out sheet.png`.

For people who change the look: render all palettes in both languages and compare. The sample words
stand here in both languages and are no part of the program's catalogue.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from shelter_ui.language import LanguageSwitch
from shelter_ui.theme.theme import Theme, load_fonts
from shelter_ui.theme.tokens import PALETTES
from shelter_ui.widgets.base import set_ground
from shelter_ui.widgets.buttons import Button, ButtonKind
from shelter_ui.widgets.chips import ChipsEdit
from shelter_ui.widgets.choice import ChoiceBox
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import LineEdit, NumberEdit, PasswordEdit, TextArea
from shelter_ui.widgets.focus_ring import FocusRing
from shelter_ui.widgets.gallery_notices import fill_notices, sample, sample_head, sample_row
from shelter_ui.widgets.options import Option
from shelter_ui.widgets.partial_date_edit import PartialDateEdit
from shelter_ui.widgets.progress import DraftIndicator, Toast
from shelter_ui.widgets.rail import Rail, RailEntry
from shelter_ui.widgets.search_box import SearchBox
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.texts import Text

__all__ = ["Gallery", "main", "render"]

_DAY = dt.date(2026, 3, 12)


def _from_start(row: FieldRow) -> None:
    if isinstance(row.field, LineEdit):
        row.field.setCursorPosition(0)


class Gallery(QWidget):
    """The sheet; built in the language and palette in force."""

    def __init__(self, theme: Theme, app: QApplication) -> None:
        super().__init__()
        self.theme = theme
        set_ground(self, "window")
        self.setMinimumWidth(theme.px(1366))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail())
        left, right = QVBoxLayout(), QVBoxLayout()
        page = QHBoxLayout()
        page.setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(24))
        page.setSpacing(theme.px(28))
        page.addLayout(left, 12)
        page.addLayout(right, 10)
        row.addLayout(page, 1)
        for column in (left, right):
            column.setSpacing(theme.px(8))
        self.first_focus = self._left(left)
        fill_notices(theme, right)
        left.addStretch(1)
        right.addStretch(1)
        FocusRing(theme, self, app)
        theme.dress(self)

    def _rail(self) -> Rail:
        rail = Rail(self.theme)
        rail.set_brand(sample("Casework", "个案工作"), sample("Post KM-03", "驻地 KM-03"))
        names = [
            ("today", "sun", sample("Today", "今日"), 10),
            ("cases", "folder", sample("Cases", "个案"), 0),
            ("returns", "route", sample("Returns", "自愿返回"), 0),
            ("summaries", "table-2", sample("Summaries", "汇总"), 0),
            ("exchange", "arrow-left-right", sample("Exchange", "交换"), 0),
            ("admin", "settings-2", sample("Administration", "管理"), 0),
        ]
        rail.set_entries([RailEntry(*entry) for entry in names])
        rail.set_current("cases")
        rail.set_backup(sample("Backup 8 days ago", "8天前备份"), late=True)
        rail.set_person(sample("LM", "李"), sample("Li Min", "李敏"), sample("Caseworker", "个案工作者"))
        return rail

    def _left(self, column: QVBoxLayout) -> QWidget:
        theme = self.theme
        search = SearchBox(theme, sample("Find a name, number or document", "查找姓名、拼音、编号或证件"))
        column.addLayout(
            sample_row(
                self.theme,
                search,
                Button(theme, sample("Lock", "锁定"), size="small", icon="lock", keys="Ctrl L"),
            )
        )
        title = Text(sample("States", "状态"), "title")
        draft, unsaved, failed = (DraftIndicator(theme) for _ in range(3))
        draft.set_saved("14:32:08")
        unsaved.set_unsaved()
        failed.set_failed(sample("the disk is full", "磁盘已满"))
        column.addLayout(sample_row(self.theme, title, draft, unsaved))
        column.addLayout(sample_row(self.theme, failed))
        first = self._buttons(column)
        column.addWidget(sample_head(sample("Fields", "输入框")))
        column.addLayout(self._fields())
        column.addWidget(sample_head(sample("Answers", "回答")))
        words = (
            ("yes", sample("Yes", "是")),
            ("no", sample("No", "否")),
            ("unknown", sample("Unknown", "不清楚")),
            (
                "not_asked",
                sample("Not asked", "未问"),
            ),
        )
        answer, off = Segmented(theme, words), Segmented(theme, words)
        answer.set_value("no")
        off.set_value("unknown")
        off.setEnabled(False)
        column.addWidget(answer)
        column.addWidget(off)
        column.addLayout(self._dates())
        column.addWidget(self._chips())
        column.addLayout(self._plain_controls())
        return first

    def _buttons(self, column: QVBoxLayout) -> QWidget:
        theme, grid = self.theme, QGridLayout()
        grid.setHorizontalSpacing(theme.px(20))
        grid.setVerticalSpacing(theme.px(10))
        heads = [
            sample("rest", "常态"),
            sample("hover", "悬停"),
            sample("focus", "焦点"),
            sample("pressed", "按下"),
            sample("disabled", "不可用"),
            sample("busy", "进行中"),
        ]
        labels: list[tuple[ButtonKind, str]] = [
            ("primary", sample("Save", "保存")),
            ("secondary", sample("Print", "打印")),
            ("text", sample("Show", "显示")),
            ("quiet", sample("Help", "帮助")),
        ]
        first: QWidget = self
        for place, head in enumerate(heads):
            grid.addWidget(sample_head(head), 0, place)
        for line, (kind, label) in enumerate(labels, start=1):
            for place in range(6):
                button = Button(theme, label, kind, icon="circle-question-mark" if kind == "quiet" else "")
                button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, place == 1)
                button.setDown(place == 3)
                button.setEnabled(place != 4)
                button.set_busy(place == 5)
                grid.addWidget(button, line, place, Qt.AlignmentFlag.AlignLeft)
                if kind == "primary" and place == 2:
                    first = button
        grid.setColumnStretch(6, 1)
        column.addLayout(grid)
        return first

    def _fields(self) -> QGridLayout:
        theme, grid = self.theme, QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(12))
        empty = FieldRow(
            theme, LineEdit(theme, "", sample("Not filled in", "未填写")), sample("rest, empty", "常态，空")
        )
        wrong = FieldRow(theme, LineEdit(theme, "45102619991117282"), sample("error", "有误"))
        _from_start(wrong)
        wrong.set_error(sample("17 digits; 18 expected.", "只有17位，应为18位。"))
        odd = FieldRow(theme, LineEdit(theme, sample("5 March", "3月5日")), sample("warning", "注意"))
        odd.set_warning(sample("Before the rescue (6 March).", "早于获救（3月6日）。"))
        fixed = LineEdit(theme, sample("Viet Nam", "越南"))
        fixed.setReadOnly(True)
        read_only = FieldRow(theme, fixed, sample("read-only", "只读"), hint=sample("several", "可填多个"))
        sealed = FieldRow(theme, LineEdit(theme), sample("sealed, no key", "封存，无钥匙"))
        sealed.set_sealed("")
        choice = ChoiceBox(theme, [Option("za", sample("Zhuang, southern", "壮语（南部）"))])
        choice.set_code("za")
        language = FieldRow(theme, choice, sample("one choice", "单选"))
        password = PasswordEdit(theme, tall=True)
        password.edit.setText("correct horse")
        password.set_caps_lock(True)
        note = TextArea(theme, sample("Call to the sister first.", "先安排与妹妹通话，再谈证件。"))
        rows = [empty, wrong, odd, read_only, sealed, language]
        rows.append(FieldRow(theme, password, sample("password", "密码")))
        rows.append(
            FieldRow(theme, note, sample("note", "备注"), hint=sample("sealed: identity", "封存在“身份”隔间"))
        )
        number = NumberEdit(theme)
        number.set_number(50)
        rows.append(FieldRow(theme, number, sample("number", "数字"), hint=sample("minutes", "分钟")))
        for index, row in enumerate(rows):
            grid.addWidget(row, index // 3, index % 3, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(index % 3, 1)
        return grid

    def _dates(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(self.theme.px(12))
        samples: list[tuple[str, dict[str, object]]] = [
            (sample("born", "出生日期"), {"age": 26, "asof": {"y": 2026, "m": 3}}),
            (sample("arrived", "抵达"), {"y": 2026, "m": 3, "about": True}),
            (sample("held", "被扣期间"), {"from": {"y": 2025, "m": 11}, "to": {"y": 2026}}),
        ]
        for label, value in samples:
            edit = PartialDateEdit(self.theme, today=lambda: _DAY)
            edit.set_value(value)
            column.addWidget(
                FieldRow(self.theme, edit, label, hint=sample("as much as is known", "知道多少填多少"))
            )
        wrong = PartialDateEdit(self.theme, today=lambda: _DAY, modes=("date",))
        wrong.set_value({"y": 2025, "m": 2})
        wrong._date.parts[2].setText("30")  # noqa: SLF001 - as if typed
        wrong._refresh()  # noqa: SLF001
        column.addWidget(FieldRow(self.theme, wrong, sample("a day that is none", "不存在的日期")))
        return column

    def _chips(self) -> FieldRow:
        words = [
            ("withhold_documents", sample("Documents withheld", "扣留证件")),
            ("debt_bondage", sample("Debt bondage", "债役")),
            ("restrict_movement", sample("Movement restricted", "限制人身自由")),
            ("false_promises", sample("False promises", "虚假承诺")),
        ]
        chips = ChipsEdit(self.theme, [Option(*word) for word in words])
        chips.set_codes([code for code, _ in words])
        return FieldRow(self.theme, chips, sample("Means of control", "受到的控制手段"), hint="HTCDS")

    def _plain_controls(self) -> QVBoxLayout:
        check, off, radio = (
            QCheckBox(sample("also the other 3", "其余3行也这样")),
            QCheckBox("-"),
            QRadioButton("A"),
        )
        check.setChecked(True)
        off.setEnabled(False)
        radio.setChecked(True)
        combo = QComboBox()
        combo.addItems([sample("Identity card", "居民身份证"), sample("Passport", "护照")])
        tabs = QTabBar()
        tabs.setExpanding(False)
        for text in (sample("Sex and age", "性别和年龄"), sample("Citizenship", "国籍")):
            tabs.addTab(text)
        column = QVBoxLayout()
        column.addLayout(sample_row(self.theme, check, off, radio, combo, spacing=16))
        column.addWidget(tabs)
        return column


def render(app: QApplication, theme: Theme, out: Path) -> None:
    """Draw the sheet into a PNG file."""
    gallery = Gallery(theme, app)
    gallery.show()
    gallery.activateWindow()
    gallery.resize(gallery.sizeHint())
    app.processEvents()
    layout = gallery.layout()
    assert layout is not None
    gallery.resize(gallery.minimumWidth(), layout.heightForWidth(gallery.minimumWidth()))
    app.processEvents()
    toast = Toast(theme, gallery)
    toast.say(sample("Follow-up marked as done.", "随访已标为完成。"), undo=True)
    gallery.first_focus.setFocus(Qt.FocusReason.TabFocusReason)
    app.processEvents()
    gallery.grab().save(str(out))
    gallery.close()


def main(arguments: list[str] | None = None) -> int:
    """Render the sheet as the command line asks."""
    parser = argparse.ArgumentParser(description="Draw every widget in its states into a picture.")
    parser.add_argument("--theme", choices=PALETTES, default="light")
    parser.add_argument("--language", choices=("zh", "en"), default="en")
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    load_fonts()
    theme = Theme(options.theme, scale=options.scale, reduced_motion=True)
    theme.apply(app)
    LanguageSwitch(app).use(options.language)
    render(app, theme, options.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
