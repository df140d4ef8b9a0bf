"""Files are written all or none; what stood there before stays if anything fails."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from shelter_app.reports.summary import BadFileName, FolderInTheWay, write_files

FILES = {"summary-a.pdf": b"new pdf " * 100, "summary-a.csv": b"new csv " * 9000, "manifest.json": b"{}"}

LIMITED = """
import resource, sys
from pathlib import Path
from shelter_app.reports.summary import write_files
from shelter_app.errors import ShelterError
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
files = {"summary-a.pdf": b"new pdf " * 100, "summary-a.csv": b"new csv " * 9000, "manifest.json": b"{}"}
try:
    write_files(Path(sys.argv[1]), files)
except ShelterError as error:
    print(type(error).__name__)
else:
    print("written")
"""

WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from shelter_app.reports.summary import write_files
from shelter_app.errors import ShelterError
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    write_files(Path(sys.argv[1]), {"manifest.json": b"{}"})
except ShelterError as error:
    print(type(error).__name__)
else:
    print("written")
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def run(code: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_all_files_are_written_under_their_names(tmp_path):
    written = write_files(tmp_path / "new" / "folder", FILES)
    assert [path.name for path in written] == list(FILES)
    assert contents(tmp_path / "new" / "folder") == FILES


def test_writing_again_replaces_and_leaves_nothing_else(tmp_path):
    write_files(tmp_path, dict.fromkeys(FILES, b"old"))
    write_files(tmp_path, FILES)
    assert contents(tmp_path) == FILES


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on file sizes is POSIX")
def test_a_full_disk_leaves_the_files_that_were_there(tmp_path):
    write_files(tmp_path, {"summary-a.pdf": b"old pdf", "manifest.json": b"old"})
    before = contents(tmp_path)
    assert run(LIMITED, tmp_path, 20_000) == "DiskFull"
    assert contents(tmp_path) == before
    assert run(LIMITED, tmp_path, 1_000_000) == "written"
    assert contents(tmp_path) == FILES


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_a_folder_that_may_not_be_written_to_is_named_as_such():
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o755)
        closed = Path(outer) / "closed"
        closed.mkdir()
        closed.chmod(0o555)
        assert run(WITHOUT_RIGHTS, closed) == "NoWritePermission"
        assert contents(closed) == {}
        closed.chmod(0o777)
        assert run(WITHOUT_RIGHTS, closed) == "written"


@pytest.mark.parametrize("name", ["../outside.csv", "a/b.csv", "张丽.pdf", "", ".hidden", "con tab.csv"])
def test_a_name_that_could_leave_the_folder_or_name_somebody_is_refused(tmp_path, name):
    with pytest.raises(BadFileName):
        write_files(tmp_path, {"summary-a.pdf": b"x", name: b"x"})
    assert contents(tmp_path) == {}


def test_a_folder_with_the_name_of_a_file_stops_everything(tmp_path):
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(FolderInTheWay):
        write_files(tmp_path, FILES)
    assert contents(tmp_path) == {}


def test_a_rename_that_fails_brings_the_old_files_back(tmp_path, monkeypatch):
    write_files(tmp_path, dict.fromkeys(FILES, b"old"))
    before = contents(tmp_path)
    real = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self.name.endswith(".new") and Path(target).name == "manifest.json":
            raise OSError(28, "no space")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    from shelter_app.vault.errors import DiskFull

    with pytest.raises(DiskFull):
        write_files(tmp_path, FILES)
    assert contents(tmp_path) == before
