"""The header: damage is found and never taken for a wrong password, crashes leave a vault that opens."""

from __future__ import annotations

import dataclasses
import errno
import os
import random
import stat
from pathlib import Path

import pytest

from shelter_app.vault import folder as folder_module
from shelter_app.vault.crypto import random_key
from shelter_app.vault.errors import (
    DiskFailed,
    DiskFull,
    HeaderDamaged,
    NewerVersion,
    NoWritePermission,
    UnknownUser,
    WrongPassword,
)
from shelter_app.vault.folder import atomic_write
from shelter_app.vault.header import decode_header, encode_header, read_header, write_header
from shelter_app.vault.header_change import change_header
from shelter_app.vault.new_keys import bring_into_force, plan_removal
from shelter_app.vault.rights import Compartment, Role
from shelter_app.vault.slots import seal_key
from shelter_app.vault.vault import change_password, mend_header, note_journal_head, unlock

PASSWORD = "copper heron battery mango"


def remove_slot(folder, by, slot_id):
    """What removing does to the header where the file of the store has to wait."""
    bring_into_force(folder, by, plan_removal(by, slot_id, store_later=True))


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def test_content_survives_writing_and_reading(made, join):
    join(Role.HEALTH_WORKER)
    ring = made.keyring
    note_journal_head(made.folder, ring, "A", 12, "ab" * 32)
    remove_slot(made.folder, ring, ring.header.users[1].id)
    copy = decode_header(encode_header(ring.header, ring.header_mac_key()))
    assert copy.header == ring.header
    assert copy.header.journal_head["A"].number == 12
    assert copy.header.rotation_due
    assert len(copy.header.former) == 1
    assert copy.authentic(ring.header_mac_key())
    assert not copy.authentic(random_key())


def test_two_thousand_flipped_bits_are_all_damage(made, join):
    for role in Role:
        join(role)
    sound = made.folder.header.read_bytes()
    assert decode_header(sound).header == made.keyring.header
    chance = random.Random(20)
    for _ in range(2000):
        with pytest.raises(HeaderDamaged):
            decode_header(flipped(sound, chance))
    for length in range(0, len(sound), 7):
        with pytest.raises(HeaderDamaged):
            decode_header(sound[:length])
    for more in (b"\n", b"x", sound):
        with pytest.raises(HeaderDamaged):
            decode_header(sound + more)


def test_flips_in_both_copies_are_reported_as_damage_by_unlock(made):
    sound, chance = made.folder.header.read_bytes(), random.Random(21)
    for _ in range(200):
        made.folder.header.write_bytes(flipped(sound, chance))
        made.folder.header_copy.write_bytes(flipped(sound, chance))
        with pytest.raises(HeaderDamaged):
            unlock(made.folder.path, "AB", PASSWORD)
    made.folder.header.write_bytes(sound)
    assert unlock(made.folder.path, "AB", PASSWORD).name == "AB"


@pytest.mark.parametrize("which", ["header", "header_copy"])
def test_one_good_copy_is_enough_and_the_damage_is_told(made, which):
    path = getattr(made.folder, which)
    sound, chance = path.read_bytes(), random.Random(22)
    for broken in (flipped(sound, chance), b"", sound[:100], None):
        path.unlink(missing_ok=True) if broken is None else path.write_bytes(broken)
        read = read_header(made.folder)
        assert read.damaged == (path.name,)
        assert read.needs_mending
        ring = unlock(made.folder.path, "AB", PASSWORD)
        assert ring.store_key() == made.keyring.store_key()
        assert ring.needs_mending


def test_a_newer_format_is_told_from_damage(made):
    newer = dataclasses.replace(made.keyring.header, format=7)
    data = encode_header(newer, made.keyring.header_mac_key())
    with pytest.raises(NewerVersion) as caught:
        decode_header(data)
    assert "7" in caught.value.render("en")
    chance = random.Random(23)
    for _ in range(200):
        with pytest.raises(HeaderDamaged):
            decode_header(flipped(data, chance))


def with_right_digest(made, ring, change):
    """What somebody without the store key can write: a right digest and a wrong MAC, in both copies."""
    data = encode_header(change(read_header(made.folder).header), random_key())
    made.folder.header.write_bytes(data)
    made.folder.header_copy.write_bytes(data)


def test_a_change_without_the_store_key_is_found(made, join):
    join(Role.REPORTING_OFFICER)
    user = made.keyring.header.users[1]
    assert unlock(made.folder.path, user.name, user.name).role is Role.REPORTING_OFFICER
    with_right_digest(
        made,
        made.keyring,
        lambda header: header.with_slot(dataclasses.replace(user, role=Role.ADMINISTRATOR)),
    )
    with pytest.raises(HeaderDamaged):
        unlock(made.folder.path, user.name, user.name)


