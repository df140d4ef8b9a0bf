"""What can go wrong with a vault, each with its own sentence and exit code.

The five that people confuse, and that must never be mixed: a wrong password, a damaged header, damaged
data, a vault of a newer program, and a vault that is already open.
"""

from __future__ import annotations

from shelter_app.errors import ShelterError
from shelter_app.vault.rights import COMPARTMENT_LABELS, ROLE_LABELS, Compartment, Right, Role
from shelter_i18n import N_, _, gettext_in

__all__ = [
    "AccountDisabled",
    "DataDamaged",
    "DiskFailed",
    "DiskFull",
    "FolderNotEmpty",
    "GrantRefused",
    "HeaderDamaged",
    "KeyNotHeld",
    "LastWayIn",
    "NameRefused",
    "NewerVersion",
    "NoWritePermission",
    "NotAVault",
    "NotEnoughMemory",
    "NotYours",
    "OwnAccount",
    "PasswordRefused",
    "PasswordReplaced",
    "PasswordTooWeak",
    "RecoveryRefused",
    "TryLater",
    "UnknownUser",
    "VaultInUse",
    "WrongPassword",
]


class WrongPassword(ShelterError):
    """The header is sound and the password is not the one of this user."""

    message = N_(
        "The password is not right for this user. Check the keyboard language and Caps Lock, and try again."
    )
    exit_code = 10


class TryLater(ShelterError):
    """A password was wrong too often; the next one is tried after a short wait."""

    message = N_("The password was wrong several times. Try again in {seconds} s. Nothing is deleted.")
    exit_code = 49

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds=seconds)


class HeaderDamaged(ShelterError):
    """The file with the keys cannot be trusted; no password can help."""

    message = N_(
        "The key file of this vault (vault.hdr) is damaged. The password is not the problem. "
        "Copy vault.hdr and vault.hdr.2 from the newest backup, or restore the backup into a new folder."
    )
    exit_code = 11


class DataDamaged(ShelterError):
    """The keys are right and something sealed with them cannot be opened."""

    message = N_(
        "Part of the stored data is damaged and cannot be read. The password is not the problem. "
        "Check the vault, and restore the newest backup into a new folder if the damage is confirmed."
    )
    exit_code = 12


class NewerVersion(ShelterError):
    """The vault was written by a later version of the program."""

    message = N_(
        "This vault was written by a newer version of the program (format {found}; this program reads up to "
        "{known}). Install the newer version. Nothing has been changed."
    )
    exit_code = 13

    def __init__(self, *, found: int, known: int) -> None:
        super().__init__(None, found=found, known=known)


class VaultInUse(ShelterError):
    """Another program has the vault open."""

    message = N_("This vault is open in another program. Close it there first.")
    exit_code = 14

    def __init__(self, *, pid: int | None = None, since: str | None = None) -> None:
        if pid is not None and since is not None:
            super().__init__(
                N_(
                    "This vault is open in another program (process {pid}, since {since}). "
                    "Close it there first."
                ),
                pid=pid,
                since=since,
            )
        else:
            super().__init__()


class NotAVault(ShelterError):
    """The folder holds no vault."""

    message = N_("There is no vault in this folder. Choose the folder that holds vault.hdr.")
    exit_code = 15


class UnknownUser(ShelterError):
    """The vault has no user of that name."""

    message = N_("This vault has no user of that name. Choose a name from the list.")
    exit_code = 16


class NoWritePermission(ShelterError):
    """The folder or stick may not be written to."""

    message = N_(
        "This folder cannot be written to. Check its permissions, or whether the stick is write-protected. "
        "Nothing has been changed."
    )
    exit_code = 17


class DiskFull(ShelterError):
    """There is no room left on the disk."""

    message = N_("The disk is full. Free some space and try again. What was saved before is unchanged.")
    exit_code = 18


class DiskFailed(ShelterError):
    """The disk or stick answered a read or a write with an error of its own."""

    message = N_(
        "The disk or stick reports an error. Make a backup to another disk now, and do not remove the stick "
        "while the program is open."
    )
    exit_code = 19


