"""Faults of libraries that the interface has to live with, each named and limited to where it occurs."""

from __future__ import annotations

import builtins
import sys

__all__ = ["keep_constants_alive", "load_without_reading_sources"]

_PLENTY = 1 << 40


def keep_constants_alive() -> None:
    """Keep the process from ending with "deallocating None" (or "True or False") under Python 3.11.

    PySide6 6.12 hands out None, True and False without counting the reference, because they are immortal
    from Python 3.12 on. Before that, each call of a method without a result takes one of the few
    thousand references that a program holds. Adding many makes them as good as immortal here too.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    import ctypes

    for constant in (None, True, False):
        counter = ctypes.c_ssize_t.from_address(id(constant))
        if counter.value < _PLENTY:
            counter.value += 2 * _PLENTY


def load_without_reading_sources() -> None:
    """Load modules as Python does by itself.

    PySide6 puts a function of its own in the place of `__import__`, which reads the source of every module
    that is imported later, to see whether it mentions PySide6. It serves `from __feature__ import`, which
    this program does not use, and costs 30 ms before the sign-in screen.
    """
    import PySide6.QtCore  # noqa: F401 - this is what replaces it

    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
