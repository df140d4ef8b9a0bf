"""All files of one office together: what they tell in common is attacked, whatever each says alone."""

from __future__ import annotations

import dataclasses

import pytest

from shelter_app.anonymise.release import Cell
from shelter_app.casework.package_check import verify_packages
from shelter_app.domain.periods import Period
from shelter_app.exchange.package import tar_bytes
from shelter_app.exchange.published import Mark, PublishedTable, Side, Summary
from shelter_app.exchange.verify_series import attack_series
from tests.app.package.dishonest import with_cell
from tests.app.package.package_world import ABOUT, OFFICE, OTHER_OFFICE, files_of, release_of

MONTH = ABOUT["made_on"]


def verified(tmp_path, *contents):
    paths = []
    for place, files in enumerate(contents):
        paths.append(tmp_path / f"{place}.tar")
        paths[-1].write_bytes(tar_bytes(files, MONTH))
    return verify_packages(paths, None, [OFFICE.public, OTHER_OFFICE.public])


def sent(period, release, **about):
    """A package of the office for a period."""
    release = dataclasses.replace(release, period=Period.parse(period))
    return files_of(release, release_id=f"KM-03-{period}", **about)


def test_the_same_period_with_one_more_case_is_refused(tmp_path):
    other = with_cell(release_of(), "persons", "new", Cell("shown", 200))
    first, second = verified(tmp_path, files_of(), files_of(other))
    assert first.sound
    assert second.verdict("series") == "refused"


def test_the_same_period_sent_again_unchanged_passes(tmp_path):
    assert all(report.sound for report in verified(tmp_path, files_of(), files_of()))


def test_another_office_may_have_other_figures_for_the_period(tmp_path):
    reports = verified(
        tmp_path, files_of(), files_of(release_of(2000, 8, "2025-H2", "independent"), OTHER_OFFICE)
    )
    assert all(report.sound for report in reports)


def test_periods_that_lie_apart_pass(tmp_path):
    reports = verified(tmp_path, sent("2025-H1", release_of(300, 8)), files_of())
    assert [finding.sentence("en") for report in reports for finding in report.findings] == []
    assert all(report.sound for report in reports)


# Exact figures of large offices, by hand: only a difference tells anything here ---------------------------


def people_of(period, women, men, new):
    """A release of exact figures: sex without ages, and who is new; by the row also persons of no known sex."""

    def table(name, title, rows):
        sides = tuple(Side(code, role, least, code, code) for code, role, _, least in rows)
        cells = {
            (code, "persons"): Mark("shown" if value > 10 else "small", value if value > 10 else None)
            for code, _, value, _ in rows
        }
        facts = {
            "id": name,
            "folded": [],
            "columns_folded": [],
            "additive": True,
            "sensitive": False,
            "codelist": "",
            "title": title,
        }
        return PublishedTable(
            name, f"{name}.csv", sides, (Side("persons", "total", 0, "", ""),), cells, facts, title, title
        )

    total = women + men + 40
    tables = (
        table("persons", "Persons", [("new", "item", new, 0), ("continuing", "item", total - new, 0), ("total", "total", total, 50)]),
        table("sex_age", "Sex", [("woman", "item", women, 0), ("man", "item", men, 0), ("other", "item", 40, 0), ("total", "total", total, 50)]),
    )  # fmt: skip
    text = Period.parse(period)
    manifest = {"period": {"text": text.text}, "protection": {"rounding": 1}, "post": "KM"}
    return Summary(manifest, {}, {"period": period}, tables, {})


def found(*summaries):
    return [finding.sentence("en") for _, finding in attack_series(summaries) if finding]


def test_three_women_who_came_between_two_releases_are_found():
    assert any("woman" in text and "one to ten persons came" in text for text in found(people_of("2025-H1", 4000, 1500, 2000), people_of("2025", 4003, 1600, 2200)))  # fmt: skip


def test_three_women_who_were_taken_out_are_found():
    assert any("woman" in text and "taken out" in text for text in found(people_of("2025-H1", 4000, 1500, 2000), people_of("2025", 3997, 1600, 2200)))  # fmt: skip


def test_many_who_came_give_nobody_away():
    assert found(people_of("2025-H1", 4000, 1500, 2000), people_of("2025", 4100, 1600, 2200)) == []


def test_the_order_of_the_files_changes_nothing():
    assert found(people_of("2025", 4003, 1600, 2200), people_of("2025-H1", 4000, 1500, 2000))


def test_new_persons_of_the_parts_are_those_of_the_whole():
    first, second = people_of("2025-H1", 4000, 1500, 2000), people_of("2025-H2", 4100, 1550, 300)
    assert found(first, second, people_of("2025", 4200, 1700, 2300)) == []
    assert any(
        "cannot all be right" in text for text in found(first, second, people_of("2025", 4200, 1700, 2400))
    )


def test_periods_that_overlap_in_part_only_tell_nothing_of_each_other():
    assert (
        found(
            people_of("2025-01-01..2025-06-30", 4000, 1500, 2000),
            people_of("2025-06-01..2025-12-31", 4003, 1600, 2200),
        )
        == []
    )


@pytest.mark.parametrize("women", [3990, 3995, 3999, 4001, 4005, 4010])
def test_every_small_difference_is_found(women):
    assert any(
        "woman" in text
        for text in found(people_of("2025-H1", 4000, 1500, 2000), people_of("2025", women, 1600, 2200))
    )
