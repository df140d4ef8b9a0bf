"""Coded alerts reach everybody on shift without detail, and the journal knows who has seen them."""

import dataclasses

import pytest

from shelter_app.casework import alerts, cases, summary, vaults
from shelter_app.casework.errors import NoSuchCase
from shelter_app.casework.journal_words import ACTIONS, KINDS
from shelter_app.domain.codelists import code_list
from shelter_app.domain.periods import Period
from shelter_app.vault.errors import KeyNotHeld, NotYours
from shelter_app.vault.rights import Role


@pytest.fixture
def case_id(session):
    return cases.new_case(session, person={"name_native": "陈秀云"}, intake={}).case_id


def test_an_alert_of_a_health_worker_reaches_who_holds_neither_names_nor_health(session, as_role, case_id):
    nurse = as_role(Role.HEALTH_WORKER)
    alerts.set_alerts(nurse, case_id, ("watch_self_harm",))
    officer = as_role(Role.REPORTING_OFFICER)
    (new,) = alerts.new_alerts(officer)
    assert new.alerts == ("watch_self_harm",)
    assert new.listed.case_id == case_id
    assert new.listed.name is None
    assert new.raised_by.startswith("health_worker")
    assert cases.open_case(officer, case_id).case.alerts == ("watch_self_harm",)


def test_who_has_seen_an_alert_is_journaled_and_it_does_not_come_back(session, as_role, case_id):
    nurse = as_role(Role.HEALTH_WORKER)
    alerts.set_alerts(nurse, case_id, ("allergy",))
    assert alerts.new_alerts(nurse) == []
    assert not alerts.alerts_seen(nurse, case_id).mine_to_see
    worker = as_role(Role.CASEWORKER)
    assert alerts.alerts_seen(worker, case_id).mine_to_see
    assert [new.listed.case_id for new in alerts.new_alerts(worker)] == [case_id]
    assert alerts.acknowledge_alerts(worker, [case_id]).touches("alerts")
    assert alerts.new_alerts(worker) == []
    seen = alerts.alerts_seen(worker, case_id)
    assert seen.seen_by == (worker.keyring.name,)
    assert not seen.mine_to_see
    line = worker.journal.read(about=case_id, limit=1)[0]
    assert (line.action, line.actor, line.detail) == ("case.alerts_seen", worker.user_id, {})
    assert "case.alerts_seen" in ACTIONS
    assert "case.alerts_seen" in KINDS["reading"]


def test_another_alert_has_to_be_seen_anew_and_one_that_was_taken_back_has_not(session, as_role, case_id):
    nurse = as_role(Role.HEALTH_WORKER)
    alerts.set_alerts(nurse, case_id, ("allergy", "call_nurse"))
    worker = as_role(Role.CASEWORKER)
    alerts.acknowledge_alerts(worker, [case_id])
    worker.close()
    other = as_role(Role.HEALTH_WORKER)
    alerts.set_alerts(other, case_id, ("allergy",))
    again = vaults.open_vault(session.folder.path, worker_name(other), f"{PASSWORD} {worker_name(other)}")
    assert alerts.new_alerts(again) == []
    again.close()


PASSWORD = "seven calm herons cross"


def worker_name(session):
    name = next(s.name for s in session.keyring.header.users if s.role is Role.CASEWORKER)
    session.close()
    return name


def test_anybody_who_works_on_cases_raises_an_alert_and_only_the_health_key_takes_one_of_health_back(
    session, as_role, case_id
):
    worker = as_role(Role.CASEWORKER)
    alerts.set_alerts(worker, case_id, ("watch_self_harm", "interpreter"))
    assert not alerts.may_take_back(worker, "watch_self_harm")
    assert alerts.may_take_back(worker, "interpreter")
    with pytest.raises(KeyNotHeld) as refused:
        alerts.set_alerts(worker, case_id, ("interpreter",))
    assert "administrator" in str(refused.value)
    assert cases.open_case(worker, case_id).case.alerts == ("watch_self_harm", "interpreter")
    alerts.set_alerts(worker, case_id, ("watch_self_harm",))
    nurse = as_role(Role.HEALTH_WORKER)
    alerts.set_alerts(nurse, case_id, ())
    assert alerts.new_alerts(nurse) == []
    officer = as_role(Role.REPORTING_OFFICER)
    with pytest.raises(NotYours):
        alerts.set_alerts(officer, case_id, ("allergy",))


def test_old_alerts_of_others_cases_are_not_pressed_on_anybody_own_ones_are(session, as_role, clock, case_id):
    alerts.set_alerts(session, case_id, ("allergy",))
    clock.go_on(days=15)
    worker = as_role(Role.CASEWORKER)
    assert alerts.new_alerts(worker) == []
    cases.assign(worker, case_id, worker.user_id)
    assert [new.listed.case_id for new in alerts.new_alerts(worker)] == [case_id]


def test_restricted_and_unknown_cases_give_nothing_away(session, as_role, case_id):
    alerts.set_alerts(session, case_id, ("allergy",))
    cases.restrict(session, case_id, True)
    worker = as_role(Role.CASEWORKER)
    assert alerts.new_alerts(worker) == []
    for refused in (alerts.alerts_seen, lambda s, c: alerts.acknowledge_alerts(s, [c])):
        with pytest.raises(NotYours):
            refused(worker, case_id)
        with pytest.raises(NoSuchCase):
            refused(worker, "nothing")


def test_no_summary_carries_an_alert(session, clock, tmp_path, case_id):
    alerts.set_alerts(session, case_id, tuple(code_list("alerts").codes))
    clock.go_on(days=400)
    preview = summary.make_preview(session, Period.parse("2026"))
    written = summary.write_release(session, preview, tmp_path / "out")
    texts = [path.read_bytes() for path in written] + [str(dataclasses.asdict(preview)).encode()]
    words = [code.code for code in code_list("alerts").entries]
    words += [label for code in code_list("alerts").entries for label in (code.en, code.zh)]
    # "interpreter" is also a kind of service; all other words are those of alerts alone.
    found = {w for w in words for text in texts if w != "interpreter" and w.encode() in text}
    assert found == set()
    # The control: what is in the files is found in this way.
    assert any(b"2026" in text for text in texts)


def test_an_alert_that_does_not_exist_is_refused(session, case_id):
    with pytest.raises(ValueError, match="unknown alert"):
        alerts.set_alerts(session, case_id, ("nonsense",))
