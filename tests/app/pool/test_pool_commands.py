"""A whole round with commands alone, as offices, receivers and the coordinating body type them."""

import datetime as dt
import json
import os

import pytest

from shelter_app import cli, pool_commands
from shelter_app.casework import pool_rounds, vaults
from shelter_app.casework.pool_errors import FingerprintDiffers
from shelter_app.exchange.pool_errors import BadPoolName, FilesRefused, Missing, StillOpen, WrongKeyPassword
from shelter_app.exchange.pool_keys import open_key_file
from tests.app.pool.pool_network import CHEAP, NAMES, register
from tests.conftest import PASSWORD


@pytest.fixture
def run(capsys, monkeypatch):
    """Run `pool …` as a script does, with the password handed over; gives back exit code and answer."""
    monkeypatch.setenv("SHELTER_LANGUAGE", "en")

    def call(*words, password=PASSWORD, as_json=True, group="pool", signed=False, sealed=False):
        reading, writing = os.pipe()
        os.write(writing, f"{password}\n".encode())
        os.close(writing)
        options = ["--user", "LM"] if signed else []
        options += ["--password-fd", str(reading)] if signed or sealed else []
        options += ["--json"] if as_json else []
        try:
            code = cli.main([group, *map(str, words), *options])
        finally:
            os.close(reading)
        out, err = capsys.readouterr()
        return code, json.loads(out) if as_json else out + err

    return call


@pytest.fixture
def places(network, tmp_path):
    """The vaults of three offices with enough persons together, signed out, and the keys of the three bodies."""
    found = {}
    for session, name in zip(network.sessions, NAMES, strict=True):
        register(session, 17)
        found[name] = session.folder.path
        vaults.sign_out(session)
    for role, name in (("coordinator", "HUB"), ("receiver", "IOM"), ("receiver", "BODY")):
        key, files = pool_rounds.make_key(role, name, PASSWORD, tmp_path / "keys", kdf=CHEAP)
        found[name], found[f"{name} digits"] = files[1], key.fingerprint
    return found


def test_a_round_from_the_keys_to_the_figures(run, places, tmp_path, monkeypatch):
    keys, today = tmp_path / "keys", dt.datetime.now().astimezone().date()
    assert run("fingerprint", keys / "IOM.pub")[1]["fingerprint"] == places["IOM digits"]
    for name in NAMES:
        assert run("office-key", places[name], "--out", keys, signed=True)[1]["name"] == name
        for body in ("HUB", "IOM", "BODY"):
            trust = ("trust", places[name], keys / f"{body}.pub", "--fingerprint", places[f"{body} digits"])
            assert run(*trust, signed=True)[0] == 0
    code, answer = run(
        "roster", "R1", "--key", places["HUB"], "--period", "2025", "--closes", today, "--out", tmp_path,
        *("--receiver", keys / "IOM.pub", "--receiver", keys / "BODY.pub"),
        *(word for name in NAMES for word in ("--office", keys / f"{name}.pub")), sealed=True,
    )  # fmt: skip
    assert code == 0
    roster = answer["files"][0]
    for name in NAMES:
        code, answer = run("contribute", places[name], roster, "--out", tmp_path / "post", signed=True)
        assert (code, answer["number"], len(answer["files"])) == (0, 1, 2)
    heaps = {body: tmp_path / f"at-{body}" for body in ("IOM", "BODY")}
    for body, heap in heaps.items():
        heap.mkdir()
        for path in (tmp_path / "post").glob(f"*-for-{body}.share"):
            path.rename(heap / path.name)

    def add(body, *more):
        return run(
            "add", roster, *more, "--coordinator", keys / "HUB.pub", "--key", places[body], "--out", tmp_path / "sums",
            sealed=True,
        )  # fmt: skip

    assert add("IOM", heaps["IOM"])[1]["code"] == StillOpen.__name__
    monkeypatch.setattr(pool_commands, "_today", lambda: today + dt.timedelta(days=1))
    one_missing = sorted(heaps["IOM"].iterdir())[:2]
    assert add("IOM", *one_missing)[0] == Missing.exit_code
    assert add("IOM", heaps["BODY"])[0] == FilesRefused.exit_code
    for body, heap in heaps.items():
        code, answer = add(body, heap)
        assert (code, answer["offices"], answer["repeated"], answer["combiner"]) == (0, 3, False, "IOM")
    sums = [tmp_path / "sums" / f"pool-R1-{body}.sum" for body in ("IOM", "BODY")]
    combine = (
        "combine", roster, *sums, "--coordinator", keys / "HUB.pub", "--key", places["IOM"], "--out", tmp_path / "out",
    )  # fmt: skip
    code, text = run(*combine, as_json=False, sealed=True)
    assert code == 0
    assert "Persons, new and continuing" in text
    assert "57" not in text.split("Tried before release")[0]
    code, answer = run(*combine, group="summary", sealed=True)
    assert (code, answer["offices"]) == (0, 3)
    assert any(path.endswith("manifest.json") for path in answer["files"])
    receipts = [tmp_path / "sums" / f"pool-R1-{body}.receipt" for body in ("IOM", "BODY")]
    code, answer = run("check", places["KM"], roster, *receipts, signed=True)
    assert (code, answer["counted_by"]) == (0, ["BODY", "IOM"])
    code, answer = run("list", places["KM"], signed=True)
    assert {key["name"] for key in answer["keys"]} >= {"HUB", "IOM", "BODY"}
    assert answer["contributions"][0]["counted_by"] == ["BODY", "IOM"]
    assert run("distrust", places["KM"], "HUB", signed=True)[1]["forgotten"]


def test_what_is_refused_says_so_with_its_code(run, places, tmp_path):
    keys = tmp_path / "keys"
    trust = ("trust", places["KM"], keys / "IOM.pub", "--fingerprint", "12345 12345")
    assert run(*trust, signed=True)[1]["code"] == FingerprintDiffers.__name__
    code, text = run(*trust, signed=True, as_json=False)
    assert code == FingerprintDiffers.exit_code
    assert "Nothing has been taken over" in text
    assert places["IOM digits"] not in text
    assert run("key", "receiver", "no name", "--out", keys, sealed=True)[0] == BadPoolName.exit_code
    wrong = run(
        "combine", "roster", "a", "b", "--coordinator", keys / "HUB.pub", "--key", places["IOM"], "--out", tmp_path,
        sealed=True, password="another one",
    )  # fmt: skip
    assert wrong[0] == WrongKeyPassword.exit_code


def test_keys_made_with_the_command_open_with_the_password(run, tmp_path):
    code, answer = run("key", "receiver", "IOM", "--out", tmp_path, sealed=True)
    assert code == 0
    assert open_key_file(tmp_path / "IOM.key", PASSWORD).public.fingerprint == answer["fingerprint"]
    assert oct((tmp_path / "IOM.key").stat().st_mode)[-2:] == "00"