def test_a_slot_moved_into_another_vault_is_refused_even_with_its_password(made, make_vault):
    other = make_vault("other", user="EF", password="another password")
    foreign = other.keyring.slot
    change_header(made.folder, made.keyring, lambda header: header.with_slot(foreign))
    with pytest.raises(HeaderDamaged):
        unlock(made.folder.path, "EF", "another password")
    with pytest.raises(WrongPassword):
        unlock(made.folder.path, "EF", "guess")
    assert unlock(made.folder.path, "AB", PASSWORD).name == "AB"


def test_keys_slipped_in_by_somebody_who_was_never_a_user_are_refused(made):
    """They can seal to a public key and write files; they do not know the anchor that users share."""
    planted = random_key()
    slot = made.keyring.slot
    for compartment in Compartment:
        forged = seal_key(slot, compartment, 1, planted, anchor=random_key(), vault_id=made.keyring.vault_id)
        with_right_digest(made, made.keyring, lambda header, forged=forged: header.with_slot(forged))
        with pytest.raises(HeaderDamaged):
            unlock(made.folder.path, "AB", PASSWORD)


def test_a_public_key_that_is_not_the_compartments_is_found_by_its_holders(made, join):
    """An insider with the store key can write a header; who holds the people key notices."""
    join(Role.REPORTING_OFFICER)
    header = made.keyring.header
    swapped = {
        **header.compartments,
        Compartment.PEOPLE: dataclasses.replace(
            header.compartments[Compartment.PEOPLE], public=made.keyring.slot.xpub
        ),
    }
    write_header(
        made.folder, dataclasses.replace(header, compartments=swapped), made.keyring.header_mac_key()
    )
    ring = unlock(made.folder.path, "AB", PASSWORD)
    assert ring.public_held(Compartment.PEOPLE) == header.compartments[Compartment.PEOPLE].public
    assert ring.public_held(Compartment.PEOPLE) != ring.header.compartments[Compartment.PEOPLE].public
    assert ring.public_held(Compartment.HEALTH) == ring.header.compartments[Compartment.HEALTH].public


def crash_between_copies(made, monkeypatch, step):
    """Run `step` and stop it after the first of the two header copies has been written."""
    from shelter_app.vault import header as header_module

    written = []

    def stop_after_first(path: Path, data: bytes) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path)
        atomic_write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(header_module, "atomic_write", stop_after_first)
        with pytest.raises(KeyboardInterrupt):
            step()
    assert written == [made.folder.header_copy]


def test_a_password_change_cut_off_between_the_copies_opens_with_either(made, monkeypatch):
    crash_between_copies(
        made, monkeypatch, lambda: change_password(made.folder, made.keyring, PASSWORD, "new one")
    )
    for password in (PASSWORD, "new one"):
        ring = unlock(made.folder.path, "AB", password)
        assert ring.needs_mending
        assert ring.by_former_lock == (password == PASSWORD)
        assert ring.store_key() == made.keyring.store_key()
    with pytest.raises(WrongPassword):
        unlock(made.folder.path, "AB", "neither")
    # The newer copy counts, with whichever password somebody comes in.
    mend_header(made.folder, unlock(made.folder.path, "AB", PASSWORD))
    assert not unlock(made.folder.path, "AB", "new one").needs_mending
    with pytest.raises(WrongPassword):
        unlock(made.folder.path, "AB", PASSWORD)


def test_a_removal_cut_off_between_the_copies_counts(made, join, monkeypatch):
    join(Role.CASEWORKER)
    gone = made.keyring.header.users[1]
    crash_between_copies(made, monkeypatch, lambda: remove_slot(made.folder, made.keyring, gone.id))
    with pytest.raises(UnknownUser):
        unlock(made.folder.path, gone.name, gone.name)
    ring = unlock(made.folder.path, "AB", PASSWORD)
    mend_header(made.folder, ring)
    assert [user.name for user in read_header(made.folder).header.users] == ["AB"]
    assert read_header(made.folder).header.rotation_due


def test_sequence_numbers_only_grow(made):
    seen = [made.keyring.header.seq]
    for number in range(3):
        note_journal_head(made.folder, made.keyring, "A", number, "00")
        seen.append(made.keyring.header.seq)
    stale = dataclasses.replace(made.keyring.header, seq=0)
    seen.append(write_header(made.folder, stale, made.keyring.header_mac_key()).seq)
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, NoWritePermission),
        (errno.EACCES, NoWritePermission),
        (errno.EIO, DiskFailed),
    ],
)
@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_a_failing_disk_leaves_the_old_header(made, monkeypatch, number, error, call):
    before = made.folder.header.read_bytes()

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        if call == "replace":
            patched.setattr(Path, "replace", fail)
        else:
            patched.setattr(folder_module.os, call, fail)
        with pytest.raises(error):
            atomic_write(made.folder.header, b"new")
    assert made.folder.header.read_bytes() == before
    assert not list(made.folder.path.glob("*.new"))
    atomic_write(made.folder.header, before)
    assert unlock(made.folder.path, "AB", PASSWORD).name == "AB"


