"""Keys of a pool: fingerprints to compare by phone, public files that nobody else can hand out, and private files."""

import dataclasses
import json
import re

import pytest

from shelter_app.casework import pool_rounds
from shelter_app.exchange.pool_errors import KeyFileDamaged, KeyFileThere, NotAPoolFile, WrongKeyPassword
from shelter_app.exchange.pool_files import read_pool_file
from shelter_app.exchange.pool_keys import open_key_file, public_key, public_key_file
from shelter_app.vault.errors import PasswordTooWeak
from tests.app.pool.pool_network import CHEAP
from tests.app.pool.pool_world import World, resigned
from tests.conftest import PASSWORD


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_a_fingerprint_is_thirty_digits_of_everything_that_the_key_is(world):
    key = world.receivers[0].public
    assert re.fullmatch(r"(\d{5} ){5}\d{5}", key.fingerprint)
    assert key.is_said(key.fingerprint.replace(" ", ""))
    assert key.is_said(key.fingerprint.replace(" ", "-"))
    assert not key.is_said("")
    assert not key.is_said(key.fingerprint[:-1])
    others = [
        dataclasses.replace(key, **change)
        for change in (
            {"id": "FIRST2"},
            {"role": "coordinator"},
            {"sign": "00" * 32},
            {"exchange": "00" * 32},
        )
    ]
    assert len({key.fingerprint, *(other.fingerprint for other in others)}) == 5


def test_nobody_can_hand_out_the_key_of_somebody_else_as_their_own(world):
    path = world.write("key", public_key_file(world.receivers[0]))
    assert public_key(read_pool_file(path, "key")) == world.receivers[0].public
    with pytest.raises(NotAPoolFile):
        public_key(read_pool_file(resigned(path, world.receivers[1], id="ME"), "key"))


def test_a_key_file_opens_with_its_password_and_nothing_else_and_is_never_overwritten(tmp_path):
    public, (pub, key) = pool_rounds.make_key("receiver", "IOM", PASSWORD, tmp_path, kdf=CHEAP)
    assert pool_rounds.read_public_key(pub) == public == open_key_file(key, PASSWORD).public
    with pytest.raises(WrongKeyPassword):
        open_key_file(key, PASSWORD + "x")
    with pytest.raises(KeyFileThere, match=r"IOM\.pub"):
        pool_rounds.make_key("receiver", "IOM", PASSWORD, tmp_path, kdf=CHEAP)
    with pytest.raises(PasswordTooWeak):
        pool_rounds.make_key("receiver", "B", "12345", tmp_path, kdf=CHEAP)
    secrets = open_key_file(key, PASSWORD)
    sound = key.read_bytes()
    for secret in (secrets.signing, secrets.exchange):
        assert secret.hex().encode() not in sound
        assert secret not in sound
    body = json.loads(sound)
    wrong = [
        body | {"format": "other"},
        body | {"public": body["public"] | {"id": "OTHER"}},
        body | {"kdf": body["kdf"] | {"memory_kib": 2**40}},
        body | {"box": body["box"][:-2] + "00"},
        {**body, "public": []},
    ]
    for text in (*(json.dumps(each).encode() for each in wrong), b"", b"[]", sound[:50], b"\xff"):
        key.write_bytes(text)
        with pytest.raises(KeyFileDamaged):
            open_key_file(key, PASSWORD)
