"""From coded facts of persons to the rows of an extract that singles nobody out, or to an honest sentence.

What a receiver may see is an `Extract`. Every row of it, all columns together, occurs at least `THRESHOLD` times; an
empty cell counts as a value of its own (docs/decisions/017-extract.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from shelter_app.anonymise.extract_columns import (
    CIRCUMSTANCES,
    CODEBOOKS,
    DURATIONS,
    FLAGS,
    OWN_COLUMNS,
    column_names,
)
from shelter_app.anonymise.extract_flags import ANSWERS, answers_of, tell_in_classes
from shelter_app.anonymise.extract_recoding import Ladder, Recoded, ladders, recode
from shelter_app.anonymise.extract_rows import RecordFacts
from shelter_app.domain.periods import Period
from shelter_app.errors import ShelterError
from shelter_i18n import N_

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "KEEPS",
    "SMALLEST_OFFICE",
    "THRESHOLD",
    "Caution",
    "Extract",
    "Keep",
    "Kept",
    "OfficeTooSmall",
    "ProtectedExtract",
    "make_extract",
]

#: So many rows at least are alike in all columns: what CTDC published by.
THRESHOLD = 11
#: Below this number of persons nearly everything would have to be emptied.
SMALLEST_OFFICE = 200
#: So many persons at least share their circumstances, or hardly an answer could be told of them (decision 017).
_TOGETHER = 5 * THRESHOLD

#: What is kept when not everything can be.
Keep = Literal["even", "countries", "ages"]
KEEPS: tuple[Keep, ...] = get_args(Keep)
_WEIGHTS: dict[Keep, dict[str, float]] = {
    "even": {},
    "countries": {"citizenship": 5.0, "CountryOfExploitation": 5.0},
    "ages": {"ageBroad": 8.0},
}


class OfficeTooSmall(ShelterError):
    """So few persons that an extract would be a list of empty cells."""

    message = N_(
        "No extract was made: in {period} fewer than {least} persons were registered. Of so few, single records would "
        "either point to somebody or say nothing at all. Choose a longer period, send the summary tables instead, or "
        "let the national office make one extract of all offices."
    )
    exit_code = 121


@dataclass(frozen=True, slots=True)
class Extract:
    """All that may leave the office: the header, every different row once, and which of them stands where.

    Nothing else is in it: no ids, no counts of what was emptied. Some persons drawn by lot are not in it at all, so that
    their number says nothing exact about the office, and nobody can be sure that somebody is in it.
    """

    period: Period
    codebook: str
    keep: Keep
    columns: tuple[str, ...]
    patterns: tuple[tuple[str, ...], ...]
    order: tuple[int, ...]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Every row as it stands in the file, in its random order."""
        return (self.patterns[place] for place in self.order)


@dataclass(frozen=True, slots=True)
class Kept:
    """How much was kept, as shares: for the people in the office, never for a file.

    `rows` is the share of persons who are in the extract, all else is about those. `exact` is the share of known circumstances that stand as they are; `lost` the mean loss of all circumstances, 0
    for none (normalised certainty penalty); `answers` the share of answers of "yes" that are told.
    """

    rows: float
    exact: float
    lost: float
    answers: float


@dataclass(frozen=True, slots=True)
class ProtectedExtract:
    """The outcome in the office: the extract for the receiver, and what it cost."""

    extract: Extract
    kept: Kept


@dataclass(frozen=True, slots=True)
class Caution:
    """What is done beyond the rule, where the figures published before ask for it."""

    #: More persons than usual who are drawn into the blank class, and as many who are left out.
    more_blank: int = 0
    #: Flags and durations that are told of nobody.
    without: frozenset[str] = frozenset()


