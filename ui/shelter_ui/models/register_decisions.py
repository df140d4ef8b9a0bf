"""The decisions that a person takes about the rows of a register, before anything is written. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shelter_app.casework.registers import waits
from shelter_app.exchange.registers import Reason, RegisterPreview, RegisterRow

__all__ = ["Decisions", "Place", "place_of"]

#: Sheet and number of a row.
Place = tuple[str, int]


def place_of(row: RegisterRow) -> Place:
    """Where a row stands in its file."""
    return row.sheet, row.row


@dataclass(frozen=True)
class _Taken:
    place: Place
    choice: tuple[str, str]


class Decisions:
    """A preview with the decisions taken so far; each can be taken back.

    `base` is the register as it was read, `current` what an import would bring in now.
    """

    def __init__(self, base: RegisterPreview) -> None:
        self.base = base
        self.current = base
        self._taken: list[_Taken] = []
        self._asked = {place_of(row) for row in base.rows if waits(row)}

    def row(self, place: Place) -> RegisterRow | None:
        """The row as it is now."""
        return next((row for row in self.current.rows if place_of(row) == place), None)

    def was_asked(self, row: RegisterRow) -> bool:
        """Whether something about this row has to be decided, or had to be."""
        return place_of(row) in self._asked

    def question(self, row: RegisterRow) -> Reason | None:
        """What is asked first about a row."""
        return next(iter(row.open_decisions), None)

    def open_rows(self) -> list[RegisterRow]:
        """Rows with a question, in the order of the file."""
        return [row for row in self.current.rows if row.open_decisions]

    def waiting(self) -> int:
        """How many rows would be kept for later."""
        return sum(1 for row in self.current.rows if waits(row))

    def ready(self) -> int:
        """How many rows an import would bring in, unless they are in the vault already."""
        return sum(1 for row in self.current.rows if row.is_person and not waits(row))

    def alike(self, row: RegisterRow) -> int:
        """How many other rows ask what this one asks first."""
        asked = self.question(row)
        if asked is None:
            return 0
        return sum(
            1
            for other in self.open_rows()
            if place_of(other) != place_of(row)
            and any(each.code == asked.code for each in other.open_decisions)
        )

    def decide(self, place: Place, choice: tuple[str, str], *, alike: bool = False) -> None:
        """Take a decision, for all rows that ask the same if `alike`."""
        places = [place]
        if alike:
            places += [
                place_of(row)
                for row in self.open_rows()
                if place_of(row) != place and any(each.code == choice[0] for each in row.open_decisions)
            ]
        for each in places:
            self._take(_Taken(each, choice))

    def take_back(self, place: Place) -> None:
        """Ask again what was decided about a row."""
        kept = [each for each in self._taken if each.place != place]
        self._replay(self.base, kept)

    def read_again(self, base: RegisterPreview) -> None:
        """Go on with the register as it was read another time; decisions that still fit stay."""
        self.base = base
        self._asked = {place_of(row) for row in base.rows if waits(row)}
        self._replay(base, self._taken)

    def decided(self, row: RegisterRow) -> bool:
        """Whether a decision about this very row was taken."""
        return any(each.place == place_of(row) for each in self._taken)

    def next_open(self, after: Place | None, backwards: bool = False) -> Place | None:
        """The next row with a question, from the top again after the last."""
        places = [place_of(row) for row in self.current.rows]
        is_open: Callable[[Place], bool] = {place_of(row) for row in self.open_rows()}.__contains__
        start = places.index(after) if after in places else (0 if backwards else -1)
        step = -1 if backwards else 1
        for distance in range(1, len(places) + 1):
            place = places[(start + step * distance) % len(places)]
            if is_open(place):
                return place
        return None

    def _take(self, taken: _Taken) -> None:
        sheet, number = taken.place
        self.current = self.current.resolve(sheet, number, taken.choice)
        self._taken.append(taken)

    def _replay(self, base: RegisterPreview, taken: list[_Taken]) -> None:
        self.current, self._taken = base, []
        for each in taken:
            try:
                self._take(each)
            except KeyError:
                continue  # the row or its question is gone
