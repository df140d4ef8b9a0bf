"""The journal as a PDF for supervisors and authorities: the lines of a chosen filter, no value of any case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shelter_app.casework import heads
from shelter_app.casework.errors import ReportTooLong
from shelter_app.casework.journal import JournalFilter, JournalLine, all_lines
from shelter_app.casework.journal_words import ACTIONS, KIND_LABELS, SHEETS
from shelter_app.casework.session import Session
from shelter_app.storage import cases
from shelter_app.vault.folder import atomic_write
from shelter_app.vault.rights import Right
from shelter_i18n import N_

if TYPE_CHECKING:
    from shelter_app.reports.bilingual import Both
    from shelter_app.reports.journal_pdf import PrintedLine

__all__ = ["MOST_LINES", "write_journal_report"]

#: About 400 pages; of more, a period, a person or a case is to be chosen.
MOST_LINES: Final = 20_000


def write_journal_report(
    session: Session,
    path: Path,
    wanted: JournalFilter | None = None,
    *,
    language: str = "zh",
    most: int = MOST_LINES,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the lines that a filter leaves as PDF, record that it was written, and return their number.

    The report says with number and six words where the journal ended. Where that it was written cannot be
    recorded, no file is left.

    Raises:
        NotYours: the role does not allow reading the journal, or the case is not for this person.
        ReportTooLong: more than `most` lines; nothing was written.
        DiskFull, NoWritePermission, DiskFailed: nothing was written.
    """
    from shelter_app.reports.journal_pdf import PrintedJournal, journal_pdf

    session.require(Right.READ_JOURNAL)
    wanted = wanted or JournalFilter()
    head = heads.current_head(session)
    upto = session.journal.last_arrived()
    found: list[PrintedLine] = []
    for page in all_lines(session, wanted, upto=upto):
        found += [_printed(line) for line in page]
        if len(found) > most:
            raise ReportTooLong(most=most)
        if progress is not None:
            progress(len(found), 0)
    about = PrintedJournal(
        post=session.keyring.header.post_name or session.keyring.header.post, chosen=_chosen(session, wanted),
        head=head.number, words=heads.head_words(head.digest), made_by=session.keyring.name,
        made_at=session.clock().astimezone(),
    )  # fmt: skip
    atomic_write(path, journal_pdf(about, found, language=language))
    try:
        with session.saving() as record:
            record(
                "journal.reported", session.keyring.vault_id, lines=len(found), kind_wanted=wanted.kind,
                actor=wanted.actor or "", case=wanted.case_id or "",
            )  # fmt: skip
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return len(found)


def _printed(line: JournalLine) -> PrintedLine:
    from shelter_app.reports.bilingual import Both, both
    from shelter_app.reports.journal_pdf import PrintedLine

    what = both(ACTIONS[line.action]) if line.action in ACTIONS else Both(line.action, line.action)
    who = both(SHEETS) if line.by_sheets else Both(line.actor, line.actor)
    about = both(N_("a restricted case")) if line.withheld else Both(line.about, line.about)
    return PrintedLine(str(line.seq), line.at, who, what, about)


def _chosen(session: Session, wanted: JournalFilter) -> list[tuple[Both, Both]]:
    """The filter in words of both languages."""
    from shelter_app.reports.bilingual import Both, both
    from shelter_app.reports.journal_pdf import day_words

    rows = [(both(N_("What")), both(KIND_LABELS[wanted.kind]))]
    if wanted.actor is not None:
        name = session.user_name(wanted.actor)
        rows.append((both(N_("Who")), Both(name, name)))
    if wanted.case_id is not None:
        case = cases.case(session.store, wanted.case_id)
        if case is not None:
            rows.append((both(N_("Case")), Both(case.number, case.number)))
    if wanted.first_day is not None:
        rows.append((both(N_("From")), day_words(wanted.first_day)))
    if wanted.last_day is not None:
        rows.append((both(N_("To")), day_words(wanted.last_day)))
    return rows
