"""What tells about work: progress with cancel, the state of the draft, a toast with undo."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from shelter_i18n import LANGUAGES, N_, _, current_language, gettext_in, ngettext
from shelter_ui.tasks import Job
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.painting import text_width
from shelter_ui.widgets.texts import IconLabel, Prose, Text

__all__ = ["DraftIndicator", "ProgressPanel", "Toast"]

APPEARS_AFTER_MS = 500
_TIME_LEFT_AFTER_MS = 3_000
_ASK_AFTER_MS = 10_000
TOAST_MS = 8_000


class ProgressPanel(Themed, QFrame):
    """What is being done, how far it is, and a way to stop it; appears when the work takes its time.

    Escape cancels; after ten seconds it asks once more, in words, before it throws the work away.
    """

    #: A person asked to stop.
    cancelled = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, delay_ms: int = APPEARS_AFTER_MS
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._job: Job | None = None
        self._stopping = self._asking = False
        self._done = self._total = 0
        self._words = ""
        self._clock = QElapsedTimer()
        self._appear = QTimer(self)
        self._appear.setSingleShot(True)
        self._appear.setInterval(delay_ms)
        self._appear.timeout.connect(self.show)
        self._what, self._left = Text("", "body", wrap=True), Text("", "caption", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._percent = Text("", "label")
        self._percent.setMinimumWidth(theme.px(38))
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._cancel = Button(theme, size="small")
        # Without a bar beside it, it must not grow into the room of the bar.
        self._cancel.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._cancel.clicked.connect(self.cancel)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._what, 1)
        head.addWidget(self._left)
        for widget, stretch in ((self._bar, 1), (self._percent, 0), (self._cancel, 0)):
            foot.addWidget(widget, stretch, Qt.AlignmentFlag.AlignVCenter)
        foot.setSpacing(theme.px(12))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(8))
        column.addLayout(head)
        column.addLayout(foot)
        self.adopt(theme)
        self.retranslate_ui()
        self.hide()

    def follow(self, job: Job, words: str) -> None:
        """Show the progress of a job; `words` say what is being done."""
        self._job, self._words = job, words
        self._stopping = self._asking = False
        self._done = self._total = 0
        self._clock.start()
        job.progressed.connect(self.set_progress)
        job.ended.connect(self._on_ended)
        self._show()
        if job.running:
            self._appear.start()

    def say(self, words: str) -> None:
        """Say what is being done now, where the work has several parts."""
        self._words = words
        self._show()

    def set_progress(self, done: int, total: int) -> None:
        """Show how far it is; a total of 0 cannot be measured."""
        self._done, self._total = done, total
        self._show()

    def cancel(self) -> None:
        """Stop the work, as the button does."""
        if self._stopping:
            return
        self._stopping = True
        if self._job is not None:
            self._job.cancel()
        self._show()
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape cancels; once the work has gone on for long it is asked first."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._asking or not self._clock.isValid() or self._clock.elapsed() < _ASK_AFTER_MS:
            self.cancel()
        else:
            self._asking = True
            self._show()

    def retranslate_ui(self) -> None:
        """Fetch the texts; the owner starts again with words of its own."""
        self._bar.setAccessibleName(_("Progress"))
        self._show()

    def _on_ended(self) -> None:
        self._appear.stop()
        self._job = None
        self.hide()

    def _show(self) -> None:
        self._cancel.setText(_("Cancel"))
        self._cancel.setEnabled(not self._stopping)
        if self._stopping:
            self._what.setText(_("Stopping, nothing has been written"))
        elif self._asking:
            self._what.setText(_("Press Esc again to stop; the work so far is dropped."))
        else:
            self._what.setText(self._words)
        measured = self._total > 0
        self._bar.setRange(0, self._total if measured else 1)
        self._bar.setValue(self._done if measured else 0)
        self._bar.setVisible(measured)
        self._percent.setText(f"{100 * self._done // self._total}%" if measured else "")
        self._left.setText(self._time_words() if not self._stopping else "")

    def _time_words(self) -> str:
        spent = self._clock.elapsed() if self._clock.isValid() else 0
        if spent < _TIME_LEFT_AFTER_MS:
            return ""
        if self._total and self._done:
            seconds = max(1, round(spent * (self._total - self._done) / self._done / 1000))
            if seconds < 100:
                return ngettext("about {number} s left", "about {number} s left", seconds).format(
                    number=seconds
                )
            minutes = round(seconds / 60)
            return ngettext("about {number} min left", "about {number} min left", minutes).format(
                number=minutes
            )
        return ngettext("{number} s so far", "{number} s so far", spent // 1000).format(number=spent // 1000)


_NOT_SAVED = N_("Not saved yet")
_SAVED = N_("Draft saved {time}")
_FAILED = N_("Cannot save the draft: {reason}")


class DraftIndicator(Themed, QWidget):
    """Whether what is typed is safe. Its width is fixed, so that nothing beside it moves."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._state: Literal["", "unsaved", "saved", "failed"] = ""
        self._value = ""
        self._icon = IconLabel(theme, "check", 16, "ok")
        self._text = Text("", "label", "text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addStretch(1)
        row.addWidget(self._icon)
        row.addWidget(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.adopt(theme)
        self._show()

    def clear(self) -> None:
        """Nothing has been typed."""
        self._set("", "")

    def set_unsaved(self) -> None:
        """Something was typed since the last save."""
        self._set("unsaved", "")

    def set_saved(self, time: str) -> None:
        """The draft is in the vault since `time` (hours, minutes, seconds)."""
        self._set("saved", time)

    def set_failed(self, reason: str) -> None:
        """The draft cannot be saved; the reason stays until it can."""
        self._set("failed", reason)

    def text(self) -> str:
        """What it says now."""
        return self._text.text()

    def _set(self, state: Literal["", "unsaved", "saved", "failed"], value: str) -> None:
        self._state, self._value = state, value
        self._show()

    def sizeHint(self) -> QSize:
        """As wide as the longest of the two usual texts in any language; a failure may need more."""
        font = self.theme.font("label")
        samples = [gettext_in(code, _NOT_SAVED) for code in LANGUAGES]
        samples += [gettext_in(code, _SAVED).format(time="00:00:00") for code in LANGUAGES]
        widest = max(text_width(font, text) for text in [*samples, self._text.text()])
        return QSize(widest + self.theme.px(26), self.theme.px(22))

    def minimumSizeHint(self) -> QSize:
        """The same; it does not give way."""
        return self.sizeHint()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._show()

    def _show(self) -> None:
        looks = {
            "": ("", "text2", "check"),
            "unsaved": (_(_NOT_SAVED), "muted", "pencil"),
            "saved": (_(_SAVED).format(time=self._value), "text2", "check"),
            "failed": (_(_FAILED).format(reason=self._value), "alert", "circle-alert"),
        }
        text, tone, icon = looks[self._state]
        self._text.setText(text)
        self._text.set_tone(tone)
        self._icon.set_icon(icon, "ok" if self._state == "saved" else tone)
        self._icon.setVisible(bool(self._state))
        self.setAccessibleName(text)
        self.setProperty("language", current_language())
        self.updateGeometry()


class Toast(Themed, QFrame):
    """A short word at the bottom right about what was done, with a way to take it back.

    One at a time; it goes after eight seconds unless the pointer or the focus is on it. Never for
    errors, never with a name.
    """

    #: Undo was pressed.
    undone = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("toast")
        self.setProperty("card", "raised")
        self._window = window
        self._icon = IconLabel(theme, "circle-check", 18, "ok")
        self._words = Prose(theme, "", "body", "text")
        self._undo = Button(theme, "", "text", size="small")
        self._undo.clicked.connect(self._on_undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(14), theme.px(10), theme.px(10), theme.px(10))
        row.setSpacing(theme.px(12))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._undo)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOAST_MS)
        self._timer.timeout.connect(self.hide)
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(120)
        self._undo.installEventFilter(self)
        window.installEventFilter(self)
        self.adopt(theme)
        self.retranslate_ui()
        self.hide()

    def say(self, words: str, *, undo: bool = False) -> None:
        """Show these words now, in the place of an earlier toast."""
        self._words.set_text(words)
        self._undo.setVisible(undo)
        self.setAccessibleName(words)
        self._place()
        self.show()
        self.raise_()
        if not self.theme.reduced_motion:
            end = self.pos()
            self._slide.setStartValue(end + QPoint(0, self.theme.px(8)))
            self._slide.setEndValue(end)
            self._slide.start()
        self._timer.start()

    def words(self) -> str:
        """What it says."""
        return self._words.plain_text()

    def focus_toast(self) -> None:
        """Put the focus on Undo, if there is something to undo (F9)."""
        if self.isVisible() and not self._undo.isHidden():
            self._undo.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self._undo.setText(_("Undo"))

    def _on_undo(self) -> None:
        self.hide()
        self._timer.stop()
        self.undone.emit()

    def _place(self) -> None:
        px = self.theme.px
        width = min(px(320), self._window.width() - px(32))
        inner = (
            width
            - px(24 + 18 + 12)
            - (self._undo.sizeHint().width() + px(12) if not self._undo.isHidden() else 0)
        )
        height = max(px(48), self._words.heightForWidth(inner) + px(24))
        self.setGeometry(
            self._window.width() - width - px(24), self._window.height() - height - px(24), width, height
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size; wait while the focus is on Undo."""
        kind = event.type()
        if not hasattr(self, "_window"):  # Python's half is gone before Qt's when a window is destroyed
            return False
        if watched is self._window and kind == QEvent.Type.Resize and self.isVisible():
            self._place()
        elif watched is self._undo and kind == QEvent.Type.FocusIn:
            self._timer.stop()
        elif watched is self._undo and kind == QEvent.Type.FocusOut and self.isVisible():
            self._timer.start()
        return False

    def enterEvent(self, _event: object) -> None:
        """Wait while the pointer is here."""
        self._timer.stop()

    def leaveEvent(self, _event: QEvent) -> None:
        """Count again."""
        self._timer.start()
