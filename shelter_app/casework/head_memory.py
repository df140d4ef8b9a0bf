"""What this computer remembers of journals outside the vaults, so that a vault set back as a whole shows."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["FILE_NAME", "HeadMemory", "SeenHead", "default_memory"]

#: Beside the preferences of this computer's user.
FILE_NAME: Final = "journal-heads.json"
_MOST_VAULTS: Final = 50
#: So many lines of a vault that its journal does not hold any more are kept; of more, the first ones.
_MOST_STANDING: Final = 30
_LIMIT: Final = 256 * 1024
_SOURCES: Final = ("computer", "backup")


@dataclass(frozen=True)
class SeenHead:
    """The newest line of a journal as somebody or something saw it.

    `source` says where it was kept: "header" (of the vault, when it was last closed), "own_session" (in what
    only the signed-in person can open), "computer" and "backup" (on this computer, outside the vault),
    "given" (on paper or in a file that left), "colleague" (in what only somebody else can open, who told it).
    Without a device it is that of the computer in use. `folder` is where the vault lay, for what lies outside it.
    """

    source: str
    number: int
    digest: str
    at: str = ""
    device_id: str = ""
    folder: str = ""


class HeadMemory:
    """A small file that keeps, for each vault, the newest journal line seen at closing and in a backup.

    It holds random ids, numbers, times and digests, and nothing of a case. It is a convenience: what cannot be
    read is as if nothing had been seen, what cannot be written is forgotten.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def seen(self, vault_id: str) -> tuple[SeenHead, ...]:
        """What was seen of the journal of this vault."""
        return tuple(_heads(self._read().get(vault_id)))

    def remember(
        self, vault_id: str, head: SeenHead, stands: Callable[[SeenHead], bool] = lambda _head: False
    ) -> None:
        """Keep this line in place of the one that the same source kept for the same device and folder before.

        One that `stands` is kept beside it: the journal does not hold it any more, and nobody who may has settled it.
        """
        if head.source not in _SOURCES:
            raise ValueError("only what is kept outside the vault is remembered")
        stored = self._read()

        def same(other: SeenHead) -> bool:
            return (other.source, other.device_id, other.folder) == (head.source, head.device_id, head.folder)

        before = list(_heads(stored.pop(vault_id, None)))
        standing = [other for other in before if same(other) and other != head and stands(other)]
        others = [other for other in before if not same(other)]
        self._keep(stored, vault_id, [*others, *standing[:_MOST_STANDING], head])

    def settle(self, vault_id: str, heads: Collection[SeenHead]) -> None:
        """Forget these lines: somebody who may has said that it is known why the journal does not hold them."""
        stored = self._read()
        before = list(_heads(stored.pop(vault_id, None)))
        left = [head for head in before if head not in heads]
        if left != before:
            self._keep(stored, vault_id, left)

    def _keep(self, stored: dict[str, Any], vault_id: str, heads: list[SeenHead]) -> None:
        kept = [[h.source, h.number, h.digest, h.at, h.device_id, h.folder] for h in heads]
        # The vault in use last comes last: of too many, the first are forgotten.
        newest = dict([*stored.items(), (vault_id, kept)][-_MOST_VAULTS:])
        self._write(json.dumps(newest, indent=1))

    def _read(self) -> dict[str, Any]:
        try:
            with self._path.open("rb") as source:
                stored = json.loads(source.read(_LIMIT))
        except (OSError, ValueError):
            return {}
        return stored if isinstance(stored, dict) else {}

    def _write(self, text: str) -> None:
        unfinished = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as target:
                target.write(text)
            unfinished.replace(self._path)
        except OSError:
            return


def default_memory() -> HeadMemory:
    """What the window of this computer's user has remembered."""
    from platformdirs import user_config_dir

    return HeadMemory(Path(user_config_dir("shelter-casework", appauthor=False)) / FILE_NAME)


def _heads(stored: Any) -> Iterator[SeenHead]:
    """The lines of one vault that make sense."""
    for item in stored if isinstance(stored, list) else ():
        match item:
            case [str(source), int(number), str(digest), str(at), str(device), *rest] if source in _SOURCES:
                folder = rest[0] if rest and isinstance(rest[0], str) else ""
                yield SeenHead(source, number, digest, at, device, folder)
