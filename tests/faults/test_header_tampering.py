"""Whoever can sign in can write the header; what they write there is found, told to everybody, and gives them nothing.

The insider is a reporting officer: the least that somebody can be. Everything is done as with tools of their own, with the
keys that they hold and with every MAC made anew.
"""

import contextlib
import dataclasses
import datetime as dt
import shutil

import pytest

from shelter_app import cli
from shelter_app.casework import checking, users, vaults
from shelter_app.casework.attesting import attest_users, put_right
from shelter_app.casework.said import everybody_said
from shelter_app.casework.sign_in_warnings import warnings_at_sign_in
from shelter_app.casework.trust import trust_of
from shelter_app.casework.trust_check import unsigned
from shelter_app.storage import guards
from shelter_app.storage.database import Database
from shelter_app.storage.journal import GENESIS, _mac
from shelter_app.storage.store import canonical
from shelter_app.vault import crypto
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import AccountDisabled, NotYours, PasswordReplaced, WrongPassword
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import (
    CompartmentKey,
    FormerKey,
    decode_header,
    encode_header,
    read_header,
    write_header,
)
from shelter_app.vault.rights import Compartment, Right, Role
from tests.faults.program import CHEAP, PASSWORD, USER

INSIDER, WORKER, NURSE = "ZQ", "QF", "NU"
ROLES = {INSIDER: Role.REPORTING_OFFICER, WORKER: Role.CASEWORKER, NURSE: Role.HEALTH_WORKER}
HEADERS = ("vault.hdr", "vault.hdr.2")


def word(name):
    return PASSWORD if name == USER else f"{PASSWORD} {name}"


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    """A vault of four people, all of whom have been here."""
    folder = tmp_path_factory.mktemp("header") / "vault"
    made = vaults.create_vault(folder, post="KM", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True)
    for name, role in ROLES.items():
        users.new_user(made.session, name=name, role=role, password=word(name), must_change=False)
    vaults.sign_out(made.session)
    for name in ROLES:
        vaults.sign_out(vaults.open_vault(folder, name, word(name)))
    return folder


@pytest.fixture
def copy(vault, tmp_path):
    """That vault, to be worked on by hand."""
    return shutil.copytree(vault, tmp_path / "vault")


@contextlib.contextmanager
def signed_in(path, name=USER):
    session = vaults.open_vault(path, name, word(name))
    try:
        yield session
    finally:
        vaults.sign_out(session)


def id_of(header, name):
    return next(slot.id for slot in header.users if slot.name == name)


def rewrite(path, change):
    """Another header, with the MAC that the insider's keys make."""
    ring = keys.unlock(path, INSIDER, word(INSIDER))
    write_header(VaultFolder(path), change(ring.header, ring), ring.header_mac_key())


def store_of(path, ring):
    return contextlib.closing(Database(VaultFolder(path).store_of(ring.header.store_epoch), ring.store_key()))


def append(path, actor, action, subject, signing, detail="{}"):
    """A line at the end of the chain, with the chain's own HMAC and somebody's signature."""
    ring = keys.unlock(path, INSIDER, word(INSIDER))
    with store_of(path, ring) as db:
        device = db.value("SELECT value FROM meta WHERE key = 'device'")
        number, last = db.row("SELECT seq, mac FROM journal ORDER BY seq DESC LIMIT 1")
        at = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
        fields = (number + 1, device, at, actor, action, subject, detail)
        mac = _mac(bytes(ring.journal_key()), fields, bytes(last))
        with db.transaction():
            db.execute(
                "INSERT INTO journal (seq, device_id, at, actor, action, subject, detail, prev, mac, sig, epoch)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*fields, bytes(last), mac, crypto.sign(signing, mac), ring.header.store_epoch),
            )


# What is done to the header, and of which kind the difference is


def raise_role(path):
    rewrite(
        path, lambda header, ring: header.with_slot(dataclasses.replace(ring.slot, role=Role.ADMINISTRATOR))
    )


def add_slot(path):
    def added(header, ring):
        slot = dataclasses.replace(ring.slot, id="f" * 32, name="XX", role=Role.ADMINISTRATOR)
        return header.with_slot(slot)

    rewrite(path, added)


def exchange_names(path):
    def exchanged(header, _ring):
        one, other = (header.slot(id_of(header, name)) for name in (WORKER, NURSE))
        header = header.with_slot(dataclasses.replace(one, name=other.name))
        return header.with_slot(dataclasses.replace(other, name=one.name))

    rewrite(path, exchanged)


