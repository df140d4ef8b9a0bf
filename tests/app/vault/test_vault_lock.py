"""One program per vault: the second is refused at once, and a killed one leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from shelter_app.vault.errors import VaultInUse
from shelter_app.vault.lock import VaultLock, held, lock_holder


def test_a_second_program_is_refused_and_told_who_holds_the_vault(made, other_program):
    with other_program(made.folder) as process:
        with pytest.raises(VaultInUse) as caught:
            VaultLock(made.folder).take()
        assert str(process.pid) in caught.value.render("en")
        assert lock_holder(made.folder)[0] == process.pid


def test_a_killed_program_leaves_no_lock(made, other_program):
    for _ in range(3):
        with other_program(made.folder) as process:
            process.kill()
            process.wait()
        assert made.folder.lock_holder.exists()
        with VaultLock(made.folder):
            assert lock_holder(made.folder)[0] == os.getpid()


def test_the_same_program_does_not_open_a_vault_twice(made):
    with VaultLock(made.folder):
        with pytest.raises(VaultInUse):
            VaultLock(made.folder).take()
        with held(made.folder):
            pass
        with pytest.raises(VaultInUse):
            VaultLock(made.folder).take()
    with VaultLock(made.folder):
        pass


def test_letting_go_twice_and_leaving_by_an_error_both_free_the_vault(made):
    lock = VaultLock(made.folder)
    lock.take()
    lock.release()
    lock.release()
    with pytest.raises(ZeroDivisionError), VaultLock(made.folder):
        raise ZeroDivisionError
    with VaultLock(made.folder):
        pass
    assert not made.folder.lock_holder.exists()


def test_an_unreadable_note_about_the_holder_gives_the_plain_message(made, other_program):
    with other_program(made.folder):
        for text in ("", "{", '{"pid": "x"}', "[]", '{"pid": 1, "since": "yesterday"}'):
            made.folder.lock_holder.write_text(text)
            with pytest.raises(VaultInUse) as caught:
                VaultLock(made.folder, patience=0).take()
            assert "process" not in caught.value.render("en")


def test_a_replaced_process_has_let_go(made):
    """Locking the screen replaces the process; the lock must not survive that."""
    code = (
        "import os, sys; from pathlib import Path; from shelter_app.vault.folder import VaultFolder;"
        "from shelter_app.vault.lock import VaultLock; folder = VaultFolder(Path(sys.argv[1]));"
        "VaultLock(folder).take();"
        "again = 'import sys; from pathlib import Path; from shelter_app.vault.folder import VaultFolder;'"
        "'from shelter_app.vault.lock import VaultLock;'"
        "'VaultLock(VaultFolder(Path(sys.argv[1]))).take(); print(\"taken again\")';"
        "sys.stdout.flush(); os.execv(sys.executable, [sys.executable, '-c', again, sys.argv[1]])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(made.folder.path)], capture_output=True, text=True, check=True
    )
    assert run.stdout == "taken again\n"