def test_a_folder_that_has_gone_is_named(tmp_path):
    with pytest.raises(NoWritePermission, match="not there any more") as told:
        atomic_write(tmp_path / "missing" / "file", b"x")
    assert str(tmp_path / "missing") in str(told.value)
    assert "file" not in str(told.value).replace(str(tmp_path), "")


def test_other_system_errors_are_not_dressed_up(tmp_path, monkeypatch):
    def fail(*_args):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(folder_module.os, "open", fail)
    with pytest.raises(OSError, match="Too many open files"):
        atomic_write(tmp_path / "file", b"x")


def test_a_draft_left_by_a_crash_does_not_stand_in_the_way(tmp_path):
    (tmp_path / "file.new").write_bytes(b"half")
    atomic_write(tmp_path / "file", b"whole")
    assert (tmp_path / "file").read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.pop("seq"),
        lambda content: content.update(seq="1"),
        lambda content: content.update(seq=-1),
        lambda content: content.update(extra=1),
        lambda content: content.update(demo=1),
        lambda content: content.update(slots=[3]),
        lambda content: content.update(slots=content["slots"] * 2),
        lambda content: content.update(rotation_due=5),
        lambda content: content.pop("rotation_due"),
        lambda content: content["slots"][0].update(role="king"),
        lambda content: content["slots"][0].update(kind="friend"),
        lambda content: content["slots"][0].update(kdf=None),
        lambda content: content["slots"][0].update(split=[1]),
        lambda content: content["slots"][0].update(xpub="AAAA"),
        lambda content: content["slots"][0].update(wrapped="!"),
        lambda content: content["slots"][0]["kdf"].update(salt=""),
        lambda content: content["slots"][0]["sealed"].update(store={"one": "AAAA"}),
        lambda content: content["slots"][0]["sealed"].update(store={"1": 3}),
        lambda content: content["slots"][0]["sealed"].update(attic={}),
        lambda content: content["compartments"]["people"].update(public="AAAA"),
        lambda content: content.update(compartments=[]),
        lambda content: content["journal_head"].update(A={"number": 1}),
        lambda content: content["former"].append({"slot": "x"}),
    ],
)
def test_content_that_breaks_a_rule_is_damage_even_with_a_right_digest(made, spoil):
    import hashlib
    import json

    def sealed(content: dict) -> bytes:
        body = lines[0] + b"\n" + json.dumps(content).encode() + b"\n" + lines[2] + b"\n"
        return body + b"sha256 " + hashlib.sha256(body).hexdigest().encode() + b"\n"

    lines = made.folder.header.read_bytes().split(b"\n")
    content = json.loads(lines[1])
    assert decode_header(sealed(content)).header == made.keyring.header
    spoil(content)
    with pytest.raises(HeaderDamaged):
        decode_header(sealed(content))


@pytest.mark.parametrize("text", [b"{", b"[" * 100_000, b'"\xff"', b"null", b"1e999"])
def test_nonsense_with_a_right_digest_is_damage(text):
    import hashlib

    body = b"shelter-vault 1\n" + text + b"\nmac 00\n"
    with pytest.raises(HeaderDamaged):
        decode_header(body + b"sha256 " + hashlib.sha256(body).hexdigest().encode() + b"\n")


def test_a_huge_header_is_not_read_into_memory(made):
    with made.folder.header.open("ab") as file:
        file.truncate(5 * 1024 * 1024)
    assert read_header(made.folder).damaged == ("vault.hdr",)


@pytest.mark.parametrize(
    "first_line", [b"something else 1", b"shelter-vault x", b"shelter-vault 0", b"shelter-vault 1"]
)
def test_a_file_that_is_no_header_is_damage_even_with_a_right_digest(first_line):
    import hashlib

    body = first_line + b"\n{}\nno mac line\n"
    with pytest.raises(HeaderDamaged):
        decode_header(body + b"sha256 " + hashlib.sha256(body).hexdigest().encode() + b"\n")


@pytest.mark.skipif(os.name != "posix", reason="POSIX folders")
def test_a_stick_that_cannot_sync_folders_is_still_written_to(tmp_path, monkeypatch):
    real, answers = os.fsync, [errno.EINVAL, errno.EIO]

    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(answers[0], "no")
        real(descriptor)

    monkeypatch.setattr(folder_module.os, "fsync", only_files)
    atomic_write(tmp_path / "file", b"whole")
    assert (tmp_path / "file").read_bytes() == b"whole"
    answers.pop(0)
    with pytest.raises(DiskFailed):
        atomic_write(tmp_path / "file", b"whole again")
