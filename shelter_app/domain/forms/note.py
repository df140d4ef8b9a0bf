"""A note: what was seen, said or decided, in words. Always sealed."""

from __future__ import annotations

from shelter_app.domain.forms.model import Field, FieldClass, Form, Kind, Section
from shelter_i18n import N_

__all__ = ["FORM"]

FORM = Form(
    id="note",
    version=1,
    title=N_("Note"),
    sections=(
        Section(
            "note",
            N_("Note"),
            (
                Field("written_on", Kind.DATE, N_("Day of the note"), FieldClass.CODED, width="third"),
                Field("kind", Kind.CODE, N_("Kind of note"), codelist="note_kinds", width="third"),
                Field(
                    "text",
                    Kind.LONG_TEXT,
                    N_("Text of the note"),
                    help=N_(
                        "Write what was seen and said, not what it might mean. The person may ask to read it."
                    ),
                    headers=("个案记录", "Case comment", "Note"),
                    htcds="cco_CaseComment",
                    required=True,
                    width="full",
                ),
            ),
            icon="sticky-note",
        ),
    ),
    icon="sticky-note",
    typed={"happened_on": "written_on"},
    summary=("text",),
)
