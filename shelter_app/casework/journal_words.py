"""The actions of the journal, their kinds, and what a line can say further, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shelter_i18n import N_, _

__all__ = ["ACTIONS", "DETAILS", "KINDS", "KIND_LABELS", "SHEETS", "action_words", "actor_words", "kind_of"]

#: What can be asked for: the beginnings of the names of actions that belong together.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "all": ("",),
    "signing_in": ("session.", "user.password_changed"),
    "reading": ("case.read", "case.alerts_seen", "case.opener_seen", "entry.history_read", "document.opened"),
    "changes": ("case.", "entry.", "erasure.", "document.added", "document.moved", "document.withdrawn"),
    "in_and_out": (
        "import.", "export.", "summary.", "register.", "package.", "form.", "journal.reported", "print.",
        "document.copied", "pool.",
    ),
    "users": ("user.", "users.", "keys."),
    "vault": ("vault.", "backup.", "parts.", "journal.", "settings."),
}  # fmt: skip

#: Who acts when the vault is opened without an account.
SHEETS: Final = N_("Recovery sheets")

KIND_LABELS: Final[Mapping[str, str]] = {
    "all": N_("Everything"),
    "signing_in": N_("Signing in and out"),
    "reading": N_("Reading"),
    "changes": N_("Changes"),
    "in_and_out": N_("Import and export"),
    "users": N_("Users"),
    "vault": N_("Vault and backup"),
}

#: What somebody did, by the name of the action.
ACTIONS: Final[Mapping[str, str]] = {
    "backup.made": N_("made a backup"),
    "backup.encrypted_anew": N_("encrypted an old backup anew"),
    "backup.planned": N_("changed when backups are made"),
    "backup.removed": N_("removed old backups"),
    "case.alerts": N_("changed the alerts of a case"),
    "case.alerts_seen": N_("acknowledged the alerts of a case"),
    "case.assigned": N_("assigned a case"),
    "case.opened": N_("opened a new case"),
    "case.opener_seen": N_("looked up who opened a case"),
    "case.read": N_("read a case"),
    "case.restricted": N_("changed who sees a case"),
    "document.added": N_("added a document"),
    "document.copied": N_("saved a copy of a document"),
    "document.moved": N_("moved a document to another case"),
    "document.opened": N_("opened a document"),
    "document.withdrawn": N_("took a document out of a case"),
    "entry.added": N_("added an entry"),
    "entry.corrected": N_("corrected an entry"),
    "entry.history_read": N_("read earlier states of an entry"),
    "erasure.applied": N_("erased somebody again after a backup was brought back"),
    "erasure.done": N_("approved an erasure and carried it out"),
    "erasure.held": N_("marked that somebody must not be erased"),
    "erasure.hold_lifted": N_("lifted the mark that somebody must not be erased"),
    "erasure.list_refused": N_("found a list of erasures that cannot be trusted"),
    "erasure.proposed": N_("proposed to erase somebody"),
    "erasure.withdrawn": N_("withdrew a proposal to erase somebody"),
    "form.printed": N_("saved a form as PDF"),
    "import.made": N_("brought in a register"),
    "import.undone": N_("took back an import"),
    "journal.reported": N_("saved a report of the journal"),
    "journal.warning_read": N_("read the warning about the journal"),
    "journal.went_back": N_("was warned: the journal ends earlier than it was seen to"),
    "keys.change_undone": N_("found that a change of keys or users had not come into force"),
    "keys.former_put_away": N_("finished the change of keys"),
    "keys.replaced": N_("replaced keys of the vault"),
    "parts.resealed": N_("sealed what others had handed in"),
    "pool.contributed": N_("contributed figures to a pool"),
    "pool.key_forgotten": N_("stopped trusting a key for pools"),
    "pool.key_made": N_("made the key of the office for pools"),
    "pool.key_trusted": N_("took over a compared key for pools"),
    "pool.receipt_checked": N_("checked receipts of a pool"),
    "register.decided": N_("decided on rows of a register"),
    "register.imported": N_("brought in a register"),
    "register.undone": N_("took back an import"),
    "session.closed": N_("signed out"),
    "session.opened": N_("signed in"),
    "settings.safety": N_("changed the own settings of locking or of pictures of the window"),
    "settings.office": N_("decided what kind of office this is"),
    "settings.second_person": N_("decided whether a second person confirms what is sent"),
    "settings.retention": N_("changed the retention periods"),
    "summary.confirmed": N_("let a second person confirm what is sent"),
    "summary.extract_repeated": N_("wrote an extract again"),
    "summary.extracted": N_("made an extract"),
    "summary.made": N_("made a summary"),
    "summary.packaged": N_("made the package of a summary for a receiver"),
    "summary.released": N_("made a summary"),
    "summary.repeated": N_("wrote a summary again"),
    "user.added": N_("added a user"),
    "user.disabled": N_("kept a user from signing in"),
    "user.enabled": N_("let a user sign in again"),
    "user.key_granted": N_("gave a key"),
    "user.key_withdrawn": N_("took a key back"),
    "user.password_changed": N_("changed the own password"),
    "user.password_dearer": N_("made the own password harder to guess by machine"),
    "user.password_reset": N_("reset a password"),
    "user.removal_begun": N_("began to remove a user"),
    "user.removed": N_("removed a user"),
    "users.attested": N_("signed who the users are"),
    "users.put_right": N_("put users in the key file back as they were signed"),
    "users.questioned": N_("was warned: the key file says something of users that nobody has signed"),
    "vault.checked": N_("checked the vault"),
    "vault.created": N_("created the vault"),
    "vault.header_mended": N_("mended a damaged copy of the key file"),
    "vault.left_open": N_("found that the vault had not been closed"),
    "vault.recovered": N_("opened the vault with recovery sheets"),
    "vault.restored": N_("restored a backup"),
    "vault.salvaged": N_("saved what could be read of a damaged vault"),
    "vault.sheets_checked": N_("checked recovery sheets"),
    "vault.sheets_renewed": N_("made new recovery sheets"),
    "vault.step_done": N_("finished a step of an upgrade"),
    "vault.upgraded": N_("upgraded the vault"),
}

#: What else a line can say, by the name of the detail; what is not here is of use to the program only.
DETAILS: Final[Mapping[str, str]] = {
    "alerts": N_("Alerts"),
    "allow_pictures": N_("Pictures allowed"),
    "body": N_("Body"),
    "by": N_("Confirmed by"),
    "cases": N_("Cases"),
    "change": N_("Which"),
    "clock_went_back": N_("The clock had gone back"),
    "compartment": N_("Key"),
    "counts": N_("Rows"),
    "ended": N_("Journal ended at line"),
    "failed": N_("Failed attempts before"),
    "faults": N_("Faults found"),
    "files": N_("Files"),
    "filled": N_("Filled in"),
    "fingerprint": N_("Fingerprint"),
    "fit": N_("The sheets fit"),
    "form": N_("Form"),
    "idle_minutes": N_("Minutes until it locks"),
    "imported": N_("Brought in"),
    "keys": N_("Keys"),
    "kind": N_("What was found"),
    "late": N_("Written down afterwards"),
    "left_out": N_("Left out"),
    "lines": N_("Lines"),
    "made_at": N_("Backup from"),
    "needed": N_("Sheets needed"),
    "on": N_("Restricted"),
    "period": N_("Period"),
    "role": N_("Role"),
    "second": N_("Second person wanted"),
    "seen": N_("Line seen before"),
    "sheets": N_("Recovery sheets"),
    "source": N_("Where it was kept"),
    "to": N_("Given to"),
    "warnings": N_("Warnings"),
}


def action_words(action: str) -> str:
    """What somebody did; an action that this version does not know shows its name."""
    return _(ACTIONS[action]) if action in ACTIONS else action


def actor_words(name: str, by_sheets: bool) -> str:
    """Who did it: the name of an account, or that it was done with recovery sheets."""
    return _(SHEETS) if by_sheets else name


def kind_of(action: str, kind: str) -> bool:
    """Whether an action is of this kind. Reading is none of the changes.

    Raises:
        KeyError: there is no such kind.
    """
    if kind == "changes" and action.startswith(KINDS["reading"]):
        return False
    if kind == "vault" and action.startswith("journal.reported"):
        return False
    return action.startswith(KINDS[kind])
