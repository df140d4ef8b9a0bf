"""The summary of a period: who is counted, what is recorded, and that a repeat is the same to the letter."""

import errno

import pytest

from shelter_app.casework import cases, entries, registers, summary
from shelter_app.casework.errors import PeriodNotOver
from shelter_app.domain.periods import Period
from shelter_app.exchange.registers import preview
from shelter_app.vault.errors import DiskFull, NotYours
from shelter_app.vault.rights import Role
from shelter_resources import open_path

Q1, Q2 = Period.parse("2026-Q1"), Period.parse("2026-Q2")


def day(month, number, year=2026):
    return {"y": year, "m": month, "d": number}


@pytest.fixture
def opened(session):
    return cases.new_case(
        session,
        person={"name_latin": "CanaryName", "sex": "female", "birth": {"y": 2000}, "citizenship": ["VN"]},
        intake={"registered_on": day(2, 3)},
    )


def row(session, period):
    rows = summary.coded_facts(session, period)[0].rows
    assert len(rows) <= 1
    return rows[0] if rows else None


def test_a_case_is_new_once_and_continues_until_it_is_closed(session, opened):
    assert row(session, Period.parse("2025")) is None
    assert row(session, Q1).new
    assert not row(session, Q2).new
    entries.save_entry(
        session, "closure", {"closed_on": day(4, 2), "reason": "goals_met"}, case_id=opened.case_id
    )
    assert not row(session, Q2).new
    assert row(session, Period.parse("2026-Q3")) is None


def test_who_has_gone_home_does_not_continue_for_ever(session, opened):
    entries.save_entry(
        session, "return_step",
        {"stage": "handover", "step": "departure", "status": "done", "done_on": day(2, 20), "outcome": "returned"},
        case_id=opened.case_id,
    )  # fmt: skip
    assert (row(session, Q1).return_stage, row(session, Q1).return_outcome) == ("handover", "returned")
    assert row(session, Q2) is None


def test_only_what_was_given_in_the_period_counts(session, opened):
    for kind, status, on in (
        ("legal", "given", day(3, 1)),
        ("medical", "given", day(4, 1)),
        ("shelter", "planned", None),
    ):
        values = {"service_kind": kind, "status": status}
        entries.save_entry(
            session, "service", values | ({"given_on": on} if on else {}), case_id=opened.case_id
        )
    assert row(session, Q1).services == ("legal",)
    assert row(session, Q2).services == ("medical",)


def test_a_service_without_a_day_counts_with_the_registration(session, opened):
    entries.save_entry(
        session, "service", {"service_kind": "legal", "status": "given"}, case_id=opened.case_id
    )
    assert row(session, Q1).services == ("legal",)
    assert row(session, Q2).services == ()


def test_what_was_planned_or_declined_counts_by_state_and_not_as_given(session, opened):
    for values in (
        {"service_kind": "legal", "status": "planned", "planned_on": day(3, 1)},
        {"service_kind": "medical", "status": "declined", "planned_on": day(4, 1)},
        {"service_kind": "shelter", "status": "declined"},
        {"service_kind": "legal", "status": "given", "given_on": day(3, 2)},
    ):
        entries.save_entry(session, "service", values, case_id=opened.case_id)
    assert row(session, Q1).service_states == (("legal", "planned"), ("shelter", "declined"))
    assert row(session, Q1).services == ("legal",)
    assert row(session, Q2).service_states == (("medical", "declined"),)


def test_a_follow_up_counts_with_its_state_on_its_day(session, opened):
    for step, values in (
        ("follow_up_1", {"status": "done", "done_on": day(3, 1)}),
        ("follow_up_3", {"planned_on": day(5, 1)}),
        ("reception_plan", {"status": "done", "done_on": day(3, 1)}),
    ):
        at = {"stage": "reintegration", "step": step}
        entries.save_entry(session, "return_step", at | values, case_id=opened.case_id)
    assert row(session, Q1).follow_ups == (("follow_up_1", "done"),)
    # Who has gone home is counted again where something was done, not where it is only planned.
    assert row(session, Q2) is None
    done = {"stage": "reintegration", "step": "follow_up_3", "status": "done", "done_on": day(5, 2)}
    entries.save_entry(session, "return_step", done, case_id=opened.case_id)
    assert row(session, Q2).follow_ups == (("follow_up_3", "done"), ("follow_up_3", "planned"))


@pytest.mark.parametrize(
    ("begin", "end", "band"),
    [
        ({"y": 2024, "m": 1}, {"y": 2025, "m": 1}, "0--12"),
        ({"y": 2024, "m": 1}, {"y": 2025, "m": 3}, "13--24"),
        ({"y": 2024, "m": 1}, {"y": 2025, "m": 2}, None),
        ({"y": 2020}, {"y": 2024}, "25+"),
        ({"y": 2024}, None, None),
    ],
)
def test_recruiter_and_duration_are_coded_as_ctdc_does(session, opened, begin, end, band):
    values = {"recruiter_relation": ["family", "unknown"], "exploited_from": begin}
    entries.save_entry(
        session, "experience", values | ({"exploited_until": end} if end else {}), case_id=opened.case_id
    )
    assert row(session, Q1).recruiters == ("family",)
    assert row(session, Q1).duration == band


def test_two_stays_of_one_person_count_once(session, opened):
    cases.new_case(session, person_id=opened.person_id, intake={"registered_on": day(3, 1)})
    facts, used = summary.coded_facts(session, Q1)
    assert (len(facts.rows), len(used)) == (1, 2)


