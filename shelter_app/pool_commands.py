"""The commands of a pool: keys and rosters, an office's contribution and receipts, adding up and combining."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shelter_app.second_commands import add_second_options, confirmed_by
from shelter_app.terminal import Answer, Progress, ask_new_password, ask_password, in_columns
from shelter_i18n import N_, _, ngettext

if TYPE_CHECKING:
    from shelter_app.exchange.pool_keys import PoolKeys, PublicKey

__all__ = ["add_combine_command", "add_pool_commands"]

#: Who can have a key file.
_ROLES = {"receiver": N_("receiver"), "coordinator": N_("coordinating body")}


def add_pool_commands(
    group: Any,
    common: argparse.ArgumentParser,
    signed: argparse.ArgumentParser,
    descriptor: Callable[[str], int],
) -> None:
    """Put the commands into the parser of `pool`."""
    _office_commands(group, common, signed, descriptor)
    sealed = _Parser(add_help=False)
    sealed.add_argument(
        "--password-fd", type=descriptor, metavar="N", help=_("read the password from this file descriptor")
    )
    key = group.add_parser(
        "key", parents=[common, sealed], help=_("make the keys of a receiver or coordinating body")
    )
    key.add_argument("role", choices=tuple(_ROLES))
    key.add_argument("name", metavar="NAME", help=_("how the body is called in the pool"))
    key.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the key files"))
    key.set_defaults(run=_key)
    fingerprint = group.add_parser(
        "fingerprint", parents=[common], help=_("show the digits of a public key, to compare by phone")
    )
    fingerprint.add_argument("file", type=Path, metavar="KEY.pub")
    fingerprint.set_defaults(run=_fingerprint)
    roster = group.add_parser("roster", parents=[common, sealed], help=_("make the roster of a round"))
    roster.add_argument("round", metavar="ROUND", help=_("name of the round"))
    roster.add_argument("--key", type=Path, required=True, help=_("key file of the coordinating body"))
    roster.add_argument(
        "--period", required=True, help=_("2015, 2015-H1, 2015-Q2, 2015-03 or 2015-01-15..2015-04-30")
    )
    roster.add_argument(
        "--closes", type=_day, required=True, metavar="DAY", help=_("last day for contributions: 2016-02-15")
    )
    roster.add_argument(
        "--receiver", type=Path, action="append", required=True, metavar="KEY.pub",
        help=_("public key of a receiver, twice; the first one combines"),
    )  # fmt: skip
    roster.add_argument(
        "--office", type=Path, action="append", required=True, metavar="KEY.pub",
        help=_("public key of an office, once for each"),
    )  # fmt: skip
    roster.add_argument(
        "--least", type=int, default=3, metavar="N", help=_("offices without which nothing is added up: 3 or more")
    )  # fmt: skip
    roster.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the roster"))
    roster.set_defaults(run=_roster)

    add = group.add_parser("add", parents=[common, sealed], help=_("add up the shares of a round"))
    _of_a_round(add)
    add.add_argument(
        "files", type=Path, nargs="+", metavar="SHARE", help=_("share files, or folders of them")
    )
    add.add_argument(
        "--without", action="append", default=[], metavar="OFFICE", help=_("an office that takes no part after all")
    )  # fmt: skip
    add.set_defaults(run=_add)
    add_combine_command(group, common, descriptor)


def add_combine_command(
    group: Any, common: argparse.ArgumentParser, descriptor: Callable[[str], int]
) -> None:
    """Put `combine` into a parser: it belongs to pools and, since its outcome is a summary, to summaries."""
    combine = group.add_parser(
        "combine", parents=[common], help=_("combine the sums of both receivers into a protected summary")
    )
    combine.add_argument(
        "--password-fd", type=descriptor, metavar="N", help=_("read the password from this file descriptor")
    )
    _of_a_round(combine)
    combine.add_argument("sums", type=Path, nargs=2, metavar="SUM", help=_("the sums of both receivers"))
    combine.set_defaults(run=_combine)


class _Parser(argparse.ArgumentParser):
    """Options by their whole names only."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})


