"""Help given to a person: planned, given, by whom, and when it is due again."""

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

_SERVICE = Section(
    "service",
    N_("The help"),
    (
        Field(
            "service_kind",
            Kind.CODE,
            N_("Kind of help"),
            codelist="service_kinds",
            headers=("服务类型", "服务种类", "Service", "Service type"),
            required=True,
            other="service_text",
            column=True,
        ),
        Field(
            "service_text",
            Kind.TEXT,
            N_("Other kind of help"),
            when=Condition("service_kind", ("other",)),
            width="full",
        ),
        Field("status", Kind.CODE, N_("State of this help"), codelist="service_status", column=True),
        Field(
            "planned_on",
            Kind.DATE,
            N_("Planned for"),
            headers=("计划日期", "Planned for"),
            future=True,
            width="third",
        ),
        Field(
            "given_on",
            Kind.DATE,
            N_("Given on"),
            headers=("服务日期", "提供日期", "Service date", "Date given"),
            width="third",
        ),
        Field(
            "next_due",
            Kind.DATE,
            N_("Next time"),
            headers=("下次日期", "Next appointment"),
            future=True,
            width="third",
        ),
        Field(
            "sessions",
            Kind.NUMBER,
            N_("Number of times"),
            headers=("心理辅导次数", "次数", "Sessions", "Number of sessions"),
            minimum=0,
            maximum=999,
            width="third",
        ),
        Field("provider_kind", Kind.CODE, N_("Who gives it"), codelist="provider_kinds", width="third"),
        assigned_to(),
        Field(
            "provider",
            Kind.TEXT,
            N_("Name of the provider"),
            headers=("服务机构", "提供机构", "Provider"),
            width="full",
        ),
        Field("outcome", Kind.TEXT, N_("What came of it"), headers=("服务结果", "Outcome"), width="full"),
        Field(
            "note",
            Kind.LONG_TEXT,
            N_("Notes on this help"),
            help=N_("Everybody who may see names can read this. Health detail belongs in the section below."),
            headers=("服务备注", "Service notes"),
            width="full",
        ),
        unparsed(),
    ),
    cls=FieldClass.CODED,
    icon="heart-handshake",
)

_HEALTH = Section(
    "health",
    N_("Health detail"),
    (
        Field(
            "medical_detail",
            Kind.LONG_TEXT,
            N_("Medical detail"),
            headers=("医疗服务", "医疗情况", "Medical"),
            width="full",
        ),
        Field(
            "psychological_detail",
            Kind.LONG_TEXT,
            N_("Psychological detail"),
            headers=("心理状况", "Psychological"),
            width="full",
        ),
        Field("diagnosis", Kind.TEXT, N_("Diagnosis"), headers=("诊断", "Diagnosis"), width="full"),
        Field(
            "medicines",
            Kind.TEXTS,
            N_("Medicines"),
            headers=("用药", "Medicines", "Medication"),
            width="full",
        ),
    ),
    cls=FieldClass.HEALTH,
    icon="stethoscope",
    help=N_(
        "Only health workers can open this part. You can write into it without being able to read it later."
    ),
)

FORM = Form(
    id="service",
    version=1,
    title=N_("Help given"),
    sections=(_SERVICE, _HEALTH),
    icon="heart-handshake",
    typed={
        "happened_on": "given_on",
        "done_on": "given_on",
        "status": "status",
        "assigned_to": "assigned_to",
    },
    dues=(
        Due("next_due", follows=True),
        Due("planned_on", unless=Condition("status", ("given", "declined", "cancelled"))),
    ),
    summary=("service_kind", "status", "sessions", "provider_kind", "provider", "outcome"),
    stages=(Stage("support", Condition("status", ("planned", "given"))),),
    orders=(Order("given_on", "next_due"),),
)
