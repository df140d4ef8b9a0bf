"""Coded answers to choose from, and how typing finds them: word, pinyin, initials, other language, code."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.painting import draw_icon, draw_text, text_width
from shelter_ui.widgets.texts import Text

__all__ = ["STAYS", "Option", "OptionPopup", "find_options", "meant_option", "not_chosen_words"]


#: Why a field loses the keyboard without having been left.
STAYS = frozenset({Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason})


@dataclass(frozen=True)
class Option:
    """One answer: its code, its word, and other words that find it (the other language, synonyms)."""

    code: str
    label: str
    keys: tuple[str, ...] = ()
    #: Whether the code is one that people use, and so is shown; not an id or a name of ours.
    coded: bool = True


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())


@lru_cache(maxsize=4096)
def _spellings(label: str) -> tuple[str, str]:
    """Pinyin and initials of a Chinese word; initials of the words of any other text."""
    if not any("\u3400" <= char <= "\u9fff" for char in label):
        return "", "".join(
            word[0] for word in label.casefold().replace("-", " ").split() if word[0].isalnum()
        )
    from pypinyin import Style, lazy_pinyin

    return (
        _fold("".join(lazy_pinyin(label))),
        _fold("".join(lazy_pinyin(label, style=Style.FIRST_LETTER))),
    )


#: The highest rank at which a word of the option begins with what was typed.
_BEGINS = 2


def _rank(option: Option, wanted: str) -> int | None:
    label = _fold(option.label)
    others = [_fold(key) for key in option.keys]
    pinyin, initials = _spellings(option.label)
    other_spellings = [spelling for key in option.keys for spelling in _spellings(key) if spelling]
    if label.startswith(wanted):
        return 0
    if _fold(option.code).startswith(wanted) or initials.startswith(wanted):
        return 1
    if pinyin.startswith(wanted) or any(key.startswith(wanted) for key in (*others, *other_spellings)):
        return 2
    if any(wanted in text for text in (label, pinyin, *others, _fold(option.code))):
        return 3
    return None


def find_options(options: Sequence[Option], typed: str) -> list[Option]:
    """The options that `typed` finds, the best first and otherwise in their own order; all for nothing."""
    wanted = _fold(typed)
    if not wanted:
        return list(options)
    ranked = [(rank, option) for option in options if (rank := _rank(option, wanted)) is not None]
    return [option for _, option in sorted(ranked, key=lambda pair: pair[0])]


def meant_option(options: Sequence[Option], typed: str, marked: str = "") -> str:
    """Code of the one option that `typed` means, or an empty text where that would be a guess.

    It means the option of that very word, or the only one that begins like it, or the marked one if it is its code.
    """
    wanted = _fold(typed)
    if not wanted:
        return ""
    same = [option.code for option in options if wanted in {_fold(option.label), *map(_fold, option.keys)}]
    if len(same) == 1:
        return same[0]
    ranks = {option.code: _rank(option, wanted) for option in options}
    begun = [code for code, rank in ranks.items() if rank is not None and rank <= _BEGINS]
    if len(begun) == 1:
        return begun[0]
    return marked if _fold(marked) == wanted else ""


def not_chosen_words(options: Sequence[Option], typed: str) -> str:
    """Why `typed` is none of the options, and what to do."""
    if find_options(options, typed):
        return _("Nothing is chosen yet. Choose from the list, or empty the field.")
    return _("This is not in the list. Choose from it, or empty the field.")


class _Model(QAbstractListModel):
    """The options that are offered now."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Option] = []
        self.chosen: set[str] = set()

    def set_rows(self, rows: Sequence[Option], chosen: set[str]) -> None:
        self.beginResetModel()
        self.rows, self.chosen = list(rows), chosen
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own
        return 0 if parent.isValid() else len(self.rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        option = self.rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return option.label
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if option.code in self.chosen else Qt.CheckState.Unchecked
        return None


class _Delegate(QStyledItemDelegate):
    """A row: tick, word, code."""

    def __init__(self, theme: Theme, model: _Model) -> None:
        super().__init__()
        self._theme, self._model = theme, model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(32))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, row = self._theme, self._model.rows[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("select"))
            painter.drawRoundedRect(place, theme.px(4), theme.px(4))
        chosen = row.code in self._model.chosen
        if chosen:
            draw_icon(painter, theme, "check", place.left() + theme.px(8), place.center().y(), 16, "accent")
        code_font = theme.font("caption")
        aside_text = row.code if row.coded else ""
        code = min(text_width(code_font, aside_text) + 2, int(place.width() * 0.4))
        words = place.adjusted(theme.px(32), 0, -theme.px(20) - code, 0)
        draw_text(painter, theme, words, row.label, theme.font("body", medium=chosen), "text")
        aside = QRectF(place.right() - theme.px(10) - code, place.top(), code, place.height())
        draw_text(painter, theme, aside, aside_text, code_font, "muted", align=Qt.AlignmentFlag.AlignRight)
        painter.restore()


