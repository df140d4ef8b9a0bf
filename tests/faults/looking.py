"""What a vault folder says after a fault, found out with a fresh connection and nothing remembered."""

from __future__ import annotations

import functools
import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shelter_app.casework import drafts, people, vaults
from shelter_app.casework.session import Session
from shelter_app.casework.trust import trust_of
from shelter_app.errors import ShelterError
from shelter_app.storage import backup
from shelter_app.storage.database import Database
from shelter_app.storage.store import schema_version
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import DataDamaged
from shelter_app.vault.keyring import verify
from tests.faults.program import LEAVER, LEAVER_PASSWORD, NAME, PASSWORD, USER, notes_of

__all__ = ["Facts", "content_key", "damage_of", "look"]


@dataclass(frozen=True)
class Facts:
    """What was found in one state of a vault folder."""

    #: Kind of the error with which the vault refused to open; empty where it opened.
    refused: str
    #: With which of the passwords in play it opened.
    password: str
    #: What the checks of SQLCipher, SQLite, the journal and the counts against each other found.
    damage: tuple[str, ...]
    #: A page that holds nothing failed its check: nothing is lost, a copy of the store mends it.
    free_page: bool
    notes: frozenset[int]
    cases: int
    schema: int
    users: frozenset[str]
    leaver: str
    searched: bool
    drafted: bool
    backups: frozenset[str]
    broken_backups: tuple[str, ...]


@functools.lru_cache(maxsize=200_000)
def _verify(key: bytes, data: bytes, signature: bytes) -> bool:
    return verify(key, data, signature)


def content_key(files: dict[str, bytes]) -> bytes:
    """One short key for a state, so that each is looked at once."""
    digest = hashlib.blake2b(digest_size=20)
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode())
        digest.update(files[path])
    return digest.digest()


def damage_of(session: Session) -> tuple[list[str], bool]:
    """What is wrong in an open vault, and whether it is only a page that holds nothing."""
    found = backup.check_database(session.store)
    ciphered = [line for line in found if "HMAC" in line or "page" in line.lower()]
    free = bool(found) and found == ciphered and _copies_whole(session)
    if free:
        found = []
    found += [f"journal {fault}" for fault in session.journal.check(_verify, trust_of(session))]
    silent = session.store.value(
        "SELECT count(*) FROM entries WHERE form = 'note' AND case_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM journal WHERE action = 'entry.added' AND subject = entries.id)"
    )
    empty = session.store.value(
        "SELECT count(*) FROM journal WHERE action = 'entry.added' AND NOT EXISTS"
        " (SELECT 1 FROM entries WHERE entries.id = subject)"
    )
    if silent or empty:
        found.append(f"{silent} notes without their line in the journal, {empty} lines without their entry")
    bare = session.store.value(
        "SELECT count(*) FROM entries LEFT JOIN revisions ON revisions.id = entries.head WHERE revisions.id IS NULL"
    )
    if bare:
        found.append(f"{bare} entries without their newest revision")
    return found, free


def _copies_whole(session: Session) -> bool:
    """Whether the pages that hold something can all be read: then a copy of the store is sound."""
    path = session.folder.path.with_name("copy.db")
    path.unlink(missing_ok=True)
    try:
        copy = Database(path, session.keyring.store_key(), create=True)
        try:
            session.store.backup_to(copy)
            for table in ("journal", "revisions", "parts", "entries", "cases"):
                copy.rows(f"SELECT * FROM {table}")
            return [row[0] for row in copy.rows("PRAGMA integrity_check")] == ["ok"]
        finally:
            copy.close()
    except DataDamaged:
        return False
    finally:
        path.unlink(missing_ok=True)


def _whole_backups(stick: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    whole, broken = set(), []
    for folder in sorted(stick.iterdir()) if stick.is_dir() else []:
        # What was not finished has another name, and nobody is offered it.
        if folder.name.endswith(".unfinished") or not folder.is_dir():
            continue
        try:
            backup.check_files(backup.read_info(folder))
            whole.add(folder.name)
        except ShelterError as error:
            broken.append(f"{folder.name}: {type(error).__name__}")
    return frozenset(whole), tuple(broken)


def look(root: Path, passwords: Sequence[str] = (PASSWORD,)) -> Facts:
    """Open the vault in `root/vault` as its user would, with the newest password first, and look at everything."""
    vault = root / "vault"
    backups, broken = _whole_backups(root / "stick")
    session, refused, used = None, "", ""
    for password in passwords:
        try:
            session = vaults.open_vault(vault, USER, password)
        except ShelterError as error:
            # Another password may be the right one; what else is wrong is what counts.
            if refused in {"", "WrongPassword"}:
                refused = type(error).__name__
        else:
            refused, used = "", password
            break
    if session is None:
        return Facts(
            refused, "", (), False, frozenset(), 0, 0, frozenset(), "", False, False, backups, broken
        )
    try:
        damage, free = damage_of(session)
        facts = Facts(
            "", used, tuple(damage), free, frozenset(notes_of(session)),
            int(session.store.value("SELECT count(*) FROM cases")), schema_version(session.store),
            frozenset(slot.name for slot in session.keyring.header.users), _leaver(vault),
            bool(people.find(session, NAME).rows), bool(drafts.my_drafts(session)), backups, broken,
        )  # fmt: skip
    except (ShelterError, LookupError) as error:
        return Facts(
            type(error).__name__,
            used,
            (),
            False,
            frozenset(),
            0,
            0,
            frozenset(),
            "",
            False,
            False,
            backups,
            broken,
        )
    finally:
        session.close()
    return facts


def _leaver(vault: Path) -> str:
    """How the vault answers the colleague who left: "opens" or the kind of the refusal."""
    try:
        keys.unlock(vault, LEAVER, LEAVER_PASSWORD).close()
    except ShelterError as error:
        return type(error).__name__
    return "opens"


def fresh_copy(source: Path, target: Path) -> Path:
    """A copy of a folder to damage."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


def spoken(error: BaseException) -> str:
    """The sentence of an error, to see that it names what is the matter."""
    return re.sub(r"\s+", " ", str(error))


Check = Callable[[Facts], str]
