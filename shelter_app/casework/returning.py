"""Coming back after a lock: to the same case, section and draft, and told which work was cut off."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import functools
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeVar

from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage import books
from shelter_app.storage.store import canonical
from shelter_app.vault.errors import DataDamaged
from shelter_app.vault.folder import VaultFolder, atomic_write

__all__ = ["CutOff", "LongWork", "Place", "cut_off", "remember_place", "take_place", "told_if_cut_off"]

P = ParamSpec("P")
T = TypeVar("T")

#: Work that takes long enough to be cut off by a lock.
LongWork = Literal["backup", "import", "summary", "package", "workbook", "archive"]
_SETTING: Final = "place"
_LIMIT = 64 * 1024
#: Two pieces of work of one process may begin or end at the same time.
_writing = threading.Lock()


@dataclass(frozen=True)
class Place:
    """Where somebody was: ids and names of pages, nothing that was typed."""

    page: str
    case_id: str | None = None
    section: str | None = None
    form: str | None = None
    entry_id: str | None = None
    draft_id: str | None = None


@dataclass(frozen=True)
class CutOff:
    """A piece of work that began and was cut off, by a lock or by whatever ended the program."""

    kind: LongWork
    #: When it began: UTC, ISO 8601.
    begun_at: str


def remember_place(session: Session, place: Place) -> None:
    """Keep where the signed-in person is, sealed to them, for their next sign-in.

    Raises:
        DiskFull: it could not be kept.
    """
    box = session.keyring.seal_private(canonical(dataclasses.asdict(place)).encode(), label=_SETTING)
    with session.store.transaction():
        books.set_setting(session.store, session.user_id, _SETTING, base64.b64encode(box).decode())


def take_place(session: Session) -> Place | None:
    """Where the signed-in person was when the program locked, once; None where nothing is remembered.

    Raises:
        DiskFull, NoWritePermission: it cannot be forgotten again.
    """
    kept = books.get_setting(session.store, session.user_id, _SETTING)
    if not kept:
        return None
    with session.store.transaction():
        books.set_setting(session.store, session.user_id, _SETTING, "")
    try:
        box = base64.b64decode(kept, validate=True)
        return Place(**json.loads(session.keyring.open_private(box, label=_SETTING)))
    except (DataDamaged, ValueError, TypeError):
        return None


def told_if_cut_off(
    kind: LongWork,
) -> Callable[[Callable[Concatenate[Session, P], T]], Callable[Concatenate[Session, P], T]]:
    """For long work: if a lock, a crash or a power cut ends it, its person is told at the next sign-in.

    That it began is written beside the store before it begins, so that neither a full disk later nor a
    transaction that the work holds can hide that it was cut off; no backup carries it along.
    """

    def around(work: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
        @functools.wraps(work)
        def told(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
            mark = session.new_id()
            begun = {"user": session.user_id, "kind": kind, "at": session.now()}
            _change(session.folder, lambda marks: {**marks, mark: begun})
            done = False
            try:
                result = work(session, *args, **kwargs)
                done = True
                return result
            finally:
                # What failed or was stopped by its person has been told already.
                if done or not session.leaving:
                    _change(session.folder, lambda marks: {m: b for m, b in marks.items() if m != mark})

        return told

    return around


def cut_off(session: Session) -> list[CutOff]:
    """What the signed-in person began and nothing finished; each is told once."""
    mine: list[CutOff] = []
    present = {slot.id for slot in session.keyring.header.users}

    def others(marks: dict[str, Any]) -> dict[str, Any]:
        mine.extend(CutOff(b["kind"], b["at"]) for b in marks.values() if b["user"] == session.user_id)
        return {m: b for m, b in marks.items() if b["user"] in present - {session.user_id}}

    _change(session.folder, others)
    return sorted(mine, key=lambda work: work.begun_at)


def _change(folder: VaultFolder, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Rewrite the file of marks if it changes; what cannot be written is not told, and hinders nothing."""
    with _writing, contextlib.suppress(ShelterError, OSError):
        before = _read(folder)
        after = change(before)
        if after and after != before:
            atomic_write(folder.under_way, json.dumps(after).encode())
        elif before and not after:
            folder.under_way.unlink(missing_ok=True)


def _read(folder: VaultFolder) -> dict[str, Any]:
    """The marks that make sense."""
    try:
        with folder.under_way.open("rb") as source:
            stored = json.loads(source.read(_LIMIT))
        return {str(mark): begun for mark, begun in stored.items() if _sensible(begun)}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def _sensible(begun: Any) -> bool:
    return (
        isinstance(begun, dict)
        and set(begun) == {"user", "kind", "at"}
        and all(isinstance(value, str) for value in begun.values())
    )
