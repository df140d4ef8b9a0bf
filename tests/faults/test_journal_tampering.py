"""Whoever works on the journal by hand is found: with the key of the store, with a signature key of their own, with old copies.

The tampering happens to a journal that two people have written and closed; it takes away what hinders it and puts that
back. Only what was noted elsewhere can tell of lines that are gone from the end, or of a folder set back as a whole.
"""

import contextlib
import dataclasses
import shutil

import pytest

from shelter_app.casework import backups, cases, entries, heads, journal_check, users, vaults
from shelter_app.casework.head_memory import HeadMemory, SeenHead
from shelter_app.storage import guards
from shelter_app.storage.journal import GENESIS, _mac
from shelter_app.vault.rights import Role
from tests.faults.program import CHEAP, PASSWORD, USER

INSIDER = "ZQ"
COLUMNS = "seq, device_id, at, actor, action, subject, detail"
GUARDS = ("journal_stays", "journal_is_kept")


class _Undone(Exception):
    """Takes a change back."""


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    """A vault of two people with its snapshots: a copy of the folder after every session."""
    root = tmp_path_factory.mktemp("tampering")
    memory = HeadMemory(root / "heads.json")
    made = vaults.create_vault(
        root / "now", post="KM", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True
    )
    users.new_user(made.session, name=INSIDER, role=Role.CASEWORKER, password=f"{PASSWORD} first")
    session = made.session
    session.memory = memory
    (root / "stick").mkdir()
    snapshots = []
    for turn in range(8):
        for number in range(2):
            opened = cases.new_case(session, person={"name_latin": f"Testing {turn} {number}"})
            entries.save_entry(session, "note", {"text": f"note {number}"}, case_id=opened.case_id)
        vaults.sign_out(session)
        snapshots.append(shutil.copytree(root / "now", root / f"after-{turn}"))
        name = INSIDER if turn % 2 == 0 else USER
        password = PASSWORD
        if turn == 0:
            first = vaults.open_vault(root / "now", INSIDER, f"{PASSWORD} first")
            users.change_own_password(first, f"{PASSWORD} first", PASSWORD)
            vaults.sign_out(first)
        session = vaults.open_vault(root / "now", name, password)
        session.memory = memory
    info = backups.back_up(session, root / "stick")
    vaults.sign_out(session)
    # What the computer remembers is of this folder: a copy beside one that is still there would go its own way.
    (root / "now").rename(root / "kept")
    anchor = SeenHead("given", info.journal_seq, info.journal_mac)
    return root, snapshots, memory, anchor


@pytest.fixture(scope="module")
def insider(vault):
    """The caseworker who holds the key of the store and their own signature key, signed in."""
    root = vault[0]
    copy = shutil.copytree(root / "kept", root / "insider")
    session = vaults.open_vault(copy, INSIDER, PASSWORD)
    yield session
    session.close()


@contextlib.contextmanager
def by_hand(session):
    """Everything that hinders is away while somebody works on the journal, is put back, and all is undone in the end."""
    with contextlib.suppress(_Undone), session.store.transaction():
        for guard in GUARDS:
            session.store.execute(f"DROP TRIGGER {guard}")
        yield
        raise _Undone


def close_up(session):
    for guard in GUARDS:
        session.store.execute(guards._guards()[guard])


def last_noted(session):
    return session.keyring.header.journal_head[session.device_id].number


def rows_from(session, first):
    found = session.store.rows(f"SELECT {COLUMNS} FROM journal WHERE seq >= ? ORDER BY seq", (first,))
    return [list(row) for row in found]


def chain_anew(session, fields, first):
    """An insider makes every HMAC from line `first` on anew and signs with the key that they have."""
    key = bytes(session.keyring.journal_key())
    prev = session.journal.mac_of(first - 1) if first > 1 else GENESIS
    session.store.execute("DELETE FROM journal WHERE seq >= ?", (first,))
    for offset, row in enumerate(fields):
        row[0] = first + offset
        mac = _mac(key, tuple(row), prev)
        session.store.execute(
            f"INSERT INTO journal (arrived, {COLUMNS}, prev, mac, sig, epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (row[0], *row, prev, mac, session.keyring.sign(mac)),
        )
        prev = mac


def edit(session, rng):
    line = rng.randint(1, last_noted(session))
    column = rng.choice(
        ["at", "actor", "action", "subject", "detail", "prev", "mac", "sig", "epoch", "arrived", "device_id"]
    )
    others = {
        "at": "2001-01-01T00:00:00.000000+00:00", "actor": rng.choice([session.user_id, "nobody"]), "subject": "else",
        "action": "case.other", "detail": '{"x":1}', "prev": rng.randbytes(32), "mac": rng.randbytes(32),
        "sig": rng.randbytes(64), "epoch": rng.choice([0, 2, 9]), "arrived": 10_000 + line, "device_id": "other",
    }  # fmt: skip
    (before,) = session.store.row(f"SELECT {column} FROM journal WHERE seq = ?", (line,))
    value = others[column] if others[column] != before else "nobody"
    session.store.execute(f"UPDATE journal SET {column} = ? WHERE seq = ?", (value, line))


def delete(session, rng):
    session.store.execute("DELETE FROM journal WHERE seq = ?", (rng.randint(1, last_noted(session)),))


def swap(session, rng):
    one, other = sorted(rng.sample(range(1, last_noted(session) + 1), 2))
    for before, after in ((one, 100_000), (other, one), (100_000, other)):
        session.store.execute("UPDATE journal SET seq = ? WHERE seq = ?", (after, before))
    if rng.random() < 0.5:  # also where lines stand in the list
        for before, after in ((one, 100_000), (other, one), (100_000, other)):
            session.store.execute("UPDATE journal SET arrived = ? WHERE arrived = ?", (after, before))


