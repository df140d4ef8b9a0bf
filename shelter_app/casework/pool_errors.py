"""What an office can be refused when it takes part in a pool."""

from __future__ import annotations

from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = [
    "AlreadyContributed",
    "CountedOther",
    "FingerprintDiffers",
    "KeyNotTrusted",
    "NoContribution",
    "NotCounted",
    "NotInRoster",
    "RoundClosed",
]


class FingerprintDiffers(ShelterError):
    """The fingerprint that was read out is not the one of the key."""

    message = N_(
        "The fingerprint that you typed does not belong to the key in {file}. Nothing has been taken over. Ring the "
        "owner of the key on a number that you know, let them read out the digits, and type these."
    )
    exit_code = 98


class KeyNotTrusted(ShelterError):
    """The roster names receivers whose keys nobody at the post has compared."""

    message = N_(
        "Nobody here has compared the key of {names} that the roster gives. Let a supervisor or administrator take over "
        "its public key file, with the fingerprint read out over the phone. Nothing has been written."
    )
    exit_code = 99


class NotInRoster(ShelterError):
    """The roster does not have this office with its present key."""

    message = N_(
        "This office is not on the roster of the round with its present key. Send the public key of the office to the "
        "coordinating body and ask for a new roster."
    )
    exit_code = 100


class RoundClosed(ShelterError):
    """The last day of a round is over."""

    message = N_(
        "This round was open until {day}. What is sent now would not be counted. Ask the coordinating body for the next round."
    )
    exit_code = 101


class AlreadyContributed(ShelterError):
    """The office has contributed to another round for some of the same days."""

    message = N_(
        "This office has contributed to the round {earlier} for {period}. Counted in two rounds, its figures could be "
        "worked out by subtracting. Take part in a round for a period that lies apart."
    )
    exit_code = 102


class NoContribution(ShelterError):
    """There is nothing that a receipt could be compared with."""

    message = N_("This office has not contributed to the round {round}, as far as this vault knows.")
    exit_code = 103


class NotCounted(ShelterError):
    """A receipt does not hold the office's contribution."""

    message = N_(
        "{receiver} has not counted the contribution of this office. Tell {receiver} and the coordinating body now: the figures "
        "of the round must not be combined without it unless everybody knows."
    )
    exit_code = 104


class CountedOther(ShelterError):
    """A receipt holds another contribution of the office than its newest."""

    message = N_(
        "{receiver} has counted another contribution than the newest one of this office. If you replaced it, {receiver} did not get "
        "the new file; if not, somebody contributed in your name. Tell {receiver} and the coordinating body."
    )
    exit_code = 105
