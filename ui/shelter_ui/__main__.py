"""`python -m shelter_ui` is `shelter`: the program with its window."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence

__all__ = ["load", "main"]


def load() -> Callable[[Sequence[str] | None], int]:
    """The function that runs the program, with its modules loaded in the fastest way."""
    # What is loaded and built now stays: looking for garbage in it again and again would take a tenth of
    # the time until the window is seen. `app.main` lets Python collect again then.
    gc.disable()
    from shelter_ui.workarounds import load_without_reading_sources

    load_without_reading_sources()
    from shelter_ui.app import main as program

    return program


def main() -> int:
    """Start the program; returns its exit code."""
    return load()(None)


if __name__ == "__main__":
    sys.exit(main())
