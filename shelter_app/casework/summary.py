"""The periodic summary: coded facts of a period, protected, previewed, written, and recorded."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from shelter_app.anonymise.coded import PersonRow
from shelter_app.anonymise.release import ProtectedRelease, Protection
from shelter_app.casework import heads, ledger
from shelter_app.casework.errors import PeriodNotOver, ReleasedMeanwhile
from shelter_app.casework.returning import told_if_cut_off
from shelter_app.casework.session import Session
from shelter_app.casework.summary_facts import code_lists, coded_facts
from shelter_app.domain.periods import Period
from shelter_app.storage import books, extracts
from shelter_app.vault.rights import Right

__all__ = [
    "Preview",
    "PublishedRelease",
    "code_lists",
    "coded_facts",
    "make_preview",
    "past_releases",
    "write_release",
]


@dataclass(frozen=True)
class Preview:
    """What the receiver will see, before anything is written."""

    period: Period
    release_id: str
    made_on: dt.date
    protection: Protection
    cases: tuple[str, ...]
    #: It was written before: the same figures are written again, whatever has changed since.
    repeated: bool
    #: The releases and extracts beside which it was attacked, and whom it counts; neither leaves the vault.
    beside: frozenset[str] = frozenset()
    counted: tuple[PersonRow, ...] = ()

    @property
    def release(self) -> ProtectedRelease:
        """The figures for the receiver."""
        return self.protection.release


def make_preview(
    session: Session,
    period: Period,
    on_attack: Callable[[int], None] | None = None,
    *,
    tables: Collection[str] = (),
) -> Preview:
    """Protected figures of a period; writes nothing.

    With `tables` (names, or "rows:columns" for a cross: `anonymise.designs`) only these are made, protected all the same.
    A period that was released before gives the figures of then. Any other is safe beside all earlier releases that
    count any of its persons, whether their periods overlap or not. `on_attack` hears how many attacks were tried and
    may raise to stop.

    Raises:
        NoSuchTable: one of `tables` cannot be made.
        LedgerDamaged, LedgerCutOff: not everything that was released before is known.
        PeriodOverlaps: the period overlaps a release of which it was not yet kept whom it counted, or an extract.
        TablesBesideExtract: beside the extract of the period they would show small figures.
        NotYours
    """
    from shelter_app.anonymise.designs import chosen_tables
    from shelter_app.anonymise.histories import Earlier
    from shelter_app.anonymise.protect import protect
    from shelter_app.casework.extract import check_tables

    session.require(Right.MAKE_SUMMARY)
    wanted = chosen_tables(tuple(tables))
    for row in books.releases(session.store):
        if ledger.period_of(row) == period:
            release = ProtectedRelease.from_json(row.published)
            return Preview(
                period,
                row.id,
                dt.date.fromisoformat(row.made_on),
                Protection(release),
                row.cases,
                repeated=True,
            )
    known = ledger.check_ledger(session, period)
    facts, used = coded_facts(session, period)
    earlier = [Earlier(*each) for each in ledger.earlier_rows(session, known, period, facts.rows)]
    seed = session.keyring.derive(f"summary {period.text}")
    release_id = f"{session.keyring.header.post}-{period.text.replace('..', '-')}"
    protection = protect(facts, seed, on_attack, tables=wanted, earlier=earlier)
    check_tables(session, protection.release)
    return Preview(
        period, release_id, session.today, protection, used, repeated=False,
        beside=_written(session), counted=facts.rows,
    )  # fmt: skip


def _written(session: Session) -> frozenset[str]:
    """Every release and extract that there is."""
    tables = {row.id for row in books.releases(session.store)}
    return frozenset(tables | {row.id for row in extracts.extracts(session.store)})


def _recorded(session: Session, preview: Preview) -> bool:
    """Whether this very release is recorded already.

    Raises:
        ReleasedMeanwhile: another one, or an extract, was recorded since the preview was made.
    """
    rows = books.releases(session.store)
    for row in rows:
        mine = (preview.release_id, preview.made_on.isoformat(), preview.release.to_json())
        if (row.id, row.made_on, row.published) == mine:
            return True
    if preview.beside != _written(session):
        raise ReleasedMeanwhile
    return False


@told_if_cut_off("summary")
def write_release(
    session: Session,
    preview: Preview,
    folder: Path,
    packed: Callable[[str], Mapping[str, bytes]] | None = None,
) -> list[Path]:
    """Write the files of a release into `folder` and record it in the vault; returns the files.

    They are written under temporary names, then the release is recorded, then they get their names: a folder
    that cannot hold them leaves the vault as it was. Should only the last step fail, the release is recorded
    and can be written again, to the letter.

    Raises:
        PeriodNotOver: the last day of the period has not passed; nothing is written.
        ReleasedMeanwhile: another release was recorded since the preview was made; nothing is written.
        DiskFull, NoWritePermission: no half file is left and nothing is recorded.
    """
    from shelter_app.reports.summary import summary_files, write_files

    session.require(Right.MAKE_SUMMARY)
    if preview.period.last >= session.today:
        raise PeriodNotOver(period=preview.period.text)
    _recorded(session, preview)
    header, journal = session.keyring.header, journal_then(session, preview.release_id)
    files = summary_files(
        preview.release, post=header.post, post_name=header.post_name, release_id=preview.release_id,
        made_on=preview.made_on, journal=journal,
    )  # fmt: skip
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}

    def note() -> None:
        with session.saving() as record:
            repeated = _recorded(session, preview)
            if not repeated:
                books.add_release(
                    session.store,
                    books.ReleaseRow(
                        preview.release_id, preview.period.first.isoformat(), preview.period.last.isoformat(),
                        session.now(), preview.made_on.isoformat(), session.user_id, preview.release.to_json(), preview.cases, digests,
                    ),
                    [(row.person, ledger.codes_of(row)) for row in preview.counted],
                )  # fmt: skip
            kept = (
                {}
                if repeated
                else {"ledger": ledger.digest_of(preview.release.to_json(), len(preview.counted))}
            )
            record(
                "summary.repeated" if repeated else "summary.released", preview.release_id,
                period=preview.period.text, files=digests, journal=journal, **kept,
            )  # fmt: skip

    # `packed` makes from where the journal ended what is written instead of the files that anybody can read.
    return list(write_files(folder, packed(journal) if packed else files, before_named=note))


def journal_then(session: Session, release_id: str) -> str:
    """Where the journal ended when the release was first made, so that it is written again to the letter."""
    made = session.journal.read(about=release_id, actions=["summary.released"], limit=1)
    return str(made[0].detail.get("journal", "")) if made else heads.current_head(session).digest


@dataclass(frozen=True)
class PublishedRelease:
    """A release that was made, for the list in the window."""

    id: str
    period: Period
    made_at: str
    made_by: str
    release: ProtectedRelease
    files: dict[str, str]


def past_releases(session: Session) -> list[PublishedRelease]:
    """Every release of this vault, newest first."""
    session.require(Right.MAKE_SUMMARY)
    return [
        PublishedRelease(
            row.id, period, row.made_at, session.user_name(row.made_by), ProtectedRelease.from_json(row.published),
            row.files,
        )
        for row in books.releases(session.store)
        for period in (ledger.period_of(row),)
    ]  # fmt: skip
