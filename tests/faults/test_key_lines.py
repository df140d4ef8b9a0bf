"""A crash while keys or users are changed leaves the old state or the new one, and the journal tells which it is."""

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from shelter_app import cli
from shelter_app.casework import cases, checking, drafts, entries, recovery, users, vaults
from shelter_app.casework.session import Session
from shelter_app.casework.trust_check import unsigned
from shelter_app.vault.errors import AccountDisabled, DiskFull, ShelterError, WrongPassword
from shelter_app.vault.folder import atomic_write
from shelter_app.vault.header import Header
from shelter_app.vault.rights import Compartment, Role
from tests.faults.program import CHEAP, LATER_PASSWORDS, PASSWORD, USER
from tests.faults.remover import Touches

#: What the template has seen of this already.
_EARLIER = {"user.added": 3, "user.disabled": 1}
ADMIN, ADMIN_PASSWORD = "AD", "six grey kites circle above"
WORKER, WORKER_PASSWORD = "QF", "five tall cranes wade slowly"
AWAY, AWAY_PASSWORD = "DD", "four red barns stand open"
NEW, NEW_PASSWORD = LATER_PASSWORDS[0], "three wet dogs bark loudly"


def id_of(header: Header, name: str) -> str:
    return next(slot.id for slot in header.users if slot.name == name)


@dataclass(frozen=True)
class Change:
    """A change of the header: how it is made, what the journal calls it, and whether a header shows it."""

    action: str
    make: Callable[[Session], object]
    #: Of the header after the crash, and the one before it.
    shows: Callable[[Header, Header], bool]


def slot_of(header: Header, name: str):
    return header.slot(id_of(header, name))


CHANGES = {
    "add": Change(
        "user.added",
        lambda s: users.new_user(s, name="NN", role=Role.CASEWORKER, password=NEW_PASSWORD),
        lambda now, _before: any(slot.name == "NN" for slot in now.users),
    ),
    "grant": Change(
        "user.key_granted",
        lambda s: users.grant_key(s, id_of(s.keyring.header, ADMIN), Compartment.PEOPLE),
        lambda now, _before: Compartment.PEOPLE in slot_of(now, ADMIN).compartments,
    ),
    "withdraw": Change(
        "user.key_withdrawn",
        lambda s: users.withdraw_key(s, id_of(s.keyring.header, WORKER), Compartment.PEOPLE),
        lambda now, _before: Compartment.PEOPLE not in slot_of(now, WORKER).compartments,
    ),
    "reset": Change(
        "user.password_reset",
        lambda s: users.reset_password(s, id_of(s.keyring.header, WORKER)),
        lambda now, _before: slot_of(now, WORKER).must_change,
    ),
    "disable": Change(
        "user.disabled",
        lambda s: users.disable_user(s, id_of(s.keyring.header, WORKER)),
        lambda now, _before: slot_of(now, WORKER).disabled,
    ),
    "enable": Change(
        "user.enabled",
        lambda s: users.enable_user(s, id_of(s.keyring.header, AWAY)),
        lambda now, _before: not slot_of(now, AWAY).disabled,
    ),
    "remove": Change(
        "user.removed",
        lambda s: users.remove_user(s, id_of(s.keyring.header, WORKER), store_later=True),
        lambda now, _before: all(slot.name != WORKER for slot in now.users),
    ),
    "password": Change(
        "user.password_changed",
        lambda s: users.change_own_password(s, PASSWORD, NEW),
        lambda now, before: slot_of(now, USER).commit != slot_of(before, USER).commit,
    ),
    "sheets": Change(
        "vault.sheets_renewed",
        recovery.renew_sheets,
        lambda now, before: now.recovery.id != before.recovery.id,
    ),
}


@pytest.fixture
def template(quick):
    """A vault of four people: all keys, the store key alone, a caseworker with a draft, and somebody kept out."""
    vault = quick / "template"
    session = vaults.create_vault(
        vault, post="KM", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True
    ).session
    users.new_user(
        session, name=ADMIN, role=Role.ADMINISTRATOR, password=ADMIN_PASSWORD, grants=(), must_change=False
    )
    for name, password in ((WORKER, WORKER_PASSWORD), (AWAY, AWAY_PASSWORD)):
        users.new_user(session, name=name, role=Role.CASEWORKER, password=password, must_change=False)
    users.disable_user(session, id_of(session.keyring.header, AWAY))
    case = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    entries.save_entry(session, "note", {"text": "green door"}, case_id=case.case_id)
    vaults.sign_out(session)
    worker = vaults.open_vault(vault, WORKER, WORKER_PASSWORD)
    drafts.save_draft(worker, "note", {"text": "half"}, case_id=case.case_id)
    vaults.sign_out(worker)
    return vault


def touched(vault: Path, change: Change, at: int | None) -> int:
    """Make the change in a process of its own that dies before its `at`-th touch of a file; how many there were."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            session = vaults.open_vault(vault, USER, PASSWORD)
            touches = Touches(str(vault), at)
            change.make(session)
            os.write(write, str(touches.number).encode())
        finally:
            os._exit(3)
    os.close(write)
    _, status = os.waitpid(child, 0)
    with os.fdopen(read) as told:
        number = told.read()
    if at is None:
        return int(number)
    assert os.WTERMSIG(status) == signal.SIGKILL
    return at


def signed_in(vault: Path, *, first: str) -> Session:
    """Whoever comes first after the crash; of LM's two passwords the one that the header knows."""
    if first == ADMIN:
        return vaults.open_vault(vault, ADMIN, ADMIN_PASSWORD)
    try:
        return vaults.open_vault(vault, USER, PASSWORD)
    except WrongPassword:
        return vaults.open_vault(vault, USER, NEW)


