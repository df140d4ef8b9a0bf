"""What the sign-in screen must know before a vault is open: nothing personal, so it is not encrypted."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Preferences", "PreferencesFile", "log_folder"]

_FOLDER = "shelter-casework"
_LIMIT = 64 * 1024


@dataclass(frozen=True)
class Preferences:
    """The vault opened last, when it was last backed up, and how the sign-in screen looks.

    An empty language or theme means the one of the system.
    """

    vault: str = ""
    backup_at: str = ""
    #: Where the last backup went, for the day on which the vault does not open.
    backup_folder: str = ""
    language: str = ""
    theme: str = ""
    scale: int = 100
    #: The random id of the slot that signed in last, to choose its name on the sign-in screen.
    last_slot: str = ""
    #: Where the window stood.
    geometry: str = ""


class PreferencesFile:
    """Reads and writes the preferences of this computer's user.

    They are a convenience: what cannot be read is as the program comes, what cannot be written is forgotten.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or _default_path()
        self.current = self._read()

    def _read(self) -> Preferences:
        try:
            with self.path.open("rb") as source:
                stored = json.loads(source.read(_LIMIT))
        except (OSError, ValueError):
            return Preferences()
        return _sensible(stored) if isinstance(stored, dict) else Preferences()

    def change(self, **values: Any) -> None:
        """Keep other values from now on."""
        changed = dataclasses.replace(self.current, **values)
        if changed == self.current:
            return
        self.current = changed
        text = json.dumps(dataclasses.asdict(changed), indent=1, sort_keys=True)
        unfinished = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished.write_text(text, "utf-8")
            unfinished.chmod(0o600)
            unfinished.replace(self.path)
        except OSError:
            return


def _sensible(stored: dict[str, Any]) -> Preferences:
    """Each value if it has the right type, else the one that the program comes with."""
    fields = {field.name: type(field.default) for field in dataclasses.fields(Preferences)}
    return Preferences(
        **{name: stored[name] for name, kind in fields.items() if type(stored.get(name)) is kind}
    )


def _default_path() -> Path:
    from platformdirs import user_config_dir

    return Path(user_config_dir(_FOLDER, appauthor=False)) / "settings.json"


def log_folder() -> Path:
    """Where the program writes what went wrong in it."""
    from platformdirs import user_log_dir

    return Path(user_log_dir(_FOLDER, appauthor=False))
