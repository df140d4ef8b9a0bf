"""What one cell says as an answer: the value in the shape of its field, or the text kept as it is."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from shelter_app.domain.codelists import code_list, language_codes, language_label
from shelter_app.domain.countries import country_code
from shelter_app.domain.date_text import excel_serial
from shelter_app.domain.date_words import UNKNOWN_WORDS, han_in_digits
from shelter_app.domain.forms import Kind, form
from shelter_app.domain.partial_date import (
    FIRST_YEAR,
    LAST_YEAR,
    OLDEST,
    ParsedDate,
    PartialDate,
    parse_partial_date,
)
from shelter_app.exchange.registers.aliases import AGE
from shelter_app.exchange.registers.answers import Answer, DateRules
from shelter_app.exchange.registers.cells import Cell
from shelter_app.exchange.registers.documents import read_document_kind, read_documents
from shelter_app.exchange.registers.headers import known_targets
from shelter_app.exchange.registers.person_names import read_name, read_part_of_name
from shelter_app.exchange.registers.vocabulary import (
    CODE_WORDS,
    CONTAINS,
    NONE_WORDS,
    SEX_WORDS,
    YES_NO_WORDS,
    fold,
)

__all__ = ["answer", "date_answer"]

_SPLIT = re.compile(r"[,，;；、/／+＋()（）\n]|\band\b|&|以及|[及和与]")
_STATELESS = frozenset(("无国籍", "无国籍人", "无国籍人士", "stateless", "no nationality", "no citizenship"))
_AGES = re.compile(
    r"([0-9]{1,3})\s*(?:岁)?\s*(?:-|–|—|~|至|到|to)\s*([0-9]{1,3})\s*(?:周?岁|years?(?: old)?)?"
)
_COUNTED = re.compile(r"\s*(?:岁|次|人|个|times?|years?)$")
_MONTHS = re.compile(r"(?:([0-9]{1,2})\s*岁)?\s*([0-9]{1,2})\s*个月大?")
_MONTHS_EN = re.compile(r"(?:([0-9]{1,2})\s*years?(?: and)?\s*)?([0-9]{1,2})\s*months?(?: old)?")


def answer(path: str, cell: Cell, rules: DateRules) -> Answer:
    """The answer of one cell to the field that its column fills; see `docs/decisions/006-registers.md`."""
    if {"not_calculated", "cell_error"} & set(cell.remarks):
        return Answer()
    if "digits_lost" in cell.remarks:
        return Answer(text=cell.text)
    special = _SPECIAL.get(path)
    if special is not None:
        return special(path, cell, rules)
    kind = known_targets()[path]
    return _BY_KIND[kind](path, cell, rules)


def _text(path: str, cell: Cell, _rules: DateRules) -> Answer:
    return Answer({path: cell.text})


def _plain(path: str, cell: Cell, _rules: DateRules) -> Answer:
    """A number or code in words: full-width digits and letters become plain ones."""
    return Answer({path: unicodedata.normalize("NFKC", cell.text)})


def _phone(path: str, cell: Cell, _rules: DateRules) -> Answer:
    """A telephone number; other ways to reach somebody that stand in its column are kept as text."""
    number = unicodedata.normalize("NFKC", cell.text)
    if re.fullmatch(r"[0-9+()\s./;,-]+", number) and len(re.findall("[0-9]", number)) >= 5:
        return Answer({path: number})
    word = fold(cell.text)
    return Answer().keep(cell.text, "" if word in UNKNOWN_WORDS | NONE_WORDS else "kept_as_text")


def _texts(path: str, cell: Cell, _rules: DateRules) -> Answer:
    parts = [part.strip() for part in re.split(r"[;；、/\n]", cell.text) if part.strip()]
    return Answer({path: parts}) if parts else Answer(text=cell.text)


def _number(path: str, cell: Cell, _rules: DateRules) -> Answer:
    word = _COUNTED.sub("", fold(cell.text))
    digits = re.fullmatch(r"(\d{1,4})", han_in_digits(word))
    if digits:
        return Answer({path: int(digits[1])})
    if fold(cell.text) in UNKNOWN_WORDS:
        return Answer(text=cell.text)
    return Answer().keep(cell.text, "number_not_given")


def _age(path: str, cell: Cell, rules: DateRules) -> Answer:
    """Whole years that a person can have lived; one that is about is a `PartialDate`, "16-17" a pair of years."""
    found = _number(path, cell, rules)
    if path in found.values:
        return found if found.values[path] <= OLDEST else Answer().keep(cell.text, "number_not_given")
    word = fold(cell.text)
    between = _AGES.fullmatch(word)
    if between and int(between[1]) < int(between[2]) <= OLDEST:
        return Answer({path: (int(between[1]), int(between[2]), cell.text)})
    months = _MONTHS.fullmatch(word) or _MONTHS_EN.fullmatch(word)
    if months:
        years = int(months[1] or 0) + int(months[2] or 0) // 12
        return Answer({path: years}, cell.text, [("age_in_months", {"text": cell.text, "age": years})])
    parsed = parse_partial_date(cell.text, today=rules.today)
    about = parsed.as_age or parsed.value
    return Answer({path: about}) if about is not None and about.age is not None else found


def _word(words: dict[str, str]) -> Callable[[str, Cell, DateRules], Answer]:
    by_word = {word: code for code, listed in words.items() for word in listed.split("|")}

    def read(path: str, cell: Cell, _rules: DateRules) -> Answer:
        code = by_word.get(fold(cell.text)) or by_word.get(cell.text.strip().casefold())
        return Answer({path: code}) if code else Answer().keep(cell.text)

    return read


@lru_cache(maxsize=64)
def _code_words(path: str) -> tuple[str, dict[str, tuple[tuple[str, str], ...]]]:
    """The code list of a field and every word that stands for one of its codes."""
    form_id, field_id, *part = path.split(".")
    question = form(form_id).field(field_id)
    name = question.part(part[0]).codelist if part else question.codelist
    words: dict[str, tuple[tuple[str, str], ...]] = {}
    for entry in code_list(name).entries:
        for label in (entry.code, entry.en, entry.zh):
            words[fold(label)] = ((path, entry.code),)
    return name, words | CODE_WORDS.get(name, {})


def _code(path: str, cell: Cell, _rules: DateRules) -> Answer:
    name, words = _code_words(path)
    word = fold(cell.text)
    if word in words:
        return Answer(dict(words[word]))
    if word in UNKNOWN_WORDS:
        return Answer(text=cell.text)
    for part, code in CONTAINS.get(name, ()):
        if part in word:
            return Answer({path: code})
    return Answer().keep(cell.text)


def _codes(path: str, cell: Cell, _rules: DateRules) -> Answer:
    _name, words = _code_words(path)
    found = Answer()
    whole = fold(cell.text)
    parts = [whole] if whole in words else [fold(part) for part in _SPLIT.split(cell.text) if fold(part)]
    if not parts:
        return Answer(text=cell.text)
    for part in parts:
        if part in words:
            for target, code in words[part]:
                codes = found.values.setdefault(target, [])
                if code not in codes:
                    codes.append(code)
        elif part not in UNKNOWN_WORDS:
            return found.keep(cell.text)
        else:
            found.text = cell.text
    return found


def _country(path: str, cell: Cell, _rules: DateRules) -> Answer:
    match = country_code(cell.text)
    if match:
        return Answer({path: match.code})
    return Answer(text=cell.text) if fold(cell.text) in UNKNOWN_WORDS else Answer().keep(cell.text)


def _countries(path: str, cell: Cell, _rules: DateRules) -> Answer:
    whole = country_code(cell.text)
    if whole:
        return Answer({path: [whole.code]})
    if fold(cell.text) in _STATELESS:
        return Answer().keep(cell.text, "stateless")
    matches = [country_code(part) for part in re.split(r"[,，;；、/\n]", cell.text) if part.strip()]
    codes = [match.code for match in matches if match]
    if matches and len(codes) == len(matches):
        return Answer({path: list(dict.fromkeys(codes))})
    return Answer(text=cell.text) if fold(cell.text) in UNKNOWN_WORDS else Answer().keep(cell.text)


@lru_cache(maxsize=1)
def _language_words() -> dict[str, str]:
    words = {code: code for code in language_codes()}
    for code in language_codes():
        words |= {fold(language_label(code, "en")): code, fold(language_label(code, "zh")): code}
    return words


def _languages(path: str, cell: Cell, _rules: DateRules) -> Answer:
    parts = [fold(part) for part in re.split(r"[,，;；、/\n]", cell.text) if fold(part)]
    codes = [_language_words().get(part) for part in parts]
    if parts and all(codes):
        one = known_targets()[path] is Kind.LANGUAGE
        if not one or len(codes) == 1:
            return Answer({path: codes[0] if one else codes})
    return Answer().keep(cell.text)


def _date(path: str, cell: Cell, rules: DateRules) -> Answer:
    parsed = date_answer(cell, rules)
    found = Answer(alternatives=parsed.alternatives)
    remarks = [r for r in parsed.remarks if r != "age_without_day" or path != "person.birth"]
    value = parsed.value
    if rules.century_settled and remarks == ["two_digit_year"] and value is not None:
        remarks, value = [], PartialDate(value.year, value.month, value.day)
    if parsed.as_age is not None and path == "person.birth":
        found.text = cell.text
        found.reasons = [
            ("birth_number", {"text": cell.text, "number": parsed.as_age.age, "about": parsed.as_age.about})
        ]
        return found
    if value is not None and value.precision == "text":
        return found.keep(cell.text, f"date_{remarks[0]}" if remarks and not parsed.ambiguous else "")
    if value is not None:
        found.values[path] = value
    elif "no_date" in remarks:
        found.text, remarks = cell.text, []
    plain = replace(value, text="") if value is not None else ""
    found.reasons = [
        (f"date_{code}", {"text": cell.text, "reading": plain}) for code in remarks if not parsed.ambiguous
    ]
    return found


def date_answer(cell: Cell, rules: DateRules) -> ParsedDate:
    """The date in a cell; a day number of the spreadsheet only where the cell holds a number."""
    if cell.date is not None:
        late = ("in_future",) if cell.date > rules.today else ()
        if cell.date.year == 1899 and cell.date >= dt.date(1899, 12, 30):
            return ParsedDate(PartialDate(text=cell.text), ("zero_date",))
        if not FIRST_YEAR <= cell.date.year <= LAST_YEAR:
            return ParsedDate(PartialDate(text=cell.text), ("year_unlikely",))
        time = cell.text if len(cell.text) > len("2013-04-17") else ""
        return ParsedDate(replace(PartialDate.of(cell.date), text=time), late)
    if cell.number is not None:
        number = cell.number
        if number.is_integer() and not 1800 <= number <= 2200 and 367 <= number <= 99999:
            return excel_serial(number, today=rules.today)
        if re.fullmatch(r"\d{4}\.1", cell.text):
            return ParsedDate(PartialDate(int(number), text=cell.text), ("zero_lost",))
    return parse_partial_date(cell.text, order=rules.order, today=rules.today)


def _consent(path: str, cell: Cell, rules: DateRules) -> Answer:
    return _code(path, cell, rules)


def _handed(path: str, cell: Cell, rules: DateRules) -> Answer:
    """Who received the person: the kind as a code and, where more is written, the name."""
    found = _code(path, cell, rules)
    _name_of_list, words = _code_words(path)
    if path in found.values and fold(cell.text) not in words:
        found.values["return_step.handed_to"] = cell.text
    return found


def _medical(path: str, cell: Cell, _rules: DateRules) -> Answer:
    return (
        Answer(text=cell.text) if fold(cell.text) in NONE_WORDS | UNKNOWN_WORDS else Answer({path: cell.text})
    )


_BY_KIND: dict[Kind, Callable[[str, Cell, DateRules], Answer]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.TEXTS: _texts,
    Kind.NUMBER: _number,
    Kind.YES_NO: _word(YES_NO_WORDS),
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.COUNTRY: _country,
    Kind.COUNTRIES: _countries,
    Kind.LANGUAGE: _languages,
    Kind.LANGUAGES: _languages,
    Kind.DATE: _date,
}
_SPECIAL: dict[str, Callable[[str, Cell, DateRules], Answer]] = {
    AGE: _age,
    "intake.reference": _plain,
    "intake.post": _plain,
    "return_step.carrier": _plain,
    "person.phone_mobile": _phone,
    "person.phone_home": _phone,
    "person.sex": _word(SEX_WORDS),
    "person.documents.number": read_documents,
    "person.documents.kind": read_document_kind,
    "person.name_native": read_name,
    "person.name_latin": read_name,
    "person.family_name": read_part_of_name,
    "person.given_name": read_part_of_name,
    "consent.answer": _consent,
    "return_step.handed_to_kind": _handed,
    "service.medical_detail": _medical,
}
