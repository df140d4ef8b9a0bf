"""A process that ends as soon as its first window has been painted; says when that was.

`python -m tests.bench.first_paint bare` shows an empty window of PySide6,
`python -m tests.bench.first_paint program DIR` the sign-in screen for a vault.
"""

from __future__ import annotations

import os
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget


class _FirstPaint(QObject):
    """Ends the process after the first paint event of a visible window has been handled."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        painted = event.type() == QEvent.Type.Paint and isinstance(watched, QWidget)
        if painted and not self._seen and watched.window().isVisible():
            self._seen = True
            QTimer.singleShot(0, _end)
        return False


def _end() -> None:
    sys.stdout.write(f"{time.monotonic_ns()} {int('shelter_ui' in sys.modules)}\n")
    sys.stdout.flush()
    os._exit(0)


def main(arguments: list[str]) -> int:
    """Show one window or the other and run until it is painted."""
    app = QApplication([sys.argv[0]])
    watcher = _FirstPaint(app)
    app.installEventFilter(watcher)
    if arguments[0] == "bare":
        window = QWidget()
        window.resize(1100, 700)
        window.show()
        return app.exec()
    from shelter_ui.app import main as program

    return program(["--vault", arguments[1]])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
