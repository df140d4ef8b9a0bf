"""The checks that a receiver makes of a package, a line each: waiting, under way, passed, refused."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.exchange.verify_model import CHECKS, CheckId, Report
from shelter_i18n import N_, _, current_language
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.texts import IconLabel, Prose, Text

__all__ = ["CheckLines"]

#: Icon, colour and word of each state of a line.
_STATES: dict[str, tuple[str, str, str]] = {
    "waiting": ("circle-dashed", "muted", N_("waits")),
    "running": ("hourglass", "accent", N_("under way")),
    "passed": ("shield-check", "ok", N_("passed")),
    "refused": ("circle-alert", "alert", N_("refused")),
    "not made": ("circle-question-mark", "warning", N_("could not be checked")),
}
#: Of many sentences of one kind only so many are shown.
_MOST = 4


class _Line(Themed, QWidget):
    """One check: what it makes sure of, how it stands, and what it found."""

    def __init__(self, theme: Theme, check: CheckId) -> None:
        super().__init__()
        self._check, self._state = check, "waiting"
        self._found: tuple[str, ...] = ()
        self._icon = IconLabel(theme, "circle-dashed", 16, "muted")
        self._name, self._word = Prose(theme, "", "label"), Text("", "label", "text2")
        self._sentences = Prose(theme, "", "label", "alert")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._sentences)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(2), 0, theme.px(2))
        row.setSpacing(theme.px(8))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._word, 0, Qt.AlignmentFlag.AlignTop)
        self.adopt(theme)
        self.retranslate_ui()

    def set_state(self, state: str, found: tuple[str, ...] = ()) -> None:
        """Show another state, and what the check found."""
        self._state, self._found = state, found
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        icon, colour, word = _STATES[self._state]
        self._icon.set_icon(icon, colour)
        self._name.set_text(_(CHECKS[self._check]))
        self._word.setText(_(word))
        self._word.set_tone(colour if self._state in {"passed", "refused"} else "text2")
        self._sentences.set_text("\n".join(self._found))
        self._sentences.setVisible(bool(self._found))
        self.setAccessibleName(" ".join([f"{_(CHECKS[self._check])}: {_(word)}.", *self._found]))


class CheckLines(QWidget):
    """All checks in the order in which they are made."""

    def __init__(self, theme: Theme, *, with_series: bool) -> None:
        super().__init__()
        self._report: Report | None = None
        self._lines: dict[CheckId, _Line] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        for check in CHECKS:
            if check == "series" and not with_series:
                continue
            self._lines[check] = _Line(theme, check)
            column.addWidget(self._lines[check])

    def set_running(self, number: int) -> None:
        """Show that the check of this number, from 0, is under way and those before it have passed."""
        for place, line in enumerate(self._lines.values()):
            line.show()
            line.set_state("passed" if place < number else "running" if place == number else "waiting")

    def show_report(self, report: Report) -> None:
        """Show how each check ended; files of one office together are no matter where one was checked by itself."""
        self._report = report
        language = current_language()
        for check, line in self._lines.items():
            found = [each.sentence(language) for each in report.findings if each.check == check]
            line.set_state(report.verdict(check), tuple(found[:_MOST]))
            line.setVisible(
                check in report.checks and (check != "series" or report.verdict(check) != "not made")
            )

    def retranslate_ui(self) -> None:
        """Say what was found in the language now in force."""
        if self._report is not None:
            self.show_report(self._report)

    def words(self) -> list[str]:
        """What screen readers say of each line that is shown."""
        return [line.accessibleName() for line in self._lines.values() if not line.isHidden()]
