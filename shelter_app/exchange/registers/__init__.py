"""Registers in: read a spreadsheet or text file, understand its columns and rows, and plan an import.

`preview` reads a file and judges every row; `filled_forms` gives the forms of one row. Nothing here writes.
"""

from __future__ import annotations

from shelter_app.exchange.registers.delimited import ENCODINGS
from shelter_app.exchange.registers.entries import FilledForm, filled_forms
from shelter_app.exchange.registers.errors import RegisterError
from shelter_app.exchange.registers.headers import Mapping, known_targets
from shelter_app.exchange.registers.plan import ColumnInfo, RegisterPreview, flat_values, preview
from shelter_app.exchange.registers.reader import read_register
from shelter_app.exchange.registers.reasons import DECISIONS, Option, Reason
from shelter_app.exchange.registers.rows import RegisterRow

__all__ = [
    "DECISIONS",
    "ENCODINGS",
    "ColumnInfo",
    "FilledForm",
    "Mapping",
    "Option",
    "Reason",
    "RegisterError",
    "RegisterPreview",
    "RegisterRow",
    "filled_forms",
    "flat_values",
    "known_targets",
    "preview",
    "read_register",
]
