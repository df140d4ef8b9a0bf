"""A program session without a window that does what people do and says what was acknowledged, for the fault tests.

Run as `python -m tests.faults.program ROOT WHAT SEED [ACKS]`. The vault lies in ROOT/vault; what is acknowledged is
added to the file ACKS, one JSON object a line.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from shelter_app.casework import backups, cases, drafts, entries, registers, users, vaults
from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.exchange.registers import preview
from shelter_app.storage import store
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Role
from shelter_resources import open_path

USER, PASSWORD = "LM", "seven calm herons cross"
LATER_PASSWORDS = ("nine loud geese return", "ten slow barges anchor", "two brave otters dive")
LEAVER, LEAVER_PASSWORD = "QF", "six grey kites circle above"
NAME = "陈秀云"
CHEAP = KdfParams(memory_kib=64, passes=1, lanes=1)
#: A step that a later release could bring, for the flow "upgrade".
_LATER = """
CREATE TABLE later (id TEXT PRIMARY KEY, words INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO later (id, words) SELECT id, length(coded) FROM revisions;
CREATE INDEX later_by_words ON later (words);
"""
Say = Callable[..., None]


def make_vault(folder: Path) -> str:
    """A small vault with a case, a colleague who will leave and a few notes; gives back the id of the case."""
    made = vaults.create_vault(
        folder, post="KM", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True, clock=_clock(0)
    )
    session = made.session
    users.new_user(session, name=LEAVER, role=Role.CASEWORKER, password=LEAVER_PASSWORD, must_change=False)
    case_id = cases.new_case(session, person={"name_native": NAME}, intake={}).case_id
    for number in range(3):
        entries.save_entry(session, "note", {"text": f"note {number}"}, case_id=case_id)
    vaults.sign_out(session)
    return case_id


def _clock(seed: int) -> Callable[[], dt.datetime]:
    start = dt.datetime(2026, 3, 12, 9, 0, tzinfo=dt.UTC) + dt.timedelta(days=seed % 300)
    seconds = itertools.count()
    return lambda: start + dt.timedelta(seconds=next(seconds))


@contextlib.contextmanager
def later_release() -> Iterator[None]:
    """Be a release that knows one more step of the schema than the vault has."""
    steps = (*store._MIGRATIONS, "later.sql")
    sql = store._sql
    with (
        patch.object(store, "_MIGRATIONS", steps),
        patch.object(store, "SCHEMA_VERSION", len(steps)),
        patch.object(store, "_sql", lambda name: _LATER if name == "later.sql" else sql(name)),
    ):
        yield


def notes_of(session: Session) -> set[int]:
    """The numbers of the notes that are in the vault."""
    found = set()
    for case_id in _case_ids(session):
        for entry in cases.open_case(session, case_id).of_form("note"):
            text = str(entry.values.get("text", ""))
            if text.startswith("note "):
                found.add(int(text.split()[1]))
    return found


def _case_ids(session: Session) -> list[str]:
    return [
        str(row[0]) for row in session.store.rows("SELECT DISTINCT case_id FROM entries WHERE form = 'note'")
    ]


def saves(session: Session, rng: random.Random, say: Say, *, root: Path, count: int = 30) -> None:
    """Notes, corrections, drafts and now and then a new case, acknowledged one by one."""
    case_id = _case_ids(session)[0]
    start = max(notes_of(session)) + 1
    draft = None
    for number in range(start, start + count):
        draft = drafts.save_draft(
            session,
            "note",
            {"text": f"typing {number}"},
            case_id=case_id,
            draft_id=draft.id if draft else None,
        )
        long = "很长的笔记。" * rng.choice((0, 0, 0, 700))
        saved = entries.save_entry(session, "note", {"text": f"note {number} {long}"}, case_id=case_id)
        say(note=number)
        if rng.random() < 0.2:
            entries.save_entry(
                session, "note", {"text": f"note {number} corrected"}, case_id=case_id, entry_id=saved.entry_id,
                started_from=saved.revision_id,
            )  # fmt: skip
        if rng.random() < 0.2:
            cases.new_case(session, person={"name_native": NAME}, intake={})
            say(cases=int(session.store.value("SELECT count(*) FROM cases")))


def passwords(session: Session, rng: random.Random, say: Say, *, root: Path) -> None:
    """The password changed three times with saves between."""
    current = PASSWORD
    for following in LATER_PASSWORDS:
        users.change_own_password(session, current, following)
        current = following
        say(password=current)
        saves(session, rng, say, root=root, count=3)


def removal(session: Session, rng: random.Random, say: Say, *, root: Path) -> None:
    """A colleague's keys taken away, with saves before and after."""
    saves(session, rng, say, root=root, count=2)
    leaver = next(slot.id for slot in session.keyring.header.users if slot.name == LEAVER)
    users.remove_user(session, leaver)
    say(removed=LEAVER)
    saves(session, rng, say, root=root, count=3)


def backing_up(session: Session, rng: random.Random, say: Say, *, root: Path) -> None:
    """Two backups onto the stick with saves between."""
    for _ in range(2):
        saves(session, rng, say, root=root, count=3)
        info = backups.back_up(session, root / "stick")
        say(backup=info.path.name)


def importing(session: Session, rng: random.Random, say: Say, *, root: Path) -> None:
    """A register brought in, all of it or nothing."""
    read = preview(open_path("samples", "consular_returnees_en.csv"), today=dt.date(2026, 3, 12))
    first = rng.randrange(len(read.rows) - 25)
    part = type(read)(read.name, read.kind, read.sheets, read.columns, read.rows[first : first + 25])
    say(cases_before=int(session.store.value("SELECT count(*) FROM cases")))
    registers.import_register(session, part)
    say(cases=int(session.store.value("SELECT count(*) FROM cases")))
    saves(session, rng, say, root=root, count=2)


def trouble(session: Session, rng: random.Random, say: Say, *, root: Path) -> None:
    """Saves, a password and a backup on a disk that fails now and then; what is refused is said and tried no more."""
    current = PASSWORD

    def attempt(work: Callable[[], None]) -> bool:
        try:
            work()
        except ShelterError as error:
            say(refused=type(error).__name__)
            return False
        return True

    for following in LATER_PASSWORDS:
        for _ in range(4):
            attempt(lambda: saves(session, rng, say, root=root, count=2))
        if attempt(lambda old=current, new=following: users.change_own_password(session, old, new)):  # type: ignore[misc]
            say(password=following)
            current = following
        else:
            # It may have been written before the disk failed: whoever signs in has both to try.
            break
        attempt(lambda: say(backup=backups.back_up(session, root / "stick").path.name))


def upgraded(session: Session, rng: random.Random, say: Say, *, root: Path) -> None:
    """The vault as a later release has just opened it."""
    say(schema=store.SCHEMA_VERSION)
    saves(session, rng, say, root=root, count=3)


FLOWS: dict[str, Callable[..., None]] = {
    "saves": saves,
    "password": passwords,
    "removal": removal,
    "backup": backing_up,
    "import": importing,
    "upgrade": upgraded,
}


def weaken(session: Session, how: str) -> None:
    """For the positive controls: a journal that SQLite's own defaults, or no syncing at all, would give."""
    session.store.execute("PRAGMA main.journal_mode = DELETE")
    session.store.execute(f"PRAGMA main.synchronous = {'OFF' if how == 'off' else 'FULL'}")


def main(root: Path, what: str, seed: int, acks: Path) -> None:
    """Sign in, do it, sign out."""
    name, _, weak = what.partition(":")
    rng = random.Random(seed)
    descriptor = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(**told: object) -> None:
        os.write(descriptor, json.dumps(told).encode() + b"\n")

    with later_release() if name == "upgrade" else contextlib.nullcontext():
        try:
            session = vaults.open_vault(root / "vault", USER, PASSWORD, clock=_clock(seed))
        except ShelterError as error:
            if name != "trouble":
                raise
            say(refused=type(error).__name__)
            return
        if weak:
            weaken(session, weak)
        (trouble if name == "trouble" else FLOWS[name])(session, rng, say, root=root)
        with contextlib.suppress(*((ShelterError,) if name == "trouble" else ())):
            vaults.sign_out(session)
    say(end=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
