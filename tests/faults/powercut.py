"""What a power cut can leave of a folder, from the recorded system calls of a program that wrote into it.

A write is safe once its file has been synced; before that none, all, the first few, any few, or torn pieces of
512 bytes of what was written since may be on the disk, for each file apart. What happens in a folder (a new name,
a rename, a removal) is safe once the folder has been synced. Two disks are modelled:

* POSIX: a rename happens whole or not at all; syncing a file does not make its name safe, syncing the folder does.
* STICK: like FAT under a system that cannot sync a folder. Syncing a file makes the name under which it can be
  reached safe and nothing else; of a rename the new and the old name may reach the disk one without the other.
"""

from __future__ import annotations

import enum
import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

__all__ = ["CALLS", "Crash", "Disk", "Model", "Recording", "crashes", "write_state"]

#: What has to be traced: everything that changes a file or a folder, or says that it is safe.
CALLS = (
    "openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,ftruncate,truncate,unlink,unlinkat,"
    "rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,lseek,sendfile,copy_file_range,fallocate"
)
SECTOR = 512
#: Shared memory of SQLite and the lock are worth nothing after a power cut.
_WORTHLESS = re.compile(r"(-shm|vault\.lock|vault\.lock\.holder)$")


class Model(enum.Enum):
    """How the disk treats names."""

    POSIX = "POSIX"
    STICK = "FAT-like"


class File:
    """The bytes that are safe, what was done to them since, and what the program sees."""

    def __init__(self) -> None:
        self.safe = b""
        self.since: list[tuple[int, bytes | None]] = []
        self.live = bytearray()

    def write(self, at: int, data: bytes) -> None:
        self.since.append((at, data))
        _write(self.live, at, data)

    def cut(self, length: int) -> None:
        self.since.append((length, None))
        _cut(self.live, length)

    def sync(self) -> None:
        self.safe, self.since = bytes(self.live), []

    def left(self, rng: random.Random) -> bytes:
        """What a power cut may leave of it."""
        todo = self.since
        way = rng.choice(("none", "all", "first", "any", "torn"))
        if way == "none" or not todo:
            todo = []
        elif way == "first":
            todo = todo[: rng.randrange(len(todo) + 1)]
        elif way == "any":
            share = rng.random()
            todo = [each for each in todo if rng.random() < share]
        elif way == "torn":
            last = rng.randrange(len(todo))
            at, data = todo[last]
            todo = todo[:last]
            if data is None:
                todo = [*todo, (at, data)]
            else:
                share = rng.random()
                for start, piece in _sectors(at, data):
                    if rng.random() < share:
                        todo.append((start, piece))
        content = bytearray(self.safe)
        for at, data in todo:
            if data is None:
                _cut(content, at)
            else:
                _write(content, at, data)
        return bytes(content)


def _write(content: bytearray, at: int, data: bytes) -> None:
    if at > len(content):
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


def _cut(content: bytearray, length: int) -> None:
    if length < len(content):
        del content[length:]
    else:
        content.extend(bytes(length - len(content)))


