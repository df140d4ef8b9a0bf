"""The check of the journal finds what was done to it by hand, and says so in words that a person understands."""

import pytest

from shelter_app.casework import cases, heads, journal_check, trust_check, vaults
from shelter_app.casework.head_memory import SeenHead
from shelter_app.storage.journal import Event
from shelter_app.vault.rights import Role

PASSWORD = "seven calm herons cross"


def open_up(session):
    """What somebody does who opens the store by hand: away with what hinders."""
    for trigger in ("journal_stays", "journal_is_kept"):
        session.store.execute(f"DROP TRIGGER {trigger}")


def close_up(session):
    """And back again, so that nothing but the lines themselves tells."""
    from shelter_app.storage.guards import _guards

    for trigger in ("journal_stays", "journal_is_kept"):
        session.store.execute(_guards()[trigger])


def kinds(session):
    return [fault.kind for fault in journal_check.check_journal(session).faults]


def test_a_journal_as_it_was_written_is_sound(session, as_role):
    cases.new_case(session)
    colleague = as_role(Role.CASEWORKER)
    cases.new_case(colleague)
    report = journal_check.check_journal(colleague)
    assert report.sound
    assert (report.devices, report.people, report.unchecked) == (1, 2, 0)
    assert report.lines == colleague.journal.head()[0] == report.head.number
    assert journal_check.report_words(report) == []


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE journal SET detail = '{}' WHERE seq = 3", ["mac"]),
        ("UPDATE journal SET sig = zeroblob(64) WHERE seq = 3", ["signature"]),
        ("UPDATE journal SET arrived = 1000 WHERE seq = 3", ["order"] * 3),
        ("UPDATE journal SET epoch = 2 WHERE seq = 3", ["mac", "epoch", "epoch", "epoch"]),
        ("UPDATE journal SET epoch = 0 WHERE seq = 3", ["epoch", "mac"]),
        ("DELETE FROM journal WHERE seq = 3", ["gap"]),
        ("UPDATE journal SET device_id = 'another' WHERE seq = 3", ["gap", "mac", "gap"]),
    ],
)  # fmt: skip
def test_what_was_done_by_hand_is_named(session, sql, found):
    for _ in range(5):
        cases.new_case(session)
    open_up(session)
    session.store.execute(sql)
    close_up(session)
    assert sorted(kinds(session)) == sorted(found)
    report = journal_check.check_journal(session)
    words = " ".join(journal_check.report_words(report))
    assert "Journal line 3" in words or "Journal line 4" in words


def test_a_line_in_the_name_of_a_colleague_is_found_though_its_chain_holds(session, as_role):
    """An insider holds the key of the chain, and can make every HMAC anew; they cannot sign for others."""
    from shelter_app.storage.journal import _mac

    opened = cases.new_case(session)
    colleague = as_role(Role.CASEWORKER)
    open_up(colleague)
    columns = "seq, device_id, at, actor, action, subject, detail"
    rows = colleague.store.rows(f"SELECT {columns}, prev FROM journal ORDER BY seq")
    key, prev = bytes(colleague.keyring.journal_key()), bytes(32)
    for row in rows:
        fields = list(row[:7])
        if fields[4] == "case.opened":
            fields[3] = colleague.user_id
        mac = _mac(key, tuple(fields), prev)
        colleague.store.execute(
            "UPDATE journal SET actor = ?, prev = ?, mac = ?, sig = ? WHERE seq = ?",
            (fields[3], prev, mac, colleague.keyring.sign(mac), fields[0]),
        )
        prev = mac
    close_up(colleague)
    report = journal_check.check_journal(colleague)
    assert {fault.kind for fault in report.faults} == {"signature"}
    assert report.disowned == (opened.number,)
    assert any("opened it" in words for words in journal_check.report_words(report))


def test_a_line_of_somebody_who_had_left_is_found(session, as_role, clock):
    colleague = as_role(Role.CASEWORKER)
    number, key_pair = colleague.user_id, colleague.keyring.own_keys.signing
    signing = bytes(key_pair)
    colleague.close()
    creator = vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    with creator.saving() as record:
        record("user.removed", number)
    assert kinds(creator) == []
    from shelter_app.storage.journal import Journal
    from shelter_app.vault import crypto

    class Forger:
        """The chain's key as a colleague hands it out, with the signature of somebody who has left."""

        user_id, header, journal_key = number, creator.keyring.header, creator.keyring.journal_key

        @staticmethod
        def sign(data):
            return crypto.sign(bytearray(signing), data)

    forged = Journal(creator.store, Forger(), creator.device_id)
    with creator.store.transaction():
        forged.write(Event("case.read", "x"), creator.now())
    assert kinds(creator) == ["left"]
    creator.close()


def test_lost_guards_are_named_and_so_are_changed_ones(session):
    session.store.execute("DROP TRIGGER journal_stays")
    session.store.execute("DROP TRIGGER revisions_stay")
    session.store.execute("CREATE TRIGGER revisions_stay BEFORE UPDATE ON revisions BEGIN SELECT 1; END")
    report = journal_check.check_journal(session)
    assert report.unguarded == ("journal_stays", "revisions_stay")
    assert "journal_stays, revisions_stay" in " ".join(journal_check.report_words(report))


def test_a_case_whose_opener_was_exchanged_in_the_vault_is_named(session):
    opened = cases.new_case(session)
    assert journal_check.check_journal(session).disowned == ()
    session.store.execute("UPDATE cases SET created_by = 'another'")
    assert journal_check.check_journal(session).disowned == (opened.number,)


def test_many_faults_are_counted_and_not_all_listed(session):
    for _ in range(20):
        cases.new_case(session)
    open_up(session)
    session.store.execute("UPDATE journal SET sig = zeroblob(64)")
    close_up(session)
    report = journal_check.check_journal(session)
    words = journal_check.report_words(report)
    assert words[12] == "Journal: 9 more lines do not hold, the last is line 21."
    assert words[13:] == [trust_check.unsigned_words(each) for each in report.unsigned]
    assert len(words) == 14


def test_heads_from_elsewhere_are_compared_and_said_in_words(session):
    good, missing = heads.current_head(session), SeenHead("given", 40, "ab" * 32)
    assert journal_check.check_journal(session, [good]).sound
    other = SeenHead("given", 1, "ab" * 32)
    report = journal_check.check_journal(session, [missing, other])
    assert journal_check.report_words(report) == [
        "The journal ends at line 1. According to what you compare it with, it went on to line 40.",
        "Line 1 of the journal is another one than according to what you compare it with.",
    ]


def test_chains_of_two_computers_lie_in_one_store(session):
    """Lines of another computer arrive whole: their numbers begin at 1 again, and each chain is checked."""
    from shelter_app.storage.journal import Journal

    cases.new_case(session)
    other = Journal(session.store, session.keyring, "other-device")
    with session.store.transaction():
        for number in range(3):
            other.write(Event("case.read", f"case-{number}"), session.now())
    cases.new_case(session)
    report = journal_check.check_journal(session)
    assert report.sound
    assert (report.devices, report.lines) == (2, 6)
    assert session.journal.head()[0] == 3
    assert session.journal.head("other-device")[0] == 3
    assert [line.device_id == session.device_id for line in session.journal.read()] == [
        True, False, False, False, True, True,
    ]  # fmt: skip
    open_up(session)
    session.store.execute("DELETE FROM journal WHERE seq = 2 AND device_id = 'other-device'")
    close_up(session)
    assert kinds(session) == ["gap"]


def test_the_progress_counts_lines(session):
    told = []
    journal_check.check_journal(session, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]
