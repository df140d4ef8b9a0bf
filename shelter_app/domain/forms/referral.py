"""A referral to another service or post: only what the receiver needs, and only with the person's consent."""

from __future__ import annotations

from shelter_app.domain.forms.model import Condition, Due, Field, FieldClass, Form, Kind, Order, Section
from shelter_app.domain.forms.shared import assigned_to, unparsed
from shelter_i18n import N_

__all__ = ["FORM"]

_REFERRAL = Section(
    "referral",
    N_("Referral to another service"),
    (
        Field(
            "referred_kind",
            Kind.CODE,
            N_("Kind of receiving service"),
            codelist="referral_bodies",
            headers=("转介去向", "Referred to"),
        ),
        Field(
            "referred_organisation",
            Kind.TEXT,
            N_("Receiving organisation"),
            headers=("转介接收机构", "Referred organisation", "Referred organization"),
            htcds="cas_ReferredOrganisation",
        ),
        Field(
            "referred_worker",
            Kind.TEXT,
            N_("Contact at the receiving organisation"),
            headers=("接收方联系人", "Referred primary case worker"),
            htcds="cas_ReferredPrimaryCaseWorker",
        ),
        Field(
            "reason_outgoing",
            Kind.CODE,
            N_("Why the person is referred"),
            codelist="referral_reasons",
            headers=("转出原因", "Reason for outgoing referral"),
            htcds="cas_ReasonForOutgoingReferral",
        ),
        Field(
            "status",
            Kind.CODE,
            N_("State of the referral"),
            codelist="referral_status",
            width="third",
            column=True,
        ),
        Field(
            "sent_on",
            Kind.DATE,
            N_("Referred on"),
            headers=("转出日期", "转介日期", "Outgoing referral date"),
            htcds="cas_OutgoingReferralDate",
            width="third",
        ),
        Field("answer_due", Kind.DATE, N_("Answer expected by"), future=True, width="third"),
        Field("answered_on", Kind.DATE, N_("Answered on"), width="third"),
        assigned_to(),
        Field(
            "details",
            Kind.LONG_TEXT,
            N_("What was passed on, and what was agreed"),
            help=N_(
                "Name the information that was given, so that it can be called back if consent is withdrawn."
            ),
            headers=("转出详情", "Outgoing referral details"),
            htcds="cas_OutgoingReferralDetails",
            width="full",
        ),
        unparsed(),
    ),
    cls=FieldClass.CODED,
    icon="arrow-left-right",
)

FORM = Form(
    id="referral",
    version=1,
    title=N_("Referral"),
    sections=(_REFERRAL,),
    icon="arrow-left-right",
    typed={
        "happened_on": "sent_on",
        "done_on": "answered_on",
        "status": "status",
        "assigned_to": "assigned_to",
    },
    dues=(Due("answer_due", unless=Condition("status", ("accepted", "declined", "completed", "withdrawn"))),),
    summary=("referred_kind", "referred_organisation", "status", "reason_outgoing"),
    orders=(Order("sent_on", "answer_due"), Order("sent_on", "answered_on")),
)
