"""Whatever is done to the archive of a package or to its encryption, it is refused before anything in it is believed."""

from __future__ import annotations

import io
import tarfile

import pytest

from shelter_app.casework.package_check import verify_packages
from shelter_app.exchange.age_keys import encrypt
from shelter_app.exchange.package import sealed, tar_bytes
from tests.app.package.dishonest import PDF, checked, packed
from tests.app.package.package_world import ABOUT, OTHER_RECEIVER, RECEIVER

MONTH = ABOUT["made_on"]


def archive(sound, **extra):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(sound):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(sound[name]), 0o644
            for key, value in extra.items():
                setattr(entry, key, value)
            tar.addfile(entry, io.BytesIO(sound[name]))
    return out.getvalue()


def with_entry(sound, **facts):
    data = tar_bytes(sound, MONTH)
    out = io.BytesIO(data)
    with tarfile.open(fileobj=out, mode="a", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo(facts.pop("name"))
        for key, value in facts.items():
            setattr(entry, key, value)
        tar.addfile(entry)
    return out.getvalue()


ARCHIVES = {
    "names of a user": lambda f: archive(f, uname="lihong", mtime=1),
    "times of files": lambda f: archive(f, mtime=1_772_000_000),
    "bytes at the end": lambda f: tar_bytes(f, MONTH)[:-7] + b"Li Hong",
    "a link": lambda f: with_entry(f, name="x", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a folder": lambda f: with_entry(f, name="x", type=tarfile.DIRTYPE),
    "a name twice": lambda f: with_entry(f, name=PDF),
    "no archive": lambda _: b"hello",
    "an empty archive": lambda _: tar_bytes({}, MONTH),
    "half an archive": lambda f: tar_bytes(f, MONTH)[:60_000],
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_that_holds_more_than_files_is_refused(name, sound, tmp_path):
    data = ARCHIVES[name](sound)
    report = checked(tmp_path, encrypt(data, bytes.fromhex(RECEIVER.public.exchange)))
    assert report.verdict("opens") == "refused"


@pytest.mark.parametrize("at", [30, 60, 150, 190, 230, 5000, -1])
def test_a_flipped_bit_anywhere_in_the_encryption_is_refused(at, sound, tmp_path):
    data = bytearray(packed(sound))
    data[at] ^= 4
    assert checked(tmp_path, bytes(data)).verdict("opens") == "refused"


@pytest.mark.parametrize("keep", [0, 10, 100, 1000, 70_000, -1])
def test_a_package_that_was_cut_off_is_refused(keep, sound, tmp_path):
    assert checked(tmp_path, packed(sound)[:keep]).verdict("opens") == "refused"


def test_a_package_for_somebody_else_does_not_open(sound, tmp_path):
    assert checked(tmp_path, sealed(sound, MONTH, OTHER_RECEIVER.public)).verdict("opens") == "refused"


def test_an_encrypted_package_without_a_key_does_not_open(sound, tmp_path):
    (tmp_path / "x.tar.age").write_bytes(packed(sound))
    [report] = verify_packages([tmp_path / "x.tar.age"])
    assert report.verdict("opens") == "refused"
