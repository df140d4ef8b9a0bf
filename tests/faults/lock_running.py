"""The program in a process of its own, as a person meets it: through lines that are told and heard."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shelter_app.casework.cases import new_case
from shelter_app.casework.vaults import create_vault, sign_out
from shelter_app.vault.kdf import KdfParams

DRIVER = Path(__file__).with_name("lock_driver.py")
PASSWORD = "seven calm herons cross"
KNOWN = "Quokkamira Testbergen"
TYPED = "Xylotanga Half Typed"
CHINESE = "测金丝雀"
PATIENCE = 60


@dataclass
class Running:
    """The program as a person meets it, through pipes."""

    process: subprocess.Popen
    said: queue.Queue = field(default_factory=queue.Queue)
    #: Process number and what was said, of every line.
    lines: list[tuple[float, int, list[str]]] = field(default_factory=list)

    def __post_init__(self):
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.said.put(line)
        self.said.put("")

    def until(self, word: str) -> list[str]:
        """What follows the word when it is said next."""
        while True:
            line = self.said.get(timeout=PATIENCE)
            assert line, f"the program ended before it said {word}"
            when, pid, *words = line.rstrip("\n").split(" ")
            self.lines.append((float(when), int(pid), words))
            if words[0] == word:
                return words[1:]

    def tell(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def do(self, line: str) -> None:
        self.tell(line)
        self.until("done")

    def ask(self, line: str) -> list[str]:
        """What is answered to a question that is answered under its own name."""
        self.tell(line)
        return self.until(line)

    def sign_in(self) -> None:
        self.tell(f"sign-in LM {PASSWORD}")
        self.until("work")

    def look_until(self, words: str) -> str:
        """Look at the page until it shows these words."""
        for _time in range(600):
            self.tell("look")
            seen = " ".join(self.until("seen"))
            if words in seen:
                return seen
        raise AssertionError(seen)

    def lock(self, how: str = "lock") -> list[str]:
        """Lock, and wait for the sign-in screen of the fresh process."""
        self.tell(how)
        self.until("hidden")
        return self.until("ready")

    @property
    def pids(self) -> set[int]:
        return {pid for _when, pid, _words in self.lines}


def make_vault(folder: Path) -> Path:
    """A vault with one case, for LM."""
    made = create_vault(
        folder, post="KM", user="LM", password=PASSWORD, kdf=KdfParams(64, 1, 1), allow_weak=True
    )
    new_case(made.session, person={"name_latin": KNOWN, "name_native": CHINESE})
    sign_out(made.session)
    return folder


@contextlib.contextmanager
def run(vault: Path, *, readable: bool = False, screen: Mapping[str, str] | None = None) -> Iterator[Running]:
    """The program at its sign-in screen; without a screen unless one is given (what Qt is told of it)."""
    home = vault.parent
    environment = {
        **os.environ, **(screen or {"QT_QPA_PLATFORM": "offscreen"}), "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    if readable:
        environment["SHELTER_TEST_READABLE"] = "1"
    process = subprocess.Popen(
        [sys.executable, str(DRIVER), "--vault", str(vault), "--language", "en"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        running = Running(process)
        running.until("ready")
        yield running
    finally:
        process.stdin.close()
        process.kill()
        process.wait()
        process.stdout.close()
