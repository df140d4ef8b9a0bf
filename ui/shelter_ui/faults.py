"""The one handler for faults of the program itself: a line in the log without contents, and one calm dialog."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

__all__ = ["FaultHandler", "describe"]

_LOG_BYTES, _LOG_FILES = 256 * 1024, 3


def describe(error: BaseException) -> str:
    """Kind and place of a fault and of what led to it, without its text: a text may quote a record."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        places = [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)
        ]
        parts.append(f"{type(current).__module__}.{type(current).__qualname__} at {' > '.join(places)}")
        current = current.__cause__ or current.__context__
    return " | from ".join(parts)


class FaultHandler:
    """Receives every fault that nobody expected, from the window and from workers.

    `show` opens the dialog, once at a time; a second fault while it stands open is only logged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.show: Callable[[Callable[[], None]], None] | None = None
        self._open = False
        self._log = logging.getLogger("shelter.faults")
        self._log.setLevel(logging.INFO)
        self._log.propagate = False
        self._handler: logging.Handler | None = None
        self._opening = threading.Lock()

    def _open_log(self) -> logging.Handler:
        """Begin to write with the first fault: most days have none, and loading log files takes time."""
        from logging.handlers import RotatingFileHandler

        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handler: logging.Handler = RotatingFileHandler(
                self.folder / "faults.log",
                maxBytes=_LOG_BYTES,
                backupCount=_LOG_FILES,
                encoding="utf-8",
                delay=True,
            )
        except OSError:
            handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        self._log.addHandler(handler)
        return handler

    def install(self) -> None:
        """Receive from now on what nothing else catches, in any thread."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self.handle(args.exc_value or args.exc_type())

    def _hook(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        self.handle(error)

    def handle(self, error: BaseException) -> None:
        """Log a fault and show the dialog."""
        if isinstance(error, KeyboardInterrupt | SystemExit):
            return
        self.note(error)
        if self.show is None or self._open or threading.current_thread() is not threading.main_thread():
            return
        self._open = True
        self.show(self._on_closed)

    def note(self, error: BaseException) -> None:
        """Log a fault that must not stop what is under way; from any thread."""
        with self._opening:
            if self._handler is None:
                self._handler = self._open_log()
        self._log.error("%s", describe(error))

    def _on_closed(self) -> None:
        self._open = False

    def close(self) -> None:
        """Let go of the log file."""
        for handler in list(self._log.handlers):
            self._log.removeHandler(handler)
            handler.close()
        self._handler = None
