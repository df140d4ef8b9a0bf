"""Asking for passwords, showing progress and answering scripts: what the commands share."""

from __future__ import annotations

import contextlib
import getpass
import io
import json
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from shelter_app.errors import ShelterError
from shelter_i18n import N_, _

__all__ = [
    "Answer",
    "NoAnswer",
    "NoPassword",
    "PasswordsDiffer",
    "Progress",
    "ask_new_password",
    "ask_password",
    "in_columns",
    "places_of",
    "prepare_streams",
    "warn",
]


class NoPassword(ShelterError):
    """Nobody is there to type a password and none was handed over."""

    message = N_("A password is needed. Type it at the prompt, or hand it over with --password-fd.")
    exit_code = 3


class PasswordsDiffer(ShelterError):
    """A new password was typed in two ways."""

    message = N_("The two passwords are not the same. Nothing has been created.")
    exit_code = 3


class NoAnswer(ShelterError):
    """What a command had to say could not be written where its output goes."""

    message = N_("The answer could not be written to the output. What the command has done stays done.")
    exit_code = 4


def prepare_streams() -> None:
    """Let nothing that is said end the program: no closed stream, no character that the terminal lacks."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def places_of(error: BaseException) -> str:
    """The kind of a fault and the lines it came through; not its text, which may quote a record."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__}: {places}"


def warn(text: str) -> None:
    """Say something on the error output that nobody should overlook; what a script reads stays as it is."""
    sys.stderr.write(_("WARNING: {text}").format(text=text) + "\n")


def ask_password(descriptor: int | None, question: str) -> str:
    """A password from file descriptor `descriptor` (its first line), else from the terminal, unseen.

    Raises:
        NoPassword: there is neither.
    """
    if descriptor is not None:
        try:
            with os.fdopen(descriptor, "r", encoding="utf-8", closefd=False) as source:
                line = source.readline()
        except (OSError, UnicodeDecodeError) as error:
            raise NoPassword from error
        if not line.rstrip("\r\n"):
            raise NoPassword
        return line.rstrip("\r\n")
    if sys.stdin is None or not sys.stdin.isatty():
        raise NoPassword
    try:
        return getpass.getpass(question)
    except EOFError as error:
        sys.stderr.write("\n")
        raise NoPassword from error


def ask_new_password(descriptor: int | None) -> str:
    """A new password; at the terminal it is typed twice.

    Raises:
        NoPassword, PasswordsDiffer
    """
    first = ask_password(descriptor, _("New password: "))
    if descriptor is None and ask_password(None, _("The same password again: ")) != first:
        raise PasswordsDiffer
    return first


class Progress:
    """A bar on the terminal from half a second on; silent where nobody looks."""

    def __init__(
        self, what: str, *, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._what = what
        self._stream = stream or sys.stderr
        self._clock = clock
        self._begun = clock()
        self._drawn = 0.0
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        """So much of it is done; without a total nobody knows how much there will be."""
        now = self._clock()
        early = now - self._begun < 0.5 or (now - self._drawn < 0.1 and (done < total or not total))
        if early or not self._stream.isatty():
            return
        self._drawn = now
        self._shown = True
        if not total:
            self._stream.write(f"\r{self._what} {done}")
            self._stream.flush()
            return
        width = max(10, min(40, shutil.get_terminal_size().columns - len(self._what) - 12))
        share = done / total
        bar = "#" * int(width * share)
        self._stream.write(f"\r{self._what} [{bar:<{width}}] {share:4.0%}")
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Leave the line, so that what is said next stands on one of its own."""
        if self._shown:
            self._stream.write("\n")


class Answer:
    """What a command says: lines for a person, or one JSON object for a script."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._fields: dict[str, Any] = {}
        self._lost: OSError | None = None

    def say(self, line: str = "") -> None:
        """A line for a person."""
        if not self.as_json:
            self._write(f"{line}\n")

    def give(self, **fields: Any) -> None:
        """Fields for a script."""
        self._fields.update(fields)

    def end(self) -> None:
        """Print what a script waits for.

        Raises:
            NoAnswer: something of what was said got lost; the work itself was not stopped for it.
            BrokenPipeError: the reader has heard enough.
        """
        if self.as_json:
            plain = not (sys.stdout.encoding or "").lower().startswith("utf")
            self._write(json.dumps(self._fields, ensure_ascii=plain, indent=1) + "\n")
        self._write("", flush=True)
        if isinstance(self._lost, BrokenPipeError):
            raise self._lost
        if self._lost is not None:
            raise NoAnswer from self._lost

    def _write(self, text: str, *, flush: bool = False) -> None:
        if self._lost is not None:
            return
        try:
            sys.stdout.write(text)
            if flush:
                sys.stdout.flush()
        except OSError as error:
            self._lost = error
            _let_go_of_output()


def _let_go_of_output() -> None:
    """Send what is still buffered nowhere, or the interpreter would complain of it when it ends."""
    with contextlib.suppress(OSError, io.UnsupportedOperation):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, sys.stdout.fileno())
        finally:
            os.close(nowhere)


def _width(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def in_columns(rows: Iterable[Sequence[object]]) -> str:
    """Rows in columns as wide as they need to be; Chinese characters count as two."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(_width(row[i]) for row in texts) for i in range(len(texts[0]))] if texts else []
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in texts
    )
