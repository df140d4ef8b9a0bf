"""The lock for real: the program runs in a process of its own, which is replaced and looked into from outside."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shelter_app.casework.cases import new_case
from shelter_app.casework.drafts import my_drafts
from shelter_app.casework.vaults import create_vault, open_vault, sign_out
from shelter_app.storage.backup import check_database
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.keyring import verify

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")

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


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    made = create_vault(
        tmp_path / "vault", post="KM", user="LM", password=PASSWORD, kdf=KdfParams(64, 1, 1), allow_weak=True
    )
    new_case(made.session, person={"name_latin": KNOWN, "name_native": CHINESE})
    sign_out(made.session)
    return tmp_path / "vault"


@contextlib.contextmanager
def run(vault: Path, *, readable: bool = False) -> Iterator[Running]:
    home = vault.parent
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"),
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


def copies(pid: int, needles: dict[str, bytes]) -> dict[str, int]:
    """How often each needle stands in the memory of a process."""
    found = dict.fromkeys(needles, 0)
    proc = Path(f"/proc/{pid}")
    with (proc / "maps").open() as maps, (proc / "mem").open("rb", 0) as memory:
        for line in maps:
            span, access, _offset, _device, inode, *name = line.split()
            start, end = (int(part, 16) for part in span.split("-"))
            # What is mapped from a file and cannot be written holds what stands in the file.
            if "r" not in access or ("w" not in access and inode != "0") or name[:1] == ["[vsyscall]"]:
                continue
            kept = b""
            for place in range(start, end, 1 << 22):
                try:
                    memory.seek(place)
                    block = kept + memory.read(min(1 << 22, end - place))
                except (OSError, ValueError):
                    kept = b""
                    continue
                for name, needle in needles.items():
                    found[name] += block.count(needle)
                kept = block[-64:]
    return found


def needles(vault: Path) -> dict[str, bytes]:
    """Names, what is typed, the password, and every key that is held while somebody works."""
    texts = {"known": KNOWN, "typed": TYPED, "chinese": CHINESE, "password": PASSWORD}
    wanted = {
        f"{name} {code}": text.encode(code) for name, text in texts.items() for code in ("utf-8", "utf-16-le")
    }
    session = open_vault(vault, "LM", PASSWORD)
    for compartment, epochs in session.keyring._secrets.items():
        for epoch, secret in epochs.items():
            wanted[f"key {compartment} {epoch}"] = bytes(secret)
            wanted[f"key {compartment} {epoch} hex"] = bytes(secret).hex().encode()
    wanted["journal key"] = bytes(session.keyring.journal_key())
    wanted["store key"] = bytes(session.keyring.store_key())
    wanted["store key hex"] = bytes(session.keyring.store_key()).hex().encode()
    sign_out(session)
    return wanted


def test_after_the_lock_the_same_process_holds_no_copy_of_names_drafts_password_or_keys(vault):
    wanted = needles(vault)
    with run(vault, readable=True) as running:
        pid = running.process.pid
        assert sum(copies(pid, wanted).values()) == 0
        running.sign_in()
        running.do(f"open-first {KNOWN.split()[0]}")
        running.look_until("page_case")
        running.do("new-case")
        running.do(f"type {TYPED}")
        running.look_until(TYPED)
        before = copies(pid, wanted)
        for name in ("known", "typed", "chinese"):
            assert before[f"{name} utf-8"] + before[f"{name} utf-16-le"] > 0, "the scan finds what is there"
        assert any(count for name, count in before.items() if name.startswith("key "))
        user, names, focus, *_rest = running.lock()
        assert {name: count for name, count in copies(pid, wanted).items() if count} == {}
        assert running.pids == {pid}
        assert (user, names, focus) == ("LM", "LM", "password_line")
        running.sign_in()
        assert "page_form" in running.look_until(TYPED)


def test_nothing_stays_open_and_nothing_of_a_person_is_on_the_command_line(vault):
    with run(vault, readable=True) as running:
        proc = Path(f"/proc/{running.process.pid}")

        def open_files():
            names = {}
            for link in (proc / "fd").iterdir():
                with contextlib.suppress(OSError):
                    names[link.name] = str(link.readlink())
            return names

        fresh = open_files()
        running.sign_in()
        assert any(str(vault) in name for name in open_files().values())
        running.lock()
        after = open_files()
        assert [name for name in after.values() if str(vault) in name] == []
        assert len(after) == len(fresh)
        said = (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
        for word in (KNOWN, PASSWORD, "LM\0", "sign-in"):
            assert word.encode() not in said
        assert b"--vault" in said
        sign_out(open_vault(vault, "LM", PASSWORD))


@pytest.mark.parametrize("trouble", ["busy", "break", "freeze"])
def test_neither_work_that_does_not_stop_nor_a_fault_nor_a_window_that_stands_still_prevents_it(
    vault, trouble
):
    with run(vault) as running:
        running.sign_in()
        running.do("new-case")
        running.do(f"type {TYPED}")
        running.look_until(TYPED)
        running.do(trouble)
        running.lock()
        assert running.pids == {running.process.pid}
        session = open_vault(vault, "LM", PASSWORD)
        assert session.store.value("SELECT count(*) FROM meta WHERE key = 'half'") == 0
        assert check_database(session.store) == []
        assert list(session.journal.check(verify)) == []
        sign_out(session)
        running.sign_in()
        running.look_until("page_")


def test_a_full_disk_prevents_nothing_and_the_draft_before_is_kept(vault):
    with run(vault) as running:
        running.sign_in()
        running.do("new-case")
        running.do(f"type {TYPED}")
        running.do("kept")
        running.do("full")
        running.do("type  and more")
        running.lock()
        assert running.pids == {running.process.pid}
    session = open_vault(vault, "LM", PASSWORD)
    (draft,) = my_drafts(session)
    assert TYPED in draft.values.values()
    assert check_database(session.store) == []
    assert list(session.journal.check(verify)) == []
    sign_out(session)


def test_an_emergency_leaves_a_small_window_and_the_draft(vault):
    with run(vault) as running:
        running.sign_in()
        running.do("new-case")
        running.do(f"type {TYPED}")
        assert running.lock("panic")[-1] == "minimised"
        session = open_vault(vault, "LM", PASSWORD)
        (draft,) = my_drafts(session)
        sign_out(session)
        assert TYPED in draft.values.values()


def test_the_process_and_its_files_are_for_their_owner_alone_before_and_after_the_lock(vault):
    for loose in (vault / "store.db", vault / "vault.hdr"):
        loose.chmod(0o644)
    vault.chmod(0o755)
    with run(vault) as running:
        for _time in range(2):
            running.tell("hardness")
            assert running.until("hardness") == ["0", "0", "0", "0o77"]
            running.sign_in()
            running.lock()
        own = [
            vault,
            *vault.rglob("*"),
            *(vault.parent / "config").rglob("*"),
            *(vault.parent / "state").rglob("*"),
        ]
        assert len(own) > 6
        assert [path for path in own if path.stat().st_mode & 0o077] == []


LOOK = """
import ctypes, os, resource, sys
from shelter_ui.locking.hardening import harden
if os.getuid() == 0:
    os.setgid(65534), os.setuid(65534)
libc = ctypes.CDLL(None)
libc.prctl(4, 1, 0, 0, 0)
libc.prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER_ANY: another program may look, if any may

def looked_into():
    own = os.getpid()
    reading, writing = os.pipe()
    if os.fork() == 0:
        found = b"n"
        try:
            with open(f"/proc/{own}/mem", "rb", 0) as memory:
                memory.seek(id(own))
                memory.read(8)
            found = b"y"
        except OSError:
            pass
        os.write(writing, found)
        os._exit(0)
    os.wait()
    return os.read(reading, 1).decode()

before = looked_into()
harden()
print(before, looked_into(), libc.prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[0])
"""


def test_another_program_of_the_same_user_cannot_read_the_memory():
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    before, after, dumpable, core = done.stdout.split()
    if before == "n":
        pytest.skip("this system lets no program read another one's memory, so there is nothing to compare")
    assert (after, dumpable, core) == ("n", "0", "0")
