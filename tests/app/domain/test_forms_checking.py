"""Checks of a filled form: few things are refused, everything else is a question back."""

import datetime as dt

import pytest

from shelter_app.domain.forms import (
    Field,
    FieldClass,
    Form,
    Kind,
    Section,
    all_forms,
    check,
    clean,
    form,
    split,
    visible_fields,
)
from shelter_app.domain.partial_date import PartialDate

TODAY = dt.date(2026, 3, 12)


def date(text):
    return PartialDate(*(int(part) for part in text.split("-"))).to_json()


def messages(form_id, values, *, today=TODAY):
    return [
        (problem.field_id, problem.severity, problem.text("en"))
        for problem in check(form(form_id), values, today=today)
    ]


@pytest.mark.parametrize(
    ("form_id", "field_id", "wrong", "says"),
    [
        ("person", "given_name", 7, "Text"),
        ("person", "aliases", "Lan", "list of texts"),
        ("person", "children", "two", "whole number"),
        ("person", "children", True, "whole number"),
        ("person", "children", 31, "between 0 and 30"),
        ("person", "sex", "F", "not in the list"),
        ("person", "citizenship", ["VN", "XX"], "country or region"),
        ("person", "languages", ["Vietnamese"], "language"),
        ("person", "birth", "1990", "date cannot be read"),
        ("person", "birth", {"y": 1990, "m": 13}, "date cannot be read"),
        ("person", "documents", {"number": "E1"}, "rows"),
        ("intake", "is_minor", True, "yes, no, unknown"),
        ("intake", "case_owner", "Li Min", "colleague"),
        ("experience", "types", "ForcedLabour", "not in the list"),
    ],
)
def test_an_answer_that_its_field_cannot_hold_is_an_error(form_id, field_id, wrong, says):
    found = messages(form_id, {field_id: wrong})
    assert [(field, severity) for field, severity, _ in found] == [(field_id, "error")]
    assert says in found[0][2]


def test_an_entry_that_would_say_nothing_is_refused_and_everything_else_may_stay_open():
    needed = {each.id: [p.field_id for p in check(each, {}, today=TODAY)] for each in all_forms()}
    assert needed == {
        "person": [], "intake": [], "consent": ["purpose", "answer"], "experience": [], "service": ["service_kind"],
        "health": ["kind"], "return_step": ["stage"], "referral": [], "note": ["text"], "closure": [],
    }  # fmt: skip


def test_a_problem_in_a_row_names_the_row_and_the_question():
    rows = [{"kind": "passport"}, {"kind": "pass", "issued_on": date("2027")}]
    found = check(form("person"), {"documents": rows}, today=TODAY)
    assert [(p.field_id, p.row, p.part, p.severity) for p in found] == [
        ("documents", 1, "kind", "error"),
        ("documents", 1, "issued_on", "warning"),
    ]


def test_an_unknown_question_of_a_row_is_kept_and_said():
    found = check(form("person"), {"documents": [{}, {"number": "E62292349", "colour": "red"}]}, today=TODAY)
    assert [(p.field_id, p.row, p.part, p.severity) for p in found] == [("documents", 1, "colour", "warning")]


@pytest.mark.parametrize(
    ("bounds", "value", "says"),
    [
        ({"minimum": 1}, 0, "The number must be at least 1."),
        ({"maximum": 5}, 6, "The number must be at most 5."),
        ({"minimum": 1, "maximum": 5}, 6, "The number must be between 1 and 5."),
    ],
)
def test_a_number_out_of_bounds_is_told_the_bounds(bounds, value, says):
    counted = Form(
        "counted", 1, "Counted", (Section("s", "S", (Field("count", Kind.NUMBER, "Count", **bounds),)),)
    )
    assert [problem.text("en") for problem in check(counted, {"count": value}, today=TODAY)] == [says]
    assert check(counted, {"count": 3}, today=TODAY) == ()
    assert check(Form("any", 1, "Any", (Section("s", "S", (Field("count", Kind.NUMBER, "Count"),)),)),
                 {"count": -(10**9)}, today=TODAY) == ()  # fmt: skip


def test_a_day_ahead_is_asked_about_unless_it_is_a_plan():
    assert messages("intake", {"registered_on": date("2026-03-13")})[0][1:] == (
        "warning",
        "This date is in the future. Please check the year.",
    )
    assert messages("intake", {"registered_on": date("2026")}) == []
    assert messages("service", {"service_kind": "legal", "planned_on": date("2027")}) == []


def test_dates_in_an_odd_order_are_asked_about_in_the_readers_language():
    values = {"exploited_from": date("2020-05"), "exploited_until": date("2019")}
    found = check(form("experience"), values, today=TODAY)
    assert [(p.field_id, p.severity) for p in found] == [
        ("exploited_from", "warning"),
        ("exploited_until", "warning"),
    ]
    assert (
        found[0].text("en")
        == "Please check these dates: Exploited from usually comes before Exploited until."
    )
    assert messages("experience", {"exploited_from": date("2020-05"), "exploited_until": date("2020")}) == []


