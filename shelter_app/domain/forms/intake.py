"""Intake: who came when and through whom, what is needed at once, and whether the person was trafficked."""

from __future__ import annotations

from shelter_app.domain.forms.model import Condition, Field, FieldClass, Form, Kind, Section, Stage
from shelter_app.domain.forms.shared import remark, unparsed
from shelter_i18n import N_

__all__ = ["FORM"]

_IDENTIFYING = FieldClass.IDENTIFYING
_DECIDED = Condition("trafficking_status", ("ActualVictimOfTrafficking", "NotAVictimOfTrafficking"))

_SAFETY = Section(
    "safety",
    N_("Safety and first needs"),
    (
        Field("safe_now", Kind.YES_NO, N_("Is the person safe here and now?"), width="half"),
        Field(
            "is_minor",
            Kind.YES_NO,
            N_("Is or may the person be under 18?"),
            help=N_("If the age is not certain and the person may be under 18, protect them as a child."),
            headers=("是否未成年", "未成年人", "Minor", "Is minor", "Under 18", "Child"),
            column=True,
        ),
        Field(
            "needs",
            Kind.CODES,
            N_("What is needed now"),
            codelist="needs",
            help=N_("What the person asks for comes first."),
            headers=("需求", "目前需要", "Needs"),
            width="full",
            other="needs_text",
        ),
        Field("needs_text", Kind.TEXT, N_("Other need"), when=Condition("needs", ("other",)), width="full"),
    ),
    cls=FieldClass.CODED,
    icon="shield-check",
    help=N_("Everything may stay empty. Begin with what is urgent; ask the rest later or not at all."),
)

_ARRIVAL = Section(
    "arrival",
    N_("Arrival"),
    (
        Field(
            "registered_on",
            Kind.DATE,
            N_("Registered on"),
            help=N_("The day this post began to help. Ages in reports are counted on this day."),
            headers=(
                "入所日期",
                "登记日期",
                "接案日期",
                "入站日期",
                "受理日期",
                "Date logged",
                "Registered on",
                "Registration date",
                "Date of intake",
                "Date registered",
            ),
            ctdc="yearOfRegistration",
            column=True,
        ),
        Field(
            "reference",
            Kind.TEXT,
            N_("Reference in earlier records"),
            help=N_("The number in a register or file that was kept before."),
            headers=(
                "序号",
                "编号",
                "登记编号",
                "档案号",
                "Ref",
                "Ref.",
                "Reference",
                "Case no.",
                "Case number",
                "No.",
            ),
        ),
        Field(
            "post",
            Kind.TEXT,
            N_("Post"),
            headers=("驻地", "使领馆", "领事机构", "站点", "Post", "Mission", "Office"),
            width="third",
        ),
        Field("room", Kind.TEXT, N_("Room"), headers=("房间", "房号", "Room"), width="third"),
        Field(
            "case_owner",
            Kind.USER,
            N_("Responsible for the case"),
            htcds="cas_CaseOwner",
            width="third",
            column=True,
        ),
    ),
    cls=FieldClass.CODED,
    icon="house",
)

_REFERRAL = Section(
    "referral",
    N_("How the person came"),
    (
        Field(
            "referred_by_kind",
            Kind.CODE,
            N_("Referred by"),
            codelist="referral_bodies",
            headers=("转介来源", "来源", "Referred by", "Referral source", "Source of referral"),
        ),
        Field(
            "referring_organisation",
            Kind.TEXT,
            N_("Referring organisation"),
            headers=("转介机构", "移送单位", "Referring organisation", "Referring organization"),
            htcds="cas_ReferringOrganisation",
        ),
        Field(
            "incoming_referral_date",
            Kind.DATE,
            N_("Referral accepted on"),
            headers=("转入日期", "移送日期", "Incoming referral date", "Referral date"),
            htcds="cas_IncomingReferralDate",
        ),
        Field(
            "referring_worker",
            Kind.TEXT,
            N_("Contact at the referring organisation"),
            headers=("移送人", "转介联系人", "Referring primary case worker", "Referring worker"),
            htcds="cas_ReferringPrimaryCaseWorker",
        ),
        Field(
            "reason_incoming",
            Kind.CODE,
            N_("Why the person was referred here"),
            codelist="referral_reasons",
            headers=("转入原因", "Reason for incoming referral"),
            htcds="cas_ReasonForIncomingReferral",
        ),
        Field(
            "incoming_details",
            Kind.LONG_TEXT,
            N_("What was agreed on arrival"),
            help=N_("Special arrangements, transport, who knows that the person is here."),
            headers=("转入详情", "Incoming referral details"),
            htcds="cas_IncomingReferralDetails",
            width="full",
        ),
    ),
    cls=FieldClass.CODED,
    icon="route",
)

_IDENTIFICATION = Section(
    "identification",
    N_("Identification"),
    (
        Field(
            "trafficking_status",
            Kind.CODE,
            N_("Was the person trafficked?"),
            codelist="trafficking_status",
            help=N_(
                "The program may propose; a named person decides. Until then everybody is helped as if it were so."
            ),
            headers=("认定情况", "认定结果", "受害人认定", "VoT?", "VoT", "Trafficking status", "Identified"),
            htcds="vic_TraffickingStatus",
            column=True,
        ),
        Field(
            "status_decided_by",
            Kind.CODE,
            N_("Decided by what kind of body"),
            codelist="status_decided_by",
            headers=("认定机构", "Trafficking status decision making organization", "Decided by"),
            htcds="vic_TraffickingStatusDecisionMakingOrg",
            when=_DECIDED,
        ),
        Field(
            "status_decided_on",
            Kind.DATE,
            N_("Decided on"),
            headers=("认定日期", "Date of identification", "Decision date"),
            when=_DECIDED,
        ),
        Field(
            "status_decider",
            Kind.TEXT,
            N_("Who decided, and on what grounds"),
            headers=("认定人",),
            when=_DECIDED,
            width="full",
        ),
    ),
    cls=FieldClass.CODED,
    icon="badge-check",
)

_COMMUNICATION = Section(
    "communication",
    N_("Language and communication"),
    (
        Field(
            "reads_chinese",
            Kind.YES_NO,
            N_("Reads and writes Chinese"),
            _IDENTIFYING,
            headers=("是否会读写中文", "会中文", "Reads Chinese"),
            width="third",
        ),
        Field(
            "interpreter_needed",
            Kind.YES_NO,
            N_("Needs an interpreter"),
            headers=("是否需要翻译", "需要翻译", "Interpreter needed"),
            width="third",
        ),
        Field(
            "interpreter_language",
            Kind.LANGUAGE,
            N_("Language of the interpreter"),
            _IDENTIFYING,
            headers=("翻译语言", "Interpreter language"),
            when=Condition("interpreter_needed", ("yes",)),
            width="third",
        ),
    ),
    cls=FieldClass.CODED,
    icon="languages",
)

_REMARKS = Section("remarks", N_("Remarks"), (remark(), unparsed()), icon="sticky-note")

FORM = Form(
    id="intake",
    version=1,
    title=N_("Intake"),
    sections=(_SAFETY, _ARRIVAL, _REFERRAL, _IDENTIFICATION, _COMMUNICATION, _REMARKS),
    icon="house",
    repeatable=False,
    typed={"happened_on": "registered_on", "assigned_to": "case_owner"},
    summary=("trafficking_status", "referred_by_kind", "referring_organisation", "needs", "room"),
    stages=(
        Stage("intake"),
        Stage("identified", Condition("trafficking_status", ("ActualVictimOfTrafficking",))),
    ),
)
