"""Where the cells of one row contradict each other, and what is a decision rather than a remark.

A contradiction is a decision where two answers of equal weight give different people: a child or an adult, born in
one year or another. Where a third source settles it, or nothing hangs on it, it is a remark and both stay.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from shelter_app.domain.codelists import code_list
from shelter_app.domain.identity import ResidentNumber, resident_number
from shelter_app.domain.names import fold_latin
from shelter_app.domain.partial_date import FIRST_YEAR, PartialDate
from shelter_app.exchange.registers.aliases import AGE
from shelter_app.exchange.registers.documents import join_documents
from shelter_app.exchange.registers.reasons import Reason, reason
from shelter_app.exchange.registers.rows import RegisterRow, outcome_of
from shelter_app.exchange.registers.vocabulary import HEALTH_WORDS, PREGNANT, fold

__all__ = ["Cells", "check_row", "names_of"]

#: Whole years by which an age may differ from the birth before somebody has to decide.
TOLERANCE = 1
#: Whole years that an age "about" may be off.
_ROUGH = 3
ADULT = 18
_MINOR_WORDS = frozenset(("minor", "child", "未成年", "未成年人", "儿童"))
#: Target path -> cell of the row.
Cells = dict[str, str]


@dataclass(slots=True)
class _Draft:
    """A row while it is compared with itself."""

    values: dict[str, Any]
    unparsed: dict[str, str]
    reasons: list[Reason]
    cells: Cells

    def say(self, code: str, path: str, **shown: Any) -> None:
        self.reasons.append(reason(code, self.cells.get(path, ""), **shown))


def check_row(row: RegisterRow, cells: Cells, headers: dict[str, str], *, today: dt.date) -> RegisterRow:
    """The row with its name, birth and age put together and its contradictions named."""
    draft = _Draft(dict(row.values), dict(row.unparsed), list(row.reasons), cells)
    _documents(draft, row, headers)
    _groups(draft)
    _names(draft)
    _century(draft)
    resident = _resident(draft, today)
    sure = resident is not None and not resident.problems
    confirmed = _birth(draft, resident, sure, headers)
    header, texts = headers.get(AGE, ""), dict(row.original)
    if header in draft.unparsed and header in texts:
        draft.unparsed[header] = texts[header]
    _minor(draft, confirmed)
    _sex(draft, resident)
    _orders(draft)
    _no_entry(draft, row, headers)
    if not names_of(draft.values):
        draft.reasons.append(reason("no_name", replace(row, cells=cells).name_cell))
    registered: PartialDate | None = draft.values.get("intake.registered_on")
    if registered is None or not registered.iso():
        draft.say("no_registration_day", "intake.registered_on")
    if HEALTH_WORDS.search(draft.values.get("intake.remark", "")):
        draft.say("health_words", "intake.remark")
    reasons = tuple(_each_once(draft.reasons))
    return replace(
        row,
        values=draft.values,
        unparsed=draft.unparsed,
        reasons=reasons,
        cells=cells,
        outcome=outcome_of(reasons),
    )


def _each_once(reasons: list[Reason]) -> list[Reason]:
    """Each reason once per cell."""
    seen: dict[tuple[str, str], Reason] = {}
    for each in reasons:
        seen.setdefault((each.code, each.cell), each)
    return list(seen.values())


def names_of(values: Any) -> tuple[str, ...]:
    """Every name that a row gives, the person's own script first."""
    whole = " ".join(filter(None, (values.get("person.family_name"), values.get("person.given_name"))))
    listed = (
        values.get("person.name_native"),
        values.get("person.name_latin"),
        whole,
        *values.get("person.aliases", ()),
    )
    return tuple(dict.fromkeys(name for name in listed if name))


def _names(draft: _Draft) -> None:
    """Surname and given name also as a whole; a whole name in the surname's column is not split."""
    values = draft.values
    family, given = values.get("person.family_name"), values.get("person.given_name")
    latin = values.get("person.name_latin")
    if family and not given and len(family.split()) > 1:
        draft.say("whole_name", "person.family_name")
        del values["person.family_name"]
        if latin and fold_latin(latin) != fold_latin(family):
            values["person.aliases"] = [*values.get("person.aliases", ()), family]
        values["person.name_latin"] = latin or family
    elif family and given and not latin:
        values["person.name_latin"] = f"{family} {given}"


def _documents(draft: _Draft, row: RegisterRow, headers: dict[str, str]) -> None:
    """The columns about a document put together; the shape of a number says nothing once its kind is known."""
    for code, path, shown in join_documents(draft.values, draft.unparsed, dict(row.original), headers):
        draft.say(code, path, **shown)
    kinds = {document.get("kind") for document in draft.values.get("person.documents", ())}
    if kinds and kinds.isdisjoint({"passport", "other"}):
        draft.reasons = [each for each in draft.reasons if each.code != "number_unknown_shape"]


def _groups(draft: _Draft) -> None:
    """Answers to the questions of other groups become a row of their group."""
    rows: dict[str, dict[str, Any]] = {}
    for path in [path for path in draft.values if path.count(".") == 2]:
        group, _dot, part = path.rpartition(".")
        rows.setdefault(group, {})[part] = draft.values.pop(path)
    for group, answers in rows.items():
        draft.values[group] = [*draft.values.get(group, ()), answers]


