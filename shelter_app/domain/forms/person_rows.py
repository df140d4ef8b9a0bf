"""The questions asked of each document of a person and of each person around them."""

from __future__ import annotations

from shelter_app.domain.forms.model import Field, Kind
from shelter_i18n import N_

__all__ = ["DOCUMENT", "RELATION"]

DOCUMENT = (
    Field(
        "kind",
        Kind.CODE,
        N_("Kind of document"),
        codelist="document_kinds",
        headers=("证件种类", "证件类型", "Document type"),
    ),
    Field(
        "number",
        Kind.TEXT,
        N_("Document number"),
        headers=(
            "证件号码",
            "证件号",
            "身份证号",
            "身份证号码",
            "护照号",
            "护照号码",
            "Passport / travel document",
            "Passport no.",
            "Passport number",
            "Passport",
            "ID number",
            "Document number",
        ),
        htcds="prs_IdentityNumber",
    ),
    Field("country", Kind.COUNTRY, N_("Issued by (country or region)"), width="third"),
    Field("issued_on", Kind.DATE, N_("Issued on"), headers=("签发日期", "Date of issue"), width="third"),
    Field(
        "expires_on",
        Kind.DATE,
        N_("Valid until"),
        headers=("有效期至", "Date of expiry"),
        future=True,
        width="third",
    ),
    Field(
        "note",
        Kind.TEXT,
        N_("Note on the document"),
        hint=N_("For example: held by somebody else"),
        width="full",
    ),
)

RELATION = (
    Field("name", Kind.TEXT, N_("Name of this person"), width="third"),
    Field("relation", Kind.CODE, N_("Relation to the person"), codelist="relation_kinds", width="third"),
    Field("contact_rule", Kind.CODE, N_("May they be contacted?"), codelist="contact_rules", width="third"),
    Field("contact", Kind.TEXT, N_("How to reach them"), width="third"),
    Field("with_person", Kind.YES_NO, N_("Are they here with the person?"), width="third"),
    Field("note", Kind.TEXT, N_("Note on this relation"), width="third"),
)
