"""Packages: a release that was made, encrypted to one receiver and signed by the office."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.casework.pool import office_keys, trusted_keys
from shelter_app.casework.session import Session
from shelter_app.casework.summary import journal_then
from shelter_app.domain.periods import Period
from shelter_app.exchange.package import ENDING, MANIFEST, SIGNATURE, sealed, signed
from shelter_app.exchange.package_errors import NoOfficeKey, NotReleased, ReceiverUnknown
from shelter_app.exchange.pool_keys import PoolKeys, PublicKey
from shelter_app.storage import books
from shelter_app.vault.rights import Right

__all__ = ["package_files", "write_package"]


def write_package(session: Session, period: Period, receiver: str, folder: Path) -> Path:
    """Write the package of a release for one receiver into `folder`; returns the file.

    It holds the figures that were recorded when the release was made, whatever has changed since.

    Args:
        session: an open vault.
        period: of a release that was made.
        receiver: name of a receiver whose key was compared and taken over (`casework.pool.trust_key`).
        folder: gets one encrypted file.

    Raises:
        NotYours: only who makes summaries.
        NotReleased, ReceiverUnknown, NoOfficeKey: nothing is written.
        DiskFull, NoWritePermission, DiskFailed: nothing is written and nothing recorded.
    """
    from shelter_app.reports.summary import summary_stem, write_files

    session.require(Right.MAKE_SUMMARY)
    row = next((row for row in books.releases(session.store) if _period(row) == period), None)
    if row is None:
        raise NotReleased(period=period.text)
    to = next((key for key in trusted_keys(session) if (key.role, key.id) == ("receiver", receiver)), None)
    if to is None:
        raise ReceiverUnknown(name=receiver)
    office = office_keys(session)
    if office is None:
        raise NoOfficeKey
    made_on, header = dt.date.fromisoformat(row.made_on), session.keyring.header
    files = package_files(
        ProtectedRelease.from_json(row.published), office, to, post=header.post, post_name=header.post_name,
        release_id=row.id, made_on=made_on, journal=journal_then(session, row.id),
    )  # fmt: skip
    name = f"{summary_stem(header.post, period.text)}-{receiver}{ENDING}"

    def note() -> None:
        with session.saving() as record:
            record("summary.packaged", row.id, period=period.text, to=receiver, fingerprint=to.fingerprint)

    written = write_files(folder, {name: sealed(files, made_on, to)}, before_named=note)
    return written[0]


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
