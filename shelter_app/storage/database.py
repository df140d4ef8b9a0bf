"""An encrypted database file opened the one way that loses nothing and tells nothing."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher

from shelter_app.errors import ShelterError
from shelter_app.vault.errors import DataDamaged, DiskFailed, DiskFull, NoWritePermission, VaultInUse
from shelter_app.vault.folder import make_private
from shelter_i18n import N_

__all__ = ["Database", "Row", "StoreClosed", "disk_errors"]

Row = tuple[Any, ...]

#: SQLCipher releases before this one carry the WAL-reset corruption fault of SQLite before 3.51.3.
_OLDEST_CIPHER: Final = (4, 14)
_PLAIN_HEADER: Final = b"SQLite format 3\x00"
_DENIED_PRAGMAS: Final = frozenset(
    {
        "key",
        "rekey",
        "temp_store",
        "temp_store_directory",
        "writable_schema",
        "cipher_log",
        "cipher_plaintext_header_size",
    }
)
#: How SQLite and SQLCipher speak of damage; a full-text table whose pages do not open says the last.
_DAMAGE: Final = ("not a database", "malformed", "corrupt", "vtable constructor failed")
_DETACH: Final = 25  # SQLITE_DETACH; the binding does not name it


class StoreClosed(ShelterError):
    """The vault was locked while something was still at work in it."""

    message = N_("The vault has been locked meanwhile, and this was not finished. Sign in and try again.")
    exit_code = 52


def _said_by(error: BaseException) -> ShelterError | None:
    """The message that says what to do about what the disk or the file did, if there is one."""
    if isinstance(error, PermissionError):
        return NoWritePermission()
    if not isinstance(error, sqlcipher.DatabaseError):
        return None
    text = str(error)
    if "closed database" in text:
        return StoreClosed()
    if "full" in text:
        return DiskFull()
    if "locked" in text or "busy" in text:
        return VaultInUse()
    if "readonly" in text or "unable to open" in text:
        return NoWritePermission()
    if "disk I/O" in text:
        return DiskFailed()
    return DataDamaged() if any(said in text for said in _DAMAGE) else None


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the disk or the file did into the message that says what to do."""
    try:
        yield
    except (sqlcipher.DatabaseError, PermissionError) as error:
        said = _said_by(error)
        if said is None:
            raise
        raise said from error


class _Telling:
    """`disk_errors` for one database, which remembers that its file turned out to be damaged.

    A class, because a generator costs as much as a short statement.
    """

    __slots__ = ("_database",)

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Raise what the error means.

        Raises:
            ShelterError: the disk, or the file, refused.
        """
        if error is None:
            return
        said = _said_by(error)
        # Having met a page that does not open, SQLCipher calls the file read-only from then on.
        if isinstance(said or error, NoWritePermission) and _writable(self._database.path):
            said = DataDamaged()
        # A cache is filled from the store: rows of it that contradict each other come from a torn write.
        if self._database.rebuildable and isinstance(error, sqlcipher.IntegrityError):
            said = DataDamaged()
        if isinstance(said or error, DataDamaged):
            self._database.damaged = True
        if said is not None:
            raise said from error


def _is_plain(path: Path) -> bool:
    """Whether an unencrypted database lies there, which SQLCipher would open without a word."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return file.read(len(_PLAIN_HEADER)) == _PLAIN_HEADER


