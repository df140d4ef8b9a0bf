"""Who was a user of a vault at each line of its journal, with which keys and rights: by what was signed, not by the header.

Everybody who holds the store key can write the header and the store; they cannot sign for others. So a line that introduces
or changes a person says what it sets (`said`), is signed by somebody who had the right at that line, and names the line
about users before it. The first is signed by whoever created the vault, to whose key the id of the vault commits. A vault
from before this is attested once by somebody who may manage users. See decision 020.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from shelter_app.casework.said import (
    UNDONE,
    USER_LINES,
    Lock,
    Person,
    UnreadableLine,
    former_in,
    locks_in,
    mark_of,
    person_of,
    persons_of,
)
from shelter_app.storage.journal import JournalEntry, JournalFault, SignedLine
from shelter_app.vault.crypto import verify
from shelter_app.vault.founding import commits, founded_by
from shelter_app.vault.rights import Compartment, Right

if TYPE_CHECKING:
    from shelter_app.casework.session import Session

__all__ = ["Set", "Trust", "known_in_force", "trust_of"]

_ALWAYS: Final = 1 << 62
#: Who signs these changes only themselves.
_OWN: Final = frozenset({"user.password_changed", "user.password_dearer"})
#: Lines after which somebody is no user any more.
_ENDS: Final = frozenset({"user.removed", "user.removal_begun"})


@dataclass(frozen=True)
class Set:
    """What was signed of somebody from one line on: `line` set it, until the place `until`, which does not count."""

    person: Person
    line: JournalEntry
    since: float
    until: float = _ALWAYS


@dataclass
class Trust:
    """Who had which key and which rights where; a `KnownKeys` for the check of the journal.

    While nobody has attested the people of an old vault, `attested` is False and the header is believed.
    """

    #: Those who can open the vault now, with its recovery sheets, by id.
    people: dict[str, Person] = field(default_factory=dict)
    #: All that was ever signed of each, the earliest first.
    times: dict[str, list[Set]] = field(default_factory=dict)
    #: The keys in force; empty where nothing was signed of them.
    locks: dict[Compartment, Lock] = field(default_factory=dict)
    #: The newest number that the header had, by what was signed.
    header_seq: int = 0
    #: Lines about users that do not count, and why.
    faults: list[JournalFault] = field(default_factory=list)
    attested: bool = False
    #: The first line that counts was signed by whoever created the vault, where the id says who that was.
    founded: bool = True
    #: The newest line about users, whether it counts or not.
    last: SignedLine | None = None
    #: Epochs of each compartment that somebody could ever have read, whatever they hold now: by person.
    read: dict[str, dict[Compartment, set[int]]] = field(default_factory=dict)
    #: Signature keys that count before a place: those for which somebody vouched.
    vouched: list[tuple[float, dict[str, set[bytes]]]] = field(default_factory=list)

    def standing(self, actor: str, arrived: float) -> Person | None:
        """What somebody was at the line of this place: role, keys, rights (`Person.may`); None if they were no user.

        Of the time before an old vault was attested it is what they were then.
        """
        times = self.times.get(actor, [])
        for each in reversed(times):
            if each.since < arrived <= each.until:
                return each.person
        if times and any(arrived <= place and actor in keys for place, keys in self.vouched):
            return times[0].person
        return None

    def at(self, actor: str, arrived: float) -> tuple[bytes, ...]:
        """The signature keys with which somebody could sign the line of this place."""
        found = [
            each.person.epub
            for each in self.times.get(actor, [])
            if each.since < arrived <= each.until and not each.person.disabled
        ]
        found += [key for place, keys in self.vouched if arrived <= place for key in keys.get(actor, ())]
        return tuple(dict.fromkeys(found))

    def ever(self, actor: str) -> tuple[bytes, ...]:
        """The signature keys that were somebody's at any time."""
        found = [each.person.epub for each in self.times.get(actor, [])]
        found += [key for _place, keys in self.vouched for key in keys.get(actor, ())]
        return tuple(dict.fromkeys(found))

    def everybody(self) -> dict[str, tuple[bytes, ...]]:
        """The signature keys of everybody who was ever a user."""
        ids = {*self.times, *(actor for _place, keys in self.vouched for actor in keys)}
        return {actor: self.ever(actor) for actor in sorted(ids)}

    @property
    def begins(self) -> float:
        """The place of the first line that counts."""
        return self.vouched[0][0] if self.vouched else _ALWAYS

    def line_of(self, actor: str) -> JournalEntry | None:
        """The newest line that set something of somebody."""
        times = self.times.get(actor)
        return times[-1].line if times else None


def trust_of(session: Session) -> Trust:
    """Who is and was a user of the open vault, by the signed lines of its journal; kept until there is another line."""
    if session.trust is None:
        header = session.keyring.header

        def another_session(first: float, last: float) -> bool:
            marks = session.journal.read(
                before=math.floor(last), actions=["session.opened", "session.closed"], limit=1
            )
            return bool(marks) and marks[0].arrived > first

        lines = session.journal.signed(USER_LINES)
        # Where the id of the vault names its founder, another beginning counts only if that one is lost.
        trust = Trust()
        for founder_only in (True, False) if commits(header.vault_id) else (False,):
            reader = _Reader(header.vault_id, another_session, founder_only=founder_only)
            for line in lines:
                reader.take(line)
            trust = reader.trust
            if trust.attested:
                break
        else:
            trust.founded = not commits(header.vault_id)
            _believe_header(session, trust)
        session.trust = trust
    return session.trust


