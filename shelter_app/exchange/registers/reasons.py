"""Why a row comes in with a remark, waits for a decision or is no person; and what can be decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from shelter_app.domain.codelists import Code
from shelter_app.domain.date_words import DATE_REMARKS
from shelter_app.domain.identity import IDENTITY_REMARKS
from shelter_i18n import N_, current_language, gettext_in
from shelter_i18n.formats import join_list

__all__ = ["DECISIONS", "MESSAGES", "WAITS", "Option", "Reason", "Severity", "reason"]

#: "waits": the decision about this row is asked at another row.
Severity = Literal["remark", "waits", "decision", "not_a_person"]


#: Code of the reason of a row that waits for the decision asked at another row of its group.
WAITS: Final = "same_person_elsewhere"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a decision: its code, its words and what it does."""

    code: str
    label: str
    effect: str


_LEAVE_OUT = Option("leave_out", N_("Leave this row out"), N_("It stays in the record of the import."))

_SEVERAL_PEOPLE = Option(
    "leave_out", N_("Several people"),
    N_("This row is left out. Write a row for each of them into the file and bring it in again, or open a case for each."),
)  # fmt: skip

#: What can be decided, by the code of the reason; the first is never chosen beforehand.
DECISIONS: dict[str, tuple[Option, ...]] = {
    "no_name": (
        Option("import_unnamed", N_("Import without a name"), N_("The case opens with its number only.")),
        _LEAVE_OUT,
    ),
    "several_names": (
        Option("other_names", N_("One person with other names"), N_("The first is the name, the others are kept as other names.")),
        Option("one_person", N_("One person with this name"), N_("The whole cell is taken as the name, as it is written.")),
        _SEVERAL_PEOPLE,
    ),
    "several_people": (
        Option("one_person", N_("Import as one person"), N_("One case opens under the words of this cell; open a case for each of the others.")),
        _SEVERAL_PEOPLE,
    ),
    "birth_age": (
        Option("age_right", N_("The age is right"), N_("The birth is kept as the age on the day of registration.")),
        Option("birth_right", N_("The birth is right"), N_("The age is kept as text.")),
        Option("neither", N_("Neither is certain"), N_("Both are kept as text; whether the person is a minor stays open.")),
        _LEAVE_OUT,
    ),
    "minor_birth": (
        Option("minor_right", N_("The word on being a minor is right"), N_("The birth is kept as text, to be clarified.")),
        Option("birth_right", N_("The birth or age is right"), N_("Being a minor follows from it.")),
        Option("neither", N_("Neither is certain"), N_("Whether the person is a minor stays open, and the birth is text.")),
        _LEAVE_OUT,
    ),
    "birth_number": (
        Option("age_meant", N_("It is the age"), N_("It is kept as the age on the day of registration.")),
        Option("as_text", N_("It is something else"), N_("It is kept as text.")),
        _LEAVE_OUT,
    ),
    "day_month": (
        Option("day_first", N_("The day stands first"), N_("3/4 is the third of April.")),
        Option("month_first", N_("The month stands first"), N_("3/4 is the fourth of March.")),
        Option("year_only", N_("It is not certain"), N_("Only the year is taken over; the text is kept.")),
        _LEAVE_OUT,
    ),
    "number_birth": (
        Option("column_right", N_("The birth in the column is right"), N_("The number is kept as it is written.")),
        Option("number_right", N_("The number is right"), N_("The birth is taken from it; the column is kept as text.")),
        Option("neither", N_("Neither is certain"), N_("The birth is kept as text, the number as written.")),
        _LEAVE_OUT,
    ),
    "same_person": (
        Option("same_person", N_("One person"), N_("One person with a case for each of these rows.")),
        Option("different", N_("Different people"), N_("Each row is a person of their own.")),
        Option("leave_out", N_("The same stay, written twice"), N_("Only the first of these rows is imported.")),
    ),
    "in_vault": (
        Option("same_person", N_("The same person"), N_("The row becomes a further case of that person.")),
        Option("different", N_("Different people"), N_("The row becomes a person of their own.")),
        _LEAVE_OUT,
    ),
}  # fmt: skip

