"""Corrections by somebody without a key: what they cannot see stays, what they write is not lost."""

import datetime as dt

import pytest

from shelter_app.casework import cases, entries, people
from shelter_app.casework.checking import check_vault
from shelter_app.casework.errors import NoSuchCase
from shelter_app.casework.vaults import open_vault
from shelter_app.vault.rights import Role

PASSWORD = "seven calm herons cross"
PERSON = {"name_native": "陈秀云", "sex": "female", "birth": {"y": 1998}, "citizenship": ["CN"]}
INTAKE = {"registered_on": {"y": 2026, "m": 3, "d": 2}}
SERVICE = {"service_kind": "medical", "status": "given", "given_on": {"y": 2026, "m": 3, "d": 6}}


@pytest.fixture
def opened(session):
    return cases.new_case(session, person=PERSON, intake=INTAKE)


def correct(session, opened, saved, **answers):
    return entries.save_entry(
        session, "service", SERVICE | answers, case_id=opened.case_id, entry_id=saved.entry_id
    )


def read(session, opened):
    return cases.open_case(session, opened.case_id).of_form("service")[0].values


def test_health_words_added_while_correcting_are_read_beside_those_that_were_there(session, opened, as_role):
    saved = entries.save_entry(
        session,
        "service",
        SERVICE | {"medical_detail": "first", "diagnosis": "anaemia"},
        case_id=opened.case_id,
    )
    worker = as_role(Role.CASEWORKER)
    correct(worker, opened, saved, medical_detail="second")
    correct(worker, opened, saved, note="a note alone")
    correct(worker, opened, saved, psychological_detail="third", note="and a note")
    correct(worker, opened, saved, note="last")
    nurse = as_role(Role.HEALTH_WORKER)
    found = read(nurse, opened)
    assert (found["medical_detail"], found["diagnosis"]) == ("second", "anaemia")
    assert (found["psychological_detail"], found["note"]) == ("third", "last")
    assert not check_vault(nurse).faults


def test_who_holds_the_key_corrects_in_between_and_nothing_old_comes_back(session, opened, as_role):
    saved = entries.save_entry(session, "service", SERVICE | {"diagnosis": "anaemia"}, case_id=opened.case_id)
    worker = as_role(Role.CASEWORKER)
    correct(worker, opened, saved, medical_detail="from the caseworker")
    nurse = as_role(Role.HEALTH_WORKER)
    correct(nurse, opened, saved, medical_detail="from the nurse")
    again = as_role(Role.CASEWORKER)
    correct(again, opened, saved, note="later")
    found = read(as_role(Role.HEALTH_WORKER), opened)
    assert (found["medical_detail"], found.get("diagnosis"), found["note"]) == (
        "from the nurse",
        None,
        "later",
    )


def test_words_of_an_earlier_date_do_not_cover_a_date_that_was_corrected_since(session, opened, as_role):
    about = {"y": 2026, "m": 3, "text": "early in March"}
    saved = entries.save_entry(session, "service", SERVICE | {"given_on": about}, case_id=opened.case_id)
    administrator = as_role(Role.ADMINISTRATOR)
    correct(administrator, opened, saved, given_on={"y": 2026, "m": 2, "d": 1})
    assert read(as_role(Role.CASEWORKER), opened)["given_on"] == {"y": 2026, "m": 2, "d": 1}


def test_a_name_corrected_without_the_key_is_found_once_the_key_is_there(session, opened, as_role):
    administrator = as_role(Role.ADMINISTRATOR)
    person = cases.open_case(administrator, opened.case_id).person
    entries.save_entry(
        administrator,
        "person",
        {"name_native": "陈秋云", "sex": "male"},
        case_id=opened.case_id,
        entry_id=person.row.id,
    )
    worker = as_role(Role.CASEWORKER)
    assert [row.name for row in people.find(worker, "陈秋云").rows] == ["陈秋云"]
    assert people.find(worker, "陈秀云").rows == ()
    assert cases.open_case(worker, opened.case_id).case.sex == "man"


def test_an_age_follows_a_day_of_registration_that_was_corrected_without_the_key(session, opened, as_role):
    administrator = as_role(Role.ADMINISTRATOR)
    intake = cases.open_case(administrator, opened.case_id).of_form("intake")[0]
    entries.save_entry(
        administrator, "intake", {"registered_on": {"y": 2016, "m": 3, "d": 2}}, case_id=opened.case_id,
        entry_id=intake.row.id,
    )  # fmt: skip
    assert cases.open_case(as_role(Role.CASEWORKER), opened.case_id).case.age == 17


def test_an_entry_of_another_case_or_another_form_is_not_corrected(session, opened):
    other = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake=INTAKE)
    saved = entries.save_entry(session, "service", SERVICE, case_id=opened.case_id)
    with pytest.raises(NoSuchCase):
        entries.save_entry(session, "service", SERVICE, case_id=other.case_id, entry_id=saved.entry_id)
    with pytest.raises(NoSuchCase):
        entries.save_entry(session, "note", {"text": "x"}, case_id=opened.case_id, entry_id=saved.entry_id)
    assert read(session, opened)["service_kind"] == "medical"


def test_the_history_stands_in_its_order_though_the_clock_went_back(session, opened, clock):
    saved = entries.save_entry(session, "service", SERVICE | {"note": "one"}, case_id=opened.case_id)
    clock.moment -= dt.timedelta(days=400)
    correct(session, opened, saved, note="two")
    clock.moment -= dt.timedelta(days=400)
    correct(session, opened, saved, note="three")
    history = entries.read_history(session, saved.entry_id)
    assert [reading.values["note"] for reading in history] == ["one", "two", "three"]


def test_health_words_are_not_found_by_who_has_no_health_key(session, opened, as_role, clock):
    entries.save_entry(
        session,
        "service",
        SERVICE | {"diagnosis": "canaryhealth", "note": "canarynote"},
        case_id=opened.case_id,
    )
    people.catch_up_notes(session)
    session.close()
    worker = as_role_again(session, clock)
    assert len(people.find(worker, "canarynote", notes=True).in_notes) == 1
    assert people.find(worker, "canaryhealth", notes=True).in_notes == ()
    worker.close()


def as_role_again(session, clock):
    """The creator again, who finds what the index of the vault holds."""
    return open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
