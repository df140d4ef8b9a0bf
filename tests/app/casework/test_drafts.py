"""A draft and the save that it grew into: whichever comes first, what was saved is not offered again."""

import threading

import pytest

from shelter_app.casework import cases, drafts, entries, vaults
from shelter_app.casework.errors import AlreadySaved, AnswersRefused
from shelter_app.vault.errors import DiskFull

PASSWORD = "seven calm herons cross"


@pytest.fixture
def opened(session):
    return cases.new_case(session, person={"name_native": "陈秀云"}, intake={})


def typed(session, opened, draft_id, text="half"):
    return drafts.save_draft(session, "note", {"text": text}, case_id=opened.case_id, draft_id=draft_id)


def save(session, opened, draft_id):
    return entries.save_entry(session, "note", {"text": "whole"}, case_id=opened.case_id, draft_id=draft_id)


def texts(session, opened):
    return [entry.values["text"] for entry in cases.open_case(session, opened.case_id).of_form("note")]


@pytest.mark.parametrize("written_before", [True, False])
def test_a_draft_that_comes_after_the_save_is_refused(session, opened, written_before, clock):
    draft_id = session.new_id()
    if written_before:
        typed(session, opened, draft_id)
    save(session, opened, draft_id)
    with pytest.raises(AlreadySaved):
        typed(session, opened, draft_id)
    assert drafts.my_drafts(session) == []
    vaults.sign_out(session)
    again = vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    assert drafts.my_drafts(again) == []
    assert texts(again, opened) == ["whole"]
    again.close()


def test_a_draft_that_is_written_while_the_save_is_under_way_does_not_outlive_it(session, opened):
    """The lock writes from another thread; it meets the save in its middle, waits, and finds that there is nothing to keep."""
    draft_id, met, clock = session.new_id(), [], session.clock

    def write():
        try:
            typed(session, opened, draft_id, "late")
        except AlreadySaved as refused:
            met.append(refused)

    def clock_that_locks():
        # The first look at the clock inside the save begins the lock.
        session.clock = clock
        thread.start()
        return clock()

    thread = threading.Thread(target=write)
    session.clock = clock_that_locks
    save(session, opened, draft_id)
    thread.join()
    assert len(met) == 1
    assert drafts.my_drafts(session) == []
    assert texts(session, opened) == ["whole"]


def test_the_case_that_a_draft_grew_into_takes_it_along_for_good(session):
    kept = drafts.save_draft(session, "intake", {}, context={"person": {"name_latin": "Sok"}})
    cases.new_case(session, person={"name_latin": "Sok"}, intake={}, draft_id=kept.id)
    with pytest.raises(AlreadySaved):
        drafts.save_draft(session, "intake", {}, draft_id=kept.id)
    assert drafts.my_drafts(session) == []


@pytest.mark.parametrize("refusal", ["answers", "disk"])
def test_after_a_save_that_was_refused_drafts_are_kept_as_before(session, opened, refusal, monkeypatch):
    kept = typed(session, opened, None)
    if refusal == "answers":
        with pytest.raises(AnswersRefused):
            entries.save_entry(session, "note", {"text": ["no"]}, case_id=opened.case_id, draft_id=kept.id)
    else:
        with monkeypatch.context() as patched:
            patched.setattr(
                type(session.store), "execute", _full_at("DELETE FROM drafts", type(session.store).execute)
            )
            with pytest.raises(DiskFull):
                save(session, opened, kept.id)
    assert [draft.values["text"] for draft in drafts.my_drafts(session)] == ["half"]
    typed(session, opened, kept.id, "half and more")
    assert [draft.values["text"] for draft in drafts.my_drafts(session)] == ["half and more"]
    assert texts(session, opened) == []
    save(session, opened, kept.id)
    assert drafts.my_drafts(session) == []


def _full_at(beginning, execute):
    def failing(self, sql, values=()):
        if sql.startswith(beginning):
            raise DiskFull
        return execute(self, sql, values)

    return failing


def test_a_draft_that_was_given_up_does_not_come_back(session, opened):
    kept = typed(session, opened, None)
    drafts.discard_draft(session, kept.id)
    with pytest.raises(AlreadySaved):
        typed(session, opened, kept.id)
    assert drafts.my_drafts(session) == []
