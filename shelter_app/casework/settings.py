"""How one person likes the program to look and behave; kept in the vault, so that it follows them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from shelter_app.casework.session import Session
from shelter_app.storage import books

__all__ = [
    "IDLE_MINUTES",
    "SCALES",
    "ThemeChoice",
    "UserSettings",
    "read_settings",
    "safety_of",
    "write_settings",
]

ThemeChoice = Literal["system", "light", "dark", "hc_light", "hc_dark"]
Density = Literal["comfortable", "compact", "large"]
#: Sizes on offer, in per cent.
SCALES: Final = (100, 115, 130, 150, 200)
#: Shortest and longest time after which the program locks itself; it cannot be switched off.
IDLE_MINUTES: Final = (1, 15)
_DEFAULT_IDLE: Final = 5
#: Settings on which safety depends; the check of the vault compares them with the journal.
_SAFETY: Final = ("idle_minutes", "allow_pictures")


@dataclass(frozen=True)
class UserSettings:
    """The settings of one user; an empty language means the one of the sign-in screen."""

    language: str = ""
    theme: ThemeChoice = "system"
    scale: int = 100
    density: Density = "comfortable"
    idle_minutes: int = _DEFAULT_IDLE
    #: Let pictures and recordings of the window be taken, for training; only where the system can refuse them.
    allow_pictures: bool = False


def read_settings(session: Session) -> UserSettings:
    """The settings of the signed-in person; what is missing or makes no sense is as the program comes."""
    return _read(session, session.user_id)


def _read(session: Session, user_id: str) -> UserSettings:
    kept = {
        field.name: books.get_setting(session.store, user_id, field.name)
        for field in dataclasses.fields(UserSettings)
    }
    scale, idle = _number(kept["scale"], 100), _number(kept["idle_minutes"], _DEFAULT_IDLE)
    theme, density = kept["theme"], kept["density"]
    return UserSettings(
        language=kept["language"] or "",
        theme=theme if theme in get_args(ThemeChoice) else "system",  # type: ignore[arg-type]
        scale=scale if scale in SCALES else 100,
        density=density if density in get_args(Density) else "comfortable",  # type: ignore[arg-type]
        idle_minutes=min(max(idle, IDLE_MINUTES[0]), IDLE_MINUTES[1]),
        allow_pictures=kept["allow_pictures"] == "True",
    )


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() else otherwise


def safety_of(session: Session, user_id: str) -> dict[str, Any]:
    """Those settings of a user on which safety depends, by name: what the journal keeps of a change."""
    settings = _read(session, user_id)
    return {name: getattr(settings, name) for name in _SAFETY}


def write_settings(session: Session, settings: UserSettings) -> None:
    """Keep the settings of the signed-in person; the journal says so only where safety depends on them."""
    with session.saving() as record:
        before = safety_of(session, session.user_id)
        for name, value in dataclasses.asdict(settings).items():
            books.set_setting(session.store, session.user_id, name, str(value))
        after = safety_of(session, session.user_id)
        if after != before:
            record("settings.safety", session.user_id, **after)
