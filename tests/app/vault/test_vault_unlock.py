"""Creating and opening a vault, and the distinct answers when it does not open."""

from __future__ import annotations

import dataclasses
import os
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from shelter_app.errors import ShelterError
from shelter_app.vault import errors
from shelter_app.vault.errors import (
    AccountDisabled,
    FolderNotEmpty,
    HeaderDamaged,
    NewerVersion,
    NotAVault,
    PasswordRefused,
    PasswordTooWeak,
    UnknownUser,
    VaultInUse,
    WrongPassword,
)
from shelter_app.vault.header import FORMAT, encode_header, read_header
from shelter_app.vault.header_change import change_header
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.lock import VaultLock
from shelter_app.vault.passwords import DEMO_PASSWORD
from shelter_app.vault.rights import Compartment, Role
from shelter_app.vault.vault import add_user, disable_user, mend_header, unlock

PASSWORD = "copper heron battery mango"


def rewritten(made, **changed):
    """Both copies with another content and a right MAC and digest, as only a user could write them."""
    header = dataclasses.replace(read_header(made.folder).header, **changed)
    data = encode_header(header, made.keyring.header_mac_key())
    made.folder.header.write_bytes(data)
    made.folder.header_copy.write_bytes(data)


def test_creator_opens_the_vault_with_every_key(made):
    ring = unlock(made.folder.path, "AB", PASSWORD)
    assert ring.name == "AB"
    assert ring.role is Role.ADMINISTRATOR
    assert all(ring.holds(compartment) for compartment in Compartment)
    assert ring.store_key() == made.keyring.store_key()
    assert not ring.must_change
    assert not ring.needs_mending


def test_each_key_is_for_one_purpose_and_one_vault(made, make_vault):
    ring, other = made.keyring, make_vault("other").keyring
    keys = [
        bytes(key)
        for each in (ring, other)
        for key in (each.store_key(), each.index_key(), each.journal_key(), each.derive("summary"))
    ]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_five_situations_have_five_messages_in_both_languages(made):
    folder = made.folder
    said: list[ShelterError] = []
    with pytest.raises(WrongPassword) as caught:
        unlock(folder.path, "AB", "something else")
    said.append(caught.value)
    sound = folder.header.read_bytes()
    for path in (folder.header, folder.header_copy):
        path.write_bytes(sound[:-200])
    with pytest.raises(HeaderDamaged) as caught:
        unlock(folder.path, "AB", PASSWORD)
    said.append(caught.value)
    folder.header.write_bytes(sound)
    rewritten(made, format=FORMAT + 1)
    with pytest.raises(NewerVersion) as caught:
        unlock(folder.path, "AB", PASSWORD)
    said.append(caught.value)
    with VaultLock(folder), pytest.raises(VaultInUse) as caught:
        VaultLock(folder).take()
    said.append(caught.value)
    box = made.keyring.seal(Compartment.PEOPLE, b"x", case="c", entry="e", revision="r")
    with pytest.raises(errors.DataDamaged) as caught:
        made.keyring.open(Compartment.PEOPLE, box, case="c", entry="e", revision="other")
    said.append(caught.value)
    assert len({error.render("en") for error in said}) == 5
    assert len({error.exit_code for error in said}) == 5


def test_every_error_has_its_own_exit_code_and_renders():
    kinds = [getattr(errors, name) for name in errors.__all__]
    codes = [kind.exit_code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert not set(codes) & {0, 1, 2}


@pytest.mark.parametrize(
    ("typed", "stored"), [("NFC", "NFD"), ("NFD", "NFC")], ids=["typed composed", "typed decomposed"]
)
def test_password_is_the_same_however_its_accents_are_written(make_vault, typed, stored):
    password = "Müller été Nguyễn 한국"
    assert unicodedata.normalize("NFC", password) != unicodedata.normalize("NFD", password)
    made = make_vault(password=unicodedata.normalize(stored, password))
    assert unlock(made.folder.path, "AB", unicodedata.normalize(typed, password)).name == "AB"
    with pytest.raises(WrongPassword):
        unlock(made.folder.path, "AB", password.replace("ü", "u"))


def test_names_are_found_whatever_the_capitals_and_width(made):
    assert unlock(made.folder.path, " ａｂ", PASSWORD).name == "AB"
    with pytest.raises(UnknownUser):
        unlock(made.folder.path, "ABC", PASSWORD)


def test_a_folder_without_a_vault_is_named_as_such(tmp_path):
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NotAVault):
            unlock(path, "AB", PASSWORD)


