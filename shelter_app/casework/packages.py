"""Packages: a release encrypted to one receiver and signed by the office, checked as the receiver will before it exists."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path

from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.casework.pool import office_keys, trusted_keys
from shelter_app.casework.returning import told_if_cut_off
from shelter_app.casework.second_person import Confirmed, Statement, require_second
from shelter_app.casework.session import Session
from shelter_app.casework.summary import Preview, journal_then, write_release
from shelter_app.domain.periods import Period
from shelter_app.exchange.package import ENDING, MANIFEST, SIGNATURE, Opened, sealed, signed, tar_bytes
from shelter_app.exchange.package_errors import NoOfficeKey, NotReleased, PackageUnsound, ReceiverUnknown
from shelter_app.exchange.pool_keys import PoolKeys, PublicKey
from shelter_app.exchange.verify_model import CheckId, Report
from shelter_app.storage import books
from shelter_app.vault.rights import Right

__all__ = [
    "OnCheck",
    "package_files",
    "parties",
    "recorded",
    "release_package",
    "tables_statement",
    "write_package",
]

#: Hears which check of the finished package comes next, and may raise to stop.
OnCheck = Callable[[CheckId], None]


def tables_statement(release: ProtectedRelease, receiver: PublicKey | None) -> Statement:
    """What a second person confirms of tables: these very figures, for this key or for the office itself."""
    digest = hashlib.sha256(release.to_json().encode()).hexdigest()
    return Statement("tables", release.period.text, receiver.fingerprint if receiver else "", digest)


def parties(session: Session, receiver: str) -> tuple[PublicKey, PoolKeys]:
    """The receiver's key, which somebody compared, and the office's own.

    Raises:
        ReceiverUnknown, NoOfficeKey
    """
    to = next((key for key in trusted_keys(session) if (key.role, key.id) == ("receiver", receiver)), None)
    if to is None:
        raise ReceiverUnknown(name=receiver)
    office = office_keys(session)
    if office is None:
        raise NoOfficeKey
    return to, office


def recorded(session: Session, period: Period) -> tuple[books.ReleaseRow, ProtectedRelease]:
    """The release of a period that was made.

    Raises:
        NotReleased
    """
    row = next((row for row in books.releases(session.store) if _period(row) == period), None)
    if row is None:
        raise NotReleased(period=period.text)
    return row, ProtectedRelease.from_json(row.published)


@told_if_cut_off("package")
def write_package(
    session: Session,
    period: Period,
    receiver: str,
    folder: Path,
    *,
    confirmed: Confirmed | None = None,
    on_check: OnCheck | None = None,
) -> Path:
    """Write the package of a release for one receiver into `folder`; returns the file.

    It holds the figures that were recorded when the release was made, whatever has changed since.

    Args:
        session: an open vault.
        period: of a release that was made.
        receiver: name of a receiver whose key was compared and taken over (`casework.pool.trust_key`).
        folder: gets one encrypted file.
        confirmed: what a second person has agreed to, where the post wants one.
        on_check: hears of each check of the finished package.

    Raises:
        NotYours: only who makes summaries.
        NotReleased, ReceiverUnknown, NoOfficeKey, SecondPersonNeeded, PackageUnsound: nothing is written.
        DiskFull, NoWritePermission, DiskFailed: nothing is written and nothing recorded.
    """
    from shelter_app.reports.summary import write_files

    session.require(Right.MAKE_SUMMARY)
    row, release = recorded(session, period)
    to, office = parties(session, receiver)
    made_on = dt.date.fromisoformat(row.made_on)
    require_second(session, tables_statement(release, to), confirmed)
    packed = _packed(session, release, row.id, made_on, to, office, on_check)(journal_then(session, row.id))

    def note() -> None:
        _note(session, row.id, period, to, packed)

    return write_files(folder, packed, before_named=note)[0]


def release_package(
    session: Session,
    preview: Preview,
    receiver: str,
    folder: Path,
    *,
    confirmed: Confirmed | None = None,
    on_check: OnCheck | None = None,
) -> Path:
    """Record a release that was looked at and write nothing but its package; no file that others can read exists at any time.

    Raises:
        as `write_package` and `casework.summary.write_release`
    """
    session.require(Right.MAKE_SUMMARY)
    to, office = parties(session, receiver)
    require_second(session, tables_statement(preview.release, to), confirmed)
    make = _packed(session, preview.release, preview.release_id, preview.made_on, to, office, on_check)
    packed: dict[str, bytes] = {}

    def pack(journal: str) -> dict[str, bytes]:
        packed.update(make(journal))
        return packed

    [path] = write_release(session, preview, folder, pack)
    try:
        _note(session, preview.release_id, preview.period, to, packed)
    except BaseException:
        # What the journal does not know must not leave; the release is recorded and can be packed again.
        path.unlink(missing_ok=True)
        raise
    return path


def _note(session: Session, release_id: str, period: Period, to: PublicKey, packed: dict[str, bytes]) -> None:
    [data] = packed.values()
    with session.saving() as record:
        record(
            "summary.packaged", release_id, period=period.text, to=to.id, fingerprint=to.fingerprint,
            digest=hashlib.sha256(data).hexdigest(),
        )  # fmt: skip


def _packed(
    session: Session,
    release: ProtectedRelease,
    release_id: str,
    made_on: dt.date,
    to: PublicKey,
    office: PoolKeys,
    on_check: OnCheck | None,
) -> Callable[[str], dict[str, bytes]]:
    """What makes the one file of a package, by name, once it is known where the journal ended."""
    from shelter_app.reports.summary import summary_stem

    header = session.keyring.header
    name = f"{summary_stem(header.post, release.period.text)}-{to.id}{ENDING}"

    def pack(journal: str) -> dict[str, bytes]:
        files = package_files(
            release, office, to, post=header.post, post_name=header.post_name, release_id=release_id, made_on=made_on,
            journal=journal,
        )  # fmt: skip
        _refuse_unsound(name, files, made_on, to, office, on_check)
        return {name: sealed(files, made_on, to)}

    return pack


def _refuse_unsound(
    name: str,
    files: dict[str, bytes],
    made_on: dt.date,
    to: PublicKey,
    office: PoolKeys,
    on_check: OnCheck | None,
) -> None:
    """Check the files as their receiver will: re-counted, attacked by other code, every byte explained.

    Raises:
        PackageUnsound
    """
    from shelter_app.casework.package_check import verify_files

    report = Report(name)
    verify_files(report, Opened(name, files, tar_bytes(files, made_on)), to, [office.public], on_check)
    if report.findings:
        raise PackageUnsound(what=report.findings[0].check)


def package_files(
    release: ProtectedRelease,
    office: PoolKeys,
    receiver: PublicKey,
    *,
    post: str,
    post_name: str,
    release_id: str,
    made_on: dt.date,
    journal: str,
) -> dict[str, bytes]:
    """The files of a package and the office's signature; the same arguments give the same bytes."""
    from shelter_app.reports.summary import package_contents

    files = package_contents(
        release, post=post, post_name=post_name, release_id=release_id, made_on=made_on, journal=journal,
        office=party(office.public), receiver=party(receiver),
    )  # fmt: skip
    return files | {SIGNATURE: signed(files[MANIFEST], office)}


def party(key: PublicKey) -> dict[str, str]:
    """A public key as it stands in a manifest."""
    return {**dataclasses.asdict(key), "fingerprint": key.fingerprint}


def _period(row: books.ReleaseRow) -> Period:
    return Period(dt.date.fromisoformat(row.first_day), dt.date.fromisoformat(row.last_day))
