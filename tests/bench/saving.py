"""One save beside a bare commit of as many bytes; and a register brought in."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from shelter_app.casework.cases import open_case
from shelter_app.casework.entries import Saved, save_entry
from shelter_app.casework.registers import existing_people, import_register
from shelter_app.casework.session import Session
from shelter_app.casework.vaults import create_vault
from shelter_app.exchange.registers import preview
from shelter_app.storage.database import Database
from shelter_app.storage.store import open_store
from shelter_app.vault.kdf import KdfParams
from shelter_resources import open_path
from tests.bench.measure import Figure, medians, reference_work, seconds

__all__ = ["one_save", "register_import"]

_SAVE_GOAL, _IMPORT_GOAL = 1.5, 5.0
_NOTE: Final = "与她谈了一小时。睡眠好一些，仍担心家里的债。她愿意下周见律师，已约周四上午。" * 6
_COPY_KEY: Final = bytes(range(32))
_REGISTER: Final = "shelter_register_zh.xlsx"


def _answers(number: int) -> dict[str, Any]:
    return {
        "service_kind": "psychosocial", "status": "given", "given_on": {"y": 2026, "m": 3, "d": 1 + number % 28},
        "sessions": 1 + number % 5, "note": _NOTE,
    }  # fmt: skip


def _bytes_written(session: Session, saved: Saved) -> int:
    """How many bytes of values one save wrote into the store."""
    store = session.store
    rows = [
        store.row("SELECT * FROM entries WHERE id = ?", (saved.entry_id,)),
        store.row("SELECT * FROM revisions WHERE id = ?", (saved.revision_id,)),
        *store.rows("SELECT * FROM parts WHERE revision_id = ?", (saved.revision_id,)),
        store.row("SELECT * FROM journal ORDER BY arrived DESC LIMIT 1"),
    ]
    values = [value for row in rows if row for value in row]
    return sum(len(v) if isinstance(v, bytes) else len(str(v).encode()) for v in values if v is not None)


def _bare_store(path: Path, rows: int, size: int) -> Database:
    """A SQLCipher file with the settings of the store and one table, already as large as it will ever matter."""
    bare = Database(path, bytearray(os.urandom(32)), create=True)
    with bare.transaction():
        bare.execute("CREATE TABLE saved (id INTEGER PRIMARY KEY, data BLOB NOT NULL)")
        bare.execute_many("INSERT INTO saved (data) VALUES (?)", [(os.urandom(size),) for _ in range(rows)])
    return bare


@contextlib.contextmanager
def _recording(store: Database) -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """The statements that write into `store`, with their values, as they are run meanwhile."""
    ran: list[tuple[str, tuple[Any, ...]]] = []
    execute, value = Database.execute, Database.value

    def noting(self: Database, sql: str, values: Any = ()) -> int:
        if self is store:
            ran.append((sql, tuple(values)))
        return execute(self, sql, values)

    def noting_value(self: Database, sql: str, values: Any = ()) -> Any:
        if self is store and sql.startswith("INSERT"):
            ran.append((sql, tuple(values)))
        return value(self, sql, values)

    Database.execute, Database.value = noting, noting_value  # type: ignore[method-assign]
    try:
        yield ran
    finally:
        Database.execute, Database.value = execute, value  # type: ignore[method-assign]


class _SameRows:
    """The rows of one save, written again and again by bare SQL into a store of the same schema and as many cases.

    Ids are new each time and fall anywhere, as those of a save do.
    """

    def __init__(
        self, session: Session, copy: Path, saved: tuple[Saved, Sequence[tuple[str, tuple[Any, ...]]]]
    ) -> None:
        session.store.backup_to(made := Database(copy, bytearray(_COPY_KEY), create=True))
        made.close()
        self._store = open_store(copy, bytearray(_COPY_KEY))
        entry, self._statements = saved
        part = self._store.value("SELECT id FROM parts WHERE revision_id = ?", (entry.revision_id,))
        self._fresh = [entry.entry_id, entry.revision_id, str(part)]
        self._case = (
            self._store.row("SELECT case_id, person_id FROM entries WHERE id = ?", (entry.entry_id,)) or ()
        )
        self._seq = int(self._store.value("SELECT max(seq) FROM journal"))

    def commit(self, case_id: str) -> float:
        """Seconds for one commit of these rows for another case."""
        person_id = self._store.value("SELECT person_id FROM cases WHERE id = ?", (case_id,))
        self._store.rows("SELECT * FROM entries WHERE case_id = ?", (case_id,))
        number = int(self._store.value("SELECT value FROM meta WHERE key = 'change_no'")) + 1
        new = dict(zip(self._case, (case_id, person_id), strict=True)) | {
            old: os.urandom(16).hex() for old in self._fresh
        }
        statements = [
            (sql, [new.get(v, v) if isinstance(v, str) else v for v in values])
            for sql, values in self._statements
        ]
        self._seq += 1
        for sql, values in statements:
            if sql.startswith("INSERT INTO journal"):
                values[0] = self._seq
            if sql.startswith("UPDATE cases"):
                values[-2] = number

        def work() -> None:
            with self._store.transaction():
                for sql, values in statements:
                    self._store.rows(sql, values)

        return seconds(work)

    def close(self) -> None:
        """Close the copy."""
        self._store.close()


def one_save(session: Session, folder: Path, rounds: int = 60) -> list[Figure]:
    """A service with a sealed note, with its journal line; with and without bringing the index up to date."""
    ids = [
        str(row[0]) for row in session.store.rows("SELECT id FROM cases WHERE status = 'Active' LIMIT 5000")
    ]
    ids = ids[:: max(1, len(ids) // 200)]
    numbers = itertools.count()

    def save() -> tuple[float, Saved]:
        number = next(numbers)
        case_id = ids[number % len(ids)]
        # Whoever saves has the case open on the screen.
        open_case(session, case_id)
        saved: list[Saved] = []
        took = seconds(
            lambda: saved.append(save_entry(session, "service", _answers(number), case_id=case_id))
        )
        return took, saved[0]

    for _ in range(10):
        save()
    with _recording(session.store) as ran:
        _, saved = save()
    size = _bytes_written(session, saved)
    written = [(sql, values) for sql, values in ran if "case.read" not in values]
    bare = _bare_store(folder / "bare.db", 2000, size)
    same = _SameRows(session, folder / "same.db", (saved, written))
    index = session.index

    def with_index() -> float:
        return save()[0]

    def without_index() -> float:
        session.index = None
        try:
            return save()[0]
        finally:
            session.index = index

    def one_row() -> float:
        data = os.urandom(size)

        def work() -> None:
            with bare.transaction():
                bare.execute("INSERT INTO saved (data) VALUES (?)", (data,))

        return seconds(work)

    def same_rows() -> float:
        return same.commit(ids[next(numbers) % len(ids)])

    try:
        whole, alone, rows, row = (
            m * 1000 for m in medians([with_index, without_index, same_rows, one_row], rounds)
        )
    finally:
        bare.close()
        same.close()
    goal = f"<= {_SAVE_GOAL} x"
    beside_rows, beside_row = "same rows by bare SQL", f"{size:,} bytes as one row"
    return [
        Figure("one save", alone, "ms", beside_rows, rows, goal, alone <= _SAVE_GOAL * rows),
        Figure("one save, index too", whole, "ms", beside_rows, rows),
        Figure(
            "one save", alone, "ms", beside_row, row,
            note=f"{alone - row:.1f} ms more than a commit of one row, however long the disk takes to sync",
        ),
    ]  # fmt: skip


def _bring_in(session: Session) -> tuple[float, int, int]:
    """Seconds to read, judge and import the register; its rows, and how many of them are accounted for."""
    found: list[Any] = []

    def work() -> None:
        with open_path("samples", _REGISTER) as path:
            rows = preview(path, today=dt.date(2026, 3, 12), existing=existing_people(session))
        found.append((rows, import_register(session, rows)))

    took = seconds(work)
    rows, done = found[0]
    return took, len(rows.rows), done.imported + done.remark + done.decision + done.known + done.not_a_person


def register_import(large: Session, rounds: int = 3) -> list[Figure]:
    """The register of 480 people into a new vault, and once into the large one."""
    taken: list[tuple[float, int, int]] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            made = create_vault(
                Path(folder) / "vault", post="KM", user="LM", password="seven calm herons cross",
                kdf=KdfParams(memory_kib=64, passes=1, lanes=1), allow_weak=True,
            )  # fmt: skip
            taken.append(_bring_in(made.session))
            made.session.close()
    took, rows, accounted = sorted(taken)[len(taken) // 2]
    reference = reference_work()
    name = "SHA-256 of 64 MiB"
    again, _, _ = _bring_in(large)
    return [
        Figure(
            "import of the register", took, "s", name, reference, "<= 5 s, 0 rows lost",
            took <= _IMPORT_GOAL and rows == accounted, f"{rows} rows in the file, {accounted} accounted for",
        ),
        Figure("import of the register into the large vault", again, "s", name, reference),
    ]  # fmt: skip
