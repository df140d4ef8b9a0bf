"""Which role holds which keys and may do what.

Keys are the strong limit: what a user has no key for cannot be decrypted. Rights are the finer one,
checked by `casework` before each step.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from shelter_i18n import N_

__all__ = [
    "COMPARTMENT_LABELS",
    "RIGHT_NEEDS",
    "ROLE_COMPARTMENTS",
    "ROLE_LABELS",
    "ROLE_MAY_BE_GRANTED",
    "SEALED_COMPARTMENTS",
    "Compartment",
    "Right",
    "Role",
    "may",
    "may_with_keys",
]


class Compartment(StrEnum):
    """What is known, kept apart by what a reader could do with it."""

    STORE = "store"
    PEOPLE = "people"
    HEALTH = "health"


#: The compartments whose parts are sealed one by one inside the store.
SEALED_COMPARTMENTS = (Compartment.PEOPLE, Compartment.HEALTH)

COMPARTMENT_LABELS = {
    Compartment.STORE: N_("coded facts"),
    Compartment.PEOPLE: N_("names and free text"),
    Compartment.HEALTH: N_("health details"),
}


class Role(StrEnum):
    """What somebody does at the post."""

    REPORTING_OFFICER = "reporting_officer"
    CASEWORKER = "caseworker"
    CONSULAR_OFFICER = "consular_officer"
    HEALTH_WORKER = "health_worker"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The message id of the role's name; translate it where it is shown."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.REPORTING_OFFICER: N_("reporting officer"),
    Role.CASEWORKER: N_("caseworker"),
    Role.CONSULAR_OFFICER: N_("consular officer"),
    Role.HEALTH_WORKER: N_("health worker"),
    Role.SUPERVISOR: N_("supervisor"),
    Role.ADMINISTRATOR: N_("administrator"),
}

#: Keys that a new user of each role is given unless somebody decides otherwise.
ROLE_COMPARTMENTS: dict[Role, frozenset[Compartment]] = {
    Role.REPORTING_OFFICER: frozenset({Compartment.STORE}),
    Role.CASEWORKER: frozenset({Compartment.STORE, Compartment.PEOPLE}),
    Role.CONSULAR_OFFICER: frozenset({Compartment.STORE, Compartment.PEOPLE}),
    Role.HEALTH_WORKER: frozenset(Compartment),
    Role.SUPERVISOR: frozenset({Compartment.STORE, Compartment.PEOPLE}),
    Role.ADMINISTRATOR: frozenset({Compartment.STORE}),
}

#: Keys that a role may be given by decision. A supervisor gets the health key only so; an administrator
#: holds what they are given.
ROLE_MAY_BE_GRANTED: dict[Role, frozenset[Compartment]] = {
    **ROLE_COMPARTMENTS,
    Role.SUPERVISOR: frozenset(Compartment),
    Role.ADMINISTRATOR: frozenset(Compartment),
}


class Right(StrEnum):
    """One thing that a role allows."""

    READ_CASE = "read_case"
    WRITE_CASE = "write_case"
    SEE_RESTRICTED = "see_restricted"
    RESTRICT_CASE = "restrict_case"
    CLOSE_CASE = "close_case"
    APPROVE = "approve"
    HAND_OVER = "hand_over"
    EXPORT_CASE = "export_case"
    IMPORT_REGISTER = "import_register"
    MAKE_SUMMARY = "make_summary"
    CHANGE_FORMS = "change_forms"
    CHANGE_SETTINGS = "change_settings"
    MANAGE_USERS = "manage_users"
    READ_JOURNAL = "read_journal"
    BACK_UP = "back_up"
    PROPOSE_ERASURE = "propose_erasure"
    ERASE = "erase"
    DESTROY_KEYS = "destroy_keys"


_CASE_WORK = frozenset(
    {
        Right.READ_CASE,
        Right.WRITE_CASE,
        Right.CLOSE_CASE,
        Right.EXPORT_CASE,
        Right.HAND_OVER,
        Right.BACK_UP,
        Right.PROPOSE_ERASURE,
    }
)
_ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.REPORTING_OFFICER: frozenset({Right.READ_CASE, Right.MAKE_SUMMARY, Right.BACK_UP}),
    Role.CASEWORKER: _CASE_WORK | {Right.IMPORT_REGISTER, Right.MAKE_SUMMARY},
    Role.CONSULAR_OFFICER: _CASE_WORK | {Right.IMPORT_REGISTER, Right.MAKE_SUMMARY},
    Role.HEALTH_WORKER: frozenset({Right.READ_CASE, Right.WRITE_CASE, Right.BACK_UP}),
    Role.SUPERVISOR: frozenset(Right) - {Right.MANAGE_USERS},
    # A post may be one person: the creator administers and does the casework. An administrator who was
    # given no people key has these rights and sees no name: the keys decide (`may_with_keys`).
    Role.ADMINISTRATOR: frozenset(Right),
}

#: Keys without which a right is worth nothing, so that it is not offered.
RIGHT_NEEDS: dict[Right, frozenset[Compartment]] = {
    Right.SEE_RESTRICTED: frozenset({Compartment.PEOPLE}),
    Right.HAND_OVER: frozenset({Compartment.PEOPLE}),
    Right.EXPORT_CASE: frozenset({Compartment.PEOPLE}),
    Right.IMPORT_REGISTER: frozenset({Compartment.PEOPLE}),
    Right.PROPOSE_ERASURE: frozenset({Compartment.PEOPLE}),
    Right.ERASE: frozenset({Compartment.PEOPLE}),
}


def may(role: Role, right: Right) -> bool:
    """Whether the role allows this at all."""
    return right in _ROLE_RIGHTS[role]


def may_with_keys(role: Role, right: Right, held: Collection[Compartment]) -> bool:
    """Whether somebody of this role who holds these keys can do this."""
    return may(role, right) and RIGHT_NEEDS.get(right, frozenset()) <= frozenset(held)
