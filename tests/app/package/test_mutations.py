"""A finished package that anybody changed is refused, by the check that is meant for it; an unchanged one is not."""

from __future__ import annotations

import dataclasses
import json

import pytest

from shelter_app.anonymise.designs import chosen_tables
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import Cell, Notice
from shelter_app.exchange.package import MANIFEST, SIGNATURE
from shelter_app.exchange.pool_keys import new_pool_keys
from tests.app.package.dishonest import (
    DESCRIPTION,
    PDF,
    STEM,
    XLSX,
    changed_json,
    checked,
    first_cell,
    in_csv,
    in_pdf,
    in_xlsx,
    only,
    packed,
    replaced,
    resealed,
    resigned,
    with_cell,
    with_offsets,
)  # fmt: skip
from tests.app.package.invented import people
from tests.app.package.package_world import (
    OFFICE,
    OTHER_OFFICE,
    OTHER_RECEIVER,
    files_of,
    release_of,
)

IMPOSTOR = new_pool_keys("office", "KM-03")


def test_a_sound_package_passes_every_check(sound, tmp_path):
    report = checked(tmp_path, packed(sound))
    assert [finding.sentence("en") for finding in report.findings] == []
    assert report.sound
    assert report.known
    assert report.tried > 50


@pytest.mark.parametrize(("size", "style"), [(30, "clustered"), (60, "clustered"), (2000, "independent")])
def test_sound_packages_of_small_and_large_offices_pass(size, style, tmp_path):
    report = checked(tmp_path, packed(files_of(release_of(size, 8, "2025-H2", style))))
    assert [finding.sentence("en") for finding in report.findings] == []
    assert report.sound


def test_sound_packages_of_tables_that_an_office_designed_pass(tmp_path):
    wanted = chosen_tables(("services:sex", "citizenship:age", "means_of_control:age", "duration"))
    release = protect(people(600, 8, "2025-H2"), b"seed", tables=wanted).release
    assert "services_by_sex" in {table.id for table in release.tables}
    report = checked(tmp_path, packed(files_of(release)))
    assert [finding.sentence("en") for finding in report.findings] == []
    assert report.sound


def test_an_office_that_nobody_has_compared_is_named_as_such(sound, tmp_path):
    report = checked(tmp_path, packed(sound), offices=[OTHER_OFFICE.public])
    assert report.sound
    assert not report.known
    assert report.fingerprint == OFFICE.public.fingerprint


# On its way: nobody can sign ---------------------------------------------------------------------------


def flipped(files, name, at=200):
    data = bytearray(files[name])
    data[at] ^= 1
    return files | {name: bytes(data)}


def without(files, *names):
    return {name: data for name, data in files.items() if name not in names}


ON_ITS_WAY = {
    "a CSV file changed": (lambda f: in_csv(f, "persons", lambda lines: [lines[0], *lines[1:]][:-1]), "files"),
    "a bit of the report flipped": (lambda f: flipped(f, PDF), "files"),
    "a bit of the workbook flipped": (lambda f: flipped(f, XLSX), "files"),
    "a bit of the letter flipped": (lambda f: flipped(f, "letter.pdf"), "files"),
    "a table missing": (lambda f: without(f, f"{STEM}-services.csv"), "files"),
    "the report missing": (lambda f: without(f, PDF), "files"),
    "a file added": (lambda f: f | {"notes.txt": b"7"}, "files"),
    "a file exchanged for another": (lambda f: f | {f"{STEM}-persons.csv": f[f"{STEM}-services.csv"]}, "files"),
    "the list missing": (lambda f: without(f, MANIFEST), "files"),
    "the list changed": (lambda f: changed_json(f, MANIFEST, lambda m: m.update(post_name="Ruili")), "signature"),
    "the signature missing": (lambda f: without(f, SIGNATURE), "signature"),
    "the signature cut off": (lambda f: f | {SIGNATURE: f[SIGNATURE][:63]}, "signature"),
    "a bit of the signature flipped": (lambda f: flipped(f, SIGNATURE, 5), "signature"),
    "signed by somebody else": (lambda f: resigned(f, IMPOSTOR), "signature"),
    "an office of the same name": (lambda _: files_of(office=IMPOSTOR), "signature"),
}  # fmt: skip


