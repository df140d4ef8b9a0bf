"""One step of a safe and voluntary return (Palermo Protocol Art. 8), from the first talk to the follow-up.

Never to be confused with deportation: a step is only ever taken with the person's consent, which can be
withdrawn at each of them.
"""

from __future__ import annotations

from shelter_app.domain.forms.model import (
    Condition,
    Due,
    Field,
    FieldClass,
    Form,
    Kind,
    Order,
    Section,
    Stage,
)
from shelter_app.domain.forms.shared import assigned_to, unparsed
from shelter_i18n import N_

__all__ = ["FORM"]

_TRAVEL = Condition("stage", ("journey", "handover", "reintegration", "closure"))

_STEP = Section(
    "step",
    N_("Step"),
    (
        Field(
            "stage",
            Kind.CODE,
            N_("Stage of the return"),
            codelist="return_stages",
            required=True,
            column=True,
        ),
        Field("step", Kind.CODE, N_("Step of this stage"), codelist="return_steps", within="stage"),
        Field(
            "status",
            Kind.CODE,
            N_("State of this step"),
            codelist="return_step_status",
            width="third",
            column=True,
        ),
        Field("planned_on", Kind.DATE, N_("Planned for"), future=True, width="third"),
        Field("done_on", Kind.DATE, N_("Done on"), width="third"),
        assigned_to(),
        Field(
            "consent_to_return",
            Kind.YES_NO,
            N_("Does the person still wish to return?"),
            help=N_("Ask at every step. A no stops the return at once, also on the day of travel."),
            width="third",
        ),
        Field(
            "outcome",
            Kind.CODE,
            N_("How the return ended"),
            codelist="return_outcomes",
            headers=("返回结果", "Return outcome"),
            width="third",
            column=True,
        ),
        Field(
            "destination_country",
            Kind.COUNTRY,
            N_("Country or region of return"),
            headers=("返回国家/地区", "Destination country"),
        ),
    ),
    cls=FieldClass.CODED,
    icon="route",
)

_DOCUMENTS = Section(
    "documents",
    N_("Travel document"),
    (
        Field(
            "travel_document_kind", Kind.CODE, N_("Kind of travel document"), codelist="travel_document_kinds"
        ),
        Field(
            "travel_document_number",
            Kind.TEXT,
            N_("Number of the travel document"),
            headers=("旅行证号", "Travel document number"),
        ),
        Field(
            "travel_document_issued_on",
            Kind.DATE,
            N_("Travel document issued on"),
            headers=("旅行证签发日期", "Travel doc issued", "Travel document issued"),
        ),
        Field("travel_document_expires_on", Kind.DATE, N_("Travel document valid until"), future=True),
    ),
    cls=FieldClass.CODED,
    icon="file-check",
)

_JOURNEY = Section(
    "journey",
    N_("Journey and handover"),
    (
        Field(
            "departed_on",
            Kind.DATE,
            N_("Departure on"),
            headers=("启程日期", "出发日期", "Departure", "Departure date", "Date of departure"),
            when=_TRAVEL,
            future=True,
            width="third",
        ),
        Field(
            "carrier",
            Kind.TEXT,
            N_("Flight, train or vehicle"),
            headers=("航班", "车次", "Flight", "Carrier"),
            when=_TRAVEL,
            width="third",
        ),
        Field(
            "escort_kind",
            Kind.CODE,
            N_("Who accompanies the person"),
            codelist="escort_kinds",
            headers=("护送", "护送人", "Escort"),
            when=_TRAVEL,
            width="third",
        ),
        Field("escort_name", Kind.TEXT, N_("Names of those who accompany"), when=_TRAVEL, width="full"),
        Field(
            "handed_to_kind",
            Kind.CODE,
            N_("Who receives the person"),
            codelist="handover_kinds",
            headers=("移交给", "接收单位", "Handed over to"),
            when=_TRAVEL,
        ),
        Field("handed_to", Kind.TEXT, N_("Name of the receiver"), when=_TRAVEL),
        Field("receiving_kind", Kind.CODE, N_("Kind of receiving agency"), codelist="recipient_kinds"),
        Field(
            "receiving_agency", Kind.TEXT, N_("Receiving agency"), headers=("接收机构", "Receiving agency")
        ),
    ),
    cls=FieldClass.CODED,
    icon="arrow-right",
)

_NOTES = Section(
    "notes",
    N_("Notes on this step"),
    (Field("note", Kind.LONG_TEXT, N_("Arrangements, wishes, worries"), width="full"), unparsed()),
    icon="sticky-note",
)

FORM = Form(
    id="return_step",
    version=1,
    title=N_("Step of the voluntary return"),
    sections=(_STEP, _DOCUMENTS, _JOURNEY, _NOTES),
    icon="route",
    typed={"happened_on": "done_on", "done_on": "done_on", "status": "status", "assigned_to": "assigned_to"},
    dues=(Due("planned_on", unless=Condition("status", ("done", "not_needed", "stopped"))),),
    summary=("stage", "step", "status", "outcome", "destination_country", "receiving_agency", "departed_on"),
    stages=(Stage("return"), Stage("follow_up", Condition("stage", ("reintegration", "closure")))),
    orders=(
        Order("travel_document_issued_on", "travel_document_expires_on"),
        Order("travel_document_issued_on", "departed_on"),
        Order("departed_on", "travel_document_expires_on"),
    ),
)