def forge_former_key(path):
    forged = bytearray(b"f" * 32)

    def forging(header, _ring):
        former = FormerKey(id_of(header, USER), crypto.ed25519_public(forged), header.created)
        return dataclasses.replace(header, former=(*header.former, former))

    rewrite(path, forging)
    header = read_header(VaultFolder(path)).header
    append(path, id_of(header, USER), "case.read", "x", forged)


def exchange_compartment_key(path):
    public = crypto.x25519_public(b"e" * 32)
    rewrite(
        path,
        lambda header, _ring: dataclasses.replace(
            header, compartments={**header.compartments, Compartment.HEALTH: CompartmentKey(1, public)}
        ),
    )


def take_slot_away(path):
    rewrite(
        path,
        lambda header, _ring: dataclasses.replace(
            header, slots=tuple(slot for slot in header.slots if slot.name != WORKER)
        ),
    )


def keep_out(path):
    def kept_out(header, _ring):
        return header.with_slot(dataclasses.replace(header.slot(id_of(header, WORKER)), disabled=True))

    rewrite(path, kept_out)


def exchange_sheets(path):
    def exchanged(header, ring):
        return header.with_slot(dataclasses.replace(header.recovery, epub=ring.slot.epub))

    rewrite(path, exchanged)


TAMPERINGS = {
    raise_role: {"role"},
    add_slot: {"unknown"},
    exchange_names: {"name"},
    forge_former_key: {"former"},
    exchange_compartment_key: {"lock"},
    take_slot_away: {"missing"},
    keep_out: {"disabled"},
    exchange_sheets: {"sheets"},
}


def test_of_a_header_that_nobody_touched_nothing_is_said(copy):
    """The control of all that follows: also where the insider writes it anew without a change."""
    rewrite(copy, lambda header, _ring: header)
    for name in (USER, *ROLES):
        with signed_in(copy, name) as session:
            assert warnings_at_sign_in(session) == []
            assert checking.check_vault(session).faults == ()


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_what_an_insider_writes_into_the_header_is_told_to_everybody_and_found(copy, tamper, tally):
    tally.study = "Header tampering"
    tamper(copy)
    tally.count(tamper.__name__)
    for name in (INSIDER, USER):
        with signed_in(copy, name) as session:
            assert {each.kind for each in warnings_at_sign_in(session)} == TAMPERINGS[tamper]
            faults = checking.check_vault(session).faults
            assert len(faults) >= len(TAMPERINGS[tamper])
            assert not session.journal.read(actions=["keys.change_undone"])
    tally.expect_none()


def test_a_raised_role_gives_nothing_and_stays_out_of_the_history(copy):
    raise_role(copy)
    with signed_in(copy, INSIDER) as session:
        assert session.keyring.role is Role.REPORTING_OFFICER
        assert not session.may(Right.MANAGE_USERS)
        with pytest.raises(NotYours):
            users.disable_user(session, id_of(session.keyring.header, WORKER))
        assert session.store.value("SELECT role FROM users WHERE name = ?", (INSIDER,)) == "reporting_officer"


def test_a_line_in_the_name_of_an_administrator_signed_with_a_forged_former_key_is_found(copy):
    forge_former_key(copy)
    with signed_in(copy) as session:
        assert any("not signed by the person" in words for words in checking.check_vault(session).faults)


def keep_out_for_good(session, user_id):
    users.disable_user(session, user_id)


@pytest.mark.parametrize(
    "ending",
    [users.reset_password, users.remove_user, keep_out_for_good],
    ids=["reset", "removed", "kept out"],
)
def test_a_signature_by_a_key_that_was_somebodys_once_counts_to_its_end_and_no_further(copy, ending):
    """Whoever left, or whose password was reset, has their former key still; a colleague lends the key of the store."""
    worker = keys.unlock(copy, WORKER, word(WORKER))
    append(copy, worker.user_id, "case.read", "x", worker.own_keys.signing)
    with signed_in(copy) as session:
        assert checking.check_vault(session).faults == (), "the control: as long as it is theirs, it counts"
        ending(session, worker.user_id)
        assert checking.check_vault(session).faults == (), "and what was signed before stays good"
    append(copy, worker.user_id, "case.read", "x", worker.own_keys.signing)
    with signed_in(copy) as session:
        faults = checking.check_vault(session).faults
        assert len(faults) == 1
        assert "Journal" in faults[0] or "journal" in faults[0]


