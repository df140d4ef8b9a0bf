"""What the forms of the program declare: what is coded, where the standards' fields are kept, how it reads."""

import re
from pathlib import Path

import pytest

from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import (
    FieldClass,
    Kind,
    all_forms,
    coded_columns,
    export_coding,
    file_forms,
    form,
    import_targets,
)
from shelter_i18n import gettext_in

#: Everything about a case that a reader without the people key can see. Adding to it is a decision: it must name
#: nobody, and docs/decisions/007-forms.md says what is weighed.
CODED = {
    "person": "",
    "intake": "safe_now is_minor needs registered_on case_owner referred_by_kind incoming_referral_date"
    " reason_incoming trafficking_status status_decided_by status_decided_on interpreter_needed",
    "consent": "purpose answer asked_on valid_until recipient_kind",
    "experience": "told_on recruited_on recruited_country recruitment_methods recruitment_apps recruiter_relation"
    " relation_to_trafficker exploitation_country exploited_from exploited_until age_when_trafficked types sex_types"
    " industry isic_division means exploitation_apps",
    "service": "service_kind status planned_on given_on next_due sessions provider_kind assigned_to",
    "health": "",
    "return_step": "stage step status planned_on done_on assigned_to consent_to_return outcome destination_country"
    " travel_document_kind travel_document_issued_on travel_document_expires_on departed_on escort_kind"
    " handed_to_kind receiving_kind",
    "referral": "referred_kind reason_outgoing status sent_on answer_due answered_on assigned_to",
    "note": "written_on",
    "closure": "closed_on case_status reason left_on destination follow_up_agreed follow_up_on",
}
#: Typed columns beside them, by form: column and the fields that can fill it.
TYPED = {
    "person": "",
    "intake": "happened_on=registered_on assigned_to=case_owner",
    "consent": "happened_on=asked_on status=answer due_on=valid_until",
    "experience": "happened_on=told_on",
    "service": "happened_on=given_on done_on=given_on status=status assigned_to=assigned_to due_on=next_due"
    " due_on=planned_on",
    "health": "happened_on=seen_on due_on=next_due",
    "return_step": "happened_on=done_on done_on=done_on status=status assigned_to=assigned_to due_on=planned_on",
    "referral": "happened_on=sent_on done_on=answered_on status=status assigned_to=assigned_to due_on=answer_due",
    "note": "happened_on=written_on",
    "closure": "happened_on=closed_on status=case_status due_on=follow_up_on",
}
#: HTCDS 2.0 Core: the 38 columns of the Excel template.
HTCDS_CORE = [
    "cas_CaseOwner",
    "prs_Salutation",
    "prs_FirstName",
    "prs_SecondName",
    "con_Consent",
    "prs_Birthdate",
    "prs_Gender",
    "prs_Citizenship",
    "prs_Title",
    "prs_Email",
    "prs_HomePhone",
    "prs_MobilePhone",
    "prs_MailingCity",
    "prs_MailingCountry",
    "prs_MailingState",
    "prs_MailingStreet",
    "prs_MailingPostalCode",
    "vic_TraffickingStatus",
    "vic_TraffickingStatusDecisionMakingOrg",
    "vic_MethodOfRecruitment",
    "vic_LocationOfRecruitment",
    "vic_MethodsOfControl",
    "vic_TypeOfExploitation",
    "vic_ForcedLabourIndustry",
    "vic_TypeOfSexExploitation",
    "vic_LocationOfExploitation",
    "cas_Status",
    "cas_ReferringOrganisation",
    "cas_IncomingReferralDate",
    "cas_ReferringPrimaryCaseWorker",
    "cas_ReasonForIncomingReferral",
    "cas_IncomingReferralDetails",
    "cas_ReferredOrganisation",
    "cas_ReferredPrimaryCaseWorker",
    "cas_ReasonForOutgoingReferral",
    "cas_OutgoingReferralDate",
    "cas_OutgoingReferralDetails",
    "cas_ReasonForCaseClosure",
]

