"""Users: what each role holds and may do, and that nobody gives what they do not hold."""

from __future__ import annotations

import pytest

from shelter_app.vault.errors import (
    AccountDisabled,
    GrantRefused,
    KeyNotHeld,
    LastWayIn,
    NameRefused,
    NotYours,
    PasswordRefused,
    PasswordTooWeak,
    UnknownUser,
    VaultInUse,
    WrongPassword,
)
from shelter_app.vault.header import read_header
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.keyring import holders, verify
from shelter_app.vault.lock import VaultLock
from shelter_app.vault.new_keys import bring_into_force, plan_removal
from shelter_app.vault.rights import (
    ROLE_COMPARTMENTS,
    ROLE_LABELS,
    Compartment,
    Right,
    Role,
    may,
    may_with_keys,
)
from shelter_app.vault.vault import (
    add_user,
    change_password,
    disable_user,
    enable_user,
    grant,
    unlock,
)
from shelter_i18n import gettext_in

PASSWORD = "copper heron battery mango"


def remove_slot(folder, by, slot_id):
    """What removing does to the header where the file of the store has to wait."""
    bring_into_force(folder, by, plan_removal(by, slot_id, store_later=True))


@pytest.mark.parametrize("role", Role)
def test_a_new_user_holds_the_keys_of_the_role_and_no_other(made, join, role):
    ring = join(role)
    assert ring.must_change
    assert {name for name in Compartment if ring.holds(name)} == ROLE_COMPARTMENTS[role]
    assert ring.slot.compartments == ROLE_COMPARTMENTS[role]


def test_who_holds_what_is_as_designed():
    store, people, health = Compartment
    assert {
        Role.REPORTING_OFFICER: {store},
        Role.CASEWORKER: {store, people},
        Role.CONSULAR_OFFICER: {store, people},
        Role.HEALTH_WORKER: {store, people, health},
        Role.SUPERVISOR: {store, people},
        Role.ADMINISTRATOR: {store},
    } == ROLE_COMPARTMENTS


def test_rights_follow_the_role_and_the_keys():
    assert may(Role.REPORTING_OFFICER, Right.MAKE_SUMMARY)
    assert not may(Role.REPORTING_OFFICER, Right.WRITE_CASE)
    assert not may(Role.CASEWORKER, Right.SEE_RESTRICTED)
    assert not may(Role.HEALTH_WORKER, Right.HAND_OVER)
    assert [role for role in Role if may(role, Right.MANAGE_USERS)] == [Role.ADMINISTRATOR]
    assert not may_with_keys(Role.ADMINISTRATOR, Right.SEE_RESTRICTED, [Compartment.STORE])
    assert may_with_keys(Role.ADMINISTRATOR, Right.SEE_RESTRICTED, [Compartment.STORE, Compartment.PEOPLE])
    assert all(may(role, Right.READ_CASE) for role in Role)


def test_one_person_alone_can_do_everything(made):
    assert all(made.keyring.may(right) for right in Right)


def test_roles_have_names_in_english_and_labels_for_all(made):
    assert set(ROLE_LABELS) == set(Role)
    assert len({gettext_in("en", role.label) for role in Role}) == len(Role)


def test_nobody_gives_a_key_that_they_do_not_hold(made, join):
    admin = join(Role.ADMINISTRATOR)
    with pytest.raises(KeyNotHeld) as caught:
        add_user(made.folder, admin, name="N", role=Role.CASEWORKER, password="x")
    assert caught.value.compartment is Compartment.PEOPLE
    add_user(made.folder, admin, name="N", role=Role.REPORTING_OFFICER, password="x")
    assert unlock(made.folder.path, "N", "x").holds(Compartment.STORE)
    with pytest.raises(KeyNotHeld):
        grant(made.folder, admin, made.keyring.user_id, Compartment.HEALTH)


