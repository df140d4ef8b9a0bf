"""What somebody with the keys of the store changes by hand is found by the check, whoever opened it."""

import contextlib
import json

import pytest

from shelter_app.casework import alerts, backups, cases, checking, entries, erasing, registers, retention
from shelter_app.casework.registers import existing_people, import_register
from shelter_app.domain.retention import CaseKind, RetentionPeriods
from shelter_app.exchange.registers import preview
from shelter_app.storage.guards import missing_guards
from shelter_app.vault.keyring import Box
from shelter_app.vault.rights import Compartment, Role

SERVICE = {"service_kind": "legal", "status": "planned", "planned_on": {"y": 2026, "m": 3, "d": 20}}


@pytest.fixture
def worked(session):
    """A vault in which every way of saving was used, with three cases; the first has alerts and is restricted."""
    opened = [
        cases.new_case(
            session,
            person={"name_latin": f"Testing {number}", "sex": "female", "birth": {"y": 2001}},
            intake={"registered_on": {"y": 2026, "m": 3, "d": 2}},
        )
        for number in range(3)
    ]
    first = opened[0].case_id
    note = entries.save_entry(session, "note", {"text": "One note."}, case_id=first)
    entries.save_entry(
        session, "note", {"text": "The note, corrected."}, case_id=first, entry_id=note.entry_id,
        started_from=note.revision_id,
    )  # fmt: skip
    entries.save_entry(session, "service", SERVICE, case_id=first)
    entries.save_entry(session, "health", {"kind": "treatment", "concerns": "Cough"}, case_id=first)
    alerts.set_alerts(session, first, ["call_nurse"])
    cases.restrict(session, first, True)
    cases.assign(session, opened[1].case_id, session.user_id)
    return opened


def faults(session):
    return checking.check_vault(session).faults


@contextlib.contextmanager
def by_hand(session):
    """Work with SQL as somebody would who has the key of the store; what guards the tables is put back."""
    store = session.store
    guards = store.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    with store.transaction():
        for name, _sql in guards:
            store.execute(f"DROP TRIGGER {name}")
        yield store
        for _name, sql in guards:
            store.execute(sql)
    assert missing_guards(store) == []


def delete_entries(store, which, *values):
    mine = f"SELECT id FROM entries WHERE {which}"
    states = f"SELECT id FROM revisions WHERE entry_id IN ({mine})"
    for sql in (
        f"DELETE FROM parts WHERE revision_id IN ({states})",
        f"DELETE FROM revision_parents WHERE revision_id IN ({states})",
        f"DELETE FROM revisions WHERE entry_id IN ({mine})",
        f"DELETE FROM entries WHERE {which}",
    ):
        store.execute(sql, values)


def test_nothing_is_said_of_what_the_program_itself_does(session, worked, tmp_path):
    assert faults(session) == ()
    register = tmp_path / "register.csv"
    register.write_text(
        "姓名,性别,出生日期,国籍,剥削类型,离开日期,备注\n李小燕,女,1999-04-02,越南,强迫劳动,2025-03-04,要联系家人\n张建国,男,1987-11-30,缅甸,,,\n",
        "utf-8",
    )
    done = import_register(session, preview(register, today=session.today, existing=existing_people(session)))
    assert session.store.value("SELECT count(*) FROM entries WHERE form = 'experience'") == 1
    retention.set_retention_periods(session, RetentionPeriods({CaseKind.TRAFFICKED: 10}))
    backups.back_up(session, tmp_path / "stick")
    assert faults(session) == ()
    registers.undo_import(session, done.import_id)
    assert faults(session) == ()


