"""What only a screen shows: a drag under way, and what another program can fetch from this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.lock_running import TYPED, make_vault, run

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs an X server"),
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed"),
]


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    """An X server of our own; what the program has to be told of it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as said:
        number = said.readline().strip()
    assert number, "the X server does not start"
    yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": ""}
    server.terminate()
    server.wait()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "vault")


@pytest.mark.parametrize("how", ["lock", "panic"])
def test_a_drag_under_way_keeps_no_key_that_locks(vault, screen, how):
    with run(vault, screen=screen) as running:
        running.sign_in()
        running.do("new-case")
        running.do(f"type {TYPED}")
        running.look_until(TYPED)
        running.do("drag")
        while running.ask("drags") == ["0"]:
            pass
        assert running.lock(how)[-1] == ("minimised" if how == "panic" else "")
        assert running.pids == {running.process.pid}
        assert ["dropped"] not in [words for _when, _pid, words in running.lines]
        running.sign_in()
        running.look_until(TYPED)


def fetched(screen) -> str:
    """What another program gets if it asks for the text that is marked in this one."""
    done = subprocess.run(
        ["xclip", "-o", "-selection", "primary"], env=os.environ | screen,
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    return done.stdout


@pytest.mark.skipif(shutil.which("xclip") is None, reason="xclip is not installed")
def test_text_that_is_marked_cannot_be_fetched_by_another_program(vault, screen):
    with run(vault, screen=screen) as running:
        running.sign_in()
        running.do("mark")
        assert fetched(screen) == ""
        running.do("mark unguarded")
        assert fetched(screen) == "Marked words of a case"


def test_text_is_not_dragged_out_of_the_window(vault, screen):
    with run(vault, screen=screen) as running:
        running.sign_in()
        for kind in ("area", "answer", "line"):
            running.do(f"pull {kind}")
            assert running.ask("drags") == ["0"], kind
        before = 0
        for kind in ("bare-answer", "bare-area"):
            running.do(f"pull {kind}")
            noticed = int(running.ask("drags")[0])
            assert noticed > before, "a drag out of a widget of Qt is noticed"
            before = noticed
