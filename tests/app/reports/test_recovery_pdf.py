"""A recovery sheet fits one page, shows its own words in order and nothing of another sheet."""

from __future__ import annotations

import datetime as dt
import re

import pypdfium2
import pytest
from shamir_mnemonic import generate_mnemonics

from shelter_app.reports.recovery_pdf import recovery_pdf, recovery_text

ABOUT = {"post": "KM-03", "vault_label": "Shelter 2026", "threshold": 2, "made_on": dt.date(2026, 3, 12)}


@pytest.fixture(scope="module")
def shares() -> list[list[str]]:
    return [mnemonic.split() for mnemonic in generate_mnemonics(1, [(2, 3)], b"k" * 32)[0]]


@pytest.fixture(scope="module")
def pages(shares) -> list[bytes]:
    return recovery_pdf(shares, **ABOUT)


def words_by_number(text: str) -> dict[int, str]:
    """Word by its number; the words of SLIP-39 have four to eight letters."""
    return {int(number): word for number, word in re.findall(r"\b(\d{1,2}) ([a-z]{4,8})\b", text)}


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 1
    return re.sub(r"\s+", " ", document[0].get_textpage().get_text_range())


def test_each_sheet_shows_its_words_under_their_numbers(shares, pages):
    assert len(pages) == 3
    for words, page in zip(shares, pages, strict=True):
        found = words_by_number(text_of(page))
        assert [found[number] for number in range(1, 34)] == words


def test_a_sheet_says_which_it_is_and_how_many_are_needed(pages):
    for number, page in enumerate(pages, 1):
        text = text_of(page)
        assert f"{number} of 3" in text
        assert "any 2 of the 3 sheets" in text
        assert "KM-03" in text
        assert "Shelter 2026" in text
        assert "12 March 2026" in text
        assert "2026年3月12日" in text
        assert "Keep this sheet in a locked place" in text


def test_no_sheet_holds_the_words_of_another(shares, pages):
    for number, page in enumerate(pages):
        found = words_by_number(text_of(page))
        text = " ".join(found[place] for place in sorted(found))
        for other, words in enumerate(shares):
            assert (" ".join(words[4:12]) in text) == (other == number)


def test_the_code_holds_the_same_words(shares, pages):
    """Sample every module of the printed code and compare it with the code of the words."""
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    page = pypdfium2.PdfDocument(pages[0])[0]
    scale = 5
    image = page.render(scale=scale).to_pil().convert("L")
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(" ".join(shares[0]))
    code.make()
    count = code.getModuleCount()
    dark = [
        (x, y)
        for x in range(image.width)
        for y in range(60, int(image.height * 0.255))
        if x > image.width * 0.7 and image.getpixel((x, y)) < 60
    ]
    left, top = min(x for x, _ in dark), min(y for _, y in dark)
    step = (max(x for x, _ in dark) + 1 - left) / count
    drawn = [
        [
            image.getpixel((int(left + (x + 0.5) * step), int(top + (y + 0.5) * step))) < 128
            for x in range(count)
        ]
        for y in range(count)
    ]
    assert drawn == [[bool(code.isDark(y, x)) for x in range(count)] for y in range(count)]


def test_the_file_itself_tells_nothing_of_the_vault(pages):
    found = {
        key: value for key, value in pypdfium2.PdfDocument(pages[0]).get_metadata_dict().items() if value
    }
    assert found["Title"] == "Recovery sheet"
    assert set(found) == {"Title", "Creator", "Producer", "CreationDate", "ModDate"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_terminal_shows_the_same_words(shares, language):
    text = recovery_text(shares, **ABOUT, language=language)
    blocks = text.split("\n\n\n")
    assert len(blocks) == 3
    for words, block in zip(shares, blocks, strict=True):
        found = words_by_number(re.sub(r" +", " ", block))
        assert [found[number] for number in range(1, 34)] == words
        assert max(len(line) for line in block.splitlines() if re.match(r"\s+\d", line)) <= 80


def test_a_share_of_another_length_is_printed_whole():
    words = [f"word{chr(97 + n)}" for n in range(20)]
    (page,) = recovery_pdf([words], **ABOUT)
    found = words_by_number(text_of(page))
    assert [found[number] for number in range(1, 21)] == words
