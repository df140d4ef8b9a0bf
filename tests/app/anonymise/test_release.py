"""A release is read back as it was written, explains itself in both languages, and refuses what is not one."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from shelter_app.anonymise.attack import attack
from shelter_app.anonymise.coded import CodedFacts
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import (
    Category,
    Cell,
    CellKey,
    ProtectedRelease,
    Protection,
    Reason,
    Table,
    cell_text,
    reason_text,
)
from shelter_app.anonymise.release_json import ReleaseFormatError
from shelter_app.anonymise.tables import ONE_WAY

Office = Callable[..., CodedFacts]


@pytest.fixture(name="protection", scope="module")
def protection_fixture(office: Office) -> Protection:
    return protect(office(300, 3), b"0" * 32)


@pytest.fixture(name="release")
def release_fixture(protection: Protection) -> ProtectedRelease:
    return protection.release


@pytest.mark.parametrize("size", [10, 60, 300])
def test_a_release_is_read_back_as_it_was_written(office: Office, size: int) -> None:
    for style in ("independent", "lopsided"):
        release = protect(office(size, 2, style), b"1" * 32).release
        text = release.to_json()
        assert ProtectedRelease.from_json(text) == release
        assert ProtectedRelease.from_json(text).to_json() == text


def test_the_text_is_canonical(release: ProtectedRelease) -> None:
    text = release.to_json()
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _with(text: str, change: Callable[[Any], None]) -> str:
    body = json.loads(text)
    change(body)
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_the_positive_control_of_the_next_test(release: ProtectedRelease) -> None:
    assert ProtectedRelease.from_json(_with(release.to_json(), lambda body: None)) == release


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.update(format="shelter-summary/9"),
        lambda body: body.update(extra=1),
        lambda body: body.pop("tables"),
        lambda body: body.update(threshold="11"),
        lambda body: body.update(threshold=True),
        lambda body: body.update(share_kept=1),
        lambda body: body.update(share_kept=float("nan")),
        lambda body: body.update(period="2015-Q9"),
        lambda body: body.update(codebooks=[["CTDC"]]),
        lambda body: body.update(tables={"a": 1}),
        lambda body: body["tables"][0]["cells"].pop(),
        lambda body: body["tables"][0]["cells"][0].append(10),
        lambda body: body["tables"][0]["cells"][0].__setitem__(0, "<5"),
        lambda body: body["tables"][0]["cells"][0].__setitem__(0, 10.0),
        lambda body: body["tables"][0]["cells"][0].__setitem__(0, None),
        lambda body: body["tables"][0]["rows"][0].update(role="boss"),
        lambda body: body["tables"][0]["rows"][0].update(code=7),
        lambda body: body["tables"][0].update(additive=1),
        lambda body: body["counts"].update(shown=None),
        lambda body: body["checks"][0].update(held="yes"),
        lambda body: body["notices"].append({"code": "x", "text": 1, "table": ""}),
    ],
)
def test_a_changed_structure_is_refused(release: ProtectedRelease, change: Callable[[Any], None]) -> None:
    with pytest.raises(ReleaseFormatError):
        ProtectedRelease.from_json(_with(release.to_json(), change))


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", "7", '{"format":"shelter-summary/1"}', "[" * 100_000]
)
def test_a_text_that_is_no_release_is_refused(text: str) -> None:
    with pytest.raises(ReleaseFormatError) as caught:
        ProtectedRelease.from_json(text)
    assert "newest version" in str(caught.value)


def test_other_spelling_of_the_same_release_is_refused(release: ProtectedRelease) -> None:
    with pytest.raises(ReleaseFormatError):
        ProtectedRelease.from_json(json.dumps(json.loads(release.to_json()), indent=1))


def test_a_cell_has_a_value_exactly_when_it_is_shown() -> None:
    for kind, value in (("shown", None), ("small", 3), ("hidden", 40)):
        with pytest.raises(ValueError, match="if and only if"):
            Cell(kind, value)  # type: ignore[arg-type]
    assert [cell_text(cell, "en") for cell in (Cell("shown", 1240), Cell("small"), Cell("hidden"))] == [
        *("1,240", "<11", "-")
    ]


def test_a_table_has_a_cell_for_each_row_and_column_and_cannot_be_changed(release: ProtectedRelease) -> None:
    table = release.tables[0]
    with pytest.raises(ValueError, match="one cell for each"):
        replace(table, cells=table.cells[1:])
    with pytest.raises(ValueError, match="one cell for each"):
        replace(table, columns=())
    with pytest.raises(FrozenInstanceError):
        table.id = "other"  # type: ignore[misc]


def test_labels_come_from_where_the_category_says() -> None:
    def known(codelist: str, code: str, language: str) -> str:
        return f"{codelist}:{code}:{language}"

    country = Category("CN", codelist="countries", key="CN")
    assert (country.label("en"), country.label("zh")) == ("China", "中国")
    region = Category("eastern-asia", codelist="regions", key="eastern-asia")
    assert (region.label("en"), region.label("zh")) == ("Eastern Asia", "东亚")
    rest = replace(region, text="Other countries in {name}")
    assert rest.label("en") == "Other countries in Eastern Asia"
    bands = [Category(code, codelist="age-bands", key=code).label("en") for code in ("0--8", "09--17", "48+")]
    assert bands == ["0 to 8 years", "9 to 17 years", "48 years and over"]
    assert Category("Health", codelist="services").label("en", known) == "services:Health:en"
    assert Category("Health", codelist="services").label("en") == "Health"
    assert Category("total", "total", "All persons").label() == "All persons"


def test_every_category_of_a_release_has_a_label(release: ProtectedRelease) -> None:
    for table in release.tables:
        for axis in (table.rows, table.columns):
            labels = [category.label("en", lambda _, code, __: code) for category in axis]
            assert all(labels)
            assert len(set(labels)) == len(labels)


def test_reasons_are_plain_sentences(release: ProtectedRelease) -> None:
    table = release.table("sex_age")
    band = next(column for column in table.columns if column.role == "item")
    text = reason_text(Reason("not-empty", CellKey("sex_age", "man", band.code)), table, "en")
    expected = f'"Men, {band.label("en")}" is not empty.'
    assert text == f"Hidden: with the totals, somebody could work out that {expected}"
    assert reason_text(Reason("small")) == "Ten persons or fewer, perhaps nobody."
    one_column = release.table("citizenship")
    about = Reason("too-few", CellKey("citizenship", "not-stated", "persons"))
    assert '"Not stated"' in reason_text(about, one_column, "en")
    assert "not-stated" in reason_text(about, None, "en")
    assert "not-stated" in reason_text(about, table, "en")


def test_every_reason_that_occurs_can_be_said(office: Office) -> None:
    said = set()
    for style in ("independent", "clustered", "lopsided"):
        for size in (60, 150, 300):
            protection = protect(office(size, 5, style), b"2" * 32)
            for key, reason in protection.reasons.items():
                table = protection.release.table((reason.about or key).table)
                text = reason_text(reason, table, "en")
                assert text.startswith("Hidden")
                assert "{" not in text
                said.add(reason.code)
    assert {"not-empty", "too-few", "remainder", "everybody"} <= said


def test_a_shown_cell_has_no_reason(protection: Protection) -> None:
    assert Cell("shown", 40).reason is None
    with pytest.raises(KeyError):
        protection.release.table("nothing")


LIGHT = ("coded", "regions", "release", "release_json", "naming", "hierarchies")
HEAVY = ("axes", "tables", "geometry", "lp", "suppression", "attack", "protect")


@pytest.mark.parametrize(("modules", "numbers"), [(LIGHT, set()), ((*LIGHT, *HEAVY), {"numpy"})])
def test_the_tables_are_made_without_the_vault_and_heavy_libraries_come_late(
    modules: tuple[str, ...], numbers: set[str]
) -> None:
    script = (
        "import sys, importlib;"
        f"[importlib.import_module('shelter_app.anonymise.' + n) for n in {modules!r}];"
        "print(' '.join(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    loaded = set(done.stdout.split())
    assert {f"shelter_app.anonymise.{name}" for name in modules} <= loaded
    assert "shelter_app.domain.periods" in loaded
    packages = {".".join(name.split(".")[:2]) for name in loaded if name.startswith("shelter_")}
    assert packages <= {
        *("shelter_app", "shelter_app.anonymise", "shelter_app.domain", "shelter_app.errors"),
        *("shelter_i18n", "shelter_resources"),
    }
    heavy = {"numpy", "highspy", "babel", "PySide6", "sqlcipher3", "reportlab"}
    assert {name.split(".")[0] for name in loaded} & heavy == numbers


def test_tables_are_found_by_id_and_cells_by_codes(release: ProtectedRelease) -> None:
    table = release.table("persons")
    assert isinstance(table, Table)
    assert table.cell("total") == table.cells[-1][0]
    with pytest.raises(ValueError, match="not in list"):
        table.cell("nobody")


def test_a_file_of_the_first_version_is_read_and_attacked_as_before(
    office: Callable[..., CodedFacts],
) -> None:
    release = protect(office(300, 3), b"secret", tables=ONE_WAY).release
    body = json.loads(release.to_json())
    body["format"] = "shelter-summary/1"
    del body["hidden_least"]
    first = [t for t in body["tables"] if t["id"] not in ("recruiter_relation", "duration")]
    for table in first:
        for name in ("columns_additive", "columns_sensitive", "columns_folded", "universe"):
            del table[name]
    body["tables"] = first
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    read = ProtectedRelease.from_json(text)
    assert read.tables == tuple(t for t in release.tables if t.id not in ("recruiter_relation", "duration"))
    assert attack(read).held
    body["tables"][0]["universe"] = ""
    with pytest.raises(ReleaseFormatError):
        ProtectedRelease.from_json(
            json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        )
