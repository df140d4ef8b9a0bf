"""What a form is: fields in sections, each field with the compartment that its answers are kept in.

A form is declared once. The screen, the checks, the split by compartment, the PDF, the import targets and
the export coding are all made from the declaration. A declaration that would let free text into the coded
compartment cannot be built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

__all__ = [
    "TEXT_KINDS",
    "TYPED_COLUMNS",
    "YES_NO_ANSWERS",
    "Condition",
    "Due",
    "Field",
    "FieldClass",
    "Form",
    "Kind",
    "Order",
    "Projection",
    "Section",
    "Stage",
    "Values",
]

#: Answers of one filled form by field id, as JSON holds them.
Values = Mapping[str, Any]
Projection = Literal["sex", "age", "citizenship"]

_ID = re.compile(r"[a-z][a-z0-9_]*")
#: The largest number that the coded compartment takes: too small for any document or telephone number.
_MAXIMUM_CODED = 9999
#: Typed columns that lists and agendas need.
TYPED_COLUMNS = ("happened_on", "due_on", "done_on", "status", "assigned_to")
#: Four different answers; an answer that is absent is a fifth thing: the question was left open.
YES_NO_ANSWERS = ("yes", "no", "unknown", "not_asked")


class FieldClass(StrEnum):
    """What a reader could do with an answer; the value is the name of its compartment."""

    CODED = "coded"
    IDENTIFYING = "people"
    HEALTH = "health"


class Kind(StrEnum):
    """What an answer looks like.

    JSON by kind: text for TEXT, LONG_TEXT, CODE, COUNTRY (ISO 3166-1 alpha-2), LANGUAGE (ISO 639), USER (a
    user's id) and YES_NO; a whole number for NUMBER; what `PartialDate` writes for DATE; a list of texts for
    TEXTS, CODES, COUNTRIES and LANGUAGES; a list of objects for GROUP.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    TEXTS = "texts"
    NUMBER = "number"
    YES_NO = "yes_no"
    CODE = "code"
    CODES = "codes"
    COUNTRY = "country"
    COUNTRIES = "countries"
    LANGUAGE = "language"
    LANGUAGES = "languages"
    DATE = "date"
    USER = "user"
    GROUP = "group"


TEXT_KINDS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.TEXTS})
_CODED_KINDS = frozenset(Kind) - TEXT_KINDS - {Kind.GROUP}
_PROJECTION_KINDS = {"sex": {Kind.CODE}, "age": {Kind.DATE}, "citizenship": {Kind.COUNTRIES, Kind.COUNTRY}}


