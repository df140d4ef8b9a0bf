"""What a document number says about itself: its kind, its check digit, and hints of birth, sex and place.

Nothing here refuses a number. A person may really carry a document with a wrong digit, and a register may have
miscopied a right one: the number is kept as written, and what is odd is said.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from shelter_app.domain.partial_date import PartialDate
from shelter_i18n import N_

__all__ = [
    "IDENTITY_REMARKS",
    "DocumentNumber",
    "MachineZone",
    "ResidentNumber",
    "clean_number",
    "document_number",
    "mrz_check_digit",
    "read_machine_zone",
    "resident_check_character",
    "resident_number",
]

#: What is odd about a document number, by code. Warnings, never refusals.
IDENTITY_REMARKS = {
    "check_digit": N_("The check digit of the identity number does not fit; a digit may be miscopied."),
    "no_such_birth": N_("The birth date inside the identity number is not a real day up to today."),
    "unknown_province": N_("The identity number begins with a province code that is not known."),
    "old_number": N_("This is an old identity number of 15 digits, without a check digit."),
    "wrong_length": N_("A resident identity number has 18 digits; this one has {count}."),
    "one_short": N_("A Chinese passport has a letter and 8 digits; this number has one character too few."),
    "unknown_shape": N_("The shape of this document number is not known."),
}

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PROVINCES = frozenset(
    re.findall(
        r"\d+",
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91",
    )
)
#: Chinese ordinary (E, G), diplomatic, service and public-affairs passports, and E with a second letter.
_CHINESE_PASSPORT = re.compile(r"^(?:[EGDSP]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E\d{7})$")
_CHINESE_PASSPORT_SHORT = re.compile(r"^[EG]\d{7}$")
_PASSPORT = re.compile(r"^[A-Z]{1,3}\d{6,9}[A-Z]?$|^\d{7,9}$")


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """A Chinese resident identity number taken apart; birth, sex and province are hints, not facts."""

    number: str
    birth: PartialDate | None
    sex: Literal["female", "male"]
    #: First six digits: where the number was first issued. Codes change and are abolished.
    region: str
    problems: tuple[str, ...] = ()

    @property
    def province(self) -> str:
        """Two digits of the `provinces` code list, or "" if they are none of it."""
        return self.region[:2] if self.region[:2] in _PROVINCES else ""


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A document number in plain characters, the kind it looks like, and what is odd about it.

    `kind` is a code of the `document_kinds` list: "resident_id", "passport" or "other".
    """

    number: str
    kind: Literal["resident_id", "passport", "other"]
    problems: tuple[str, ...] = ()
    resident: ResidentNumber | None = None


