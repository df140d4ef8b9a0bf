"""Erasing a person: looked at, proposed by one, approved by another, carried out and certified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shelter_app.casework.erasure_backups import backup_places, backups_that_hold
from shelter_app.casework.erasure_care import erase_now, keep_list, sweep
from shelter_app.casework.erasure_proofs import proposed_by_its_author, sign_erasure
from shelter_app.casework.errors import (
    ErasureForged,
    ErasureHeld,
    ErasureNeedsAnother,
    ErasureOutdated,
    ErasureWaits,
    NoSuchCase,
    NoSuchProposal,
)
from shelter_app.casework.keeping_facts import facts_to_keep
from shelter_app.casework.people import all_names, find, likely_duplicates, person_name, person_values
from shelter_app.casework.registers import waiting_rows
from shelter_app.casework.retention import standing_of
from shelter_app.casework.session import Session
from shelter_app.domain.erasures import REASONS, WAYS
from shelter_app.domain.retention import Standing
from shelter_app.storage import cases, erasing
from shelter_app.storage import entries as rows
from shelter_app.storage.cases import CaseRow
from shelter_app.storage.erasing import ErasureRow, ProposalRow
from shelter_app.storage.store import Change, Changes
from shelter_app.vault.rights import Right, Role, may_with_keys

__all__ = [
    "Done",
    "Erasure",
    "Preview",
    "Proposal",
    "approve",
    "approvers",
    "certificate",
    "past_erasures",
    "preview",
    "proposals",
    "propose",
    "waiting_people",
    "withdraw",
]

#: From this likeness on, a row that waits is taken to be about a person (as when a register is brought in).
_SAME_FROM: Final = 0.9
#: So many other cases are named whose notes may speak of the person.
_MOST_NAMED: Final = 20
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Preview:
    """What an erasure would take and leave."""

    person_id: str
    name: str
    cases: tuple[CaseRow, ...]
    #: The person's entries, oldest first, as lists know them.
    entries: tuple[rows.EntryRow, ...]
    #: How many entries, revisions, drafts, attachments and rows of imports there are.
    counts: Mapping[str, int]
    #: How many coded answers would stay.
    facts: int
    standing: Standing
    #: Rows of registers that wait for a decision and may be about the person.
    waiting: int
    #: Numbers of other cases whose notes may name the person; somebody has to look.
    named_in: tuple[str, ...]
    #: What this was read from; another value says that something was added since.
    state: str


@dataclass(frozen=True)
class Proposal:
    """An erasure that waits for a second person."""

    id: str
    person_id: str
    name: str
    cases: tuple[CaseRow, ...]
    way: str
    reason: str
    proposed_at: dt.datetime
    proposed_by: str
    #: Whether the signed-in person proposed it, and so cannot approve it.
    mine: bool


@dataclass(frozen=True)
class Erasure:
    """An erasure that was carried out, for the list and the certificate."""

    row: ErasureRow
    erased_at: dt.datetime
    #: Role and sign-in name (initials) of the two.
    proposed_by: tuple[str, str]
    approved_by: tuple[str, str]


@dataclass(frozen=True)
class Done:
    """What `approve` did; `swept` says whether the traces in the files are cleared too."""

    erasures: tuple[Erasure, ...]
    changes: Changes
    swept: bool
    #: Folders into which the list of erasures could not be written.
    lists_missed: tuple[Path, ...] = ()


def _person(session: Session, person_id: str) -> list[CaseRow]:
    """The cases of a person, all of which the signed-in person may see."""
    mine = cases.cases_of_person(session.store, person_id)
    if not mine:
        raise NoSuchCase
    for case in mine:
        session.require_sight(case)
    return mine


def _state(mine: Sequence[CaseRow], counts: Mapping[str, int]) -> str:
    changed = ",".join(f"{case.id}:{case.change_no}" for case in sorted(mine, key=lambda c: c.id))
    return f"{changed};{counts['revisions']};{counts['attachments']}"


def preview(session: Session, person_id: str, *, waiting: Mapping[str, int] | None = None) -> Preview:
    """What erasing a person would take and leave; changes nothing.

    `waiting` is what `waiting_people` said; it is read where it is not at hand.

    Raises:
        NotYours: only who may propose an erasure, and sees every case of the person.
        NoSuchCase
    """
    session.require(Right.PROPOSE_ERASURE)
    mine = _person(session, person_id)
    values = person_values(session, [person_id]).get(person_id, {})
    found = {e.id: e for case in mine for e in rows.entries_of_case(session.store, case.id, person_id)}
    counts = erasing.count_parts(session.store, person_id)
    kept = facts_to_keep(session, person_id)
    of_cases = sum(
        sum(fact not in (None, ()) for fact in (k.sex, k.age, k.citizenship, k.identified)) + 1 for k in kept
    )
    waits = waiting if waiting is not None else waiting_people(session)
    return Preview(
        person_id, person_name(values), tuple(mine),
        tuple(sorted(found.values(), key=lambda e: (e.created_at, e.id))), counts,
        of_cases + sum(len(answers) for k in kept for _f, _v, answers in k.entries), standing_of(session, person_id),
        waits.get(person_id, 0), _named_in(session, all_names(values), {case.id for case in mine}),
        _state(mine, counts),
    )  # fmt: skip


def waiting_people(session: Session) -> dict[str, int]:
    """How many rows of registers that wait for a decision may be about a person, by person id."""
    found: dict[str, int] = {}
    for import_id in sorted({box[0] for box in erasing.waiting_boxes(session.store)}):
        from shelter_app.exchange.registers import filled_forms

        for row in waiting_rows(session, import_id).rows:
            likely = likely_duplicates(session, filled_forms(row)[0].values)
            for person_id in {each.person_id for each in likely if each.score >= _SAME_FROM}:
                found[person_id] = found.get(person_id, 0) + 1
    return found


def _named_in(session: Session, names: Sequence[str], mine: Collection[str]) -> tuple[str, ...]:
    numbers: set[str] = set()
    for name in names:
        hits = find(session, name, notes=True)
        numbers |= {row.number for row in hits.in_notes if row.case_id not in mine}
    return tuple(sorted(numbers)[:_MOST_NAMED])


def approvers(session: Session) -> tuple[str, ...]:
    """The names of the others who could approve what the signed-in person proposes."""
    return tuple(
        slot.name
        for slot in session.keyring.header.users
        if slot.id != session.user_id
        and not slot.disabled
        and may_with_keys(slot.role, Right.ERASE, slot.compartments)
    )


def propose(session: Session, person_ids: Sequence[str], *, way: str, reason: str) -> Changes:
    """Propose to erase these persons; nothing is erased before somebody else approves it. All or none.

    Raises:
        NotYours, NoSuchCase
        ErasureHeld: one of them is marked as not to be erased.
        ChangedMeanwhile: it is proposed already.
    """
    session.require(Right.PROPOSE_ERASURE)
    if way not in WAYS or reason not in REASONS:
        raise ValueError("unknown way or reason")
    held = erasing.holds(session.store)
    already = {row.person_id for row in erasing.open_proposals(session.store)}
    touched: list[str] = []
    with session.saving() as record:
        for person_id in dict.fromkeys(person_ids):
            mine = _person(session, person_id)
            if person_id in held:
                raise ErasureHeld
            if person_id in already:
                continue
            row = ProposalRow(
                session.new_id(), person_id, tuple(sorted(case.id for case in mine)), way, reason, session.now(),
                session.user_id,
            )  # fmt: skip
            erasing.add_proposal(session.store, row)
            record(
                "erasure.proposed", row.id, person=person_id, way=way, reason=reason, case=mine[0].id,
                signature=sign_erasure(session, row, "propose"),
            )  # fmt: skip
            touched += row.cases
    return _changes(touched)


def _changes(case_ids: Collection[str]) -> Changes:
    return Changes(tuple(Change(case_id, frozenset({"erasing"})) for case_id in case_ids))


def proposals(session: Session) -> list[Proposal]:
    """What is proposed and not decided on, oldest first, as far as the signed-in person may see its cases.

    Raises:
        NotYours: only who may propose an erasure.
    """
    session.require(Right.PROPOSE_ERASURE)
    found = []
    open_ones = erasing.open_proposals(session.store)
    people = person_values(session, [row.person_id for row in open_ones])
    for row in open_ones:
        mine = cases.cases_of_person(session.store, row.person_id)
        if mine and all(session.sees(case) for case in mine):
            found.append(
                Proposal(
                    row.id, row.person_id, person_name(people.get(row.person_id, {})), tuple(mine), row.way, row.reason,
                    dt.datetime.fromisoformat(row.proposed_at).astimezone(), session.user_name(row.proposed_by),
                    row.proposed_by == session.user_id,
                )
            )  # fmt: skip
    return found


def withdraw(session: Session, proposal_ids: Collection[str]) -> Changes:
    """Withdraw proposals: one's own, or anybody's for who may approve them. All or none.

    Raises:
        NoSuchProposal, NotYours
    """
    session.require(Right.PROPOSE_ERASURE)
    by_id = {row.id: row for row in erasing.open_proposals(session.store)}
    touched: list[str] = []
    with session.saving() as record:
        for proposal_id in proposal_ids:
            row = by_id.get(proposal_id)
            if row is None:
                raise NoSuchProposal
            if row.proposed_by != session.user_id:
                session.require(Right.ERASE)
            erasing.end_proposal(
                session.store, row.id, outcome="withdrawn", ended_at=session.now(), ended_by=session.user_id
            )
            record("erasure.withdrawn", row.id, person=row.person_id, case=row.cases[0])
            touched += row.cases
    return _changes(touched)


def approve(
    session: Session,
    states: Mapping[str, str],
    *,
    progress: Progress | None = None,
) -> Done:
    """Carry out proposals of others: each in one transaction with its journal line, then the traces in the files.

    `states` gives, by proposal, the `state` of the preview that was looked at. The list of erasures is written into
    the vault's folder and beside every backup that can be reached, which the certificates name.

    Raises:
        NotYours, NoSuchProposal, ErasureNeedsAnother, ErasureForged, ErasureHeld, ErasureOutdated, ErasureWaits: nothing of this
            and the following proposals is erased; those before it are.
        DiskFull: as above.
    """
    session.require(Right.ERASE)
    waiting, backups = waiting_people(session), backups_that_hold(session)
    gone: list[str] = []
    done: list[str] = []
    try:
        for number, (proposal_id, state) in enumerate(states.items()):
            certificate, cases_gone = _carry_out(session, proposal_id, state, waiting, backups)
            gone += cases_gone
            done.append(certificate)
            if progress:
                progress(number + 1, len(states))
    finally:
        missed = keep_list(session, backup_places(session)) if done else []
        swept = sweep(session, gone) if done else True
    by_id = {each.row.id: each for each in past_erasures(session)}
    changes = Changes(tuple(Change(case_id, frozenset({"case", "entry", "erasing"})) for case_id in gone))
    return Done(tuple(by_id[each] for each in done), changes, swept, tuple(missed))


def _carry_out(
    session: Session,
    proposal_id: str,
    state: str,
    waiting: Mapping[str, int],
    backups: Sequence[Mapping[str, str]],
) -> tuple[str, list[str]]:
    row = next((r for r in erasing.open_proposals(session.store) if r.id == proposal_id), None)
    if row is None:
        raise NoSuchProposal
    if row.proposed_by == session.user_id:
        raise ErasureNeedsAnother
    mine = _person(session, row.person_id)
    if row.person_id in erasing.holds(session.store):
        raise ErasureHeld
    counts = erasing.count_parts(session.store, row.person_id)
    if tuple(sorted(case.id for case in mine)) != row.cases or _state(mine, counts) != state:
        raise ErasureOutdated
    if waiting.get(row.person_id):
        raise ErasureWaits(count=waiting[row.person_id])
    if not proposed_by_its_author(session, row):
        raise ErasureForged
    with session.saving() as record:
        certificate, now = session.new_id(), session.now()
        counts["cases"] = len(mine)
        gone = erase_now(session, row.person_id, row.way)
        erasing.end_proposal(session.store, row.id, outcome="erased", ended_at=now, ended_by=session.user_id)
        record(
            "erasure.done", certificate, proposal=row.id, person=row.person_id, gone=gone, way=row.way,
            reason=row.reason, amount=counts, signature=sign_erasure(session, row, "approve"),
        )  # fmt: skip
        seq, mac = session.journal.head()
        erasing.add_erasure(
            session.store,
            ErasureRow(
                certificate, row.person_id, row.cases, row.way, row.reason, now, row.proposed_by, session.user_id,
                counts, tuple(backups), seq, mac.hex(),
            ),
        )  # fmt: skip
    return certificate, gone


def past_erasures(session: Session) -> list[Erasure]:
    """Every erasure of this vault, newest first; it names nobody who was erased.

    Raises:
        NotYours: only who may propose an erasure.
    """
    session.require(Right.PROPOSE_ERASURE)
    from shelter_app.storage.books import users

    roles = {user.id: user.role for user in users(session.store)}

    def who(user_id: str) -> tuple[str, str]:
        return roles.get(user_id, ""), session.user_name(user_id)

    return [
        Erasure(
            row,
            dt.datetime.fromisoformat(row.erased_at).astimezone(),
            who(row.proposed_by),
            who(row.approved_by),
        )
        for row in erasing.erasures(session.store)
    ]


def certificate(session: Session, erasure: Erasure, *, language: str) -> bytes:
    """The certificate of an erasure as a PDF; the same each time it is made.

    Raises:
        NotYours: only who may propose an erasure.
    """
    from shelter_app.casework.heads import head_words
    from shelter_app.reports.erasure_pdf import Certificate, HoldingBackup, erasure_pdf

    session.require(Right.PROPOSE_ERASURE)
    row, header = erasure.row, session.keyring.header

    def person(who: tuple[str, str]) -> tuple[str, str]:
        role, initials = who
        return (Role(role).label if role in set(Role) else "", initials)

    backups = [
        HoldingBackup(
            each["name"], dt.date.fromisoformat(each["made_on"]),
            dt.date.fromisoformat(each["expires_on"]) if each["expires_on"] else None,
        )
        for each in row.backups
    ]  # fmt: skip
    return erasure_pdf(
        Certificate(
            row.id, header.post, header.post_name, erasure.erased_at.date(), row.way, row.reason, row.counts,
            person(erasure.proposed_by), person(erasure.approved_by), row.journal_seq, head_words(row.journal_mac),
            backups,
        ),
        language=language,
    )  # fmt: skip
