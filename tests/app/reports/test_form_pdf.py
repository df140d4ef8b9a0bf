"""Every declared form prints whole, blank and filled; what is sealed for the reader is not in the file."""

from __future__ import annotations

import datetime as dt
import re

import pypdfium2
import pytest

from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import Condition, Field, FieldClass, Form, Kind, Section, all_forms, form
from shelter_app.reports.bilingual import both
from shelter_app.reports.fonts import STAND_IN
from shelter_app.reports.form_pdf import form_pdf

DAY = dt.date(2026, 3, 12)
CASE = "KM03-A-2026-00017-K"
FORMS = {each.id: each for each in all_forms()}

SAMPLE = Form(
    "sample",
    1,
    "Sample",
    (
        Section(
            "facts",
            "Facts",
            (
                Field("sex", Kind.CODE, "Sex", codelist="sex"),
                Field("safe", Kind.YES_NO, "Safe"),
                Field("seen", Kind.DATE, "Seen on"),
                Field("country", Kind.COUNTRY, "Country", when=Condition("safe", ("yes",))),
            ),
            cls=FieldClass.CODED,
        ),
        Section(
            "names",
            "Names",
            (
                Field("name", Kind.TEXT, "Name"),
                Field("story", Kind.LONG_TEXT, "Story", width="full"),
                Field(
                    "people",
                    Kind.GROUP,
                    "People",
                    fields=(Field("who", Kind.TEXT, "Who"), Field("age", Kind.NUMBER, "Age")),
                ),
            ),
        ),
        Section("body", "Body", (Field("finding", Kind.LONG_TEXT, "Finding"),), cls=FieldClass.HEALTH),
    ),
)


def text_of(data: bytes) -> str:
    pages = pypdfium2.PdfDocument(data)
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def is_ticked(data: bytes, label: str) -> bool:
    """Whether the box before an option is ticked, as the eye sees it."""
    page = pypdfium2.PdfDocument(data)[0]
    text = page.get_textpage()
    place = text.search(label, match_whole_word=True).get_next()
    assert place is not None, label
    left, bottom, _right, top = text.get_charbox(place[0])
    scale = 6
    image = page.render(scale=scale).to_pil().convert("L")
    middle = (top + bottom) / 2
    x1, x2 = left - 10.5, left - 7
    box = [
        round(v * scale) for v in (x1, page.get_height() - middle - 2.4, x2, page.get_height() - middle + 2.4)
    ]
    return image.crop(box).getextrema()[0] < 90


@pytest.mark.parametrize("form_id", sorted(FORMS))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_blank_form_has_every_question_in_both_languages(form_id, language):
    found = squeezed(text_of(form_pdf(FORMS[form_id], printed_on=DAY, language=language)))
    for question in FORMS[form_id]:
        for each in (question, *question.fields):
            if question.id != "unparsed":
                assert squeezed(both(each.label).en) in found
                assert squeezed(both(each.label).zh) in found
    assert "Confidential" in found


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_every_short_list_is_printed_with_every_answer(form_id):
    found = squeezed(text_of(form_pdf(FORMS[form_id], printed_on=DAY)))
    for question in FORMS[form_id]:
        for each in (question, *question.fields):
            if each.codelist and len(code_list(each.codelist).entries) <= 40:
                for code, label in (
                    *code_list(each.codelist).options("en"),
                    *code_list(each.codelist).options("zh"),
                ):
                    assert squeezed(label) in found, (each.id, code)


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_no_text_of_a_form_runs_over_the_edge(form_id):
    document = pypdfium2.PdfDocument(form_pdf(FORMS[form_id], printed_on=DAY, language="en"))
    for number, page in enumerate(document, 1):
        text = page.get_textpage()
        boxes = [text.get_charbox(n) for n in range(text.count_chars())]
        boxes = [box for box in boxes if box[2] > box[0]]
        assert min(box[0] for box in boxes) >= 44
        assert max(box[2] for box in boxes) <= page.get_width() - 44
        assert f"Page {number} of {len(document)}" in text.get_text_range()


def test_chosen_answers_are_ticked_and_others_are_not():
    data = form_pdf(
        SAMPLE, {"sex": "female", "safe": "not_asked"}, printed_on=DAY, language="en", case_number=CASE
    )
    assert is_ticked(data, "Female")
    assert is_ticked(data, "Not asked")
    assert not is_ticked(data, "Male")
    assert not is_ticked(data, "Unknown")
    assert not is_ticked(form_pdf(SAMPLE, printed_on=DAY, language="en"), "Female")


def test_a_partial_date_keeps_its_unknown_parts_empty():
    found = text_of(
        form_pdf(
            SAMPLE, {"seen": {"y": 2013, "m": 4, "text": "二〇一三年四月"}}, printed_on=DAY, language="en"
        )
    )
    assert "2013 4 Year" in re.sub(r" 年", "", found) or "2013" in found
    assert "Written as: 二〇一三年四月" in found
    aged = text_of(
        form_pdf(SAMPLE, {"seen": {"age": 26, "asof": {"y": 2013}}}, printed_on=DAY, language="en")
    )
    assert "aged 26 in 2013, born about 1986 to 1987" in aged


def test_a_question_that_was_not_asked_is_not_printed_in_a_filled_form():
    assert "Country" not in text_of(form_pdf(SAMPLE, {"safe": "no"}, printed_on=DAY, language="en"))
    shown = text_of(form_pdf(SAMPLE, {"safe": "yes", "country": "VN"}, printed_on=DAY, language="en"))
    assert "Vietnam 越南" in shown


