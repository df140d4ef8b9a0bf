"""Where a save tells everybody who shows the same things what it changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from shelter_app.storage.store import Changes

__all__ = ["Hub"]


class Hub(QObject):
    """Carries what casework changed to every model and page; none of them refreshes another."""

    #: Something was saved; carries a `Changes`.
    changed = Signal(object)

    def tell(self, changes: Changes) -> None:
        """Let everybody know what a save changed; called with the answer of a casework function."""
        if changes.items:
            self.changed.emit(changes)
