"""What one cell says as an answer: the value in the shape of its field, or the text kept as it is."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from shelter_app.domain.codelists import code_list, language_codes, language_label
from shelter_app.domain.countries import country_code
from shelter_app.domain.date_text import excel_serial
from shelter_app.domain.date_words import UNKNOWN_WORDS
from shelter_app.domain.forms import Kind, form
from shelter_app.domain.identity import document_number
from shelter_app.domain.names import is_chinese
from shelter_app.domain.partial_date import (
    FIRST_YEAR,
    LAST_YEAR,
    OLDEST,
    DateOrder,
    ParsedDate,
    PartialDate,
    parse_partial_date,
)
from shelter_app.exchange.registers.aliases import AGE
from shelter_app.exchange.registers.cells import Cell
from shelter_app.exchange.registers.headers import known_targets
from shelter_app.exchange.registers.vocabulary import (
    CODE_WORDS,
    CONTAINS,
    NONE_WORDS,
    SEX_WORDS,
    YES_NO_WORDS,
    fold,
)

__all__ = ["Answer", "DateRules", "answer", "date_answer"]

_SPLIT = re.compile(r"[,，;；、/／+＋()（）\n]|\band\b|&")
_BRACKETS = re.compile(r"^(.*?)\s*[(（\[【](.+?)[)）\]】]\s*$")
_PSEUDONYMS = frozenset(("化名", "假名", "代称", "pseudonym", "alias", "not real name"))
#: What stands in a name's place where there is none.
#: What says that a name in brackets is another one, and is no part of it.
_OTHER_NAME = re.compile(
    r"^(?:又名|曾用名|原名|别名|小名|也叫|aka|a\.k\.a\.?|formerly|née|nee)[\s:：]*(?=.)", re.IGNORECASE
)
_NOT_NAMES = UNKNOWN_WORDS | {
    "佚名", "无名氏", "无名", "姓名不详", "某女", "某男", "无", "没有", "unnamed", "no name", "anonymous", "n/a", "-",
    "--", "—", "/",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateRules:
    """What the dates of one column have settled for each other."""

    order: DateOrder | None
    #: Whether the column's dates with four digits leave no doubt about the century of the others.
    century_settled: bool
    today: dt.date


@dataclass(slots=True)
class Answer:
    """What a cell says: answers by target path, what stays text, and what is odd."""

    values: dict[str, Any] = field(default_factory=dict)
    #: The text that no field holds.
    text: str = ""
    #: Codes of reasons with their values.
    reasons: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: Readings of an ambiguous date.
    alternatives: tuple[PartialDate, ...] = ()

    def keep(self, text: str, code: str = "kept_as_text") -> Answer:
        """The same answer with the text kept and the reason why."""
        self.text = text
        if code:
            self.reasons.append((code, {"text": text}))
        return self


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


def _texts(path: str, cell: Cell, _rules: DateRules) -> Answer:
    return Answer({path: [part.strip() for part in re.split(r"[;；、/\n]", cell.text) if part.strip()]})


def _number(path: str, cell: Cell, _rules: DateRules) -> Answer:
    digits = re.fullmatch(r"(\d{1,4})\s*(?:岁|次|人|个|times?|years?)?", fold(cell.text))
    if digits:
        return Answer({path: int(digits[1])})
    if fold(cell.text) in UNKNOWN_WORDS:
        return Answer(text=cell.text)
    return Answer().keep(cell.text, "number_not_given")


def _age(path: str, cell: Cell, rules: DateRules) -> Answer:
    """Whole years that a person can have lived; an age that is about is a `PartialDate`."""
    found = _number(path, cell, rules)
    if path in found.values:
        return found if found.values[path] <= OLDEST else Answer().keep(cell.text, "number_not_given")
    about = parse_partial_date(cell.text, today=rules.today).value
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


def _documents(_path: str, cell: Cell, rules: DateRules) -> Answer:
    """Document numbers; "none" is an answer of its own."""
    if fold(cell.text) in NONE_WORDS:
        return Answer({"person.documents_held": "no"})
    if fold(cell.text) in UNKNOWN_WORDS:
        return Answer(text=cell.text)
    found = Answer()
    rows = found.values.setdefault("person.documents", [])
    for part in re.split(r"[,，;；、/\n]", cell.text):
        if not part.strip():
            continue
        document = document_number(part, today=rules.today)
        rows.append({"kind": document.kind, "number": document.number})
        found.reasons += [
            (f"number_{problem}", {"text": document.number, "count": len(document.number)})
            for problem in document.problems
        ]
    return found


def _name(path: str, cell: Cell, _rules: DateRules) -> Answer:
    """A name: in its script's field; words in brackets are another name or say that it is a pseudonym."""
    text, found = cell.text, Answer()
    if fold(text) in _NOT_NAMES:
        return Answer(text=cell.text)
    brackets = _BRACKETS.match(text)
    if brackets and brackets[1]:
        text = brackets[1]
        if fold(brackets[2]) in _PSEUDONYMS:
            found.reasons.append(("pseudonym", {}))
            found.values["person.other_names"] = [{"role": "alias", "text": text}]
        else:
            found.reasons.append(("name_in_brackets", {"text": brackets[2]}))
            found.values["person.aliases"] = [_OTHER_NAME.sub("", brackets[2].strip())]
    if re.search(r"某|[×xX*○〇]$", text) and is_chinese(text):
        found.reasons.append(("incomplete_name", {}))
    latin = not is_chinese(text) and bool(re.search(r"[A-Za-z]", text))
    if path == "person.name_native" and latin:
        path = "person.name_latin"
    found.values[path] = text
    return found


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
    "person.phone_mobile": _plain,
    "person.phone_home": _plain,
    "person.sex": _word(SEX_WORDS),
    "person.documents.number": _documents,
    "person.name_native": _name,
    "person.name_latin": _name,
    "consent.answer": _consent,
    "return_step.handed_to_kind": _handed,
    "service.medical_detail": _medical,
}
