"""What a header says, as plain values: who can open the vault, with which sealed keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shelter_app.vault.rights import Compartment
from shelter_app.vault.slots import Slot

__all__ = ["FORMAT", "CompartmentKey", "FormerKey", "Header", "JournalHead"]

#: The newest format of the header file that this program knows.
FORMAT = 1


@dataclass(frozen=True)
class CompartmentKey:
    """The epoch in force of one compartment, and the public key to which anybody may write."""

    epoch: int
    public: bytes


@dataclass(frozen=True)
class FormerKey:
    """The signature key of a removed user or of an earlier password reset: old journal lines verify."""

    slot: str
    epub: bytes
    until: str


@dataclass(frozen=True)
class JournalHead:
    """The newest journal line that one device knew when it last closed the vault cleanly."""

    number: int
    digest: str


@dataclass(frozen=True)
class Header:
    """Everything that can be known about a vault without a password, and the sealed keys."""

    vault_id: str
    post: str
    post_name: str
    created: str
    compartments: Mapping[Compartment, CompartmentKey]
    slots: tuple[Slot, ...]
    seq: int = 0
    store_epoch: int = 1
    #: An invented vault with a public password.
    demo: bool = False
    #: A vault of the program's own tests, whose keys are derived too cheaply for real data.
    test: bool = False
    #: Newest journal line by device.
    journal_head: Mapping[str, JournalHead] = field(default_factory=dict)
    former: tuple[FormerKey, ...] = ()
    #: Since when the store and compartment keys are due to be replaced, because somebody left.
    rotation_due: str | None = None
    format: int = FORMAT

    @property
    def users(self) -> tuple[Slot, ...]:
        """The slots that a password opens, in the order in which they were added."""
        return tuple(slot for slot in self.slots if slot.kind == "user")

    @property
    def recovery(self) -> Slot | None:
        """The slot that the recovery sheets open."""
        return next((slot for slot in self.slots if slot.kind == "recovery"), None)

    def slot(self, slot_id: str) -> Slot | None:
        """The slot with this id."""
        return next((slot for slot in self.slots if slot.id == slot_id), None)

    def with_slot(self, changed: Slot) -> Header:
        """This header with one slot replaced, or added at the end."""
        if self.slot(changed.id) is None:
            return replace(self, slots=(*self.slots, changed))
        return replace(self, slots=tuple(changed if slot.id == changed.id else slot for slot in self.slots))
