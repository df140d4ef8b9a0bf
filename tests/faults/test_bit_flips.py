"""One bit that changes on the disk is noticed, never taken for a wrong password, and in the index mended."""

import shutil

import pytest

from shelter_app.errors import ShelterError
from shelter_app.storage.backup import check_database
from shelter_app.storage.database import Database
from shelter_app.vault import vault as keys
from shelter_app.vault.errors import DataDamaged
from tests.faults.program import PASSWORD, USER
from tests.faults.samples import make_samples, store_file, verdict

#: Every so many flips the vault is opened as a person would, beside the check of the file.
OPENED = 10
CASES = 12


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    return make_samples(tmp_path_factory.mktemp("samples"))


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def detected_in_store(path, key: bytes) -> bool:
    """Whether a fresh connection refuses the file or its checks name the damage."""
    try:
        database = Database(path, bytearray(key))
    except DataDamaged:
        return True
    try:
        return bool(check_database(database))
    except DataDamaged:
        return True
    finally:
        database.close()


def bits(share, size: int):
    """Places all over a file; the salt, the first page and the reserved end of a page are in each share."""
    rng = share.rng("bits")
    for number in range(share.count):
        region = number % 10
        if region == 0:
            yield rng.randrange(16 * 8)
        elif region == 1:
            yield (rng.randrange(size // 4096) * 4096 + 4096 - rng.randrange(1, 81)) * 8 + rng.randrange(8)
        else:
            yield rng.randrange(size * 8)


@pytest.mark.shares(800, 16_000)
def test_every_flipped_bit_of_the_store_is_noticed(samples, share, quick, tally):
    tally.study = "Bit flips in the store"
    vault = samples.copy(samples.now, quick / "vault")
    path = store_file(vault)
    sound = path.read_bytes()
    for number, bit in enumerate(bits(share, len(sound))):
        path.write_bytes(flip(sound, bit))
        tally.count("flips")
        if not detected_in_store(path, samples.key):
            tally.bad("unnoticed", f"bit {bit}")
        if number % OPENED == 0:
            said = verdict(vault)
            tally.count("opened as a person would")
            if said.refused not in {"", "DataDamaged"}:
                tally.bad("called something else", f"bit {bit}: {said.refused}")
            if not said.detected:
                tally.bad("unnoticed", f"bit {bit}, opened")
            vault = samples.copy(samples.now, quick / "vault")
    tally.expect_none("unnoticed", "called something else")


@pytest.mark.shares(100, 4000, most=500)
def test_every_flipped_bit_of_the_people_index_is_mended_or_in_nobodys_way(samples, share, quick, tally):
    tally.study = "Bit flips in the people index"
    sound = (samples.now / "people.idx").read_bytes()
    for bit in bits(share, len(sound)):
        vault = samples.copy(samples.now, quick / "vault")
        (vault / "people.idx").write_bytes(flip(sound, bit))
        tally.count("flips")
        said = verdict(vault)
        if said.refused or said.named:
            tally.bad("kept somebody out", f"bit {bit}: {said}")
        elif said.found != CASES:
            # The damage was met while searching: the next opening begins the index anew.
            tally.count("mended at the next opening")
            again = verdict(vault)
            if again.found != CASES:
                tally.bad("not mended", f"bit {bit}: {said} {again}")
    tally.expect_none("kept somebody out", "not mended")


@pytest.mark.parametrize("which", ["first", "second", "both alike", "both apart"])
@pytest.mark.shares(250, 2500)
def test_no_flipped_bit_of_the_header_is_called_a_wrong_password(samples, which, share, quick, tally):
    tally.study = f"Bit flips in the header, {which}"
    vault = quick / "vault"
    vault.mkdir()
    sound = (samples.now / "vault.hdr").read_bytes()
    rng = share.rng(which)
    for _ in range(share.count):
        bit, other = rng.randrange(len(sound) * 8), rng.randrange(len(sound) * 8)
        first = sound if which == "second" else flip(sound, bit)
        second = sound if which == "first" else flip(sound, other if which == "both apart" else bit)
        (vault / "vault.hdr").write_bytes(first)
        (vault / "vault.hdr.2").write_bytes(second)
        tally.count("flips")
        try:
            ring = keys.unlock(vault, USER, PASSWORD)
        except ShelterError as error:
            answer = type(error).__name__
        else:
            answer = "opens" if ring.needs_mending else "opens and says nothing"
            ring.close()
        wanted = "HeaderDamaged" if which.startswith("both") else "opens"
        if answer == "WrongPassword":
            tally.bad("called a wrong password", f"bit {bit}")
        elif answer != wanted:
            tally.bad("unnoticed or refused", f"bit {bit}: {answer}")
    tally.expect_none("called a wrong password", "unnoticed or refused")


def test_the_checks_do_pass_a_sound_vault_and_a_wrong_password_is_one(samples, quick):
    vault = samples.copy(samples.now, quick / "vault")
    assert not detected_in_store(store_file(vault), samples.key)
    assert not verdict(vault).detected
    assert verdict(vault).found == CASES
    assert verdict(vault, "entirely another password").refused == "WrongPassword"
    shutil.rmtree(vault)
