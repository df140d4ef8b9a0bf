"""What stands in the place of something that the reader holds no key for: that it is there, and who can open it."""

from __future__ import annotations

from shelter_app.casework.session import Session
from shelter_app.domain.forms import FieldClass
from shelter_app.vault.keyring import holders
from shelter_app.vault.rights import Compartment
from shelter_i18n import _
from shelter_i18n.formats import join_list

__all__ = ["compartments_words", "sealed_words", "who_opens"]

_COMPARTMENTS = {FieldClass.HEALTH: Compartment.HEALTH, FieldClass.IDENTIFYING: Compartment.PEOPLE}


def who_opens(session: Session, compartment: Compartment) -> str:
    """The names of those who can open a compartment, as the vault's header lists them."""
    return join_list([slot.name for slot in holders(session.keyring.header, compartment)])


def compartments_words(session: Session) -> str:
    """Who can open the compartments that the signed-in person has no key for, a sentence each."""
    says = {
        Compartment.PEOPLE: _("Can open names and free text: {names}."),
        Compartment.HEALTH: _("Can open health: {names}."),
    }
    sentences = []
    for compartment, text in says.items():
        if not session.keyring.holds(compartment):
            names = who_opens(session, compartment) or _("the recovery sheets")
            sentences.append(text.format(names=names))
    return " ".join(sentences)


def sealed_words(session: Session, cls: FieldClass) -> str:
    """That an answer is sealed, and whom to ask."""
    names = who_opens(session, _COMPARTMENTS[cls])
    if not names:
        return _("Sealed. Only the recovery sheets open this.")
    if cls is FieldClass.HEALTH:
        return _("Sealed health detail. {names} can open this.").format(names=names)
    return _("Sealed with the names. {names} can open this.").format(names=names)