def _sectors(at: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    while start < len(data):
        end = min(len(data), start + SECTOR - (at + start) % SECTOR)
        yield at + start, data[start:end]
        start = end


class Folder:
    """The names that are safe and the names that the program sees."""

    def __init__(self) -> None:
        self.safe: dict[str, Node] = {}
        self.live: dict[str, Node] = {}


Node = File | Folder


@dataclass
class _Step:
    """Changes of names that the program asked for in one call; None for a name that goes."""

    changes: list[tuple[Folder, str, Node | None]]


class Disk:
    """Replays recorded calls and knows at any point what a power cut could leave."""

    def __init__(self, files: dict[str, bytes], folders: set[str], model: Model) -> None:
        self.model = model
        self.root = Folder()
        self._steps: list[_Step] = []
        for path in sorted(folders):
            self._place(path, Folder())
        for path, content in files.items():
            file = File()
            file.live = bytearray(content)
            file.sync()
            self._place(path, file)

    def _place(self, path: str, node: Node) -> None:
        folder, name = self._parent(path)
        folder.live[name] = folder.safe[name] = node

    def _parent(self, path: str) -> tuple[Folder, str]:
        *above, name = PurePosixPath(path).parts
        at = self.root
        for part in above:
            found = at.live[part]
            assert isinstance(found, Folder)
            at = found
        return at, name

    def find(self, path: str) -> Node | None:
        """What lies under this path for the program."""
        if path in {"", "."}:
            return self.root
        try:
            folder, name = self._parent(path)
        except KeyError:
            return None
        return folder.live.get(name)

    def file(self, path: str) -> File:
        found = self.find(path)
        assert isinstance(found, File), path
        return found

    def change(self, *changes: tuple[str, Node | None]) -> None:
        """Give or take names in one step."""
        step = _Step([(*self._parent(path), node) for path, node in changes])
        for folder, name, node in step.changes:
            if node is None:
                folder.live.pop(name, None)
            else:
                folder.live[name] = node
        self._steps.append(step)

    def sync(self, path: str) -> None:
        """The program synced a file or a folder, and was told that it is safe."""
        found = self.find(path)
        if isinstance(found, File):
            found.sync()
            if self.model is Model.STICK:
                self._settle(
                    [self.find(str(above)) for above in (PurePosixPath(path), *PurePosixPath(path).parents)]
                )
        elif isinstance(found, Folder) and self.model is Model.POSIX:
            kept = []
            for step in self._steps:
                if any(folder is found for folder, _name, _node in step.changes):
                    _make_safe(step.changes)
                else:
                    kept.append(step)
            self._steps = kept

    def _settle(self, nodes: list[Node | None]) -> None:
        """The names of a file, and of the folders that it lies in, have reached the disk."""
        for step in self._steps:
            done = [change for change in step.changes if any(change[2] is node for node in nodes if node)]
            _make_safe(done)
            step.changes = [change for change in step.changes if change not in done]
        self._steps = [step for step in self._steps if step.changes]

    def left(self, rng: random.Random) -> tuple[dict[str, bytes], set[str]]:
        """Files and folders as one power cut at this moment may leave them."""
        if self.model is Model.POSIX:
            steps = [step.changes for step in self._steps]
        else:
            steps = [[change] for step in self._steps for change in step.changes]
        way = rng.choice(("none", "all", "first", "any"))
        if way == "none":
            steps = []
        elif way == "first":
            steps = steps[: rng.randrange(len(steps) + 1)]
        elif way == "any":
            steps = [step for step in steps if rng.random() < 0.5]
        names: dict[int, dict[str, Node]] = {}
        for changes in steps:
            for folder, name, node in changes:
                known = names.setdefault(id(folder), dict(folder.safe))
                if node is None:
                    known.pop(name, None)
                else:
                    known[name] = node
        files: dict[str, bytes] = {}
        folders: set[str] = set()
        content: dict[int, bytes] = {}

        def walk(folder: Folder, above: str) -> None:
            for name, node in sorted(names.get(id(folder), folder.safe).items()):
                path = f"{above}{name}"
                if isinstance(node, Folder):
                    folders.add(path)
                    walk(node, f"{path}/")
                else:
                    if id(node) not in content:
                        content[id(node)] = node.left(rng)
                    files[path] = content[id(node)]

        walk(self.root, "")
        return files, folders


def _make_safe(changes: list[tuple[Folder, str, Node | None]]) -> None:
    for folder, name, node in changes:
        if node is None:
            folder.safe.pop(name, None)
        else:
            folder.safe[name] = node


_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)(<[^>]*>(?:\(deleted\))?)?")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FD = re.compile(r"^(?:AT_FDCWD|(\d+))<([^>]*)>(\(deleted\))?")


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


@dataclass
class Recording:
    """The folder before, every call in order, and after which call the program had acknowledged what."""

    files: dict[str, bytes]
    folders: set[str]
    calls: list[tuple[str, ...]] = field(default_factory=list)
    told: list[tuple[int, dict[str, object]]] = field(default_factory=list)

    @classmethod
    def read(cls, root: Path, log: Path, before: Path) -> Recording:
        """The recording of a program that worked in `root`, which was as `before` when it began.

        What it writes to the file `acks` beside `root` is what it acknowledged, a JSON object a line.
        """
        files = {
            p.relative_to(before).as_posix(): p.read_bytes() for p in sorted(before.rglob("*")) if p.is_file()
        }
        folders = {p.relative_to(before).as_posix() for p in before.rglob("*") if p.is_dir()}
        found = cls(files, folders)
        parser = _Parser(root, found)
        for line in _whole_lines(log):
            parser.take(line)
        return found

    def told_by(self, point: int) -> list[dict[str, object]]:
        """What had been acknowledged after that many calls."""
        return [what for at, what in self.told if at <= point]