def clean_number(text: str) -> str:
    """A document number in plain capital letters and digits, without blanks and hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-–—·.]", "", plain)


def resident_check_character(first17: str) -> str:
    """The last character of an identity number with these 17 digits (GB 11643, ISO 7064 mod 11-2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def resident_number(text: str, *, today: dt.date) -> ResidentNumber | None:
    """The resident identity number that `text` is, or None if it does not have the shape of one."""
    number = clean_number(text)
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        year, rest, order = int(number[6:10]), number[10:14], int(number[16])
        problems = [] if resident_check_character(number[:17]) == number[17] else ["check_digit"]
    elif re.fullmatch(r"[0-9]{15}", number):
        year, rest, order = 1900 + int(number[6:8]), number[8:12], int(number[14])
        problems = ["old_number"]
    else:
        return None
    birth = _real_day(year, int(rest[:2]), int(rest[2:]), today)
    if birth is None:
        problems.append("no_such_birth")
    if number[:2] not in _PROVINCES:
        problems.append("unknown_province")
    return ResidentNumber(number, birth, "male" if order % 2 else "female", number[:6], tuple(problems))


def _real_day(year: int, month: int, day: int, today: dt.date) -> PartialDate | None:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None
    return PartialDate.of(date) if dt.date(1880, 1, 1) <= date <= today else None


def document_number(text: str, *, today: dt.date) -> DocumentNumber:
    """What kind of document a number looks like, with warnings; the number itself is never changed in meaning."""
    number = clean_number(text)
    resident = resident_number(number, today=today)
    if resident is not None and (len(number) == 18 or resident.birth is not None):
        return DocumentNumber(number, "resident_id", resident.problems, resident)
    if re.fullmatch(r"[0-9]{16,20}X?", number):
        return DocumentNumber(number, "resident_id", ("wrong_length",))
    if _CHINESE_PASSPORT.match(number):
        return DocumentNumber(number, "passport")
    if _CHINESE_PASSPORT_SHORT.match(number):
        return DocumentNumber(number, "passport", ("one_short",))
    if _PASSPORT.match(number):
        return DocumentNumber(number, "passport")
    return DocumentNumber(number, "other", ("unknown_shape",))


def mrz_check_digit(field: str) -> str:
    """The check digit of a field of a machine-readable zone (ICAO 9303: weights 7-3-1, modulo 10).

    Raises:
        ValueError: a character that a machine-readable zone cannot hold.
    """
    total = 0
    for index, character in enumerate(field):
        if character == "<":
            value = 0
        elif character.isascii() and character.isdigit():
            value = int(character)
        elif "A" <= character <= "Z":
            value = ord(character) - 55
        else:
            raise ValueError("not a character of a machine-readable zone")
        total += value * (7, 3, 1)[index % 3]
    return str(total % 10)


@dataclass(frozen=True, slots=True)
class MachineZone:
    """The machine-readable zone of a travel document as it was read.

    `problems` names the parts whose check digit does not fit: "number", "birth", "expiry", "composite". Dates
    stay six digits (YYMMDD), because the zone does not say the century.
    """

    document: str
    issuer: str
    family_name: str
    given_names: str
    number: str
    nationality: str
    birth: str
    sex: Literal["female", "male", "unknown"]
    expiry: str
    problems: tuple[str, ...] = ()


def read_machine_zone(text: str) -> MachineZone | None:
    """The zone of a passport (two lines of 44) or an identity card (three of 30); None for any other text."""
    lines = [
        re.sub(r"\s", "", unicodedata.normalize("NFKC", line)).upper()
        for line in text.splitlines()
        if line.strip()
    ]
    if not all(re.fullmatch(r"[A-Z0-9<]+", line) for line in lines):
        return None
    if [len(line) for line in lines] == [44, 44]:
        top, low = lines
        checks = {
            "number": (low[:9], low[9]),
            "birth": (low[13:19], low[19]),
            "expiry": (low[21:27], low[27]),
            "composite": (low[:10] + low[13:20] + low[21:43], low[43]),
        }
        return _zone(top[:2], top[2:5], top[5:], low[:9], low[10:13], low[20], checks)
    if [len(line) for line in lines] == [30, 30, 30]:
        top, low, names = lines
        checks = {
            "number": (top[5:14], top[14]),
            "birth": (low[:6], low[6]),
            "expiry": (low[8:14], low[14]),
            "composite": (top[5:] + low[:7] + low[8:15] + low[18:29], low[29]),
        }
        return _zone(top[:2], top[2:5], names, top[5:14], low[15:18], low[7], checks)
    return None


def _zone(
    document: str,
    issuer: str,
    names: str,
    number: str,
    nationality: str,
    sex: str,
    checks: dict[str, tuple[str, str]],
) -> MachineZone:
    family, _sign, given = names.partition("<<")
    sexes: dict[str, Literal["female", "male"]] = {"F": "female", "M": "male"}
    return MachineZone(
        document=document.rstrip("<"),
        issuer=issuer.rstrip("<"),
        family_name=family.replace("<", " ").strip(),
        given_names=given.replace("<", " ").strip(),
        number=number.rstrip("<"),
        nationality=nationality.rstrip("<"),
        birth=checks["birth"][0],
        sex=sexes.get(sex, "unknown"),
        expiry=checks["expiry"][0],
        problems=tuple(part for part, (field, digit) in checks.items() if mrz_check_digit(field) != digit),
    )
