"""The description of the CSV files follows the Data Package standard, and the EU groups are no more than the tables tell."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from shelter_app.anonymise.release import Cell
from shelter_app.reports.flow_picture import flow_picture, has_flows
from shelter_app.reports.summary_eu import eu_csv
from tests.app.package.dishonest import STEM, with_cell
from tests.app.package.invented import people
from tests.app.package.package_world import files_of, release_of

#: What the profile of Data Package 2.0 and of its resources, dialects and schemas asks for, as far as it concerns tables.
NAME = re.compile(r"[a-z0-9._-]+")
TYPES = {"string", "integer"}


@pytest.fixture
def body(sound):
    return json.loads(sound["datapackage.json"])


def test_the_description_has_what_the_standard_asks_for(body, sound):
    assert body["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert NAME.fullmatch(body["name"])
    assert re.fullmatch(r"\d{4}-\d{2}-01T00:00:00Z", body["created"])
    names = [resource["name"] for resource in body["resources"]]
    assert len(set(names)) == len(names) == len(release_of().tables)
    for resource in body["resources"]:
        assert NAME.fullmatch(resource["name"])
        assert resource["path"] in sound
        assert not re.match(r"/|\.\.|\w+:", resource["path"])
        assert resource["type"] == "table"
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", resource["hash"])
        assert resource["bytes"] == len(sound[resource["path"]])


def test_the_schema_fits_every_line(body, sound):
    for resource in body["resources"]:
        lines = list(csv.reader(io.StringIO(sound[resource["path"]].decode("utf-8-sig"))))
        fields = resource["schema"]["fields"]
        assert lines[0] == [field["name"] for field in fields]
        assert {field["type"] for field in fields} == TYPES
        figure = fields[-1]
        for line in lines[1:]:
            assert line[-1] in figure["missingValues"] or line[-1].isdigit()
        keys = [lines[0].index(name) for name in resource["schema"]["primaryKey"]]
        rows = [tuple(line[place] for place in keys) for line in lines[1:]]
        assert len(set(rows)) == len(rows)


def ranges(release):
    lines = csv.DictReader(io.StringIO(eu_csv(release).decode("utf-8-sig")))
    return {(line["group"], line["item"]): (int(line["least"]), int(line["most"])) for line in lines}


@pytest.mark.parametrize(("size", "seed"), [(300, 5), (300, 8), (2000, 5), (120, 3)])
def test_every_eu_range_holds_the_truth(size, seed):
    from shelter_app.reports.summary_eu import EU_COUNTRIES

    rows = people(size, seed, "2025-H2").rows
    found = ranges(release_of(size, seed))
    truth = {
        ("persons", "total"): len(rows),
        ("sex", "woman"): sum(row.sex == "woman" for row in rows),
        ("sex", "man"): sum(row.sex == "man" for row in rows),
        ("sex", "other-sex"): sum(row.sex not in ("woman", "man") for row in rows),
        ("age", "minor"): sum(row.age is not None and row.age < 18 for row in rows),
        ("age", "adult"): sum(row.age is not None and row.age >= 18 for row in rows),
        ("age", "not-stated"): sum(row.age is None for row in rows),
        ("citizenship", "eu"): sum(bool(set(row.citizenships) & EU_COUNTRIES) for row in rows),
        ("citizenship", "not-stated"): sum(not row.citizenships for row in rows),
        ("form", "sexual"): sum("SexualExploitation" in row.types for row in rows),
    }
    for key, count in truth.items():
        if key in found:
            assert found[key][0] <= count <= found[key][1], key
    assert ("persons", "total") in found


def test_a_range_changes_only_with_a_published_figure():
    release = release_of()
    other = with_cell(release, "sex_age", "woman", Cell("hidden"), "total")
    changed = {key for key, value in ranges(release).items() if ranges(other)[key] != value}
    assert changed == {("sex", "woman")}


def test_ways_are_drawn_for_countries_and_shown_figures_only():
    import dataclasses

    release = release_of()
    origin, place = release.table("citizenship"), release.table("exploitation_country")
    rows = tuple(line for line in origin.rows if line.codelist)[:3]
    columns = tuple(line for line in place.rows if line.codelist)[:2]
    cells = (
        (Cell("shown", 40), Cell("shown", 30)),
        (Cell("small"), Cell("hidden")),
        (Cell("shown", 50), Cell("small")),
    )
    table = dataclasses.replace(
        origin, id="citizenship_by_exploitation_country", rows=rows, columns=columns, cells=cells
    )
    assert has_flows(table)
    from reportlab.graphics.shapes import Path

    assert sum(isinstance(each, Path) for each in flow_picture(table).contents) == 3
    assert not has_flows(origin)
    assert not has_flows(dataclasses.replace(table, cells=(*cells[:2], cells[1])))


def test_files_are_named_by_post_period_and_table_only(sound):
    plain = {"letter.pdf", "datapackage.json", "manifest.json", "manifest.sig"}
    assert all(name in plain or name.startswith(STEM) for name in files_of())
