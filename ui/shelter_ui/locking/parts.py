"""What locking needs of the computer: clocks, a fresh process, and what the system tells."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from shelter_ui.locking.triggers import Heard, Listener

if TYPE_CHECKING:
    from shelter_ui.locking.replacing import Replacement

__all__ = ["LockParts"]


def _forget(_error: BaseException) -> None:
    """Where nobody keeps a log."""


@dataclass(frozen=True)
class LockParts:
    """Handed in when the program is built; tests hand in clocks and stand-ins of their own.

    Without `replace` the window itself goes back to the sign-in screen: enough for pictures and tests, and
    no protection of memory.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    replace: Callable[[Replacement], None] | None = None
    #: Begins to listen to the system; called after the first sign-in.
    listen: Callable[[QWidget, Heard], Listener] | None = None
    #: Keeps pictures of a window from being taken (True) or lets them (False); None where the system cannot.
    shield: Callable[[int, bool], None] | None = None
    #: Receives what went wrong during a lock; called from any thread.
    report: Callable[[BaseException], None] = _forget

    @classmethod
    def of_this_system(cls) -> LockParts:
        """The real ones."""
        from shelter_ui.locking.capture import shield_of_this_system
        from shelter_ui.locking.listening import listen
        from shelter_ui.locking.replacing import replace_process

        return cls(replace=replace_process, listen=listen, shield=shield_of_this_system())
