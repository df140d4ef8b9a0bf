"""The list of erasures as a file beside a vault and its backups, so that a restored copy is erased again.

It holds random ids, counts, days and the signatures of the two who decided, nothing that names anybody, and is checked by
an HMAC for each store key that its writer held: whoever restores a backup from before a change of keys holds one of them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from shelter_app.storage.erasing import ErasureProof, ErasureRow
from shelter_app.storage.store import canonical
from shelter_app.vault.folder import atomic_write

__all__ = ["LIST_NAME", "carry_list", "lists_in", "read_list", "write_list"]

LIST_NAME: Final = "erasures.list"
#: A list of this size has more lines than a post has cases; larger files are not read.
_LARGEST: Final = 64 << 20
#: The key of a store epoch for the check of lists.
KeyOf = Callable[[int], bytes]


def write_list(
    path: Path,
    rows: Sequence[ErasureRow],
    proofs: Mapping[str, ErasureProof],
    *,
    vault_id: str,
    epochs: Collection[int],
    key: KeyOf,
) -> None:
    """Write the list to the folder `path`; an old one is replaced whole or not at all.

    Raises:
        DiskFull, NoWritePermission: the old list is as it was.
    """
    content: dict[str, Any] = {
        "format": 2, "vault_id": vault_id,
        "erasures": [_as_json(row, proofs.get(row.id)) for row in sorted(rows, key=lambda r: r.id)],
    }  # fmt: skip
    text = canonical(content).encode()
    macs = {str(epoch): hmac.new(key(epoch), text, hashlib.sha256).hexdigest() for epoch in sorted(epochs)}
    atomic_write(path / LIST_NAME, canonical(content | {"macs": macs}).encode())


def lists_in(path: Path) -> list[Path]:
    """The lists that lie in a folder: its own, and those that a restore carried there."""
    if not path.is_dir():
        return []
    found = (each for each in path.glob(f"{LIST_NAME}*") if not each.name.endswith(".new"))
    return sorted(each for each in found if each.is_file() and not each.is_symlink())


def read_list(
    file: Path, *, vault_id: str, epochs: Collection[int], key: KeyOf
) -> tuple[list[tuple[ErasureRow, ErasureProof | None]], bool]:
    """The erasures that a list names with their proofs, and whether it cannot be trusted: it is damaged or not of this program.

    A list of another vault names none.
    """
    try:
        if file.stat().st_size > _LARGEST:
            return [], True
        stored = json.loads(file.read_bytes())
        if stored.get("vault_id") != vault_id:
            return [], False
        macs = stored.pop("macs")
        text = canonical(stored).encode()
        for epoch in epochs:
            wanted = hmac.new(key(epoch), text, hashlib.sha256).hexdigest()
            if hmac.compare_digest(str(macs.get(str(epoch), "")).encode(), wanted.encode()):
                return [_from_json(item) for item in stored["erasures"]], False
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [], True
    return [], True


def carry_list(sources: Sequence[Path], target: Path) -> None:
    """Copy the lists of these folders into a restored vault, which reads them when it is first opened.

    Raises:
        DiskFull, NoWritePermission
    """
    found = [file for source in sources for file in lists_in(source) if file.stat().st_size <= _LARGEST]
    for number, file in enumerate(found, start=1):
        atomic_write(target / f"{LIST_NAME}.{number}", file.read_bytes())


def _as_json(row: ErasureRow, proof: ErasureProof | None) -> dict[str, Any]:
    said = dataclasses.asdict(row) | {"counts": dict(row.counts), "backups": [dict(b) for b in row.backups]}
    return said | {"proof": dataclasses.asdict(proof) if proof is not None else None}


def _from_json(item: Mapping[str, Any]) -> tuple[ErasureRow, ErasureProof | None]:
    facts = dict(item)
    proof = facts.pop("proof", None)
    row = ErasureRow(**{**facts, "cases": tuple(facts["cases"]), "backups": tuple(facts["backups"])})
    return row, ErasureProof(**proof) if proof is not None else None
