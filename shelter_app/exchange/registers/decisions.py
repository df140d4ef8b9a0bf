"""What a decision does to a row. Both answers stay readable whatever is decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shelter_app.domain.partial_date import PartialDate
from shelter_app.exchange.registers.aliases import AGE
from shelter_app.exchange.registers.reasons import DECISIONS, Option, Reason, reason
from shelter_app.exchange.registers.rows import RegisterRow, outcome_of

__all__ = ["resolve"]


def resolve(row: RegisterRow, choice: tuple[str, str]) -> RegisterRow:
    """The row with one decision taken: `choice` is the code of the reason and that of the option.

    Raises:
        KeyError: the row asks for no such decision, or the decision has no such option.
    """
    code, chosen = choice
    asked = next((each for each in row.open_decisions if each.code == code), None)
    option = next((each for each in DECISIONS.get(code, ()) if each.code == chosen), None)
    if asked is None or option is None:
        raise KeyError(choice)
    kept = tuple(each for each in row.reasons if each is not asked)
    decided = {**row.decided, code: chosen}
    if code == "in_vault":
        decided["in_vault_cases"] = str(asked.values["cases"])
    if chosen == "leave_out" and code != "same_person":
        return replace(
            row, reasons=(*kept, Reason("left_out", "not_a_person")), outcome="not_a_person", decided=decided
        )
    if code == "same_person":
        return _same_person(
            replace(row, reasons=(*kept, _decided(asked, option)), decided=decided), asked, chosen
        )
    values, unparsed = dict(row.values), dict(row.unparsed)
    if code in _EFFECTS:
        _EFFECTS[code](values, unparsed, asked, chosen)
    reasons = (*kept, _decided(asked, option))
    return replace(
        row, values=values, unparsed=unparsed, reasons=reasons, outcome=outcome_of(reasons), decided=decided
    )


def _same_person(row: RegisterRow, asked: Reason, chosen: str) -> RegisterRow:
    """The question stands at a later row of its group: that row joins the first, stays alone or is left out."""
    reasons = (*row.reasons, Reason("left_out", "not_a_person")) if chosen == "leave_out" else row.reasons
    same = asked.group[0] if chosen == "same_person" else None
    return replace(row, reasons=reasons, outcome=outcome_of(reasons), same_person_as=same)


def _decided(asked: Reason, option: Option) -> Reason:
    return replace(reason("decided", asked.cell, choice=option), group=asked.group)


def _as_text(*parts: Any) -> PartialDate:
    """A birth that is open: only words."""
    words = [
        part.text or part.iso() or part.reading() if isinstance(part, PartialDate) else str(part)
        for part in parts
    ]
    return PartialDate(text=" / ".join(words))


def _birth_age(values: dict[str, Any], _unparsed: dict[str, str], asked: Reason, chosen: str) -> None:
    birth, age, day = asked.values["birth"], asked.values["age"], asked.values["day"]
    if chosen == "age_right":
        values["person.birth"] = PartialDate(
            age=age, asof=replace(day, text=""), text=birth.text or birth.iso() or birth.reading()
        )
    elif chosen == "neither":
        values["person.birth"] = _as_text(birth, age)
        values["intake.is_minor"] = "unknown"
        values.pop(AGE, None)
    elif chosen == "birth_right":
        values.pop(AGE, None)


def _minor_birth(values: dict[str, Any], _unparsed: dict[str, str], asked: Reason, chosen: str) -> None:
    flag, birth = asked.values["flag"], asked.values["basis"]
    if chosen == "minor_right":
        values["intake.is_minor"] = flag
        values["person.birth"] = _as_text(birth)
    elif chosen == "birth_right":
        values["intake.is_minor"] = "no" if flag == "yes" else "yes"
    else:
        values["intake.is_minor"] = "unknown"
        values["person.birth"] = _as_text(birth)


def _birth_number(values: dict[str, Any], _unparsed: dict[str, str], asked: Reason, chosen: str) -> None:
    if chosen == "age_meant":
        registered = values.get("intake.registered_on")
        about = bool(asked.values.get("about"))
        age = PartialDate(age=asked.values["number"], about=about, text=asked.values["text"])
        values["person.birth"] = age.with_asof(replace(registered, text="") if registered else None)


def _day_month(values: dict[str, Any], _unparsed: dict[str, str], asked: Reason, chosen: str) -> None:
    readings = {"day_first": asked.values["first"], "month_first": asked.values["second"]}
    if chosen in readings:
        values[asked.values["path"]] = readings[chosen]


def _number_birth(values: dict[str, Any], _unparsed: dict[str, str], asked: Reason, chosen: str) -> None:
    number, column = asked.values["number"], asked.values["column"]
    if chosen == "number_right":
        values["person.birth"] = replace(number, text=column.text or column.iso() or column.reading())
    elif chosen == "neither":
        values["person.birth"] = _as_text(column, number)


def _several_names(values: dict[str, Any], _unparsed: dict[str, str], asked: Reason, chosen: str) -> None:
    if chosen == "other_names":
        first, *others = asked.values["names"]
        values[asked.values["path"]] = first
        values["person.aliases"] = [*values.get("person.aliases", ()), *others]


_EFFECTS = {
    "several_names": _several_names,
    "birth_age": _birth_age,
    "minor_birth": _minor_birth,
    "birth_number": _birth_number,
    "day_month": _day_month,
    "number_birth": _number_birth,
}
