"""The signatures of the two who decide on an erasure, so that nobody can decide in somebody else's name.

Each signs the same facts with their own key: who proposes at the proposal, who approves at the erasure. The signatures
stand in the lines of the journal and go with the list of erasures, since a restored vault has neither line: there
they count where the two are known and may do what they did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from shelter_app.casework.session import Session
from shelter_app.casework.trust import trust_of
from shelter_app.storage.erasing import ErasureProof, ErasureRow, ProposalRow
from shelter_app.storage.journal import JournalEntry
from shelter_app.storage.store import canonical
from shelter_app.vault.keyring import verify
from shelter_app.vault.rights import Right

__all__ = ["is_proved", "proofs_of", "proposed_by_its_author", "sign_erasure"]

_LABEL = b"shelter erasure 1\0"
Step = Literal["propose", "approve"]
_RIGHTS = {"propose": Right.PROPOSE_ERASURE, "approve": Right.ERASE}


def _facts(vault_id: str, proposal: str, row: ProposalRow | ErasureRow, step: Step) -> bytes:
    said = {
        "vault": vault_id, "proposal": proposal, "person": row.person_id, "cases": sorted(row.cases), "way": row.way,
        "reason": row.reason, "step": step,
    }  # fmt: skip
    return _LABEL + canonical(said).encode()


def sign_erasure(session: Session, row: ProposalRow, step: Step) -> str:
    """The signature of the signed-in person over what is erased and how, for the line of the journal."""
    return session.keyring.sign(_facts(session.keyring.vault_id, row.id, row, step)).hex()


def proposed_by_its_author(session: Session, row: ProposalRow) -> bool:
    """Whether the person whose name a proposal bears has signed it, in a line of the journal."""
    line = _line(session, "erasure.proposed", row.id, row.cases)
    if line is None or line.actor != row.proposed_by:
        return False
    facts = _facts(session.keyring.vault_id, row.id, row, "propose")
    return _signed(session, line.actor, facts, str(line.detail.get("signature", "")), line.arrived)


def _line(session: Session, action: str, subject: str, about: tuple[str, ...]) -> JournalEntry | None:
    for each in about:
        for line in session.journal.read(actions=[action], about=each):
            if line.subject == subject:
                return line
    return None


def _signed(
    session: Session, user_id: str, facts: bytes, signature: str, arrived: float | None = None
) -> bool:
    trust = trust_of(session)
    keys = trust.at(user_id, arrived) if arrived is not None else trust.ever(user_id)
    try:
        return any(verify(key, facts, bytes.fromhex(signature)) for key in keys)
    except ValueError:
        return False


def proofs_of(session: Session) -> dict[str, ErasureProof]:
    """The two signatures of every erasure of this vault, by its certificate; only those that are there."""
    proposed = {line.subject: line for line in _all(session, "erasure.proposed")}
    found: dict[str, ErasureProof] = {}
    for line in _all(session, "erasure.done"):
        first = proposed.get(str(line.detail.get("proposal", "")))
        if first is not None and "signature" in first.detail and "signature" in line.detail:
            found[line.subject] = ErasureProof(
                first.subject, str(first.detail["signature"]), str(line.detail["signature"])
            )
    for line in _all(session, "erasure.applied"):
        proof = line.detail.get("proof")
        if isinstance(proof, Mapping):
            found[line.subject] = ErasureProof(**{key: str(value) for key, value in proof.items()})
    return found


def _all(session: Session, action: str) -> list[JournalEntry]:
    found: list[JournalEntry] = []
    while page := session.journal.read(
        actions=[action], before=found[-1].arrived if found else None, limit=500
    ):
        found += page
    return found


def is_proved(session: Session, row: ErasureRow, proof: ErasureProof | None) -> bool:
    """Whether two different people whom this vault knows, and who may, have signed this erasure."""
    if proof is None or row.proposed_by == row.approved_by:
        return False
    trust = trust_of(session)
    signed: tuple[tuple[Step, str, str], ...] = (
        ("propose", row.proposed_by, proof.proposed),
        ("approve", row.approved_by, proof.approved),
    )
    for step, user_id, signature in signed:
        may = any(each.person.may(_RIGHTS[step]) for each in trust.times.get(user_id, []))
        facts = _facts(session.keyring.vault_id, proof.proposal, row, step)
        if not may or not _signed(session, user_id, facts, signature):
            return False
    return True
