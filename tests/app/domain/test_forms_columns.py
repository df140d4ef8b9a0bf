"""What is written beside the sealed parts of an entry: typed columns, stage, and the coarse projection."""

import datetime as dt

import pytest

from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import changed_fields, form, projections, stage_reached, typed_columns
from shelter_app.domain.partial_date import PartialDate

USER = "0123456789abcdef0123456789abcdef"
CONSENT = {"purpose": "return", "answer": "given"}


def date(text):
    return PartialDate(*(int(part) for part in text.split("-"))).to_json()


def test_changed_fields_are_named_without_their_values():
    old = {"given_name": "Mai", "aliases": [], "sex": "female"}
    new = {"given_name": "Mai", "birth": {"y": 1998}, "sex": "unknown", "remark": " "}
    assert changed_fields(old, new) == ("birth", "sex")


SERVICE = {"service_kind": "medical"}


@pytest.mark.parametrize(
    ("values", "due_on", "done_on"),
    [
        ({"planned_on": date("2026-03-20")}, "2026-03-20", None),
        ({"status": "planned", "planned_on": date("2026-03-20")}, "2026-03-20", None),
        (
            {"status": "given", "planned_on": date("2026-03-01"), "given_on": date("2026-03-02")},
            None,
            "2026-03-02",
        ),
        ({"status": "declined", "planned_on": date("2026-03-01")}, None, None),
        ({"status": "given", "given_on": date("2026-03-02"), "next_due": date("2026-04")}, "2026-04", None),
        ({}, None, None),
    ],
)
def test_what_is_due_follows_from_a_service(values, due_on, done_on):
    columns = typed_columns(form("service"), {**SERVICE, **values})
    assert (columns["due_on"], columns["done_on"]) == (due_on, done_on)


def test_typed_columns_carry_only_what_their_kind_allows():
    values = {
        "registered_on": date("2026-03"),
        "case_owner": USER,
        "trafficking_status": "ActualVictimOfTrafficking",
    }
    assert typed_columns(form("intake"), values) == {
        "happened_on": "2026-03", "due_on": None, "done_on": None, "status": None, "assigned_to": USER,
    }  # fmt: skip
    assert typed_columns(form("intake"), {"case_owner": "Li Min"})["assigned_to"] is None
    between = PartialDate(start=PartialDate(2019, 5), end=PartialDate(2020)).to_json()
    assert typed_columns(form("intake"), {"registered_on": between})["happened_on"] == "2019-05"
    assert typed_columns(form("closure"), {"case_status": "Closed"})["status"] == "Closed"


def test_only_consent_that_is_in_force_falls_due():
    values = {**CONSENT, "asked_on": date("2026-03-04"), "valid_until": date("2026-06-02")}
    assert typed_columns(form("consent"), values)["due_on"] == "2026-06-02"
    assert typed_columns(form("consent"), {**values, "answer": "withdrawn"})["due_on"] is None


@pytest.mark.parametrize(
    ("form_id", "values", "stage"),
    [
        ("person", {}, ""),
        ("intake", {}, "intake"),
        ("intake", {"trafficking_status": "ActualVictimOfTrafficking"}, "identified"),
        ("service", {"status": "given"}, "support"),
        ("service", {"status": "declined"}, ""),
        ("return_step", {"stage": "risk"}, "return"),
        ("return_step", {"stage": "reintegration"}, "follow_up"),
        ("closure", {}, "closed"),
        ("closure", {"case_status": "FollowUp"}, "follow_up"),
    ],
)
def test_an_entry_shows_how_far_the_case_has_come(form_id, values, stage):
    assert stage_reached(form(form_id), values) == stage
    assert stage in {"", *code_list("case_stages").codes}


REGISTERED = dt.date(2026, 3, 2)


def projected(**values):
    return projections(form("person"), values, registered_on=REGISTERED)


def test_nobody_is_projected_as_nothing():
    assert projected() == {"sex": "unknown", "age": None, "citizenship": []}


@pytest.mark.parametrize(
    ("values", "sex"),
    [
        ({"sex": "female"}, "woman"),
        ({"sex": "male"}, "man"),
        ({"sex": "other"}, "other"),
        ({"sex": "unknown"}, "unknown"),
        ({"sex": "male", "gender": "Feminine"}, "woman"),
        ({"sex": "female", "gender": "TransgenderMasculine"}, "other"),
        ({"sex": "female", "gender": "NonSpecifiedUnknown"}, "woman"),
        ({"sex": ["female"]}, "unknown"),
    ],
)
def test_sex_is_projected_in_four_classes(values, sex):
    assert projected(**values)["sex"] == sex


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (PartialDate(1999, 3, 2), 27),
        (PartialDate(1999, 3, 3), 26),
        (PartialDate(1999), 26),
        (PartialDate(1998, about=True), 27),
        (PartialDate(age=26), 26),
        (PartialDate(age=26, about=True), 26),
        (PartialDate(age=26, asof=PartialDate(2025)), 27),
        (PartialDate(start=PartialDate(1980), end=PartialDate(2000)), None),
        (PartialDate.not_known(), None),
        (PartialDate(2027), None),
    ],
)
def test_age_is_projected_in_whole_years_at_registration(birth, age):
    assert projected(birth=birth.to_json())["age"] == age


def test_no_age_is_made_up_without_a_day_of_registration():
    values = {"birth": {"y": 1990}}
    assert projections(form("person"), values, registered_on=None)["age"] is None
    assert projections(form("person"), values, registered_on=PartialDate.not_known())["age"] is None
    assert projections(form("person"), values, registered_on=PartialDate(2015))["age"] == 24


def test_citizenship_is_projected_as_codes_only():
    assert projected(citizenship=["VN", "NA", "VN"])["citizenship"] == ["VN", "NA"]
    assert projected(citizenship=["Kokang"])["citizenship"] == []