CHANGES = {
    "a whole case is gone": (
        lambda store, opened: (
            delete_entries(store, "person_id = ?", opened[1].person_id),
            store.execute("DELETE FROM cases WHERE id = ?", (opened[1].case_id,)),
            store.execute("DELETE FROM persons WHERE id = ?", (opened[1].person_id,)),
        ),
        "1 case that was opened is missing",
    ),
    "a note is gone": (lambda store, _o: delete_entries(store, "form = 'note'"), "something that was saved is missing"),
    "an intake is gone": (
        lambda store, opened: delete_entries(store, "form = 'intake' AND case_id = ?", opened[1].case_id),
        "something that was saved is missing",
    ),
    "a coded answer of an intake is another": (
        lambda store, _o: store.execute(
            "UPDATE revisions SET coded = replace(coded, '2026', '2001') WHERE form = 'intake'"
        ),
        "is not as it was saved",
    ),
    "the names of a person are gone": (
        lambda store, _o: store.execute(
            "DELETE FROM parts WHERE revision_id IN (SELECT id FROM revisions WHERE form = 'person')"
        ),
        "something that was saved is missing",
    ),
    "an entry was put in": (
        lambda store, opened: (
            store.execute(
                "INSERT INTO entries SELECT substr(id, 2) || substr(id, 1, 1), case_id, person_id, form, substr(head, 2) || substr(head, 1, 1), 1,"
                " happened_on, due_on, done_on, status, assigned_to, created_at, created_by, device_id FROM entries"
                " WHERE form = 'service'"
            ),
            store.execute(
                "INSERT INTO revisions SELECT substr(id, 2) || substr(id, 1, 1), substr(entry_id, 2) || substr(entry_id, 1, 1), form, form_version,"
                " replace(coded, 'legal', 'medical'), kept, salt, typed_at, typed_by, device_id FROM revisions"
                " WHERE form = 'service'"
            ),
        ),
        "is not as it was saved",
    ),
    "a restricted case is open to all": (
        lambda store, _o: store.execute("UPDATE cases SET restricted = 0"), "told something else",
    ),
    "a case is called closed": (
        lambda store, _o: store.execute("UPDATE cases SET status = 'Closed'"), "told something else",
    ),
    "alerts are gone": (lambda store, _o: store.execute("UPDATE cases SET alerts = '[]'"), "told something else"),
    "an alert is another one": (
        lambda store, _o: store.execute("UPDATE cases SET alerts = '[\"allergy\"]' WHERE alerts <> '[]'"),
        "told something else",
    ),
    "a case belongs to somebody else": (
        lambda store, _o: store.execute("UPDATE cases SET assigned_to = 'me'"), "told something else",
    ),
    "a woman is called a man": (
        lambda store, _o: store.execute("UPDATE cases SET sex = 'man'"), "told something else",
    ),
    "an age is another": (lambda store, _o: store.execute("UPDATE cases SET age = 9"), "told something else"),
    "nothing is due any more": (
        lambda store, _o: store.execute("UPDATE entries SET due_on = NULL"), "its dates or its state in lists",
    ),
    "something happened earlier": (
        lambda store, _o: store.execute("UPDATE entries SET happened_on = '1999-01-01' WHERE form = 'intake'"),
        "its dates or its state in lists",
    ),
    "a part lies with nobody": (
        lambda store, _o: store.execute("UPDATE parts SET revision_id = 'x' || revision_id WHERE compartment = 'health'"),
        "is missing",
    ),
}  # fmt: skip


#: Only who reads who somebody is can say that their age in lists is another.
NEEDS_NAMES = ("a woman is called a man", "an age is another")


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("role", [None, Role.REPORTING_OFFICER], ids=["with every key", "without"])
def test_what_was_changed_by_hand_is_named(session, worked, as_role, name, role):
    change, sentence = CHANGES[name]
    with by_hand(session) as store:
        change(store, worked)
    here = session if role is None else as_role(role)
    assert (sentence in " ".join(faults(here))) is (role is None or name not in NEEDS_NAMES)


def test_a_colleagues_note_rewritten_with_the_right_key_is_named(session, worked):
    row = session.store.row(
        "SELECT p.id, p.revision_id, p.epoch, p.sealing, p.box, r.entry_id, e.case_id FROM parts AS p"
        " JOIN revisions AS r ON r.id = p.revision_id JOIN entries AS e ON e.head = r.id WHERE r.form = 'note'"
    )
    place = {"case": row[6], "entry": row[5], "revision": row[1]}
    content = json.loads(
        session.keyring.open(Compartment.PEOPLE, Box(row[2], row[3], bytes(row[4])), **place)
    )
    for text, wrong in ((content["v"]["text"], False), ("Quite another text.", True)):
        content["v"]["text"] = text
        box = session.keyring.seal(Compartment.PEOPLE, json.dumps(content).encode(), **place)
        with by_hand(session) as store:
            store.execute("UPDATE parts SET box = ?, epoch = ? WHERE id = ?", (box.data, box.epoch, row[0]))
        assert bool(faults(session)) is wrong


def test_backup_and_retention_set_by_hand_are_named(session, worked, tmp_path):
    backups.back_up(session, tmp_path / "stick")
    retention.set_retention_periods(session, RetentionPeriods({CaseKind.TRAFFICKED: 10}))
    assert faults(session) == ()
    with session.store.transaction():
        session.store.execute("UPDATE meta SET value = '2027-01-01T00:00:00+00:00' WHERE key = 'backup_at'")
    assert any("last backup" in fault for fault in faults(session))
    with session.store.transaction():
        session.store.execute("DELETE FROM settings WHERE key = 'retention'")
        session.store.execute("DELETE FROM meta WHERE key = 'retention'")
    assert any("retention periods" in fault for fault in faults(session))


def test_an_erasure_leaves_nothing_to_complain_of(session, worked, as_role):
    erasing.propose(session, [worked[1].person_id], way="facts_stay", reason="own_wish")
    supervisor = as_role(Role.SUPERVISOR)
    (proposal,) = erasing.proposals(supervisor)
    erasing.approve(supervisor, {proposal.id: erasing.preview(supervisor, worked[1].person_id).state})
    assert faults(supervisor) == ()
