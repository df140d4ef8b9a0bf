"""Sealed parts open for who holds the key, at the place where they were written, and nowhere else."""

from __future__ import annotations

import dataclasses
import random

import pytest

from shelter_app.vault import crypto
from shelter_app.vault.errors import DataDamaged, KeyNotHeld
from shelter_app.vault.header_change import change_header
from shelter_app.vault.keyring import Box, verify
from shelter_app.vault.rights import Compartment, Role
from shelter_app.vault.vault import unlock

PLACE = {"case": "CAN-A-15-0001-7", "entry": "e1", "revision": "r1"}
DATA = '{"name":"阮氏 Lan"}'.encode()


def test_what_is_sealed_opens_again_and_shows_nothing(made):
    box = made.keyring.seal(Compartment.PEOPLE, DATA, **PLACE)
    assert made.keyring.open(Compartment.PEOPLE, box, **PLACE) == DATA
    assert b"Lan" not in box.data
    assert "阮".encode() not in box.data


def test_equal_parts_never_look_alike(made):
    boxes = {made.keyring.seal(Compartment.PEOPLE, DATA, **PLACE).data for _ in range(50)}
    assert len(boxes) == 50


@pytest.mark.parametrize("sealing", ["key", "inbox"])
@pytest.mark.parametrize("moved", ["case", "entry", "revision", "compartment", "epoch", "vault", "split"])
def test_a_part_cannot_be_moved(made, make_vault, moved, sealing):
    ring = made.keyring
    seal = ring.seal if sealing == "key" else ring.seal_inbox
    author = ring.epub
    box = seal(Compartment.PEOPLE, DATA, **PLACE)
    assert ring.open(Compartment.PEOPLE, box, **PLACE, author=author) == DATA
    place, compartment = dict(PLACE), Compartment.PEOPLE
    if moved in place:
        place[moved] += "x"
    elif moved == "compartment":
        compartment = Compartment.HEALTH
    elif moved == "split":
        place |= {"entry": "e1r", "revision": "1"}
    elif moved == "vault":
        ring = make_vault("other").keyring
    if moved == "epoch":
        # The same secret under another number stands for a key that was carried over wrongly.
        ring._secrets[compartment][2] = ring._secrets[compartment][1]
        box = dataclasses.replace(box, epoch=2)
    with pytest.raises(DataDamaged):
        ring.open(compartment, box, **place, author=author)


@pytest.mark.parametrize("sealing", ["key", "inbox"])
def test_any_changed_bit_and_any_shortening_is_found(made, sealing):
    ring, chance = made.keyring, random.Random(5)
    box = (ring.seal if sealing == "key" else ring.seal_inbox)(Compartment.HEALTH, DATA, **PLACE)
    wrong = []
    for _ in range(300):
        data = bytearray(box.data)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        wrong.append(bytes(data))
    wrong += [box.data[:length] for length in range(len(box.data))]
    for data in wrong:
        with pytest.raises(DataDamaged):
            ring.open(Compartment.HEALTH, dataclasses.replace(box, data=data), **PLACE, author=ring.epub)
    other = "inbox" if sealing == "key" else "key"
    with pytest.raises(DataDamaged):
        ring.open(Compartment.HEALTH, Box(1, other, box.data), **PLACE, author=ring.epub)


def test_who_holds_no_key_reads_nothing_and_learns_who_can(made, join):
    officer = join(Role.REPORTING_OFFICER)
    box = made.keyring.seal(Compartment.PEOPLE, DATA, **PLACE)
    assert not officer.holds(Compartment.PEOPLE)
    assert officer.holds(Compartment.STORE)
    assert officer.store_key() == made.keyring.store_key()
    for use in (
        lambda: officer.open(Compartment.PEOPLE, box, **PLACE),
        lambda: officer.seal(Compartment.PEOPLE, DATA, **PLACE),
        officer.index_key,
    ):
        with pytest.raises(KeyNotHeld) as caught:
            use()
        assert caught.value.who == ("AB",)
        assert "administrator" in caught.value.render("en")
        assert "names and free text" in caught.value.render("en")
        assert "AB" not in caught.value.render("en")


def test_who_holds_no_key_can_write_and_not_read_back(made, join):
    worker = join(Role.CASEWORKER)
    assert not worker.holds(Compartment.HEALTH)
    box = worker.seal_for(Compartment.HEALTH, DATA, **PLACE)
    assert box.sealing == "inbox"
    with pytest.raises(KeyNotHeld):
        worker.open(Compartment.HEALTH, box, **PLACE, author=worker.epub)
    assert made.keyring.open(Compartment.HEALTH, box, **PLACE, author=worker.epub) == DATA
    assert worker.seal_for(Compartment.PEOPLE, DATA, **PLACE).sealing == "key"


