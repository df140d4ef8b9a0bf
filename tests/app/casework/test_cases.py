"""A case from intake to correction: what is saved, what is kept, who may read it."""

import dataclasses
import json

import pytest

from shelter_app.casework import cases, drafts, entries, lists, people
from shelter_app.casework.errors import AnswersRefused, ChangedMeanwhile
from shelter_app.storage import entries as rows
from shelter_app.vault.errors import NotYours
from shelter_app.vault.rights import Role

PERSON = {
    "name_native": "陈秀云",
    "name_latin": "Chen Xiuyun",
    "sex": "female",
    "birth": {"y": 1998},
    "citizenship": ["CN"],
    "documents": [{"kind": "passport", "number": "G51474083"}],
}
INTAKE = {"registered_on": {"y": 2026, "m": 3, "d": 2}, "trafficking_status": "PossibleVictimOfTrafficking"}


@pytest.fixture
def opened(session):
    return cases.new_case(session, person=PERSON, intake=INTAKE)


def service(**more):
    return {
        "service_kind": "psychosocial",
        "status": "given",
        "given_on": {"y": 2026, "m": 3, "d": 6},
        **more,
    }


def test_a_case_is_numbered_once_by_post_device_year_and_order(session, opened):
    second = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake=INTAKE)
    assert opened.number.startswith("KM-A-26-0001-")
    assert second.number.startswith("KM-A-26-0002-")


def test_lists_know_the_coarse_facts_and_never_the_name(session, opened):
    case = cases.open_case(session, opened.case_id).case
    assert (case.sex, case.age, case.citizenship) == ("woman", 27, ("CN",))
    assert case.identified == "PossibleVictimOfTrafficking"
    row = session.store.row("SELECT * FROM cases")
    assert "陈" not in json.dumps(row, ensure_ascii=False)
    assert cases.open_case(session, opened.case_id).name == "陈秀云"