def _whole_lines(log: Path) -> Iterator[str]:
    """The lines of the trace; a call that another thread interrupted is put together again."""
    waiting: dict[str, str] = {}
    with log.open(encoding="ascii", errors="replace") as source:
        for raw in source:
            line = raw.rstrip("\n")
            pid = line.split(" ", 1)[0]
            if line.endswith("<unfinished ...>"):
                waiting[pid] = line.removesuffix("<unfinished ...>")
            elif " resumed>" in line and "<... " in line:
                yield waiting.pop(pid) + line.split(" resumed>", 1)[1]
            else:
                yield line


class _Parser:
    """Turns lines of strace into calls with paths below the root."""

    def __init__(self, root: Path, recording: Recording) -> None:
        self._root = str(root)
        self._acks = str(root.parent / "acks")
        self._out = recording
        self._at: dict[str, int] = {}
        self._sizes = {path: len(data) for path, data in recording.files.items()}

    def _inside(self, path: str) -> str | None:
        if path == self._root:
            return "."
        if path.startswith(self._root + "/") and not _WORTHLESS.search(path):
            return path[len(self._root) + 1 :]
        return None

    def _add(self, *call: str | bytes | int) -> None:
        self._out.calls.append(call)  # type: ignore[arg-type]

    def take(self, line: str) -> None:
        match = _LINE.match(line)
        if match is None or match[3].startswith("-"):
            return
        name, inside, result, shown = match.groups()
        take = getattr(self, f"_on_{name}", None)
        if take is not None:
            take(inside, int(result), shown)

    def _fd(self, inside: str) -> tuple[str, str | None]:
        match = _FD.match(inside)
        assert match is not None, inside[:80]
        return match[1] or "", None if match[3] else _bytes(match[2]).decode()

    def _paths(self, inside: str) -> list[str]:
        """The paths named in the arguments, those relative to a descriptor made whole."""
        found = []
        rest = inside
        while text := _TEXT.search(rest):
            path = _bytes(text[1]).decode()
            before = rest[: text.start()]
            folder = re.search(r"(?:AT_FDCWD|\d+)<([^>]*)>, $", before)
            if not path.startswith("/") and folder:
                path = f"{_bytes(folder[1]).decode()}/{path}"
            found.append(path)
            rest = rest[text.end() :]
        return found

    def _on_openat(self, inside: str, result: int, shown: str | None) -> None:
        path = _bytes(shown[1:].split(">", 1)[0]).decode() if shown else self._paths(inside)[0]
        self._at[str(result)] = 0
        mine = self._inside(path)
        if mine is None or mine == "." or "O_DIRECTORY" in inside:
            return
        if "O_CREAT" in inside and mine not in self._sizes:
            self._sizes[mine] = 0
            self._add("create", mine)
        elif "O_TRUNC" in inside:
            self._add("cut", mine, 0)
            self._sizes[mine] = 0
        if "O_APPEND" in inside:
            self._at[str(result)] = self._sizes.get(mine, 0)

    _on_open = _on_openat

    def _on_lseek(self, inside: str, result: int, _shown: str | None) -> None:
        self._at[self._fd(inside)[0]] = result

    def _grown(self, mine: str, end: int) -> None:
        self._sizes[mine] = max(self._sizes.get(mine, 0), end)

    def _on_write(self, inside: str, result: int, _shown: str | None) -> None:
        number, path = self._fd(inside)
        at = self._at.get(number, 0)
        self._at[number] = at + result
        text = _TEXT.search(inside)
        if path is None or text is None:
            return
        data = _bytes(text[1])[:result]
        if path == self._acks:
            for line in data.decode().splitlines():
                self._out.told.append((len(self._out.calls), json.loads(line)))
        elif (mine := self._inside(path)) is not None:
            self._add("write", mine, at, data)
            self._grown(mine, at + result)

    def _on_pwrite64(self, inside: str, result: int, _shown: str | None) -> None:
        _number, path = self._fd(inside)
        mine = None if path is None else self._inside(path)
        text = _TEXT.search(inside)
        if mine is not None and text is not None:
            at = int(inside.rsplit(", ", 1)[1])
            self._add("write", mine, at, _bytes(text[1])[:result])
            self._grown(mine, at + result)

    def _on_sendfile(self, inside: str, result: int, _shown: str | None) -> None:
        target, source = inside.split(">, ", 1)
        number, path = self._fd(target + ">")
        source_number, source_path = self._fd(source)
        at = self._at.get(number, 0)
        self._at[number] = at + result
        mine = None if path is None else self._inside(path)
        if mine is None or result == 0:
            return
        offset = re.search(r", \[(\d+)\]", source)
        start = int(offset[1]) if offset else self._at.get(source_number, 0)
        if not offset:
            self._at[source_number] = start + result
        origin = None if source_path is None else self._inside(source_path)
        assert origin is not None, "what is copied into the folder comes from the folder"
        self._add("copy", mine, at, origin, start, result)
        self._grown(mine, at + result)

    def _on_copy_file_range(self, inside: str, result: int, _shown: str | None) -> None:
        raise AssertionError("copy_file_range is not modelled")

    _on_writev = _on_pwritev = _on_pwritev2 = _on_linkat = _on_link = _on_copy_file_range

    def _on_fsync(self, inside: str, _result: int, _shown: str | None) -> None:
        _number, path = self._fd(inside)
        mine = None if path is None else self._inside(path)
        if mine is not None:
            self._add("sync", mine)

    _on_fdatasync = _on_fsync

    def _on_ftruncate(self, inside: str, _result: int, _shown: str | None) -> None:
        _number, path = self._fd(inside)
        mine = None if path is None else self._inside(path)
        if mine is not None:
            length = int(inside.rsplit(", ", 1)[1])
            self._add("cut", mine, length)
            self._sizes[mine] = length

    def _on_unlink(self, inside: str, _result: int, _shown: str | None) -> None:
        mine = self._inside(self._paths(inside)[0])
        if mine is not None:
            self._sizes.pop(mine, None)
            self._add("gone", mine)

    _on_unlinkat = _on_rmdir = _on_unlink

    def _on_rename(self, inside: str, _result: int, _shown: str | None) -> None:
        old, new = (self._inside(path) for path in self._paths(inside)[:2])
        if old is None or new is None:
            assert old is new, "nothing is moved into or out of the folder"
            return
        for path in [p for p in self._sizes if p == old or p.startswith(old + "/")]:
            self._sizes[new + path[len(old) :]] = self._sizes.pop(path)
        self._add("rename", old, new)

    _on_renameat = _on_renameat2 = _on_rename

    def _on_mkdir(self, inside: str, _result: int, _shown: str | None) -> None:
        mine = self._inside(self._paths(inside)[0])
        if mine is not None:
            self._add("folder", mine)

    _on_mkdirat = _on_mkdir


