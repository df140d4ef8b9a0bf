"""What makes the program lock."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol

__all__ = ["Heard", "Listener", "Trigger"]


class Trigger(Enum):
    """Why the program locks. All do the same; only `PANIC` leaves the window small afterwards."""

    #: Somebody pressed the key or the button for it.
    ASKED = "asked"
    #: Somebody pressed the key for an emergency.
    PANIC = "panic"
    #: Nobody has touched keyboard or pointer for a while.
    IDLE = "idle"
    #: The screen was locked, or its saver began.
    SCREEN = "screen"
    #: The computer is about to sleep.
    SLEEP = "sleep"
    #: The lid was closed.
    LID = "lid"
    #: Another person took over the screen.
    USER = "user"
    #: The two clocks disagree, or the program stood still: the computer has slept unheard.
    CLOCK = "clock"


#: Called when the system says something that makes the program lock.
Heard = Callable[[Trigger], None]


class Listener(Protocol):
    """Listens to what one operating system says about screen, session and power."""

    def close(self) -> None:
        """Listen no more."""
