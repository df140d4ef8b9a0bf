"""Vaults that are cheap to make: the key derivation of tests, which real vaults refuse."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.rights import Role
from shelter_app.vault.vault import Created, add_user, create_vault, unlock

PASSWORD = "copper heron battery mango"


@pytest.fixture
def cheap() -> KdfParams:
    return KdfParams(memory_kib=64, passes=1, lanes=1)


@pytest.fixture
def make_vault(tmp_path: Path, cheap: KdfParams) -> Callable[..., Created]:
    def make(name: str = "vault", **changed: object) -> Created:
        asked = {"post": "CAN", "user": "AB", "password": PASSWORD, "kdf": cheap, "allow_weak": True}
        return create_vault(tmp_path / name, **(asked | changed))

    return make


@pytest.fixture
def made(make_vault: Callable[..., Created]) -> Created:
    return make_vault()


@pytest.fixture
def join(made: Created) -> Callable[..., KeyRing]:
    """Add somebody with this role to `made` and sign them in."""

    def joined(role: Role, name: str | None = None, **changed: object) -> KeyRing:
        name = name or role.value
        add_user(made.folder, made.keyring, name=name, role=role, password=name, **changed)
        return unlock(made.folder.path, name, name)

    return joined


@pytest.fixture
def other_program() -> Callable[[VaultFolder], contextlib.AbstractContextManager[subprocess.Popen[str]]]:
    """Another process that holds a vault's lock until the block ends or it is killed."""

    @contextlib.contextmanager
    def holding(folder: VaultFolder) -> Iterator[subprocess.Popen[str]]:
        code = (
            "import sys; from pathlib import Path; from shelter_app.vault.folder import VaultFolder;"
            "from shelter_app.vault.lock import VaultLock;"
            "VaultLock(VaultFolder(Path(sys.argv[1]))).take(); print('held', flush=True); sys.stdin.read()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code, str(folder.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            try:
                yield process
            finally:
                process.kill()

    return holding
