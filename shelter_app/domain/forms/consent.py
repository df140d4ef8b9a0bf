"""Informed consent: one entry for each purpose and receiver, with what was explained and in which language.

Consent counts only for its own purpose and receiver and can be withdrawn on any day (IOM data protection
principle 4; PIPL Art. 29). The seven questions are those of the HTCDS 2.0 guidance on con_Consent.
"""

from __future__ import annotations

from shelter_app.domain.forms.model import Condition, Due, Field, FieldClass, Form, Kind, Order, Section
from shelter_app.domain.forms.shared import unparsed
from shelter_i18n import N_

__all__ = ["FORM", "UNDERSTOOD"]

_IDENTIFYING = FieldClass.IDENTIFYING
_GIVEN = Condition("answer", ("given",))
_SHARED = Condition(
    "purpose",
    (
        "share_receiver",
        "share_police",
        "share_services",
        "contact_family",
        "contact_own_state",
        "return",
        "other",
    ),
)

_CONSENT = Section(
    "consent",
    N_("Consent"),
    (
        Field(
            "purpose",
            Kind.CODE,
            N_("Consent to what"),
            codelist="consent_purposes",
            required=True,
            other="purpose_text",
        ),
        Field(
            "purpose_text", Kind.TEXT, N_("What exactly"), when=Condition("purpose", ("other",)), width="full"
        ),
        Field(
            "answer",
            Kind.CODE,
            N_("The person's answer"),
            codelist="consent_answers",
            help=N_("A refusal never lessens the help that the person is given."),
            headers=("知情同意", "是否同意", "同意情况", "同意返回", "Consent to return", "Consent"),
            htcds="con_Consent",
            required=True,
            column=True,
        ),
        Field(
            "asked_on",
            Kind.DATE,
            N_("Asked on"),
            headers=("同意日期", "征询日期", "Date of consent", "Consent date"),
            width="third",
        ),
        Field(
            "valid_until",
            Kind.DATE,
            N_("Ask again by"),
            help=N_("Consent is asked again at every new stage, and whenever the receiver changes."),
            when=_GIVEN,
            future=True,
            width="third",
        ),
        Field(
            "recipient_kind",
            Kind.CODE,
            N_("Kind of receiver"),
            codelist="recipient_kinds",
            when=_SHARED,
            width="third",
        ),
        Field("recipient", Kind.TEXT, N_("Name of the receiver"), when=_SHARED, width="full"),
    ),
    cls=FieldClass.CODED,
    icon="hand",
)

_TALK = Section(
    "talk",
    N_("How it was explained"),
    (
        Field("language", Kind.LANGUAGE, N_("Language of the conversation"), width="third"),
        Field(
            "interpreter",
            Kind.TEXT,
            N_("Interpreter"),
            headers=("翻译人员", "翻译", "Interpreter"),
            width="third",
        ),
        Field("witness", Kind.TEXT, N_("Witness"), headers=("见证人", "Witness"), width="third"),
        Field("understood_interview", Kind.YES_NO, N_("Agrees to the conversation")),
        Field("understood_purpose", Kind.YES_NO, N_("Knows what the conversation is for")),
        Field("understood_use", Kind.YES_NO, N_("Knows how the information is or may be used")),
        Field(
            "understood_research", Kind.YES_NO, N_("Knows that figures without names are used for research")
        ),
        Field("understood_access", Kind.YES_NO, N_("Knows that they may ask for their data at any time")),
        Field("understood_storage", Kind.YES_NO, N_("Knows how long the data are kept")),
        Field("understood_withdrawal", Kind.YES_NO, N_("Knows how to withdraw consent")),
        Field("signed", Kind.YES_NO, N_("Signed on paper")),
    ),
    cls=_IDENTIFYING,
    icon="languages",
    help=N_("Explain in the person's own language, in private, with time for questions."),
)

_CHILD = Section(
    "child",
    N_("If the person is or may be under 18"),
    (
        Field(
            "child_wish", Kind.CODE, N_("The child's own answer"), codelist="consent_answers", width="third"
        ),
        Field(
            "guardian_answer",
            Kind.CODE,
            N_("Answer of the guardian"),
            codelist="guardian_answers",
            width="third",
        ),
        Field("guardian", Kind.TEXT, N_("Name of the guardian"), width="third"),
    ),
    cls=_IDENTIFYING,
    icon="hand-heart",
    help=N_(
        "Both count: the child's own word and the guardian's. A guardian who took part in the exploitation is not asked."
    ),
)

_NOTES = Section(
    "notes",
    N_("Notes on the consent"),
    (
        Field("notes", Kind.LONG_TEXT, N_("Conditions, wishes, questions"), width="full"),
        unparsed(),
    ),
    cls=_IDENTIFYING,
    icon="sticky-note",
)

#: The seven questions of the HTCDS guidance, in its order.
UNDERSTOOD = tuple(question.id for question in _TALK.fields if question.id.startswith("understood_"))

FORM = Form(
    id="consent",
    version=1,
    title=N_("Informed consent"),
    sections=(_CONSENT, _TALK, _CHILD, _NOTES),
    icon="hand",
    typed={"happened_on": "asked_on", "status": "answer"},
    dues=(Due("valid_until", unless=Condition("answer", ("refused", "withdrawn", "not_asked"))),),
    summary=("purpose", "answer", "recipient_kind", "recipient", "language", "valid_until"),
    orders=(Order("asked_on", "valid_until"),),
)
