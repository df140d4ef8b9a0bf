"""A file is written whole or not at all, and an error says in which folder and what to do."""

import errno
import os

import pytest

from shelter_app.vault import folder
from shelter_app.vault.errors import DiskFailed, DiskFull, NoWritePermission
from shelter_app.vault.folder import atomic_write


def test_a_folder_that_is_gone_is_named_and_what_to_do(tmp_path):
    place = tmp_path / "stick"
    with pytest.raises(NoWritePermission) as refused:
        atomic_write(place / "copy.pdf", b"new")
    assert str(place) in str(refused.value)
    assert "Plug the stick in again, or choose another folder" in str(refused.value)
    assert "copy.pdf" not in str(refused.value), "what a file is called may name a person"


def test_a_name_that_the_system_refuses_is_said(tmp_path):
    with pytest.raises(NoWritePermission) as refused:
        atomic_write(tmp_path / ("x" * 300), b"new")
    assert str(tmp_path) in str(refused.value)
    assert "Choose a shorter" in str(refused.value)


@pytest.mark.parametrize(
    ("number", "kind", "says"),
    [
        (errno.ENOSPC, DiskFull, "Free some space there"),
        (errno.EROFS, NoWritePermission, "Check the permissions of this folder"),
        (errno.EIO, DiskFailed, "Make a backup to another disk now"),
    ],
)
def test_what_the_disk_refuses_is_said_with_its_place_and_the_old_file_stays(
    tmp_path, monkeypatch, number, kind, says
):
    path = tmp_path / "kept"
    atomic_write(path, b"old")

    def refuse(_descriptor):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(folder.os, "fsync", refuse)
        with pytest.raises(kind) as refused:
            atomic_write(path, b"new")
    assert str(tmp_path) in str(refused.value)
    assert says in str(refused.value)
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]
    assert path.read_bytes() == b"old"
