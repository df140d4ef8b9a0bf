"""A package is the same bytes inside every time, opens with the ordinary tools, and is made for one receiver only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import zipfile

import pytest

from shelter_app.casework import packages, pool, summary
from shelter_app.casework.package_check import verify_packages
from shelter_app.cli import main
from shelter_app.domain.periods import Period
from shelter_app.exchange.age_keys import age_identity, age_recipient
from shelter_app.exchange.package import SIGNATURE, open_package, sealed, tar_bytes
from shelter_app.exchange.package_errors import NoOfficeKey, NotOpened, NotReleased, ReceiverUnknown
from shelter_app.exchange.pool_keys import public_key_file, sealed_key_file
from shelter_app.vault.errors import NotYours
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Role
from tests.app.package.office import introduce
from tests.app.package.package_world import ABOUT, OFFICE, OTHER_RECEIVER, RECEIVER, files_of, release_of
from tests.conftest import PASSWORD

PERIOD = Period.parse("2025-H2")
MONTH = ABOUT["made_on"]


@pytest.fixture
def office(session, tmp_path):
    """A vault with a release that has no table: nobody is registered there."""
    introduce(session, tmp_path)
    summary.write_release(session, summary.make_preview(session, PERIOD), tmp_path / "own")
    return session


def test_a_repeated_package_is_the_same_inside_and_never_outside(office, tmp_path):
    first = packages.write_package(office, PERIOD, "IOM", tmp_path / "one")
    again = packages.write_package(office, PERIOD, "IOM", tmp_path / "two")
    assert open_package(first, RECEIVER) == open_package(again, RECEIVER)
    assert first.read_bytes() != again.read_bytes()
    assert first.name == "summary-KM-2025-H2-IOM.tar.age"
    made = [entry for entry in office.journal.read(limit=9) if entry.action == "summary.packaged"]
    assert [(entry.detail["to"], entry.detail["period"]) for entry in made] == [("IOM", "2025-H2")] * 2


def test_a_receiver_that_nobody_compared_gets_nothing(office, tmp_path):
    with pytest.raises(ReceiverUnknown):
        packages.write_package(office, PERIOD, "UNODC", tmp_path / "out")
    pool.forget_key(office, "IOM")
    with pytest.raises(ReceiverUnknown):
        packages.write_package(office, PERIOD, "IOM", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_period_without_a_release_and_an_office_without_a_key_make_no_package(session, tmp_path):
    path = tmp_path / "IOM.pub"
    path.write_bytes(public_key_file(RECEIVER))
    pool.trust_key(session, path, RECEIVER.public.fingerprint)
    with pytest.raises(NotReleased):
        packages.write_package(session, PERIOD, "IOM", tmp_path / "out")
    summary.write_release(session, summary.make_preview(session, PERIOD), tmp_path / "own")
    with pytest.raises(NoOfficeKey):
        packages.write_package(session, PERIOD, "IOM", tmp_path / "out")


def test_who_makes_no_summaries_makes_no_packages(office, as_role, tmp_path):
    for role in Role:
        session = as_role(role)
        try:
            path = packages.write_package(session, PERIOD, "IOM", tmp_path / role.value)
        except NotYours:
            assert not (tmp_path / role.value).exists()
            continue
        assert path.exists()


def test_the_ordinary_tools_open_a_package(sound, tmp_path):
    age = shutil.which("age")
    if age is None:
        pytest.skip("the tool age is not installed here")
    (tmp_path / "x.tar.age").write_bytes(sealed(sound, MONTH, RECEIVER.public))
    (tmp_path / "key").write_text(age_identity(RECEIVER.exchange) + "\n")
    subprocess.run(
        [age, "-d", "-i", "key", "-o", "x.tar", "x.tar.age"], cwd=tmp_path, check=True, capture_output=True
    )
    with tarfile.open(tmp_path / "x.tar") as archive:
        assert sorted(archive.getnames()) == sorted(sound)
        member = archive.extractfile("manifest.json")
        assert member is not None
        assert member.read() == sound["manifest.json"]
        assert {(entry.uname, entry.uid, entry.mode) for entry in archive} == {("", 0, 0o644)}


def test_keys_read_as_age_writes_them():
    import pyrage

    identity = pyrage.x25519.Identity.from_str(age_identity(RECEIVER.exchange))
    assert str(identity.to_public()) == age_recipient(bytes.fromhex(RECEIVER.public.exchange))
    # The key pair in the documentation of age (age-keygen), its private half in bytes.
    assert age_identity(bytes(32)).startswith("AGE-SECRET-KEY-1QQQQQQ")


def test_a_folder_a_tar_and_a_zip_are_read_alike(sound, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, data in sound.items():
        (folder / name).write_bytes(data)
    (tmp_path / "x.tar").write_bytes(tar_bytes(sound, MONTH))
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name, data in sound.items():
            archive.writestr(name, data)
    for path in (folder, tmp_path / "x.tar", tmp_path / "x.zip"):
        [report] = verify_packages([path], None, [OFFICE.public])
        assert report.sound, [finding.sentence("en") for finding in report.findings]


def test_only_its_receiver_opens_a_package(sound, tmp_path):
    (tmp_path / "x.tar.age").write_bytes(sealed(sound, MONTH, RECEIVER.public))
    with pytest.raises(NotOpened):
        open_package(tmp_path / "x.tar.age", OTHER_RECEIVER)


# The commands ------------------------------------------------------------------------------------------


@pytest.fixture
def call(tmp_path, capfd):
    def run(*words, password=PASSWORD):
        read, write = os.pipe()
        os.write(write, f"{password}\n".encode())
        os.close(write)
        try:
            code = main([*(str(word) for word in words), *(["--password-fd", str(read)] if password else [])])
        finally:
            os.close(read)
        return code, capfd.readouterr().out

    return run


@pytest.fixture
def keys(tmp_path):
    cheap = KdfParams(memory_kib=64, passes=1, lanes=1)
    (tmp_path / "IOM.key").write_bytes(sealed_key_file(RECEIVER, PASSWORD, cheap))
    (tmp_path / "KM.pub").write_bytes(public_key_file(OFFICE))
    return tmp_path / "IOM.key", tmp_path / "KM.pub"


def test_a_receiver_verifies_and_opens_with_commands(sound, call, keys, tmp_path):
    package = tmp_path / "x.tar.age"
    package.write_bytes(sealed(sound, MONTH, RECEIVER.public))
    key, office = keys
    code, said = call(
        "summary", "verify", package, "--key", key, "--office", office, "--report", tmp_path / "report.txt"
    )
    assert code == 0
    assert "Sound: made by this office" in said
    report = (tmp_path / "report.txt").read_text("utf-8")
    assert report.count("KM-03") == 2
    code, said = call("summary", "verify", package, "--key", key)
    assert code == 116
    assert OFFICE.public.fingerprint in said
    code, said = call("summary", "open", package, "--key", key, "--office", office, "--out", tmp_path / "out")
    assert code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == sound
    code, said = call("summary", "age-key", "--key", key, "--out", tmp_path / "age")
    assert code == 0
    assert (tmp_path / "age" / "IOM.age-key").read_text() == age_identity(RECEIVER.exchange) + "\n"


def test_a_refused_package_is_not_opened(sound, call, keys, tmp_path):
    package = tmp_path / "x.tar.age"
    package.write_bytes(sealed({**sound, SIGNATURE: bytes(64)}, MONTH, RECEIVER.public))
    code, said = call("summary", "open", package, "--key", keys[0], "--out", tmp_path / "out")
    assert code == 115
    assert "The office signed the list of files: refused" in said
    assert not (tmp_path / "out").exists()


def test_a_script_gets_every_check_in_both_languages(sound, call, tmp_path):
    import json

    (tmp_path / "x.tar").write_bytes(tar_bytes({**sound, "more.txt": b"7"}, MONTH))
    code, said = call("summary", "verify", tmp_path / "x.tar", "--json", password=None)
    answer = json.loads(said)
    assert code == 115
    [package] = answer["packages"]
    assert package["checks"]["files"] == "refused"
    assert package["findings"][0]["file"] == "more.txt"
    assert set(package["findings"][0]) == {"check", "file", "en", "zh"}


def test_an_office_makes_a_package_with_a_command(office, call, tmp_path):
    vault = office.folder.path
    office.close()
    code, said = call(
        "summary",
        "package",
        vault,
        "--user",
        "LM",
        "--period",
        "2025-H2",
        "--to",
        "IOM",
        "--out",
        tmp_path / "out",
    )
    assert code == 0
    assert "summary-KM-2025-H2-IOM.tar.age" in said
    code, _ = call(
        "summary",
        "package",
        vault,
        "--user",
        "LM",
        "--period",
        "2024",
        "--to",
        "IOM",
        "--out",
        tmp_path / "out",
    )
    assert code == NotReleased.exit_code


def test_a_release_without_tables_makes_a_package(tmp_path):
    (tmp_path / "x.tar").write_bytes(tar_bytes(files_of(release_of(20)), MONTH))
    [report] = verify_packages([tmp_path / "x.tar"], None, [OFFICE.public])
    assert report.sound, [finding.sentence("en") for finding in report.findings]
