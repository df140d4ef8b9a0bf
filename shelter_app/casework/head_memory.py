"""What this computer remembers of journals outside the vaults, so that a vault set back as a whole shows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["FILE_NAME", "HeadMemory", "SeenHead", "default_memory"]

#: Beside the preferences of this computer's user.
FILE_NAME: Final = "journal-heads.json"
_MOST_VAULTS: Final = 50
_LIMIT: Final = 256 * 1024
_SOURCES: Final = ("computer", "backup")


@dataclass(frozen=True)
class SeenHead:
    """The newest line of a journal as somebody or something saw it.

    `source` says where it was kept: "header" (of the vault, when it was last closed), "own_session" (in what
    only the signed-in person can open), "computer" and "backup" (on this computer, outside the vault),
    "given" (on paper or in a file that left). Without a device it is that of the computer in use.
    """

    source: str
    number: int
    digest: str
    at: str = ""
    device_id: str = ""


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

    def remember(self, vault_id: str, head: SeenHead) -> None:
        """Keep this line in place of the one that the same source kept for the same device before."""
        if head.source not in _SOURCES:
            raise ValueError("only what is kept outside the vault is remembered")
        stored = self._read()
        others = [
            other
            for other in _heads(stored.pop(vault_id, None))
            if (other.source, other.device_id) != (head.source, head.device_id)
        ]
        kept = [[h.source, h.number, h.digest, h.at, h.device_id] for h in (*others, head)]
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
            case [str(source), int(number), str(digest), str(at), str(device)] if source in _SOURCES:
                yield SeenHead(source, number, digest, at, device)
