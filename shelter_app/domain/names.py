"""Names as they are found again: by character, by pinyin, by initials, in any order, without accents.

Everything here is for indexes and comparisons. What a person entered is never rewritten.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product
from typing import Any

from shelter_app.domain.surnames import DOUBLE, GIVEN, SINGLE

__all__ = [
    "fold_characters",
    "fold_latin",
    "initials",
    "is_chinese",
    "pinyin_sort_key",
    "reading_keys",
    "same_name_score",
    "search_terms",
]

MAX_READINGS = 12
#: Scores of `same_name_score`: the same letters; pinyin of the other; the same sound in other characters.
SAME, SAME_OTHER_ORDER, PINYIN_OF, SAME_SOUND = 1.0, 0.95, 0.9, 0.7
#: A near miss in Latin letters counts from here on, and never as much as an exact pinyin match.
_NEAR, _NEAR_LIMIT = 0.9, 0.85

#: Variants that the conversion table leaves alone.
_VARIANTS = str.maketrans("锺甦喆堃峯羣昇陞澂祐閒麽", "钟苏哲坤峰群升升澄佑闲么")
_LETTERS = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "ng"}
)
_CYRILLIC = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufye", strict=True))
    | {"ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "",
       "ю": "iu", "я": "ia", "і": "i", "ї": "i", "є": "e", "ў": "u"}
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003134f〇]")


def is_chinese(text: str) -> bool:
    """Whether any character of `text` is a Chinese one."""
    return bool(_HAN.search(text))


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=65536)
def _simplified(character: str) -> str:
    """One character alone, so that a name and a part of it fold alike (乾 would change with its neighbours)."""
    return str(_converter().convert(character)).translate(_VARIANTS) if _HAN.match(character) else character


def fold_characters(text: str) -> str:
    """`text` in simplified characters and plain width, for the index only."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join([_simplified(c) for c in normal]) if is_chinese(normal) else normal


def fold_latin(text: str) -> str:
    """Words in small Latin letters without accents, single spaces between: "Vàng Thị Mỷ" is "vang thi my"."""
    if text.isascii():
        return " ".join(_WORD.findall(text.lower().replace("'", "")))
    letters = unicodedata.normalize("NFKC", text).casefold().translate(_CYRILLIC)
    plain = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    return " ".join(_WORD.findall(re.sub("['’ʼ]", "", plain.translate(_LETTERS))))


def _fold_u(words: str) -> str:
    """Lü is written lü, lv, lyu or lu, and so is nü: one spelling for all."""
    return re.sub(r"([ln])(?:yu|v|ü)", r"\1u", words)


@lru_cache(maxsize=65536)
def _readings(character: str) -> tuple[str, ...]:
    """Every dictionary reading of a character with its tone, the usual one first."""
    from pypinyin import Style, pinyin

    return tuple(dict.fromkeys(pinyin(character, style=Style.TONE3, heteronym=True)[0]))


@lru_cache(maxsize=65536)
def _plain_readings(character: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_fold_u(reading.rstrip("012345")) for reading in _readings(character)))


def _given_readings(character: str) -> tuple[str, ...]:
    return GIVEN.get(character) or _plain_readings(character)[:1]


def _surname_readings(character: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(SINGLE.get(character, ()) + _plain_readings(character)))


def _chinese(name: str) -> str:
    return "".join(_HAN.findall(fold_characters(name)))


@lru_cache(maxsize=8192)
def reading_keys(name: str) -> tuple[str, ...]:
    """Every way to read a name aloud, as syllables with spaces; the likeliest first, at most 12.

    A name in Latin letters has one key, its folded words.
    """
    han = _chinese(name)
    if not han:
        folded = _fold_u(fold_latin(name))
        return (folded,) if folded else ()
    found: dict[str, None] = {}
    if han[:2] in DOUBLE:
        rest = [_given_readings(c) for c in han[2:]]
        for given in product(*rest):
            found[" ".join((*DOUBLE[han[:2]], *given))] = None
    surnames = _surname_readings(han[0])
    rest = [_given_readings(c) for c in han[1:]]
    usual = [readings[0] for readings in rest]
    for surname in surnames:
        found[" ".join((surname, *usual))] = None
    for given in product(*rest):
        for surname in surnames[:2]:
            found[" ".join((surname, *given))] = None
        if len(found) >= MAX_READINGS:
            break
    return tuple(found)[:MAX_READINGS]


