"""A forgotten password: five words for one sign-in, and everything that was signed before still holds."""

import pytest

from shelter_app.casework import cases, checking, drafts, entries, users, vaults
from shelter_app.vault.errors import LastWayIn, NotYours, OwnAccount, UnknownUser, WrongPassword
from shelter_app.vault.keyring import verify
from shelter_app.vault.rights import Compartment, Role

PASSWORD = "seven calm herons cross"


@pytest.fixture
def post(session, clock):
    """LM holds everything; CW wrote a note, a draft, and health detail for others to read."""
    users.new_user(session, name="CW", role=Role.CASEWORKER, password=f"{PASSWORD} CW", must_change=False)
    users.new_user(
        session, name="AD", role=Role.ADMINISTRATOR, password=f"{PASSWORD} AD", grants=(), must_change=False
    )
    case = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    vaults.sign_out(session)
    worker = vaults.open_vault(session.folder.path, "CW", f"{PASSWORD} CW", clock=clock)
    entries.save_entry(worker, "note", {"text": "red gate"}, case_id=case.case_id)
    entries.save_entry(worker, "health", {"kind": "treatment", "findings": "cough"}, case_id=case.case_id)
    drafts.save_draft(worker, "note", {"text": "half"}, case_id=case.case_id)
    vaults.sign_out(worker)
    return session.folder.path


def id_of(session, name):
    return next(slot.id for slot in session.keyring.header.users if slot.name == name)


def in_as(path, name, clock, password=None):
    return vaults.open_vault(path, name, password or f"{PASSWORD} {name}", clock=clock)


def test_the_words_count_for_one_sign_in_and_work_goes_on(post, clock):
    creator = in_as(post, "LM", clock, PASSWORD)
    before = id_of(creator, "CW")
    done = users.reset_password(creator, before)
    assert len(done.passphrase.split()) == 5
    assert done.passphrase not in repr(done)
    assert done.changes.touches("users")
    vaults.sign_out(creator)
    with pytest.raises(WrongPassword):
        in_as(post, "CW", clock)
    worker = in_as(post, "CW", clock, done.passphrase)
    assert worker.keyring.must_change
    assert worker.user_id == before
    users.change_own_password(worker, done.passphrase, "nine loud geese return")
    case_id = str(worker.store.value("SELECT id FROM cases"))
    assert [e.values["text"] for e in cases.open_case(worker, case_id).of_form("note")] == ["red gate"]
    entries.save_entry(worker, "note", {"text": "afterwards"}, case_id=case_id)
    vaults.sign_out(worker)
    with pytest.raises(WrongPassword):
        in_as(post, "CW", clock, done.passphrase)
    in_as(post, "CW", clock, "nine loud geese return").close()


class Today:
    """The signature keys of the header, as if they had been in force from the beginning."""

    def __init__(self, keys):
        self._keys = keys

    def at(self, actor, _arrived):
        return self._keys[actor]

    def ever(self, actor):
        return self._keys[actor]


def test_what_was_signed_before_and_after_holds_and_nothing_of_others_is_lost(post, clock):
    # The administrator cannot open health, so what CW wrote for it still waits to be brought under its key.
    administrator = in_as(post, "AD", clock)
    assert administrator.store.value("SELECT count(*) FROM parts WHERE sealing = 'inbox'") > 0
    done = users.reset_password(administrator, id_of(administrator, "CW"))
    vaults.sign_out(administrator)
    creator = in_as(post, "LM", clock, PASSWORD)
    assert creator.store.value("SELECT count(*) FROM parts WHERE sealing = 'inbox'") == 0
    case_id = str(creator.store.value("SELECT id FROM cases"))
    assert cases.open_case(creator, case_id).of_form("health")[0].values["findings"] == "cough"
    assert checking.check_vault(creator).faults == ()
    vaults.sign_out(creator)
    worker = in_as(post, "CW", clock, done.passphrase)
    vaults.sign_out(worker)
    again = in_as(post, "LM", clock, PASSWORD)
    assert checking.check_vault(again).faults == ()
    # The control: with the keys of today alone the old lines would not hold.
    today = Today({slot.id: [slot.epub] for slot in again.keyring.header.users})
    assert any(fault.kind == "signature" for fault in again.journal.check(verify, today))


