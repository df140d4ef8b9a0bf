"""Earlier summaries of this vault, each of which can be looked at and written again; and what was just written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.casework.sending import Part, Sent
from shelter_app.casework.summary import PublishedRelease
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_short_date
from shelter_ui.context import AppContext
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import ElidedText, IconLabel, Prose, Text
from shelter_ui.windows.rows_card import RowsCard
from shelter_ui.windows.summary_period import PeriodPicker, in_words

__all__ = ["EarlierReleases", "PeriodStep", "WrittenFiles"]


class _Release(Themed, QWidget):
    """One earlier summary."""

    asked = Signal()

    def __init__(self, theme: Theme, release: PublishedRelease) -> None:
        super().__init__()
        self._release = release
        self._period, self._made = Text("", "body", medium=True), Text("", "label", "text2")
        self._show = Button(theme, "", size="small")
        self._show.setObjectName(f"repeat_{release.period.text}")
        self._show.clicked.connect(self.asked)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._period)
        words.addWidget(self._made)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        row.setSpacing(theme.px(12))
        row.addWidget(IconLabel(theme, "file-check", 18, "text2"))
        row.addLayout(words, 1)
        row.addWidget(self._show)
        self.adopt(theme)
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        release = self._release
        day = format_short_date(dt.datetime.fromisoformat(release.made_at).astimezone().date())
        count = len(release.files)
        self._period.setText(in_words(release.period))
        self._made.setText(
            ngettext("{day}, by {user}, {number} file", "{day}, by {user}, {number} files", count).format(
                day=day, user=release.made_by, number=count
            )
        )
        self._show.setText(_("Show and write again"))
        self._show.setAccessibleDescription(self._period.text())


class EarlierReleases(RowsCard):
    """The card with all earlier summaries, newest first."""

    #: The person wants to see one of them again; carries its `Period`.
    chosen = Signal(object)

    def show_releases(self, releases: Sequence[PublishedRelease]) -> None:
        """Show these."""
        rows = []
        for release in releases:
            row = _Release(self.theme, release)
            row.asked.connect(lambda period=release.period: self.chosen.emit(period))
            rows.append(row)
        self.show_rows(rows)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_words(_("Earlier summaries"), _("None has been written from this vault yet."))


class WrittenFiles(Themed, QWidget):
    """What was written, where, and how to check it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._folder = Path()
        self._names: tuple[str, ...] = ()
        self._sent = Sent(())
        self.banner = Banner(theme, "ok")
        self.banner.setObjectName("summary_written")
        self._open = Button(theme, "", size="small", icon="folder-open")
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder))))
        self.banner.add_action(self._open)
        self.refused = Banner(theme, "warning")
        self.refused.setObjectName("summary_partly")
        self.refused.hide()
        self._card = Card(theme, padding=16, spacing=4)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(4))
        self._card.body.addLayout(self._list)
        self._after = Prose(theme, "", "label", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        for widget in (self.banner, self.refused, self._card, self._after):
            column.addWidget(widget)
        column.addStretch(1)
        self.adopt(theme)

    def show_sent(self, sent: Sent) -> None:
        """Show the files that were written, for whom each is, and what was refused."""
        paths, self._sent = sent.files, sent
        self._folder, self._names = paths[0].parent, tuple(path.name for path in paths)
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        icons = {
            ".age": "file-lock",
            ".share": "file-lock",
            ".pdf": "file-text",
            ".xlsx": "table-2",
            ".csv": "file-spreadsheet",
        }
        for path in paths:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(self.theme.px(8))
            row.addWidget(IconLabel(self.theme, icons.get(path.suffix, "file-check"), 16, "text2"))
            row.addWidget(ElidedText(path.name, "label"), 1, Qt.AlignmentFlag.AlignVCenter)
            if path.name in sent.to:
                row.addWidget(Text(sent.to[path.name], "label", "text2", medium=True))
            self._list.addWidget(line)
        self.retranslate_ui()

    def names(self) -> tuple[str, ...]:
        """Names of the files that are shown."""
        return self._names

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        count = len(self._names)
        self.banner.set_words(
            ngettext("{number} file was written", "{number} files were written", count).format(number=count),
            _("They are in {folder}").format(folder=self._folder),
        )
        self._open.setText(_("Open the folder"))
        self._card.set_title(_("Files"))
        readable = _(
            "manifest.json holds a checksum of every file, so that the receiver can see that nothing was changed. "
            "The same period can be written again at any time and gives the same files."
        )
        sealed = _(
            "Give each file to the receiver beside its name and to nobody else; nobody else can open it. Ring the receiver and let "
            "them compare the fingerprint in the letter. The same period can be sent again at any time with the same figures."
        )
        self._after.set_text(sealed if self._sent.to else readable)
        parts: dict[Part, str] = {
            "tables": _("Tables"),
            "extract": _("Extract of records"),
            "contribution": _("Contribution to a pool"),
            "letter": _("Cover letter"),
        }
        self.refused.setVisible(bool(self._sent.refused))
        self.refused.set_words(
            _("Not everything was written"),
            "\n".join(
                _("{part}: {reason}").format(part=parts.get(part, ""), reason=error)
                for part, error in self._sent.refused
            ),
        )


class PeriodStep(QWidget):
    """The first step: the period, what a summary holds, and the earlier ones."""

    def __init__(self, theme: Theme, context: AppContext) -> None:
        super().__init__()
        self.picker = PeriodPicker(theme, today=lambda: context.session.today)
        self.problem = Banner(theme, "warning")
        self.problem.setObjectName("summary_problem")
        self.repeat = Button(theme, "", size="small")
        self.repeat.setObjectName("repeat_earlier")
        self.problem.add_action(self.repeat)
        self.problem.hide()
        self.progress = ProgressPanel(theme)
        self.attempts = Text("", "label", "text2")
        self.earlier = EarlierReleases(theme)
        self._card = Card(theme, padding=20, spacing=12)
        self._card.body.addWidget(self.picker)
        self._what = Prose(theme, "", "label", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(12))
        for widget in (self.problem, self._card, self._what, self.progress, self.attempts, self.earlier):
            column.addWidget(widget)
        column.addStretch(1)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._card.set_title(_("Which period?"))
        self._what.set_text(
            _(
                "The summary counts persons, never names. Small figures are hidden, the program attacks its own tables "
                "before you see them, and nothing is written until you say so."
            )
        )
