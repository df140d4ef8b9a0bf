"""A document or photo that belongs to a case: what it is and when it is from. The file itself is sealed beside it.

There are two: one is kept with what names the person, the other with health, veiled like every health record.
"""

from __future__ import annotations

from shelter_app.domain.forms.model import Condition, Field, FieldClass, Form, Kind, Section
from shelter_i18n import N_

__all__ = ["DOCUMENT", "HEALTH_DOCUMENT"]


def _section(cls: FieldClass) -> Section:
    return Section(
        "document",
        N_("Document"),
        (
            Field("kind", Kind.CODE, N_("What it is"), codelist="attachment_kinds", width="third"),
            Field("dated_on", Kind.DATE, N_("Date of the document or photo"), width="third"),
            Field(
                "description",
                Kind.TEXT,
                N_("What it shows or says"),
                help=N_("A few words by which it is found again."),
                width="full",
            ),
            Field(
                "withdrawn",
                Kind.CODE,
                N_("Taken out of this case because"),
                codelist="document_withdrawals",
                help=N_("Empty for a document that belongs here."),
            ),
            Field(
                "withdrawn_note",
                Kind.TEXT,
                N_("Why, in a few words"),
                when=Condition("withdrawn", ("other_case", "twice", "mistake", "other")),
                width="full",
            ),
        ),
        cls=cls,
        icon="file-text",
    )


DOCUMENT = Form(
    id="document",
    version=1,
    title=N_("Document or photo"),
    sections=(_section(FieldClass.IDENTIFYING),),
    icon="file-text",
    summary=("kind", "withdrawn", "description"),
    carries_file=True,
)

HEALTH_DOCUMENT = Form(
    id="health_document",
    version=1,
    title=N_("Health document"),
    sections=(_section(FieldClass.HEALTH),),
    icon="file-lock",
    summary=("kind", "withdrawn", "description"),
    veiled=True,
    carries_file=True,
)