def test_no_name_stands_outside_the_sealed_parts_of_the_whole_store(session, opened):
    entries.save_entry(session, "note", {"text": "CanaryNote 陈秀云"}, case_id=opened.case_id)
    drafts.save_draft(session, "note", {"text": "CanaryDraft"}, case_id=opened.case_id)
    tables = [r[0] for r in session.store.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    everything = b"".join(
        value if isinstance(value, bytes) else str(value).encode()
        for table in tables
        for row in session.store.rows(f"SELECT * FROM {table}")
        for value in row
    )
    for canary in ("陈秀云", "Xiuyun", "G51474083", "CanaryNote", "CanaryDraft"):
        assert canary.encode() not in everything
    assert opened.number.encode() in everything  # the scan does read what is there


def test_a_correction_adds_a_revision_and_the_first_can_still_be_read(session, opened):
    first = entries.save_entry(session, "service", service(note="first words"), case_id=opened.case_id)
    again = entries.save_entry(
        session, "service", service(note="second words", sessions=2), case_id=opened.case_id,
        entry_id=first.entry_id, started_from=first.revision_id,
    )  # fmt: skip
    history = entries.read_history(session, first.entry_id)
    assert [r.values["note"] for r in history] == ["first words", "second words"]
    view = cases.open_case(session, opened.case_id)
    entry = view.of_form("service")[0]
    assert entry.corrected
    assert entry.row.head == again.revision_id


def test_a_correction_in_which_nothing_changed_adds_no_revision_and_no_line(session, opened):
    first = entries.save_entry(session, "service", service(note="words"), case_id=opened.case_id)
    draft = drafts.save_draft(session, "service", service(note="words "), case_id=opened.case_id)
    lines = session.store.value("SELECT count(*) FROM journal")
    again = entries.save_entry(
        session, "service", service(note="words "), case_id=opened.case_id, entry_id=first.entry_id,
        started_from=first.revision_id, draft_id=draft.id,
    )  # fmt: skip
    assert not again.changed
    assert again.revision_id == first.revision_id
    assert drafts.my_drafts(session) == []
    assert session.store.value("SELECT count(*) FROM journal") == lines
    more = entries.save_entry(
        session, "service", service(note="more words"), case_id=opened.case_id, entry_id=first.entry_id,
        started_from=first.revision_id,
    )  # fmt: skip
    assert more.changed
    assert session.store.value("SELECT count(*) FROM journal") > lines


def test_a_correction_of_what_somebody_corrected_meanwhile_is_refused(session, opened):
    first = entries.save_entry(session, "note", {"text": "a"}, case_id=opened.case_id)
    entries.save_entry(session, "note", {"text": "b"}, case_id=opened.case_id, entry_id=first.entry_id)
    with pytest.raises(ChangedMeanwhile):
        entries.save_entry(
            session, "note", {"text": "c"}, case_id=opened.case_id, entry_id=first.entry_id,
            started_from=first.revision_id,
        )  # fmt: skip
    assert [r.values["text"] for r in entries.read_history(session, first.entry_id)] == ["a", "b"]


def test_an_answer_that_does_not_fit_is_refused_by_its_field_and_nothing_is_saved(session, opened):
    before = session.store.value("SELECT count(*) FROM revisions")
    with pytest.raises(AnswersRefused) as refused:
        entries.save_entry(session, "service", service(service_kind="no such code"), case_id=opened.case_id)
    assert [p.field_id for p in refused.value.problems] == ["service_kind"]
    assert session.store.value("SELECT count(*) FROM revisions") == before


def test_one_save_is_one_transaction_with_its_journal_line(session, opened):
    begins: list[str] = []
    session.store.trace_statements(lambda sql: begins.append(sql) if sql.startswith("BEGIN") else None)
    entries.save_entry(session, "service", service(), case_id=opened.case_id)
    session.store.trace_statements(None)
    assert len(begins) == 1
    assert session.journal.read(limit=1)[0].action == "entry.added"


def test_what_is_due_shows_in_the_case_and_on_the_agenda(session, opened):
    entries.save_entry(
        session, "service",
        {"service_kind": "legal", "status": "planned", "planned_on": {"y": 2026, "m": 3, "d": 10}},
        case_id=opened.case_id,
    )  # fmt: skip
    assert cases.open_case(session, opened.case_id).case.next_due == "2026-03-10"
    due = lists.agenda(session).dues
    assert [(d.case.number, d.days_late) for d in due] == [(opened.number, 2)]


def test_much_that_is_overdue_does_not_hide_today_nor_a_return_step(session, opened):
    def plan(form_id, day, **more):
        values = {"status": "planned", "planned_on": {"y": 2026, "m": 3, "d": day}, **more}
        entries.save_entry(session, form_id, values, case_id=opened.case_id)

    for day in range(1, 8):
        plan("service", day, service_kind="legal")
    plan("service", 12, service_kind="medical")
    plan("return_step", 14, stage="journey")
    found = lists.agenda(session, limit=3)
    assert [d.days_late for d in found.dues] == [11, 10, 9, 0, -2]
    assert (found.overdue, found.total) == (7, 9)
    assert lists.count_due_today(session) == 8
    assert [d.days_late for d in lists.due_of_form(session, "return_step", days=60, limit=3)] == [-2]


def test_a_closed_case_is_due_for_nothing(session, opened):
    entries.save_entry(
        session, "service",
        {"service_kind": "legal", "status": "planned", "planned_on": {"y": 2026, "m": 3, "d": 10}},
        case_id=opened.case_id,
    )  # fmt: skip
    entries.save_entry(
        session, "closure", {"closed_on": {"y": 2026, "m": 3, "d": 11}, "reason": "goals_met"}, case_id=opened.case_id
    )  # fmt: skip
    case = cases.open_case(session, opened.case_id).case
    assert (case.status, case.stage, case.next_due) == ("Closed", "closed", None)


@pytest.mark.parametrize(
    "typed", ["陈秀云", "秀云", "chen xiuyun", "chenxy", "cxy", "xiuyun", "G5147", "1474", "陳秀雲"]
)
def test_a_person_is_found_by_whatever_one_types(session, opened, typed):
    cases.new_case(session, person={"name_native": "王芳"}, intake=INTAKE)
    assert [row.number for row in people.find(session, typed).rows] == [opened.number]


@pytest.mark.parametrize("typed", ["陈芳", "chenfang", "zzz", "G9999"])
def test_nobody_else_is_found(session, opened, typed):
    assert people.find(session, typed).rows == ()


def test_the_same_person_is_proposed_before_a_second_case_is_opened(session, opened):
    same = people.likely_duplicates(session, {"name_native": "陈秀芸", "birth": {"y": 1998}, "sex": "female"})
    assert [c.row.number for c in same] == [opened.number]
    by_paper = people.likely_duplicates(
        session, {"name_latin": "X Y", "documents": [{"number": "g51474083"}]}
    )
    assert by_paper[0].score == 1.0
    other = people.likely_duplicates(
        session, {"name_native": "陈秀云", "birth": {"y": 1960}, "sex": "female"}
    )
    assert other == []


def test_a_second_case_of_the_same_person_shares_who_they_are(session, opened):
    second = cases.new_case(
        session, person_id=opened.person_id, intake={"registered_on": {"y": 2026, "m": 3, "d": 10}}
    )
    view = cases.open_case(session, second.case_id)
    assert view.name == "陈秀云"
    assert [c.id for c in view.other_cases] == [opened.case_id]
    assert view.case.sex == "woman"


def test_a_reporting_officer_works_with_codes_and_meets_no_name(session, opened, as_role):
    entries.save_entry(session, "service", service(note="CanaryNote"), case_id=opened.case_id)
    officer = as_role(Role.REPORTING_OFFICER)
    view = cases.open_case(officer, opened.case_id)
    assert view.name is None
    assert "CanaryNote" not in repr(view)
    assert "秀云" not in repr(view)
    sealed = view.of_form("service")[0]
    assert sealed.reading.sealed == {"people"}
    assert sealed.values["service_kind"] == "psychosocial"
    assert people.find(officer, "chenxy").rows == ()
    assert [r.number for r in people.find(officer, opened.number[-9:]).rows] == [opened.number]
    assert lists.case_list_of(officer).page()[0].name is None
    with pytest.raises(NotYours):
        entries.save_entry(officer, "note", {"text": "x"}, case_id=opened.case_id)


def test_a_caseworker_reads_no_health_but_may_add_to_it_and_a_health_worker_reads_both(
    session, opened, as_role
):
    first = entries.save_entry(
        session, "service", service(medical_detail="CanaryHealth"), case_id=opened.case_id
    )
    worker = as_role(Role.CASEWORKER)
    entry = cases.open_case(worker, opened.case_id).of_form("service")[0]
    assert entry.reading.sealed == {"health"}
    assert "CanaryHealth" not in repr(entry)
    entries.save_entry(
        worker, "service", service(note="corrected"), case_id=opened.case_id, entry_id=first.entry_id
    )
    entries.save_entry(
        worker, "service", service(medical_detail="from the caseworker"), case_id=opened.case_id
    )
    assert worker.store.value("SELECT count(*) FROM parts WHERE sealing = 'inbox'") == 1
    nurse = as_role(Role.HEALTH_WORKER)
    assert nurse.store.value("SELECT count(*) FROM parts WHERE sealing = 'inbox'") == 0
    found = cases.open_case(nurse, opened.case_id).of_form("service")
    assert [e.values.get("medical_detail") for e in found] == ["CanaryHealth", "from the caseworker"]
    assert found[0].values["note"] == "corrected"


def test_a_health_record_shows_only_that_it_is_one(session, opened, as_role):
    saved = entries.save_entry(
        session, "health", {"kind": "treatment", "findings": "CanaryHealth"}, case_id=opened.case_id
    )
    stored = session.store.row(
        "SELECT form, form_version, coded FROM revisions WHERE id = ?", (saved.revision_id,)
    )
    assert stored == ("health", 0, "{}")
    worker = as_role(Role.CASEWORKER)
    sealed = next(e for e in cases.open_case(worker, opened.case_id).entries if e.row.id == saved.entry_id)
    assert (sealed.form, sealed.values) == (None, {})
    assert cases.open_case(session_of(as_role), opened.case_id).of_form("health")[0].form.id == "health"


def session_of(as_role):
    return as_role(Role.HEALTH_WORKER)


def test_a_restricted_case_is_hidden_from_colleagues_without_the_right(session, opened, as_role):
    cases.restrict(session, opened.case_id, True)
    worker = as_role(Role.CASEWORKER)
    assert lists.case_list_of(worker).page() == []
    assert people.find(worker, "chenxy").rows == ()
    with pytest.raises(NotYours):
        cases.open_case(worker, opened.case_id)
    supervisor = as_role(Role.SUPERVISOR)
    assert len(lists.case_list_of(supervisor).page()) == 1


def test_reading_a_case_is_recorded_once_a_session_for_who_read_it(session, opened, as_role):
    worker = as_role(Role.CASEWORKER)
    cases.open_case(worker, opened.case_id)
    cases.open_case(worker, opened.case_id)
    read = [e for e in worker.journal.read(about=opened.case_id) if e.action == "case.read"]
    assert [e.actor for e in read] == [worker.user_id]


def test_a_draft_comes_back_to_its_author_alone_and_goes_with_the_save(session, opened, as_role):
    kept = drafts.save_draft(
        session, "note", {"text": "half a sen"}, case_id=opened.case_id, context={"section": 2}
    )
    kept = drafts.save_draft(
        session,
        "note",
        {"text": "half a sentence"},
        case_id=opened.case_id,
        draft_id=kept.id,
        context={"section": 2},
    )
    assert [(d.form, d.values, d.context) for d in drafts.my_drafts(session)] == [
        ("note", {"text": "half a sentence"}, {"section": 2})
    ]
    stored = rows.drafts_of(session.store, session.user_id)[0]
    assert (stored.form, b"half" in stored.box) == ("", False)
    entries.save_entry(session, "note", {"text": "whole"}, case_id=opened.case_id, draft_id=kept.id)
    assert drafts.my_drafts(session) == []
    assert drafts.my_drafts(as_role(Role.CASEWORKER)) == []


def test_lists_come_in_pages_by_key_in_every_order(session):
    for number in range(450):
        cases.new_case(session, person={"name_latin": f"Name {number:03}"}, intake={})
    for order in ("number", "name", "registered", "due"):
        for descending in (False, True):
            found = lists.case_list_of(session, order, descending=descending)
            anchors = found.anchors()
            assert len(anchors) == 3
            numbers = [row.number for a in anchors for row in found.page(a)]
            assert len(numbers) == len(set(numbers)) == found.count() == 450
            assert found.page() == found.page(anchors[0])


def test_the_index_catches_up_after_it_was_lost(session, opened, as_role):
    path = session.folder.people_index
    worker = as_role(Role.CASEWORKER)
    worker.index.close()
    for left in path.parent.glob("people.idx*"):
        left.unlink()
    worker.index = type(worker.index).open(path, worker.keyring.index_key)
    assert people.find(worker, "cxy").rows == ()
    people.catch_up(worker)
    people.catch_up_notes(worker)
    assert len(people.find(worker, "cxy").rows) == 1


def test_a_damaged_index_is_begun_anew(session, opened, as_role):
    path = session.folder.people_index
    worker = as_role(Role.CASEWORKER)
    worker.close()
    path.write_bytes(b"\x00" * 8192)
    again = as_role(Role.CASEWORKER)
    assert len(people.find(again, "cxy").rows) == 1


def test_notes_are_searched_by_their_words(session, opened):
    entries.save_entry(session, "note", {"text": "先安排与妹妹通话"}, case_id=opened.case_id)
    people.catch_up_notes(session)
    assert [r.number for r in people.find(session, "妹妹", notes=True).in_notes] == [opened.number]
    assert people.find(session, "哥哥", notes=True).in_notes == ()


def test_what_was_chosen_from_a_list_is_not_found_as_if_it_were_written(session, opened):
    answers = {
        "service_kind": "psychosocial",
        "status": "given",
        "provider": "Sunflower house",
        "note": "calm",
    }
    entries.save_entry(session, "service", answers, case_id=opened.case_id)
    people.catch_up_notes(session)
    for written in ("sunflower", "calm"):
        assert len(people.find(session, written, notes=True).in_notes) == 1
    assert people.find(session, "psychosocial", notes=True).in_notes == ()
    assert people.find(session, "given", notes=True).in_notes == ()


def test_notes_are_read_a_few_cases_at_a_time(session):
    made = [cases.new_case(session, person={"name_latin": f"Person {n}"}) for n in range(5)]
    for case in made:
        entries.save_entry(session, "note", {"text": "likes embroidery"}, case_id=case.case_id)
    assert people.catch_up_notes(session, limit=2) == 3
    assert len(people.find(session, "embroidery", notes=True).in_notes) == 2
    assert people.catch_up_notes(session, limit=2) == 1
    assert people.catch_up_notes(session, limit=2) == 0
    assert len(people.find(session, "embroidery", notes=True).in_notes) == 5
    assert people.catch_up_notes(session, limit=2) == 0
    last = entries.save_entry(session, "note", {"text": "and pottery"}, case_id=made[0].case_id)
    assert last.entry_id
    assert people.find(session, "pottery", notes=True).in_notes == ()
    assert people.catch_up_notes(session, limit=2) == 0
    assert len(people.find(session, "pottery", notes=True).in_notes) == 1


def test_cases_hold_only_the_columns_that_were_decided_on():
    from shelter_app.storage.cases import CaseRow

    assert [f.name for f in dataclasses.fields(CaseRow)] == [
        "id", "number", "person_id", "registered_on", "status", "stage", "identified", "assigned_to", "restricted",
        "alerts", "sex", "age", "citizenship", "next_due", "created_at", "created_by", "device_id", "import_id",
        "change_no",
    ]  # fmt: skip
