"""The actions of the journal in words."""

from __future__ import annotations

from shelter_i18n import N_, _

__all__ = ["KIND_LABELS", "action_words"]

KIND_LABELS = {
    "all": N_("Everything"),
    "signing_in": N_("Signing in and out"),
    "reading": N_("Reading"),
    "changes": N_("Changes"),
    "in_and_out": N_("Import and export"),
    "users": N_("Users"),
    "vault": N_("Vault and backup"),
}

_ACTIONS = {
    "backup.made": N_("made a backup"),
    "case.alerts": N_("changed the alerts of a case"),
    "case.assigned": N_("assigned a case"),
    "case.opened": N_("opened a new case"),
    "case.read": N_("read a case"),
    "case.restricted": N_("changed who sees a case"),
    "entry.added": N_("added an entry"),
    "entry.corrected": N_("corrected an entry"),
    "entry.history_read": N_("read earlier states of an entry"),
    "import.made": N_("brought in a register"),
    "import.undone": N_("took back an import"),
    "parts.resealed": N_("sealed what others had handed in"),
    "register.imported": N_("brought in a register"),
    "register.undone": N_("took back an import"),
    "session.closed": N_("signed out"),
    "session.opened": N_("signed in"),
    "summary.made": N_("made a summary"),
    "summary.released": N_("made a summary"),
    "user.added": N_("added a user"),
    "user.key_granted": N_("gave a key"),
    "user.password_changed": N_("changed the own password"),
    "user.removed": N_("removed a user"),
    "vault.checked": N_("checked the vault"),
    "vault.created": N_("created the vault"),
    "vault.recovered": N_("opened the vault with recovery sheets"),
    "vault.restored": N_("restored a backup"),
    "vault.sheets_checked": N_("checked recovery sheets"),
    "vault.sheets_renewed": N_("made new recovery sheets"),
}


def action_words(action: str) -> str:
    """What somebody did; an action that this version does not know shows itself."""
    return _(_ACTIONS[action]) if action in _ACTIONS else action
