"""What of a password is familiar: dates, numbers of telephones and papers, lines known by heart, idioms, walks on the keyboard.

zxcvbn knows few of these and counts what it does not know letter by letter. Here each such piece is taken out and counted as
what a good guesser needs for it: who knows the family has its dates and numbers, and lists of lines and idioms are short.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

__all__ = ["familiar", "running_text_bits"]

# Bits. A day within eighty years is one of 29,000; another one of the same family is easier. The same for numbers.
_DATE, _NEXT_DATE = 14.0, 9.0
_PHONE, _NEXT_PHONE = 18.0, 9.0
_PAPER, _NEXT_PAPER = 24.0, 8.0
_LINE, _IDIOM = 10.0, 13.0
_WALK, _WALK_STEP = 10.0, 0.5
_NAME_SYLLABLE = 5.0
#: Writing something another way: with tones, in Han numerals.
_WRITING: Final = 2.0
#: Running text that somebody may have read somewhere is worth about this a letter (Shannon found one bit).
_TEXT_BEGIN, _TEXT_LETTER = 5.0, 0.75

_YEAR = r"(?:19|20)\d\d"
_MONTH, _DAY = r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH2, _DAY2 = r"(?:1[0-2]|0[1-9])", r"(?:3[01]|[12]\d|0[1-9])"
_SEP = r"[-./,_年月日号\s]{1,3}"
_MONTHS = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?)"
)
_END = r"(?:[日号]|(?<=\d)(?:st|nd|rd|th))?"
_DATES: Final = re.compile(
    "|".join(
        (
            rf"{_YEAR}{_SEP}{_MONTH}{_SEP}{_DAY}{_END}(?!\d)",
            rf"(?<!\d){_DAY}{_SEP}{_MONTH}{_SEP}(?:{_YEAR}|\d\d(?!\d))年?",
            rf"(?<!\d){_MONTH}{_SEP}{_DAY}{_SEP}(?:{_YEAR}|\d\d(?!\d))年?",
            rf"(?<!\d)\d\d{_SEP}{_MONTH}{_SEP}{_DAY}{_END}(?!\d)",
            rf"(?<!\d){_DAY}(?:st|nd|rd|th)?[-./,\s]*(?:of\s)?{_MONTHS}[-./,\s]*(?:{_YEAR}|\d\d(?!\d))?",
            rf"{_MONTHS}[-./,\s]*{_DAY}(?:st|nd|rd|th)?(?:[-./,\s]*{_YEAR})?(?!\d)",
            rf"{_YEAR}{_MONTH2}{_DAY2}|{_DAY2}{_MONTH2}{_YEAR}|{_MONTH2}{_DAY2}{_YEAR}",
            rf"{_YEAR}{_SEP}{_MONTH}月?(?!\d)",
            rf"(?<!\d){_MONTH}月{_DAY}[日号]",
            rf"(?<!\d)\d\d{_MONTH2}{_DAY2}(?!\d)|(?<!\d){_DAY2}{_MONTH2}\d\d(?!\d)",
        )
    )
)
_PAPERS: Final = re.compile(
    rf"(?<!\d)[1-9]\d{{5}}{_YEAR}{_MONTH2}{_DAY2}\d{{3}}[\dx](?!\d)|(?<!\d)[1-9]\d{{5}}\d\d{_MONTH2}{_DAY2}\d{{3}}(?!\d)"
)
_PHONES: Final = re.compile(
    r"(?:(?<!\d)(?:\+|00)[-\s]?\d{1,3}[-\s.]?)?(?<!\d)1[3-9]\d[-\s.]?\d{4}[-\s.]?\d{4}(?!\d)"
    r"|(?<!\d)(?:\+|00)[-\s]?\d{1,3}(?:[-\s.()]{0,2}\d){6,12}(?!\d)|(?<!\d)0\d{2,3}[-\s]?\d{7,8}(?!\d)"
)
_TONES: Final = re.compile(r"(?:[a-zü]{1,6}[1-5][ '._-]?){2,}")
_TONED: Final = re.compile(r"([a-zü]{1,6})[1-5]")
_NUMERALS: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2} | {
    c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)
}  # fmt: skip
_HAN_NUMBER: Final = re.compile("[〇零○一二三四五六七八九十廿卅两壹贰叁肆伍陆柒捌玖拾]+")

#: What of a password is letters to be compared.
_KEPT: Final = re.compile(r"[a-z㐀-䶿一-鿿]")
_HAN_RUN: Final = re.compile(r"[㐀-䶿一-鿿]{3,}")
_PINYIN_RUN: Final = re.compile(r"[a-z]+(?:[ '._-][a-z]+)*")
_LONGEST_IDIOM: Final = 30

_ROWS: Final = ("`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./")
_SHIFTED: Final = str.maketrans('~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./")
_PLACES: Final = {
    key: (row, column + row * 0.4) for row, keys in enumerate(_ROWS) for column, key in enumerate(keys)
}
_SHORTEST_WALK: Final = 5

#: Words that carry a sentence and no meaning of their own: where they stand, somebody wrote a sentence.
_SMALL: Final = frozenset(
    re.findall(
        r"\w+",
        "a an the and or but nor so yet if then than that this these those there here is are was were be been being am do does"
        " did done have has had having will would shall should can could may might must not no i me my mine you your yours thee"
        " thou thy he him his she her hers it its we us our ours they them their theirs who whom whose which what when where why"
        " how to of in on at by for from with without into onto over under up down out off about as all any some each every both"
        " one two never ever always only just let like once again before after dont im ive youre its cant wont",
    )
)
_VIETNAMESE: Final = re.findall(
    r"\w+",
    "nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly thi van thanh huyen hang linh anh hong hoa"
    " huong lan mai minh ngoc nhung phuong quynh thao thu thuy trang tuyet xuan yen hai hung long nam phuc quang son tam thang"
    " tien toan tuan viet duc dung giang ha hieu khanh kim lam loan nga nhi nhu oanh quyen sang tai trinh truc tung uyen",
)
_VIETNAMESE_NAME: Final = re.compile(
    f"(?<![a-z])(?:(?:{'|'.join(sorted(_VIETNAMESE, key=len, reverse=True))})[ ._-]?){{2,}}(?![a-z])"
)


@lru_cache
def _lines() -> tuple[str, ...]:
    """Lines that are known by heart, and Chinese ones in pinyin as well, longest first."""
    from pypinyin import lazy_pinyin

    from shelter_resources import read_text

    found = set()
    for line in read_text("wordlists", "known_lines.txt").splitlines():
        if line and not line.startswith("#"):
            letters = "".join(_KEPT.findall(line.casefold()))
            found.add(letters)
            if not letters.isascii():
                found.add("".join(lazy_pinyin(letters)))
    return tuple(sorted((each for each in found if len(each) > 2), key=len, reverse=True))


@lru_cache
def _idioms() -> frozenset[str]:
    """Chinese phrases of four characters and more, as characters and as pinyin without tones."""
    from pypinyin.phrases_dict import phrases_dict

    found = set()
    for phrase, readings in phrases_dict.items():
        if len(phrase) >= 4:
            found.add(phrase)
            found.add(_plain("".join(reading[0] for reading in readings)))
    return frozenset(found)


def _plain(text: str) -> str:
    """Letters without their marks: pinyin without tones, Vietnamese without diacritics."""
    marked = unicodedata.normalize("NFD", text.replace("ü", "v").replace("đ", "d"))
    return "".join(c for c in marked if unicodedata.category(c) != "Mn")


def familiar(text: str) -> tuple[float, str]:
    """What the familiar pieces of a text (folded) are worth together, and what is left of it."""
    bits, text = _written_plainly(text)
    for pattern, first, further in (
        (_PAPERS, _PAPER, _NEXT_PAPER),
        (_PHONES, _PHONE, _NEXT_PHONE),
        (_DATES, _DATE, _NEXT_DATE),
    ):
        text, count = pattern.subn(" ", text)
        bits += first + (count - 1) * further if count else 0.0
    for take in (_take_lines, _take_idioms, _take_names, _take_walks):
        more, text = take(text)
        bits += more
    return bits, " ".join(text.split())


def _written_plainly(text: str) -> tuple[float, str]:
    """The text without tones and with digits for Han numerals."""
    bits, plain = 0.0, _plain(text)
    if plain != unicodedata.normalize("NFD", text):
        bits += _WRITING
    toneless = _TONES.sub(lambda found: _TONED.sub(r"\1", found.group()), plain)
    if toneless != plain:
        bits += _WRITING
    digits = _HAN_NUMBER.sub(_as_digits, toneless)
    if re.search(r"\d", digits) and digits != toneless and _DATES.search(digits):
        return bits + _WRITING, digits
    return bits, toneless


def _as_digits(found: re.Match[str]) -> str:
    """一九九〇 as 1990, 二十三 as 23."""
    text = found.group().replace("廿", "二十").replace("卅", "三十").replace("拾", "十")
    if "十" not in text:
        return "".join(str(_NUMERALS[c]) for c in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return found.group()
    return str((_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0))


def _take(text: str, pieces: Iterable[str], worth: float) -> tuple[float, str]:
    """Take pieces out of a text, whatever stands between their letters."""
    bits = 0.0
    for piece in pieces:
        letters = [(place, c) for place, c in enumerate(text) if _KEPT.match(c)]
        at = "".join(c for _place, c in letters).find(piece)
        while at >= 0:
            bits += worth
            text = f"{text[: letters[at][0]]} {text[letters[at + len(piece) - 1][0] + 1 :]}"
            letters = [(place, c) for place, c in enumerate(text) if _KEPT.match(c)]
            at = "".join(c for _place, c in letters).find(piece)
    return bits, text


def _take_lines(text: str) -> tuple[float, str]:
    letters = "".join(_KEPT.findall(text))
    return _take(text, [line for line in _lines() if line in letters and len(line) > 3], _LINE)


def _take_idioms(text: str) -> tuple[float, str]:
    """Idioms in characters; in pinyin where a run of letters is idioms from its beginning to its end."""
    found: list[str] = []
    for run in _HAN_RUN.findall(text):
        found += _idioms_in(run)
    for run in _PINYIN_RUN.findall(text):
        letters = re.sub("[^a-z]", "", run)
        if len(letters) >= 8:
            found += _idioms_in(letters, shortest=8)
    return _take(text, sorted(set(found), key=len, reverse=True), _IDIOM)


def _idioms_in(run: str, *, shortest: int = 4) -> list[str]:
    idioms, found, at = _idioms(), [], 0
    while at < len(run):
        end = next(
            (
                end
                for end in range(min(len(run), at + _LONGEST_IDIOM), at + shortest - 1, -1)
                if run[at:end] in idioms
            ),
            0,
        )
        if end:
            found.append(run[at:end])
        at = end or at + 1
    return found


def _take_walks(text: str) -> tuple[float, str]:
    """Keys that lie beside each other, one after the other, and columns of the keyboard in a row."""
    keys = text.translate(_SHIFTED)
    bits, left, begin = 0.0, [], 0
    while begin < len(text):
        end = begin + 1
        while end < len(text) and _follows(keys, begin, end):
            end += 1
        if end - begin >= _SHORTEST_WALK:
            bits += _WALK + _WALK_STEP * (end - begin - _SHORTEST_WALK)
            left.append(" ")
        else:
            left.append(text[begin:end])
        begin = end
    return bits, "".join(left)


def _follows(keys: str, begin: int, at: int) -> bool:
    before, now = _PLACES.get(keys[at - 1]), _PLACES.get(keys[at])
    if before is None or now is None:
        return False
    if abs(before[0] - now[0]) <= 1 and abs(before[1] - now[1]) <= 1:
        return True
    # From the foot of a column to the head of the next: three keys ago and more, the walk was a column already.
    return at - begin >= 3 and abs(before[0] - now[0]) >= 2 and abs(before[1] - now[1]) <= 3


def _take_names(text: str) -> tuple[float, str]:
    bits = 0.0

    def count(found: re.Match[str]) -> str:
        nonlocal bits
        letters = re.sub("[^a-z]", "", found.group())
        bits += _NAME_SYLLABLE * max(2, round(len(letters) / 3.5))
        return " "

    left = _VIETNAMESE_NAME.sub(count, text)
    return bits, left


def running_text_bits(tokens: Sequence[str]) -> float | None:
    """The most that a sentence can be worth; None where the words are not one."""
    words = [token for token in tokens if token.isascii() and token.isalpha()]
    small = sum(word in _SMALL for word in words)
    if len(words) < 4 or small * 10 < len(words) * 3:
        return None
    return _TEXT_BEGIN + _TEXT_LETTER * sum(map(len, words))