def told(session: Session, action: str) -> int:
    """How often something was done, by the journal: its lines without those whose change did not come into force."""
    lines = session.journal.read(actions=[action, "keys.change_undone"])
    return sum(
        1 if line.action == action else -1
        for line in lines
        if action in (line.action, line.detail.get("change"))
    )


def look(vault: Path, change: Change, before: Header, first: str, tally, place: str) -> None:
    """Open what the crash has left, and compare what the journal says with what the header really is."""
    session = signed_in(vault, first=first)
    try:
        now = session.keyring.header
        real = change.shows(now, before)
        tally.count(f"opened in the {'new' if real else 'old'} state")
        if told(session, change.action) - _EARLIER.get(change.action, 0) != real:
            tally.bad("journal says otherwise", place)
        if checking.check_vault(session).faults:
            tally.bad("check named something", place)
        wanted = 0 if real and change.action in ("user.password_reset", "user.removed") else 1
        if session.store.value("SELECT count(*) FROM drafts") != wanted:
            tally.bad("drafts of nobody, or a draft lost", place)
    finally:
        vaults.sign_out(session)


@pytest.mark.parametrize("name", CHANGES)
def test_a_kill_at_any_touch_of_a_file_leaves_a_state_that_the_journal_tells(quick, template, tally, name):
    tally.study = "keys and users changed, killed at a file"
    change = CHANGES[name]
    counted = quick / "counted"
    shutil.copytree(template, counted)
    before = vaults.vault_header(template)
    touches = touched(counted, change, None)
    assert touches >= 6
    look(counted, change, before, ADMIN, tally, "not killed")
    for at in range(1, touches + 1):
        vault = quick / "vault"
        shutil.copytree(template, vault)
        touched(vault, change, at)
        tally.count("killed")
        look(vault, change, before, (USER, ADMIN)[at % 2], tally, f"{name} {at} of {touches}")
        shutil.rmtree(vault)
    assert tally.counts["opened in the old state"] >= 1
    assert tally.counts["opened in the new state"] >= 2
    tally.expect_none("journal says otherwise", "check named something", "drafts of nobody, or a draft lost")


def test_a_line_that_is_never_settled_would_be_noticed(quick, template, tally, monkeypatch):
    change = CHANGES["grant"]
    touched(template, change, 1)
    monkeypatch.setattr("shelter_app.casework.user_history.settle_lines", lambda _session, _record: None)
    look(template, change, vaults.vault_header(template), ADMIN, tally, "control")
    assert tally.counts["journal says otherwise"] == 1


def test_the_command_line_settles_what_a_crash_left_open_and_finds_nothing_wrong(
    template, capsys, monkeypatch
):
    touched(template, CHANGES["grant"], 1)
    word, write = os.pipe()
    os.write(write, ADMIN_PASSWORD.encode() + b"\n")
    os.close(write)
    assert cli.main(["vault", "check", str(template), "--user", ADMIN, f"--password-fd={word}"]) == 0
    session = vaults.open_vault(template, USER, PASSWORD)
    assert not told(session, "user.key_granted")
    (line,) = session.journal.read(actions=["keys.change_undone"])
    assert session.user_name(line.actor) == ADMIN
    session.close()


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "remove"])
def test_a_header_that_cannot_be_written_is_put_back_and_the_journal_says_so(template, name, monkeypatch):
    """The disk fails at the second copy: the first one, already written, does not come into force later."""
    change = CHANGES[name]
    session = vaults.open_vault(template, USER, PASSWORD)
    before = session.keyring.header
    left = [1]

    def full(path, data):
        if not left:
            raise DiskFull
        left.pop()
        atomic_write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr("shelter_app.vault.header.atomic_write", full)
        if name == "withdraw":
            # New keys that stand in one copy count from then on (decision 010).
            change.make(session)
        else:
            with pytest.raises(DiskFull):
                change.make(session)
    # A change of somebody else, while the first copy still says what did not come about.
    users.disable_user(session, id_of(before, ADMIN))
    assert change.shows(session.keyring.header, before) == (name == "withdraw")
    undone = session.journal.read(actions=["keys.change_undone"])
    assert [line.detail["change"] for line in undone] == ([] if name == "withdraw" else [change.action])
    vaults.sign_out(session)
    again = vaults.open_vault(template, USER, PASSWORD)
    assert change.shows(again.keyring.header, before) == (name == "withdraw")
    assert len(again.journal.read(actions=["keys.change_undone"])) == len(undone)
    assert checking.check_vault(again).faults == ()
    vaults.sign_out(again)


def test_an_older_header_put_back_is_told_and_lets_nobody_in(quick, template):
    """Somebody who was kept out brings back the header of yesterday: that is no change that a crash kept out."""
    kept = {each.name: each.read_bytes() for each in template.glob("vault.hdr*")}
    session = vaults.open_vault(template, USER, PASSWORD)
    users.disable_user(session, id_of(session.keyring.header, WORKER))
    vaults.sign_out(session)
    with pytest.raises(ShelterError):
        vaults.open_vault(template, WORKER, WORKER_PASSWORD)
    for name, data in kept.items():
        (template / name).write_bytes(data)
    with pytest.raises(AccountDisabled):
        vaults.open_vault(template, WORKER, WORKER_PASSWORD)
    session = vaults.open_vault(template, USER, PASSWORD)
    assert session.journal.read(actions=["keys.change_undone"]) == []
    assert [(each.kind, each.name) for each in unsigned(session)] == [("enabled", WORKER), ("older", "")]
    session.close()
