"""Packages, keys and files of a pool that somebody broke are refused with a sentence, whatever is inside."""

import contextlib
import datetime as dt
import io
import json
import zipfile

import pytest

from shelter_app.errors import ShelterError
from shelter_app.exchange.age_keys import encrypt
from shelter_app.exchange.package import open_package, tar_bytes
from shelter_app.exchange.pool_files import pack, read_pool_file
from shelter_app.exchange.pool_keys import new_pool_keys, public_key, public_key_file
from tests.faults.mutating import broken_bytes, broken_json
from tests.faults.test_hostile_files import try_all

FILES = {
    "manifest.json": b'{"kind": "summary", "period": {"first": "2026-01", "last": "2026-03"}, "tables": [1, 2]}',
    "manifest.sig": bytes(64),
    "tables.csv": b"sex,age,persons\nfemale,18-29,12\n" * 40,
}
RECEIVER = new_pool_keys("receiver", "IOM")


def zipped(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


SOUND = {
    "tar": tar_bytes(FILES, dt.date(2026, 3, 1)),
    "zip": zipped(FILES),
    "stored zip": zipped(FILES, zipfile.ZIP_STORED),
}


def package(rng) -> bytes:
    """An archive with changes in it, encrypted as it should be, or changed after it was encrypted."""
    data = SOUND[rng.choice(sorted(SOUND))]
    if rng.random() < 0.7:
        data = broken_bytes(data, rng)
    if rng.random() < 0.3:
        return data
    data = encrypt(data, bytes.fromhex(RECEIVER.public.exchange))
    return broken_bytes(data, rng) if rng.random() < 0.4 else data


@pytest.mark.shares(900, 30_000, most=10_000)
def test_any_package_is_opened_or_refused(share, quick, tally):
    tally.study = "Hostile packages"
    path = quick / "sent.tar.age"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        open_package(path, RECEIVER)

    try_all(tally, share, package, read)
    assert tally.counts["refused"] > share.count / 4
    assert sorted(quick.iterdir()) == [path], "nothing is written beside it"


@pytest.mark.shares(400, 10_000)
def test_any_key_of_an_office_is_read_or_refused(share, quick, tally):
    tally.study = "Hostile keys of offices"
    office = new_pool_keys("office", "KM")
    path, sound = quick / "office.key", public_key_file(office)
    first, facts, rest = sound.split(b"\n", 2)

    def broken(rng) -> bytes:
        if rng.random() < 0.4:
            return broken_bytes(sound, rng)
        changed = broken_json(facts, rng)
        with contextlib.suppress(ValueError, RecursionError):
            values = json.loads(changed)
            if isinstance(values, dict):
                # As somebody who knows the format writes it, with a signature that is right.
                return pack("key", values, b"", office.sign)
        return b"\n".join((first, changed, rest))

    def read(data: bytes) -> None:
        path.write_bytes(data)
        public_key(read_pool_file(path, "key"))

    try_all(tally, share, broken, read)
    assert tally.counts["refused"] > share.count / 4


@pytest.mark.parametrize("kind", SOUND)
def test_the_sound_ones_are_taken_so_that_a_refusal_means_something(kind, tmp_path):
    path = tmp_path / "sent.tar.age"
    path.write_bytes(encrypt(SOUND[kind], bytes.fromhex(RECEIVER.public.exchange)))
    assert open_package(path, RECEIVER).files == FILES
    key = tmp_path / "office.key"
    office = new_pool_keys("office", "KM")
    key.write_bytes(public_key_file(office))
    assert public_key(read_pool_file(key, "key")) == office.public


def test_a_zip_with_a_file_without_a_name_is_refused(tmp_path):
    data = bytearray(zipped({"x": b"x"}))
    entry = data.find(b"PK\x01\x02")
    # The one letter of its name becomes a comment on it.
    data[entry + 28], data[entry + 32] = 0, 1
    (tmp_path / "sent.zip").write_bytes(data)
    with pytest.raises(ShelterError):
        open_package(tmp_path / "sent.zip", None)


def test_a_zip_that_says_it_is_encrypted_is_refused(tmp_path):
    data = bytearray(zipped(FILES))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + flags] |= 1
    (tmp_path / "sent.zip").write_bytes(data)
    with pytest.raises(ShelterError):
        open_package(tmp_path / "sent.zip", None)
