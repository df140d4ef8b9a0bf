"""Saves for ever in a process of its own and tells the number of each save once it is acknowledged."""

from __future__ import annotations

import itertools
import os
import random
from multiprocessing.connection import Connection
from pathlib import Path

from shelter_app.casework import cases, drafts, entries, vaults
from tests.faults.program import NAME, PASSWORD, USER, notes_of

__all__ = ["save_for_ever"]


def save_for_ever(vault: Path, case_id: str, seed: int, said: Connection) -> None:
    """Sign in and keep drafts, save notes, correct some and open cases, until somebody ends the process."""
    rng = random.Random(seed)
    session = vaults.open_vault(vault, USER, PASSWORD)
    draft = None
    for number in itertools.count(max(notes_of(session), default=0) + 1):
        draft = drafts.save_draft(
            session,
            "note",
            {"text": f"typing {number}"},
            case_id=case_id,
            draft_id=draft.id if draft else None,
        )
        saved = entries.save_entry(session, "note", {"text": f"note {number}"}, case_id=case_id)
        os.write(said.fileno(), number.to_bytes(8, "big"))
        if rng.random() < 0.1:
            entries.save_entry(
                session, "note", {"text": f"note {number} corrected"}, case_id=case_id, entry_id=saved.entry_id,
                started_from=saved.revision_id,
            )  # fmt: skip
        if rng.random() < 0.02:
            cases.new_case(session, person={"name_native": NAME}, intake={})