def test_only_administrators_manage_users(made, join):
    worker = join(Role.SUPERVISOR)
    target = made.keyring.user_id
    for step in (
        lambda: add_user(made.folder, worker, name="N", role=Role.CASEWORKER, password="x"),
        lambda: grant(made.folder, worker, target, Compartment.PEOPLE),
        lambda: disable_user(made.folder, worker, target),
        lambda: enable_user(made.folder, worker, target),
        lambda: remove_slot(made.folder, worker, target),
    ):
        before = made.folder.header.read_bytes()
        with pytest.raises(NotYours) as caught:
            step()
        assert caught.value.right is Right.MANAGE_USERS
        assert made.folder.header.read_bytes() == before


def test_a_supervisor_gets_the_health_key_only_by_grant(made, join):
    supervisor = join(Role.SUPERVISOR)
    assert not supervisor.holds(Compartment.HEALTH)
    grant(made.folder, made.keyring, supervisor.user_id, Compartment.HEALTH)
    again = unlock(made.folder.path, "supervisor", "supervisor")
    box = made.keyring.seal(Compartment.HEALTH, b"x", case="c", entry="e", revision="r")
    assert again.open(Compartment.HEALTH, box, case="c", entry="e", revision="r") == b"x"
    assert [slot.name for slot in holders(again.header, Compartment.HEALTH)] == ["AB", "supervisor"]
    assert len(holders(again.header, Compartment.STORE)) == 2


def test_a_reporting_officer_is_never_given_names(made, join):
    officer = join(Role.REPORTING_OFFICER)
    with pytest.raises(GrantRefused):
        grant(made.folder, made.keyring, officer.user_id, Compartment.PEOPLE)
    with pytest.raises(GrantRefused):
        add_user(
            made.folder,
            made.keyring,
            name="N",
            role=Role.CASEWORKER,
            password="x",
            grants=[Compartment.HEALTH],
        )
    assert not unlock(made.folder.path, "reporting_officer", "reporting_officer").holds(Compartment.PEOPLE)


def test_grants_can_be_fewer_than_the_role(made):
    add_user(made.folder, made.keyring, name="N", role=Role.CASEWORKER, password="x", grants=[])
    assert unlock(made.folder.path, "N", "x").slot.compartments == {Compartment.STORE}


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\nb", "a\x00b", "a\u202eb"])
def test_names_that_cannot_be_shown_are_refused(made, name):
    with pytest.raises(NameRefused):
        add_user(made.folder, made.keyring, name=name, role=Role.CASEWORKER, password="x")


@pytest.mark.parametrize("name", ["AB", "ab", " ＡＢ "])
def test_two_users_never_have_the_same_name(made, name):
    with pytest.raises(NameRefused, match="already"):
        add_user(made.folder, made.keyring, name=name, role=Role.CASEWORKER, password="x")


def test_changing_the_password_keeps_keys_and_drafts(made, join):
    ring = join(Role.CASEWORKER)
    draft = ring.seal_private(b"half a sentence")
    with pytest.raises(WrongPassword):
        change_password(made.folder, ring, "guess", "new")
    with pytest.raises(PasswordRefused):
        change_password(made.folder, ring, "caseworker", "caseworker")
    change_password(made.folder, ring, "caseworker", "new")
    assert not ring.must_change
    with pytest.raises(WrongPassword):
        unlock(made.folder.path, "caseworker", "caseworker")
    again = unlock(made.folder.path, "caseworker", "new")
    assert not again.must_change
    assert again.open_private(draft) == b"half a sentence"
    assert again.epub == ring.epub
    assert again.slot.kdf.salt != join(Role.HEALTH_WORKER).slot.kdf.salt
    assert unlock(made.folder.path, "AB", PASSWORD).store_key() == again.store_key()