def _party(role, **changes):
    def change(body):
        body[role].update(changes)

    return change


# A dishonest office: everything is listed and signed again ---------------------------------------------

SMALL, HIDDEN, SHOWN = first_cell("small"), first_cell("hidden"), first_cell("shown", "services")
R = release_of()


def figure(table, row, column, new):
    """Only in the CSV file: another figure."""

    def change(lines):
        def changed(line):
            here = f",{row}," in line and f",{column}," in line
            return ",".join([*line.split(",")[:-2], "shown", str(new)]) if here else line

        out = [changed(line) for line in lines]
        assert out != lines
        return out

    return lambda f: resealed(in_csv(f, table, change))


def release(**changes):
    return lambda _: files_of(dataclasses.replace(R, **changes))


def description(change):
    return lambda f: resealed(changed_json(f, DESCRIPTION, change))


def manifest(change):
    return lambda f: resigned(changed_json(f, MANIFEST, change))


def resource(number, key, value):
    def change(body):
        body["resources"][number]["table"][key] = value

    return description(change)


def shown(cell, value):
    return with_cell(R, cell[0], cell[1], Cell("shown", value), cell[2])


def xlsx(part, old, new):
    return lambda f: resealed(in_xlsx(f, replaced(part, old, new)))


def added_part(name, data):
    return lambda f: resealed(in_xlsx(f, lambda parts: parts.update({name: data})))


def pdf(change, number, name=PDF):
    return lambda f: resealed(in_pdf(f, name, change, number))


def number_of(files, name, mark):
    import re

    return next(
        int(m[1])
        for m in re.finditer(rb"(?<=\n)(\d+) 0 obj\n(.*?)endobj", files[name], re.DOTALL)
        if mark in m[2]
    )


def pdf_info(old, new):
    return lambda f: resealed(in_pdf(f, PDF, lambda b: b.replace(old, new), number_of(f, PDF, b"/Producer")))


def page_text(text):
    """A line more on the first page of the report, in the font that is there."""
    import base64
    import re
    import zlib

    def change(body):
        head, rest = body.split(b"stream\n", 1)
        packed_, _, end = rest.rpartition(b"endstream")
        plain = zlib.decompress(base64.a85decode(packed_.strip().removesuffix(b"~>")))
        plain += b"BT 1 0 0 1 300 60 Tm /F2+0 8 Tf 10 TL (" + text + b") Tj T* ET\n"
        new = base64.a85encode(zlib.compress(plain)) + b"~>"
        head = re.sub(rb"/Length \d+", b"/Length %d" % len(new), head)
        return head + b"stream\n" + new + b"endstream" + end

    return lambda f: resealed(in_pdf(f, PDF, change, number_of(f, PDF, b"/ASCII85Decode")))


SHEET = "xl/worksheets/sheet2.xml"
SENTENCE = Notice("x", "Two women from one village came together.")
OTHER = dataclasses.replace(R, notices=(*R.notices, SENTENCE))