FIELDS = [
    pytest.param(each, question, id=f"{each.id}.{question.id}{'.' * (question is not top)}{top.id}")
    for each in all_forms()
    for top in each
    for question in (top, *top.fields)
]


def test_every_coded_column_is_known_here():
    assert {each.id: coded_columns(each) for each in all_forms()} == {
        form_id: tuple(listed.split()) for form_id, listed in CODED.items()
    }


def test_every_typed_column_is_known_here():
    declared = {
        each.id: [f"{column}={field_id}" for column, field_id in each.typed.items()]
        + [f"due_on={due.field}" for due in each.dues]
        for each in all_forms()
    }
    assert declared == {form_id: listed.split() for form_id, listed in TYPED.items()}


def test_the_person_is_sealed_entirely_and_the_health_record_too():
    assert {form("person").class_of(question.id) for question in form("person")} == {FieldClass.IDENTIFYING}
    assert {form("health").class_of(question.id) for question in form("health")} == {FieldClass.HEALTH}
    assert form("health").public_id == "health"


def test_documents_code_nothing_and_stand_on_no_list_of_forms():
    assert {each.id: coded_columns(each) for each in file_forms()} == {"document": (), "health_document": ()}
    assert {form("document").class_of(question.id) for question in form("document")} == {
        FieldClass.IDENTIFYING
    }
    assert form("health_document").public_id == "health"
    assert not {"document", "health_document"} & {target.form_id for target in import_targets()}


def test_health_detail_of_a_service_is_sealed_with_the_health_key():
    service = form("service")
    health = {question.id for question in service if service.class_of(question.id) is FieldClass.HEALTH}
    assert health == {"medical_detail", "psychological_detail", "diagnosis", "medicines"}


def test_nothing_finer_than_three_things_about_a_person_is_projected():
    projected = {
        (each.id, question.id, question.projection)
        for each in all_forms()
        for question in each
        if question.projection
    }
    assert projected == {
        ("person", "sex", "sex"),
        ("person", "gender", "sex"),
        ("person", "birth", "age"),
        ("person", "citizenship", "citizenship"),
    }


def test_every_core_field_of_htcds_has_exactly_one_home():
    assert len(HTCDS_CORE) == len(set(HTCDS_CORE)) == 38
    homes = [coding.htcds for each in all_forms() for coding in export_coding(each).values()]
    assert {name: homes.count(name) for name in HTCDS_CORE} == dict.fromkeys(HTCDS_CORE, 1)


def test_export_names_reach_into_groups():
    assert export_coding(form("person"))["documents.number"].htcds == "prs_IdentityNumber"
    assert form("person").field("documents").part("number").htcds == "prs_IdentityNumber"
    assert export_coding(form("experience"))["means"].ctdc == "means*"
    assert "remark" not in export_coding(form("person"))


@pytest.mark.parametrize(("each", "question"), FIELDS)
def test_a_list_of_a_standard_serves_the_field_of_that_standard(each, question):
    if not question.codelist:
        return
    listed = code_list(question.codelist)
    if listed.htcds and question.htcds:
        shared = {"vic_RecruitmentWebsitesAndApps", "vic_ExploitationWebsitesAndApps"}
        reasons = {"cas_ReasonForIncomingReferral", "cas_ReasonForOutgoingReferral"}
        same = next((group for group in (shared, reasons) if listed.htcds in group), {listed.htcds})
        assert question.htcds in same


@pytest.mark.parametrize(("each", "question"), FIELDS)
def test_the_field_that_other_opens_is_asked_when_other_is_chosen(each, question):
    if not question.other:
        return
    opened = each.field(question.other)
    assert question.kind in (Kind.CODE, Kind.CODES)
    other = [code for code in code_list(question.codelist).codes if code.lower() == "other"]
    assert other
    assert opened.when is None or (opened.when.field == question.id and set(opened.when.values) == set(other))