def _of_a_round(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("roster", type=Path, metavar="ROSTER")
    parser.add_argument(
        "--coordinator", type=Path, required=True, metavar="KEY.pub",
        help=_("public key of the body that made the roster"),
    )  # fmt: skip
    parser.add_argument("--key", type=Path, required=True, help=_("your key file"))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the files"))


def _office_commands(
    group: Any,
    common: argparse.ArgumentParser,
    signed: argparse.ArgumentParser,
    descriptor: Callable[[str], int],
) -> None:
    def command(name: str, what: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = group.add_parser(name, parents=[common, signed], help=what)
        made.add_argument("vault", type=Path, metavar="DIR")
        made.set_defaults(run=run)
        return made

    own = command(
        "office-key", _("write the public key of this office for the coordinating body"), _office_key
    )
    own.add_argument("--name", help=_("how the office is called in the pool; otherwise the code of the post"))
    own.add_argument("--renew", action="store_true", help=_("replace the key, as after somebody has left"))
    own.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the key file"))
    trust = command(
        "trust", _("take over the key of a receiver or coordinating body after comparing it"), _trust
    )
    trust.add_argument("file", type=Path, metavar="KEY.pub")
    trust.add_argument(
        "--fingerprint",
        required=True,
        metavar="DIGITS",
        help=_("the thirty digits as the owner read them out"),
    )
    distrust = command("distrust", _("trust the keys of a name no more"), _distrust)
    distrust.add_argument("name", metavar="NAME")
    command("list", _("show the trusted keys, and what was contributed"), _list)
    contribute = command("contribute", _("write this office's shares for a round"), _contribute)
    contribute.add_argument("roster", type=Path, metavar="ROSTER")
    contribute.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the shares"))
    add_second_options(contribute, descriptor)
    check = command("check", _("see in the receipts whether this office was counted"), _check)
    check.add_argument("roster", type=Path, metavar="ROSTER")
    check.add_argument("receipts", type=Path, nargs="+", metavar="RECEIPT")


def _day(word: str) -> dt.date:
    try:
        return dt.date.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError(_("write a day as 2016-02-15")) from None


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _opened(options: argparse.Namespace) -> PoolKeys:
    from shelter_app.exchange.pool_keys import open_key_file

    question = _("Password of {user}: ").format(user=options.key.name)
    return open_key_file(options.key, ask_password(options.password_fd, question))


def _say_key(answer: Answer, key: PublicKey) -> None:
    answer.say(_("Fingerprint of {name}: {digits}").format(name=key.id, digits=key.fingerprint))
    answer.give(name=key.id, role=key.role, fingerprint=key.fingerprint)


def _say_files(answer: Answer, files: tuple[Path, ...]) -> None:
    for path in files:
        answer.say(str(path))
    answer.give(files=[str(path) for path in files])


# The office -------------------------------------------------------------------------------------------


def _office_key(options: argparse.Namespace, answer: Answer) -> int:
    """Write the office's public key."""
    from shelter_app.casework.pool import office_key_file
    from shelter_app.commands import signed_in
    from shelter_app.reports.summary import write_files

    with signed_in(options) as session:
        key, data = office_key_file(session, options.name, renew=options.renew)
    _say_files(answer, write_files(options.out, {f"{key.id}.pub": data}))
    _say_key(answer, key)
    answer.say(_("Send the file to the coordinating body, and read the digits out when they ring."))
    return 0


def _trust(options: argparse.Namespace, answer: Answer) -> int:
    """Take over a compared key."""
    from shelter_app.casework.pool import trust_key
    from shelter_app.commands import signed_in

    with signed_in(options) as session:
        key = trust_key(session, options.file, options.fingerprint)
    answer.say(_("The key of {name} is trusted now.").format(name=key.id))
    _say_key(answer, key)
    return 0


def _distrust(options: argparse.Namespace, answer: Answer) -> int:
    """Trust a key no more."""
    from shelter_app.casework.pool import forget_key
    from shelter_app.commands import signed_in

    with signed_in(options) as session:
        there = forget_key(session, options.name)
    text = _("The key of {name} is not trusted any more.") if there else _("There is no key of {name} here.")
    answer.say(text.format(name=options.name))
    answer.give(name=options.name, forgotten=there)
    return 0


def _list(options: argparse.Namespace, answer: Answer) -> int:
    """Show keys and contributions."""
    import dataclasses

    from shelter_app.casework.pool import contributions, trusted_keys
    from shelter_app.commands import signed_in

    with signed_in(options) as session:
        keys, made = trusted_keys(session), contributions(session)
    answer.say(_("Trusted keys:") if keys else _("No key is trusted yet."))
    answer.say(in_columns((key.id, _(_ROLES[key.role]), key.fingerprint) for key in keys))
    answer.say(
        _("Contributions, and who has shown to have counted them:")
        if made
        else _("Nothing has been contributed yet.")
    )
    answer.say(in_columns((c.round, c.period, c.number, ", ".join(c.counted_by)) for c in made))
    answer.give(
        keys=[{"name": key.id, "role": key.role, "fingerprint": key.fingerprint} for key in keys],
        contributions=[dataclasses.asdict(contribution) for contribution in made],
    )
    return 0


def _contribute(options: argparse.Namespace, answer: Answer) -> int:
    """Write the shares."""
    from shelter_app.casework.pool import contribute, contribution_statement, look_at_round
    from shelter_app.commands import signed_in

    with signed_in(options) as session:
        statement = contribution_statement(look_at_round(session, options.roster))
        confirmed = confirmed_by(options, session, [statement])
        made, files = contribute(session, options.roster, options.out, confirmed=confirmed)
    _say_files(answer, files)
    answer.say(
        _(
            "Send each file to the receiver whose name it bears, and to nobody else, if possible by two ways. Whoever had "
            "both files and both receivers' keys could read the counts of this office."
        )
    )
    answer.say(
        ngettext(
            "{count} office is on the roster: {names}. Whoever you do not know there may be nobody.",
            "{count} offices are on the roster: {names}. Whoever you do not know there may be nobody.",
            len(made.offices),
        ).format(count=len(made.offices), names=", ".join(made.offices))
    )
    if made.number > 1:
        answer.say(_("This replaces what was contributed to the round before. Both files are needed again."))
    answer.give(
        round=made.round,
        period=made.period,
        number=made.number,
        digest=made.digest,
        offices=list(made.offices),
    )
    return 0


def _check(options: argparse.Namespace, answer: Answer) -> int:
    """Compare receipts."""
    from shelter_app.casework.pool import check_receipts
    from shelter_app.commands import signed_in

    with signed_in(options) as session:
        found = check_receipts(session, options.roster, options.receipts)
    answer.say(
        _("The contribution of this office was counted by: {names}").format(names=", ".join(found.counted_by))
    )
    if len(found.counted_by) == 1:
        answer.say(_("The receipt of the other receiver has not been checked yet."))
    answer.give(round=found.round, number=found.number, counted_by=list(found.counted_by))
    return 0


# Coordinating body and receivers ----------------------------------------------------------------------


def _key(options: argparse.Namespace, answer: Answer) -> int:
    """Make keys."""
    from shelter_app.casework.pool_rounds import make_key

    password = ask_new_password(options.password_fd)
    key, files = make_key(options.role, options.name, password, options.out)
    _say_files(answer, files)
    _say_key(answer, key)
    answer.say(
        _(
            "Hand round the file that ends in .pub, and read the digits out to whoever rings. Keep the file that ends "
            "in .key, with a copy in a safe place: without it, nothing that is sent to you can be opened."
        )
    )
    return 0


def _fingerprint(options: argparse.Namespace, answer: Answer) -> int:
    """Show a fingerprint."""
    from shelter_app.casework.pool_rounds import read_public_key

    _say_key(answer, read_public_key(options.file))
    return 0


def _roster(options: argparse.Namespace, answer: Answer) -> int:
    """Make a roster."""
    from shelter_app.casework.pool_rounds import make_roster, read_public_key
    from shelter_app.domain.periods import Period

    path = make_roster(
        _opened(options), name=options.round, period=Period.parse(options.period), closes_on=options.closes,
        receivers=[read_public_key(path) for path in options.receiver],
        offices=[read_public_key(path) for path in options.office], least=options.least, folder=options.out,
    )  # fmt: skip
    _say_files(answer, (path,))
    return 0


def _shares_in(paths: list[Path]) -> list[Path]:
    """The files that were named, and those in folders that were named."""
    files: list[Path] = []
    for path in paths:
        files += sorted(path.glob("*.share")) if path.is_dir() else [path]
    return files


def _add(options: argparse.Namespace, answer: Answer) -> int:
    """Add up shares."""
    from shelter_app.casework.pool_rounds import add_up, read_public_key

    coordinator = read_public_key(options.coordinator)
    keys = _opened(options)
    with Progress(_("Reading shares")) as progress:
        done = add_up(
            keys, options.roster, coordinator, _shares_in(options.files),
            book=options.key.with_name(f"{options.key.name}.book"), folder=options.out, today=_today(),
            without=options.without, progress=progress,
        )  # fmt: skip
    count = len(done.contributions)
    answer.say(
        ngettext(
            "The contribution of {count} office was added up.",
            "The contributions of {count} offices were added up.",
            count,
        ).format(count=count)
    )
    if done.repeated:
        answer.say(_("It is the same sum as before."))
    _say_files(answer, done.files)
    combiner = done.roster.receivers[0].id
    answer.say(
        _(
            "Send the file that ends in .receipt to every office. The file that ends in .sum is for {combiner}, who combines "
            "it with the sum of the other receiver."
        ).format(combiner=combiner)
    )
    answer.give(
        round=done.roster.round, offices=count, repeated=done.repeated, combiner=combiner,
        replaced=[{"office": share.office, "number": share.number} for share in done.replaced],
    )  # fmt: skip
    return 0


def _combine(options: argparse.Namespace, answer: Answer) -> int:
    """Combine two sums."""
    from shelter_app.anonymise.release import Protection
    from shelter_app.casework.pool_rounds import combine, read_public_key
    from shelter_app.reports.summary_text import summary_text

    coordinator = read_public_key(options.coordinator)
    done = combine(
        _opened(options), options.roster, coordinator, options.sums, folder=options.out, made_on=_today()
    )
    answer.say(summary_text(Protection(done.release)))
    _say_files(answer, done.files)
    answer.say(
        _(
            "The two sums are not needed any more. Delete them: with your key they give the figures before protection."
        )
    )
    answer.give(round=done.roster.round, period=done.roster.period.text, offices=done.offices)
    return 0