def _century(draft: _Draft) -> None:
    """A birth with a two-digit year lies a century earlier where it would be after the registration."""
    birth: PartialDate | None = draft.values.get("person.birth")
    registered: PartialDate | None = draft.values.get("intake.registered_on")
    first = birth.earliest() if birth else None
    last = registered.latest() if registered else None
    if birth is None or birth.year is None or first is None or last is None or first <= last:
        return
    for place, each in enumerate(draft.reasons):
        if (each.code, each.cell) == ("date_two_digit_year", draft.cells.get("person.birth")):
            day = None if birth.month == 2 and birth.day == 29 else birth.day
            earlier = replace(birth, year=birth.year - 100, day=day)
            draft.values["person.birth"] = earlier
            shown = {**each.values, "reading": replace(earlier, text="")}
            draft.reasons[place] = replace(each, values=shown)


def _resident(draft: _Draft, today: dt.date) -> ResidentNumber | None:
    for document in draft.values.get("person.documents", ()):
        if document.get("kind") == "resident_id" and "number" in document:
            return resident_number(document["number"], today=today)
    return None


def _birth(draft: _Draft, resident: ResidentNumber | None, sure: bool, headers: dict[str, str]) -> bool:
    """Put the birth together from column, number and age; true if the number confirms it."""
    values = draft.values
    column: PartialDate | None = values.get("person.birth")
    age: int | None = _plain_age(draft, headers)
    registered: PartialDate | None = values.get("intake.registered_on")
    hint = resident.birth if resident else None
    if column is not None and column.age is not None:
        values["person.birth"] = column = column.with_asof(registered)
    birth, confirmed = column, False
    if column is None or column.precision in {"unknown", "text"}:
        text = column.text if column else ""
        if hint is not None and sure:
            birth, confirmed = replace(hint, text=text), True
            draft.say("birth_from_number", "person.documents.number")
        elif age is not None:
            asof = registered if registered is not None and registered.year is not None else None
            birth = PartialDate(age=age, asof=replace(asof, text="") if asof else None, text=text)
            values["person.birth"] = birth
            return False
    elif hint is not None:
        confirmed = _compare_number(draft, column, hint, sure)
    if birth is not None:
        values["person.birth"] = birth
        _compare_age(draft, birth, age, registered, confirmed, headers)
    return confirmed


def _plain_age(draft: _Draft, headers: dict[str, str]) -> int | None:
    """The age as whole years. One that is only about stands for an unknown birth, else beside it as text."""
    age = draft.values.get(AGE)
    if isinstance(age, tuple):
        del draft.values[AGE]
        _age_between(draft, age, headers)
        return None
    if not isinstance(age, PartialDate):
        return age
    del draft.values[AGE]
    birth: PartialDate | None = draft.values.get("person.birth")
    registered: PartialDate | None = draft.values.get("intake.registered_on")
    if birth is None or birth.precision in {"unknown", "text"}:
        draft.values["person.birth"] = age.with_asof(replace(registered, text="") if registered else None)
        return None
    draft.unparsed[headers.get(AGE, "age")] = age.text
    if age.age is not None and age.about:
        _compare_rough(draft, birth, (age.age - _ROUGH, age.age + _ROUGH), age.text)
    return None if age.about else age.age


def _compare_rough(draft: _Draft, birth: PartialDate, bounds: tuple[int, int], text: str) -> None:
    """Say that an age which is not exact lies far from the birth; it weighs too little to ask about."""
    ages = _ages(birth, draft.values.get("intake.registered_on"))
    if ages is not None and not (bounds[0] <= ages[1] and ages[0] <= bounds[1]):
        draft.say("age_differs", AGE, text=text, birth=birth)


def _age_between(draft: _Draft, age: tuple[int, int, str], headers: dict[str, str]) -> None:
    """An age such as "16-17" bounds an unknown birth by the registration; elsewhere it is kept as text."""
    youngest, oldest, text = age
    birth: PartialDate | None = draft.values.get("person.birth")
    registered: PartialDate | None = draft.values.get("intake.registered_on")
    unknown = birth is None or birth.precision in {"unknown", "text"}
    if unknown and registered is not None and registered.year is not None:
        day = replace(registered, text="")
        first, last = PartialDate.at_age(oldest, day).earliest(), PartialDate.at_age(youngest, day).latest()
        if first is not None and last is not None and first.year >= FIRST_YEAR:
            bounds = PartialDate.of(first), PartialDate.of(last)
            draft.values["person.birth"] = PartialDate(start=bounds[0], end=bounds[1], text=text)
            draft.say("age_between", AGE, text=text)
            return
    draft.unparsed[headers.get(AGE, "age")] = text
    if birth is None or unknown:
        draft.say("kept_as_text", AGE, text=text)
    else:
        _compare_rough(draft, birth, (youngest - TOLERANCE, oldest + TOLERANCE), text)


