"""The coded facts that stay of an erased person, so that figures of earlier and later periods hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from shelter_app.casework.sealing import known_form
from shelter_app.casework.session import Session
from shelter_app.domain.kept_facts import CodedEntry, coarse_answers, coarse_text, last_outcomes
from shelter_app.domain.retention import coarse_day
from shelter_app.storage import books, cases, erasing, extracts
from shelter_app.storage import entries as rows

__all__ = ["coarsener", "facts_to_keep"]


def coarsener(session: Session) -> Callable[[dt.date], dt.date]:
    """How days are made coarse in this vault: to months, and never across a boundary of a report that was made."""
    edges: set[dt.date] = set()
    periods = [(row.first_day, row.last_day) for row in books.releases(session.store)]
    periods += [(row.first_day, row.last_day) for row in extracts.extracts(session.store)]
    for first, last in periods:
        edges.add(dt.date.fromisoformat(first))
        edges.add(dt.date.fromisoformat(last) + dt.timedelta(days=1))
    return lambda day: coarse_day(day, edges)


def facts_to_keep(session: Session, person_id: str) -> list[erasing.KeptCase]:
    """What stays of a person's cases, under new random ids that nothing leads to; needs no compartment key.

    Of each entry the newest coded answers stay, without members of staff and exact days. Of forms that this program
    does not know, nothing stays: it could not tell what is what.
    """
    coarsen = coarsener(session)
    stands_for = session.new_id()
    return [
        erasing.KeptCase(
            session.new_id(), stands_for, coarse_text(case.registered_on, coarsen), case.stage, case.identified,
            case.sex, case.age, case.citizenship, tuple(_entries(session, case.id, coarsen)),
        )
        for case in cases.cases_of_person(session.store, person_id)
    ]  # fmt: skip


def _entries(session: Session, case_id: str, coarsen: Callable[[dt.date], dt.date]) -> list[CodedEntry]:
    found = rows.entries_in_case(session.store, case_id)
    revisions = rows.revisions_by_id(session.store, [entry.head for entry in found])
    coded = [(r.form, r.form_version, r.coded) for r in (revisions[entry.head] for entry in found)]
    kept: list[CodedEntry] = []
    for form_id, version, answers in last_outcomes(coded, coarsen):
        declared = known_form(form_id, version)
        if declared is None:
            continue
        coarse = coarse_answers(declared, answers, coarsen)
        if coarse:
            kept.append((form_id, version, coarse))
    return sorted(kept, key=lambda entry: (entry[0], entry[1], sorted(entry[2])))