def test_keys_that_the_helper_does_not_hold_are_lost_until_a_holder_gives_them_again(post, clock):
    administrator = in_as(post, "AD", clock)
    done = users.reset_password(administrator, id_of(administrator, "CW"))
    assert done.lost_keys == {Compartment.PEOPLE}
    vaults.sign_out(administrator)
    worker = in_as(post, "CW", clock, done.passphrase)
    assert not worker.sees_names
    vaults.sign_out(worker)
    creator = in_as(post, "LM", clock, PASSWORD)
    users.grant_key(creator, id_of(creator, "CW"), Compartment.PEOPLE)
    vaults.sign_out(creator)
    assert in_as(post, "CW", clock, done.passphrase).sees_names


def test_drafts_that_nobody_can_read_any_more_go_and_are_counted(post, clock):
    creator = in_as(post, "LM", clock, PASSWORD)
    assert creator.store.value("SELECT count(*) FROM drafts") == 1
    assert users.reset_password(creator, id_of(creator, "CW")).lost_drafts == 1
    assert creator.store.value("SELECT count(*) FROM drafts") == 0
    line = creator.journal.read(limit=1)[0]
    assert line.action == "user.password_reset"
    assert (line.detail["drafts"], line.detail["keys"]) == (1, ["people", "store"])


def test_the_last_holder_of_a_key_is_not_reset_by_somebody_without_it(post, clock):
    helper = in_as(post, "AD", clock)
    users.reset_password(helper, id_of(helper, "CW"))
    # CW has lost the key of names with their password; LM is the last who holds it, and that of health.
    with pytest.raises(LastWayIn, match="recovery sheets"):
        users.reset_password(helper, id_of(helper, "LM"))
    assert not helper.keyring.header.slot(id_of(helper, "LM")).must_change
    vaults.sign_out(helper)
    vaults.sign_out(in_as(post, "LM", clock, PASSWORD))


def test_who_may_not_and_whom_not(post, clock):
    creator = in_as(post, "LM", clock, PASSWORD)
    with pytest.raises(OwnAccount):
        users.reset_password(creator, creator.user_id)
    with pytest.raises(OwnAccount):
        users.disable_user(creator, creator.user_id)
    with pytest.raises(UnknownUser):
        users.reset_password(creator, "nobody")
    vaults.sign_out(creator)
    worker = in_as(post, "CW", clock)
    with pytest.raises(NotYours):
        users.reset_password(worker, id_of(worker, "LM"))


def test_a_disabled_account_stays_disabled(post, clock):
    creator = in_as(post, "LM", clock, PASSWORD)
    users.disable_user(creator, id_of(creator, "CW"))
    users.reset_password(creator, id_of(creator, "CW"))
    assert creator.keyring.header.slot(id_of(creator, "CW")).disabled
    actions = [line.action for line in creator.journal.read(limit=2)]
    assert actions == ["user.password_reset", "user.disabled"]


def test_a_key_that_is_withdrawn_opens_nothing_new_and_counts_at_once(post, clock):
    creator = in_as(post, "LM", clock, PASSWORD)
    users.withdraw_key(creator, id_of(creator, "CW"), Compartment.PEOPLE)
    case_id = str(creator.store.value("SELECT id FROM cases"))
    entries.save_entry(creator, "note", {"text": "later"}, case_id=case_id)
    assert creator.journal.read(actions=["user.key_withdrawn"])[0].detail["compartment"] == "people"
    vaults.sign_out(creator)
    worker = in_as(post, "CW", clock)
    assert not worker.sees_names
    assert worker.keyring.epochs(Compartment.PEOPLE) == ()
    assert all(not e.values.get("text") for e in cases.open_case(worker, case_id).of_form("note"))
    assert checking.check_vault(worker).faults == ()
