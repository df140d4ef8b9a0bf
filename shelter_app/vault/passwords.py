"""How hard a password is to guess, and a passphrase that is.

zxcvbn knows English words, keyboards and names, but neither pinyin nor Chinese text: it calls
`zhangxiaoming` very strong and counts 护照编号 as four unknown letters. Both are estimated here.
"""

from __future__ import annotations

import math
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from shelter_app.vault.errors import PasswordRefused, PasswordTooWeak
from shelter_i18n import N_

__all__ = [
    "DEMO_PASSWORD",
    "MINIMUM_BITS",
    "Strength",
    "check_password",
    "same_password",
    "strength",
    "suggest_passphrase",
]

#: The public password of demo vaults; it opens nothing else.
DEMO_PASSWORD = "demo only, not for real people"  # noqa: S105 - public on purpose
#: Below this a password is refused for real data.
MINIMUM_BITS = 45
_PASSPHRASE_WORDS = 6
_LONGEST = 100

_WORDS = (
    (30, N_("Guessed at once")),
    (MINIMUM_BITS, N_("Too easy to guess")),
    (60, N_("Strong enough")),
    (75, N_("Strong")),
)
_BEST = N_("Very strong")

# Estimates in bits. A pinyin syllable in running text has about five (there are some 400, very unevenly
# used); a Chinese character about six, since passwords are phrases; the rest counts what a guesser tries.
_BITS_SYLLABLE = 5.0
_BITS_CHARACTER = 6.0
_BITS_REPEATED = 1.0
_BITS_LUCKY = 3.0
_BITS_DATE = 14.0
_BITS_YEAR = 6.0
_BITS_KNOWN = 2.0

_SYLLABLE = (
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|[aeiouv])"
    "|ang|ai|an|ao|en|er|ou|a|e|o)"
)
_LONGEST_SYLLABLE = 6
_ONE_SYLLABLE = re.compile(_SYLLABLE)
_DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LUCKY = re.compile(r"5201314|1314520|520|521|1314|168|666+|888+|88|66|518|918")
_HAN = r"㐀-䶿一-鿿豈-﫿"
_PIECES = re.compile(f"(?P<han>[{_HAN}]+)|(?P<letters>[a-z]+)|(?P<digits>[0-9]+)|(?P<other>.)", re.DOTALL)
_COMMON_HAN = (
    "我爱你",
    "我的密码",
    "密码",
    "中国",
    "北京",
    "上海",
    "你好",
    "世界",
    "大使馆",
    "领事馆",
    "加油",
    "生日快乐",
)


@dataclass(frozen=True)
class Strength:
    """How hard to guess: bits, and the same as a message id to translate where it is shown."""

    bits: float
    words: str

    @property
    def enough(self) -> bool:
        """Whether real data may be locked with it."""
        return self.bits >= MINIMUM_BITS


def _zxcvbn_bits(text: str, inputs: Sequence[str]) -> float:
    from zxcvbn import zxcvbn

    if not text:
        return 0.0
    return math.log2(float(zxcvbn(text, user_inputs=list(inputs), max_length=_LONGEST)["guesses"]))


def _han_bits(text: str, known: Iterable[str]) -> float:
    bits = 0.0
    for word in (*known, *_COMMON_HAN):
        if len(word) > 1 and word in text:
            bits += _BITS_KNOWN
            text = text.replace(word, "")
    distinct = len(set(text))
    return bits + _BITS_CHARACTER * distinct + _BITS_REPEATED * (len(text) - distinct)


def _syllables(letters: str) -> int:
    """The fewest pinyin syllables that the letters are; 0 if they are not pinyin through and through."""
    fewest = [0] + [len(letters) + 1] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            if fewest[start] + 1 < fewest[end] and _ONE_SYLLABLE.fullmatch(letters, start, end):
                fewest[end] = fewest[start] + 1
    return fewest[-1] if 2 <= fewest[-1] <= len(letters) else 0


def _digit_bits(digits: str) -> float:
    bits = 0.0
    for pattern, each in ((_DATE, _BITS_DATE), (_YEAR, _BITS_YEAR), (_LUCKY, _BITS_LUCKY)):
        digits, count = pattern.subn("", digits)
        bits += each * count
    distinct = len(set(digits))
    return bits + math.log2(10) * distinct + _BITS_REPEATED * (len(digits) - distinct)


def strength(password: str, user_inputs: Iterable[str] = ()) -> Strength:
    """How hard the password is to guess for somebody who knows `user_inputs` (names of user and post).

    The smaller of two estimates: zxcvbn's for the whole, and the sum over its pieces with Chinese habits
    counted. Chinese characters are counted by the second alone.
    """
    text = unicodedata.normalize("NFKC", password)[:_LONGEST]
    folded = text.casefold()
    known = [unicodedata.normalize("NFKC", word).casefold() for word in user_inputs if word]
    total = 0.0
    latin = ""
    pending = ""
    han = ""
    for match in _PIECES.finditer(folded):
        piece = match.group()
        special: float | None = None
        if match["han"]:
            han += piece
            special = 0.0
        elif match["letters"] and (count := _syllables(piece)):
            special = _BITS_KNOWN if piece in known else _BITS_SYLLABLE * count
            latin += text[match.start() : match.end()]
        elif match["digits"]:
            special = _digit_bits(piece)
            latin += piece
        else:
            pending += text[match.start() : match.end()]
            latin += text[match.start() : match.end()]
        if special is not None:
            total += special + _zxcvbn_bits(pending, known)
            pending = ""
    total += _zxcvbn_bits(pending, known)
    bits = min(total, _zxcvbn_bits(latin, known)) + _han_bits(han, known)
    return Strength(bits, next((words for limit, words in _WORDS if bits < limit), _BEST))


def same_password(one: str, other: str) -> bool:
    """Whether two passwords give the same key: compared as they are stretched."""
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def check_password(password: str, user_inputs: Iterable[str] = (), *, demo: bool, test: bool) -> None:
    """Pass if the password may lock a vault of this kind.

    Raises:
        PasswordRefused: it is the public demo password and this is no demo vault, or it is empty.
        PasswordTooWeak: it could be guessed; not asked of demo vaults and of the program's own tests.
    """
    if not password:
        raise PasswordRefused(N_("The password is empty. Choose one."))
    if not demo and same_password(password, DEMO_PASSWORD):
        raise PasswordRefused(
            N_(
                "This is the public password of the demo vaults. It cannot protect real data; choose another one."
            )
        )
    if not (demo or test):
        found = strength(password, user_inputs)
        if not found.enough:
            raise PasswordTooWeak(found.bits, MINIMUM_BITS)


def suggest_passphrase(choice: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Six random words, 60 bits: easier to remember and to type than a short random password.

    They come from the SLIP-39 list, which the program has anyway: 1,024 words chosen to be told apart, ten
    bits each, so six of them rather than five from a longer list.
    """
    from shelter_app.vault.recovery import word_list

    words = word_list()
    return " ".join(choice(words) for _index in range(_PASSPHRASE_WORDS))
