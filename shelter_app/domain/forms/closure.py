"""Closure: why the work ends, where the person went, and whether somebody may ask after them later."""

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
from shelter_app.domain.forms.shared import unparsed
from shelter_i18n import N_

__all__ = ["FORM"]

_CLOSURE = Section(
    "closure",
    N_("Closing the case"),
    (
        Field(
            "closed_on",
            Kind.DATE,
            N_("Closed on"),
            headers=("结案日期", "Closed on", "Closing date"),
            width="third",
        ),
        Field(
            "case_status",
            Kind.CODE,
            N_("State of the case from now on"),
            codelist="case_status",
            headers=("个案状态", "Case status", "Status"),
            htcds="cas_Status",
            width="third",
        ),
        Field(
            "reason",
            Kind.CODE,
            N_("Why the case is closed"),
            codelist="closure_reasons",
            headers=("结案原因", "Reason for closure"),
            width="third",
            column=True,
        ),
        Field(
            "reason_text",
            Kind.LONG_TEXT,
            N_("The reason in words"),
            headers=("结案说明", "Reason for case closure"),
            htcds="cas_ReasonForCaseClosure",
            width="full",
        ),
    ),
    cls=FieldClass.CODED,
    icon="archive",
)

_LEAVING = Section(
    "leaving",
    N_("Leaving"),
    (
        Field(
            "left_on",
            Kind.DATE,
            N_("Left on"),
            headers=("离所日期", "离站日期", "Date left", "Left on", "Discharge date"),
        ),
        Field(
            "destination",
            Kind.CODE,
            N_("Where the person went"),
            codelist="destinations",
            headers=("去向", "离所去向", "Destination", "Left to"),
            other="destination_text",
            column=True,
        ),
        Field("destination_text", Kind.TEXT, N_("Where exactly"), width="full"),
        Field(
            "follow_up_agreed",
            Kind.YES_NO,
            N_("May somebody ask after the person later?"),
            help=N_("Only with the person's consent, and only over a contact that is safe."),
        ),
        Field(
            "follow_up_on",
            Kind.DATE,
            N_("Ask again on"),
            when=Condition("follow_up_agreed", ("yes",)),
            future=True,
        ),
    ),
    cls=FieldClass.CODED,
    icon="log-out",
)

_NOTES = Section(
    "notes",
    N_("Notes on the closure"),
    (Field("note", Kind.LONG_TEXT, N_("What matters if the person comes back"), width="full"), unparsed()),
    icon="sticky-note",
)

FORM = Form(
    id="closure",
    version=1,
    title=N_("Closure"),
    sections=(_CLOSURE, _LEAVING, _NOTES),
    icon="archive",
    typed={"happened_on": "closed_on", "status": "case_status"},
    dues=(Due("follow_up_on"),),
    summary=("reason", "destination", "left_on"),
    stages=(Stage("closed"), Stage("follow_up", Condition("case_status", ("Active", "FollowUp")))),
    orders=(Order("left_on", "follow_up_on"), Order("closed_on", "follow_up_on")),
)