def test_a_partial_registration_counts_on_its_first_day_and_never_twice(session):
    cases.new_case(session, person={}, intake={"registered_on": {"y": 2026}})
    assert row(session, Q1).new
    assert not row(session, Q2).new


def test_nothing_but_codes_reaches_the_protection(session, opened):
    entries.save_entry(
        session, "experience",
        {"types": ["ForcedLabour"], "means": ["DebtBondage"], "exploitation_country": "CN", "exploitation_place": "CanaryPlace",
         "account": "CanaryStory"},
        case_id=opened.case_id,
    )  # fmt: skip
    text = repr(summary.coded_facts(session, Q1)[0])
    assert "ForcedLabour" in text
    for canary in ("Canary", opened.number, opened.case_id):
        assert canary not in text


@pytest.fixture
def office(session):
    """The consular register, every open decision left waiting."""
    registers.import_register(
        session, preview(open_path("samples", "consular_returnees_en.csv"), today=session.today)
    )
    return session


def test_a_release_is_recorded_and_a_repeat_gives_the_same_files(office, tmp_path):
    first = summary.make_preview(office, Period.parse("2014-H1"))
    written = summary.write_release(office, first, tmp_path / "one")
    entries.save_entry(office, "note", {"text": "later"}, case_id=first.cases[0])
    cases.new_case(office, person={}, intake={"registered_on": day(3, 1, 2014)})
    again = summary.make_preview(office, Period.parse("2014-H1"))
    assert again.repeated
    repeated = summary.write_release(office, again, tmp_path / "two")
    assert [p.name for p in written] == [p.name for p in repeated]
    assert [p.read_bytes() for p in written] == [p.read_bytes() for p in repeated]
    assert len(summary.past_releases(office)) == 1
    assert [e.action for e in office.journal.read(limit=50) if e.action.startswith("summary")] == [
        "summary.repeated", "summary.released",
    ]  # fmt: skip


def test_a_disk_that_cannot_hold_the_files_leaves_no_release_behind(office, tmp_path, monkeypatch):
    year = summary.make_preview(office, Period.parse("2014"))
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", _disk_is_full)
        with pytest.raises(DiskFull):
            summary.write_release(office, year, tmp_path / "full")
    assert list((tmp_path / "full").iterdir()) == []
    assert summary.past_releases(office) == []
    summary.write_release(office, summary.make_preview(office, Period.parse("2014-H1")), tmp_path / "half")
    assert [each.period.text for each in summary.past_releases(office)] == ["2014-H1"]


def _disk_is_full(_descriptor):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("text", ["2026-Q1", "2026", "2026-03-01..2026-03-12", "2040"])
def test_a_period_that_is_not_over_can_be_looked_at_and_not_written(office, tmp_path, text):
    preview = summary.make_preview(office, Period.parse(text))
    with pytest.raises(PeriodNotOver):
        summary.write_release(office, preview, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert summary.past_releases(office) == []
    yesterday = summary.make_preview(office, Period.parse("2026-03-01..2026-03-11"))
    assert summary.write_release(office, yesterday, tmp_path / "out")


def test_a_period_beside_it_is_fine(office, tmp_path):
    summary.write_release(office, summary.make_preview(office, Period.parse("2014-H1")), tmp_path)
    assert not summary.make_preview(office, Period.parse("2014-H2")).repeated


def test_a_preview_writes_nothing(office):
    before = office.journal.head()
    summary.make_preview(office, Period.parse("2014-H1"))
    assert office.journal.head() == before
    assert summary.past_releases(office) == []


def test_no_name_number_or_text_is_in_any_byte_of_the_files(office, tmp_path):
    import io
    import zipfile

    import pypdfium2

    from shelter_app.casework import lists, people

    names = [row.name for row in lists.case_list_of(office).page()]
    known = people.person_values(
        office, [c.person_id for c in map(case_of(office), lists.case_list_of(office).page())]
    )
    canaries = {str(name) for name in names} | {
        str(value)
        for values in known.values()
        for value in values.values()
        if isinstance(value, str) and len(value) > 3
    }
    canaries |= {row.number for row in lists.case_list_of(office).page()} | {
        office.user_name(office.user_id) + " "
    }
    canaries -= {"male", "female"}
    written = summary.write_release(office, summary.make_preview(office, Period.parse("2014-H1")), tmp_path)
    content = b""
    for path in written:
        data = path.read_bytes()
        content += data
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                content += b"".join(book.read(name) for name in book.namelist())
        if path.suffix == ".pdf":
            with pypdfium2.PdfDocument(data) as pdf:
                content += "".join(page.get_textpage().get_text_range() for page in pdf).encode()
    assert b"2014" in content
    found = {canary for canary in canaries if canary and canary.encode() in content}
    assert found == set()
    assert len(canaries) > 100


def case_of(session):
    return lambda row: cases.open_case(session, row.case_id).case


def test_a_reporting_officer_makes_the_summary_without_any_name(office, as_role, tmp_path):
    officer = as_role(Role.REPORTING_OFFICER)
    assert summary.write_release(officer, summary.make_preview(officer, Period.parse("2014-H1")), tmp_path)


def test_a_health_worker_does_not_make_summaries(session, as_role):
    with pytest.raises(NotYours):
        summary.make_preview(as_role(Role.HEALTH_WORKER), Q1)
