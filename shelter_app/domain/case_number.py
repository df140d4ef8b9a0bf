"""Case numbers such as KM-A-26-0041-7: post, device letter, year, running number, check character.

Two laptops of a post have different letters, so that numbers given apart never collide. The check character finds
every single wrong character, every swap of two neighbours, every doubled pair (`11` for `22`) and every swap over
one place. ISO 7064 MOD 37,36, the usual choice for 36 signs, lets 36 swaps of neighbours pass; MOD 37-2 finds them
all but needs a 37th sign. Here the 36 signs are the elements of GF(4) x GF(9), and the sum of them, each times a
higher power of one element, has to be zero; a wrong sign or a swap cannot leave it so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = [
    "CaseNumber",
    "CaseNumberError",
    "check_character",
    "check_letter",
    "check_post",
    "format_number",
    "next_number",
    "parse_number",
    "read_number",
]

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_POST = re.compile(r"[A-Z][A-Z0-9]{1,5}")
_LETTER = re.compile(r"[A-Z]")
_COMPACT = re.compile(r"([A-Z][A-Z0-9]{1,5})([A-Z])([0-9]{2})([0-9]{4,6})([A-Z0-9])")
_LAST_RUNNING = 999_999
_SEPARATORS = re.compile(r"[\s\-_./\u2010-\u2015\u2212]+")


class CaseNumberError(ShelterError):
    """A text is no case number, or a part cannot stand in one."""

    message = N_("This is not a case number. It looks like KM-A-26-0041-7.")


@dataclass(frozen=True, slots=True, order=True)
class CaseNumber:
    """The parts of a case number; `str()` writes it with its check character."""

    post: str
    letter: str
    #: The last two digits of the year of registration.
    year: int
    running: int

    def __str__(self) -> str:
        body = f"{self.post}{self.letter}{self.year:02d}{self.running:04d}"
        return f"{self.post}-{self.letter}-{self.year:02d}-{self.running:04d}-{check_character(body)}"


def check_post(text: str) -> str:
    """The code of a post in capitals: a letter and one to five more letters or digits.

    Raises:
        CaseNumberError: it cannot stand in a case number.
    """
    post = _plain(text)
    if not _POST.fullmatch(post):
        raise CaseNumberError(
            N_("The code of the post has 2 to 6 letters and digits and begins with a letter, for example KM.")
        )
    return post


def check_letter(text: str) -> str:
    """The letter of a device in capitals.

    Raises:
        CaseNumberError: it is not one letter from A to Z.
    """
    letter = _plain(text)
    if not _LETTER.fullmatch(letter):
        raise CaseNumberError(N_("The letter of this device is one letter from A to Z."))
    return letter


def format_number(post: str, letter: str, year: int, running: int) -> str:
    """The case number as it is written everywhere; `year` may have two or four digits.

    Raises:
        CaseNumberError: a part cannot stand in a case number.
    """
    if not 1 <= running <= _LAST_RUNNING or year < 0:
        raise CaseNumberError
    return str(CaseNumber(check_post(post), check_letter(letter), year % 100, running))


def next_number(post: str, letter: str, year: int, last: int) -> str:
    """The number after running number `last` (0 for none) of this device and year.

    Raises:
        CaseNumberError: a part cannot stand in a case number, or the numbers of the year are used up.
    """
    return format_number(post, letter, year, last + 1)


def parse_number(text: str) -> CaseNumber:
    """The case number that somebody typed: small letters, full-width signs and missing hyphens do not matter.

    Raises:
        CaseNumberError: it does not look like one, or a character is wrong.
    """
    compact = _plain(text)
    found = _COMPACT.fullmatch(compact)
    if found is None:
        raise CaseNumberError
    post, letter, year, running, check = found.groups()
    if check_character(compact[:-1]) != check or int(running) == 0:
        raise CaseNumberError(
            N_("A character of this case number is wrong or two are swapped. Please compare it again.")
        )
    number = CaseNumber(post, letter, int(year), int(running))
    if f"{number.running:04d}" != running:
        raise CaseNumberError
    return number


def read_number(text: str) -> CaseNumber | None:
    """The case number that `text` is, for a search box; None for every other text."""
    try:
        return parse_number(text)
    except CaseNumberError:
        return None


def check_character(body: str) -> str:
    """The character that makes the weighted sum over `body` and itself zero; `body` is digits and capitals."""
    total = 0
    for sign in body:
        total = _times(_plus(total, _SIGNS.index(sign)))
    return _SIGNS[_minus(total)]


def _plain(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _parts(sign: int) -> tuple[int, int, int]:
    """A sign as an element of GF(4) (two bits) and of GF(9) (x + y i over GF(3), i * i = -1)."""
    return sign % 4, sign // 12, sign // 4 % 3


def _sign(four: int, x: int, y: int) -> int:
    return four + 4 * (3 * (x % 3) + y % 3)


def _plus(one: int, other: int) -> int:
    (four, x, y), (four2, x2, y2) = _parts(one), _parts(other)
    return _sign(four ^ four2, x + x2, y + y2)


def _minus(sign: int) -> int:
    four, x, y = _parts(sign)
    return _sign(four, -x, -y)


def _times(sign: int) -> int:
    """`sign` times an element a of which neither a, a - 1, a + 1 nor a * a - 1 is zero in either field."""
    four, x, y = _parts(sign)
    high, low = four >> 1, four & 1
    return _sign((high ^ low) << 1 | high, x - y, x + y)
