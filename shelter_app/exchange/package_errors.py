"""What can be refused about the package of a summary."""

from __future__ import annotations

from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = ["NoOfficeKey", "NotAPackage", "NotOpened", "NotReleased", "PackageUnsound", "ReceiverUnknown"]


class NotAPackage(ShelterError):
    """What was given is no package, no folder and no archive of a summary."""

    message = N_(
        "{file} is not the package of a summary, or is damaged, or holds what no package holds. Nothing of it has been "
        "used. Ask its sender to send it again."
    )
    exit_code = 110


class NotOpened(ShelterError):
    """An encrypted package that the key does not open."""

    message = N_(
        "{file} is encrypted and your key does not open it: it was made for another key, or was damaged or cut off on its way. "
        "Choose the right key file, or ask its sender to send it again."
    )
    exit_code = 111


class ReceiverUnknown(ShelterError):
    """The receiver's key has not been taken over by the post."""

    message = N_(
        "Nobody here has compared a key of {name} as a receiver. Let a supervisor or administrator take over its public key "
        "file, with the fingerprint read out over the phone. Nothing has been written."
    )
    exit_code = 112


class NoOfficeKey(ShelterError):
    """The office has no key to sign with."""

    message = N_(
        "This office has no key to sign with yet. Let a supervisor or administrator make it and tell its fingerprint to the "
        "receiver over the phone. Nothing has been written."
    )
    exit_code = 113


class NotReleased(ShelterError):
    """A package was asked for of a period that has no release."""

    message = N_(
        "No summary of {period} has been made. Make it first; the package then holds the same figures."
    )
    exit_code = 114


class PackageUnsound(ShelterError):
    """The finished package did not pass the checks that its receiver makes."""

    message = N_(
        "No package was made: it did not pass the checks that the receiver would make ({what}). Nothing has been written. "
        "Report this: it is a fault of the program, not of your entries."
    )
    exit_code = 134
