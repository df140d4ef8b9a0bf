"""What became of the rows after an import, and the way to take it all back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.casework.registers import Imported
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.import_counts import Counts

__all__ = ["RESULT_CODES", "ResultPage"]

RESULT_CODES = ("imported", "remark", "decision", "known", "not_a_person")


class ResultPage(Themed, QWidget):
    """Five figures that add up to the rows of the file."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._done: Imported | None = None
        self._name = ""
        self._undone = False
        self._title, self._file = Text("", "title"), Text("", "label", "text2")
        self.banner = Banner(theme, "ok")
        self.banner.setObjectName("import_result")
        self.problem = Banner(theme, "warning")
        self.problem.setObjectName("undo_problem")
        self.problem.hide()
        self.counts = Counts(theme, RESULT_CODES)
        self._after = Prose(theme, "", "label", "text2")
        self.undo = Button(theme, "", icon="undo-2")
        self.undo.setObjectName("undo_import")
        self.decide = Button(theme)
        self.decide.setObjectName("decide_waiting")
        self.another = Button(theme, "", "primary")
        self.another.setObjectName("import_another")
        self.cases = Button(theme, "", "text")
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        row.setSpacing(theme.px(12))
        for button in (self.another, self.decide, self.undo, self.cases):
            row.addWidget(button)
        row.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self._title)
        head.addWidget(self._file, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(12))
        column.addLayout(head)
        for widget in (self.problem, self.banner, self.counts, self._after, buttons):
            column.addWidget(widget)
        self.adopt(theme)

    def show_result(self, done: Imported, name: str, *, waiting_only: bool = False) -> None:
        """Show what became of the rows; `waiting_only` where rows of an earlier import were decided."""
        self._done, self._name, self._undone = done, name, False
        self.undo.setVisible(done.import_id is not None and not waiting_only)
        self.retranslate_ui()

    def show_undone(self) -> None:
        """The import was taken back."""
        self._undone = True
        self.undo.hide()
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        done = self._done
        if done is None:
            return
        brought = done.imported + done.remark
        self._title.setText(_("Import finished") if not self._undone else _("Import undone"))
        self._file.setText(
            ngettext("{name}, {number} row", "{name}, {number} rows", done.rows).format(
                name=self._name, number=format_number(done.rows)
            )
        )
        self.counts.setVisible(not self._undone)
        self._after.setVisible(not self._undone)
        self.decide.setVisible(done.decision > 0 and not self._undone)
        self.counts.show_counts(
            {code: getattr(done, code) for code in RESULT_CODES},
            {
                "imported": _("as they are"), "remark": _("with a remark"), "decision": _("wait for a decision"),
                "known": _("were here already"), "not_a_person": _("not a person"),
            },
        )  # fmt: skip
        self._show_banner(done, brought)
        self._after.set_text(
            _(
                "Remarks stand with each case. Rows that wait are kept sealed with this import and can be decided "
                "whenever you like."
            )
        )
        self.another.setText(_("Bring in another file"))
        self.decide.setText(_("Decide the waiting rows"))
        self.undo.setText(_("Undo this import"))
        self.cases.setText(_("Show the cases"))

    def _show_banner(self, done: Imported, brought: int) -> None:
        if self._undone:
            self.banner.set_tone("info")
            self.banner.set_words(
                _("Everything that this import brought in is gone again."),
                _("The journal keeps that it was made and undone."),
            )
        elif brought:
            self.banner.set_tone("ok")
            words = ngettext("{number} case was opened.", "{number} cases were opened.", brought)
            self.banner.set_words(words.format(number=format_number(brought)))
        else:
            self.banner.set_tone("info")
            nothing = _("Every row of this register is in the vault already. Nothing has been added.")
            kept = _("No case was opened; the rows wait for a decision.")
            self.banner.set_words(kept if done.decision else nothing)