def test_lines_about_users_by_somebody_who_may_not_do_not_count(copy):
    ring = keys.unlock(copy, INSIDER, word(INSIDER))
    append(copy, ring.user_id, "user.disabled", id_of(ring.header, WORKER), ring.own_keys.signing)
    with signed_in(copy) as session:
        assert {each.kind for each in unsigned(session)} == {"lines"}
        faults = checking.check_vault(session).faults
        assert any("whoever signed it may not do that" in words for words in faults)
        # And what follows on it is not lost with it.
        users.disable_user(session, id_of(ring.header, WORKER))
        assert trust_of(session).people[id_of(ring.header, WORKER)].disabled


def test_what_is_written_for_health_goes_to_the_key_that_was_signed(copy):
    exchange_compartment_key(copy)
    with signed_in(copy, WORKER) as session:
        place = {"case": "c", "entry": "e", "revision": "r"}
        box = session.keyring.seal_inbox(Compartment.HEALTH, b"cough", **place)
        author = session.keyring.epub
    with signed_in(copy, NURSE) as nurse:
        assert nurse.keyring.open(Compartment.HEALTH, box, author=author, **place) == b"cough"


@pytest.mark.parametrize("said", [True, False], ids=["with forged keys", "with keys that nobody has"])
def test_a_journal_made_anew_from_its_first_line_has_another_founder(copy, said):
    """All keys forged, the insider's own lines left out: the id of the vault names the key that signed its first line."""
    ring = keys.unlock(copy, INSIDER, word(INSIDER))
    forged = {slot.id: bytearray(slot.id[:32].encode()) for slot in ring.header.slots}
    publics = {user: crypto.ed25519_public(key) for user, key in forged.items()}
    former = tuple(FormerKey(user, key, ring.header.created) for user, key in publics.items())
    rewrite(copy, lambda header, _ring: dataclasses.replace(header, journal_head={}, former=former))
    with store_of(copy, ring) as db, db.transaction():
        rows = list(
            db.rows("SELECT seq, device_id, at, actor, action, subject, detail FROM journal ORDER BY seq")
        )
        for guard in ("journal_stays", "journal_is_kept"):
            db.execute(f"DROP TRIGGER {guard}")
        db.execute("DELETE FROM journal")
        prev = GENESIS
        for number, row in enumerate((row for row in rows if row[3] != ring.user_id), start=1):
            fields = (number, *row[1:6], _with_keys(row[6], publics) if said else row[6])
            mac = _mac(bytes(ring.journal_key()), fields, prev)
            db.execute(
                "INSERT INTO journal (arrived, seq, device_id, at, actor, action, subject, detail, prev, mac, sig, epoch)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
                (number, *fields, prev, mac, crypto.sign(forged[row[3]], mac)),
            )
            prev = mac
        for guard in ("journal_stays", "journal_is_kept"):
            db.execute(guards._guards()[guard])
    for name in (WORKER, USER):
        with signed_in(copy, name) as session:
            assert "founder" in {each.kind for each in unsigned(session)}
            assert any("created this vault" in words for words in checking.check_vault(session).faults)


def test_another_beginning_in_a_chain_of_its_own_does_not_count(copy):
    """The insider as administrator, in a line of a computer that never was, laid before all others."""
    ring = keys.unlock(copy, INSIDER, word(INSIDER))
    slot = dataclasses.replace(ring.slot, role=Role.ADMINISTRATOR)
    said = canonical(everybody_said(dataclasses.replace(ring.header, slots=(slot,))))
    fields = (1, "elsewhere", ring.header.created, ring.user_id, "vault.created", ring.header.vault_id, said)
    mac = _mac(bytes(ring.journal_key()), fields, GENESIS)
    with store_of(copy, ring) as db, db.transaction():
        db.execute(
            "INSERT INTO journal (arrived, seq, device_id, at, actor, action, subject, detail, prev, mac, sig, epoch)"
            " VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (*fields, GENESIS, mac, ring.sign(mac)),
        )
    raise_role(copy)
    with signed_in(copy, INSIDER) as session:
        assert not session.may(Right.MANAGE_USERS)
        assert {each.kind for each in unsigned(session)} == {"role"}
        assert checking.check_vault(session).faults


def _with_keys(detail, publics):
    """The detail of a line with forged keys in place of those of its people."""
    import base64
    import json

    said = json.loads(detail)
    for person in said.get("people", ()):
        person["epub"] = base64.b64encode(publics[person["id"]]).decode()
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# An older header put back


