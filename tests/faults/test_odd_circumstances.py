"""Damaged journals after a crash, two programs at once, clocks that jump, odd words, missing parts, long days."""

import datetime as dt
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pypdfium2
import pytest

from shelter_app.casework import backups, cases, drafts, entries, lists, people, vaults
from shelter_app.casework.trust import trust_of
from shelter_app.domain.forms import form
from shelter_app.reports.form_pdf import form_pdf
from shelter_app.storage.database import Database
from shelter_app.vault.errors import VaultInUse
from shelter_app.vault.keyring import verify
from tests.faults.looking import look
from tests.faults.powercut import Model, crashes, write_state
from tests.faults.program import PASSWORD, USER, make_vault, notes_of
from tests.faults.recording import ROOT, record
from tests.faults.samples import verdict
from tests.faults.writer import Writers

HOT = bytes.fromhex("d9d505f920a163d7")


@pytest.fixture
def opened(quick):
    case_id = make_vault(quick / "vault")
    session = vaults.open_vault(quick / "vault", USER, PASSWORD)
    yield session, case_id
    session.close()


# -- the rollback journal between a crash and the next start --------------------------------------


@pytest.mark.shares(60, 3000, most=500)
def test_a_damaged_rollback_journal_loses_nothing_in_silence(share, quick, tally):
    tally.study = "Rollback journal damaged after a crash"
    recording = record(quick / "recorded", "saves", share.seed)
    rng = share.rng("journal")
    tried = 0
    for crash in crashes(recording, share.count * 4, share.seed, Model.POSIX):
        journal = crash.files.get("vault/store.db-journal", b"")
        if tried == share.count or not journal.startswith(HOT):
            continue
        how = tried % 4
        if how == 0:
            del crash.files["vault/store.db-journal"]
        elif how == 1:
            crash.files["vault/store.db-journal"] = journal[: rng.randrange(len(journal))]
        else:
            at = rng.randrange(len(journal) if how == 2 else 28)
            changed = bytearray(journal)
            changed[at] ^= 1 << rng.randrange(8)
            crash.files["vault/store.db-journal"] = bytes(changed)
        tried += 1
        tally.count("journals damaged")
        facts = look(write_state(crash, quick / "state"))
        told = {line["note"] for line in recording.told_by(crash.point) if "note" in line}
        whole = not facts.refused and not facts.damage and told <= facts.notes
        if whole:
            tally.count("nothing lost")
        elif verdict(write_state(crash, quick / "state") / "vault").detected:
            tally.count("named at opening or by the check")
        else:
            tally.bad(
                "lost in silence",
                f"seed {share.seed} after call {crash.point}, way {how}: {facts.damage[:1]}",
            )
    assert tried
    tally.expect_none("lost in silence")


# -- two programs at once ------------------------------------------------------------------------


@pytest.mark.shares(3, 50, most=50)
def test_a_second_program_is_told_and_a_killed_one_leaves_no_lock_behind(share, quick, tally):
    tally.study = "Two programs on one vault"
    vault, case_id = quick / "vault", make_vault(quick / "vault")
    writers = Writers()
    for number in range(share.count):
        process = writers.start(vault, case_id, number)
        writers.acknowledged(1)
        with pytest.raises(VaultInUse) as said:
            vaults.open_vault(vault, USER, PASSWORD)
        assert str(process) in str(said.value)
        writers.kill(after=0)
        vaults.open_vault(vault, USER, PASSWORD).close()
        tally.count("second starts refused, then opened after a kill")
    writers.close()


