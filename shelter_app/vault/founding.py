"""The id of a vault, which commits to the signature key of whoever created it.

Everything that is sealed in a vault is bound to its id, so nobody can give it another one. Whoever holds the store key
can write another journal from its first line on; they have no other key whose digest is the id.
"""

from __future__ import annotations

import hashlib
from typing import Final

__all__ = ["commits", "founded_by", "vault_id_of"]

#: Hexadecimal digits; ids from before this, which were random, have 32.
_DIGITS: Final = 40


def vault_id_of(epub: bytes) -> str:
    """The id of a vault that is created by the owner of this signature key."""
    return hashlib.sha256(b"shelter vault id 1\0" + epub).hexdigest()[:_DIGITS]


def commits(vault_id: str) -> bool:
    """Whether this id commits to a key at all."""
    return len(vault_id) == _DIGITS


def founded_by(vault_id: str, epub: bytes) -> bool:
    """Whether this is the signature key of whoever created the vault."""
    return vault_id == vault_id_of(epub)
