"""The journal is read by kind, person, case and days, at any length, and leaves the vault as a report that is recorded."""

import ast
import datetime as dt
import re
from pathlib import Path

import pypdfium2
import pytest

import shelter_app.casework
from shelter_app.casework import cases, entries, heads, journal_report, printing
from shelter_app.casework.errors import NoSuchCase, ReportTooLong
from shelter_app.casework.journal import (
    JournalFilter,
    all_lines,
    case_of_number,
    read_journal,
    who_opened,
    writers,
)
from shelter_app.casework.journal_words import ACTIONS, KIND_LABELS, KINDS, kind_of
from shelter_app.casework.trust import trust_of
from shelter_app.domain.forms import form
from shelter_app.vault.errors import DiskFull, NotYours
from shelter_app.vault.rights import Role
from shelter_i18n import gettext_in


def text_of(path):
    document = pypdfium2.PdfDocument(path)
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in document))


# Reading


def test_a_case_is_asked_for_by_its_number_and_its_entries_are_among_its_lines(session):
    one, other = cases.new_case(session), cases.new_case(session)
    entries.save_entry(session, "note", {"text": "x"}, case_id=one.case_id)
    found = case_of_number(session, f" {one.number.lower()} ")
    assert found is not None
    lines = read_journal(session, JournalFilter(case_id=found.id)).lines
    assert [(line.action, line.about) for line in lines] == [
        ("entry.added", one.number), ("case.opened", one.number),
    ]  # fmt: skip
    assert case_of_number(session, "KM-A-26-9999-X") is None
    assert other.number not in {line.about for line in lines}


def test_days_are_those_of_the_post_and_both_are_included(session, clock):
    for _ in range(3):
        cases.new_case(session)
        clock.go_on(days=1)
    first = session.today - dt.timedelta(days=3)

    def count(**wanted):
        return len(read_journal(session, JournalFilter(**wanted)).lines)

    assert count(first_day=first, last_day=first) == 2  # with the line of the new vault
    assert count(first_day=first + dt.timedelta(days=1)) == 2
    assert count(last_day=first + dt.timedelta(days=1)) == 3
    assert count(first_day=first + dt.timedelta(days=9)) == 0
    assert count(kind="vault", last_day=first) == 1


def test_a_clock_that_went_back_hides_no_line_from_its_day(session, clock):
    later = session.today + dt.timedelta(days=400)
    cases.new_case(session)
    clock.go_on(days=400)
    cases.new_case(session)
    clock.go_on(days=-400)
    cases.new_case(session)
    assert len(read_journal(session, JournalFilter(last_day=later - dt.timedelta(days=1))).lines) == 3
    assert len(read_journal(session, JournalFilter(first_day=later)).lines) == 1


def test_every_filter_gives_what_walking_through_all_lines_gives(session, as_role, clock):
    """The store is asked in different ways for each filter; all of them agree with the plain one."""
    opened = [cases.new_case(session) for _ in range(4)]
    entries.save_entry(session, "note", {"text": "x"}, case_id=opened[0].case_id)
    other = as_role(Role.SUPERVISOR)
    for each in opened:
        cases.open_case(other, each.case_id)
    cases.assign(other, opened[1].case_id, other.user_id)
    whole = [line for page in all_lines(other, JournalFilter()) for line in page]
    assert len(whole) == other.journal.head()[0]
    for kind in KINDS:
        for actor in (None, session.user_id, other.user_id, "nobody"):
            for case_id in (None, opened[0].case_id, opened[1].case_id):
                wanted = JournalFilter(kind, actor, case_id)
                expected = [
                    line.seq
                    for line in whole
                    if kind_of(line.action, kind)
                    and actor in (None, line.actor_id)
                    and case_id in (None, line.case_id)
                ]
                found = [line.seq for page in all_lines(other, wanted) for line in page]
                assert found == expected, wanted
                if expected:
                    paged = read_journal(other, wanted, limit=1)
                    assert [line.seq for line in paged.lines] == expected[:1]
                    assert (paged.next_before is None) == (len(expected) == 1)


