"""What commands share that let something leave the office: a second person's name and password, and whether one is wanted."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shelter_app.terminal import Answer, ask_password
from shelter_i18n import _

if TYPE_CHECKING:
    from shelter_app.casework.second_person import Confirmed, Statement
    from shelter_app.casework.session import Session

__all__ = ["add_second_command", "add_second_options", "confirmed_by"]


def add_second_options(parser: argparse.ArgumentParser, descriptor: Callable[[str], int]) -> None:
    """Let a command be told who confirms."""
    parser.add_argument(
        "--second", metavar="USER", help=_("another person of the vault, who confirms it with their password")
    )
    parser.add_argument(
        "--second-password-fd", type=descriptor, metavar="N",
        help=_("read the password of the second person from this file descriptor"),
    )  # fmt: skip


def confirmed_by(
    options: argparse.Namespace, session: Session, statements: Sequence[Statement]
) -> Confirmed | None:
    """What the second person agrees to; None where none is named, which is refused later where one is wanted."""
    from shelter_app.casework.second_person import confirm

    if options.second is None:
        return None
    question = _("Password of {user}: ").format(user=options.second)
    return confirm(session, options.second, ask_password(options.second_password_fd, question), statements)


def add_second_command(group: Any, common: argparse.ArgumentParser, signed: argparse.ArgumentParser) -> None:
    """Add `second-person` to the commands about summaries."""
    second = group.add_parser(
        "second-person",
        parents=[common, signed],
        help=_("say whether a second person has to confirm what leaves the office"),
    )
    second.add_argument("vault", type=Path, metavar="DIR")
    second.add_argument("wanted", nargs="?", choices=("yes", "no"), help=_("leave it out to be told"))
    second.set_defaults(run=_second)


def _second(options: argparse.Namespace, answer: Answer) -> int:
    """Tell whether a second person is wanted, or decide it."""
    from shelter_app.casework.second_person import second_wanted, set_second_wanted
    from shelter_app.commands import signed_in

    with signed_in(options) as session:
        if options.wanted is not None:
            set_second_wanted(session, options.wanted == "yes")
        wanted = second_wanted(session)
    answer.say(
        _("Whatever leaves the office has to be confirmed by a second person.")
        if wanted
        else _("Whoever makes summaries sends them without a second person.")
    )
    answer.give(second_person=wanted)
    return 0
