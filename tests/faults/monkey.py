"""Somebody who presses anything, types anything and goes anywhere in the real window.

Run as `python -m tests.faults.monkey ROOT FIRST COUNT STEPS [planted]`: for each of COUNT seeds a new vault and a new
window. What happened is printed as JSON at the end; a fault of the program is described with its trace. With `planted`
the program has two faults, which are to be found.
"""

from __future__ import annotations

import json
import os
import random
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from shelter_app.casework import vaults
from shelter_app.domain.forms import all_forms
from shelter_ui.app import Program, build
from shelter_ui.preferences import PreferencesFile
from shelter_ui.tasks import Tasks
from shelter_ui.windows.draft_keeper import DraftKeeper
from tests.faults.looking import damage_of
from tests.faults.program import NAME, PASSWORD, USER, make_vault
from tests.faults.tour import Answers, _type, settle

KEYS = (
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Home, Qt.Key.Key_PageDown,
    Qt.Key.Key_F1, Qt.Key.Key_F6, Qt.Key.Key_F12, Qt.Key.Key_Backspace,
)  # fmt: skip
CHORDS = (
    (Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier), (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier), (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier), (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier),
    *((getattr(Qt.Key, f"Key_{n}"), Qt.KeyboardModifier.AltModifier) for n in range(1, 7)),
)  # fmt: skip
WORDS = (
    "chen",
    NAME,
    "2026-03-05",
    "31.2.",
    "ca. 1990",
    "",
    "'; --",
    "x" * 300,
    "KM-A-26-0001",
    "12",
    "😀",
    "=1+1",
)