BY_THE_OFFICE = {
    # figures, in every file alike
    "a hidden figure shown": (lambda _: files_of(shown(HIDDEN, unhidden())), "attacks"),
    "a small figure of a cross shown": (lambda _: files_of(shown(first_cell("small", "exploitation_type_by_sex"), 20)), "attacks"),
    "a zero printed in a cross": (lambda _: files_of(shown(first_cell("small", "service_states"), 0)), "rules"),
    "a margin of a cross that differs": (lambda _: files_of(shown(("exploitation_type_by_sex", "total", "woman"), 100)), "attacks"),
    "more than a part has": (lambda _: files_of(shown(first_cell("shown", "return_stage_by_return_outcome"), 290)), "attacks"),
    "hidden figures said to be anything": (release(hidden_least=5), "rules"),
    "a zero printed": (lambda _: files_of(shown(SMALL, 0)), "rules"),
    "a seven printed": (lambda _: files_of(shown(SMALL, 7)), "rules"),
    "an exact figure printed": (lambda _: files_of(shown(SHOWN, 123)), "rules"),
    "a figure far from the truth": (lambda _: files_of(shown(("persons", "new", "persons"), 260)), "attacks"),
    "two totals that differ": (lambda _: files_of(shown(("citizenship", "total", "persons"), 310)), "attacks"),
    "threshold 5": (release(threshold=5), "rules"),
    "rounding to 5": (release(rounding=5), "rules"),
    "exact figures from a small office": (release(rounding=1), "rules"),
    "an attack that succeeded": (lambda _: files_of(dataclasses.replace(R, checks=(dataclasses.replace(R.checks[0], held=False),))), "rules"),
    # figures, in one file only
    "a small figure shown in the CSV only": (figure(*SMALL, 10), "agreement"),
    "a rounding shifted in the CSV only": (figure("persons", "new", "persons", 200), "agreement"),
    "another figure in the report only": (only(PDF, shown(("persons", "new", "persons"), 200)), "agreement"),
    "another figure in the workbook only": (only(XLSX, shown(("persons", "new", "persons"), 200)), "agreement"),
    "another number in the list only": (manifest(lambda m: m["counts"].update(shown=3)), "form"),
    "another range in the EU groups": (lambda f: resealed(f | {f"{STEM}-eu-groups.csv": f[f"{STEM}-eu-groups.csv"].replace(b",0,10", b",7,7")}), "words"),
    # the shape of the tables
    "rows in another order": (lambda f: resealed(in_csv(f, "services", lambda x: [x[0], x[2], x[1], *x[3:]])), "form"),
    "a row twice": (lambda f: resealed(in_csv(f, "services", lambda x: [x[0], x[1], x[1], *x[2:]])), "form"),
    "a row dropped": (lambda f: resealed(in_csv(f, "services", lambda x: [x[0], *x[2:]])), "form"),
    "a column added": (lambda f: resealed(in_csv(f, "services", lambda x: [f"{line},7" if line.strip() else line for line in x])), "form"),
    "a column renamed": (lambda f: resealed(in_csv(f, "services", lambda x: [x[0].replace("figure", "n"), *x[1:]])), "form"),
    "other ends of lines": (lambda f: resealed(f | {f"{STEM}-services.csv": f[f"{STEM}-services.csv"].replace(b"\r\n", b"\n")}), "form"),
    "another label for a code": (lambda f: resealed(in_csv(f, "citizenship", lambda x: [line.replace("Myanmar", "Laos") for line in x])), "agreement"),
    "a table dropped": (lambda f: resealed(without(f, f"{STEM}-services.csv")), "form"),
    "a table declared harmless": (resource(4, "sensitive", False), "form"),
    "a table declared to add up": (resource(4, "additive", True), "form"),
    "a cross declared harmless": (resource(15, "columns_sensitive", False), "form"),
    "a cross declared to add up": (resource(15, "columns_additive", True), "form"),
    "a cross about fewer persons": (resource(16, "universe", ""), "form"),
    "a folded column not named": (description(lambda b: b["resources"][12]["table"]["columns_folded"].pop()), "form"),
    "a row that promises fewer persons": (description(lambda b: b["resources"][2]["table"]["rows"][0].update(least=0)), "form"),
    "a folded code not named": (description(lambda b: b["resources"][2]["table"]["folded"].pop()), "form"),
    "a table of an unknown kind": (lambda _: files_of(dataclasses.replace(R, tables=(*R.tables, dataclasses.replace(R.tables[0], id="villages")))), "form"),
    # what the files say about themselves
    "another period in the list": (manifest(lambda m: m["period"].update(text="2025", first="2025-01-01")), "form"),
    "another day in the period": (manifest(lambda m: m["period"].update(first="2025-07-02")), "form"),
    "another code list": (release(codebooks=(("CTDC", "2024-02"), ("exploitation_types", "9"))), "form"),
    "another code list in the list only": (manifest(lambda m: m["codebooks"].update(CTDC="2025")), "form"),
    "a key more in the list": (manifest(lambda m: m.update(remark="seven")), "form"),
    "a key more in the description": (description(lambda b: b.update(remark="seven")), "words"),
    "a list in another way of writing": (lambda f: resigned(f | {MANIFEST: json.dumps(json.loads(f[MANIFEST])).encode()}), "form"),
    "another name of the post": (manifest(lambda m: m.update(post_name="Ruili")), "words"),
    "another number of the release": (manifest(lambda m: m.update(release="KM-03-2025-H1")), "form"),
    "another fingerprint of the office": (manifest(_party("office", fingerprint="1" * 30)), "signature"),
    "made for another receiver": (manifest(lambda m: m.update(receiver={**OTHER_RECEIVER.public.facts, "fingerprint": OTHER_RECEIVER.public.fingerprint})), "receiver"),
    "another fingerprint of the receiver": (manifest(_party("receiver", fingerprint="1" * 30)), "receiver"),
    # the report
    "a sentence more in the report": (only(PDF, OTHER), "words"),
    "a sentence more in every file": (lambda _: files_of(OTHER), "form"),
    "a code of nobody's list": (lambda _: files_of(dataclasses.replace(R, tables=(*R.tables[:2], renamed(R.tables[2]), *R.tables[3:]))), "form"),
    "a number more in the report": (page_text(b"213"), "hidden"),
    "words more in the report": (page_text(b"Hekou"), "words"),
    "an author of the report": (pdf_info(b"/Author ()", b"/Author (Li)"), "hidden"),
    "a title of the report": (pdf_info(b"/Title (KM-03 2025-H2)", b"/Title (Li Hong)"), "words"),
    "a script in the report": (lambda f: resealed(in_pdf(f, PDF, lambda b: b.replace(b"/PageMode", b"/OpenAction << /S /JavaScript >> /PageMode"), number_of(f, PDF, b"/Type /Catalog"))), "hidden"),
    "a remark between the objects": (lambda f: resealed(f | {PDF: with_offsets(f[PDF].replace(b"endobj\n2 0 obj", b"endobj\n% 7 women\n2 0 obj", 1))}), "hidden"),
    "a second version appended": (lambda f: resealed(f | {PDF: f[PDF] + b"99 0 obj\n<<\n/Type /Page\n>>\nendobj\n%%EOF\n"}), "hidden"),
    "another fingerprint in the letter": (lambda f: resealed(f | {"letter.pdf": files_of(office=OTHER_OFFICE)["letter.pdf"]}), "words"),
    "a letter that is none": (lambda f: resealed(f | {"letter.pdf": b"%PDF-1.4 hello"}), "hidden"),
    # the workbook
    "a hidden sheet": (xlsx("xl/workbook.xml", 'sheetId="2"', 'sheetId="2" state="hidden"'), "hidden"),
    "a sheet that is not listed": (added_part("xl/worksheets/sheet99.xml", b'<?xml version="1.0"?><worksheet/>'), "hidden"),
    "a remark at a cell": (added_part("xl/comments1.xml", b"<comments/>"), "hidden"),
    "a defined name": (xlsx("xl/workbook.xml", "<calcPr", "<definedNames><definedName name='n'>7</definedName></definedNames><calcPr"), "hidden"),
    "an author of the workbook": (xlsx("docProps/core.xml", "<dc:creator></dc:creator>", "<dc:creator>Li</dc:creator>"), "hidden"),
    "a property of its own": (added_part("docProps/custom.xml", b"<Properties/>"), "hidden"),
    "a description of the workbook": (xlsx("docProps/core.xml", "Shelter Casework", "Li Hong"), "words"),
    "a formula with its result": (xlsx(SHEET, "<v>190</v>", "<f>3+187</f><v>190</v>"), "hidden"),
    "a chart with its cache": (added_part("xl/charts/chart1.xml", b"<chartSpace/>"), "hidden"),
    "a pivot cache": (added_part("xl/pivotCache/pivotCacheRecords1.xml", b"<r/>"), "hidden"),
    "a text that no cell shows": (xlsx("xl/sharedStrings.xml", "</sst>", "<si><t>Li Hong</t></si></sst>"), "hidden"),
    "a hidden row": (xlsx(SHEET, '<row r="5"', '<row hidden="1" r="5"'), "hidden"),
    "a column of no width": (xlsx(SHEET, 'width="12.7109375"', 'width="0"'), "hidden"),
    "a remark in the XML": (xlsx(SHEET, "<sheetData>", "<!-- 7 --><sheetData>"), "hidden"),
    "an entity": (xlsx(SHEET, "<worksheet", "<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet"), "hidden"),
    "a link": (xlsx(SHEET, "<pageMargins", "<hyperlinks><hyperlink ref='A1'/></hyperlinks><pageMargins"), "hidden"),
    "bytes after the workbook": (lambda f: resealed(f | {XLSX: f[XLSX] + b"seven"}), "hidden"),
    "bytes before the workbook": (lambda f: resealed(f | {XLSX: b"seven" + f[XLSX]}), "hidden"),
    "a number more in the workbook": (xlsx(SHEET, "</c></row></sheetData>", '</c><c r="F8"><v>7</v></c></row></sheetData>'), "agreement"),
}  # fmt: skip