def test_a_vault_is_only_made_in_an_empty_folder(make_vault, tmp_path):
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "letter.txt").write_text("kept")
    with pytest.raises(FolderNotEmpty):
        make_vault()
    assert (tmp_path / "vault" / "letter.txt").read_text() == "kept"
    (tmp_path / "empty").mkdir()
    assert make_vault("empty").folder.exists()


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_only_the_owner_reads_the_files_whatever_the_umask(make_vault):
    before = os.umask(0)
    try:
        made = make_vault()
        with VaultLock(made.folder):
            modes = {
                path.name: stat.S_IMODE(path.stat().st_mode)
                for path in (made.folder.path, *made.folder.path.iterdir())
            }
    finally:
        os.umask(before)
    folders = {"vault", "attachments", "backups"}
    assert {modes[name] for name in folders} == {0o700}
    assert {mode for name, mode in modes.items() if name not in folders} == {0o600}
    assert {"vault.hdr", "vault.hdr.2", "vault.lock", "vault.lock.holder"} <= set(modes)


def test_real_vaults_refuse_cheap_keys_and_guessable_passwords(make_vault, cheap):
    with pytest.raises(PasswordTooWeak) as caught:
        make_vault("real", allow_weak=False, password="zhangwei1990", kdf=KdfParams())
    assert caught.value.bits < 45
    with pytest.raises(PasswordRefused):
        make_vault("real", allow_weak=False)
    with pytest.raises(PasswordRefused):
        make_vault("real", allow_weak=False, password="", kdf=KdfParams())


def test_a_real_vault_whose_header_asks_for_a_cheap_derivation_is_damaged(made):
    assert read_header(made.folder).header.test
    rewritten(made, test=False)
    with pytest.raises(HeaderDamaged):
        unlock(made.folder.path, "AB", PASSWORD)


@pytest.mark.parametrize("changed", [{"memory_kib": 1024 * 1024 + 1}, {"passes": 11}, {"lanes": 17}])
def test_a_header_cannot_ask_for_more_than_the_bounds(made, changed):
    slot = made.keyring.slot
    greedy = dataclasses.replace(slot, kdf=dataclasses.replace(slot.kdf, **changed))
    rewritten(made, slots=(greedy,))
    with pytest.raises(HeaderDamaged):
        unlock(made.folder.path, "AB", PASSWORD)


def test_the_demo_password_opens_demo_vaults_only(make_vault, cheap):
    demo = make_vault("demo", demo=True, allow_weak=False, password=DEMO_PASSWORD)
    assert unlock(demo.folder.path, "AB", DEMO_PASSWORD).header.demo
    with pytest.raises(PasswordRefused):
        make_vault(password=DEMO_PASSWORD)
    real = make_vault("other")
    with pytest.raises(PasswordRefused):
        add_user(real.folder, real.keyring, name="CD", role=Role.CASEWORKER, password=DEMO_PASSWORD)
    rewritten(demo, demo=False, test=True)
    with pytest.raises(WrongPassword):
        unlock(demo.folder.path, "AB", DEMO_PASSWORD)


def test_a_disabled_user_is_told_so_only_with_the_right_password(made, join):
    join(Role.CASEWORKER)
    slot = next(slot for slot in made.keyring.header.users if slot.role is Role.CASEWORKER)
    disable_user(made.folder, made.keyring, slot.id)
    with pytest.raises(AccountDisabled):
        unlock(made.folder.path, "caseworker", "caseworker")
    with pytest.raises(WrongPassword):
        unlock(made.folder.path, "caseworker", "guess")


def test_a_closed_ring_holds_no_key_and_opens_nothing(made):
    ring = unlock(made.folder.path, "AB", PASSWORD)
    box = ring.seal(Compartment.HEALTH, b"x", case="c", entry="e", revision="r")
    draft = ring.seal_private(b"y")
    held = [ring.secret_of(compartment, 1) for compartment in Compartment]
    held += [ring.own_keys.exchange, ring.own_keys.signing, ring.anchor]
    assert all(any(key) for key in held)
    ring.close()
    assert not any(any(key) for key in held)
    for use in (
        ring.store_key,
        lambda: ring.open(Compartment.HEALTH, box, case="c", entry="e", revision="r"),
        lambda: ring.seal(Compartment.HEALTH, b"x", case="c", entry="e", revision="r"),
        lambda: ring.seal_inbox(Compartment.HEALTH, b"x", case="c", entry="e", revision="r"),
        lambda: ring.open_private(draft),
        lambda: ring.sign(b"z"),
    ):
        with pytest.raises(RuntimeError, match="closed"):
            use()


