"""Passphrases of five random words, in the language of whoever will type them.

English words come from the large list of the Electronic Frontier Foundation, which was made for this, without its longest words
and without those that would be hard to read for people who work with what is kept here. Chinese ones are common words of
two characters, typed as toneless pinyin. In either list no word is the beginning of another, so that the words can be told
apart however they are set off from each other, or not at all.
"""

from __future__ import annotations

import math
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from shelter_i18n import current_language

__all__ = ["as_suggested", "listed_part", "spelt_out", "suggest_passphrase", "words_bits"]

_LISTS: Final = {"en": "five_words.txt", "zh": "five_words_zh.txt"}
_WORDS: Final = 5
#: Takes so many different words of a list, each as likely as any other.
Sample = Callable[[Sequence[str], int], list[str]]
_DRAW: Final[Sample] = secrets.SystemRandom().sample
#: What somebody puts between words, or inside them.
_BETWEEN: Final = re.compile(r"[\s'.,;·、，。_-]+")
#: Letters, and all that is none.
_RUNS: Final = re.compile(r"[A-Za-z]+|[^A-Za-z]+")
#: What a word is worth that stands there a second time, in bits.
_BITS_REPEATED: Final = 1.0


@lru_cache
def _word_list(language: str) -> Mapping[str, str]:
    """The words of a language as they are typed, each with its characters, or "" where there are none."""
    from shelter_resources import read_text

    lines = read_text("wordlists", _LISTS[language]).splitlines()
    pairs = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return {word: characters for word, _, characters in pairs}


def suggest_passphrase(language: str | None = None, sample: Sample = _DRAW) -> str:
    """Five different random words in this language, else in the one of the screen: easier to remember and type than a short password.

    62 bits in English, 53 in Chinese.
    """
    words = tuple(_word_list(language if language in _LISTS else current_language()))
    return " ".join(sample(words, _WORDS))


def spelt_out(passphrase: str) -> tuple[str, ...]:
    """The words of a passphrase to be shown: a Chinese one with its characters beside each word, any other whole."""
    found = _told_apart(passphrase)
    if found is None or not all(found[1][word] for word in found[0]):
        return (passphrase,)
    return tuple(f"{word}\u00a0{found[1][word]}" for word in found[0])


def as_suggested(typed: str) -> str | None:
    """Five words of one of the lists, typed in whatever way, as they were suggested; None if it is something else.

    Capitals, full-width letters and what stands between the words do not matter. Two passphrases never become one.
    """
    found = _told_apart(typed)
    return " ".join(found[0]) if found and len(found[0]) == _WORDS else None


def words_bits(text: str) -> float | None:
    """The most that a text of two or more words of one list can be worth, in bits; None if it is something else."""
    found = _told_apart(text)
    if found is None or len(found[0]) < 2:
        return None
    distinct = len(set(found[0]))
    drawn = sum(math.log2(len(found[1]) - index) for index in range(distinct))
    return drawn + (len(found[0]) - distinct) * _BITS_REPEATED


def listed_part(text: str) -> tuple[float, str] | None:
    """What the words of one list in a text are worth that are drawn from it, and the rest of the text; None without two."""
    best: tuple[float, str] | None = None
    for language in _LISTS:
        listed = _word_list(language)
        words: set[str] = set()
        rest, repeated = [], 0
        for run in _RUNS.findall(unicodedata.normalize("NFKC", text)):
            folded, at = run.casefold(), 0
            while at < len(folded) and (word := _word_at(folded, at, listed)) is not None:
                repeated += word in words
                words.add(word)
                at += len(word)
            rest.append(run[at:])
        if len(words) < 2:
            continue
        drawn = sum(math.log2(len(listed) - index) for index in range(len(words)))
        found = drawn + repeated * _BITS_REPEATED, " ".join("".join(rest).split())
        if best is None or len(found[1]) < len(best[1]):
            best = found
    return best


def _word_at(letters: str, at: int, listed: Mapping[str, str]) -> str | None:
    """The word of a list that begins there; no word begins another."""
    return next(
        (letters[at:end] for end in range(at + 1, len(letters) + 1) if letters[at:end] in listed), None
    )


def _told_apart(text: str) -> tuple[list[str], Mapping[str, str]] | None:
    """The words of a text, and the list that they are of; None where it is not made of the words of one list."""
    letters = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())
    if not (letters.isascii() and letters.isalpha()):
        return None
    for language in _LISTS:
        listed = _word_list(language)
        words, at = [], 0
        while at < len(letters):
            word = _word_at(letters, at, listed)
            if word is None:
                break
            words.append(word)
            at += len(word)
        else:
            return words, listed
    return None