def test_each_filter_of_a_long_journal_takes_few_statements_and_walks_an_index(session):
    """Lines are put in by hand: signing them would take long and changes nothing about reading."""
    opened = [cases.new_case(session) for _ in range(3)]
    trust_of(session)  # read once when somebody signs in, and kept
    session.store.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
        " INSERT INTO journal (seq, device_id, at, actor, action, subject, detail, prev, mac, sig, epoch)"
        " SELECT 100 + i, ?, '2026-04-' || printf('%02d', 1 + i % 28) || 'T10:00:00.000000+00:00',"
        " CASE i % 5 WHEN 0 THEN ? ELSE 'other' END,"
        " CASE WHEN i % 20000 = 5 THEN 'user.added' WHEN i % 3 = 0 THEN 'entry.added' ELSE 'case.read' END,"
        " 'subject' || (i % 9000), '{}', x'00', x'00', x'00', 1 FROM n",
        (session.device_id, session.user_id),
    )
    day = dt.date(2026, 4, 7)
    filters = [
        JournalFilter(), JournalFilter("users"), JournalFilter("changes"), JournalFilter("reading", "other"),
        JournalFilter("users", session.user_id), JournalFilter(actor=session.user_id),
        JournalFilter(case_id=opened[1].case_id), JournalFilter("reading", case_id="subject77"),
        JournalFilter(first_day=day, last_day=day), JournalFilter("vault", first_day=dt.date(2026, 3, 1)),
    ]  # fmt: skip
    for wanted in filters:
        ran = []
        session.store.trace_statements(ran.append)
        page = read_journal(session, wanted)
        session.store.trace_statements(None)
        assert len(ran) <= 26, (wanted, ran)
        assert page.lines, wanted
        if wanted.case_id is not None:
            plan = session.store.rows(f"EXPLAIN QUERY PLAN {next(sql for sql in ran if 'about' in sql)}")
            assert "journal_by_about" in plan[0][3], plan
        for sql in ran:
            plan = session.store.rows(f"EXPLAIN QUERY PLAN {sql}")
            # Scanning is only allowed along an index in the order that is wanted, which the limit ends.
            walks = [row[3] for row in plan if row[3].startswith("SCAN journal")]
            assert all("INDEX" in walk or "ORDER BY arrived DESC LIMIT" in sql for walk in walks), plan
            assert not any("TEMP B-TREE FOR ORDER BY" in row[3] and "journal" in sql and "UNION" not in sql
                           for row in plan), (sql, plan)  # fmt: skip


def test_a_restricted_case_is_not_named_to_who_may_not_see_it(session, as_role):
    opened = cases.new_case(session)
    cases.assign(session, opened.case_id, session.user_id)
    cases.restrict(session, opened.case_id, restricted=True)
    # An administrator without the people key reads the journal and sees no restricted case.
    admin = as_role(Role.ADMINISTRATOR)
    about = {line.action: line for line in read_journal(admin).lines}
    assert about["case.restricted"].withheld
    assert about["case.restricted"].about == ""
    assert about["case.restricted"].case_id is None
    assert case_of_number(admin, opened.number) is None
    with pytest.raises(NotYours):
        read_journal(admin, JournalFilter(case_id=opened.case_id))
    with pytest.raises(NotYours):
        who_opened(admin, opened.case_id)


def test_a_supervisor_sees_who_opened_a_case_and_how_often(session, as_role, clock):
    opened = cases.new_case(session)
    colleague = as_role(Role.CASEWORKER)
    cases.open_case(colleague, opened.case_id)
    entries.save_entry(colleague, "note", {"text": "x"}, case_id=opened.case_id)
    with pytest.raises(NotYours):
        who_opened(colleague, opened.case_id)
    supervisor = as_role(Role.SUPERVISOR)
    clock.go_on(hours=5)
    cases.open_case(supervisor, opened.case_id)
    found = who_opened(supervisor, opened.case_id)
    assert [(each.name, each.began, each.readings, each.changes) for each in found] == [
        (supervisor.keyring.name, False, 1, 0), (colleague.keyring.name, False, 1, 1), ("LM", True, 0, 0),
    ]  # fmt: skip
    assert found[1].first < found[1].last < found[0].first
    # Looking is recorded, and changes nothing about what is shown the next time.
    assert supervisor.journal.read(limit=1)[0].action == "case.opener_seen"
    again = who_opened(supervisor, opened.case_id)
    assert [(each.readings, each.changes) for each in again] == [(1, 0), (1, 1), (0, 0)]
    assert (supervisor.user_id, supervisor.keyring.name) in writers(supervisor)


# Words


def _actions_in(path):
    """Names of actions in calls that write the journal: the first argument of `record` or `Event`, or of a helper."""
    prefixes = {name.split(".")[0] for name in ACTIONS}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        arguments = node.args[:1] if name in ("record", "Event") else node.args
        for argument in arguments:
            for part in ast.walk(argument) if name in ("record", "Event") else [argument]:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    known = re.fullmatch(r"([a-z]+)\.[a-z_]+", part.value)
                    if known and (
                        name in ("record", "Event") or (known[1] in prefixes and name.startswith("_"))
                    ):
                        yield part.value


def test_every_action_that_the_program_writes_has_words_in_both_languages_and_a_kind():
    root = Path(shelter_app.casework.__file__).parents[1]
    written = {action for path in root.rglob("*.py") for action in _actions_in(path)}
    assert {"case.opened", "case.assigned", "session.closed", "form.printed", "entry.corrected"} <= written
    assert written - ACTIONS.keys() == set()
    for action in written:
        assert any(kind_of(action, kind) for kind in KINDS if kind != "all"), action
    assert KIND_LABELS.keys() == KINDS.keys()
    catalogue = "import.made", "case.opened"
    assert all(gettext_in("zh", ACTIONS[action]) != ACTIONS[action] for action in catalogue)


