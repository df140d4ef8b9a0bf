"""The ledger: every summary that was written, whom it counted, and whether the record of it is whole.

A new summary is attacked together with all earlier ones that count any of its persons. That is only worth
something if the record is complete; what the journal says was released is compared with what is there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from shelter_app.anonymise.coded import PersonRow
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.casework.errors import LedgerCutOff, LedgerDamaged, PeriodOverlaps
from shelter_app.casework.session import Session
from shelter_app.domain.periods import Period, PeriodError
from shelter_app.storage import books
from shelter_app.storage.journal import JournalEntry
from shelter_app.storage.store import canonical
from shelter_i18n import _

__all__ = [
    "NOTHING_SAID",
    "check_ledger",
    "codes_of",
    "digest_of",
    "earlier_rows",
    "ledger_faults",
    "period_of",
]

#: What is left of the codes of somebody of whom nothing may stay: that they were counted.
NOTHING_SAID: Final = "{}"
#: More releases than this were never written; so many lines of the journal are compared.
_MOST: Final = 10_000
_STAND_IN: Final = "somebody"


def period_of(row: books.ReleaseRow) -> Period:
    """The period of a release that was written."""
    return Period(dt.date.fromisoformat(row.first_day), dt.date.fromisoformat(row.last_day))


def codes_of(row: PersonRow) -> str:
    """The codes of one person as they are kept beside a release, without who it is."""
    said = {name: value for name, value in asdict(row).items() if name != "person"}
    return canonical(said)


def _row_of(codes: str) -> PersonRow:
    said: dict[str, Any] = json.loads(codes)
    for name, value in said.items():
        if isinstance(value, list):
            said[name] = tuple(tuple(each) if isinstance(each, list) else each for each in value)
    return PersonRow(person=_STAND_IN, **({"new": False} | said))


def digest_of(published: str, persons: int) -> str:
    """What the journal keeps of a release: who is erased later changes neither its figures nor how many it counts."""
    return hashlib.sha256(f"{published}\n{persons}".encode()).hexdigest()


def check_ledger(session: Session, period: Period) -> list[books.ReleaseRow]:
    """Every release that was written, newest first, when the record is whole enough for a new one of `period`.

    Where something is lost, only a period that begins after it can be reported: nothing is counted in both.

    Raises:
        LedgerDamaged: a release that the journal names is missing or is not what was written.
        LedgerCutOff: a backup was brought back or the vault was salvaged, and `period` could overlap what was written
            and is not recorded here.
    """
    rows = {row.id: row for row in books.releases(session.store)}
    lost = _lost(session, rows)
    ends = max((each.last for each in lost.values() if each), default=dt.date.min)
    if lost and (None in lost.values() or period.first <= ends):
        names = sorted(each.text if each else name for name, each in lost.items())
        raise LedgerDamaged(count=len(lost), period=names[0], last=ends.isoformat())
    for line in session.journal.read(actions=["vault.restored", "vault.salvaged"], limit=_MOST):
        if line.action == "vault.salvaged" and not line.detail.get("losses"):
            continue
        until = dt.datetime.fromisoformat(line.at).astimezone().date()
        if period.first <= until:
            raise LedgerCutOff(until=until.isoformat(), period=period.text)
        break
    return [row for name, row in rows.items() if name not in lost]


def ledger_faults(session: Session) -> list[str]:
    """A sentence for each summary of which the record is not what the journal says."""
    rows = {row.id: row for row in books.releases(session.store)}
    return [
        _("The record of the summary of {period} is missing, or is not what was written.").format(
            period=period.text if period else name
        )
        for name, period in sorted(_lost(session, rows).items())
    ]


def _lost(session: Session, rows: Mapping[str, books.ReleaseRow]) -> dict[str, Period | None]:
    """Releases by id of which the record is not whole, each with its period where that is known."""
    lines = session.journal.read(actions=["summary.released"], limit=_MOST)
    found: dict[str, Period | None] = {}
    for line in lines:
        if not _is_whole(session, line, rows.get(line.subject)):
            try:
                found[line.subject] = Period.parse(str(line.detail.get("period", "")))
            except PeriodError:
                found[line.subject] = None
    for name in rows.keys() - {line.subject for line in lines}:
        found[name] = period_of(rows[name])
    return found


def _is_whole(session: Session, line: JournalEntry, row: books.ReleaseRow | None) -> bool:
    if (
        row is None
        or row.files != line.detail.get("files")
        or period_of(row).text != line.detail.get("period")
    ):
        return False
    wanted = line.detail.get("ledger")
    if wanted is None:
        return True  # written before rows were kept
    return digest_of(row.published, len(books.counted_in(session.store, row.id))) == str(wanted)


def earlier_rows(
    session: Session, releases: Sequence[books.ReleaseRow], period: Period, rows: Sequence[PersonRow]
) -> list[tuple[ProtectedRelease, tuple[PersonRow | None, ...]]]:
    """The releases that count any of these persons, directly or through each other, the oldest first.

    The rows of each stand at the same places: the persons of `rows` first, then everybody else. Ids stay here.

    Raises:
        PeriodOverlaps: the period overlaps a release of which it was not yet kept whom it counted.
    """
    counted: dict[str, dict[str, str]] = {}
    for release in releases:
        counted[release.id] = books.counted_in(session.store, release.id)
        if not counted[release.id] and release.cases and period_of(release).overlap(period) != "apart":
            raise PeriodOverlaps(period=period.text, earlier=period_of(release).text)
    reached = {row.person for row in rows}
    connected: set[str] = set()
    while more := {
        name for name, persons in counted.items() if name not in connected and not reached.isdisjoint(persons)
    }:
        connected |= more
        reached |= {person for name in more for person in counted[name]}
    first = [row.person for row in rows]
    order = first + sorted(reached - set(first))
    found = []
    for release in sorted(releases, key=lambda each: (each.made_at, each.id)):
        if release.id in connected:
            persons = counted[release.id]
            aligned = tuple(_row_of(persons[person]) if person in persons else None for person in order)
            found.append((ProtectedRelease.from_json(release.published), aligned))
    return found
