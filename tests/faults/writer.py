"""Saves notes for ever and writes the number of each to a descriptor once it is acknowledged."""

import itertools
import os
import sys
from pathlib import Path

from shelter_app.casework import drafts, entries, vaults

path, password, case_id, descriptor = sys.argv[1:]
session = vaults.open_vault(Path(path), "LM", password)
start = int(session.store.value("SELECT count(*) FROM entries"))
draft = None
for number in itertools.count(start):
    draft = drafts.save_draft(
        session, "note", {"text": f"typing {number}"}, case_id=case_id, draft_id=draft.id if draft else None
    )
    entries.save_entry(session, "note", {"text": f"note {number}"}, case_id=case_id)
    os.write(int(descriptor), number.to_bytes(8, "big"))
