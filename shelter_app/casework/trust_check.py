"""The header compared with what was signed: whom it lets in, as what, with which keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shelter_app.casework.said import Person, locks_of, person_of
from shelter_app.casework.session import Session
from shelter_app.casework.trust import Trust, trust_of
from shelter_app.storage import books
from shelter_app.storage.journal import JournalEntry
from shelter_app.vault.header import Header
from shelter_app.vault.rights import COMPARTMENT_LABELS, ROLE_LABELS, Compartment
from shelter_i18n import N_, _
from shelter_i18n.formats import join_list

__all__ = ["Unsigned", "header_seen", "unsigned", "unsigned_words"]

#: Of so many sign-ins the number of the header is compared.
_SIGN_INS: Final = 50

_WORDS: Final = {
    "unknown": N_("{name} stands in the key file as {header}, and nobody who may manage users has added them."),
    "missing": N_("{name} is missing in the key file, and nobody who may manage users has removed them."),
    "name": N_("The key file gives the name {header} to the user whose name is {name}."),
    "role": N_("The key file gives {name} the role {header}. What was signed is: {signed}."),
    "disabled": N_("The key file keeps {name} from signing in. What was signed lets them sign in."),
    "enabled": N_("The key file lets {name} sign in. What was signed keeps them from it."),
    "keys": N_("The key file has other keys of {name} than those that were signed, as after an older copy was put back."),
    "password": N_("The password of {name} in the key file is not the one that was set last. It may be an earlier one."),
    "holds": N_("According to the key file {name} holds these keys: {header}. What was signed is: {signed}."),
    "sheets": N_("The recovery sheets in the key file are others than those that were signed."),
    "former": N_("The key file names a former signature key of {name} that was never theirs."),
    "lock": N_("The key file has another key for {header} than the one that was signed. What is written with it, others could read."),
    "older": N_("The key file is an older copy: it is number {header}, and number {signed} was seen before."),
    "history": N_("The list of users in the store says something else of {name} than what was signed."),
    "lines": N_("Lines of the journal about users do not count, because whoever wrote them may not do that or did not sign them."),
    "founder": N_("The journal does not begin with a line of the person who created this vault."),
}  # fmt: skip


@dataclass(frozen=True)
class Unsigned:
    """Something that the header says, or the store, and that no signed line says."""

    kind: str
    #: Of whom, by their signed name where there is one, and their id.
    name: str = ""
    user_id: str = ""
    #: What the header says and what was signed, in words that need no translation or are message ids.
    header: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    #: The line that signed otherwise; 0 where none did.
    line: int = 0

    @property
    def mark(self) -> str:
        """Short, the same for the same difference."""
        return f"users:{self.kind}:{self.user_id[:8]}:{self.line}:{'-'.join(self.header)}"


def unsigned_words(found: Unsigned) -> str:
    """One sentence or two for a difference."""
    header, signed = (join_list(_(each) for each in words) for words in (found.header, found.signed))
    text = _(_WORDS[found.kind]).format(name=found.name, header=header, signed=signed)
    if found.line:
        text = _("{sentence} See line {line} of the journal.").format(sentence=text, line=found.line)
    return text


def unsigned(session: Session, *, whole: bool = False) -> list[Unsigned]:
    """What the header says and no signed line does; nothing where the people of an old vault were not attested yet.

    It reads the lines about users, not the whole journal. With `whole` the list of users in the store is compared too.
    """
    trust = trust_of(session)
    if not trust.attested:
        # Only a vault whose id names no founder may be without a signed list of users.
        return [] if trust.founded else [Unsigned("founder")]
    found = [*_compared(session.keyring.header, trust)]
    seen = max(trust.header_seq, header_seen(session))
    if session.keyring.header.seq < seen:
        found.append(
            Unsigned("older", header=(str(session.keyring.header.seq),), signed=(str(seen),), line=0)
        )
    if trust.faults:
        found.append(Unsigned("lines", line=trust.faults[-1].seq))
    if not trust.founded:
        found.append(Unsigned("founder"))
    if whole:
        found += _history(session, trust)
    return found


def header_seen(session: Session) -> int:
    """The newest number that the header had when somebody signed in lately."""
    lines = session.journal.read(actions=["session.opened"], limit=_SIGN_INS)
    numbers = [line.detail.get("header", 0) for line in lines]
    return max((number for number in numbers if type(number) is int and number < 1 << 53), default=0)


def _compared(header: Header, trust: Trust) -> Iterator[Unsigned]:
    for slot in header.slots:
        present = person_of(header, slot)
        person = trust.people.get(slot.id)
        if slot.kind == "recovery":
            if person != present:
                yield Unsigned("sheets", user_id=slot.id, line=_line(trust, slot.id))
        elif person is None:
            name = trust.times[slot.id][-1].person.name if slot.id in trust.times else slot.name
            yield Unsigned("unknown", name, slot.id, (ROLE_LABELS[slot.role],), line=_line(trust, slot.id))
        else:
            yield from _differences(present, person, _line(trust, slot.id))
    for person in trust.people.values():
        if header.slot(person.id) is None:
            kind = "missing" if person.kind == "user" else "sheets"
            yield Unsigned(kind, person.name, person.id, line=_line(trust, person.id))
    for former in header.former:
        if former.epub not in trust.ever(former.slot):
            known = trust.times.get(former.slot)
            yield Unsigned(
                "former", known[-1].person.name if known else former.slot[:8], former.slot, (former.epub.hex()[:8],)
            )  # fmt: skip
    for name, lock in locks_of(header).items():
        if trust.locks.get(name) != lock:
            yield Unsigned("lock", header=(COMPARTMENT_LABELS[name],))


def _differences(header: Person, signed: Person, line: int) -> Iterator[Unsigned]:
    def differs(kind: str, says: Sequence[str] = (), was: Sequence[str] = ()) -> Unsigned:
        return Unsigned(kind, signed.name, signed.id, tuple(says), tuple(was), line)

    if header.name != signed.name:
        yield differs("name", [header.name])
    if header.role != signed.role:
        yield differs("role", [ROLE_LABELS[header.role]], [ROLE_LABELS[signed.role]])
    if header.disabled != signed.disabled:
        yield differs("disabled" if header.disabled else "enabled")
    if (header.epub, header.xpub) != (signed.epub, signed.xpub):
        yield differs("keys")
    elif (header.lock, header.must_change) != (signed.lock, signed.must_change):
        yield differs("password")
    if header.holds != signed.holds:
        yield differs("holds", _labels(header.holds), _labels(signed.holds))


def _labels(names: frozenset[Compartment]) -> list[str]:
    return [COMPARTMENT_LABELS[name] for name in Compartment if name in names]


def _line(trust: Trust, user_id: str) -> int:
    line: JournalEntry | None = trust.line_of(user_id)
    return line.seq if line is not None else 0


def _history(session: Session, trust: Trust) -> Iterator[Unsigned]:
    """The list of users that the store keeps for the names in the journal."""
    for row in books.users(session.store):
        times = trust.times.get(row.id)
        if not times:
            continue
        person = times[-1].person
        if (row.name, row.role) != (person.name, person.role.value):
            yield Unsigned("history", person.name, row.id, (row.name,))
