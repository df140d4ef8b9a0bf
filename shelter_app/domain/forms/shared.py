"""Fields that several forms have in common, declared once."""

from __future__ import annotations

from shelter_app.domain.forms.model import Field, Kind
from shelter_i18n import N_

__all__ = ["assigned_to", "remark", "unparsed"]


def remark(*headers: str) -> Field:
    """A free remark; it names people, so it is always sealed."""
    return Field(
        "remark",
        Kind.LONG_TEXT,
        N_("Remarks"),
        headers=headers or ("备注", "说明", "Remarks", "Remark", "Notes", "Comments"),
        width="full",
    )


def unparsed() -> Field:
    """What a register held and nobody could read: kept word for word with the entry, never dropped."""
    return Field(
        "unparsed",
        Kind.GROUP,
        N_("Kept as it was written"),
        help=N_(
            "Cells of a register that could not be read as an answer. Move them to their place or leave them."
        ),
        fields=(
            Field("header", Kind.TEXT, N_("Column of the register"), width="third"),
            Field("text", Kind.TEXT, N_("What stood there")),
        ),
        width="full",
    )


def assigned_to() -> Field:
    """The colleague whose list the entry stands on."""
    return Field("assigned_to", Kind.USER, N_("Who takes care of it"), width="third")