def test_a_real_vault_asks_every_user_for_a_strong_password(make_vault):
    params = KdfParams(memory_kib=64 * 1024)
    real = make_vault("real", allow_weak=False, kdf=params)
    with pytest.raises(PasswordTooWeak):
        add_user(real.folder, real.keyring, name="N", role=Role.CASEWORKER, password="wodemima123")
    with pytest.raises(PasswordTooWeak):
        change_password(real.folder, real.keyring, PASSWORD, "zhangwei1990")
    add_user(real.folder, real.keyring, name="N", role=Role.CASEWORKER, password="lantern ferry quartz mango")
    slot = unlock(real.folder.path, "N", "lantern ferry quartz mango").slot
    assert (slot.kdf.memory_kib, slot.kdf.passes) == (64 * 1024, 3)
    assert not read_header(real.folder).header.test


def test_a_removed_user_is_gone_and_what_they_signed_stays_verifiable(made, join):
    worker = join(Role.CASEWORKER)
    signature = worker.sign(b"line")
    remove_slot(made.folder, made.keyring, worker.user_id)
    header = read_header(made.folder).header
    with pytest.raises(UnknownUser):
        unlock(made.folder.path, "caseworker", "caseworker")
    assert header.slot(worker.user_id) is None
    (former,) = header.former
    assert former.slot == worker.user_id
    assert verify(former.epub, b"line", signature)
    assert header.rotation_due == former.until
    assert b"caseworker" not in made.folder.header.read_bytes()


def test_a_disabled_user_can_be_enabled_again(made, join):
    worker = join(Role.CASEWORKER)
    disable_user(made.folder, made.keyring, worker.user_id)
    assert worker.name not in [slot.name for slot in holders(made.keyring.header, Compartment.PEOPLE)]
    with pytest.raises(AccountDisabled):
        unlock(made.folder.path, "caseworker", "caseworker")
    enable_user(made.folder, made.keyring, worker.user_id)
    assert unlock(made.folder.path, "caseworker", "caseworker").name == "caseworker"


def test_the_last_administrator_cannot_leave(made, join):
    me = made.keyring.user_id
    join(Role.SUPERVISOR)
    for step in (disable_user, remove_slot):
        with pytest.raises(LastWayIn):
            step(made.folder, made.keyring, me)
    second = join(Role.ADMINISTRATOR)
    disable_user(made.folder, second, me)
    with pytest.raises(LastWayIn):
        disable_user(made.folder, second, second.user_id)


def test_the_last_holder_of_a_key_cannot_leave_if_no_sheets_hold_it(made, join):
    from dataclasses import replace

    from shelter_app.vault.header_change import change_header

    join(Role.ADMINISTRATOR)
    remaining = unlock(made.folder.path, "administrator", "administrator")
    change_header(made.folder, made.keyring, lambda header: replace(header, slots=header.users))
    assert read_header(made.folder).header.recovery is None
    with pytest.raises(LastWayIn, match="key"):
        remove_slot(made.folder, remaining, made.keyring.user_id)


def test_unknown_ids_and_the_recovery_slot_are_no_users(made):
    for slot_id in ("nobody", made.keyring.header.recovery.id):
        for step in (disable_user, enable_user, remove_slot):
            with pytest.raises(UnknownUser):
                step(made.folder, made.keyring, slot_id)


def test_users_cannot_be_changed_while_another_program_holds_the_vault(made, other_program):
    before = made.folder.header.read_bytes()
    with other_program(made.folder):
        with pytest.raises(VaultInUse):
            add_user(made.folder, made.keyring, name="N", role=Role.CASEWORKER, password="x")
        assert made.folder.header.read_bytes() == before
    with VaultLock(made.folder):
        add_user(made.folder, made.keyring, name="N", role=Role.CASEWORKER, password="x")
    assert unlock(made.folder.path, "N", "x").name == "N"


def test_a_user_added_from_another_ring_is_kept(made, join):
    """Two rings of one program: each change starts from what lies on the disk."""
    second = join(Role.ADMINISTRATOR)
    add_user(made.folder, made.keyring, name="one", role=Role.REPORTING_OFFICER, password="x")
    add_user(made.folder, second, name="two", role=Role.REPORTING_OFFICER, password="x")
    names = [user.name for user in read_header(made.folder).header.users]
    assert names == ["AB", "administrator", "one", "two"]
