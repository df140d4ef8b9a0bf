"""Where in a name stands what somebody typed: the letters that a list underlines."""

from __future__ import annotations

import unicodedata

from shelter_app.domain.names import fold_characters, reading_keys

__all__ = ["name_marks", "reading_marks"]

Mark = tuple[int, int]


def _fold(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char).casefold().replace("đ", "d")
    return next((c for c in plain if c.isalnum()), "")


def name_marks(name: str, typed: str) -> tuple[Mark, ...]:
    """Parts (start, length) of a name that were typed as they stand there, in either kind of characters."""
    found: list[Mark] = []
    folded = "".join(fold_characters(char)[:1] or char for char in name).casefold()
    for word in fold_characters(typed).casefold().split():
        start = folded.find(word)
        if start >= 0:
            found.append((start, len(word)))
    return tuple(sorted(found)) or reading_marks(name, typed)


def reading_marks(reading: str, typed: str, name: str = "") -> tuple[Mark, ...]:
    """Parts of a reading that were typed as beginnings of its syllables: "chenxy" in "Chen Xiuyun".

    Syllables are those of the characters of `name` where it is read so, else what stands between blanks.
    """
    letters = [(place, folded) for place, char in enumerate(reading) if (folded := _fold(char))]
    wanted = "".join(folded for char in typed if (folded := _fold(char)))
    if not wanted or not letters or not wanted.isascii():
        return ()
    starts = [n for n, (place, _) in enumerate(letters) if place == 0 or not _fold(reading[place - 1])]
    spelled = "".join(folded for _place, folded in letters)
    for key in reading_keys(name) if name else ():
        if key.replace(" ", "") == spelled:
            starts = [sum(map(len, key.split()[:n])) for n in range(len(key.split()))]
            break
    for begin in starts:
        taken = _follow(letters, set(starts), begin, wanted)
        if taken is not None:
            return _joined([letters[n][0] for n in taken])
    return ()


def _follow(letters: list[tuple[int, str]], starts: set[int], at: int, wanted: str) -> list[int] | None:
    """Numbers of the letters that spell `wanted` from `at` on: on in the syllable, or at the next one's start."""
    if not wanted:
        return []
    if at >= len(letters) or letters[at][1] != wanted[0]:
        return None
    following = next((start for start in sorted(starts) if start > at), len(letters))
    for step in dict.fromkeys((at + 1, following)):
        rest = _follow(letters, starts, step, wanted[1:])
        if rest is not None:
            return [at, *rest]
    return None


def _joined(places: list[int]) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for place in places:
        if marks and sum(marks[-1]) == place:
            marks[-1] = (marks[-1][0], marks[-1][1] + 1)
        else:
            marks.append((place, 1))
    return tuple(marks)
