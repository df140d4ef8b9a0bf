"""A vault with very many cases, written fast and kept between runs.

It is written through the functions of storage and sealing, 1,000 cases a transaction, without the checks and
re-readings of a save by hand. Ids rise in the order of writing, because 100,000 cases in random order would write
every page of the file many times; numbers, dates and changes are in another, random order, as in a vault that
has grown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shelter_app.casework.people import catch_up
from shelter_app.casework.sealing import seal_revision
from shelter_app.casework.session import Session
from shelter_app.casework.users import new_user
from shelter_app.casework.vaults import create_vault, open_vault
from shelter_app.domain import case_number
from shelter_app.domain.forms import Form, form, projections, stage_reached, typed_columns
from shelter_app.domain.partial_date import PartialDate
from shelter_app.storage import cases
from shelter_app.storage import entries as rows
from shelter_app.storage.store import SCHEMA_VERSION, set_meta
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Role
from tests.bench.people import person

__all__ = ["PASSWORD", "USER", "USERS", "BigVault", "cached_vault", "copy_of", "make_vault"]

#: Raise it whenever another vault would be written.
GENERATOR: Final = 3
SEED: Final = 20260312
USER, PASSWORD = "LM", "seven calm herons cross"
#: Everybody who can sign in, with the same password: the creator sees all, the others less.
USERS: Final = {USER: Role.ADMINISTRATOR, "CW": Role.CASEWORKER, "RO": Role.REPORTING_OFFICER}
_POST, _LETTER = "KM", "A"
_BATCH: Final = 1000
_FIRST, _LAST = dt.date(2008, 1, 1), dt.date(2026, 2, 28)
_STAGES: Final = ("screening", "intake", "identified", "support", "return", "follow_up", "closed")


@dataclass(frozen=True)
class BigVault:
    """Where it lies, how many cases it holds, and the seconds that writing and indexing took (0 if it was there)."""

    path: Path
    cases: int
    written: float
    indexed: float


class _Rising:
    """Random bytes for ids that rise with every call, spread over the whole range of ids."""

    def __init__(self, draw: random.Random, expected: int) -> None:
        self._draw = draw
        self._step = max(1, (1 << 40) // (expected * 2))
        self._numbers = itertools.count(1)

    def __call__(self, size: int) -> bytes:
        number = min(next(self._numbers) * self._step, (1 << 40) - 1)
        return number.to_bytes(5, "big") + self._draw.randbytes(size - 5)


def _date(day: dt.date) -> dict[str, int]:
    return {"y": day.year, "m": day.month, "d": day.day}


def _further(draw: random.Random, day: dt.date) -> tuple[str, Mapping[str, Any]]:
    """One more entry of a case: a form and its answers."""
    later = day + dt.timedelta(days=draw.randint(1, 90))
    kind = draw.random()
    if kind < 0.35:
        values: dict[str, Any] = {
            "service_kind": draw.choice(("psychosocial", "medical", "legal", "shelter")), "status": "given",
            "given_on": _date(later), "sessions": draw.randint(1, 8), "note": "与她谈了一小时，睡眠好一些。",
        }  # fmt: skip
        if draw.random() < 0.3:
            values["psychological_detail"] = "夜里仍常惊醒，下周继续。"
        return "service", values
    if kind < 0.45:
        planned = _date(later)
        return "service", {
            "service_kind": "legal",
            "status": "planned",
            "planned_on": planned,
            "note": "法律援助",
        }
    if kind < 0.75:
        types = draw.sample(
            ("ForcedLabour", "SexualExploitation", "ForcedMarriage", "x_ForcedCriminality"), 1
        )
        return "experience", {
            "types": types, "means": draw.sample(("DebtBondage", "FalsePromises", "PhysicalAbuse", "TakesEarnings"), 2),
            "exploitation_country": draw.choice(("MM", "KH", "CN", "TH")), "account": "被同乡以介绍工作为名带走。",
        }  # fmt: skip
    if kind < 0.85:
        return "return_step", {
            "stage": "journey",
            "status": "done",
            "done_on": _date(later),
            "outcome": "returned",
        }
    return "note", {
        "written_on": _date(later),
        "kind": "talk",
        "text": "Called her sister; she may visit on Sunday.",
    }


def _write_entry(
    session: Session, declared: Form, values: Mapping[str, Any], case_id: str, person_id: str, at: str
) -> tuple[list[dict[str, str]], rows.EntryRow]:
    owner_case = None if declared.owner == "person" else case_id
    entry_id, revision_id = session.new_id(), session.new_id()
    typed: dict[str, Any] = typed_columns(declared, values)
    row = rows.EntryRow(
        id=entry_id, case_id=owner_case, person_id=person_id, form=declared.public_id, head=revision_id, revisions=1,
        created_at=at, created_by=session.user_id, device_id=session.device_id, **typed,
    )  # fmt: skip
    rows.add_entry(session.store, row)
    owner = owner_case or person_id
    digests = seal_revision(
        session, declared, values, owner=owner, entry_id=entry_id, revision_id=revision_id
    )
    return digests, row


def _write_case(session: Session, record: Any, draw: random.Random, day: dt.date, running: int) -> str:
    at = dt.datetime.combine(day, dt.time(9), dt.UTC).isoformat(timespec="microseconds")
    person_id, case_id = session.new_id(), session.new_id()
    who = person(draw, day.year)
    status = draw.choice(("PossibleVictimOfTrafficking", "ActualVictimOfTrafficking"))
    answers: list[tuple[str, Mapping[str, Any]]] = [
        ("person", who),
        ("intake", {"registered_on": _date(day), "trafficking_status": status}),
        *(_further(draw, day) for _ in range(draw.randint(1, 3))),
    ]
    closed = draw.random() < 0.6
    if closed:
        closing = _date(day + dt.timedelta(days=draw.randint(91, 400)))
        answers.append(("closure", {"closed_on": closing, "case_status": "Closed", "reason": "goals_met"}))
    seen = projections(form("person"), who, registered_on=PartialDate(day.year, day.month, day.day))
    reached = [stage_reached(form(f), v) for f, v in answers]
    stage = max((s for s in ("screening", *reached) if s in _STAGES), key=_STAGES.index)
    cases.add_person(session.store, person_id, created_at=at, device_id=session.device_id)
    cases.add_case(
        session.store,
        cases.CaseRow(
            id=case_id, number=case_number.format_number(_POST, _LETTER, day.year, running), person_id=person_id,
            registered_on=day.isoformat(), status="Closed" if closed else "Active",
            stage="closed" if closed else stage, identified=status,
            assigned_to=session.user_id if draw.random() < 0.1 else None, restricted=draw.random() < 0.02, alerts=(),
            sex=seen["sex"], age=seen["age"], citizenship=tuple(seen["citizenship"]), next_due=None, created_at=at,
            created_by=session.user_id, device_id=session.device_id, import_id=None, change_no=0,
        ),
    )  # fmt: skip
    dues: list[str] = []
    opened: list[Any] = []
    for number, (form_id, values) in enumerate(answers):
        declared = form(form_id)
        digests, row = _write_entry(session, declared, values, case_id, person_id, at)
        if row.due_on and not row.done_on:
            dues.append(row.due_on)
        if number < 2:
            opened.append(digests)
        else:
            record("entry.added", row.id, case=case_id, revision=row.head, form=row.form, digests=digests)
    record("case.opened", case_id, person=person_id, digests=opened)
    if dues and not closed:
        session.store.execute("UPDATE cases SET next_due = ? WHERE id = ?", (min(dues), case_id))
    return case_id


def _days(draw: random.Random, count: int) -> list[tuple[dt.date, int]]:
    """Days of registration in order, each with its running number in its year."""
    span = (_LAST - _FIRST).days
    days = sorted(_FIRST + dt.timedelta(days=int(span * draw.random() ** 0.7)) for _ in range(count))
    numbers: dict[int, int] = {}
    found = []
    for day in days:
        numbers[day.year] = numbers.get(day.year, 0) + 1
        found.append((day, numbers[day.year]))
    return found


def make_vault(path: Path, count: int, *, tell: Callable[[str], None] = lambda _line: None) -> BigVault:
    """Write a vault with `count` cases into the new folder `path`; the same count gives the same people."""
    draw = random.Random(SEED)
    made = create_vault(
        path, post=_POST, user=USER, password=PASSWORD, letter=_LETTER,
        kdf=KdfParams(memory_kib=64, passes=1, lanes=1), allow_weak=True,
    )  # fmt: skip
    session = made.session
    session.random = _Rising(draw, expected=count * 22)
    order = list(enumerate(_days(draw, count), start=1))
    draw.shuffle(order)
    last: dict[int, int] = {}
    begun = time.perf_counter()
    for start in range(0, count, _BATCH):
        with session.saving() as record:
            changed = []
            for change_no, (day, running) in order[start : start + _BATCH]:
                changed.append((change_no, _write_case(session, record, draw, day, running)))
                last[day.year] = max(last.get(day.year, 0), running)
            session.store.execute_many("UPDATE cases SET change_no = ? WHERE id = ?", changed)
        tell(f"{min(start + _BATCH, count):,} of {count:,} cases written")
    with session.store.transaction():
        set_meta(session.store, "change_no", str(count))
        for year, running in last.items():
            session.store.execute(
                "INSERT INTO numbers (letter, year, last) VALUES (?, ?, ?)", (_LETTER, year % 100, running)
            )
    written = time.perf_counter() - begun
    session.random = os.urandom
    for name, role in USERS.items():
        if name != USER:
            new_user(session, name=name, role=role, password=PASSWORD)
    begun = time.perf_counter()
    catch_up(session, lambda done, total: tell(f"{done:,} of {total:,} names in the index"))
    indexed = time.perf_counter() - begun
    session.close()
    return BigVault(path, count, written, indexed)


def _key(count: int) -> str:
    migrations = Path(cases.__file__).parent / "migrations"
    schema = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(migrations.glob("*.sql")))).hexdigest()
    return f"{count}-{SCHEMA_VERSION}-{schema[:8]}-{GENERATOR}"


def cache_folder() -> Path:
    """Where generated vaults are kept: `SHELTER_BENCH_CACHE`, or a folder among the temporary files."""
    named = os.environ.get("SHELTER_BENCH_CACHE")
    return Path(named) if named else Path(tempfile.gettempdir()) / "shelter-bench"


def cached_vault(count: int) -> BigVault:
    """The vault with `count` cases, written now if it is not there yet; its index is up to date."""
    home = cache_folder() / _key(count)
    if not (home / "whole").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        made = make_vault(home / "vault", count, tell=_tell)
        (home / "whole").touch()
        return made
    # An index of another version is begun anew here and not in a measurement.
    open_vault(home / "vault", USER, PASSWORD).close()
    return BigVault(home / "vault", count, 0.0, 0.0)


def copy_of(vault: BigVault, folder: Path) -> Path:
    """A copy on the same disk that a measurement may write into."""
    return Path(shutil.copytree(vault.path, folder))


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{line}")
        sys.stderr.flush()
