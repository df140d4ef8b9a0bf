"""What all dialogs look like: a question or a fact, a few sentences, at most three buttons at the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button, ButtonKind
from shelter_ui.widgets.focus_ring import FocusRing
from shelter_ui.widgets.texts import Prose, Text

__all__ = ["Dialog", "Question"]


class Dialog(Themed, QDialog):
    """A dialog of the window `parent`; opened with `open()`, gone when it is closed. Esc leaves."""

    def __init__(self, theme: Theme, parent: QWidget | None, *, width: int = 520) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(theme.px(width))
        self._heading = Text("", "section", wrap=True)
        #: What the dialog shows, below its title.
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(12))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.px(12))
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        edge = theme.px(24)
        column.setContentsMargins(edge, theme.px(20), edge, theme.px(20))
        column.setSpacing(theme.px(12))
        column.addWidget(self._heading)
        column.addLayout(self.body)
        column.addSpacing(theme.px(8))
        column.addLayout(self._buttons)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinAndMaxSize)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._ring = FocusRing(theme, self, app)
        self.adopt(theme)
        theme.dress(self)

    def set_heading(self, text: str) -> None:
        """The question or the fact; also the title of the dialog's window."""
        self._heading.setText(text)
        self.setWindowTitle(text)
        self.setAccessibleName(text)

    def fit(self) -> None:
        """Be as high as what is shown now needs; called after something was shown, hidden or said anew."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def add_button(
        self, text: str, on_clicked: Callable[[], Any], kind: ButtonKind = "secondary", *, name: str = ""
    ) -> Button:
        """Add a button at the right, in the order leave, other, do."""
        button = Button(self.theme, text, kind)
        button.setObjectName(name)
        button.clicked.connect(lambda _checked=False: on_clicked())
        self._buttons.addWidget(button)
        return button


class Question(Dialog):
    """A question before something that cannot be undone, or something to be read.

    The button that leaves everything as it is has the focus.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        question: str,
        body: str,
        *,
        leave: str,
        action: str = "",
        on_yes: Callable[[], None] | None = None,
        on_no: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self.setObjectName("question")
        self._on_yes, self._on_no = on_yes, on_no
        self._words = Prose(theme, body)
        self.body.addWidget(self._words)
        if not body:
            self._words.hide()
        self.set_heading(question)
        self.setAccessibleDescription(body)
        safe = self.add_button(leave, self.reject, name="leave")
        if action:
            self.add_button(action, self.accept, "primary", name="do")
        safe.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finished.connect(self._on_finished)

    def _on_finished(self, result: int) -> None:
        answer = self._on_yes if result == QDialog.DialogCode.Accepted else self._on_no
        if answer is not None:
            answer()