def test_long_text_wraps_and_runs_over_pages_without_loss():
    story = " ".join(f"word{n}" for n in range(3000)) + "，" + "一二三四五六七八九十" * 200
    data = form_pdf(SAMPLE, {"story": story}, printed_on=DAY, case_number=CASE)
    document = pypdfium2.PdfDocument(data)
    assert len(document) > 3
    whole = squeezed("".join(_body(page) for page in document))
    assert squeezed(story) in whole
    assert all(CASE in page.get_textpage().get_text_range() for page in document)


def _body(page) -> str:
    """The text between head and foot."""
    return page.get_textpage().get_text_bounded(bottom=46, top=page.get_height() - 56)


@pytest.mark.parametrize(
    "values",
    [
        {"people": [{"who": f"person {n}", "age": n} for n in range(80)]},
        {"people": "not a list of rows"},
        {"sex": "no such code " * 500, "safe": "perhaps", "seen": "some day", "country": "??"},
        {"name": "N" * 5000},
        {"story": "\n" * 300, "name": ["a", "b"], "finding": {"a": [1, {"b": None}]}},
        {"former_question": "former answer", "people": [{"former_part": "former value"}, "loose"]},
    ],
)
def test_whatever_was_stored_prints(values):
    data = form_pdf(SAMPLE, values, printed_on=DAY, case_number=CASE)
    found = squeezed(text_of(data))
    for wanted in (
        "person79",
        "notalistofrows",
        "nosuchcode",
        "perhaps",
        "someday",
        "N" * 50,
        "formeranswer",
        "formervalue",
    ):
        stored = squeezed(str(values))
        if wanted in stored.replace("'", ""):
            assert wanted in found


CANARIES = {
    "name": "CANARYNAME",
    "story": "CANARYSTORY",
    "people": [{"who": "CANARYWHO"}],
    "former": "CANARYFORMER",
}


def test_sealed_sections_print_as_a_bar_and_their_answers_are_not_in_the_file():
    values = {**CANARIES, "finding": "CANARYHEALTH", "sex": "female"}
    coded = form_pdf(
        SAMPLE, values, printed_on=DAY, case_number=CASE, readable={FieldClass.CODED}, language="en"
    )
    assert "CANARY" not in text_of(coded)
    assert "CANARY" not in str(pypdfium2.PdfDocument(coded).get_metadata_dict())
    assert text_of(coded).count("Sealed") == 2
    assert is_ticked(coded, "Female")
    whole = text_of(form_pdf(SAMPLE, values, printed_on=DAY, case_number=CASE, language="en"))
    for canary in ("CANARYNAME", "CANARYSTORY", "CANARYWHO", "CANARYFORMER", "CANARYHEALTH"):
        assert canary in whole
    assert "Sealed" not in whole


def test_a_sealed_answer_within_an_open_section_is_covered_too():
    intake = form("intake")
    sealed = [question.id for question in intake if intake.class_of(question.id) is FieldClass.IDENTIFYING]
    values = {field_id: "CANARYTEXT" for field_id in sealed if intake.field(field_id).kind is Kind.TEXT}
    assert values
    assert "CANARYTEXT" in text_of(form_pdf(intake, values, printed_on=DAY))
    covered = text_of(form_pdf(intake, values, printed_on=DAY, readable={FieldClass.CODED}, language="en"))
    assert "CANARYTEXT" not in covered
    assert covered.count("Sealed") > 1


def test_the_file_tells_case_number_and_month_and_no_name():
    data = form_pdf(SAMPLE, CANARIES, printed_on=DAY, case_number=CASE)
    found = {key: value for key, value in pypdfium2.PdfDocument(data).get_metadata_dict().items() if value}
    assert found["Title"] == CASE
    assert found["CreationDate"] == "D:20260301000000+00'00'"
    assert set(found) == {"Title", "Creator", "Producer", "CreationDate", "ModDate"}


def test_a_veiled_form_is_not_named_in_the_description_of_a_blank_file():
    veiled = next(each for each in all_forms() if each.veiled)
    data = form_pdf(veiled, printed_on=DAY)
    assert pypdfium2.PdfDocument(data).get_metadata_dict()["Title"] == veiled.public_id


def test_letters_that_cannot_be_printed_are_marked_and_explained():
    found = text_of(form_pdf(SAMPLE, {"name": "မြန်မာ"}, printed_on=DAY, language="en"))
    assert f"{STAND_IN} stands for letters" in found
    assert "stands for letters" not in text_of(
        form_pdf(SAMPLE, {"name": "阮氏玫"}, printed_on=DAY, language="en")
    )


def test_colleagues_are_printed_as_the_caller_names_them():
    intake = form("intake")
    user = next(question for question in intake if question.kind is Kind.USER)
    data = form_pdf(intake, {user.id: "a" * 32}, printed_on=DAY, user_label=lambda _id: "LM")
    assert " LM " in text_of(data)
    assert "a" * 32 not in text_of(data)


def test_a_form_that_is_signed_has_lines_for_it_only_while_it_is_blank():
    blank = text_of(form_pdf(form("consent"), printed_on=DAY, language="en"))
    assert "The person: signature or mark" in blank
    assert "Filled in by" in blank
    filled = text_of(form_pdf(form("consent"), {"answer": "given"}, printed_on=DAY, language="en"))
    assert "signature or mark" not in filled
    other = text_of(form_pdf(SAMPLE, printed_on=DAY, language="en"))
    assert "signature or mark" not in other
    assert "Filled in by" in other


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_of_a_blank_form_holds_only_the_line_for_the_signature(language):
    seen = 0
    for declared in all_forms():
        pages = pypdfium2.PdfDocument(form_pdf(declared, printed_on=DAY, language=language))
        last = pages[len(pages) - 1].get_textpage().get_text_range()
        assert "Filled in by" in last, declared.id
        questions = [both(field.label).en for field in declared if both(field.label).en in last]
        assert questions, declared.id
        seen += len(pages) > 1
    assert seen > 3
