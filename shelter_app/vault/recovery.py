"""Recovery sheets: a random secret split by SLIP-39 into printed words, and reading them back.

The secret has 128 bits, which gives 20 words a sheet: as strong as the keys that it opens (X25519), and a
third less to type in an emergency than 256 bits. It is never stored; the recovery slot holds a check value,
since SLIP-39 alone would turn a wrong secret into other bytes without an error.

The library calls itself a reference without side-channel hardening: on one offline machine, a risk that
`docs/decisions/002-keys.md` writes down. Its messages quote words of the sheets, so none is passed on.
"""

from __future__ import annotations

import itertools
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from shelter_app.vault.errors import RecoveryRefused
from shelter_i18n import N_

__all__ = [
    "SHEET_COLUMNS",
    "SHEET_WORDS",
    "SPLITS",
    "SheetSet",
    "TypedSheet",
    "complete_word",
    "join_sheets",
    "look_at_sheet",
    "make_sheets",
    "new_secret",
    "read_sheet",
    "set_number",
    "split_secret",
    "suggest_words",
    "word_list",
]

_SECRET_BYTES = 16
#: Words on one sheet, and in how many columns they are printed, each read downwards.
SHEET_WORDS = 20
SHEET_COLUMNS = 3
#: How many sheets are needed of how many, as it is offered; the first is what most posts want.
SPLITS = ((2, 3), (2, 4), (2, 5), (3, 5))
_MOST_SHEETS = 16
_CUSTOMISATION = b"shamir_extendable"

_UNKNOWN_WORD = N_("Sheet {sheet}: word {position} is not a recovery word. Check its spelling.")
_WRONG_COUNT = N_("Sheet {sheet} has {found} words and should have {expected}. Check that none is missing.")
_MISSING = N_(
    "Sheet {sheet} has {found} words and should have {expected}. A word seems to be missing at place {position}."
)
_ONE_MORE = N_(
    "Sheet {sheet} has {found} words and should have {expected}. Word {position} seems to be one too many."
)
_WRONG_WORD = N_("Sheet {sheet}: word {position} does not fit. Compare it with the paper.")
_SWAPPED = N_("Sheet {sheet}: words {position} and {following} seem to be exchanged.")
_ACROSS = N_(
    "Sheet {sheet}: the words seem to have been typed across the rows. Type them by their numbers, down each column."
)
_CHECKSUM = N_("Sheet {sheet}: some of the words do not fit. Compare all of them with the paper.")
_MIXED = N_("The sheets do not belong together. Use sheets that were printed on the same day.")
_TWICE = N_("The same sheet was entered twice. Enter different sheets.")
_TOO_FEW = N_("{needed} sheets are needed, and {found} were entered.")
_BAD_SPLIT = N_("Choose 2 to 16 sheets, of which at least 2 and at most all are needed.")


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, ...], dict[str, int]]:
    from shamir_mnemonic import wordlist

    words = tuple(wordlist.WORDLIST)
    return words, {word: index for index, word in enumerate(words)}


def word_list() -> tuple[str, ...]:
    """The 1,024 words of SLIP-39, in alphabetical order; the first four letters of each are unique."""
    return _words()[0]


def complete_word(typed: str) -> str | None:
    """The recovery word that was meant, from any case, full-width letters, or its first four letters or more."""
    text = unicodedata.normalize("NFKC", typed).strip().casefold()
    if text in _words()[1]:
        return text
    if len(text) < 4:
        return None
    return next((word for word in word_list() if word.startswith(text)), None)


def suggest_words(typed: str, most: int = 6) -> tuple[str, ...]:
    """The first recovery words that begin with what was typed so far, in alphabetical order."""
    text = unicodedata.normalize("NFKC", typed).strip().casefold()
    if not text:
        return ()
    return tuple(itertools.islice((word for word in word_list() if word.startswith(text)), most))


@dataclass(frozen=True)
class SheetSet:
    """Sheets that have been made and open nothing yet: the secret, the words of each, how many are needed.

    `number` tells sets apart. It stands in the words of every sheet of the set, is no secret, and is part of the
    id of the slot that the set opens, so that sheets which were replaced can be told from those of another vault.
    """

    secret: bytes = field(repr=False)
    words: tuple[tuple[str, ...], ...] = field(repr=False)
    threshold: int
    number: int


