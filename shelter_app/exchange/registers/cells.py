"""The cells of a register as the person who filled it in sees them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

__all__ = ["BLANK", "Cell", "RegisterFile", "Sheet", "cell_of", "column_letters", "text_cell"]

CellKind = Literal["blank", "text", "number", "date", "other"]

#: Controls of writing direction and invisible characters that can make a text look like another one. Joiners
#: stay: Burmese, Khmer and Persian need them.
_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe]"
)
#: What a spreadsheet would calculate; a telephone number, a dash and a negative number are none of it.
_FORMULA = re.compile(r"^(?:[=@＝＠](?=.)|[+＋\-－](?=[^\W\d]|.*[(|!=*+]))")
#: How a spreadsheet writes a long number into a text file: 3.50102E+17.
_ROUNDED = re.compile(r"^\d(?:\.\d+)?E\+\d{1,3}$", re.IGNORECASE)
_PLAIN_SIGN = re.compile(r"^[+＋\-－][\d\s.,()\-－]*$")
#: Above this a spreadsheet has lost digits: it keeps 15.
_EXACT = 10**15


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, what it is, and what had to be done to show it."""

    text: str
    kind: CellKind = "text"
    date: dt.date | None = None
    number: float | None = None
    #: Codes of remarks: "hidden_characters", "digits_lost", "not_calculated", "cell_error", "merged_cell",
    #: "formula_as_text".
    remarks: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.text and not self.remarks


BLANK = Cell("", "blank")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of the file: every row up to the last that is used, numbered from 1 as the file counts."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False
    #: Whether rows are merged across columns in row n (counted from 0): such rows are titles.
    merged_rows: frozenset[int] = frozenset()
    #: Rows that somebody hid, counted from 0.
    hidden_rows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register as it was read, with how it was read."""

    name: str
    kind: Literal["workbook", "text"]
    sheets: tuple[Sheet, ...]
    #: Character set of a text file; "" for a workbook.
    encoding: str = ""
    #: Whether the character set follows from the file beyond doubt.
    encoding_certain: bool = True
    separator: str = ""
    #: Other character sets that the whole file can also be read in.
    other_encodings: tuple[str, ...] = field(default=())


def text_cell(text: str) -> Cell:
    """A cell of a text, without hidden characters and without blanks around it.

    A text that begins with = + - or @ stays a text, and says so: nothing here ever calculates.
    """
    clean, removed = _HIDDEN.subn("", text)
    clean = clean.replace("\u00a0", " ").replace("\u3000", " ").strip()
    remarks = ("hidden_characters",) if removed else ()
    if _FORMULA.match(clean) and not _PLAIN_SIGN.match(clean):
        remarks = (*remarks, "formula_as_text")
    if _ROUNDED.match(clean):
        remarks = (*remarks, "digits_lost")
    return Cell(clean, "text", remarks=remarks) if clean or remarks else BLANK


def cell_of(value: object) -> Cell:
    """A cell of what a workbook reader gives: text, number, date, time or truth value."""
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", "other")
    if isinstance(value, int | float):
        return _number_cell(float(value))
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return Cell(value.date().isoformat(), "date", date=value.date())
        return Cell(f"{value:%Y-%m-%d %H:%M}", "date", date=value.date())
    if isinstance(value, dt.date):
        return Cell(value.isoformat(), "date", date=value)
    return Cell(str(value), "other")


def _number_cell(number: float) -> Cell:
    if number.is_integer():
        lost = ("digits_lost",) if abs(number) >= _EXACT else ()
        return Cell(f"{number:.0f}", "number", number=number, remarks=lost)
    return Cell(repr(number), "number", number=number)


@lru_cache(maxsize=1024)
def column_letters(index: int) -> str:
    """What a spreadsheet calls the column counted from 0: A, B, ... Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