# The report


def test_a_report_holds_the_lines_of_its_filter_and_where_the_journal_ended(session, tmp_path):
    opened = [cases.new_case(session, person={"name_latin": "Canary Person"}) for _ in range(3)]
    head = heads.current_head(session)
    path = tmp_path / "journal.pdf"
    count = journal_report.write_journal_report(
        session, path, JournalFilter("changes", session.user_id, opened[1].case_id, session.today, session.today),
        language="en",
    )  # fmt: skip
    text = text_of(path)
    assert count == 1
    assert opened[1].number in text
    assert opened[0].number not in text
    assert "Confidential" in text
    assert "Canary" not in text
    assert f"Journal line {head.number}: {' '.join(heads.head_words(head.digest))}" in text
    assert "12 March 2026" in text
    line = session.journal.read(limit=1)[0]
    assert (line.action, line.detail["lines"], line.detail["case"]) == (
        "journal.reported", 1, opened[1].case_id,
    )  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_report_has_many_pages_and_every_line_once(session, tmp_path):
    for _ in range(90):
        cases.new_case(session)
    journal_report.write_journal_report(session, tmp_path / "journal.pdf", language="zh")
    document = pypdfium2.PdfDocument(tmp_path / "journal.pdf")
    assert len(document) > 1
    text = text_of(tmp_path / "journal.pdf")
    numbers = re.findall(r"\b(\d+) 2026-03-12", text)
    assert sorted(map(int, numbers)) == list(range(1, 92))
    assert [int(number) for number in numbers] == list(range(91, 0, -1))


def test_a_report_that_is_too_long_or_not_allowed_or_not_recorded_leaves_no_file(
    session, as_role, tmp_path, monkeypatch
):
    for _ in range(4):
        cases.new_case(session)
    path = tmp_path / "journal.pdf"
    with pytest.raises(ReportTooLong) as refused:
        journal_report.write_journal_report(session, path, most=4)
    assert "4 lines" in refused.value.render("en")
    assert not path.exists()
    before = session.journal.head()

    def full(*_args, **_more):
        raise DiskFull

    monkeypatch.setattr(session.journal, "write", full)
    with pytest.raises(DiskFull):
        journal_report.write_journal_report(session, path)
    monkeypatch.undo()
    assert not path.exists()
    assert session.journal.head() == before
    caseworker = as_role(Role.CASEWORKER)
    with pytest.raises(NotYours):
        journal_report.write_journal_report(caseworker, path)
    assert not path.exists()


# Forms on paper


def test_a_filled_form_is_recorded_after_it_was_written_and_bears_where_the_journal_stood(session, tmp_path):
    opened = cases.new_case(session)
    head = heads.current_head(session)
    path = tmp_path / "form.pdf"
    printing.print_form(
        session, form("note"), {"text": "hello"}, path, case_id=opened.case_id, language="en"
    )  # fmt: skip
    text = text_of(path)
    assert opened.number in text
    assert f"Journal line {head.number}: {' '.join(heads.head_words(head.digest))}" in text
    line = session.journal.read(limit=1)[0]
    assert (line.action, line.subject, line.detail) == (
        "form.printed", opened.case_id, {"form": form("note").public_id, "filled": True},
    )  # fmt: skip
    printing.print_form(session, form("note"), None, path, language="en")
    assert "Journal line" not in text_of(path)


def test_who_may_not_take_a_case_out_prints_only_the_blank_form(session, as_role, tmp_path):
    opened = cases.new_case(session)
    hidden = cases.new_case(session)
    cases.restrict(session, hidden.case_id, restricted=True)
    nurse = as_role(Role.HEALTH_WORKER)
    with pytest.raises(NotYours):
        printing.print_form(nurse, form("note"), {"text": "x"}, tmp_path / "a.pdf", case_id=opened.case_id)
    printing.print_form(nurse, form("note"), None, tmp_path / "blank.pdf", case_id=opened.case_id)
    worker = as_role(Role.CASEWORKER)
    with pytest.raises(NotYours):
        printing.print_form(worker, form("note"), {"text": "x"}, tmp_path / "a.pdf", case_id=hidden.case_id)
    with pytest.raises(NoSuchCase):
        printing.print_form(worker, form("note"), {"text": "x"}, tmp_path / "a.pdf", case_id="none")
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["blank.pdf"]


def test_a_form_whose_printing_cannot_be_recorded_is_not_left_behind(session, tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise DiskFull

    monkeypatch.setattr(session.journal, "write", full)
    with pytest.raises(DiskFull):
        printing.print_form(session, form("note"), {"text": "x"}, tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()