def _writable(path: Path) -> bool:
    """Whether the system lets us write the file and beside it; asks without opening it, which would drop locks."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _authorise(
    action: int, first: str | None, _second: str | None, _schema: str | None, _trigger: str | None
) -> int:
    """Refuse what could write in plain: attaching by hand, moving temporary files, other keys."""
    if action in (sqlcipher.SQLITE_ATTACH, _DETACH):
        return int(sqlcipher.SQLITE_DENY)
    if action == sqlcipher.SQLITE_PRAGMA and first in _DENIED_PRAGMAS:
        return int(sqlcipher.SQLITE_DENY)
    return int(sqlcipher.SQLITE_OK)


class Database:
    """One connection to one SQLCipher file; the only object in the program that runs SQL.

    `key` is the raw 32-byte key and is overwritten here once SQLCipher has it. With `rebuildable` the
    file is a cache (write-ahead log, relaxed sync); otherwise an acknowledged commit survives a power
    cut: journal TRUNCATE and synchronous EXTRA, set and read back.

    Raises:
        DataDamaged: the file is not what this key opens.
        VaultInUse: another program holds it.
        NoWritePermission, DiskFull: the folder cannot be written.
    """

    def __init__(
        self, path: Path, key: bytearray, *, create: bool = False, rebuildable: bool = False
    ) -> None:
        self.path, self.rebuildable = path, rebuildable
        #: Whether reading or writing has met a damaged page since the file was opened.
        self.damaged = False
        self._telling = _Telling(self)
        self._lock = threading.RLock()
        self._copying = threading.Lock()
        self._closing = False
        self._depth = 0
        if not create and not path.exists():
            raise DataDamaged
        if _is_plain(path):
            raise DataDamaged
        with disk_errors():
            self._connection = sqlcipher.connect(
                str(path), isolation_level=None, check_same_thread=False, timeout=2.0
            )
            try:
                self._configure(key, rebuildable=rebuildable)
            except BaseException:
                self._connection.close()
                raise
        if create:
            make_private(path)

    def _configure(self, key: bytearray, *, rebuildable: bool) -> None:
        run = self._connection.execute
        run("PRAGMA cipher_log_level = NONE")
        literal = bytearray(b"x'" + key.hex().encode() + b"'")
        self._connection.set_key(literal)
        for secret in (literal, key):
            secret[:] = bytes(len(secret))
        version = str(run("PRAGMA cipher_version").fetchone()[0])
        if tuple(int(n) for n in version.split(maxsplit=1)[0].split(".")[:2]) < _OLDEST_CIPHER:
            raise RuntimeError("SQLCipher is older than 4.14")
        run("PRAGMA cache_size = -65536")
        run("SELECT count(*) FROM sqlite_schema").fetchone()
        if str(run("PRAGMA cipher_status").fetchone()[0]) != "1":
            raise RuntimeError("the connection is not encrypted")
        journal, sync = ("WAL", 1) if rebuildable else ("TRUNCATE", 3)
        got_journal = run(f"PRAGMA main.journal_mode = {journal}").fetchone()[0]
        run(f"PRAGMA main.synchronous = {sync}")
        got_sync = run("PRAGMA main.synchronous").fetchone()[0]
        if (str(got_journal).upper(), int(got_sync)) != (journal, sync):
            raise RuntimeError("the file does not accept its journal mode")
        for pragma in (
            "foreign_keys = ON",
            "recursive_triggers = ON",
            "trusted_schema = OFF",
            "cell_size_check = ON",
            # What is deleted is overwritten in its page; `compact` clears what moving cells leaves behind.
            "secure_delete = ON",
        ):
            run(f"PRAGMA {pragma}")
        self._connection.set_authorizer(_authorise)

    def close(self) -> None:
        """Close the file; harmless when it is closed already. A copy under way stops within a few pages."""
        self._closing = True
        with self._copying, self._lock:
            self._connection.close()

    def compact(self) -> None:
        """Write the file anew, so that nothing of what was deleted is left in free pages or between cells.

        Takes as much memory as the file is large (SQLCipher keeps the new pages there), and as much room on the
        disk for the journal. After a crash the file is as before or compacted.

        Raises:
            DiskFull: the file is as it was.
        """
        with self._lock, self._telling:
            # VACUUM attaches a database of its own in memory, which the authorizer would refuse.
            self._connection.set_authorizer(None)
            try:
                self._connection.execute("VACUUM")
            finally:
                self._connection.set_authorizer(_authorise)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Inside another transaction it is a savepoint; the outermost one commits to disk."""
        with self._lock, self._telling:
            outer = self._depth == 0
            name = f"level_{self._depth}"
            self._connection.execute("BEGIN IMMEDIATE" if outer else f"SAVEPOINT {name}")
            self._depth += 1
            try:
                yield
                self._connection.execute("COMMIT" if outer else f"RELEASE {name}")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK" if outer else f"ROLLBACK TO {name}")
                    if not outer:
                        self._connection.execute(f"RELEASE {name}")
                raise
            finally:
                self._depth -= 1

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else reads or writes through this object meanwhile; they wait."""
        with self._lock:
            yield

    @property
    def changed_rows(self) -> int:
        """How many rows were changed since the file was opened: the same number twice means that nothing was."""
        with self._lock:
            return int(self._connection.total_changes)

    def become(self, other: Database) -> None:
        """Go on with the file that `other` has open; whoever holds this object reads and writes there from now on.

        `other` is not used any more. Call it inside `alone`, outside any transaction.
        """
        with self._lock, other._lock:
            if self._depth or other._depth:
                raise RuntimeError("a transaction is under way")
            former = self._connection
            # A copy of the former file that is under way would be one of keys that hold no more.
            self._closing = True
            with self._copying:
                self._connection, self.path, self.damaged = other._connection, other.path, other.damaged
                former.close()
            self._closing = False

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction of this object is under way."""
        return self._depth > 0

    def execute(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run one statement; returns the number of changed rows."""
        with self._lock, self._telling:
            return int(self._connection.execute(sql, values).rowcount)

    def execute_many(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each tuple of values."""
        with self._lock, self._telling:
            self._connection.executemany(sql, values)

    def script(self, sql: str) -> None:
        """Run several statements inside the transaction under way."""
        with self._lock, self._telling:
            for statement in _statements(sql):
                self._connection.execute(statement)

    def rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """All rows of a query that is known to be short."""
        with self._lock, self._telling:
            return list(self._connection.execute(sql, values))

    def row(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Row | None:
        """The first row, or None."""
        with self._lock, self._telling:
            found: Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def value(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.row(sql, values)
        return None if row is None else row[0]

    def pages(self, sql: str, key: Sequence[Any], *, size: int = 1000) -> Iterator[list[Row]]:
        """Long reads in short statements: `sql` takes the last key seen and `size` as `LIMIT ?`.

        The key is the first `len(key)` columns of a row. Between two pages a save can go through.
        """
        last = tuple(key)
        while True:
            rows = self.rows(sql, (*last, size))
            if rows:
                yield rows
            if len(rows) < size:
                return
            last = tuple(rows[-1][: len(last)])

    def backup_to(self, target: Database, progress: Callable[[int, int], None] | None = None) -> None:
        """Copy every page into `target` (another key is fine); saves wait no longer than 200 pages take.

        Raises:
            StoreClosed: this store was closed meanwhile.
        """

        def step(_status: int, remaining: int, total: int) -> None:
            if self._closing:
                raise StoreClosed
            if progress:
                progress(total - remaining, total)

        with self._copying, disk_errors():
            if self._closing:
                raise StoreClosed
            self._connection.backup(target._connection, pages=200, progress=step, sleep=0.001)

    @contextlib.contextmanager
    def interruptible(self, stop: Callable[[], None] | None) -> Iterator[None]:
        """Call `stop` from time to time while statements run in here; what it raises ends the statement."""
        raised: list[BaseException] = []

        def look() -> int:
            try:
                if stop is not None:
                    stop()
            except BaseException as error:  # noqa: BLE001 - carried past SQLite, which would drop it
                raised.append(error)
            return len(raised)

        self._connection.set_progress_handler(look if stop is not None else None, 20_000)
        try:
            yield
        except sqlcipher.OperationalError:
            if raised:
                raise raised[0] from None
            raise
        finally:
            self._connection.set_progress_handler(None, 0)

    def row_counts(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = self.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        return {str(name): int(self.value(f'SELECT count(*) FROM "{name}"')) for (name,) in tables}

    def trace_statements(self, listener: Callable[[str], None] | None) -> None:
        """Tell `listener` each statement that runs, for tests that count them; never to a log."""
        self._connection.set_trace_callback(listener)


def _statements(sql: str) -> Iterator[str]:
    """The single statements of a script; a trigger's body stays in one piece."""
    buffer = ""
    for line in sql.splitlines(keepends=True):
        buffer += line
        if line.rstrip().endswith(";") and sqlcipher.complete_statement(buffer):
            yield buffer
            buffer = ""
    if buffer.strip() and not all(
        part.strip().startswith("--") or not part.strip() for part in buffer.splitlines()
    ):
        raise ValueError("a script ends inside a statement")
