"""The extract of a period: who is in it, who may make it, what is recorded, and that a repeat is the same to the letter."""

import errno
import json
from dataclasses import replace

import pytest

from shelter_app.anonymise.extract import OfficeTooSmall
from shelter_app.anonymise.extract_check import check_extract
from shelter_app.casework import cases, entries, extract, registers, summary
from shelter_app.casework.errors import PeriodNotOver, PeriodOverlaps
from shelter_app.casework.extract_facts import record_facts
from shelter_app.domain.periods import Period
from shelter_app.exchange.registers import preview
from shelter_app.vault.errors import DiskFull, NotYours
from shelter_app.vault.rights import Role
from tests.app.anonymise.extract_offices import write_register

YEAR = Period.parse("2015")


def day(month, number, year=2015):
    return {"y": year, "m": month, "d": number}


def opened(session, registered, person_id=None, **more):
    person = {"name_latin": "CanaryName", "sex": "female", "birth": {"y": 1990}, "citizenship": ["VN"]} | more
    who = {"person_id": person_id} if person_id else {"person": person}
    return cases.new_case(session, **who, intake={"registered_on": registered})


def facts(session, period=YEAR):
    return record_facts(session, period)[0].rows


def test_only_codes_reach_the_extract(session):
    case = opened(session, day(3, 12))
    entries.save_entry(
        session, "experience",
        {"types": ["SexualExploitation", "ForcedBegging"], "sex_types": ["Prostitution"], "means": ["DebtBondage", "Other"],
         "exploitation_country": "CN", "exploitation_place": "CanaryPlace", "recruiter_relation": ["family"],
         "industry": "T_ActivitiesOfHouseholdsAsEmployers", "exploited_from": day(1, 1, 2013),
         "exploited_until": {"y": 2014, "m": 6}, "account": "CanaryStory"},
        case_id=case.case_id,
    )  # fmt: skip
    (row,) = facts(session)
    assert (row.year, row.gender, row.age, row.citizenship, row.exploited_in) == (
        2015,
        "woman",
        24,
        "VN",
        "CN",
    )
    assert row.duration == "13--24 (1-2 yrs)"
    assert row.flags == (
        "isForcedLabour", "isSexualExploit", "meansDebtBondageEarnings", "recruiterRelationFamily",
        "typeOfLabourDomesticWork", "typeOfSexProstitution",
    )  # fmt: skip
    for canary in ("Canary", case.number, case.case_id, "2015-03", "-03-12"):
        assert canary not in repr(row)


@pytest.mark.parametrize(
    ("begun", "ended", "band"),
    [
        (day(1, 1), day(12, 31), "0--12 (0-1 yr)"),
        (day(1, 1), day(1, 1, 2016), "0--12 (0-1 yr)"),
        (day(1, 1), day(2, 1, 2016), "13--24 (1-2 yrs)"),
        ({"y": 2010}, {"y": 2014}, "25+ (2+ yrs)"),
        ({"y": 2014}, {"y": 2015}, None),
        (day(1, 1), None, None),
    ],
)
def test_a_duration_is_told_only_where_its_band_is_certain(session, begun, ended, band):
    case = opened(session, day(3, 12))
    dates = {"exploited_from": begun, "exploited_until": ended}
    entries.save_entry(
        session, "experience", {key: date for key, date in dates.items() if date}, case_id=case.case_id
    )
    (row,) = facts(session)
    assert row.duration == band


def test_a_person_belongs_to_the_period_of_the_first_registration_alone(session):
    first = opened(session, day(3, 12))
    opened(session, day(8, 1), person_id=first.person_id)
    opened(session, day(2, 2, 2016), person_id=first.person_id)
    assert len(facts(session)) == 1
    assert facts(session, Period.parse("2016")) == ()
    assert facts(session, Period.parse("2015-Q3")) == ()


def test_who_was_found_not_to_be_trafficked_and_two_countries_are_left_out(session):
    opened(session, day(3, 12), citizenship=["VN", "CN"])
    assert facts(session)[0].citizenship is None
    cases.new_case(
        session, person={"sex": "male"},
        intake={"registered_on": day(4, 1), "trafficking_status": "NotAVictimOfTrafficking"},
    )  # fmt: skip
    assert len(facts(session)) == 1


@pytest.fixture(name="national")
def national_fixture(session, tmp_path):
    """A national office with 260 persons of 2015, brought in from a register."""
    register = write_register(tmp_path / "register.csv", 260)
    registers.import_register(session, preview(register, today=session.today))
    extract.set_office(session, "national")
    return session


def actions(session):
    return [
        line.action
        for line in session.journal.read(limit=50)
        if line.action.startswith(("summary", "settings"))
    ]


def test_a_post_makes_no_extracts_until_somebody_who_may_says_otherwise(session, as_role):
    with pytest.raises(extract.ExtractsOff, match="national"):
        extract.preview_extract(session, YEAR)
    worker = as_role(Role.CASEWORKER)
    with pytest.raises(NotYours):
        extract.set_office(worker, "national")
    supervisor = as_role(Role.SUPERVISOR)
    extract.set_office(supervisor, "national")
    extract.set_office(supervisor, "national")
    assert extract.office(supervisor) == "national"
    assert actions(supervisor) == ["settings.office"]
    with pytest.raises(OfficeTooSmall, match="longer period"):
        extract.preview_extract(supervisor, YEAR)