def renamed(table):
    """A row for a place that is in no list."""
    rows = (dataclasses.replace(table.rows[0], code="Hekou", key="Hekou"), *table.rows[1:])
    return dataclasses.replace(table, rows=rows)


def unhidden():
    """A rounded figure that the hidden one may well be."""
    from shelter_app.exchange.published import read_json, read_summary
    from shelter_app.exchange.verify_attacks import build
    from shelter_app.exchange.verify_solver import Unknowns

    files = files_of()
    system = build(read_summary(files, read_json(files[MANIFEST], MANIFEST)), Unknowns())
    name = next(n for n, (table, row, column) in system.where.items() if (table.id, row, column) == HIDDEN)
    low, high = system.unknowns.least(system.sum_of(name)), system.unknowns.most(system.sum_of(name))
    return round((low + high) / 20) * 10


@pytest.mark.parametrize("name", ON_ITS_WAY)
def test_a_change_on_the_way_is_refused(name, sound, tmp_path):
    change, check = ON_ITS_WAY[name]
    report = checked(tmp_path, packed(change(dict(sound))))
    assert not report.sound
    assert report.verdict(check) == "refused", [f.sentence("en") for f in report.findings]


@pytest.mark.parametrize("name", BY_THE_OFFICE)
def test_a_change_by_the_office_itself_is_refused(name, sound, tmp_path):
    change, check = BY_THE_OFFICE[name]
    files = change(dict(sound))
    report = checked(tmp_path, packed(files))
    assert not report.sound
    assert report.verdict(check) == "refused", [f.sentence("en") for f in report.findings]
    assert report.verdict("files") in ("passed", "not made") or check == "files"


def test_an_office_with_a_new_key_is_not_believed_under_the_old_one(sound, tmp_path):
    renewed = new_pool_keys("office", "KM-03")
    report = checked(tmp_path, packed(sound), offices=[renewed.public])
    assert report.verdict("signature") == "refused"