class Monkey:
    """One window and the chance that moves it."""

    def __init__(self, program: Program, vault: Path, seed: int) -> None:
        self.program, self.vault = program, vault
        self.window = program.window
        self.rng = random.Random(seed)
        self.did: Counter[str] = Counter()

    def top(self) -> QWidget:
        """What takes the input: a dialog that stands open, or the window."""
        return QApplication.activeModalWidget() or self.window

    def some(self, kind: type[QWidget], place: QWidget | None = None) -> QWidget | None:
        """A widget of a kind that a person could use, anywhere or in a place."""
        found = [w for w in (place or self.top()).findChildren(kind) if w.isVisible() and w.isEnabled()]
        return self.rng.choice(found) if found else None

    def click(self) -> None:
        """Press a button."""
        if (button := self.some(QAbstractButton)) is not None:
            button.click()

    def write(self, place: QWidget | None = None) -> None:
        """Type words into a field."""
        field = self.some(self.rng.choice((QLineEdit, QLineEdit, QPlainTextEdit, QTextEdit)), place)
        if field is not None:
            field.setFocus()
            _type(field, self.rng.choice(WORDS))

    def fill(self) -> None:
        """Begin a form, type into some of its fields one after the other, and perhaps save."""
        work = self.window.workplace
        if work is None or self.top() is not self.window:
            return
        self.open_form()
        for _field in range(5):
            settle()
            self.write(work.page())
        settle()
        if self.rng.random() < 0.5:
            QTest.keyClick(self.top(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    def key(self) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.top(), self.rng.choice(KEYS))

    def chord(self) -> None:
        """Press a shortcut."""
        key, modifier = self.rng.choice(CHORDS)
        QTest.keyClick(self.top(), key, modifier)

    def row(self) -> None:
        """Click or double-click a row of a table."""
        view = self.some(QAbstractItemView)
        if view is None or not view.model() or not view.model().rowCount():
            return
        index = view.model().index(self.rng.randrange(view.model().rowCount()), 0)
        view.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        place = view.visualRect(index).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        if self.rng.random() < 0.5:
            QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def choose(self) -> None:
        """Choose from a list."""
        box = self.some(QComboBox)
        if isinstance(box, QComboBox) and box.count():
            box.setCurrentIndex(self.rng.randrange(box.count()))

    def point(self) -> None:
        """Click anywhere."""
        top = self.top()
        QTest.mouseClick(
            top, Qt.MouseButton.LeftButton,
            pos=QPoint(self.rng.randrange(max(1, top.width())), self.rng.randrange(max(1, top.height()))),
        )  # fmt: skip

    def go(self) -> None:
        """Go to a page, a form or a case."""
        work = self.window.workplace
        if work is None:
            return
        match self.rng.randrange(4):
            case 0:
                self.open_form()
            case 1:
                work.open_case(self.some_case())
            case 2:
                work.open_page(
                    self.rng.choice(("today", "cases", "returns", "summaries", "exchange", "administration"))
                )
            case _:
                work.new_case()

    def some_case(self) -> str:
        """One of the cases that there are."""
        store = self.window.session.store
        return self.rng.choice(store.rows("SELECT id FROM cases ORDER BY number"))[0]

    def open_form(self) -> None:
        """Begin one of the forms of a case."""
        self.window.workplace.open_form(self.some_case(), self.rng.choice(all_forms()).id)

    def resize(self) -> None:
        """Another size of the window."""
        self.window.resize(self.rng.choice((1120, 1366, 1920)), self.rng.choice((640, 768, 1080)))

    def language(self) -> None:
        """The other language."""
        self.program.desk.language.use(self.rng.choice(("en", "zh")))

    def lock(self) -> None:
        """Lock in the middle of it."""
        self.window.lock()

    def step(self) -> None:
        """Do one thing, signed in again if the last one locked."""
        if self.window.session is None:
            for dialog in self.window.findChildren(QDialog):
                dialog.reject()
            self.window.take(vaults.open_vault(self.vault, USER, PASSWORD))
            settle()
        ways: list[tuple[Callable[[], None], int]] = [
            (self.click, 30), (self.write, 10), (self.fill, 10), (self.key, 14), (self.chord, 8), (self.row, 10), (self.choose, 4),
            (self.point, 6), (self.go, 10), (self.resize, 1), (self.language, 1), (self.lock, 1),
        ]  # fmt: skip
        way = self.rng.choices([each for each, _ in ways], [weight for _, weight in ways])[0]
        way()
        self.did[way.__name__] += 1
        settle()


def plant() -> None:
    """Give the program a fault in the window and one that the vault alone shows, as a careless change might."""
    edited, flush = DraftKeeper.on_edited, DraftKeeper.flush

    def on_edited(keeper: DraftKeeper) -> None:
        edited(keeper)
        if keeper._edits == 1:
            raise RuntimeError("planted")

    def flushed(keeper: DraftKeeper) -> None:
        flush(keeper)
        store = keeper._context.session.store
        with store.transaction():
            store.execute("UPDATE entries SET form = 'note' WHERE form = 'intake'")

    DraftKeeper.on_edited, DraftKeeper.flush = on_edited, flushed  # type: ignore[method-assign]


def main(root: Path, first: int, count: int, steps: int) -> None:
    """Let loose, then lock, open anew and look whether everything holds."""
    app = QApplication([sys.argv[0]])
    faults: list[str] = []
    did: Counter[str] = Counter()
    seed = step = 0

    def note(_kind: object, error: BaseException, trace: object) -> None:
        lines = traceback.format_exception(error)
        faults.append(f"seed {seed} step {step}: {''.join(lines)[-1500:]}")

    sys.excepthook = note
    # Menus and choosers that wait for an answer get none.
    closer = QTimer()
    closer.timeout.connect(lambda: (p := QApplication.activePopupWidget()) and p.close())
    closer.start(20)
    for seed in range(first, first + count):
        home = root / str(seed)
        (home / "asked").mkdir(parents=True)
        make_vault(home / "vault")
        program = build(
            app, vault=home / "vault", language="en", tasks=Tasks.immediate(), ask=Answers(home / "asked"),
            preferences=PreferencesFile(home / "settings.json"), log=home / "log",
        )  # fmt: skip
        program.window.start()
        monkey = Monkey(program, home / "vault", seed)
        for step in range(steps):  # noqa: B007 - `note` names it
            try:
                monkey.step()
            except Exception as error:  # noqa: BLE001 - it is what is looked for
                note(type(error), error, None)
        did += monkey.did
        program.window.lock()
        settle()
        program.close()
        program.window.hide()
        program.window.deleteLater()
        settle()
        session = vaults.open_vault(home / "vault", USER, PASSWORD)
        faults += [f"seed {seed}: {line}" for line in damage_of(session)[0]]
        vaults.sign_out(session)
    print(json.dumps({"faults": faults, "did": did}))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[5:] == ["planted"]:
        plant()
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
