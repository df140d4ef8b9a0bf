"""A medical or psychological record. Outside its sealed part an entry shows only that it is one."""

from __future__ import annotations

from shelter_app.domain.forms.model import Condition, Due, Field, FieldClass, Form, Kind, Order, Section
from shelter_app.domain.forms.shared import unparsed
from shelter_i18n import N_

__all__ = ["FORM"]

_PSYCHOLOGICAL = Condition("kind", ("psychological",))
_MEDICAL = Condition(
    "kind", ("examination", "treatment", "test", "hospital", "medicine", "fit_to_travel", "other")
)

_VISIT = Section(
    "visit",
    N_("Visit or session"),
    (
        Field("kind", Kind.CODE, N_("Kind of record"), codelist="health_kinds", required=True),
        Field("seen_on", Kind.DATE, N_("Seen on"), width="third"),
        Field("next_due", Kind.DATE, N_("Next appointment"), future=True, width="third"),
        Field("minutes", Kind.NUMBER, N_("Length in minutes"), minimum=0, maximum=1440, width="third"),
        Field(
            "session_form",
            Kind.CODE,
            N_("Setting of the session"),
            codelist="session_forms",
            when=_PSYCHOLOGICAL,
            width="third",
        ),
        Field("provider", Kind.TEXT, N_("Doctor, nurse or counsellor")),
        Field("facility", Kind.TEXT, N_("Hospital or clinic")),
    ),
    cls=FieldClass.HEALTH,
    icon="stethoscope",
)

_FINDINGS = Section(
    "findings",
    N_("Findings and care"),
    (
        Field("concerns", Kind.LONG_TEXT, N_("What the person reports"), width="full"),
        Field("findings", Kind.LONG_TEXT, N_("Findings"), width="full"),
        Field("diagnosis", Kind.TEXT, N_("Diagnosis"), when=_MEDICAL, width="full"),
        Field("care", Kind.LONG_TEXT, N_("Care given and agreed"), width="full"),
        Field(
            "medicines",
            Kind.GROUP,
            N_("Medicines"),
            fields=(
                Field("name", Kind.TEXT, N_("Medicine"), width="third"),
                Field("dose", Kind.TEXT, N_("Dose and times"), width="third"),
                Field("until", Kind.DATE, N_("Take until"), future=True, width="third"),
            ),
            when=_MEDICAL,
            width="full",
        ),
        Field("allergies", Kind.TEXTS, N_("Allergies"), when=_MEDICAL, width="full"),
        Field("pregnant", Kind.YES_NO, N_("Pregnant"), when=_MEDICAL),
        Field("self_harm", Kind.YES_NO, N_("Thoughts of self-harm were spoken of")),
        Field(
            "fit_to_travel",
            Kind.CODE,
            N_("Fit to travel"),
            codelist="fit_to_travel",
            when=Condition("kind", ("fit_to_travel",)),
        ),
        Field(
            "travel_conditions",
            Kind.TEXT,
            N_("Conditions for the journey"),
            when=Condition("fit_to_travel", ("fit_with_conditions",)),
            width="full",
        ),
        unparsed(),
    ),
    cls=FieldClass.HEALTH,
    icon="file-lock",
)

FORM = Form(
    id="health",
    version=1,
    title=N_("Health record"),
    sections=(_VISIT, _FINDINGS),
    icon="stethoscope",
    typed={"happened_on": "seen_on"},
    dues=(Due("next_due"),),
    summary=("kind", "diagnosis", "findings"),
    orders=(Order("seen_on", "next_due"),),
    veiled=True,
)