def pinyin_sort_key(name: str) -> str:
    """A text that sorts names by pinyin with their surname's own reading; names in Latin letters come last."""
    han = _chinese(name)
    if not han:
        return "1 " + fold_latin(name)
    if han[:2] in DOUBLE and len(han) > 2:
        surname: tuple[str, ...] = DOUBLE[han[:2]]
    else:
        surname = (SINGLE.get(han[0], _plain_readings(han[0]))[0],)
    head = [_toned(character, reading) for character, reading in zip(han, surname, strict=False)]
    return "0 " + " ".join((*head, *(_readings(c)[0] for c in han[len(head) :]), han))


def _toned(character: str, reading: str) -> str:
    """The dictionary's reading with its tone that is `reading` without; a surname-only reading has none."""
    same = (r for r in _readings(character) if _fold_u(r.rstrip("012345")) == reading)
    return next(same, reading)


def initials(name: str) -> tuple[str, ...]:
    """First letters of the syllables or words, for every reading: 单怡 gives "sy" and "dy"."""
    return tuple(dict.fromkeys("".join(word[0] for word in key.split()) for key in reading_keys(name)))


def search_terms(name: str) -> frozenset[str]:
    """All the terms under which a name is found.

    Characters and pairs of neighbouring characters (simplified), syllables, whole readings without spaces,
    surname and given name in both orders, initials, and words without accents. A query is folded with
    `fold_characters` or, in Latin letters, with `reading_keys`.
    """
    terms: set[str] = set()
    han = _chinese(name)
    terms.update(han)
    terms.update(han[i : i + 2] for i in range(len(han) - 1))
    for key in reading_keys(name):
        words = key.split()
        terms.update(words)
        terms.add("".join(words))
        if len(words) > 1:
            terms.add("".join(words[1:]))
            terms.add("".join((*words[1:], words[0])))
    terms.update(initials(name))
    if han:
        latin = _fold_u(fold_latin(_HAN.sub(" ", name)))
        terms.update(latin.split())
    terms.discard("")
    return frozenset(terms)


def same_name_score(one: str, other: str) -> float:
    """How likely two written names are one name, from 0.0 to 1.0.

    1.0 the same after folding (traditional, accents, case); 0.95 the same words in another order; 0.9 one
    is a pinyin spelling of the other; up to 0.85 a near spelling in Latin letters; 0.7 the same sound in
    other characters. Characters are never compared by likeness: two of two say nothing.
    """
    first, second = _chinese(one), _chinese(other)
    if first and second:
        if first == second:
            return SAME
        return SAME_SOUND if set(reading_keys(one)) & set(reading_keys(other)) else 0.0
    best = 0.0
    for left in reading_keys(one):
        for right in reading_keys(other):
            best = max(best, _same_letters(left, right, mixed=bool(first or second)))
    return best


def _same_letters(left: str, right: str, *, mixed: bool) -> float:
    words, others = left.split(), right.split()
    top = PINYIN_OF if mixed else SAME
    if left == right or (mixed and "".join(words) == "".join(others)):
        return top
    if sorted(words) == sorted(others) or "".join(words) == "".join(others):
        return PINYIN_OF if mixed else SAME_OTHER_ORDER
    if mixed:
        syllables, written = (words, others) if len(words) >= len(others) else (others, words)
        turned = "".join((*syllables[1:], syllables[0])) if syllables else ""
        return PINYIN_OF if turned and turned == "".join(written) else 0.0
    from rapidfuzz.distance import JaroWinkler

    ratio = JaroWinkler.normalized_similarity(" ".join(sorted(words)), " ".join(sorted(others)))
    if ratio < _NEAR or {word[0] for word in words} != {word[0] for word in others}:
        return 0.0
    return _NEAR_LIMIT * ratio
