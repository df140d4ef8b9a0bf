"""An open vault with somebody signed in: what every other function of this package is given."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shelter_app.casework.head_memory import HeadMemory
from shelter_app.casework.said import USER_LINES, mark_of
from shelter_app.domain.ids import new_id
from shelter_app.storage import books
from shelter_app.storage.case_list import ListFilter
from shelter_app.storage.cases import CaseRow
from shelter_app.storage.database import Database
from shelter_app.storage.journal import Event, Journal
from shelter_app.storage.people_index import PeopleIndex
from shelter_app.vault.errors import NotYours
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.keyring import KeyRing
from shelter_app.vault.lock import VaultLock
from shelter_app.vault.rights import Compartment, Right, may_with_keys

if TYPE_CHECKING:
    from shelter_app.casework.trust import Trust

__all__ = ["Session", "moment_text", "utc_now"]


def utc_now() -> dt.datetime:
    """The time of day of this computer, in UTC to the microsecond."""
    return dt.datetime.now(dt.UTC)


def moment_text(moment: dt.datetime) -> str:
    """A moment as the store keeps it: UTC, ISO 8601."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


@dataclass
class Session:
    """A vault that one person has opened. Time and randomness come from here, so that tests can set them."""

    folder: VaultFolder
    keyring: KeyRing
    store: Database
    journal: Journal
    index: PeopleIndex | None
    device_id: str
    letter: str
    lock: VaultLock
    clock: Callable[[], dt.datetime] = utc_now
    random: Callable[[int], bytes] = os.urandom
    #: Cases whose reading this session has recorded.
    read_cases: set[str] = field(default_factory=set)
    #: Drafts of which this session has saved, or given up, what they were for: none of them is written any more.
    finished_drafts: set[str] = field(default_factory=set)
    #: With which line the journal of each device ended when the vault was opened.
    found_heads: dict[str, int] = field(default_factory=dict)
    #: Copies of the key file that were damaged when the vault was opened, and were written anew from the other one.
    mended_copies: tuple[str, ...] = ()
    #: What this computer remembers of journals; None where nothing is to be remembered.
    memory: HeadMemory | None = None
    #: The program is locking: work that is cut off from now on is told at the next sign-in.
    leaving: bool = False
    #: Who the users are by the signed lines, once somebody has asked (`trust.trust_of`).
    trust: Trust | None = None
    _names: dict[str, str] = field(default_factory=dict)

    @property
    def user_id(self) -> str:
        """Who is signed in."""
        return self.keyring.user_id

    @property
    def sees_names(self) -> bool:
        """Whether the signed-in person holds the people key."""
        return self.keyring.holds(Compartment.PEOPLE)

    @property
    def today(self) -> dt.date:
        """Today where the computer stands."""
        return self.clock().astimezone().date()

    def now(self) -> str:
        """The moment as the store keeps it: UTC, ISO 8601."""
        return moment_text(self.clock())

    def new_id(self) -> str:
        """A new random id."""
        return new_id(self.random)

    def may(self, right: Right) -> bool:
        """Whether the signed-in person may do this with the keys they hold."""
        held = [c for c in Compartment if self.keyring.holds(c)]
        return may_with_keys(self.keyring.role, right, held)

    def require(self, right: Right) -> None:
        """Refuse what the signed-in person may not do.

        Raises:
            NotYours: the role does not allow it.
        """
        if not self.may(right):
            raise NotYours(right)

    def sees(self, case: CaseRow) -> bool:
        """Whether this person may see a case: restricted ones are for their caseworker and who has the right."""
        return not case.restricted or case.assigned_to == self.user_id or self.may(Right.SEE_RESTRICTED)

    def require_sight(self, *found: CaseRow) -> None:
        """Pass if one of these cases, or none being named, may be seen.

        Raises:
            NotYours: they are restricted and somebody else's.
        """
        if found and not any(self.sees(case) for case in found):
            raise NotYours(Right.SEE_RESTRICTED)

    def visible(self, **wanted: Any) -> ListFilter:
        """A list filter that leaves out restricted cases which this person may not see."""
        return ListFilter(hidden_from=None if self.may(Right.SEE_RESTRICTED) else self.user_id, **wanted)

    @contextlib.contextmanager
    def saving(self) -> Iterator[Callable[..., None]]:
        """One transaction; what it yields writes the journal: `record(action, subject, **detail)`."""
        with self._undone_with_trust(), self.store.transaction():

            def record(action: str, subject: str = "", **detail: Any) -> None:
                if action in USER_LINES:
                    self.trust = None
                    before = self.journal.newest_mac(USER_LINES)
                    if before is not None:
                        detail["after"] = mark_of(before)
                self.journal.write(Event(action, subject, tuple(detail.items())), self.now())

            yield record

    @contextlib.contextmanager
    def _undone_with_trust(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            # Lines that were taken back may have been read.
            self.trust = None
            raise

    def user_name(self, user_id: str) -> str:
        """The name under which somebody signs in; the id itself if nobody is known by it."""
        if user_id not in self._names:
            self._names = {row.id: row.name for row in books.users(self.store)}
        return self._names.get(user_id, user_id)

    def forget_names(self) -> None:
        """Read the users anew when they are next asked for."""
        self._names = {}

    def close(self) -> None:
        """Close the files, overwrite the keys and release the vault."""
        with contextlib.ExitStack() as last:
            last.callback(self.lock.release)
            last.callback(self.keyring.close)
            last.callback(self.store.close)
            if self.index is not None:
                last.callback(self.index.close)
