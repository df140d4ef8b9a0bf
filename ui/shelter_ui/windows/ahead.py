"""Modules that are loaded before they are needed, one at a time, so that the window never waits for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final

from PySide6.QtCore import QObject, QTimer

__all__ = ["WORKPLACE", "load_ahead"]

#: What the first page needs after signing in, parts before the whole: they load while the key is derived.
WORKPLACE: Final = (
    "babel.dates",
    "shelter_i18n.formats",
    "shelter_app.casework.lists",
    "shelter_app.casework.backups",
    "shelter_app.casework.returning",
    "shelter_app.casework.head_memory",
    "shelter_app.casework.heads",
    "shelter_ui.locking.replacing",
    "shelter_ui.widgets.progress",
    "shelter_ui.widgets.rail",
    "shelter_ui.widgets.tables",
    "shelter_ui.models.agenda",
    "shelter_ui.windows.notices_bar",
    "shelter_ui.windows.caretaker",
    "shelter_ui.windows.top_bar",
    "shelter_ui.windows.workplace",
    "shelter_ui.windows.today_page",
)


def load_ahead(owner: QObject, modules: Sequence[str]) -> None:
    """Load these modules as long as `owner` lives, with a turn of the event loop after each."""
    if modules:
        import_module(modules[0])
        QTimer.singleShot(0, owner, lambda: load_ahead(owner, modules[1:]))
