"""Asking for passwords, showing progress and answering scripts: what the commands share."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

from shelter_app.errors import ShelterError
from shelter_i18n import N_, _

__all__ = ["Answer", "NoPassword", "Progress", "ask_new_password", "ask_password", "in_columns"]


class NoPassword(ShelterError):
    """Nobody is there to type a password and none was handed over."""

    message = N_("A password is needed. Type it at the prompt, or hand it over with --password-fd.")
    exit_code = 3


class PasswordsDiffer(ShelterError):
    """A new password was typed in two ways."""

    message = N_("The two passwords are not the same. Nothing has been created.")
    exit_code = 3


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
    if not sys.stdin.isatty():
        raise NoPassword
    try:
        return getpass.getpass(question)
    except (EOFError, KeyboardInterrupt) as error:
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
        """So much of it is done."""
        now = self._clock()
        early = now - self._begun < 0.5 or (now - self._drawn < 0.1 and done < total)
        if early or not self._stream.isatty():
            return
        self._drawn = now
        self._shown = True
        width = max(10, min(40, shutil.get_terminal_size().columns - len(self._what) - 12))
        share = done / total if total else 1.0
        bar = "#" * int(width * share)
        self._stream.write(f"\r{self._what} [{bar:<{width}}] {share:4.0%}")
        self._stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            self._stream.write("\n")


class Answer:
    """What a command says: lines for a person, or one JSON object for a script."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._fields: dict[str, Any] = {}

    def say(self, line: str = "") -> None:
        """A line for a person."""
        if not self.as_json:
            sys.stdout.write(f"{line}\n")

    def give(self, **fields: Any) -> None:
        """Fields for a script."""
        self._fields.update(fields)

    def end(self) -> None:
        """Print what a script waits for."""
        if self.as_json:
            json.dump(self._fields, sys.stdout, ensure_ascii=False, indent=1)
            sys.stdout.write("\n")


def _width(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def in_columns(rows: Iterable[Sequence[object]]) -> str:
    """Rows in columns as wide as they need to be; Chinese characters count as two."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(_width(row[i]) for row in texts) for i in range(len(texts[0]))] if texts else []
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in texts
    )