def test_an_unknown_question_is_kept_and_said():
    found = messages("note", {"text": "x", "mood": "calm"})
    assert found == [("mood", "warning", "This form has no such question. The answer is kept, sealed.")]
    assert split(form("note"), {"mood": "calm"})[FieldClass.IDENTIFYING] == {"mood": "calm"}


def test_a_step_that_belongs_to_another_stage_is_asked_about():
    right = {"stage": "health", "step": "fit_to_travel"}
    assert messages("return_step", right) == []
    assert messages("return_step", {**right, "stage": "risk"})[0][:2] == ("step", "warning")


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("451026199911172820", "check digit"),
        ("45102619991117282", "this one has 17"),
        ("350102197605101120", None),
        ("E62292349", "this one has 9"),
    ],
)
def test_a_resident_number_that_does_not_fit_is_a_warning_beside_it(number, says):
    found = check(form("person"), {"documents": [{"kind": "resident_id", "number": number}]}, today=TODAY)
    assert [(p.severity, p.row, p.part) for p in found] == ([("warning", 0, "number")] if says else [])
    assert says is None or says in found[0].text("en")


def test_a_foreign_document_is_not_measured_by_the_rules_of_another():
    assert messages("person", {"documents": [{"kind": "national_id", "number": "451026199911172820"}]}) == []


def test_contacts_of_an_odd_shape_are_warned_about_only():
    assert messages("person", {"email": "mai@example.org", "phone_mobile": "+84 91 234-5678"}) == []
    assert [m[:2] for m in messages("person", {"email": "mai at home", "phone_mobile": "ask her brother"})] == [
        ("phone_mobile", "warning"), ("email", "warning"),
    ]  # fmt: skip


CONSENT = {"purpose": "return", "answer": "given"}


@pytest.mark.parametrize(
    ("form_id", "values", "field_id"),
    [
        ("consent", {**CONSENT, "understood_use": "no"}, "understood_use"),
        ("consent", {**CONSENT, "child_wish": "refused"}, "child_wish"),
        ("consent", {**CONSENT, "guardian_answer": "refused"}, "guardian_answer"),
        ("consent", {"purpose": "share_police", "answer": "given"}, "recipient"),
        ("service", {"service_kind": "legal", "status": "given"}, "given_on"),
        (
            "return_step",
            {"stage": "journey", "status": "planned", "consent_to_return": "no"},
            "consent_to_return",
        ),
    ],
)
def test_answers_that_contradict_each_other_are_asked_about(form_id, values, field_id):
    assert [(field, severity) for field, severity, _ in messages(form_id, values)] == [(field_id, "warning")]


@pytest.mark.parametrize(
    ("form_id", "values"),
    [
        ("consent", {**CONSENT, "understood_use": "yes", "child_wish": "given", "guardian_answer": "given"}),
        ("consent", {**CONSENT, "answer": "refused", "understood_use": "no", "child_wish": "refused"}),
        ("consent", {"purpose": "share_police", "answer": "given", "recipient": "Hekou police"}),
        ("service", {"service_kind": "legal", "status": "given", "given_on": date("2026-03")}),
        ("return_step", {"stage": "journey", "status": "stopped", "consent_to_return": "no"}),
    ],
)
def test_answers_that_agree_are_not(form_id, values):
    assert messages(form_id, values) == []


def test_questions_appear_only_where_they_apply():
    shown = {question.id for question in visible_fields(form("experience"), {"types": ["ForcedLabour"]})}
    assert "industry" in shown
    assert "sex_types" not in shown
    assert "sex_types" in {
        q.id for q in visible_fields(form("experience"), {"types": ["SexualExploitation"]})
    }


def test_cleaning_drops_what_says_nothing_and_what_is_no_longer_asked():
    values = {
        "types": ["ForcedLabour", "ForcedLabour", ""],
        "sex_types": ["Pornography"],
        "promises": "  work in a shop ",
        "recruited_place": "   ",
        "transit": [{"place": ""}, {"country": "LA", "place": " "}],
        "means": [],
        "from_elsewhere": "kept",
    }
    assert clean(form("experience"), values) == {
        "types": ["ForcedLabour"],
        "promises": "work in a shop",
        "transit": [{"country": "LA"}],
        "from_elsewhere": "kept",
    }


def test_a_question_that_rests_on_a_hidden_one_is_hidden_too():
    values = {
        "kind": "treatment",
        "fit_to_travel": "fit_with_conditions",
        "travel_conditions": "with a nurse",
    }
    assert clean(form("health"), values) == {"kind": "treatment"}
    assert clean(form("health"), {**values, "kind": "fit_to_travel"}) == {**values, "kind": "fit_to_travel"}
