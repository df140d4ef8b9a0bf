"""The certificate of an erasure says what has to be filed and names nobody who was erased."""

import datetime as dt
import re

import pypdfium2
import pytest

from shelter_app.reports.erasure_pdf import Certificate, HoldingBackup, erasure_pdf, spelled_number


def read_pdf(data):
    """The words of all pages, with single spaces."""
    pages = pypdfium2.PdfDocument(data)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())


def certificate(**more):
    facts = {
        "number": "3f2a91c0aa5512b7c0ffee0012345678", "post": "KM", "post_name": "Kunming", "way": "facts_stay",
        "erased_on": dt.date(2026, 3, 12), "reason": "own_wish", "counts": {"cases": 2, "revisions": 4321},
        "proposed": ("caseworker", "LM"), "approved": ("supervisor", "SV"), "journal_line": 214,
        "journal_words": ("ACID", "BEAM"), "backups": [
            HoldingBackup("KM-20260301-090000", dt.date(2026, 3, 1), dt.date(2026, 12, 2)),
            HoldingBackup("KM-20260310-090000", dt.date(2026, 3, 10), None),
        ],
    }  # fmt: skip
    return Certificate(**{**facts, **more})


def test_it_says_number_day_people_counts_backups_and_journal():
    text = read_pdf(erasure_pdf(certificate()))
    for said in (
        "3F2A 91C0 AA55 12B7 C0FF EE00 1234 5678", "12 March 2026", "caseworker (LM)", "supervisor (SV)", "4,321",
        "KM-20260301-090000", "2 December 2026", "only when somebody removes it", "line 214", "ACID BEAM",
        "The person wishes it",
    ):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_languages_stand_on_it_and_it_is_the_same_each_time(language):
    one = erasure_pdf(certificate(), language=language)
    assert one == erasure_pdf(certificate(), language=language)
    text = read_pdf(one)
    assert "12 March 2026" in text
    assert "2026年3月12日" in text


def test_many_backups_go_on_over_the_page():
    many = [HoldingBackup(f"KM-{n:04}", dt.date(2026, 3, 1), None) for n in range(60)]
    text = read_pdf(erasure_pdf(certificate(backups=many)))
    assert "KM-0059" in text
    pages = re.findall(r"(\d) / (\d)", text)
    assert len(pages) == int(pages[-1][1]) > 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_long_list_of_backups_begins_on_the_first_page_and_names_its_columns_on_each(language):
    many = [HoldingBackup(f"KM-{n:04}", dt.date(2026, 3, 1), None) for n in range(60)]
    pages = [
        page.get_textpage().get_text_bounded()
        for page in pypdfium2.PdfDocument(erasure_pdf(certificate(backups=many), language=language))
    ]
    on = [re.findall(r"KM-\d{4}", page) for page in pages]
    assert sum(map(len, on)) == 60
    assert len(on[0]) >= 3
    assert all("Name of the backup" in page for page, rows in zip(pages, on, strict=True) if rows)
    # No page but the last is left with room for more rows.
    assert all(len(rows) >= 20 for rows in on[1:-1])


def test_what_is_said_at_the_end_stays_together():
    for number in range(1, 12):
        few = [HoldingBackup(f"KM-{n:04}", dt.date(2026, 3, 1), None) for n in range(number)]
        pages = [
            page.get_textpage().get_text_bounded()
            for page in pypdfium2.PdfDocument(erasure_pdf(certificate(backups=few)))
        ]
        (with_first,) = [n for n, page in enumerate(pages) if "Erased from every saved state" in page]
        (with_last,) = [n for n, page in enumerate(pages) if "Ask the receivers" in page]
        assert with_first == with_last


def test_without_a_backup_it_says_that_sticks_may_hold_the_person():
    assert "None could be reached" in read_pdf(erasure_pdf(certificate(backups=[])))


def test_the_number_is_spelled_in_fours():
    assert spelled_number("00ff12ab") == "00FF 12AB"
