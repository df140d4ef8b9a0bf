"""The command line of the fresh process: the same program, the same vault and language, and nothing of a person."""

import sys
from pathlib import Path

import pytest

from shelter_ui.locking.replacing import Replacement, command

HERE = Replacement(Path("/posts/vault"), "zh")
SAID = ["--vault", str(Path("/posts/vault").absolute()), "--language", "zh"]


@pytest.mark.parametrize(
    ("started", "arguments", "begin"),
    [
        (["py", "-m", "shelter_ui"], ["/x/__main__.py"], ["-m", "shelter_ui"]),
        (["py", "-X", "utf8", "-m", "shelter_ui", "--vault", "old"], ["m", "--vault", "old"], ["-X", "utf8", "-m", "shelter_ui"]),
        (["py", "/venv/bin/shelter", "--demo", "d"], ["/venv/bin/shelter", "--demo", "d"], ["/venv/bin/shelter"]),
        (["py", "-I", "/venv/bin/shelter"], ["/venv/bin/shelter"], ["-I", "/venv/bin/shelter"]),
        (["py", "-c", "code", "a"], ["-c", "a"], ["-c", "code"]),
    ],
)  # fmt: skip
def test_interpreter_and_program_are_the_same_and_arguments_are_new(started, arguments, begin):
    line = command(HERE, executable="py", started=started, arguments=arguments, frozen=False)
    assert line == ["py", *begin, *SAID]


def test_a_frozen_program_starts_itself():
    line = command(
        HERE, executable="/opt/shelter", started=["/opt/shelter", "-v"], arguments=["x"], frozen=True
    )
    assert line == ["/opt/shelter", *SAID]


def test_a_demonstration_does_not_sign_itself_in_again():
    line = command(
        HERE,
        executable="py",
        started=["py", "s", "--demo", "d"],
        arguments=["s", "--demo", "d"],
        frozen=False,
    )
    assert "--demo" not in line


def test_after_an_emergency_the_window_begins_small():
    line = command(
        Replacement(None, "en", minimised=True), executable="py", started=["py", "s"], arguments=["s"], frozen=False
    )  # fmt: skip
    assert line == ["py", "s", "--language", "en", "--minimised"]


def test_without_hints_it_is_this_process():
    assert command(HERE)[0] == sys.executable
    assert command(HERE)[-4:] == SAID