def test_an_extract_is_recorded_and_a_repeat_gives_the_same_files(national, tmp_path):
    first = extract.preview_extract(national, YEAR)
    written = extract.write_extract(national, first, tmp_path / "one")
    assert [path.name for path in written] == ["extract-KM-2015.csv", "extract-KM-2015-notes.json"]
    opened(national, day(5, 5))
    again = extract.preview_extract(national, YEAR, codebook="2026", keep="ages")
    assert (again.repeated, again.codebook, again.keep, again.rows) == (True, "2024", "even", first.rows)
    repeated = extract.write_extract(national, again, tmp_path / "two")
    assert [path.read_bytes() for path in written] == [path.read_bytes() for path in repeated]
    assert len(extract.past_extracts(national)) == 1
    assert actions(national) == ["summary.extract_repeated", "summary.extracted", "settings.office"]


def test_the_files_hold_checked_rows_and_notes_and_nobody(national, tmp_path):
    made = extract.preview_extract(national, YEAR, codebook="2026")
    rows, notes = (path.read_bytes() for path in extract.write_extract(national, made, tmp_path / "out"))
    assert check_extract(rows.decode("utf-8")).held
    told = json.loads(notes)
    assert [column["name"] for column in told["columns"]] == rows.decode("utf-8").split("\r\n")[0].split(",")
    assert "no codebook of 2026" in next(
        c["source"] for c in told["columns"] if c["name"].startswith("sectorOfSex")
    )
    assert all(note["zh"] and note["en"] for note in told["notes"])
    for canary in (b"Canary", b"2015-0", made.cases[0].encode(), b"LM"):
        assert canary not in rows + notes.replace(b'"first": "2015-01-01"', b"")


def test_two_previews_of_the_same_facts_give_the_same_rows(national):
    one, two = (extract.preview_extract(national, YEAR) for _ in range(2))
    assert one.files["extract-KM-2015.csv"] == two.files["extract-KM-2015.csv"]
    assert one.extract_id != two.extract_id


def test_an_extract_is_made_from_the_cases_of_the_tables_and_beside_them(national, tmp_path):
    summary.write_release(national, summary.make_preview(national, YEAR), tmp_path / "tables")
    late = opened(national, day(5, 5))
    made = extract.preview_extract(national, YEAR)
    assert late.case_id not in made.cases
    extract.write_extract(national, made, tmp_path / "rows")


@pytest.mark.parametrize("text", ["2015-Q1", "2015-H2", "2014-07-01..2015-06-30"])
def test_a_period_that_overlaps_an_extract_or_tables_is_refused(national, tmp_path, text):
    extract.write_extract(national, extract.preview_extract(national, YEAR), tmp_path)
    with pytest.raises(PeriodOverlaps, match="2015"):
        extract.preview_extract(national, Period.parse(text))
    release = replace(summary.make_preview(national, YEAR).release, period=Period.parse(text))
    with pytest.raises(PeriodOverlaps, match="2015"):
        extract.check_tables(national, release)


def test_tables_of_part_of_the_period_stand_in_the_way(national, tmp_path):
    summary.write_release(national, summary.make_preview(national, Period.parse("2015-Q1")), tmp_path)
    with pytest.raises(PeriodOverlaps, match="2015-Q1"):
        extract.preview_extract(national, YEAR)


def test_tables_that_come_after_an_extract_are_looked_at_with_it(national, tmp_path):
    release = summary.make_preview(national, YEAR).release
    extract.check_tables(national, release)
    extract.write_extract(national, extract.preview_extract(national, YEAR), tmp_path)
    extract.check_tables(national, release)
    unknown = replace(release.tables[0], id="new_table")
    with pytest.raises(extract.TablesBesideExtract, match="2015"):
        extract.check_tables(national, replace(release, tables=(*release.tables, unknown)))


def test_what_left_the_office_meanwhile_makes_an_extract_outdated(national, tmp_path):
    made = extract.preview_extract(national, YEAR)
    summary.write_release(national, summary.make_preview(national, YEAR), tmp_path / "tables")
    with pytest.raises(extract.ExtractOutdated, match="again"):
        extract.write_extract(national, made, tmp_path / "rows")
    assert not (tmp_path / "rows").exists()
    fresh, second = (extract.preview_extract(national, YEAR) for _ in range(2))
    extract.write_extract(national, fresh, tmp_path / "rows")
    with pytest.raises(extract.ExtractOutdated):
        extract.write_extract(national, second, tmp_path / "more")


def test_a_period_that_goes_on_is_not_written(national, tmp_path, clock):
    clock.moment = clock.moment.replace(year=2015, month=12, day=31)
    made = extract.preview_extract(national, YEAR)
    with pytest.raises(PeriodNotOver):
        extract.write_extract(national, made, tmp_path / "rows")
    assert extract.past_extracts(national) == []


def test_a_disk_that_cannot_hold_the_files_leaves_no_record_behind(national, tmp_path, monkeypatch):
    made = extract.preview_extract(national, YEAR)

    def full(*_args):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("shelter_app.reports.summary._write_synced", full)
        with pytest.raises(DiskFull):
            extract.write_extract(national, made, tmp_path / "rows")
    assert extract.past_extracts(national) == []
    extract.write_extract(national, made, tmp_path / "rows")


def test_a_record_is_never_changed(national, tmp_path):
    extract.write_extract(national, extract.preview_extract(national, YEAR), tmp_path)
    for sql in ("UPDATE extracts SET keep = 'ages'", "DELETE FROM extracts"):
        with pytest.raises(Exception, match="extract is not"), national.store.transaction():
            national.store.execute(sql)
