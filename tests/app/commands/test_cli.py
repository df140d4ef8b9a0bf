"""The commands as a script calls them: passwords on a descriptor, one JSON object, documented exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shelter_app import cli
from shelter_app.vault import kdf
from shelter_app.vault.kdf import KdfParams
from shelter_resources import open_path

PASSWORD = "seven calm herons cross the river"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    """The least that a real vault takes, so that the tests do not calibrate to a second each time."""
    monkeypatch.setattr(
        kdf, "calibrate", lambda *_a, **_k: KdfParams(kdf.FLOOR_MEMORY_KIB, kdf.FLOOR_PASSES, 4)
    )
    monkeypatch.setattr("shelter_app.vault.vault.calibrate", kdf.calibrate)


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command; returns exit code, parsed answer (with --json) or text, and what went to stderr."""
    monkeypatch.setenv("SHELTER_LANGUAGE", "en")

    def call(*words, password=PASSWORD):
        reading, writing = os.pipe()
        os.write(writing, f"{password}\n".encode())
        os.close(writing)
        signed = ["--password-fd", str(reading)] if "--user" in words else []
        try:
            code = cli.main([*map(str, words), *signed])
        finally:
            os.close(reading)
        out = capsys.readouterr()
        return code, json.loads(out.out) if "--json" in words else out.out, out.err

    return call


@pytest.fixture
def vault(run, tmp_path):
    path = tmp_path / "vault"
    assert run("vault", "create", path, "--user", "LM", "--post", "KM")[0] == 0
    return path


def sample(name="consular_returnees_en.csv"):
    return open_path("samples", name)


def test_the_whole_way_of_a_script(run, vault, tmp_path):
    code, done, _ = run("register", "import", vault, sample(), "--user", "LM", "--json")
    assert code == 0
    assert done["rows"] == sum(done[k] for k in ("imported", "remark", "decision", "known", "not_a_person"))
    code, made, _ = run(
        "summary", "make", vault, "--period", "2014", "--out", tmp_path / "out", "--user", "LM", "--json"
    )
    assert code == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} == {Path(f).name for f in made["files"]}
    assert any(name.endswith(".pdf") for name in made["files"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert "2014" in json.dumps(manifest["period"])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
