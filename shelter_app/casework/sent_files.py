"""Files that this office has sent: knowing one again to the byte, and checking once more what is in it.

A package opens with the receiver's key alone, so the office cannot look into its own. Its journal keeps a digest of each,
and what was packed can be packed again to the letter.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shelter_app.casework.package_check import verify_files
from shelter_app.casework.packages import OnCheck, package_files, parties, recorded
from shelter_app.casework.session import Session
from shelter_app.casework.summary import journal_then
from shelter_app.domain.periods import Period
from shelter_app.exchange.package import Opened, tar_bytes
from shelter_app.exchange.verify_model import Report
from shelter_app.vault.rights import Right

__all__ = ["Known", "check_again", "known_file"]

_KINDS: Final = {
    "summary.packaged": "tables",
    "summary.extracted": "extract",
    "summary.extract_repeated": "extract",
}
_ALL: Final = 1_000_000


@dataclass(frozen=True)
class Known:
    """A file of which the journal of this vault knows that it was written here, to the byte."""

    #: "tables" or "extract".
    kind: str
    period: str
    to: str
    #: Of the key that opens it.
    fingerprint: str
    at: str
    by: str


def known_file(session: Session, path: Path) -> Known | None:
    """What the journal says of a file that this office has sent; None where it has not written these very bytes.

    Raises:
        NotYours: only who makes summaries.
        OSError: it cannot be read.
    """
    session.require(Right.MAKE_SUMMARY)
    if path.is_dir():
        return None
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    for line in session.journal.read(actions=list(_KINDS), limit=_ALL):
        if line.detail.get("digest") == digest:
            said = {name: str(line.detail.get(name, "")) for name in ("period", "to", "fingerprint")}
            return Known(_KINDS[line.action], **said, at=line.at, by=session.user_name(line.actor))
    return None


def check_again(session: Session, known: Known, on_check: OnCheck | None = None) -> Report | None:
    """Every check of the receiver on what an own package holds, by itself; None where it cannot be packed again to the letter.

    That is so for extracts, and after the receiver or the office has taken another key.

    Raises:
        NotReleased, ReceiverUnknown, NoOfficeKey
    """
    if known.kind != "tables":
        return None
    to, office = parties(session, known.to)
    if to.fingerprint != known.fingerprint:
        return None
    row, release = recorded(session, Period.parse(known.period))
    made_on, header = dt.date.fromisoformat(row.made_on), session.keyring.header
    files = package_files(
        release, office, to, post=header.post, post_name=header.post_name, release_id=row.id, made_on=made_on,
        journal=journal_then(session, row.id),
    )  # fmt: skip
    report = Report(known.period)
    verify_files(
        report, Opened(known.period, files, tar_bytes(files, made_on)), to, [office.public], on_check
    )
    return report
