"""The check of a finished file: it passes what is safe, and notices every way in which a file can be made unsafe."""

from collections import Counter

import pytest

from shelter_app.anonymise.extract import make_extract
from shelter_app.anonymise.extract_check import check_extract
from shelter_app.reports.extract_csv import extract_csv
from tests.app.anonymise.extract_offices import records


@pytest.fixture(scope="module", name="text")
def text_fixture():
    """A safe file of 2,000 persons."""
    return extract_csv(make_extract(records(2000, 1, "clustered"), b"seed").extract)


def parts(text):
    header, *lines = text.split("\r\n")[:-1]
    return header.split(","), [line.split(",") for line in lines]


def joined(header, rows):
    return "\r\n".join([",".join(header), *(",".join(row) for row in rows), ""])


def cell(text, name, value, where=lambda row: True):
    """The text with another value in the first row that is meant."""
    header, rows = parts(text)
    row = next(row for row in rows if where(dict(zip(header, row, strict=True))))
    row[header.index(name)] = value
    return joined(header, rows)


def everybody(text, name, value, but=0):
    """The text with the same value in a column of all rows, or all but some, of the largest class with a known gender."""
    header, rows = parts(text)
    places = [header.index(each) for each in (*header[:5], *header[27:])]
    sizes = Counter(tuple(row[place] for place in places) for row in rows if row[1])
    (largest, _) = sizes.most_common(1)[0]
    members = [row for row in rows if tuple(row[place] for place in places) == largest]
    for row in members[but:]:
        row[header.index(name)] = value
    return joined(header, rows)


def test_a_safe_file_passes_and_much_was_tried(text):
    found = check_extract(text)
    assert found.held
    assert found.rows == text.count("\r\n") - 1
    assert (found.rarest, found.alike_tried > 500, found.undone_tried > 10) == (11, True, True)


def dropped_one(text):
    header, rows = parts(text)
    counts = Counter(map(tuple, rows))
    rows.remove(list(min(counts, key=counts.get)))
    return joined(header, rows)


def with_column(text, name, value):
    header, rows = parts(text)
    return joined([*header, name], [[*row, value] for row in rows])


def sorted_rows(text):
    header, rows = parts(text)
    return joined(header, sorted(rows))


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("rare", dropped_one),
        ("rare", lambda text: cell(text, "citizenship", "NRU", lambda row: row["citizenship"])),
        ("rare", lambda text: cell(text, "citizenship", "", lambda row: row["citizenship"])),
        ("rare", lambda text: cell(text, "meansThreats", "1", lambda row: not row["meansThreats"])),
        ("alike", lambda text: everybody(text, "meansDrugsAlcohol", "1")),
        ("alike", lambda text: everybody(text, "meansDrugsAlcohol", "1", but=5)),
        ("alike", lambda text: everybody(text, "traffickMonths", "25+ (2+ yrs)")),
        ("value", lambda text: cell(text, "citizenship", "Li Mei")),
        ("value", lambda text: cell(text, "citizenship", "VN")),
        ("value", lambda text: cell(text, "yearOfRegistration", "2015-03-12")),
        ("value", lambda text: cell(text, "yearOfRegistration", "20150312")),
        ("value", lambda text: cell(text, "ageBroad", "9--17")),
        ("value", lambda text: cell(text, "ageBroad", "24")),
        ("value", lambda text: cell(text, "meansThreats", "0")),
        ("value", lambda text: cell(text, "gender", "Female")),
        ("value", lambda text: cell(text, "x_citizenshipRegion", "Mae Sot")),
        ("value", lambda text: cell(text, "traffickMonths", "14 months")),
        ("layout", lambda text: cell(text, "x_ageGroup", "18+", lambda row: row["ageBroad"])),
        ("implied", lambda text: cell(text, "typeOfSexProstitution", "1", lambda row: not row["isSexualExploit"])),
        ("layout", lambda text: with_column(text, "id", "7")),
        ("layout", lambda text: with_column(text, "registeredOn", "2015-03-12")),
        ("layout", lambda text: text.replace("citizenship", "Citizenship", 1)),
        ("layout", lambda text: text.replace("\r\n", "\n")),
        ("layout", lambda text: text + "2015,Woman\r\n"),
        ("layout", lambda text: text.removesuffix("\r\n")),
        ("layout", lambda text: "\ufeff" + text),
        ("layout", lambda text: text.split("\r\n")[0] + "\r\n"),
        ("layout", lambda _text: ""),
        ("sorted", sorted_rows),
    ],
)  # fmt: skip
def test_an_unsafe_file_is_noticed(text, code, change):
    changed = change(text)
    assert changed != text
    found = check_extract(changed)
    assert not found.held
    assert code in {flaw.code for flaw in found.flaws}


def test_a_coarser_value_that_can_be_one_value_only_is_noticed():
    header = parts(extract_csv(make_extract(records(200, 1), b"seed").extract))[0]

    def row(age, group):
        told = {"gender": "Woman", "ageBroad": age, "x_ageGroup": group}
        return [told.get(name, "") for name in header]

    told, coarser = row("18--20", ""), row("", "18--23")
    rows = [told, coarser] * 20
    assert {flaw.code for flaw in check_extract(joined(header, rows)).flaws} == {"undone"}
    # Where nobody of one finer value stands beside it, both remain possible.
    rows = [row("24--26", ""), coarser] * 20
    assert check_extract(joined(header, rows)).held