class OptionPopup(Themed, QFrame):
    """The list under a field. It lies in the field's window and never takes the focus from typing."""

    #: A person has picked this code.
    picked = Signal(str)

    _ROWS = 8

    def __init__(self, theme: Theme, field: QWidget) -> None:
        super().__init__(field)
        self._field = field
        self.setProperty("card", "raised")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = _Model()
        self._list = QListView()
        self._list.setModel(self._model)
        self._delegate = _Delegate(theme, self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setProperty("ground", "raised")
        self._list.clicked.connect(self._on_clicked)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._nothing = Text("", "label", "muted")
        self._nothing.setContentsMargins(theme.px(8), theme.px(6), theme.px(8), theme.px(6))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        column.addWidget(self._list)
        column.addWidget(self._nothing)
        self.adopt(theme)
        self.hide()

    def offer(self, options: Sequence[Option], chosen: set[str], current: str = "") -> None:
        """Show these options under the field, the current one or the first marked."""
        self._model.set_rows(options, chosen)
        rows = [option.code for option in options]
        self._list.setVisible(bool(rows))
        self._nothing.setText(_("Nothing like this in the list"))
        self._nothing.setVisible(not rows)
        if rows:
            self._mark(rows.index(current) if current in rows else 0)
        self._place(len(rows))
        self.show()
        self.raise_()

    def options(self) -> list[Option]:
        """What is offered now."""
        return list(self._model.rows)

    def move_mark(self, step: int) -> None:
        """Mark the option `step` rows away."""
        row = self._list.currentIndex().row() + step
        if self._model.rows:
            self._mark(min(max(row, 0), len(self._model.rows) - 1))

    def marked(self) -> str:
        """Code of the marked option, or an empty text."""
        row = self._list.currentIndex().row()
        return self._model.rows[row].code if 0 <= row < len(self._model.rows) else ""

    def _mark(self, row: int) -> None:
        index = self._model.index(row)
        self._list.setCurrentIndex(index)
        self._list.scrollTo(index)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.picked.emit(self._model.rows[index.row()].code)

    def _place(self, rows: int) -> None:
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
            self.theme.dress(self)
        px = self.theme.px
        top = self._field.mapTo(window, QPoint(0, 0))
        height = px(32) * min(max(rows, 1), self._ROWS) + px(8) + 2 * self.theme.line + 2
        width = max(self._field.width(), px(240))
        below = window.height() - (top.y() + self._field.height()) - px(12)
        above = top.y() - px(12)
        if height > below and above > below:
            height = min(height, above)
            y = top.y() - height - px(4)
        else:
            height = max(px(44), min(height, below))
            y = top.y() + self._field.height() + px(4)
        x = max(px(8), min(top.x(), window.width() - width - px(8)))
        self.setGeometry(QRect(x, y, width, height))
