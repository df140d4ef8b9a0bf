"""How grave an alert is, and how it is drawn: the same on the case, in the list and on Today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shelter_app.domain.codelists import code_list
from shelter_i18n import current_language

__all__ = ["alert_icon", "alert_tone", "alert_words", "gravity"]

#: Safety first, then medical, contact and the rest.
_GRAVITY: Final = {
    "watch_self_harm": ("alert", "octagon-alert"),
    "being_searched": ("alert", "octagon-alert"),
    "location_secret": ("alert", "octagon-alert"),
    "child_alone": ("alert", "octagon-alert"),
    "allergy": ("alert", "pill"),
    "call_nurse": ("alert", "stethoscope"),
    "do_not_contact": ("warning", "triangle-alert"),
    "no_photographs": ("warning", "triangle-alert"),
    "speak_alone": ("warning", "triangle-alert"),
    "interpreter": ("info", "languages"),
}
_ORDER: Final = list(_GRAVITY)


def gravity(alert: str) -> int:
    """A number to sort by: the gravest first, the order of the list of codes within each kind."""
    return _ORDER.index(alert) if alert in _GRAVITY else len(_ORDER)


def alert_tone(alert: str) -> str:
    """The tone in which an alert is drawn."""
    return _GRAVITY.get(alert, ("warning", ""))[0]


def alert_icon(alert: str) -> str:
    """The icon of an alert."""
    return _GRAVITY.get(alert, ("", "triangle-alert"))[1]


def alert_words(alerts: Sequence[str]) -> str:
    """Several alerts in one line, the gravest first."""
    names = code_list("alerts")
    between = "；" if current_language() == "zh" else "; "
    return between.join(names.label(code) for code in sorted(alerts, key=gravity))