def _compare_number(draft: _Draft, column: PartialDate, hint: PartialDate, sure: bool) -> bool:
    """Whether a sound number confirms the column; names the difference if there is one."""
    low, high, day = column.earliest(), column.latest(), hint.exact()
    if low is None or high is None or day is None:
        return False
    if low <= day <= high:
        return sure
    years_off = min(abs((low - day).days), abs((day - high).days)) / 365.25
    code = "number_birth" if not sure or years_off > TOLERANCE else "number_birth_differs"
    draft.say(code, "person.birth", number=hint, column=column)
    return False


def _ages(birth: PartialDate, registered: PartialDate | None) -> tuple[int, int] | None:
    """Youngest and oldest age at registration."""
    if registered is None:
        return None
    low, high = registered.earliest(), registered.latest()
    first = birth.age_on(low) if low else None
    last = birth.age_on(high) if high else None
    return (first[0] if first else 0, last[1]) if last else None


def _span(ages: tuple[int, int]) -> str:
    return str(ages[0]) if ages[0] == ages[1] else f"{ages[0]}-{ages[1]}"


def _compare_age(
    draft: _Draft,
    birth: PartialDate,
    age: int | None,
    registered: PartialDate | None,
    confirmed: bool,
    headers: dict[str, str],
) -> None:
    ages = _ages(birth, registered)
    if age is None or ages is None or ages[0] <= age <= ages[1]:
        return
    off = ages[0] - age if age < ages[0] else age - ages[1]
    draft.unparsed.setdefault(headers.get(AGE, "age"), str(age))
    if off <= TOLERANCE:
        draft.say("age_one_off", AGE, age=age, birth=birth)
    elif confirmed:
        draft.say("age_confirmed", AGE, age=age, birth=birth)
    else:
        draft.say("birth_age", "person.birth", birth=birth, expected=_span(ages), day=registered, age=age)


def _minor(draft: _Draft, confirmed: bool) -> None:
    """Compare what is said about being a minor with the birth or age at registration."""
    values = draft.values
    flag, path = values.get("intake.is_minor"), "intake.is_minor"
    word = fold(values.get("intake.remark", ""))
    if flag not in {"yes", "no"}:
        if word not in _MINOR_WORDS:
            return
        flag, path = "yes", "intake.remark"
    birth: PartialDate | None = values.get("person.birth")
    ages = _ages(birth, values.get("intake.registered_on")) if birth else None
    if ages is None and birth is not None and birth.age is not None:
        ages = (birth.age, birth.age)
    wrong = ages is not None and (ages[0] >= ADULT if flag == "yes" else ages[1] < ADULT)
    if ages is None or birth is None or not wrong:
        values["intake.is_minor"] = flag
        if path == "intake.remark":
            draft.say("minor_from_remark", path)
    elif any(each.code == "birth_age" for each in draft.reasons):
        return
    elif confirmed and path == "intake.remark":
        draft.say("minor_confirmed", path, birth=birth, age=_span(ages))
    else:
        text = values.get("intake.remark") if path == "intake.remark" else code_list("yes_no").get(flag)
        draft.say("minor_birth", path, minor=text, flag=flag, basis=birth, age=_span(ages))


def _sex(draft: _Draft, resident: ResidentNumber | None) -> None:
    sex = draft.values.get("person.sex")
    if (
        resident is not None
        and len(resident.number) == 18
        and sex in {"female", "male"}
        and sex != resident.sex
    ):
        draft.say("number_sex_differs", "person.sex")
    if sex == "male" and PREGNANT.search(draft.values.get("intake.remark", "")):
        draft.say("pregnant_male", "intake.remark")


def _no_entry(draft: _Draft, row: RegisterRow, headers: dict[str, str]) -> None:
    """Answers that open no entry of their own (still here, no sessions) stay as words with the intake."""
    values, texts = draft.values, dict(row.original)
    paths = ["service.sessions"] if values.get("service.sessions") == 0 else []
    if values.get("closure.destination") == "still_here":
        paths += ["closure.destination", "closure.left_on"]
    for path in paths:
        header = headers.get(path, "")
        if header in texts:
            draft.unparsed[header] = texts[header]


def _orders(draft: _Draft) -> None:
    """Dates and answers that cannot follow each other as written; all stay as they are."""
    values = draft.values
    registered: PartialDate | None = values.get("intake.registered_on")
    start = registered.earliest() if registered else None
    for path, code in (("closure.left_on", "left_before"), ("return_step.departed_on", "departed_before")):
        end: PartialDate | None = values.get(path)
        last = end.latest() if end else None
        if start is not None and last is not None and last < start:
            draft.say(code, path)
    birth: PartialDate | None = values.get("person.birth")
    born, known_by = birth.earliest() if birth else None, registered.latest() if registered else None
    if born is not None and known_by is not None and born > known_by:
        draft.say("born_after", "person.birth")
    if values.get("closure.destination") == "still_here" and "closure.left_on" in values:
        draft.say("left_still_here", "closure.left_on")
    if values.get("consent.answer") == "refused" and "return_step.departed_on" in values:
        draft.say("returned_against", "consent.answer")