class PasswordTooWeak(ShelterError):
    """The password could be guessed."""

    message = N_(
        "This password is too easy to guess ({bits} bits; at least {needed} are needed). "
        "Add words that have nothing to do with each other, or take the words that the program suggests."
    )
    exit_code = 20

    def __init__(self, bits: float, needed: int = 45) -> None:
        self.bits = bits
        super().__init__(None, bits=int(bits), needed=needed)


class PasswordRefused(ShelterError):
    """The password may not be used here, however long it is."""

    message = N_("This password cannot be used. Choose another one.")
    exit_code = 21


class NotYours(ShelterError):
    """The role of this user does not allow the step."""

    message = N_("Your role does not allow this. Ask an administrator if you need it for your work.")
    exit_code = 22

    def __init__(self, right: Right) -> None:
        self.right = right
        super().__init__()


class KeyNotHeld(ShelterError):
    """The user holds no key for a compartment; says which roles among the users hold one.

    `who` names the holders for the screen; names stay out of the text, which may reach a log.
    """

    message = N_("You have no key for {compartment}. Ask somebody who can open it ({roles}).")
    exit_code = 23

    def __init__(
        self, compartment: Compartment, who: tuple[str, ...] = (), roles: tuple[Role, ...] = ()
    ) -> None:
        self.compartment = compartment
        self.who = who
        self.roles = roles
        message = (
            None if roles else N_("You have no key for {compartment}. Only the recovery sheets open it.")
        )
        super().__init__(message)

    def render(self, language: str | None = None) -> str:
        """The sentence with the names of compartment and roles in the same language."""

        def translated(text: str) -> str:
            return gettext_in(language, text) if language else _(text)

        return translated(self.message).format(
            compartment=translated(COMPARTMENT_LABELS[self.compartment]),
            roles=", ".join(translated(ROLE_LABELS[role]) for role in self.roles),
        )


class RecoveryRefused(ShelterError):
    """The recovery sheets as typed do not open the vault; says what to look at.

    `sheet` and `position` count from 1. `word` is what was typed, for the screen only: the typo of a
    secret word is nearly the word, so it stays out of the text, which may reach a log.
    """

    message = N_(
        "These recovery sheets do not open this vault. They belong to another vault or were replaced later."
    )
    exit_code = 24

    def __init__(
        self,
        message: str | None = None,
        *,
        sheet: int | None = None,
        position: int | None = None,
        word: str | None = None,
        **values: object,
    ) -> None:
        self.sheet = sheet
        self.position = position
        self.word = word
        super().__init__(message, sheet=sheet, position=position, **values)


class FolderNotEmpty(ShelterError):
    """A vault is only created in an empty folder."""

    message = N_("This folder is not empty. Choose an empty folder for the new vault, or a new name.")
    exit_code = 25


class NameRefused(ShelterError):
    """The name cannot be given to a user."""

    message = N_("Give the user a name of 1 to 64 characters; initials are enough.")
    exit_code = 26


class GrantRefused(ShelterError):
    """The role is never given this key."""

    message = N_("This role is never given this key. Choose another role, or leave the key out.")
    exit_code = 27


class LastWayIn(ShelterError):
    """Nobody could administer the vault, or open a compartment, after this step."""

    message = N_(
        "This is the last person who can administer the vault. Give somebody else that role first. "
        "Nothing has been changed."
    )
    exit_code = 28


class OwnAccount(ShelterError):
    """Somebody tried on their own account what only another person may do to it."""

    message = N_(
        "This cannot be done to one's own account. Ask somebody else who manages the users. "
        "Nothing has been changed."
    )
    exit_code = 50


class AccountDisabled(ShelterError):
    """The password is right and the account has been disabled."""

    message = N_("This account is disabled. Ask an administrator to enable it again.")
    exit_code = 29


class PasswordReplaced(ShelterError):
    """The password opens a slot whose keys were replaced since, by what was signed: an older header was put there."""

    message = N_(
        "This password no longer counts: it was reset since, and the key file (vault.hdr) is an older copy. Ask an "
        "administrator to reset your password again, and to have the vault checked."
    )
    exit_code = 124


class NotEnoughMemory(ShelterError):
    """The computer cannot give the memory that the password check needs."""

    message = N_(
        "This computer has too little free memory to check the password ({needed} MiB are needed). "
        "Close other programs and try again."
    )
    exit_code = 30

    def __init__(self, needed: int) -> None:
        super().__init__(None, needed=needed)