# -- clocks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/St_Johns", "Pacific/Apia", "Europe/London"])
def test_a_clock_that_jumps_breaks_no_order_and_no_page(session, clock, zone, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        opened = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
        jumps = (
            {"days": 3650}, {"days": -7300}, {"hours": -1}, {"days": 3650}, {"seconds": -2}, {"hours": 12}, {"days": -1},
        )  # fmt: skip
        for number, jump in enumerate(jumps):
            clock.go_on(**jump)
            entries.save_entry(session, "note", {"text": f"note {number}"}, case_id=opened.case_id)
            drafts.save_draft(session, "note", {"text": "typing"}, case_id=opened.case_id)
            assert backups.backup_age(session).days is None
            lists.agenda(session, mine=False)
            if number == 3:
                path = session.folder.path
                vaults.sign_out(session)
                session = vaults.open_vault(path, USER, PASSWORD, clock=clock)
        shown = [str(e.values["text"]) for e in cases.open_case(session, opened.case_id).of_form("note")]
        assert sorted(shown) == [f"note {number}" for number in range(len(jumps))]
        lines = session.store.rows("SELECT subject FROM journal WHERE action = 'entry.added' ORDER BY rowid")
        assert len(lines) == len(jumps)
        assert list(session.journal.check(verify, trust_of(session))) == []
        session.close()
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_hour_that_comes_twice_and_one_that_never_comes(session, clock, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    try:
        case_id = cases.new_case(session, person={}, intake={}).case_id
        for moment in ((2026, 3, 29, 0, 59, 59), (2026, 10, 25, 0, 30, 0), (2026, 10, 25, 1, 30, 0)):
            clock.moment = dt.datetime(*moment, tzinfo=dt.UTC)
            entries.save_entry(session, "note", {"text": "kept"}, case_id=case_id)
        assert len(cases.open_case(session, case_id).of_form("note")) == 3
    finally:
        monkeypatch.undo()
        time.tzset()


# -- odd words -----------------------------------------------------------------------------------

ODD = (
    "'; DROP TABLE cases; --", '" OR 1=1 --', "Robert'); DELETE FROM journal;--", "%s %d %n", "{name} {0} {}", "%(x)s",
    "=1+1", "=cmd|'/c calc'!A1", "+49 30 1234", "-2+3", "@SUM(1)", "\t=1", '=HYPERLINK("http://x")', "0001", "1e5",
    "<b>bold</b>", "<para>", "</para><img src='/etc/passwd'/>", "&lt;&amp;&#0;", "<script>alert(1)</script>",
    "<font size=99999>", "<a href='file:///etc/passwd'>x</a>", "]]>", "<!--", "&unknown;", "<br/>" * 50,
    "\u202eabc", "\u200fشخص", "\u2066x\u2069", "é", "ﬁ", "𠀀𪚥", "👩\u200d👩\u200d👧", "zero\u200bwidth", "\x00", "\x01\x1b[31m",
    "line\nline\r\nline", " ", "\u3000", "NULL", "None", "nan", "true", "C:\\con", "../../etc", "a" * 20_000, "汉" * 8_000,
    "\\", "\\n", "$(reboot)", "`id`", "${HOME}", "NEAR(", "a AND", 'a"b*', "names:x", "^x", "* OR *", "(", '"', "-x",
)  # fmt: skip


@pytest.mark.parametrize("words", ODD, ids=range(len(ODD)))
def test_odd_words_are_only_words(opened, words):
    session, _case_id = opened
    made = cases.new_case(session, person={"name_latin": words, "name_native": f"陈 {words}"}, intake={})
    entries.save_entry(session, "note", {"text": f"a {words} z"}, case_id=made.case_id)
    drafts.save_draft(session, "note", {"text": words}, case_id=made.case_id)
    people.find(session, words)
    people.find(session, words, notes=True)
    view = cases.open_case(session, made.case_id)
    assert " ".join(str(view.of_form("note")[0].values["text"]).split()) == " ".join(f"a {words} z".split())
    data = form_pdf(
        form("note"), view.of_form("note")[0].values, printed_on=dt.date(2026, 3, 12), case_number="KM"
    )
    printed = re.sub(
        r"\s", "", "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(data))
    )
    plain = re.sub(r"\s", "", words)
    if plain.isascii() and plain.isprintable() and len(plain) < 60:
        assert plain in printed
    assert session.store.value("SELECT count(*) FROM cases") == 2
    assert list(session.journal.check(verify, trust_of(session))) == []


# -- missing and old parts of the program ---------------------------------------------------------


@pytest.mark.parametrize("instead", ["nothing", "the sqlite of Python"])
def test_without_the_encrypting_database_nothing_is_written(tmp_path, instead):
    code = f"""
import sqlite3, sys
fake = {"None" if instead == "nothing" else "sqlite3"}
sys.modules["sqlcipher3"] = fake
sys.modules["sqlcipher3.dbapi2"] = fake
from pathlib import Path
from tests.faults.program import make_vault
make_vault(Path(sys.argv[1]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "vault")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode != 0
    for path in (p for p in tmp_path.rglob("*") if p.is_file()):
        assert b"SQLite format 3" not in path.read_bytes()


def test_an_old_encrypting_database_is_refused_before_it_writes(tmp_path, monkeypatch):
    monkeypatch.setattr("shelter_app.storage.database._OLDEST_CIPHER", (99, 0))
    path = tmp_path / "store.db"
    with pytest.raises(RuntimeError, match=r"older"):
        Database(path, bytearray(32), create=True)
    assert not path.exists() or not path.read_bytes()


# -- a long day ------------------------------------------------------------------------------------


def memory() -> int:
    """Kilobytes that this process occupies."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.shares(120, 10_000, most=10_000)
def test_a_long_day_keeps_everything_and_does_not_swell(share, quick, tally):
    tally.study = "Long day"
    case_id = make_vault(quick / "vault")
    half, written = 0, set(range(3))
    session = vaults.open_vault(quick / "vault", USER, PASSWORD)
    for number in range(3, share.count + 3):
        if number % 40 == 0:
            case_id = cases.new_case(session, person={"name_native": "陈秀云"}, intake={}).case_id
        entries.save_entry(session, "note", {"text": f"note {number}"}, case_id=case_id)
        written.add(number)
        for _ in range(4):
            cases.open_case(session, case_id)
        people.find(session, "chenxy")
        if number % 50 == 0:
            vaults.sign_out(session)
            session = vaults.open_vault(quick / "vault", USER, PASSWORD)
            tally.count("sign-ins")
        if number == share.count // 2:
            half = memory()
        tally.count("saves")
    grown = memory() - half
    assert grown < half * 0.2, f"from {half} KiB by {grown}"
    assert notes_of(session) == written
    session.close()
    assert not verdict(quick / "vault").detected