#: Message of every reason, by code.
MESSAGES: dict[str, str] = {
    **{f"date_{code}": message for code, message in DATE_REMARKS.items()},
    **{f"number_{code}": message for code, message in IDENTITY_REMARKS.items()},
    "date_two_digit_year": N_("{text} was read as {reading}; the century is an assumption."),
    "no_name": N_("There is no name in this row."),
    "several_names": N_("{text}: several names stand in this cell. Is it one person?"),
    "several_people": N_("{text}: this cell speaks of several people. How shall it come in?"),
    "birth_age": N_("By the birth {birth} the person was {expected} on {day}, but the age says {age}. Which is right?"),
    "minor_birth": N_(
        "Said to be a minor: {minor}. By the birth or age ({basis}) the person was {age} at registration. Which is right?"
    ),
    "birth_number": N_("{text} stands where the birth should be: it may be an age or a running number. Which is it?"),
    "day_month": N_("{text} can be {first} or {second}. Which is meant?"),
    "number_birth": N_("The identity number says born {number}, the column says {column}. Which is right?"),
    "same_person": N_("Likely one person: rows {rows}. Is it?"),
    "in_vault": N_("Likely already in the vault: {cases}. Is it the same person?"),
    "same_person_elsewhere": N_("Likely the person of row {row}; the decision is asked there."),
    "decided": N_("Decided: {choice}."),
    "hidden_characters": N_("Invisible characters were removed."),
    "formula_as_text": N_("This text looks like a formula. It was kept as it is and never calculated; compare it with the paper or the person."),
    "digits_lost": N_("The spreadsheet has lost the last digits of this number. It was kept as text; compare it with the document."),
    "not_calculated": N_("A formula here was never calculated, so there is no answer. Open the file in a spreadsheet program, save it and import it again."),
    "cell_error": N_("The spreadsheet shows an error here; there is no answer."),
    "merged_cell": N_("The answer comes from a merged cell further up."),
    "kept_as_text": N_("{text}: this could not be read as an answer and was kept as text."),
    "stateless": N_("{text}: somebody without any citizenship. There is no code for this, so the words were kept."),
    "number_not_given": N_("{text}: this is not a number and was kept as text."),
    "column_unclear": N_("{header} can mean more than one thing, so this was kept as text. Say what the column means."),
    "second_column": N_("{text}: another column answers the same question and says something else. That one was taken over; this was kept as text."),
    "extra_cells": N_("There are more cells than columns; they were kept as text."),
    "missing_cells": N_("There are fewer cells than columns; check that nothing has shifted."),
    "hidden_row": N_("The row is hidden in the sheet; check whether it was taken out on purpose."),
    "hidden_sheet": N_("The row stands in a hidden sheet."),
    "birth_from_number": N_("The birth was taken from the identity number, because the column gives none."),
    "number_birth_differs": N_("The identity number says born {number}, the column says {column}. The column was taken over."),
    "number_sex_differs": N_("The identity number says another sex than the column. The column was taken over."),
    "age_differs": N_("{text}: this age does not fit the birth {birth}. The birth was taken over; the age was kept as text."),
    "born_after": N_("The birth is after the registration. Both were kept."),
    "age_confirmed": N_("The age {age} does not fit the birth {birth}, which the identity number confirms."),
    "age_in_months": N_("{text} was read as {age} whole years; the words were kept."),
    "age_between": N_("{text}: an age that is not certain; the birth was taken as lying between its bounds."),
    "document_unclear": N_("{text}: there are several document numbers in this row, so nobody can say to which this belongs. It was kept as text."),
    "document_kind_differs": N_("{text}: this does not fit the document number. The number was taken over; this was kept as text."),
    "age_one_off": N_("The age {age} is one year off the birth {birth}; it may be a nominal age or of another day."),
    "minor_confirmed": N_("A remark says minor, but the identity number confirms the birth {birth}: {age} years old."),
    "minor_from_remark": N_("That the person is a minor was taken from the remark."),
    "pregnant_male": N_("The remark speaks of a pregnancy, the sex says male. Both were kept."),
    "pseudonym": N_("The name is marked as a pseudonym."),
    "name_in_brackets": N_("A name in brackets was taken as another name."),
    "name_note": N_("{text}: this stands in brackets behind the name. It was kept as text, and is no other name."),
    "name_two_scripts": N_("The name stands here in two scripts; each was taken over."),
    "name_brackets_kept": N_("There are brackets inside the name; it was kept as it is written."),
    "incomplete_name": N_("The name is incomplete."),
    "whole_name": N_("The whole name stands in the column of the surname; it was not split."),
    "no_registration_day": N_("Nothing says on which day the person was registered. Until the intake does, the case counts from the day of this import."),
    "left_before": N_("The person left before being registered."),
    "departed_before": N_("The departure is before the registration."),
    "left_still_here": N_("A date of leaving is given, but also that the person is still here. Both were kept; the case stays open."),
    "returned_against": N_("The person refused to return, but a departure is written down. Look into this first."),
    "health_words": N_("The remark speaks of health. Move it to a health record if only health workers should read it."),
    "blank": N_("The row is blank."),
    "title": N_("A title or note above the table."),
    "header": N_("The names of the columns."),
    "note": N_("A note, not a person: {text}"),
    "total": N_("A total or subtotal: {text}"),
    "number_only": N_("Only a running number; the row was not filled in."),
    "no_table": N_("The sheet holds no table of people."),
    "left_out": N_("Left out by decision."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is odd about a row, and the cell it stands in."""

    code: str
    severity: Severity
    cell: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    #: Rows that one decision is about, as (sheet, row); the first is the one that the others may join.
    group: tuple[tuple[str, int], ...] = ()

    @property
    def message(self) -> str:
        """The message id; `text` fills and translates it."""
        return MESSAGES[self.code]

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be decided; nothing for a remark."""
        return DECISIONS[self.code] if self.severity == "decision" else ()

    def text(self, language: str | None = None) -> str:
        """The sentence for the reader."""
        language = language or current_language()
        values = {key: _shown(value, language) for key, value in self.values.items()}
        return gettext_in(language, self.message).format(**values)

    def to_json(self) -> dict[str, Any]:
        """The reason as plain data, with its sentence in the language in force."""
        out: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "cell": self.cell,
            "text": self.text(),
        }
        if self.options:
            out["options"] = [option.code for option in self.options]
        if self.group:
            out["rows"] = [row for _sheet, row in self.group]
        return out


def _shown(value: Any, language: str) -> str:
    reading = getattr(value, "reading", None)
    if reading is not None:
        return str(reading(language))
    if isinstance(value, Option):
        return gettext_in(language, value.label)
    if isinstance(value, Code):
        return value.label(language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return join_list(map(str, value), language)
    return str(value)


def reason(code: str, cell: str = "", **values: Any) -> Reason:
    """A reason with the severity that its code has."""
    severity: Severity = "decision" if code in DECISIONS else "waits" if code == WAITS else "remark"
    return Reason(code, severity, cell, values)
