"""Which answers of "yes" are told: every class is split by one answer after the other while both halves are large.

A flag is either told of at least `least` persons of a group and left empty for at least as many others, or of nobody in
it. Where more than nine in ten of a group would say yes, nobody does: "nearly everybody" is the sentence which must not
be written, as in the tables. Whoever has to be emptied to make the other half large enough is drawn by lot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shelter_app.anonymise.extract_columns import DURATIONS, FLAGS, PARENTS
from shelter_app.anonymise.extract_rows import RecordRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Answers = NDArray[np.bool_]
    Numbers = NDArray[np.int64]
    Lots = NDArray[np.uint64]

__all__ = ["ANSWERS", "answers_of", "tell_in_classes"]

#: Every answer that can be told, in the order of the columns of an array of answers.
ANSWERS = (*DURATIONS, *FLAGS)
#: Nearly everybody: more than nine in ten, as `attack` has it.
_MOST_TENTHS, _TENTHS = 9, 10
#: How much it is worth to tell an answer of one person: which kind of exploitation it was comes first.
_WORTH = tuple(2 if answer.startswith("is") else 1 for answer in ANSWERS)
_PARENT = {ANSWERS.index(flag): ANSWERS.index(parent) for flag, parent in PARENTS.items()}


def answers_of(rows: Sequence[RecordRow]) -> Answers:
    """What each row says yes to: one row a person, one column for each of `ANSWERS`."""
    import numpy as np

    place = {answer: number for number, answer in enumerate(ANSWERS)}
    said = np.zeros((len(rows), len(ANSWERS)), dtype=bool)
    for number, row in enumerate(rows):
        for answer in (*row.flags, row.duration):
            if answer is not None:
                said[number, place[answer]] = True
    for flag, parent in _PARENT.items():
        said[:, flag] &= said[:, parent]
    return said


def tell_in_classes(
    said: Answers, classes: Numbers, least: int, lots: Lots, without: Sequence[str] = ()
) -> Answers:
    """The answers that are told, so that in every class each combination of them occurs at least `least` times.

    Of all answers that can split a group, the one that tells most persons' yes is taken (the kind of exploitation
    counts twice), then the halves are split in turn. `lots` decides who is emptied where a half is too small; `without` names answers that are never told.
    """
    import numpy as np

    told = np.zeros_like(said)
    _, group = np.unique(classes, return_inverse=True)
    open_ = np.ones((int(group.max(initial=-1)) + 1, said.shape[1]), dtype=bool)
    open_[:, list(_PARENT)] = False
    open_[:, [ANSWERS.index(answer) for answer in without]] = False
    closed = frozenset(ANSWERS.index(answer) for answer in without)
    rows = np.arange(len(said))
    while len(rows):
        rows = rows[np.argsort(group[rows], kind="stable")]
        starts = _starts(group[rows])
        size = np.diff(np.append(starts, len(rows)))
        yes = np.add.reduceat(said[rows], starts, axis=0, dtype=np.int64)
        lacking = np.maximum(0, least - (size[:, None] - yes))
        gain = np.where(
            open_[group[rows[starts]]] & (_TENTHS * yes <= _MOST_TENTHS * size[:, None]), yes - lacking, 0
        )
        best = np.where(gain >= least, gain * np.array(_WORTH), 0).argmax(axis=1)
        pick = np.arange(len(best)), best
        split = gain[pick] >= least
        place = np.repeat(np.arange(len(size)), size)
        going_on = split[place]
        rows, place = rows[going_on], place[going_on]
        if not len(rows):
            break
        says = said[rows, best[place]]
        says[_drawn(says, place, lacking[pick], lots[rows])] = False
        told[rows, best[place]] |= says
        open_, group[rows] = _halves(open_[group[rows]], place, best, says, closed)
    return told


def _starts(ordered: Numbers) -> Numbers:
    """Where each run of equal numbers begins."""
    import numpy as np

    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))


def _drawn(says: Answers, place: Numbers, lacking: Numbers, lots: Lots) -> Numbers:
    """Of those who say yes in each group, as many as the other half lacks: the ones with the lowest lots."""
    import numpy as np

    asked = np.flatnonzero(says & (lacking[place] > 0))
    if not len(asked):
        return asked
    asked = asked[np.lexsort((lots[asked], place[asked]))]
    starts = _starts(place[asked])
    rank = np.arange(len(asked)) - np.repeat(starts, np.diff(np.append(starts, len(asked))))
    return asked[rank < lacking[place[asked]]]


def _halves(
    open_: Answers, place: Numbers, best: Numbers, says: Answers, closed: frozenset[int]
) -> tuple[Answers, Numbers]:
    """What can still be told in each half of the groups, and the half of every row."""
    import numpy as np

    _, first, group = np.unique(place * 2 + ~says, return_index=True, return_inverse=True)
    still, answer, yes = open_[first].copy(), best[place[first]], says[first]
    for child, parent in _PARENT.items():
        if child not in closed:
            still[yes & (answer == parent), child] = True
    still[np.arange(len(still)), answer] = False
    return still, group