def make_sheets(threshold: int = 2, shares: int = 3) -> SheetSet:
    """A new secret on sheets, of which any `threshold` give it back.

    Raises:
        RecoveryRefused: this is not a useful split.
    """
    secret = new_secret()
    words = split_secret(secret, threshold, shares)
    return SheetSet(secret, words, threshold, set_number(words[0]))


def set_number(words: Sequence[str]) -> int:
    """The number of the set that a sheet belongs to; the words are those that `read_sheet` gives."""
    known = _words()[1]
    return known[words[0]] << 5 | known[words[1]] >> 5


def new_secret() -> bytes:
    """A random recovery secret."""
    return secrets.token_bytes(_SECRET_BYTES)


def split_secret(secret: bytes, threshold: int, shares: int) -> tuple[tuple[str, ...], ...]:
    """The words of each sheet; any `threshold` of them give the secret, fewer tell nothing.

    Raises:
        RecoveryRefused: this is not a useful split.
    """
    from shamir_mnemonic import generate_mnemonics

    if not 2 <= threshold <= shares <= _MOST_SHEETS:
        raise RecoveryRefused(_BAD_SPLIT)
    (group,) = generate_mnemonics(1, [(threshold, shares)], secret)
    return tuple(tuple(mnemonic.split()) for mnemonic in group)


def _syndrome(indices: Sequence[int]) -> int:
    """30 bits that are the same for every sheet without a slip, and linear in the bits of its words."""
    from shamir_mnemonic import rs1024

    first, second, third = rs1024.create_checksum(indices, _CUSTOMISATION)
    return int(first << 20 | second << 10 | third)


@lru_cache(maxsize=1)
def _sound_syndrome() -> int:
    from shamir_mnemonic import rs1024

    zeros = [0] * (SHEET_WORDS - 3)
    return _syndrome(zeros + rs1024.create_checksum(zeros, _CUSTOMISATION))


@lru_cache(maxsize=SHEET_WORDS)
def _one_word_differences(place: int) -> frozenset[int]:
    """Every change of the syndrome that one other word at this place can make."""
    blank = [0] * SHEET_WORDS
    zero = _syndrome(blank)
    reachable = [0]
    for bit in range(10):
        step = _syndrome([*blank[:place], 1 << bit, *blank[place + 1 :]]) ^ zero
        reachable += [difference ^ step for difference in reachable]
    return frozenset(reachable)


def _sound(indices: Sequence[int]) -> bool:
    return _syndrome(indices) == _sound_syndrome()