@pytest.fixture
def older(copy):
    """The header before somebody was kept out, another password was reset, and a third chosen anew."""
    kept = {name: (copy / name).read_bytes() for name in HEADERS}
    with signed_in(copy) as session:
        header = session.keyring.header
        users.disable_user(session, id_of(header, WORKER))
        users.reset_password(session, id_of(header, NURSE))
    with signed_in(copy, INSIDER) as session:
        users.change_own_password(session, word(INSIDER), f"{PASSWORD} another")
    return kept


def put_back(path, kept, names=HEADERS):
    for name in names:
        (path / name).write_bytes(kept[name])


@pytest.mark.parametrize("names", [HEADERS, HEADERS[:1], HEADERS[1:]], ids=["both", "first", "second"])
def test_an_older_header_brings_back_neither_a_way_in_nor_a_password(copy, older, names):
    put_back(copy, older, names)
    both = names == HEADERS
    for _ in range(2):
        with pytest.raises(AccountDisabled):
            vaults.open_vault(copy, WORKER, word(WORKER))
        with pytest.raises(PasswordReplaced if both else WrongPassword):
            vaults.open_vault(copy, NURSE, word(NURSE))
        if not both:
            with pytest.raises(WrongPassword):
                vaults.open_vault(copy, INSIDER, word(INSIDER))
        with signed_in(copy) as session:
            kinds = {each.kind for each in warnings_at_sign_in(session)}
            assert kinds == ({"enabled", "keys", "password", "older"} if both else set())
            assert not session.journal.read(actions=["keys.change_undone"])


def test_an_own_earlier_password_opens_with_a_warning_that_everybody_sees(copy, older):
    put_back(copy, older)
    for name in (INSIDER, USER):
        with signed_in(copy, name) as session:
            assert (INSIDER, "password") in {(each.name, each.kind) for each in unsigned(session)}


def test_a_forged_copy_one_number_behind_does_not_make_an_old_password_good(copy, older):
    """Only a crash leaves numbers that follow on each other, and then the line of the change is the last one."""
    ring = keys.unlock(copy, USER, PASSWORD)
    before = decode_header(older["vault.hdr"]).header.slot(id_of(ring.header, INSIDER))
    slot = dataclasses.replace(
        ring.header.slot(before.id), kdf=before.kdf, wrapped=before.wrapped, commit=before.commit
    )
    forged = dataclasses.replace(ring.header.with_slot(slot), seq=ring.header.seq - 1)
    (copy / "vault.hdr.2").write_bytes(encode_header(forged, ring.header_mac_key()))
    assert keys.unlock(copy, INSIDER, word(INSIDER)).by_former_lock
    with pytest.raises(WrongPassword):
        vaults.open_vault(copy, INSIDER, word(INSIDER))


# Putting right, and signing


@pytest.mark.parametrize(
    "tamper", [raise_role, exchange_names, forge_former_key, exchange_compartment_key, keep_out]
)
def test_what_was_signed_is_put_back_by_who_may_manage_users(copy, tamper):
    tamper(copy)
    with signed_in(copy, INSIDER) as session, pytest.raises(NotYours):
        put_right(session)
    with signed_in(copy) as session:
        assert unsigned(session)
        put_right(session)
        assert unsigned(session) == []
    with signed_in(copy, WORKER) as session:
        assert warnings_at_sign_in(session) == []


def test_a_difference_that_is_right_is_signed_by_who_may_manage_users(copy):
    take_slot_away(copy)
    with signed_in(copy, INSIDER) as session, pytest.raises(NotYours):
        attest_users(session)
    with signed_in(copy) as session:
        attest_users(session)
        assert unsigned(session) == []
    with signed_in(copy) as session:
        assert checking.check_vault(session).faults == ()
        assert [row[0] for row in session.store.rows("SELECT name FROM users WHERE removed_at NOT NULL")] == [
            WORKER
        ]


def test_the_command_line_warns_on_the_error_output(copy, capsys, monkeypatch):
    import os

    raise_role(copy)
    reading, writing = os.pipe()
    os.write(writing, f"{PASSWORD}\n".encode())
    os.close(writing)
    monkeypatch.setenv("SHELTER_LANGUAGE", "en")
    assert cli.main(["vault", "check", str(copy), "--user", USER, f"--password-fd={reading}"]) == 12
    told = capsys.readouterr()
    assert f"The key file gives {INSIDER} the role administrator" in told.err
    assert f"The key file gives {INSIDER} the role administrator" in told.out
