"""Sending figures: what somebody decided, done in one go, with the letter that goes beside it.

Tables come first: an extract of the same period is made to fit them. What is refused after something was written does
not take it back; it is told with what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from shelter_app.casework import pool
from shelter_app.casework.extract import extract_statement, office, preview_extract, write_extract
from shelter_app.casework.packages import parties, release_package, tables_statement
from shelter_app.casework.returning import told_if_cut_off
from shelter_app.casework.second_person import Confirmed, Statement, require_second
from shelter_app.casework.session import Session
from shelter_app.casework.summary import Preview, write_release
from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_app.exchange.pool_keys import PublicKey
from shelter_app.exchange.verify_model import CheckId
from shelter_app.vault.rights import Right
from shelter_i18n import N_

if TYPE_CHECKING:
    from shelter_app.anonymise.extract import Keep

__all__ = [
    "CODEBOOK",
    "PARTS",
    "NothingToSend",
    "OtherRoundPeriod",
    "Part",
    "Sending",
    "Sent",
    "parts_offered",
    "receivers",
    "release_files",
    "send",
    "statements",
]

Part = Literal["tables", "extract", "contribution", "letter"]
PARTS: Final[tuple[Part, ...]] = ("tables", "extract", "contribution", "letter")
#: The column names of the extract that the window makes; the command line offers others.
CODEBOOK: Final = "2024"
#: Hears which part is under way, and of tables which check of the finished package; it may raise to stop.
OnStep = Callable[[Part, CheckId | None], None]


class NothingToSend(ShelterError):
    """Nothing was chosen that could go."""

    message = N_(
        "Nothing is chosen that could be sent. Choose tables, an extract or a contribution to a pool."
    )
    exit_code = 135


class OtherRoundPeriod(ShelterError):
    """The round of the pool is about other days than what is being sent."""

    message = N_(
        "The round {round} is about {there}, not about {here}. Contribute to it on its own, or choose its period. "
        "Nothing has been written."
    )
    exit_code = 136


@dataclass(frozen=True)
class Sending:
    """What somebody decided to send, and to whom."""

    period: Period
    #: Name of a receiver whose key was compared; empty for readable files that stay in the office.
    receiver: str
    parts: frozenset[Part]
    #: The tables as they were looked at; None where they do not go.
    preview: Preview | None = None
    keep: Keep = "even"
    #: The roster of the round, where a contribution goes.
    roster: Path | None = None

    def has(self, part: Part) -> bool:
        """Whether this part goes."""
        return part in self.parts


@dataclass(frozen=True)
class Sent:
    """What was written, and which part was refused after others had been written."""

    files: tuple[Path, ...]
    #: Which of the files goes to whom, by name of the file.
    to: dict[str, str] = field(default_factory=dict)
    refused: tuple[tuple[Part, ShelterError], ...] = ()


def receivers(session: Session) -> tuple[PublicKey, ...]:
    """Those to whom something can be sent: their keys were compared at this post."""
    return tuple(key for key in pool.trusted_keys(session) if key.role == "receiver")


def parts_offered(session: Session) -> tuple[Part, ...]:
    """What this office can send; extracts only where it is a national one."""
    return PARTS if office(session) == "national" else tuple(part for part in PARTS if part != "extract")


def statements(session: Session, sending: Sending) -> tuple[Statement, ...]:
    """What a second person is asked to agree to.

    Raises:
        NothingToSend, ReceiverUnknown, NoOfficeKey, and what `casework.pool.look_at_round` refuses.
    """
    to = parties(session, sending.receiver)[0] if sending.receiver else None
    found = []
    if sending.has("tables") and sending.preview is not None:
        found.append(tables_statement(sending.preview.release, to))
    if sending.has("extract"):
        codebook, keep = _told(session, sending)
        found.append(extract_statement(sending.period, codebook, keep, to))
    if sending.has("contribution") and sending.roster is not None:
        found.append(pool.contribution_statement(pool.look_at_round(session, sending.roster)))
    if not found:
        raise NothingToSend
    return tuple(found)


def _told(session: Session, sending: Sending) -> tuple[str, str]:
    """How the records are told: as it was asked for, or, where the extract was made before, as it was then."""
    from shelter_app.casework.extract import past_extracts

    for row, past in past_extracts(session):
        if past == sending.period:
            return row.codebook, row.keep
    return CODEBOOK, sending.keep


def release_files(
    session: Session, preview: Preview, folder: Path, *, confirmed: Confirmed | None = None
) -> list[Path]:
    """Write the readable files of a release, as `casework.summary.write_release` does, once a second person agreed if need be.

    Raises:
        SecondPersonNeeded: nothing is written.
    """
    require_second(session, tables_statement(preview.release, None), confirmed)
    return write_release(session, preview, folder)


@told_if_cut_off("package")
def send(
    session: Session,
    sending: Sending,
    folder: Path,
    *,
    confirmed: Confirmed | None = None,
    on_step: OnStep | None = None,
) -> Sent:
    """Write what was decided into `folder`. Each part is written whole or not at all, and never readable for a receiver's part.

    Raises:
        whatever refuses the first part; nothing is written then. What refuses a later part is in `Sent.refused`.
    """
    session.require(Right.MAKE_SUMMARY)
    step = on_step or (lambda _part, _check: None)
    if sending.has("contribution") and sending.roster is not None:
        found = pool.look_at_round(session, sending.roster)
        if found.period != sending.period:
            raise OtherRoundPeriod(round=found.round, there=found.period.text, here=sending.period.text)
    for statement in statements(session, sending):
        require_second(session, statement, confirmed)
    files: list[Path] = []
    to: dict[str, str] = {}
    refused: list[tuple[Part, ShelterError]] = []
    writers: dict[Part, Callable[[], Sequence[tuple[Path, str]]]] = {
        "tables": lambda: _tables(session, sending, folder, confirmed, step),
        "extract": lambda: _extract(session, sending, folder, confirmed),
        "contribution": lambda: _contribution(session, sending, folder, confirmed),
    }
    for part, write in writers.items():
        if not sending.has(part):
            continue
        step(part, None)
        try:
            written = write()
        except ShelterError as error:
            if not files:
                raise
            refused.append((part, error))
            continue
        files += [path for path, _ in written]
        to |= {path.name: name for path, name in written if name}
    if sending.has("letter") and to:
        step("letter", None)
        try:
            files.append(_letter(session, sending, folder, files, to))
        except ShelterError as error:
            refused.append(("letter", error))
    return Sent(tuple(files), to, tuple(refused))


def _tables(
    session: Session, sending: Sending, folder: Path, confirmed: Confirmed | None, step: OnStep
) -> list[tuple[Path, str]]:
    preview = sending.preview
    if preview is None:
        raise NothingToSend
    if not sending.receiver:
        return [(path, "") for path in release_files(session, preview, folder, confirmed=confirmed)]
    path = release_package(
        session, preview, sending.receiver, folder, confirmed=confirmed, on_check=lambda check: step("tables", check)
    )  # fmt: skip
    return [(path, sending.receiver)]


def _extract(
    session: Session, sending: Sending, folder: Path, confirmed: Confirmed | None
) -> list[tuple[Path, str]]:
    preview = preview_extract(session, sending.period, codebook=CODEBOOK, keep=sending.keep)
    written = write_extract(session, preview, folder, receiver=sending.receiver, confirmed=confirmed)
    return [(path, sending.receiver) for path in written]


def _contribution(
    session: Session, sending: Sending, folder: Path, confirmed: Confirmed | None
) -> list[tuple[Path, str]]:
    if sending.roster is None:
        raise NothingToSend
    names = [key.id for key in pool.look_at_round(session, sending.roster).receivers]
    _made, written = pool.contribute(session, sending.roster, folder, confirmed=confirmed)
    return list(zip(written, names, strict=True))


def _letter(
    session: Session, sending: Sending, folder: Path, files: Sequence[Path], to: dict[str, str]
) -> Path:
    from shelter_app.reports.sending_letter import sending_letter_pdf
    from shelter_app.reports.summary import summary_stem, write_files

    header, own = session.keyring.header, pool.office_keys(session)
    known = {key.id: key.fingerprint for key in pool.trusted_keys(session)}
    names = list(dict.fromkeys(to.values()))
    stem = summary_stem(header.post, sending.period.text).removeprefix("summary-")
    data = sending_letter_pdf(
        post=header.post, post_name=header.post_name, period=sending.period, made_on=session.today,
        files={path.name: to[path.name] for path in files if path.name in to},
        office_fingerprint=own.public.fingerprint if own else "",
        receivers={name: known.get(name, "") for name in names},
    )  # fmt: skip
    return write_files(folder, {f"letter-{stem}-{'-'.join(names)}.pdf": data})[0]