@dataclass(frozen=True, slots=True)
class Condition:
    """A field is asked only where another field has one of these answers; plain data, so that it can be kept."""

    field: str
    values: tuple[str, ...]

    def holds(self, values: Values) -> bool:
        """Whether the answers in `values` meet the condition; any one of several chosen codes is enough."""
        answer = values.get(self.field)
        if isinstance(answer, list):
            return any(isinstance(item, str) and item in self.values for item in answer)
        return isinstance(answer, str) and answer in self.values

    def as_json(self) -> dict[str, Any]:
        """The condition as JSON."""
        return {"field": self.field, "values": list(self.values)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Condition:
        """The condition that `as_json` wrote."""
        return cls(str(data["field"]), tuple(str(value) for value in data["values"]))


@dataclass(frozen=True, slots=True)
class Field:
    """One question: its label, what an answer looks like, where it is kept and what it is called elsewhere."""

    id: str
    kind: Kind
    label: str
    #: None: the class of its section; text in a coded section is identifying.
    cls: FieldClass | None = None
    codelist: str = ""
    #: The field whose answer narrows the code list to one group.
    within: str = ""
    help: str = ""
    #: A few words inside the empty field.
    hint: str = ""
    #: Headers of registers that mean this field, in either language.
    headers: tuple[str, ...] = ()
    htcds: str = ""
    #: CTDC column; a name that ends in `*` stands for the columns that the codes of the list name.
    ctdc: str = ""
    when: Condition | None = None
    #: Questions of one row of a GROUP.
    fields: tuple[Field, ...] = ()
    #: Shown as a column of lists.
    column: bool = False
    #: A coarse coded value that is written from this sealed field in the same save.
    projection: Projection | None = None
    minimum: int | None = None
    maximum: int | None = None
    width: Literal["full", "half", "third"] = "half"
    #: The text field that the answer "other" opens.
    other: str = ""
    #: An entry cannot be saved without it: without it the entry would say nothing.
    required: bool = False
    #: A day that lies ahead is an ordinary answer here.
    future: bool = False
    #: Texts of a known form are checked for it, as a warning.
    form: Literal["", "email", "phone"] = ""

    def __post_init__(self) -> None:
        """Refuse a declaration that could not work or would put text among the coded facts."""
        self._require(_ID.fullmatch(self.id) is not None, "an id is lower-case letters, digits and _")
        self._require(bool(self.label), "a field needs a label")
        self._require(
            (self.kind in (Kind.CODE, Kind.CODES)) == bool(self.codelist),
            "codes and only codes have a code list",
        )
        self._require((self.kind is Kind.GROUP) == bool(self.fields), "groups and only groups have fields")
        for part in self.fields:
            self._require(part.kind is not Kind.GROUP, "a group does not hold groups")
            self._require(part.cls is None, "a group is kept in one compartment")
        self._require(
            len({part.id for part in self.fields}) == len(self.fields), "two fields of a group have one id"
        )
        self._require(not (self.cls is FieldClass.CODED and self.holds_text), "text is never coded")
        if self.projection:
            self._require(self.kind in _PROJECTION_KINDS[self.projection], "this kind has no such projection")
        if self.form:
            self._require(self.kind is Kind.TEXT, "only a text has a form")

    def _require(self, condition: bool, why: str) -> None:
        if not condition:
            raise ValueError(f"field {self.id!r}: {why}")

    @property
    def holds_text(self) -> bool:
        """Whether a person can write free text into it."""
        return self.kind in TEXT_KINDS or any(part.kind in TEXT_KINDS for part in self.fields)

    def part(self, part_id: str) -> Field:
        """A question of a row of this group."""
        return next(part for part in self.fields if part.id == part_id)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that stand together on screen and paper, and the compartment they are kept in."""

    id: str
    title: str
    fields: tuple[Field, ...]
    cls: FieldClass = FieldClass.IDENTIFYING
    icon: str = ""
    help: str = ""

    def class_of(self, question: Field) -> FieldClass:
        """The compartment of a field of this section (design: free text is never coded)."""
        if question.cls is not None:
            return question.cls
        if self.cls is FieldClass.CODED and (question.holds_text or question.projection):
            return FieldClass.IDENTIFYING
        return self.cls


@dataclass(frozen=True, slots=True)
class Order:
    """Two dates of one form that usually come in this order; another order is asked about, not refused."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Due:
    """Something is still to be done on the day that a field holds, unless other answers say otherwise."""

    field: str
    unless: Condition | None = None
    #: It follows what the entry tells, so that the entry counts as open although it tells of something done.
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """An entry of a form shows that the case has reached a stage, always or under a condition."""

    id: str
    when: Condition | None = None


@dataclass(frozen=True, eq=False)
class Form:
    """A kind of entry. A change that old answers would not fit is a new version; old versions stay."""

    id: str
    version: int
    title: str
    sections: tuple[Section, ...]
    icon: str = ""
    owner: Literal["case", "person"] = "case"
    repeatable: bool = True
    #: Typed column other than `due_on`: id of the coded field that fills it.
    typed: Mapping[str, str] = field(default_factory=dict)
    #: The first of these that holds fills `due_on`.
    dues: tuple[Due, ...] = ()
    #: Fields of the line that the timeline shows, in this order.
    summary: tuple[str, ...] = ()
    #: The last one that applies is the stage that the case has reached.
    stages: tuple[Stage, ...] = ()
    orders: tuple[Order, ...] = ()
    #: Entries show only "health" outside their sealed part; which form it was is sealed too.
    veiled: bool = False
    #: An entry of it is made by adding a file, never by filling it in; it is on no menu and in no register.
    carries_file: bool = False
    help: str = ""

    def __post_init__(self) -> None:
        """Refuse a form whose parts do not fit together."""
        ids = [question.id for question in self.fields]
        self._require(_ID.fullmatch(self.id) is not None, "an id is lower-case letters, digits and _")
        self._require(self.version >= 1, "versions count from 1")
        self._require(len(set(ids)) == len(ids), "two fields have one id")
        known = set(ids)
        for question in self.fields:
            self._check_field(question, known)
        for column, field_id in self.typed.items():
            self._check_typed(column, field_id, known)
        for due in self.dues:
            self._check_typed("due_on", due.field, known)
            self._require(due.unless is None or due.unless.field in known, f"{due.field} rests on no field")
        self._require(known.issuperset(self.summary), "the summary names a field that is not there")
        for order in self.orders:
            for field_id in (order.first, order.second):
                self._require(
                    field_id in known and self.field(field_id).kind is Kind.DATE, "an order is one of dates"
                )
        for stage in self.stages:
            self._require(stage.when is None or stage.when.field in known, "a stage rests on no field")

    def _check_field(self, question: Field, known: set[str]) -> None:
        self._require(
            question.when is None or question.when.field in known - {question.id},
            f"{question.id} rests on no other field",
        )
        self._require(
            not question.within
            or (question.within in known and self.field(question.within).kind is Kind.CODE),
            f"{question.id} is narrowed by no code",
        )
        parts = {part.id for part in question.fields}
        for part in question.fields:
            self._require(
                part.when is None or part.when.field in parts - {part.id},
                f"{part.id} rests on no other field",
            )
            self._require(not part.other or part.other in parts, f"{part.id} opens no field")
        if question.other:
            self._require(
                question.other in known and self.field(question.other).kind in TEXT_KINDS,
                f"{question.id} opens no text",
            )
        if self.class_of(question.id) is FieldClass.CODED:
            self._require(not question.projection, f"{question.id} is coded already")
            for each in question.fields or (question,):
                self._require(each.kind in _CODED_KINDS, f"{question.id}: text is never coded")
                self._require(
                    each.kind is not Kind.NUMBER
                    or (
                        each.minimum is not None
                        and each.maximum is not None
                        and each.maximum <= _MAXIMUM_CODED
                    ),
                    f"{question.id}: a coded number needs narrow bounds",
                )

    def _check_typed(self, column: str, field_id: str, known: set[str]) -> None:
        self._require(
            column in TYPED_COLUMNS and field_id in known, f"no typed column {column} from {field_id}"
        )
        kinds = {"status": Kind.CODE, "assigned_to": Kind.USER}
        self._require(
            self.field(field_id).kind is kinds.get(column, Kind.DATE), f"{field_id} cannot fill {column}"
        )
        self._require(
            self.veiled or self.class_of(field_id) is FieldClass.CODED, f"typed column {column} is not coded"
        )
        self._require(
            not self.veiled or column in ("happened_on", "due_on"), "a veiled form shows only its dates"
        )

    def _require(self, condition: bool, why: str) -> None:
        if not condition:
            raise ValueError(f"form {self.id!r} version {self.version}: {why}")

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All fields in the order of the sections."""
        return tuple(question for section in self.sections for question in section.fields)

    @cached_property
    def _by_id(self) -> dict[str, tuple[Field, FieldClass]]:
        return {
            question.id: (question, FieldClass.HEALTH if self.veiled else section.class_of(question))
            for section in self.sections
            for question in section.fields
        }

    def __contains__(self, field_id: object) -> bool:
        return field_id in self._by_id

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def field(self, field_id: str) -> Field:
        """The field with this id; KeyError if the form has none."""
        return self._by_id[field_id][0]

    def class_of(self, field_id: str) -> FieldClass:
        """The compartment that answers to this field are kept in."""
        return self._by_id[field_id][1]

    @property
    def public_id(self) -> str:
        """What may be written outside the sealed parts: the id, or only "health" where the form is veiled."""
        return FieldClass.HEALTH.value if self.veiled else self.id
