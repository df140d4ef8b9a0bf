"""The check of a whole vault: header, pages, journal, what was saved, sealed parts, attachments.

It reads a copy of the store that is made page by page, so that saves go on meanwhile and everything that is
compared is of one moment. Where there is no room for a copy it reads the store itself.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shelter_app.casework.case_check import Findings, check_people, lost_cases
from shelter_app.casework.erasure_care import refused_lists, refused_words
from shelter_app.casework.head_memory import SeenHead
from shelter_app.casework.journal_check import check_journal, remark_words, report_words
from shelter_app.casework.ledger import ledger_faults
from shelter_app.casework.session import Session
from shelter_app.casework.settings_check import settings_put_back
from shelter_app.errors import ShelterError
from shelter_app.storage import backup, checks
from shelter_app.storage import entries as rows
from shelter_app.storage.cases import count_cases
from shelter_app.storage.database import Database
from shelter_app.storage.disks import free_room
from shelter_app.storage.journal import Journal
from shelter_app.storage.store import get_meta, set_meta
from shelter_app.vault.errors import DataDamaged, HeaderDamaged, NoWritePermission
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import read_header
from shelter_i18n import _, ngettext

__all__ = [
    "CheckReport",
    "LastCheck",
    "ask_for_check",
    "check_asked",
    "check_due",
    "check_vault",
    "damage_from_outside",
    "discard_copy",
    "last_check",
]

Progress = Callable[[int, int], None]
#: Days after which the vault is checked by itself.
_EVERY_DAYS: Final = 7
_SPARE: Final = 8 << 20
#: Bytes of a page of the store.
_PAGE: Final = 4096
#: What the copy of the store is called while a check reads it.
_COPY: Final = "check.tmp"
#: So many entries or files are named one by one; of more the rest is counted.
_MOST_NAMED: Final = 12


@dataclass(frozen=True)
class CheckReport:
    """What a check of the whole vault found, in words; all well when `faults` is empty.

    `kinds` says where: "header", "pages", "journal", "saves", "parts", "attachments".
    """

    cases: int
    journal_entries: int
    parts_opened: int
    parts_sealed: int
    attachments: int
    faults: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    #: What should be known and is no fault, a sentence each.
    remarks: tuple[str, ...] = ()

    @property
    def damage(self) -> bool:
        """Whether anything is damaged that a backup or a salvage can bring back."""
        return bool(self.kinds - {"journal"})


@dataclass(frozen=True)
class LastCheck:
    """When the vault was last checked, how many faults there were, and of which kinds."""

    at: dt.datetime
    faults: int
    kinds: frozenset[str]


def check_vault(
    session: Session, progress: Progress | None = None, seen: Iterable[SeenHead] = ()
) -> CheckReport:
    """Check everything that can be proved with the keys of whoever is signed in; what was found is kept.

    The journal is also compared with `seen`: its head as a backup, a receipt or a report says it was.
    """
    report = _run(session, progress, seen)
    found = {"at": session.now(), "faults": len(report.faults), "kinds": sorted(report.kinds)}
    # Where pages are damaged it may not be possible to write this down; what was found is told all the same.
    with contextlib.ExitStack() as careful:
        if report.faults:
            careful.enter_context(contextlib.suppress(DataDamaged, NoWritePermission))
        with session.saving() as record:
            record("vault.checked", session.keyring.vault_id, faults=len(report.faults))
            set_meta(session.store, "check_result", json.dumps(found))
            set_meta(session.store, "check_asked", None)
    return report


def last_check(session: Session) -> LastCheck | None:
    """The result of the last check; None where there was none."""
    kept = get_meta(session.store, "check_result")
    if kept is None:
        return None
    found = json.loads(kept)
    return LastCheck(
        dt.datetime.fromisoformat(found["at"]).astimezone(), int(found["faults"]), frozenset(found["kinds"])
    )


def check_asked(session: Session) -> bool:
    """Whether the vault was not closed properly and has not been checked since."""
    return get_meta(session.store, "check_asked") is not None


def check_due(session: Session) -> bool:
    """Whether the vault should be checked by itself now: a week has passed, or it was not closed properly."""
    if check_asked(session):
        return True
    last = last_check(session)
    if last is None:
        created = dt.datetime.fromisoformat(session.keyring.header.created)
        return session.clock() - created >= dt.timedelta(days=_EVERY_DAYS)
    return abs(session.clock() - last.at) >= dt.timedelta(days=_EVERY_DAYS)


def damage_from_outside(path: Path, error: ShelterError) -> list[str]:
    """What can be said of a vault that does not open, before anybody is signed in; at least why it did not."""
    folder = VaultFolder(path)
    try:
        read = read_header(folder)
    except ShelterError:
        return [_("Both copies of the key file are damaged. Nobody can sign in any more.")]
    said = []
    if read.damaged:
        said.append(
            _(
                "One of the two copies of the key file is damaged. The other one works; it is mended at the next sign-in."
            )
        )
    store = folder.store_of(read.header.store_epoch)
    if not store.is_file():
        said.append(_("The file with the cases (store.db) is missing."))
    elif store.stat().st_size % _PAGE:
        said.append(_("The file with the cases (store.db) was cut off: its end is missing."))
    elif isinstance(error, DataDamaged):
        said.append(
            _(
                "The file with the cases (store.db) does not open with the keys of this vault. A part of it is damaged, "
                "or it was put here from somewhere else. The password is not the problem."
            )
        )
    return said or [str(error)]


def ask_for_check(session: Session) -> None:
    """Remember that the vault was not closed properly, until it has been checked."""
    with session.saving() as record:
        set_meta(session.store, "check_asked", "left open")
        record("vault.left_open", session.keyring.vault_id)


@dataclass
class _Found:
    """What has been found so far, sentence by sentence."""

    faults: list[str] = dataclasses.field(default_factory=list)
    kinds: set[str] = dataclasses.field(default_factory=set)

    def add(self, kind: str, sentences: list[str]) -> None:
        self.faults += sentences
        if sentences:
            self.kinds.add(kind)


def discard_copy(session: Session) -> None:
    """Remove the copy of a check that was cut off; its key may be one that somebody who has left could use."""
    _remove(session.folder.path / _COPY)


@contextlib.contextmanager
def _snapshot(session: Session, progress: Progress | None) -> Iterator[Database]:
    """A copy of the store of one moment, removed afterwards; the store itself where a copy has no room."""
    path = session.folder.path / _COPY
    _remove(path)
    if free_room(session.folder.path) < session.store.path.stat().st_size + _SPARE:
        yield session.store
        return
    try:
        with contextlib.closing(Database(path, session.keyring.store_key(), create=True)) as copy:
            session.store.backup_to(copy, progress)
        with contextlib.closing(Database(path, session.keyring.store_key())) as copy:
            yield copy
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    for each in (path, path.with_name(path.name + "-journal")):
        with contextlib.suppress(OSError):
            each.unlink(missing_ok=True)


class _Steps:
    """One progress made of several, each a part of a whole of 1000."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._from = self._to = 0

    def part(self, share: int) -> None:
        """The next step is so many thousandths of the whole."""
        self._from, self._to = self._to, self._to + share
        self(0, 1)

    def __call__(self, done: int, total: int) -> None:
        if self._progress:
            self._progress(self._from + (self._to - self._from) * min(done, total) // max(total, 1), 1000)

    def stop(self) -> None:
        """Call the progress where it was: it may end the work."""
        self(0, 1)


def _run(session: Session, progress: Progress | None, seen: Iterable[SeenHead]) -> CheckReport:
    found, steps = _Found(), _Steps(progress)
    _check_header(session, found)
    steps.part(150)
    opened = sealed = cases = 0
    files: dict[str, tuple[int, str]] = {}
    try:
        with _snapshot(session, steps) as store:
            steps.part(150)
            # The copy is as long as it should be, whatever happened to the length of the file itself.
            wrong = backup.check_database(store, steps.stop) or backup.stretched(session.store.path)
            found.add("pages", _page_faults(wrong))
            steps.part(550)
            if "pages" not in found.kinds:
                opened, sealed = _check_saves(session, store, found, steps)
                found.add("journal", settings_put_back(_of_copy(session, store)))
                found.add("saves", ledger_faults(_of_copy(session, store)))
            cases, files = count_cases(store), rows.attachment_files(store)
    except DataDamaged:
        found.add("pages", _page_faults(_damaged_pages(session)))
        _reconnect(session)
    steps.part(100)
    journal_entries, remarks = 0, list[str]()
    try:
        journal = check_journal(session, seen, steps)
        journal_entries = journal.head.number
        found.add("journal", report_words(journal))
        remarks = [*remark_words(journal), *(refused_words(line.at) for line in refused_lists(session))]
    except DataDamaged:
        found.add(
            "journal", [_("The journal cannot be read to its end, because pages of the file are damaged.")]
        )
    steps.part(50)
    _check_attachments(session, files, found, steps)
    steps(1, 1)
    return CheckReport(
        cases,
        journal_entries,
        opened,
        sealed,
        len(files),
        tuple(found.faults),
        frozenset(found.kinds),
        tuple(remarks),
    )


def _of_copy(session: Session, store: Database) -> Session:
    """The session as it would be with this copy of its store, so that all that is compared is of one moment."""
    journal = Journal(store, session.keyring, session.device_id)
    return dataclasses.replace(session, store=store, journal=journal)


def _check_header(session: Session, found: _Found) -> None:
    try:
        read = read_header(session.folder)
    except HeaderDamaged:
        found.add("header", [_("Both copies of the key file are damaged. Nobody can sign in any more.")])
        return
    if read.damaged:
        found.add(
            "header",
            [
                _(
                    "One of the two copies of the key file is damaged. The other one works; it is mended at the next sign-in."
                )
            ],
        )


def _reconnect(session: Session) -> None:
    """After a damaged page a connection takes no more saves; a fresh one does, as long as it does not meet the page."""
    with contextlib.suppress(DataDamaged), session.store.alone():
        session.store.become(Database(session.store.path, session.keyring.store_key()))


def _damaged_pages(session: Session) -> list[str]:
    """What is wrong with the file, seen by a connection that has not met the damage yet."""
    try:
        with contextlib.closing(Database(session.store.path, session.keyring.store_key())) as fresh:
            return backup.check_database(fresh)
    except DataDamaged:
        return ["the file does not open"]


def _page_faults(technical: list[str]) -> list[str]:
    """One sentence for what SQLCipher and SQLite say, with what they say in short for whoever looks into it."""
    if not technical:
        return []
    named = "; ".join(line.strip() for line in technical[:3])
    return [
        _("Pages of the file with the cases are damaged: {number} findings ({named}).").format(
            number=len(technical), named=named
        )
    ]


def _check_saves(session: Session, store: Database, found: _Found, steps: _Steps) -> tuple[int, int]:
    """What the journal says was saved is there, and is what was saved; nothing else is there.

    Returns how many sealed parts opened, and for how many this person has no key.
    """
    everything = Findings()
    total, done = count_cases(store), 0
    for looked_at, here in check_people(session, store):
        everything.add(here)
        done += looked_at
        steps(done, total)
    wrong = [*checks.entries_without_state(store), *checks.entries_set_back(store), *checks.strays(store)]
    told = (
        (
            _("Entry {name}: what was saved is missing or is not as it was saved."),
            [*wrong, *everything.entries],
        ),
        (_("{name}: something that was saved is missing (an entry, or a part of one)."), everything.gone),
        (
            _("Entry {name}: its dates or its state in lists are not those of its answers."),
            everything.columns,
        ),
        (
            _(
                "Case {name}: lists and summaries are told something else than its entries and the journal say."
            ),
            everything.cases,
        ),
        (
            _("Counter {name}: it is lower than what it has counted. It was put back."),
            checks.counters_behind(store),
        ),
    )
    for sentence, names in told:
        found.add("saves", _named(sentence, names))
    if lost := lost_cases(store):
        found.add(
            "saves",
            [
                ngettext(
                    "{number} case that was opened is missing, and nobody erased it or took it back.",
                    "{number} cases that were opened are missing, and nobody erased them or took them back.",
                    lost,
                ).format(number=lost)
            ],
        )
    found.add(
        "parts",
        _named(
            _("Entry {name}: a sealed part cannot be opened. It was damaged or exchanged."), everything.broken
        ),
    )
    return everything.opened, everything.sealed


def _check_attachments(
    session: Session, files: dict[str, tuple[int, str]], found: _Found, steps: _Steps
) -> None:
    missing, changed = [], []
    for number, (name, wanted) in enumerate(sorted(files.items()), start=1):
        path = session.folder.attachments / name
        if not path.is_file():
            missing.append(name)
        elif backup.digest_of(path, lambda _bytes: steps.stop()) != wanted:
            changed.append(name)
        steps(number, len(files))
    found.add("attachments", _named(_("Attachment {name}: the file is missing."), missing))
    found.add("attachments", _named(_("Attachment {name}: the file is damaged."), changed))


def _named(sentence: str, names: list[str]) -> list[str]:
    each = list(dict.fromkeys(names))
    told = [sentence.format(name=name) for name in each[:_MOST_NAMED]]
    if len(each) > _MOST_NAMED:
        told.append(_("And {number} more of this kind.").format(number=len(each) - _MOST_NAMED))
    return told
