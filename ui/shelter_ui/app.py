"""The program with a window: the one place where objects are built and put together."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from shelter_i18n import LANGUAGES, _
from shelter_ui.context import Asking
from shelter_ui.dialogs.asking import Asker
from shelter_ui.faults import FaultHandler
from shelter_ui.language import LanguageSwitch
from shelter_ui.locking.hardening import harden, hardened
from shelter_ui.locking.parts import LockParts
from shelter_ui.preferences import PreferencesFile, log_folder
from shelter_ui.services import Services
from shelter_ui.tasks import Tasks
from shelter_ui.theme.theme import Theme, load_fonts, system_palette
from shelter_ui.theme.tokens import PALETTES
from shelter_ui.windows.main_window import MainWindow
from shelter_ui.windows.start_page import Desk

__all__ = ["Program", "build", "main"]


@dataclass(frozen=True)
class Program:
    """Everything that was built; `close` ends it."""

    app: QApplication
    desk: Desk
    window: MainWindow
    faults: FaultHandler

    def close(self) -> None:
        """End what works in the background and let go of the log."""
        self.desk.tasks.close()
        self.faults.close()


def build(
    app: QApplication,
    *,
    vault: Path | None = None,
    language: str = "",
    preferences: PreferencesFile | None = None,
    services: Services | None = None,
    tasks: Tasks | None = None,
    ask: Asking | None = None,
    log: Path | None = None,
    locking: LockParts | None = None,
) -> Program:
    """Build the program, not yet shown; tests hand in their own preferences, services, tasks and answers.

    `locking` says how a lock is done: without it the window goes back to the sign-in screen by itself.
    """
    preferences = preferences or PreferencesFile()
    kept = preferences.current
    faults = FaultHandler(log or log_folder())
    palette = next((name for name in PALETTES if name == kept.theme), None) or system_palette()
    load_fonts()
    theme = Theme(palette, scale=kept.scale)
    theme.apply(app, marks=False)
    switch = LanguageSwitch(app)
    switch.use(
        next((name for name in (language, kept.language) if name in LANGUAGES), "") or _system_language()
    )
    app.setApplicationName("shelter-casework")
    app.setQuitOnLastWindowClosed(False)
    # Dialogs belong to the window, which needs the desk to be built: the asker learns of it afterwards.
    asker = Asker(theme)
    desk = Desk(
        theme=theme, language=switch, tasks=tasks or Tasks(faults.handle), preferences=preferences,
        ask=ask or asker,
        services=services or Services(),
    )  # fmt: skip
    parts = replace(locking or LockParts(), report=faults.note)
    window = MainWindow(desk, app, vault or _last_vault(kept.vault), parts)
    asker.window = window
    faults.show = lambda closed: _tell_of_fault(theme, window, faults.folder, closed)
    window.finished.connect(app.quit)
    return Program(app, desk, window, faults)


def _system_language() -> str:
    """The language of the computer if the program speaks it, else English; asked for at the first start only."""
    from PySide6.QtCore import QLocale

    found = QLocale.system().name()[:2]
    return found if found in LANGUAGES else "en"


def _last_vault(folder: str) -> Path | None:
    return Path(folder) if folder and Path(folder).is_dir() else None


def _tell_of_fault(theme: Theme, window: QMainWindow, folder: Path, closed: object) -> None:
    from shelter_ui.dialogs.dialog import Question

    dialog = Question(
        theme, window, _("A fault in the program"),
        _(
            "The step was not finished. What was saved before is unchanged, and what you were typing is kept as a "
            "draft. Try again; if it happens again, lock the program and start anew. A note without any contents of "
            "cases is in {folder}."
        ).format(folder=folder),
        leave=_("Close"),
    )  # fmt: skip
    dialog.finished.connect(lambda _result: closed())  # type: ignore[operator]
    dialog.open()


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="shelter", description=_("Case management that stays on this computer")
    )
    parser.add_argument("--vault", type=Path, metavar="DIR", help=_("open the vault in this folder"))
    parser.add_argument(
        "--demo", type=Path, metavar="DIR", help=_("open the demonstration vault in this folder, signed in")
    )
    parser.add_argument("--language", choices=sorted(LANGUAGES), help=_("language of the window"))
    parser.add_argument("--minimised", action="store_true", help=_("begin with the window put away"))
    return parser.parse_args(list(argv))


def main(argv: Sequence[str] | None = None) -> int:
    """Start the program; returns its exit code."""
    options = _arguments(sys.argv[1:] if argv is None else argv)
    os.umask(0o077)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([sys.argv[0], "-style", "Fusion"])
    preferences = PreferencesFile()
    program = build(
        app, vault=options.demo or options.vault, language=options.language or "", preferences=preferences,
        services=hardened(Services(), preferences.path, log_folder()), locking=LockParts.of_this_system(),
    )  # fmt: skip
    program.faults.install()
    # `__main__` has put off looking for garbage until there is something to see.
    program.window.ready.connect(gc.enable)
    program.window.start(minimised=options.minimised)
    # After the first painting; `hardened` does it again before any password is tried.
    QTimer.singleShot(0, app, harden)
    if options.demo is not None:
        program.window.open_demo()
    try:
        return app.exec()
    finally:
        program.close()