def test_nobody_can_put_their_signature_on_the_part_of_another(made, join):
    author, thief = join(Role.CASEWORKER), join(Role.CONSULAR_OFFICER)
    box = author.seal_inbox(Compartment.HEALTH, DATA, **PLACE)
    with pytest.raises(DataDamaged):
        made.keyring.open(Compartment.HEALTH, box, **PLACE, author=thief.epub)
    # As much as somebody with a key of their own can do: sign the same sealed bytes for the same place.
    place = thief._place(Compartment.HEALTH, **PLACE)
    bound = crypto.bind(place.bound("inbox", box.epoch), thief.epub)
    stolen = box.data[:1] + thief.sign(bound + box.data[65:]) + box.data[65:]
    with pytest.raises(DataDamaged):
        made.keyring.open(Compartment.HEALTH, Box(1, "inbox", stolen), **PLACE, author=thief.epub)


def test_an_inbox_part_is_not_opened_without_saying_who_wrote_it(made):
    box = made.keyring.seal_inbox(Compartment.PEOPLE, DATA, **PLACE)
    with pytest.raises(ValueError, match="author"):
        made.keyring.open(Compartment.PEOPLE, box, **PLACE)


def test_lengths_tell_only_the_bucket(made):
    lengths = {
        size: len(made.keyring.seal(Compartment.PEOPLE, b"x" * size, **PLACE).data)
        for size in (0, 1, 124, 125, 252, 253, 4000, 4092, 4093, 8188, 8189, 50_000)
    }
    overhead = lengths[0] - 128
    buckets = {size: length - overhead for size, length in lengths.items()}
    assert buckets == {
        0: 128, 1: 128, 124: 128, 125: 256, 252: 256, 253: 512, 4000: 4096, 4092: 4096,
        4093: 8192, 8188: 8192, 8189: 12288, 50_000: 53248,
    }  # fmt: skip


def test_padding_keeps_every_length():
    for size in (*range(300), 4091, 4092, 4093, 9000):
        data = bytes([size % 251]) * size
        assert crypto.unpad(crypto.pad(data)) == data
    with pytest.raises(crypto.Broken):
        crypto.unpad((1000).to_bytes(4, "big") + bytes(10))


def test_drafts_open_for_their_author_only(made, join):
    worker, colleague = join(Role.CASEWORKER), join(Role.CONSULAR_OFFICER)
    box = worker.seal_private(DATA)
    again = unlock(made.folder.path, "caseworker", "caseworker")
    assert again.open_private(box) == DATA
    for ring in (colleague, made.keyring):
        with pytest.raises(DataDamaged):
            ring.open_private(box)
    with pytest.raises(DataDamaged):
        worker.open_private(box, label="something else")


def test_attachments_open_with_their_own_key_in_their_own_vault(made, make_vault):
    data = random.Random(1).randbytes(100_000)
    key, box = made.keyring.seal_file(data)
    assert made.keyring.open_file(key, box) == data
    other_key, other_box = made.keyring.seal_file(data)
    assert key != other_key
    assert len(box) == len(other_box)
    attempts = [(other_key, box), (key, other_box), (key, box[:-1]), (key, b""), (key, b"\x02" + box[1:])]
    for wrong_key, wrong_box in attempts:
        with pytest.raises(DataDamaged):
            made.keyring.open_file(wrong_key, wrong_box)
    with pytest.raises(DataDamaged):
        make_vault("other").keyring.open_file(key, box)


def test_signatures_say_who(made, join):
    worker = join(Role.CASEWORKER)
    signature = worker.sign(b"line")
    assert verify(worker.epub, b"line", signature)
    assert not verify(worker.epub, b"other line", signature)
    assert not verify(made.keyring.epub, b"line", signature)
    assert not verify(b"short", b"line", signature)


def test_parts_of_an_earlier_epoch_stay_readable_and_new_ones_take_the_new(made):
    """What a rotation will do: a second epoch in force while old parts wait to be re-sealed."""
    ring = made.keyring
    old = ring.seal(Compartment.PEOPLE, DATA, **PLACE)
    secret = crypto.random_key()
    from shelter_app.vault.header import CompartmentKey
    from shelter_app.vault.keyring import compartment_private
    from shelter_app.vault.slots import seal_key

    def rotated(header):
        slot = seal_key(ring.slot, Compartment.PEOPLE, 2, secret, anchor=ring.anchor, vault_id=ring.vault_id)
        public = crypto.x25519_public(compartment_private(secret))
        keys = {**header.compartments, Compartment.PEOPLE: CompartmentKey(2, public)}
        return dataclasses.replace(header.with_slot(slot), compartments=keys)

    change_header(made.folder, ring, rotated)
    again = unlock(made.folder.path, "AB", "copper heron battery mango")
    assert again.epochs(Compartment.PEOPLE) == (1, 2)
    assert again.open(Compartment.PEOPLE, old, **PLACE) == DATA
    new = again.seal(Compartment.PEOPLE, DATA, **PLACE)
    assert new.epoch == 2
    assert again.open(Compartment.PEOPLE, new, **PLACE) == DATA
    with pytest.raises(KeyNotHeld):
        ring.open(Compartment.PEOPLE, new, **PLACE)