@pytest.mark.parametrize(("each", "question"), FIELDS)
def test_conditions_name_answers_that_exist(each, question):
    if question.when is None:
        return
    siblings = {**{top.id: top for top in each}, **{part.id: part for top in each for part in top.fields}}
    rests_on = siblings[question.when.field]
    known = code_list(rests_on.codelist or "yes_no")
    assert set(question.when.values) <= set(known.codes)


def texts():
    for each in all_forms():
        yield each.title
        yield each.help
        for section in each.sections:
            yield section.title
            yield section.help
            for top in section.fields:
                for question in (top, *top.fields):
                    yield from (question.label, question.help, question.hint)


def test_words_are_plain_and_respectful():
    for text in filter(None, texts()):
        assert not re.search(r"\bvictims?\b|\bsuspect|\billegal\b|[’‘“”…·•×→]", text, re.IGNORECASE), text
        assert not text.endswith("!"), text


def pending_chinese():
    """Messages that wait in fragments beside the catalogue."""
    found = {}
    for path in sorted((Path(__file__).parents[3] / "i18n" / "pending").glob("*.po")):
        blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
        for block in blocks:
            parts = {}
            for keyword, body in re.findall(r'^(msgid|msgstr) ((?:".*"\s*)+)', block, re.MULTILINE):
                parts[keyword] = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', body)).replace('\\"', '"')
            if parts.get("msgstr"):
                found[parts["msgid"]] = parts["msgstr"]
    return found


def test_every_text_of_a_form_has_its_chinese():
    waiting = pending_chinese()

    def without_chinese(found):
        return [
            text
            for text in dict.fromkeys(filter(None, found))
            if not re.search(r"[\u4e00-\u9fff]", waiting.get(text, "") or gettext_in("zh", text))
        ]

    assert without_chinese(texts()) == []
    assert without_chinese(["A question that nobody translated"]) == ["A question that nobody translated"]


def test_no_two_fields_answer_to_the_same_header_of_a_register():
    seen = {}
    for target in import_targets():
        for header in target.headers:
            key = header.casefold().strip()
            assert seen.setdefault(key, target.path) == target.path, header
    assert seen["出生日期"] == "person.birth"


#: Headers of the two sample registers that name one field of a form.
SAMPLES = {
    "序号": "intake.reference", "姓名": "person.name_native", "性别": "person.sex", "出生日期": "person.birth",
    "年龄": "person.birth", "国籍": "person.citizenship", "民族": "person.ethnicity",
    "证件号码": "person.documents.number", "户籍地/来源地": "person.origin_place", "入所日期": "intake.registered_on",
    "被剥削国家/地区": "experience.exploitation_country", "剥削形式": "experience.types", "是否未成年": "intake.is_minor",
    "心理辅导次数": "service.sessions", "医疗服务": "service.medical_detail", "离所日期": "closure.left_on",
    "去向": "closure.destination", "备注": "intake.remark",
    "Ref": "intake.reference", "Surname": "person.family_name", "Given name(s)": "person.given_name",
    "Name in Chinese": "person.name_native", "Sex": "person.sex", "DOB": "person.birth",
    "Nationality": "person.citizenship", "Passport / travel document": "person.documents.number", "Post": "intake.post",
    "Date logged": "intake.registered_on", "Country of exploitation": "experience.exploitation_country",
    "Type": "experience.types", "VoT?": "intake.trafficking_status", "Consent to return": "consent.answer",
    "Travel doc issued": "return_step.travel_document_issued_on", "Flight": "return_step.carrier",
    "Departure": "return_step.departed_on", "Escort": "return_step.escort_kind",
    "Handed over to": "return_step.handed_to_kind", "Remarks": "intake.remark",
}  # fmt: skip


def test_headers_of_both_sample_registers_find_their_field():
    by_header = {header: target.path for target in import_targets() for header in target.headers}
    assert {header: by_header.get(header) for header in SAMPLES} == SAMPLES
