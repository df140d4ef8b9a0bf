"""The periodic summary: coded facts of a period, protected, previewed, written, and recorded.

Which case belongs to a period, and from what it is counted: docs/decisions/004-summary-tables.md. A date of
which only the month or the year is known counts on its first day, so that disjoint periods never count a
registration twice and never leave one out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shelter_app.anonymise.coded import CodedFacts, CodeList, CodeLists, PersonRow, merge_persons
from shelter_app.anonymise.release import ProtectedRelease, Protection
from shelter_app.casework import heads
from shelter_app.casework.case_facts import date_of
from shelter_app.casework.errors import PeriodNotOver, PeriodOverlaps
from shelter_app.casework.returning import told_if_cut_off
from shelter_app.casework.session import Session
from shelter_app.domain.codelists import code_list, is_country
from shelter_app.domain.partial_date import PartialDate
from shelter_app.domain.periods import Period
from shelter_app.storage import books, cases, erasing
from shelter_app.storage.cases import CaseRow
from shelter_app.vault.rights import Right

__all__ = ["Preview", "PublishedRelease", "coded_facts", "make_preview", "past_releases", "write_release"]

#: Stages of a return with which a person has left this post.
_LEFT_WITH: Final = ("handover", "reintegration", "closure")
_FORMS: Final = ("experience", "service", "return_step", "closure")


def code_lists() -> CodeLists:
    """The code lists that a summary counts by, in their present versions."""

    def of(name: str) -> CodeList:
        found = code_list(name)
        return CodeList(name, str(found.version), tuple(found.codes))

    return CodeLists(
        types=of("exploitation_types"), means=of("means_of_control"), services=of("service_kinds"),
        return_stages=of("return_stages"), return_outcomes=of("return_outcomes"),
    )  # fmt: skip


@dataclass
class _Known:
    """What the entries of one case say that a summary counts."""

    types: set[str] = field(default_factory=set)
    means: set[str] = field(default_factory=set)
    exploited_in: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    #: Services of which nobody wrote down the day.
    undated: set[str] = field(default_factory=set)
    stages: set[str] = field(default_factory=set)
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    active: bool = False
    closed_on: dt.date | None = None
    left_on: dt.date | None = None


def _first_day(text: str) -> dt.date | None:
    """The first day that an ISO 8601 text of any precision can mean."""
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    return dt.date(parts[0], (*parts, 1)[1], (*parts, 1, 1)[2])


def _counted_on(stored: Any) -> dt.date | None:
    if not stored:
        return None
    date = PartialDate.from_json(stored)
    return _first_day((date.start or date).iso())


def coded_facts(session: Session, period: Period) -> tuple[CodedFacts, tuple[str, ...]]:
    """The immutable table of codes that the protection is given, and the cases that it was made from."""
    codes = code_lists()
    known = _read_entries(session, period, codes)
    rows: list[PersonRow] = []
    used: list[str] = []
    for page in cases.cases_changed_since(session.store, 0, size=2000):
        for case in page:
            row = _row(case, known.get(case.id, _Known()), period)
            if row is not None:
                rows.append(row)
                used.append(case.id)
    for row, kept_id in _kept_rows(session, period, codes):
        rows.append(row)
        used.append(kept_id)
    return CodedFacts(merge_persons(rows, codes), period, codes), tuple(sorted(used))


def _kept_rows(session: Session, period: Period, codes: CodeLists) -> Iterator[tuple[PersonRow, str]]:
    """What erased cases add: their coded facts lie apart, with months for dates, and count as they did before."""
    for page in erasing.kept_cases(session.store):
        for kept in page:
            known = _Known()
            for form, _version, coded in kept.entries:
                if form in _FORMS:
                    _count(known, form, coded, period, codes)
            row = _row(kept, known, period)
            if row is not None:
                yield row, kept.id


def _read_entries(session: Session, period: Period, codes: CodeLists) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for page in books.coded_entries(session.store, _FORMS):
        for case_id, _entry, form, coded in page:
            _count(found.setdefault(case_id, _Known()), form, coded, period, codes)
    return found


def _codes(answer: Any, allowed: Callable[[str], bool]) -> set[str]:
    """The codes of an answer, one or several, that are allowed."""
    return {
        str(code)
        for code in (answer if isinstance(answer, list) else [answer])
        if code and allowed(str(code))
    }


def _count(known: _Known, form: str, coded: Mapping[str, Any], period: Period, codes: CodeLists) -> None:
    if form == "experience":
        known.types |= set(coded.get("types") or ()) & set(codes.types.codes)
        known.means |= set(coded.get("means") or ()) & set(codes.means.codes)
        country = coded.get("exploitation_country")
        known.exploited_in |= _codes(country, is_country)
    elif form == "service":
        given_on = _counted_on(coded.get("given_on"))
        if coded.get("status") not in (None, "given"):
            return
        if given_on is None:
            known.undated |= _codes(coded.get("service_kind"), codes.services.codes.__contains__)
        elif period.contains(given_on):
            known.services |= _codes(coded.get("service_kind"), codes.services.codes.__contains__)
            known.active = True
    elif form == "return_step":
        done_on = _counted_on(coded.get("done_on") or coded.get("departed_on"))
        if done_on and coded.get("stage") in _LEFT_WITH:
            known.left_on = max(done_on, known.left_on or done_on)
        if done_on and period.contains(done_on):
            known.stages |= _codes(coded.get("stage"), codes.return_stages.codes.__contains__)
            if coded.get("outcome") in codes.return_outcomes.codes:
                known.outcomes.append((done_on.isoformat(), coded["outcome"]))
            known.active = True
    elif form == "closure":
        ended = _counted_on(coded.get("closed_on")) or _counted_on(coded.get("left_on"))
        if ended and coded.get("destination") != "still_here":
            known.closed_on = max(ended, known.closed_on) if known.closed_on else ended


def _row(case: CaseRow | erasing.KeptCase, known: _Known, period: Period) -> PersonRow | None:
    """What a case adds to the period, or None where it does not belong to it.

    A case is new where it was registered in the period, and continuing where it was registered before and
    has neither been closed nor ended with a journey home before the first day of the period, or had a service
    or a return step in it. A service of which nobody wrote down the day counts with the registration.
    """
    registered = date_of(case.registered_on)
    day = _first_day(registered.iso()) if registered else None
    if day is None or day > period.last:
        return None
    new = day >= period.first
    ended = min((day for day in (known.closed_on, known.left_on) if day), default=None)
    still_open = ended is None or ended >= period.first
    if not new and not still_open and not known.active:
        return None
    order = code_list("return_stages").codes
    return PersonRow(
        person=case.person_id,
        new=new,
        sex=case.sex or "unknown",
        age=case.age if case.age is not None and case.age <= 120 else None,
        citizenships=tuple(sorted(c for c in case.citizenship if is_country(c))),
        exploited_in=tuple(sorted(known.exploited_in)),
        types=tuple(sorted(known.types)),
        means=tuple(sorted(known.means)),
        services=tuple(sorted(known.services | (known.undated if new else set()))),
        return_stage=max(known.stages, key=order.index, default=None),
        return_outcome=max(known.outcomes, default=(None, None))[1],
    )


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

    @property
    def release(self) -> ProtectedRelease:
        """The figures for the receiver."""
        return self.protection.release


def make_preview(session: Session, period: Period, on_attack: Callable[[int], None] | None = None) -> Preview:
    """Protected figures of a period; writes nothing.

    A period that was released before gives the figures of then. `on_attack` hears how many attacks were
    tried and may raise to stop.

    Raises:
        PeriodOverlaps: the period overlaps an earlier release in part.
        NotYours
    """
    from shelter_app.anonymise.protect import protect

    session.require(Right.MAKE_SUMMARY)
    earlier = list(_periods(session))
    for row, past in earlier:
        if past == period:
            release = ProtectedRelease.from_json(row.published)
            return Preview(
                period,
                row.id,
                dt.date.fromisoformat(row.made_on),
                Protection(release),
                row.cases,
                repeated=True,
            )
    for _, past in earlier:
        if past.overlap(period) != "apart":
            raise PeriodOverlaps(period=period.text, earlier=past.text)
    facts, used = coded_facts(session, period)
    seed = session.keyring.derive(f"summary {period.text}")
    release_id = f"{session.keyring.header.post}-{period.text.replace('..', '-')}"
    return Preview(period, release_id, session.today, protect(facts, seed, on_attack), used, repeated=False)


def _periods(session: Session) -> Iterator[tuple[books.ReleaseRow, Period]]:
    for row in books.releases(session.store):
        yield row, Period(dt.date.fromisoformat(row.first_day), dt.date.fromisoformat(row.last_day))


def _recorded(session: Session, preview: Preview) -> bool:
    """Whether this very release is recorded already.

    Raises:
        PeriodOverlaps: another one was recorded since the preview was made.
    """
    for row, past in _periods(session):
        if past == preview.period:
            mine = (preview.release_id, preview.made_on.isoformat(), preview.release.to_json())
            if (row.id, row.made_on, row.published) == mine:
                return True
        if past.overlap(preview.period) != "apart":
            raise PeriodOverlaps(period=preview.period.text, earlier=past.text)
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
        PeriodOverlaps: another release was recorded since the preview was made; nothing is written.
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
                )  # fmt: skip
            record(
                "summary.repeated" if repeated else "summary.released", preview.release_id,
                period=preview.period.text, files=digests, journal=journal,
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
        for row, period in _periods(session)
    ]  # fmt: skip