def make_extract(
    facts: RecordFacts,
    seed: bytes,
    *,
    codebook: str = CODEBOOKS[0],
    keep: Keep = "even",
    caution: Caution | None = None,
) -> ProtectedExtract:
    """The extract of a period. The same facts and the same `seed`, a secret of the vault, give the same extract.

    Raises:
        OfficeTooSmall: fewer than `SMALLEST_OFFICE` persons.
        KeyError: there is no such codebook.
    """
    import numpy as np

    columns = column_names(codebook)
    caution = caution or Caution()
    size = len(facts.rows)
    if size < SMALLEST_OFFICE:
        raise OfficeTooSmall(period=facts.period.text, least=SMALLEST_OFFICE)
    left_out = THRESHOLD - 1 + caution.more_blank + _some(seed, "left out")
    staying = np.sort(np.argsort(_lots(seed, "staying", size), kind="stable")[left_out:])
    rows = [facts.rows[number] for number in staying.tolist()]
    drawn = THRESHOLD + caution.more_blank + _some(seed, "blank")
    blank = np.argsort(_lots(seed, "drawn", len(rows)), kind="stable")[:drawn]
    circumstances, said = ladders(rows), answers_of(rows)
    recoded = recode(circumstances, _TOGETHER, _WEIGHTS[keep], blank)
    lots = _lots(seed, "emptied", len(rows))
    told = tell_in_classes(said, recoded.classes, THRESHOLD, lots, sorted(caution.without))
    patterns, pattern_of = _patterns(circumstances, recoded, told)
    order = pattern_of[np.argsort(_lots(seed, "order", len(rows)), kind="stable")]
    extract = Extract(facts.period, codebook, keep, columns, patterns, tuple(order.tolist()))
    return ProtectedExtract(extract, _kept(size, circumstances, recoded, said, told))


def _some(seed: bytes, label: str) -> int:
    """A number from 0 to 10 that only the holder of the seed knows."""
    return int(_lots(seed, label, 1)[0] % THRESHOLD)


def _lots(seed: bytes, label: str, count: int) -> NDArray[np.uint64]:
    """Random numbers that only the holder of the seed can foresee: the output of SHAKE-256."""
    import numpy as np

    stream = hashlib.shake_256(b"shelter extract 1 %b %b" % (label.encode(), seed)).digest(8 * count)
    return np.frombuffer(stream, dtype="<u8")


def _patterns(
    circumstances: Sequence[Ladder], recoded: Recoded, told: NDArray[np.bool_]
) -> tuple[tuple[tuple[str, ...], ...], NDArray[np.int64]]:
    """Every different row as text, in alphabetical order, and the one of each person."""
    import numpy as np

    packed = np.packbits(told, axis=1)
    keys = np.column_stack((recoded.classes, packed.astype(np.int64)))
    _, first, own = np.unique(_as_bytes(keys), return_index=True, return_inverse=True)
    texts = [
        _text(circumstances, recoded.steps[recoded.classes[row]], row, told[row]) for row in first.tolist()
    ]
    patterns = sorted(set(texts))
    place = {text: number for number, text in enumerate(patterns)}
    return tuple(patterns), np.array([place[text] for text in texts], dtype=np.int64)[own]


def _as_bytes(keys: NDArray[np.int64]) -> NDArray[np.void]:
    """Each row of numbers as one value, which sorts far quicker."""
    import numpy as np

    keys = np.ascontiguousarray(keys)
    return keys.view(np.dtype((np.void, keys.dtype.itemsize * keys.shape[1]))).ravel()


def _text(
    circumstances: Sequence[Ladder], steps: Sequence[int], row: int, told: NDArray[np.bool_]
) -> tuple[str, ...]:
    """One row as it is written, in the order of the columns."""
    own = dict.fromkeys(OWN_COLUMNS, "")
    found = {}
    for column, step in zip(circumstances, steps, strict=True):
        label = column.labels[step][column.codes[step][row]]
        if label in column.labels[0] or not label:
            found[column.column] = label
        else:
            found[column.column] = ""
            own[column.column] = label
    answers = {answer for answer, yes in zip(ANSWERS, told.tolist(), strict=True) if yes}
    return (
        *(found[column] for column in CIRCUMSTANCES),
        next((band for band in DURATIONS if band in answers), ""),
        *("1" if flag in answers else "" for flag in FLAGS),
        *own.values(),
    )


def _kept(
    size: int,
    circumstances: Sequence[Ladder],
    recoded: Recoded,
    said: NDArray[np.bool_],
    told: NDArray[np.bool_],
) -> Kept:
    import numpy as np

    steps = np.array(recoded.steps)[recoded.classes]
    lost = exact = known = 0.0
    for place, column in enumerate(circumstances):
        for step in range(len(column.codes)):
            rows = np.flatnonzero(steps[:, place] == step)
            losses = column.loss_of(step, rows)
            lost += float(losses.sum())
            exact += float(((losses == 0) & column.known[rows]).sum())
        known += float(column.known.sum())
    yes = int(said.sum())
    return Kept(
        rows=len(said) / size,
        exact=exact / known if known else 1.0,
        lost=lost / (len(said) * len(circumstances)),
        answers=int(told.sum()) / yes if yes else 1.0,
    )