def _believe_header(session: Session, trust: Trust) -> None:
    """Nobody has signed who the users are: there is only the header to go by."""
    from shelter_app.storage import books

    header = session.keyring.header
    keys: dict[str, set[bytes]] = {}
    for slot in header.slots:
        keys.setdefault(slot.id, set()).add(slot.epub)
    for former in header.former:
        keys.setdefault(former.slot, set()).add(former.epub)
    for user in books.users(session.store):
        keys.setdefault(user.id, {user.sign_key})
    nobody = JournalEntry(0, "", "", "", "", "", {}, 0)
    trust.people = {slot.id: person_of(header, slot) for slot in header.slots}
    trust.times = {person.id: [Set(person, nobody, 0)] for person in trust.people.values()}
    trust.vouched = [(_ALWAYS, keys)]


def known_in_force(session: Session, user_id: str) -> frozenset[Compartment]:
    """The compartments of which somebody could have read the key that is in force, by every line that was signed of them.

    A reset takes keys out of a slot and not out of the memory of whoever had the former password and a copy of the header.
    Of a time for which nobody has signed, somebody who was reset then may have held anything.
    """
    trust, header = trust_of(session), session.keyring.header
    epochs = {name: key.epoch for name, key in header.compartments.items()} | {
        Compartment.STORE: header.store_epoch
    }
    read = trust.read.get(user_id, {})
    known = {name for name, epoch in epochs.items() if epoch in read.get(name, ())}
    signed = {each.person.epub for each in trust.times.get(user_id, ())}
    if any(former.slot == user_id and former.epub not in signed for former in header.former):
        known |= set(epochs)
    slot = header.slot(user_id)
    return frozenset(known | (slot.compartments if slot is not None else frozenset()))