def _replay(disk: Disk, call: tuple) -> None:  # type: ignore[type-arg]
    match call:
        case ("create", path):
            disk.change((path, File()))
        case ("folder", path):
            disk.change((path, Folder()))
        case ("write", path, at, data):
            disk.file(path).write(at, data)
        case ("copy", path, at, origin, start, length):
            disk.file(path).write(at, bytes(disk.file(origin).live[start : start + length]))
        case ("cut", path, length):
            disk.file(path).cut(length)
        case ("sync", path):
            disk.sync(path)
        case ("gone", path):
            disk.change((path, None))
        case ("rename", old, new):
            disk.change((new, disk.find(old)), (old, None))
        case _:
            raise AssertionError(call)


@dataclass(frozen=True)
class Crash:
    """What one power cut left, and after how many calls it came."""

    point: int
    files: dict[str, bytes]
    folders: set[str]


def crashes(recording: Recording, count: int, seed: int, model: Model) -> Iterator[Crash]:
    """That many power cuts: half of them anywhere, half right at a sync, a rename or a shortening."""
    rng = random.Random(f"{seed} {model.value}")
    calls = recording.calls
    hot = [n for n, call in enumerate(calls) if call[0] in {"sync", "rename", "gone", "cut", "create"}]
    points = sorted(
        rng.randrange(len(calls) + 1) if n % 2 else min(len(calls), rng.choice(hot) + rng.randrange(2))
        for n in range(count)
    )
    disk = Disk(recording.files, recording.folders, model)
    done = 0
    for point in points:
        while done < point:
            _replay(disk, calls[done])
            done += 1
        yield Crash(point, *disk.left(rng))


def write_state(crash: Crash, folder: Path) -> Path:
    """Lay out what a power cut left in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for inside in sorted(crash.folders):
        (folder / inside).mkdir()
    for path, content in crash.files.items():
        (folder / path).write_bytes(content)
    return folder