def _read_across(indices: list[int]) -> list[int]:
    """The words by their numbers, if they were typed row by row from the printed columns."""
    deep = -(-SHEET_WORDS // SHEET_COLUMNS)
    order = [place for row in range(deep) for place in range(row, SHEET_WORDS, deep)]
    by_number = [0] * SHEET_WORDS
    for typed, place in zip(indices, order, strict=True):
        by_number[place] = typed
    return by_number


def _locate(indices: list[int], sheet: int) -> RecoveryRefused:
    """Say which word does not fit, without ever proposing the right one (SLIP-39 asks for that)."""
    places = range(len(indices))
    # Neighbours first: they are exchanged more often than words that stand apart.
    for one, other in sorted(itertools.combinations(places, 2), key=lambda pair: pair[1] - pair[0]):
        swapped = indices.copy()
        swapped[one], swapped[other] = swapped[other], swapped[one]
        if _sound(swapped):
            return RecoveryRefused(_SWAPPED, sheet=sheet, position=one + 1, following=other + 1)
    wrong_by = _syndrome(indices) ^ _sound_syndrome()
    for place in places:
        if wrong_by in _one_word_differences(place):
            return RecoveryRefused(_WRONG_WORD, sheet=sheet, position=place + 1)
    if _sound(_read_across(indices)):
        return RecoveryRefused(_ACROSS, sheet=sheet)
    return RecoveryRefused(_CHECKSUM, sheet=sheet)


def _miscounted(indices: list[int], sheet: int) -> RecoveryRefused:
    """Say where one word is missing or one too many, where that can be told."""

    def refused(message: str, position: int | None = None) -> RecoveryRefused:
        found = len(indices)
        return RecoveryRefused(message, sheet=sheet, position=position, found=found, expected=SHEET_WORDS)

    if len(indices) == SHEET_WORDS - 1:
        for place in range(SHEET_WORDS):
            filled = [*indices[:place], 0, *indices[place:]]
            if _syndrome(filled) ^ _sound_syndrome() in _one_word_differences(place):
                return refused(_MISSING, place + 1)
    if len(indices) == SHEET_WORDS + 1:
        for place in range(len(indices)):
            if _sound([*indices[:place], *indices[place + 1 :]]):
                return refused(_ONE_MORE, place + 1)
    return refused(_WRONG_COUNT)


@dataclass(frozen=True)
class TypedSheet:
    """A sheet while it is typed: how many words are there, the first that is none, how the last may go on.

    `wrong` counts from 1 and is 0 while nothing is wrong. `last` is the word that is still being typed, and
    `endings` are recovery words that begin with it.
    """

    count: int
    wrong: int
    last: str = field(repr=False)
    endings: tuple[str, ...] = field(repr=False)


def look_at_sheet(typed: str) -> TypedSheet:
    """What can be said of a sheet before all of its words are typed."""
    given = _tokens(typed)
    unfinished = bool(given) and not _SEPARATORS.search(unicodedata.normalize("NFKC", typed)[-1:])
    last = given[-1] if unfinished else ""
    known = [complete_word(token) is not None for token in given]
    endings = suggest_words(last)
    if unfinished and endings:
        known[-1] = True
    return TypedSheet(len(given), known.index(False) + 1 if False in known else 0, last, endings)


_SEPARATORS = re.compile(r"[\s,;、]+")


def _tokens(typed: str) -> list[str]:
    """The words as they were typed, without what numbers or separates them."""
    tokens = _SEPARATORS.split(unicodedata.normalize("NFKC", typed))
    return [token for token in (re.sub(r"^[0-9]*[.):]?|[.]$", "", token) for token in tokens) if token]


def read_sheet(typed: str | Sequence[str], sheet: int = 1) -> tuple[str, ...]:
    """The words of one sheet as it was printed, from what somebody typed; numbers between them are skipped.

    Raises:
        RecoveryRefused: names the word that is unknown or does not fit, by its position from 1.
    """
    words: list[str] = []
    for position, token in enumerate(_tokens(typed if isinstance(typed, str) else " ".join(typed)), start=1):
        word = complete_word(token)
        if word is None:
            raise RecoveryRefused(_UNKNOWN_WORD, sheet=sheet, position=position, word=token)
        words.append(word)
    indices = [_words()[1][word] for word in words]
    if len(words) != SHEET_WORDS:
        raise _miscounted(indices, sheet)
    if not _sound(indices):
        raise _locate(indices, sheet)
    return tuple(words)


def join_sheets(sheets: Sequence[str | Sequence[str]]) -> bytes:
    """The recovery secret from the sheets as typed; more than are needed may be given.

    Raises:
        RecoveryRefused: a word is wrong, sheets are missing, or they do not belong together.
    """
    from shamir_mnemonic import MnemonicError, combine_mnemonics
    from shamir_mnemonic.share import Share

    texts = [" ".join(read_sheet(typed, number)) for number, typed in enumerate(sheets, start=1)]
    if not texts:
        raise RecoveryRefused(_TOO_FEW, needed=2, found=0)
    try:
        shares = [Share.from_mnemonic(text) for text in texts]
    except MnemonicError:
        # The words fit together and say something that this program never prints.
        raise RecoveryRefused from None
    if len({(share.group_parameters(), len(share.value)) for share in shares}) != 1:
        raise RecoveryRefused(_MIXED)
    if len({share.index for share in shares}) != len(shares):
        raise RecoveryRefused(_TWICE)
    needed = shares[0].member_threshold
    if len(shares) < needed:
        raise RecoveryRefused(_TOO_FEW, needed=needed, found=len(shares))
    try:
        return bytes(combine_mnemonics(texts[:needed]))
    except MnemonicError:
        raise RecoveryRefused(_MIXED) from None
