"""What a correction changed, field by field, with the words that are new marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from shelter_app.casework.entries import form_of
from shelter_app.casework.sealing import Reading
from shelter_app.domain.forms import FieldClass, Form, changed_fields
from shelter_app.domain.values import value_text
from shelter_i18n import _

__all__ = ["Change", "Piece", "field_changes", "value_changes", "word_pieces"]

#: A run of Latin letters and digits is one word; of Chinese each character counts.
_WORDS = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A run of text; `changed` if the other reading does not have it."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Change:
    """One answer before and after; an empty side means that there was none."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def word_pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both readings in pieces, those marked that the other reading does not have."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = kind == "equal"
        if a < b:
            left.append(Piece("".join(old[a:b]), not same))
        if c < d:
            right.append(Piece("".join(new[c:d]), not same))
    return tuple(left), tuple(right)


def field_changes(
    before: Reading, after: Reading, users: Mapping[str, str], *, names_shown: bool
) -> list[Change]:
    """What `after` changed of `before`, as far as its reader may see both; in the order of the form."""
    declared = form_of(after)
    if declared is None:
        return []
    return value_changes(declared, before.values, after.values, users, names_shown=names_shown)


def value_changes(
    declared: Form,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    users: Mapping[str, str],
    *,
    names_shown: bool,
) -> list[Change]:
    """How the answers `after` differ from those `before`, in the order of the form."""
    ids: Sequence[str] = changed_fields(before, after)
    order = {field.id: place for place, field in enumerate(declared.fields)}
    found = []
    for field_id in sorted(ids, key=lambda key: order.get(key, len(order))):
        if not names_shown and not _coded(declared, field_id):
            continue
        label, old, new = field_id, str(before.get(field_id, "")), str(after.get(field_id, ""))
        if field_id in declared:
            field = declared.field(field_id)
            label = _(field.label)
            old = value_text(field, before.get(field_id), users=users)
            new = value_text(field, after.get(field_id), users=users)
        left, right = word_pieces(old, new)
        found.append(Change(label, left, right))
    return found


def _coded(declared: Form, field_id: str) -> bool:
    return field_id in declared and declared.class_of(field_id) is FieldClass.CODED