def insert(session, rng):
    """A line of their own between two others, with all numbers after it moved on and, at best, chained anew."""
    first = rng.randint(2, last_noted(session))
    fields = rows_from(session, first)
    made = [first, session.device_id, fields[0][2], session.user_id, "case.read", "x", "{}"]
    chain_anew(session, [made, *fields], first)


def truncate(session, rng):
    session.store.execute("DELETE FROM journal WHERE seq >= ?", (rng.randint(1, last_noted(session)),))
    if rng.random() < 0.5:  # and it has grown again since
        for _ in range(rng.randint(1, 80)):
            with session.saving() as record:
                record("case.read", "x")


def replace(session, rng):
    line = rng.randint(1, last_noted(session))
    (row,) = session.store.rows(f"SELECT {COLUMNS}, prev FROM journal WHERE seq = ?", (line,))
    fields = list(row[:7])
    fields[5] = "another"
    mac = _mac(bytes(session.keyring.journal_key()), tuple(fields), bytes(row[7]))
    session.store.execute(
        f"INSERT OR REPLACE INTO journal (arrived, {COLUMNS}, prev, mac, sig, epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (line, *fields, row[7], mac, session.keyring.sign(mac)),
    )


def remac(session, rng):
    """The whole chain made anew from a line on: blaming somebody else, taking one's own name out, or leaving lines out."""
    first = rng.randint(1, last_noted(session) - 1)
    fields = rows_from(session, first)
    kind = rng.choice(["blame", "deny", "leave out"])
    if kind == "leave out":
        del fields[0]
    else:
        others = [row[0] for row in session.store.rows("SELECT id FROM users") if row[0] != fields[0][3]]
        fields[0][3] = rng.choice(others)
    chain_anew(session, fields, first)


KINDS = [edit, delete, swap, insert, truncate, replace, remac]


def test_what_nobody_touched_is_sound(insider):
    report = journal_check.check_journal(insider)
    assert report.sound
    assert report.lines > 40
    with by_hand(insider):
        close_up(insider)
        assert journal_check.check_journal(insider).sound
    assert journal_check.check_journal(insider).sound


def test_guards_that_are_gone_are_enough_to_tell(insider):
    with by_hand(insider):
        assert journal_check.check_journal(insider).unguarded == tuple(sorted(GUARDS))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.shares(50, 500)
def test_every_tampering_by_an_insider_is_found_and_said(insider, kind, share, tally):
    tally.study = "Journal tampering"
    rng = share.rng(kind.__name__)
    for number in range(share.count):
        with by_hand(insider):
            kind(insider, rng)
            close_up(insider)
            report = journal_check.check_journal(insider)
            words = journal_check.report_words(report)
            tally.count(kind.__name__)
            if report.sound or not words:
                tally.bad("not found", f"{kind.__name__} {share.seed}/{number}")
    tally.expect_none("not found")


def set_back(vault, rng, *, header):
    """The folder as it is now, with the store of an earlier day, and the headers too if asked."""
    root, snapshots, _memory, _anchor = vault
    copy = root / "set-back"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(root / "kept", copy)
    old = rng.choice(snapshots[:-1])
    names = ["store.db", *(["vault.hdr", "vault.hdr.2"] if header else [])]
    for name in names:
        shutil.copyfile(old / name, copy / name)
    for cache in copy.glob("people.idx*"):
        cache.unlink()
    return copy


@pytest.mark.shares(50, 500)
def test_a_store_set_back_alone_is_told_by_the_header(vault, share, tally):
    tally.study = "Journal tampering"
    rng = share.rng("store")
    for number in range(share.count):
        session = vaults.open_vault(set_back(vault, rng, header=False), USER, PASSWORD)
        found = heads.earlier_than_seen(session)
        session.close()
        tally.count("store set back")
        if [w.seen.source for w in found] != ["header"]:
            tally.bad("not found", f"store {share.seed}/{number}")
    tally.expect_none("not found")


def remembering(memory, session):
    """What the computer remembers, as if the vault had lain all the time where it was put back."""
    here = HeadMemory(session.folder.path.with_name("heads.json"))
    for head in memory.seen(session.keyring.vault_id):
        here.remember(
            session.keyring.vault_id, dataclasses.replace(head, folder=str(session.folder.path.resolve()))
        )
    return here


@pytest.mark.shares(50, 500)
def test_a_folder_set_back_is_told_by_this_computer_and_by_a_backup(vault, share, tally):
    tally.study = "Journal tampering"
    _root, _snapshots, memory, anchor = vault
    rng = share.rng("folder")
    for number in range(share.count):
        session = vaults.open_vault(set_back(vault, rng, header=True), USER, PASSWORD)
        alone = heads.earlier_than_seen(session)
        shown = heads.earlier_than_seen(session, [anchor])
        session.memory = remembering(memory, session)
        remembered = heads.earlier_than_seen(session)
        session.close()
        tally.count("folder set back")
        if alone:
            # The control: nothing in the folder itself can tell, which is why there are anchors outside.
            tally.bad("told without an anchor", f"folder {share.seed}/{number}")
        if not shown or {w.seen.source for w in remembered} != {"computer", "backup"}:
            tally.bad("not found", f"folder {share.seed}/{number}")
    tally.expect_none("not found", "told without an anchor")
