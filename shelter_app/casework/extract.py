"""The record extract of a period: whether this office makes any, made, checked as a file, written, and recorded."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from shelter_app.anonymise.extract_columns import CODEBOOKS
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.casework.errors import PeriodNotOver, PeriodOverlaps
from shelter_app.casework.extract_facts import record_facts
from shelter_app.casework.packages import parties
from shelter_app.casework.returning import told_if_cut_off
from shelter_app.casework.second_person import Confirmed, Statement, require_second
from shelter_app.casework.session import Session
from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_app.exchange.package import ENDING, sealed, signed_list
from shelter_app.exchange.pool_keys import PublicKey
from shelter_app.storage import books, extracts
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right
from shelter_i18n import N_

if TYPE_CHECKING:
    from shelter_app.anonymise.extract import Extract, Keep, Kept

__all__ = [
    "OFFICES",
    "OFFICE_WORDS",
    "ExtractOutdated",
    "ExtractPreview",
    "ExtractUnsafe",
    "ExtractsOff",
    "Office",
    "TablesBesideExtract",
    "check_tables",
    "extract_statement",
    "office",
    "past_extracts",
    "preview_extract",
    "set_office",
    "write_extract",
]

#: The settings of the vault stand under no user.
_VAULT: Final = ""
_KEY: Final = "office"
Office = Literal["post", "national"]
OFFICES: Final[tuple[Office, ...]] = ("post", "national")
#: What each kind of office means, for whoever decides.
OFFICE_WORDS: Final[dict[Office, str]] = {
    "post": N_(
        "This vault belongs to a single post. It makes summary tables, no extracts: of the few persons of one post, "
        "records would say either too much or nothing."
    ),
    "national": N_(
        "This vault belongs to a national office that brings the cases of several posts together. It makes summary "
        "tables and extracts of records, in which every row occurs at least eleven times."
    ),
}


class ExtractsOff(ShelterError):
    """This office makes no extracts, as long as nobody who may decide it says otherwise."""

    message = N_(
        "This vault belongs to a single post, and posts make no extracts of records: of so few persons they would say "
        "either too much or nothing. Send the summary tables. If this is a national office, a supervisor or "
        "administrator can say so: shelter-app summary office DIR national"
    )
    exit_code = 117


class ExtractOutdated(ShelterError):
    """Tables or an extract of the period were recorded since the preview was made."""

    message = N_(
        "Tables or an extract of {period} were made since this extract was looked at. Nothing has been written. "
        "Make it again: it has to fit what has left the office."
    )
    exit_code = 118


class TablesBesideExtract(ShelterError):
    """Together with the extract of the period that was made before, these tables would show something."""

    message = N_(
        "No tables were made: together with the extract of {period} that was made before, they would show small "
        "figures. Make tables for a period that lies apart, or leave it at the extract."
    )
    exit_code = 119


class ExtractUnsafe(ShelterError):
    """The finished file did not pass the check that reads it as a stranger would."""

    message = N_(
        "No extract was made: it did not pass its own check. Nothing has been written. Report this: it is a fault of "
        "the program, not of your entries."
    )
    exit_code = 120


def office(session: Session) -> Office:
    """What kind of office this vault belongs to; a post unless somebody decided otherwise."""
    kept = books.get_setting(session.store, _VAULT, _KEY)
    return "national" if kept == "national" else "post"


def set_office(session: Session, kind: Office) -> Changes:
    """Decide what kind of office this vault belongs to; a line of the journal.

    Raises:
        NotYours: only who changes the settings of the vault.
        ValueError: there is no such kind.
    """
    session.require(Right.CHANGE_SETTINGS)
    if kind not in OFFICES:
        raise ValueError("unknown kind of office")
    before = office(session)
    if kind == before:
        return Changes()
    with session.saving() as record:
        books.set_setting(session.store, _VAULT, _KEY, kind)
        record("settings.office", session.keyring.vault_id, before=before, after=kind)
    return Changes.of(None, "office")


@dataclass(frozen=True)
class ExtractPreview:
    """An extract that could be written, its files to the letter, and what it cost."""

    period: Period
    extract_id: str
    codebook: str
    keep: str
    cases: tuple[str, ...]
    files: dict[str, bytes]
    rows: int
    #: The tables that it was made to fit, if there are any.
    tables: str | None
    #: None where the extract was made before: it is written again as it was, whatever was asked for this time.
    kept: Kept | None

    @property
    def repeated(self) -> bool:
        """It was written before: the same files are written again, whatever has changed since."""
        return self.kept is None


def preview_extract(
    session: Session, period: Period, *, codebook: str = CODEBOOKS[0], keep: Keep = "even"
) -> ExtractPreview:
    """The extract of a period, protected and checked; writes nothing.

    A period of which there are tables is told from the same cases, and nothing that both together would give away.

    Raises:
        ExtractsOff: this office makes none.
        PeriodOverlaps: the period covers part of one of which tables or an extract were made.
        OfficeTooSmall, GivesTablesAway, TablesDiffer: no extract of this period is safe; the sentence says what helps.
        NotYours
    """
    from shelter_app.anonymise.extract_beside import make_beside
    from shelter_app.anonymise.extract_check import check_extract
    from shelter_app.reports.extract_csv import extract_csv, extract_files

    session.require(Right.MAKE_SUMMARY)
    if office(session) != "national":
        raise ExtractsOff
    earlier = _earlier(session, period)
    tables = _tables(session, period)
    if earlier is not None:
        files = extracts.extract_files(session.store, earlier.id)
        return ExtractPreview(
            period, earlier.id, earlier.codebook, earlier.keep, earlier.cases, files,
            len(_published(session, earlier, period).order), tables.id if tables else None, kept=None,
        )  # fmt: skip
    facts, used = record_facts(session, period, set(tables.cases) if tables else None)
    release = ProtectedRelease.from_json(tables.published) if tables else None
    seed = session.keyring.derive(f"extract {period.text}")
    made = make_beside(release, facts, seed, codebook=codebook, keep=keep)
    text_of_file = extract_csv(made.extract)
    if not check_extract(text_of_file).held:
        raise ExtractUnsafe
    extract_id = f"extract-{session.random(6).hex()}"
    files = extract_files(
        made.extract,
        text_of_file,
        post=session.keyring.header.post,
        extract_id=extract_id,
        made_on=session.today,
    )
    return ExtractPreview(
        period, extract_id, codebook, keep, used, files, len(made.extract.order), tables.id if tables else None,
        made.kept,
    )  # fmt: skip


def past_extracts(session: Session) -> list[tuple[extracts.ExtractRow, Period]]:
    """Every extract of this vault with its period, newest first.

    Raises:
        NotYours: the role does not allow making summaries.
    """
    session.require(Right.MAKE_SUMMARY)
    return list(_periods(session))


def _periods(session: Session) -> Iterator[tuple[extracts.ExtractRow, Period]]:
    for row in extracts.extracts(session.store):
        yield row, Period(dt.date.fromisoformat(row.first_day), dt.date.fromisoformat(row.last_day))


def _earlier(session: Session, period: Period) -> extracts.ExtractRow | None:
    """The extract of this very period, if it was made before.

    Raises:
        PeriodOverlaps: one of another period has days in common with it.
    """
    found = None
    for row, past in _periods(session):
        if past == period:
            found = row
        elif past.overlap(period) != "apart":
            raise PeriodOverlaps(period=period.text, earlier=past.text)
    return found


def _tables(session: Session, period: Period) -> books.ReleaseRow | None:
    """The tables of this very period, if they were made before.

    Raises:
        PeriodOverlaps: tables of another period have days in common with it; nobody can tell what both tell together.
    """
    found = None
    for row in books.releases(session.store):
        past = Period(dt.date.fromisoformat(row.first_day), dt.date.fromisoformat(row.last_day))
        if past == period:
            found = row
        elif past.overlap(period) != "apart":
            raise PeriodOverlaps(period=period.text, earlier=past.text)
    return found


def extract_statement(period: Period, codebook: str, keep: str, receiver: PublicKey | None) -> Statement:
    """What a second person confirms of an extract: its period, how records are told, and for whose key it is."""
    return Statement("extract", period.text, receiver.fingerprint if receiver else "", f"{codebook} {keep}")


@told_if_cut_off("summary")
def write_extract(
    session: Session,
    preview: ExtractPreview,
    folder: Path,
    *,
    receiver: str = "",
    confirmed: Confirmed | None = None,
) -> list[Path]:
    """Write the files of an extract into `folder` and record it in the vault; returns the files.

    They are written under temporary names, then the extract is recorded, then they get their names: a folder that
    cannot hold them leaves the vault as it was. For a receiver it is one file, signed and encrypted, and no other exists.

    Raises:
        PeriodNotOver: the last day of the period has not passed; nothing is written.
        SecondPersonNeeded, ReceiverUnknown, NoOfficeKey: nothing is written.
        PeriodOverlaps, ExtractOutdated: tables or another extract were recorded since; nothing is written.
        DiskFull, NoWritePermission: no half file is left and nothing is recorded.
    """
    from shelter_app.reports.summary import write_files

    session.require(Right.MAKE_SUMMARY)
    if office(session) != "national":
        raise ExtractsOff
    if preview.period.last >= session.today:
        raise PeriodNotOver(period=preview.period.text)
    _fits(session, preview)
    to, office_key = parties(session, receiver) if receiver else (None, None)
    require_second(session, extract_statement(preview.period, preview.codebook, preview.keep, to), confirmed)
    files = dict(preview.files)
    if to is not None and office_key is not None:
        name = f"{next(iter(files)).removesuffix('.csv').removesuffix('-notes.json')}-{to.id}{ENDING}"
        files = {name: sealed(signed_list(preview.files, office_key, to), _made_in(preview.files), to)}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in preview.files.items()}

    def note() -> None:
        with session.saving() as record:
            earlier = _fits(session, preview)
            if earlier is None:
                extracts.add_extract(
                    session.store,
                    extracts.ExtractRow(
                        preview.extract_id, preview.period.first.isoformat(), preview.period.last.isoformat(),
                        session.now(), session.user_id, preview.codebook, preview.keep, preview.cases, digests,
                    ),
                    preview.files,
                )  # fmt: skip
            record(
                "summary.extract_repeated" if earlier else "summary.extracted", preview.extract_id,
                period=preview.period.text, files=digests, **_where_to(to, files),
            )  # fmt: skip

    return list(write_files(folder, files, before_named=note))


def _made_in(files: Mapping[str, bytes]) -> dt.date:
    """The month that the notes tell, as its first day: the archive tells no other time."""
    [notes] = (data for name, data in files.items() if name.endswith(".json"))
    return dt.date.fromisoformat(f"{json.loads(notes)['made_in']}-01")


def _where_to(to: PublicKey | None, files: Mapping[str, bytes]) -> dict[str, str]:
    """What the journal says of an encrypted extract: whose key opens it, and a digest of the file."""
    if to is None:
        return {}
    [data] = files.values()
    return {"to": to.id, "fingerprint": to.fingerprint, "digest": hashlib.sha256(data).hexdigest()}


def _fits(session: Session, preview: ExtractPreview) -> extracts.ExtractRow | None:
    """The record of this very extract, if it was made before.

    Raises:
        PeriodOverlaps, ExtractOutdated: what has left the office is not what the preview was made to fit.
    """
    earlier, tables = _earlier(session, preview.period), _tables(session, preview.period)
    made_before = preview.extract_id if preview.repeated else None
    if (earlier.id if earlier else None) != made_before:
        raise ExtractOutdated(period=preview.period.text)
    if not preview.repeated and (tables.id if tables else None) != preview.tables:
        raise ExtractOutdated(period=preview.period.text)
    return earlier


def _published(session: Session, row: extracts.ExtractRow, period: Period) -> Extract:
    """An extract as it left the office."""
    from shelter_app.reports.extract_csv import read_extract

    files = extracts.extract_files(session.store, row.id)
    (text,) = (data.decode("utf-8") for name, data in files.items() if name.endswith(".csv"))
    return read_extract(text, period, codebook=row.codebook, keep=row.keep)


def check_tables(session: Session, release: ProtectedRelease) -> None:
    """Pass if tables tell nothing together with the extracts that were made before; for whoever makes tables.

    Raises:
        PeriodOverlaps: their period covers part of that of an extract.
        TablesBesideExtract: they and the extract of the same period would show small figures.
    """
    from shelter_app.anonymise.extract_joint import joint_findings

    earlier = _earlier(session, release.period)
    if earlier is not None and joint_findings(_published(session, earlier, release.period), release):
        raise TablesBesideExtract(period=release.period.text)
