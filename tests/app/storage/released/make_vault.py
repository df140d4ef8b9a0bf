"""Writes the vault of a released schema that the tests of upgrades begin with.

It is run once for each released schema, with the program of that release and with nothing else::

    git worktree add /tmp/released <the commit of the release>
    PYTHONPATH=/tmp/released:/tmp/released/i18n:/tmp/released/resources \\
        python tests/app/storage/released/make_vault.py tests/app/storage/released/0001

Beside the vault it writes `rows.json`: every row of every table as it was, so that an upgrade can be compared
with it row by row. Everybody in it is invented; the keys are derived far too cheaply for real data.
`0001` was written with the program of commit dcef961, `0004` with that of 7d95ec7.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import shutil
import sys
from pathlib import Path

from shelter_app.casework import cases, drafts, entries, settings, vaults
from shelter_app.casework.registers import existing_people, import_register
from shelter_app.exchange.registers import preview
from shelter_app.storage import books
from shelter_app.storage import entries as rows
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Role

try:
    from shelter_app.casework.users import new_user, remove_user
except ImportError:  # before users had a module of their own
    from shelter_app.casework.vaults import new_user, remove_user

PASSWORD = "seven calm herons cross"
PEOPLE = ("陈秀云", "Sok Chanthy", "Nguyễn Thị Lan", "罗世梅", "Keo Dara", "王丽")
_CHEAP = KdfParams(memory_kib=64, passes=1, lanes=1)


def main(folder: Path) -> None:
    """Write vault and rows into this folder; whatever lies there is removed first."""
    shutil.rmtree(folder, ignore_errors=True)
    moments = (
        dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC) + dt.timedelta(minutes=n) for n in itertools.count()
    )
    numbers = itertools.count(1)

    def clock() -> dt.datetime:
        return next(moments)

    def random(size: int) -> bytes:
        return hashlib.shake_256(next(numbers).to_bytes(8, "big")).digest(size)

    vault = folder / "vault"
    session = vaults.create_vault(
        vault,
        post="KM",
        user="LM",
        password=PASSWORD,
        kdf=_CHEAP,
        allow_weak=True,
        clock=clock,
        random=random,
    ).session
    for name, role in (
        ("CW", Role.CASEWORKER), ("HW", Role.HEALTH_WORKER), ("RO", Role.REPORTING_OFFICER), ("XX", Role.CASEWORKER),
    ):  # fmt: skip
        new_user(session, name=name, role=role, password=PASSWORD, must_change=False)
    opened = [cases.new_case(session, person={"name_native": name}, intake={}) for name in PEOPLE]
    for case in opened:
        saved = entries.save_entry(session, "note", {"text": "First note."}, case_id=case.case_id)
        entries.save_entry(
            session, "note", {"text": "The note, corrected."}, case_id=case.case_id, entry_id=saved.entry_id,
            started_from=saved.revision_id,
        )  # fmt: skip
    kept = rows.entries_in_case(session.store, opened[0].case_id)[0]
    _key, sealed = session.keyring.seal_file(b"a photograph of a letter")
    file = session.random(16).hex()
    (session.folder.attachments / file).write_bytes(sealed)
    with session.store.transaction():
        rows.add_attachment(
            session.store,
            rows.AttachmentRow(
                session.new_id(), kept.id, file, len(sealed), hashlib.sha256(sealed).hexdigest(), session.now(),
                session.user_id,
            ),
        )  # fmt: skip
        release = books.ReleaseRow(
            session.new_id(), "2026-01-01", "2026-01-31", session.now(), "2026-03-02", session.user_id, "{}",
            tuple(case.case_id for case in opened), {"summary.pdf": "0" * 64},
        )  # fmt: skip
    with session.saving() as record:
        books.add_release(session.store, release)
        record("summary.released", release.id, period="2026-01", files=release.files)
    settings.write_settings(session, settings.UserSettings(theme="dark"))
    drafts.save_draft(session, "note", {"text": "Half a note."}, case_id=opened[1].case_id)
    register = folder / "register.csv"
    register.write_text("姓名,性别,出生日期\n李小燕,女,1999-04-02\n张建国,男,1987-11-30\n", "utf-8")
    import_register(session, preview(register, today=session.today, existing=existing_people(session)))
    register.unlink()
    vaults.sign_out(session)
    session = vaults.open_vault(vault, "LM", PASSWORD, clock=clock, random=random)
    remove_user(session, next(slot.id for slot in session.keyring.header.users if slot.name == "XX"))
    vaults.sign_out(session)
    # A caseworker has no health key: what is written about health waits for somebody who has.
    session = vaults.open_vault(vault, "CW", PASSWORD, clock=clock, random=random)
    entries.save_entry(
        session, "health", {"kind": "treatment", "concerns": "Asked for a nurse."}, case_id=opened[2].case_id
    )
    vaults.sign_out(session)
    from shelter_app.storage.database import Database
    from shelter_app.vault import vault as keys

    keyring = keys.unlock(vault, "LM", PASSWORD)
    # Since schema 4 the file is named by the epoch of the store's key.
    (path,) = vault.glob("store*.db")
    store = Database(path, keyring.store_key())
    tables = [
        row[0]
        for row in store.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
    ]
    found = {}
    for table in tables:
        columns = [row[1] for row in store.rows(f"PRAGMA table_info({table})")]
        found[table] = {
            "columns": columns,
            "rows": [
                [value.hex() if isinstance(value, bytes) else value for value in row]
                for row in store.rows(f"SELECT {', '.join(columns)} FROM {table}")
            ],
        }
    store.close()
    keyring.close()
    for cache in (*vault.glob("people.idx*"), *vault.glob("vault.lock*"), *vault.glob("store*.db-*")):
        cache.unlink()
    (folder / "rows.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=0, sort_keys=True), "utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