def test_no_key_word_or_password_shows_in_what_python_prints(made):
    shown = repr(made) + repr(made.keyring) + repr(made.keyring.own_keys)
    assert made.recovery[0][5] not in shown
    assert made.keyring.store_key().hex() not in shown
    assert "AB" not in repr(made.keyring)


def test_listing_users_loads_no_cryptography_and_no_estimator(made):
    code = (
        "import sys; from pathlib import Path; from shelter_app.vault.folder import VaultFolder;"
        "from shelter_app.vault.header import read_header; from shelter_app.vault.lock import VaultLock;"
        "print([s.name for s in read_header(VaultFolder(Path(sys.argv[1]))).header.users]);"
        "print([m for m in ('cryptography', 'zxcvbn', 'shamir_mnemonic', 'filelock') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(made.folder.path)], capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == ["['AB']", "[]"]


def test_importing_all_of_the_vault_loads_neither_estimator_nor_sheets():
    code = "import sys, shelter_app.vault.vault; print([m for m in ('zxcvbn', 'shamir_mnemonic', 'filelock') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_mending_writes_both_copies_anew(made):
    made.folder.header.write_bytes(b"")
    ring = unlock(made.folder.path, "AB", PASSWORD)
    assert ring.needs_mending
    mend_header(made.folder, ring)
    assert not ring.needs_mending
    read = read_header(made.folder)
    assert not read.needs_mending
    assert len(read.copies) == 2


def test_a_header_of_another_vault_is_never_overwritten(made, make_vault):
    other = make_vault("other")
    for name in ("header", "header_copy"):
        getattr(made.folder, name).write_bytes(getattr(other.folder, name).read_bytes())
    before = made.folder.header.read_bytes()
    with pytest.raises(HeaderDamaged):
        change_header(made.folder, made.keyring, lambda header: header)
    assert made.folder.header.read_bytes() == before
    assert unlock(Path(made.folder.path), "AB", PASSWORD).vault_id == other.keyring.vault_id


def test_a_disk_that_fills_while_a_vault_is_made_leaves_an_empty_folder(make_vault, monkeypatch, tmp_path):
    from shelter_app.vault import header as header_module
    from shelter_app.vault.errors import DiskFull
    from shelter_app.vault.folder import atomic_write

    def fills_at_the_second(path: Path, data: bytes) -> None:
        if path.name == "vault.hdr":
            raise DiskFull
        atomic_write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(header_module, "atomic_write", fills_at_the_second)
        with pytest.raises(DiskFull):
            make_vault()
    assert list((tmp_path / "vault").iterdir()) == []
    assert unlock(make_vault().folder.path, "AB", PASSWORD).name == "AB"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_named(make_vault, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(errors.NoWritePermission):
            make_vault()
    finally:
        tmp_path.chmod(0o700)


def test_a_system_that_refuses_the_folder_is_named(make_vault, monkeypatch):
    def refused(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", refused)
        with pytest.raises(errors.NoWritePermission):
            make_vault()
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_args: False)
        with pytest.raises(errors.NoWritePermission):
            make_vault()


def test_a_slot_without_the_store_key_in_force_is_damage(made):
    rewritten(made, store_epoch=2)
    with pytest.raises(HeaderDamaged):
        unlock(made.folder.path, "AB", PASSWORD)


def test_a_header_without_a_compartment_is_damage(made):
    people = made.keyring.header.compartments[Compartment.PEOPLE]
    rewritten(made, compartments={Compartment.PEOPLE: people})
    with pytest.raises(HeaderDamaged):
        unlock(made.folder.path, "AB", PASSWORD)


def test_a_sealed_key_of_another_length_is_damage(made):
    from shelter_app.vault.slots import seal_key

    ring = made.keyring
    short = seal_key(ring.slot, Compartment.HEALTH, 1, b"short", anchor=ring.anchor, vault_id=ring.vault_id)
    rewritten(made, slots=(short,))
    with pytest.raises(HeaderDamaged):
        unlock(made.folder.path, "AB", PASSWORD)


def test_rights_are_asked_of_an_open_ring_only(made):
    from shelter_app.vault.rights import Right

    ring = unlock(made.folder.path, "AB", PASSWORD)
    ring.require(Right.ERASE)
    ring.close()
    with pytest.raises(errors.NotYours):
        ring.require(Right.ERASE)
