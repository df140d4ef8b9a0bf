"""Nothing that is typed is ever written in a readable form, except into files that somebody asked for."""

import json
import os
import re

import pytest

from tests.faults.canaries import CANARIES, TEXT, find, written
from tests.faults.recording import ROOT, traced

_CALLS = "write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendmmsg,rename,renameat,renameat2,openat,mkdir,mkdirat,symlink"
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_TARGET = re.compile(r"^\d+ +\w+\(\d+<((?:\\x[0-9a-f]{2})*)>")


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def walk_through(folder, *more):
    """The window under strace: what it says that it did, and every byte that it gave to the system, by place."""
    root = folder / "root"
    for inside in ("asked", "home", "tmp", "stick"):
        (root / inside).mkdir(parents=True)
    log = folder / "log"
    done = traced(
        ["-y", "-xx", "-s", "100000000", "-e", f"trace={_CALLS}", "-o", str(log)],
        "tests.faults.tour", str(root), *more,
        HOME=str(root / "home"), TMPDIR=str(root / "tmp"), XDG_CONFIG_HOME=str(root / "home/config"),
        XDG_CACHE_HOME=str(root / "home/cache"), XDG_DATA_HOME=str(root / "home/data"),
        XDG_STATE_HOME=str(root / "home/state"), XDG_RUNTIME_DIR=str(root / "tmp"),
        QT_QPA_PLATFORM="offscreen", PYTHONPATH=os.pathsep.join(map(str, (ROOT, *_sources()))),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    asked, places = str(root / "asked"), {}
    with log.open(encoding="ascii") as lines:
        for line in lines:
            target = _TARGET.match(line)
            place = _bytes(target[1]).decode() if target else "arguments of a call"
            if not place.startswith(asked) and f"{asked}/".encode().hex() not in line.replace("\\x", ""):
                places.setdefault(place, bytearray()).extend(
                    b"\n".join(map(_bytes, _TEXT.findall(line))) + b"\n"
                )
    log.unlink()
    return json.loads(done.stdout.splitlines()[-1]), places, root


def _sources():
    return [ROOT / name for name in ("ui", "i18n", "resources")]


def hits(places, root):
    found = {}
    for place, data in places.items():
        if where := find(bytes(data)):
            found[f"written to {place}"] = where
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if inside.parts[0] != "asked":
            where = find(str(inside).encode()) + (find(path.read_bytes()) if path.is_file() else [])
            if where:
                found[f"left in {inside}"] = where
    return found


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    return walk_through(tmp_path_factory.mktemp("tour"))


def test_the_tour_types_into_every_form_and_the_vault_keeps_it(walked):
    done, places, root = walked
    assert done["forms"] >= 10
    assert done["fields"] > 300
    assert done["saved"] + done["drafts"] >= done["forms"]
    assert done["read back"] >= 4
    assert sum(map(len, places.values())) > 1_000_000
    assert any(place.endswith("store.db") for place in places)
    # What was asked for does hold the words, so that the scan would find them elsewhere.
    assert find((root / "asked/register.csv").read_bytes())


def test_nothing_typed_is_written_in_a_readable_form(walked, tally):
    done, places, root = walked
    tally.study = "Canaries on the disk"
    tally.count("fields typed into", done["fields"])
    tally.count("bytes written and scanned", sum(map(len, places.values())))
    tally.count("files scanned", sum(1 for p in root.rglob("*") if p.is_file() and "asked" not in p.parts))
    for place, where in hits(places, root).items():
        tally.bad("readable", f"{place}: {where[:2]}")
    tally.expect_none("readable")


def test_a_file_that_is_written_and_removed_again_is_found(tmp_path):
    _done, places, root = walk_through(tmp_path, "leak")
    found = hits(places, root)
    assert [place for place in found if place.endswith("/tmp/leak")] == list(found)


@pytest.mark.parametrize("way", written(TEXT))
def test_the_scan_finds_words_however_they_are_written(way):
    data = os.urandom(5000) + written(TEXT)[way] + os.urandom(5000)
    found = find(data)
    for word in CANARIES:
        assert any(each.startswith(word) for each in found), (way, word)


def test_the_scan_finds_nothing_in_noise():
    assert find(os.urandom(200_000)) == []