class _Reader:
    """Takes the lines about users, in the order in which they came, and keeps what they make of the list of users."""

    def __init__(
        self, vault_id: str, another_session: Callable[[float, float], bool], *, founder_only: bool
    ) -> None:
        self.trust = Trust()
        self._founder_only = founder_only
        self._vault_id = vault_id
        self._another_session = another_session
        #: Of the line that is being taken.
        self._place = 0.0
        #: What the last line was put on, for the line that says that it did not come into force.
        self._before: Trust | None = None

    def take(self, line: SignedLine) -> None:
        """Let a line count, or note why it does not."""
        trust, entry = self.trust, line.entry
        self._place = line.place
        if not trust.attested:
            self._begin(line)
            return
        if trust.last is not None and entry.detail.get("after") != mark_of(trust.last.mac):
            self._fault(entry, "users gap")
        before = _copy(trust)
        try:
            kind = self._signed_wrongly(line) or self._apply(line)
        except UnreadableLine:
            kind = "users"
        trust = self.trust
        if kind is not None:
            self._fault(entry, kind)
        self._before = None if kind is not None else before
        trust.last = line
        self._note_read()

    def _fault(self, entry: JournalEntry, kind: str) -> None:
        self.trust.faults.append(JournalFault(entry.seq, kind, entry.device_id))

    # The first line that counts

    def _begin(self, line: SignedLine) -> None:
        """The creation of a vault, or of an old one the first list of its people that somebody signed."""
        entry = line.entry
        if entry.action not in ("vault.created", "users.attested") or not line.sound:
            return
        try:
            people = {person.id: person for person in persons_of(entry.detail)}
            locks, former = locks_in(entry.detail), former_in(entry.detail)
        except UnreadableLine:
            return
        signer = people.get(entry.actor)
        if signer is None or not verify(signer.epub, line.mac, line.sig) or not locks:
            return
        created = entry.action == "vault.created"
        if not created and not signer.may(Right.MANAGE_USERS):
            return
        founded = founded_by(self._vault_id, signer.epub)
        if self._founder_only and not founded:
            return
        trust = self.trust
        trust.attested, trust.last = True, line
        trust.founded = founded or not commits(self._vault_id)
        trust.locks, trust.header_seq = locks, _number(entry)
        self._replace(people, entry)
        self._vouch(people, [] if created else former)
        self._note_read()

    # Every line after it

    def _signed_wrongly(self, line: SignedLine) -> str | None:
        """What is wrong with the proofs of a line."""
        if not line.sound:
            return "mac"
        keys = self.trust.at(line.entry.actor, line.place)
        return None if any(verify(key, line.mac, line.sig) for key in keys) else "signature"

    def _apply(self, line: SignedLine) -> str | None:
        """Change the list of users as a line says; returns what is wrong with it, and then changes nothing."""
        trust, entry = self.trust, line.entry
        signer = trust.people.get(entry.actor)
        if signer is None:
            return "left"
        if entry.action == UNDONE:
            return self._undo(entry, signer)
        people, locks = persons_of(entry.detail), locks_in(entry.detail)
        if not self._allowed(entry, signer, people, locks):
            return "right"
        if entry.action == "users.attested":
            self._replace({person.id: person for person in people}, entry)
            self._vouch(trust.people, former_in(entry.detail))
        elif entry.action in _ENDS:
            self._end(entry.subject)
        elif not people and entry.action not in ("keys.replaced", "vault.created"):
            return "users"
        if entry.action == "vault.sheets_renewed":
            for person in [each for each in trust.people.values() if each.kind == "recovery"]:
                self._end(person.id)
        if entry.action != "users.attested":
            for person in people:
                self._put(person, entry)
        if locks is not None:
            trust.locks = locks
        trust.header_seq = max(trust.header_seq, _number(entry))
        return None

    def _allowed(
        self,
        entry: JournalEntry,
        signer: Person,
        people: list[Person],
        locks: dict[Compartment, Lock] | None,
    ) -> bool:
        """Whether whoever signed a line could set what it sets."""
        if entry.action in _OWN:
            return (
                len(people) == 1
                and locks is None
                and replace(people[0], lock=signer.lock, must_change=signer.must_change) == signer
            )
        if signer.kind == "recovery":
            # Recovery sheets add somebody who can do everything, and are good for nothing else.
            return entry.action == "user.added" and locks is None and self._all_new(people)
        if entry.action in _ENDS and entry.subject not in self.trust.people:
            return not people and locks is None
        if not signer.may(Right.MANAGE_USERS):
            return False
        if entry.action == "users.attested":
            return True
        if entry.action == "user.added":
            return self._all_new(people)
        return entry.action == "vault.sheets_renewed" or all(each.id in self.trust.people for each in people)

    def _all_new(self, people: list[Person]) -> bool:
        return bool(people) and all(each.kind == "user" and not self.trust.ever(each.id) for each in people)

    def _undo(self, entry: JournalEntry, signer: Person) -> str | None:
        """Take the line before back: its change did not come into force, because a crash or a failing disk kept it out.

        Of anybody this counts only right after that line, where nobody has worked since; of whoever wrote it, in the
        same session. Whoever puts an older header back later finds lines in between.
        """
        last, before = self.trust.last, self._before
        if last is None or before is None or entry.subject != last.entry.subject:
            return "right"
        at_once = (entry.device_id, entry.seq) == (last.entry.device_id, last.entry.seq + 1)
        same = signer.id == last.entry.actor and not self._another_session(last.place, self._place)
        if not (at_once or same):
            return "right"
        before.faults, before.read = self.trust.faults, self.trust.read
        self.trust = _taken_back(before, self.trust, self._place)
        return None

    def _note_read(self) -> None:
        """Whoever holds a compartment can read its key in force."""
        for person in self.trust.people.values():
            read = self.trust.read.setdefault(person.id, {})
            for name in person.holds & self.trust.locks.keys():
                read.setdefault(name, set()).add(self.trust.locks[name][0])

    # The list of users

    def _put(self, person: Person, entry: JournalEntry) -> None:
        self._close(person.id)
        self.trust.times.setdefault(person.id, []).append(Set(person, entry, self._place))
        self.trust.people[person.id] = person

    def _end(self, user_id: str) -> None:
        if self.trust.people.pop(user_id, None) is not None:
            self._close(user_id)

    def _close(self, user_id: str) -> None:
        times = self.trust.times.get(user_id, [])
        if times and times[-1].until == _ALWAYS:
            times[-1] = replace(times[-1], until=self._place)

    def _replace(self, people: Mapping[str, Person], entry: JournalEntry) -> None:
        for user_id in [each for each in self.trust.people if each not in people]:
            self._end(user_id)
        for person in people.values():
            self._put(person, entry)

    def _vouch(self, people: Mapping[str, Person], former: Iterable[tuple[str, bytes]]) -> None:
        """The signature keys of these people count for the lines up to this one."""
        keys = {person.id: {person.epub} for person in people.values()}
        for owner, key in former:
            keys.setdefault(owner, set()).add(key)
        self.trust.vouched.append((self._place, keys))


def _number(entry: JournalEntry) -> int:
    number = entry.detail.get("header", 0)
    return number if type(number) is int and 0 <= number < 1 << 53 else 0


def _copy(trust: Trust) -> Trust:
    return replace(
        trust,
        people=dict(trust.people),
        times={user: list(times) for user, times in trust.times.items()},
        locks=dict(trust.locks),
        vouched=list(trust.vouched),
    )


def _taken_back(before: Trust, after: Trust, arrived: float) -> Trust:
    """The list as it was, from this line on; what was set meanwhile keeps its time."""
    back = _copy(before)
    for user_id, times in after.times.items():
        if times != before.times.get(user_id):
            closed = [each if each.until != _ALWAYS else replace(each, until=arrived) for each in times]
            person = before.people.get(user_id)
            if person is not None:
                line = before.times[user_id][-1].line
                closed.append(Set(person, line, arrived))
            back.times[user_id] = closed
    return back
