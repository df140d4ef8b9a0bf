"""How hard a password is to guess.

zxcvbn knows English words, keyboards and names, but neither pinyin nor Chinese text: it calls
`zhangxiaoming` very strong and counts 护照编号 as four unknown letters. Both are estimated here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shelter_app.vault.errors import PasswordRefused, PasswordTooWeak
from shelter_app.vault.familiar import familiar, running_text_bits
from shelter_app.vault.passphrases import as_suggested, listed_part, words_bits
from shelter_i18n import N_

__all__ = [
    "DEMO_PASSWORD",
    "MINIMUM_BITS",
    "Strength",
    "check_password",
    "same_password",
    "strength",
]

#: The public password of demo vaults; it opens nothing else.
DEMO_PASSWORD = "demo only, not for real people"  # noqa: S105 - public on purpose
#: Below this a password is refused for real data.
MINIMUM_BITS = 45
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
_BITS_LINE = 6.0
_BITS_BETWEEN = 1.0

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
#: Letters, with what somebody puts between the syllables of a phrase.
_LETTERS = "[a-z]+(?:[ '._-][a-z]+)*"
_PIECES = re.compile(f"(?P<han>[{_HAN}]+)|(?P<letters>{_LETTERS})|(?P<digits>[0-9]+)|(?P<other>.)", re.DOTALL)
_COMMON_HAN = (
    "我爱你", "我的密码", "密码", "中国", "北京", "上海", "你好", "世界", "大使馆", "领事馆", "加油",
    "生日快乐", "新年快乐", "万事如意", "恭喜发财", "身体健康", "一帆风顺", "心想事成", "平平安安",
    "百年好合", "马到成功", "大吉大利", "年年有余", "花好月圆", "自强不息", "厚德载物", "天道酬勤",
    "上善若水", "宁静致远", "好好学习", "天天向上", "为人民服务", "中华人民共和国",
)  # fmt: skip
#: Lines that every pupil learns by heart, and every list of passwords to try holds.
_LINES = (
    "床前明月光", "疑是地上霜", "举头望明月", "低头思故乡", "春眠不觉晓", "处处闻啼鸟", "夜来风雨声",
    "花落知多少", "白日依山尽", "黄河入海流", "欲穷千里目", "更上一层楼", "锄禾日当午", "汗滴禾下土",
    "谁知盘中餐", "粒粒皆辛苦", "海内存知己", "天涯若比邻", "但愿人长久", "千里共婵娟", "明月几时有",
    "把酒问青天", "独在异乡为异客", "每逢佳节倍思亲", "两个黄鹂鸣翠柳", "一行白鹭上青天",
    "人之初性本善", "天地玄黄宇宙洪荒", "起来不愿做奴隶的人们",
)  # fmt: skip


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
    """What zxcvbn says, and not more than a sentence is worth where its words are one."""
    from zxcvbn import zxcvbn

    if not text:
        return 0.0
    found = zxcvbn(text, user_inputs=list(inputs), max_length=_LONGEST)
    bits = math.log2(float(found["guesses"]))
    words = re.split("[^a-z']+", text.casefold())
    tokens = words if len(words) > 3 else [str(each["token"]).casefold() for each in found["sequence"]]
    sentence = running_text_bits([token.replace("'", "") for token in tokens])
    return bits if sentence is None else min(bits, sentence)


def _han_bits(text: str, known: Iterable[str]) -> float:
    bits = 0.0
    for words, each in ((known, _BITS_KNOWN), (_LINES, _BITS_LINE), (_COMMON_HAN, _BITS_KNOWN)):
        for word in sorted(words, key=len, reverse=True):
            if len(word) > 1 and word in text:
                bits += each
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
    return fewest[-1] if fewest[-1] <= len(letters) else 0


def _letter_bits(letters: str, known: Sequence[str]) -> float | None:
    """What letters are worth that are pinyin through and through, together or with something between the syllables."""
    if letters in known:
        return _BITS_KNOWN
    words = re.split("[ '._-]", letters)
    counts = [_syllables(word) for word in words]
    if not all(counts) or sum(counts) < 2:
        return None
    between = _BITS_BETWEEN if len(words) > 1 else 0.0
    return between + sum(
        _BITS_KNOWN if word in known else _BITS_SYLLABLE * count
        for word, count in zip(words, counts, strict=True)
    )


def _digit_bits(digits: str) -> float:
    bits = 0.0
    for pattern, each in ((_DATE, _BITS_DATE), (_YEAR, _BITS_YEAR), (_LUCKY, _BITS_LUCKY)):
        digits, count = pattern.subn("", digits)
        bits += each * count
    distinct = len(set(digits))
    return bits + math.log2(10) * distinct + _BITS_REPEATED * (len(digits) - distinct)


def _estimate(text: str, known: Sequence[str]) -> float:
    """The smaller of two estimates: zxcvbn's for the whole, and the sum over its pieces with Chinese habits counted."""
    folded = text.casefold()
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
        elif match["letters"] and (worth := _letter_bits(piece, known)) is not None:
            special = worth
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
    return min(total, _zxcvbn_bits(latin, known)) + _han_bits(han, known)


def strength(password: str, user_inputs: Iterable[str] = ()) -> Strength:
    """How hard the password is to guess for somebody who knows `user_inputs` (names of user and post).

    The smallest of several estimates: zxcvbn's for the whole, the sum over its pieces with Chinese habits counted
    (Chinese characters are counted by this alone), and both again without what is familiar.
    """
    text = unicodedata.normalize("NFKC", password)[:_LONGEST]
    known = [unicodedata.normalize("NFKC", word).casefold() for word in user_inputs if word]
    bits = _estimate(text, known)
    found, left = familiar(text.casefold())
    if found:
        bits = min(bits, found + _estimate(left, known))
    listed = listed_part(text)
    if listed is not None:
        bits = min(bits, listed[0] + _estimate(listed[1], known))
    of_lists = words_bits(text)
    if of_lists is not None:
        # The lists lie open: whoever guesses has them too. Five that were drawn are worth it, whatever they look like.
        bits = of_lists if as_suggested(text) is not None else min(bits, of_lists)
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
