"""The commands about the people who may open a vault: list, add, disable, enable, remove, reset, grant, withdraw."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shelter_app.terminal import Answer, Progress, ask_new_password, ask_password, in_columns
from shelter_i18n import _, ngettext
from shelter_i18n.formats import join_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelter_app.casework.session import Session
    from shelter_app.storage.store import Changes

__all__ = ["USER_COMMANDS", "add_user_commands", "spelled_out"]

#: What can follow `vault users`; without one of them the users are listed.
USER_COMMANDS = (
    "list", "add", "disable", "enable", "remove", "reset", "grant", "withdraw", "password", "replace-keys", "reseal",
    "compare",
)  # fmt: skip
#: Keys that are given and taken one by one; the store key comes with the slot.
_KEYS = ("people", "health")


def add_user_commands(
    group: Any,
    common: argparse.ArgumentParser,
    signed: argparse.ArgumentParser,
    descriptor: Callable[[str], int],
) -> None:
    """Put the commands into the parser of `vault users`."""
    show = group.add_parser("list", parents=[common], help=_("list who can sign in, and what they can open"))
    show.add_argument("vault", type=Path, metavar="DIR")
    show.set_defaults(run=_list)

    def about_somebody(name: str, what: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = group.add_parser(name, parents=[common, signed], help=what)
        made.add_argument("vault", type=Path, metavar="DIR")
        made.add_argument("name", metavar="NAME", help=_("whom it is about"))
        made.set_defaults(run=run)
        return made

    add = about_somebody("add", _("add a user; five words for the first sign-in are shown once"), _add)
    add.add_argument("--role", required=True, choices=_roles(), help=_("what the person does at the post"))
    add.add_argument(
        "--key", action="append", choices=_KEYS, dest="given", help=_("a key besides or instead of those of the role")
    )  # fmt: skip
    add.add_argument(
        "--no-keys", action="store_true", help=_("no key but that of the coded facts, whatever the role")
    )
    add.add_argument(
        "--new-password-fd", type=descriptor, metavar="N",
        help=_("read the password for the first sign-in from this file descriptor instead"),
    )  # fmt: skip
    about_somebody("disable", _("keep somebody from signing in for a while"), _disable)
    about_somebody("enable", _("let somebody sign in again"), _enable)
    remove = about_somebody("remove", _("remove a user and replace the keys that they held"), _remove)
    remove.add_argument(
        "--store-later", action="store_true",
        help=_("replace the key of the store later, where the disk has no room for a second copy"),
    )  # fmt: skip
    about_somebody("reset", _("give somebody who forgot the password five words for one sign-in"), _reset)
    for name, what, run in (
        ("grant", _("give somebody a key that you hold"), _grant),
        ("withdraw", _("take a key back; all others get a new one"), _withdraw),
    ):
        about_somebody(name, what, run).add_argument("--key", required=True, choices=_KEYS)

    password = group.add_parser(
        "password", parents=[common, signed], help=_("choose another password of your own")
    )
    password.add_argument("vault", type=Path, metavar="DIR")
    password.add_argument(
        "--new-password-fd", type=descriptor, metavar="N", help=_("read the new password from this file descriptor")
    )  # fmt: skip
    password.set_defaults(run=_password)
    keys = group.add_parser(
        "replace-keys", parents=[common, signed], help=_("replace all keys for the same people, as after a loss")
    )  # fmt: skip
    keys.add_argument("vault", type=Path, metavar="DIR")
    keys.set_defaults(run=_replace_keys)
    compare = group.add_parser(
        "compare", parents=[common, signed], help=_("compare the users in the key file with what was signed")
    )  # fmt: skip
    compare.add_argument("vault", type=Path, metavar="DIR")
    settle = compare.add_mutually_exclusive_group()
    settle.add_argument(
        "--put-right", action="store_true", help=_("put back the names, roles and keys that were signed")
    )
    settle.add_argument("--confirm", action="store_true", help=_("sign the users as they are now"))
    compare.set_defaults(run=_compare)
    reseal = group.add_parser(
        "reseal", parents=[common, signed], help=_("bring what lies under former keys under the ones in force")
    )  # fmt: skip
    reseal.add_argument("vault", type=Path, metavar="DIR")
    reseal.set_defaults(run=_reseal)


def spelled_out(words: Sequence[str]) -> list[str]:
    """The words of a call with `list` put in where `vault users DIR` leaves it out."""
    said = list(words)
    if (
        said[:2] == ["vault", "users"]
        and len(said) > 2
        and not {*USER_COMMANDS, "-h", "--help"} & set(said[2:])
    ):
        said.insert(2, "list")
    return said


def _roles() -> list[str]:
    from shelter_app.vault.rights import Role

    return [role.value for role in Role]


@contextmanager
def _about(options: argparse.Namespace) -> Iterator[tuple[Session, str]]:
    """The vault of the call, and the id of the user whom the call is about."""
    from shelter_app.commands import signed_in
    from shelter_app.vault.users import find_user

    with signed_in(options) as session:
        yield session, find_user(session.keyring.header, options.name).id


def _list(options: argparse.Namespace, answer: Answer) -> int:
    """List who can sign in."""
    from shelter_app.casework.vaults import vault_header
    from shelter_app.vault.rights import COMPARTMENT_LABELS, Compartment

    header = vault_header(options.vault)
    answer.say(
        in_columns(
            (
                slot.name,
                _(slot.role.label),
                join_list(_(COMPARTMENT_LABELS[c]) for c in Compartment if c in slot.compartments),
                _("disabled") if slot.disabled else _("has to choose a password") if slot.must_change else "",
            )
            for slot in header.users
        )
    )
    if header.rotation_due:
        answer.say(
            _("Keys are due to be replaced since {day}: shelter-app vault users replace-keys DIR").format(
                day=header.rotation_due[:10]
            )
        )
    answer.give(
        post=header.post,
        rotation_due=header.rotation_due,
        users=[
            {
                "id": slot.id,
                "name": slot.name,
                "role": slot.role.value,
                "keys": sorted(c.value for c in slot.compartments),
                "disabled": slot.disabled,
                "must_change": slot.must_change,
            }
            for slot in header.users
        ],
    )
    return 0


def _say_words(answer: Answer, name: str, words: str) -> None:
    from shelter_app.vault.passphrases import spelt_out

    answer.say(
        _("Words for one sign-in of {name}. They are shown only now; tell them in person:").format(name=name)
    )
    answer.say()
    for word in spelt_out(words):
        answer.say(f"    {word}")
    answer.say()
    answer.give(name=name, words=words)


def _add(options: argparse.Namespace, answer: Answer) -> int:
    """Add a user."""
    from shelter_app.casework.users import new_user
    from shelter_app.commands import signed_in
    from shelter_app.vault.passphrases import suggest_passphrase
    from shelter_app.vault.rights import ROLE_COMPARTMENTS, Compartment, Role

    role = Role(options.role)
    grants = {Compartment.STORE} if options.no_keys else set(ROLE_COMPARTMENTS[role])
    grants |= {Compartment(name) for name in options.given or ()}
    told = None
    if options.new_password_fd is not None:
        told = ask_password(options.new_password_fd, "")
    words = told or suggest_passphrase()
    with signed_in(options) as session:
        new_user(session, name=options.name, role=role, password=words, grants=grants)
    answer.say(_("The user is added."))
    if told is None:
        _say_words(answer, options.name, words)
    else:
        answer.give(name=options.name)
    return 0


def _simple(
    options: argparse.Namespace, answer: Answer, do: Callable[[Session, str], Changes], done: str
) -> int:
    with _about(options) as (session, user_id):
        do(session, user_id)
    answer.say(done)
    answer.give(name=options.name)
    return 0


def _disable(options: argparse.Namespace, answer: Answer) -> int:
    """Keep somebody from signing in."""
    from shelter_app.casework.users import disable_user

    return _simple(options, answer, disable_user, _("{name} cannot sign in now.").format(name=options.name))


def _enable(options: argparse.Namespace, answer: Answer) -> int:
    """Let somebody sign in again."""
    from shelter_app.casework.users import enable_user

    return _simple(options, answer, enable_user, _("{name} can sign in again.").format(name=options.name))


def _remove(options: argparse.Namespace, answer: Answer) -> int:
    """Remove a user and replace what they knew."""
    from shelter_app.casework.users import remove_user

    with _about(options) as (session, user_id), Progress(_("Replacing the keys")) as progress:
        remove_user(session, user_id, store_later=options.store_later, progress=progress)
        answer.say(_("{name} is removed.").format(name=options.name))
        answer.say(_("Copies of the vault that were made before stay readable to them."))
        _say_pending(answer, session)
    answer.give(name=options.name)
    return 0


def _replace_keys(options: argparse.Namespace, answer: Answer) -> int:
    """Replace all keys for the same people."""
    from shelter_app.casework.users import replace_keys
    from shelter_app.commands import signed_in

    with signed_in(options) as session, Progress(_("Replacing the keys")) as progress:
        replace_keys(session, progress=progress)
        answer.say(_("The keys are replaced. Everybody signs in as before."))
        _say_pending(answer, session)
    return 0


def _say_pending(answer: Answer, session: Session) -> None:
    from shelter_app.casework.resealing import pending, pending_words

    waiting = pending(session)
    for each in waiting:
        answer.say(pending_words(each))
    answer.give(pending={each.compartment.value: each.count for each in waiting})


def _compare(options: argparse.Namespace, answer: Answer) -> int:
    """Say what the key file says of users and nobody has signed, and settle it if asked."""
    from shelter_app.casework.attesting import attest_users, put_right
    from shelter_app.casework.trust_check import unsigned, unsigned_words
    from shelter_app.commands import signed_in

    with signed_in(options) as session:
        if options.put_right:
            put_right(session)
        if options.confirm:
            attest_users(session)
        left = [unsigned_words(each) for each in unsigned(session)]
    for each in left:
        answer.say(f"- {each}")
    if not left:
        answer.say(_("The users in the key file are those that were signed."))
    answer.give(differences=left)
    return 12 if left else 0


def _reseal(options: argparse.Namespace, answer: Answer) -> int:
    """Seal anew what lies under former keys."""
    from shelter_app.casework.resealing import pending, reseal_some
    from shelter_app.commands import signed_in

    with signed_in(options) as session, Progress(_("Sealing anew")) as progress:
        total = sum(each.count for each in pending(session) if each.mine)
        while left := reseal_some(session):
            progress(total - left, total)
        answer.say(
            ngettext("{number} part sealed anew.", "{number} parts sealed anew.", total).format(number=total)
        )
        answer.give(resealed=total)
        _say_pending(answer, session)
    return 0


def _reset(options: argparse.Namespace, answer: Answer) -> int:
    """Give somebody words for one sign-in."""
    from shelter_app.casework.users import reset_password
    from shelter_app.vault.rights import COMPARTMENT_LABELS, Compartment

    with _about(options) as (session, user_id):
        done = reset_password(session, user_id)
    _say_words(answer, options.name, done.passphrase)
    if done.lost_drafts:
        answer.say(
            ngettext(
                "{number} unfinished form of {name} could be read by nobody else and is gone.",
                "{number} unfinished forms of {name} could be read by nobody else and are gone.",
                done.lost_drafts,
            ).format(number=done.lost_drafts, name=options.name)
        )
    for compartment in Compartment:
        if compartment in done.lost_keys:
            answer.say(
                _(
                    "You do not hold the key for {what}: somebody who does has to give it to {name} again."
                ).format(what=_(COMPARTMENT_LABELS[compartment]), name=options.name)
            )
    answer.give(lost_keys=sorted(c.value for c in done.lost_keys), lost_drafts=done.lost_drafts)
    return 0


def _grant(options: argparse.Namespace, answer: Answer) -> int:
    """Give somebody a key."""
    from shelter_app.casework.users import grant_key
    from shelter_app.vault.rights import Compartment

    return _simple(
        options, answer, lambda session, user_id: grant_key(session, user_id, Compartment(options.key)),
        _("{name} holds the key from the next sign-in on.").format(name=options.name),
    )  # fmt: skip


def _withdraw(options: argparse.Namespace, answer: Answer) -> int:
    """Take a key back."""
    from shelter_app.casework.users import withdraw_key
    from shelter_app.vault.rights import Compartment

    with _about(options) as (session, user_id):
        withdraw_key(session, user_id, Compartment(options.key))
        answer.say(_("{name} does not hold the key any more.").format(name=options.name))
        _say_pending(answer, session)
    answer.give(name=options.name)
    return 0


def _password(options: argparse.Namespace, answer: Answer) -> int:
    """Choose another password of one's own."""
    from shelter_app.casework.users import change_own_password
    from shelter_app.casework.vaults import open_vault, sign_out

    old = ask_password(options.password_fd, _("Password of {user}: ").format(user=options.user))
    session = open_vault(options.vault, options.user, old)
    try:
        new = ask_new_password(options.new_password_fd)
        change_own_password(session, old, new)
    finally:
        sign_out(session)
    answer.say(_("The password is changed."))
    answer.give(name=options.user)
    return 0
