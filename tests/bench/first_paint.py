"""A process that ends as soon as its first window has been painted; says when that was.

`python -m tests.bench.first_paint bare` shows an empty window of PySide6,
`python -m tests.bench.first_paint program` starts the program as `python -m shelter_ui` does, with the
arguments that follow.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

__all__ = ["main"]


def _end() -> None:
    sys.stdout.write(f"{time.monotonic_ns()} {int('shelter_ui' in sys.modules)}\n")
    sys.stdout.flush()
    os._exit(0)


def _watch() -> QApplication:
    """An application that ends the process when a window has been painted.

    Only the windows themselves are watched. A filter for all events of the application would make PySide6
    wrap every hidden object in the program's window, and build all of its classes for that: the instrument
    would then take longer than what it measures.
    """
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    class FirstPaint(QObject):
        """Ends the process after a window with everything in it has been painted."""

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                # The window comes first and its parts in the same turn of the event loop.
                QTimer.singleShot(0, _end)
            return False

    class Watched(QApplication):
        """Begins to watch when the window is shown and nothing was painted yet."""

        def exec(self) -> int:  # type: ignore[override]
            watcher = FirstPaint(self)
            for window in QApplication.topLevelWidgets():
                window.installEventFilter(watcher)
            return QApplication.exec()

    return Watched([sys.argv[0]])


def main(arguments: list[str]) -> int:
    """Show one window or the other and run until it is painted."""
    if arguments[0] == "bare":
        from PySide6.QtWidgets import QWidget

        app = _watch()
        window = QWidget()
        window.resize(1100, 700)
        window.show()
        return app.exec()
    from shelter_ui.__main__ import load

    program = load()
    # Afterwards, so that the modules are loaded in the order in which the program loads them.
    app = _watch()
    try:
        return program(arguments[1:])
    finally:
        del app


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
