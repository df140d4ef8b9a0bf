"""The command that does in one go what the window does after the preview: encrypted files for one receiver, and a letter."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from shelter_app.second_commands import add_second_options, confirmed_by
from shelter_app.terminal import Answer, Progress, warn
from shelter_i18n import _

__all__ = ["add_send_command"]


def add_send_command(
    group: Any,
    common: argparse.ArgumentParser,
    signed: argparse.ArgumentParser,
    period: argparse.ArgumentParser,
    chosen: argparse.ArgumentParser,
    descriptor: Callable[[str], int],
) -> None:
    """Add `send` to the commands about summaries."""
    command = group.add_parser(
        "send",
        parents=[common, signed, period, chosen],
        help=_("write encrypted files for a receiver, and nothing that others can read"),
    )
    command.add_argument("vault", type=Path, metavar="DIR")
    command.add_argument(
        "--to", required=True, metavar="NAME", help=_("a receiver whose key was compared and taken over")
    )
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the files"))
    command.add_argument(
        "--extract", nargs="?", const="even", choices=("even", "countries", "ages"),
        help=_("also an extract of records, and what it keeps first"),
    )  # fmt: skip
    command.add_argument(
        "--roster", type=Path, metavar="ROSTER", help=_("also contribute to this round of a pool")
    )
    command.add_argument(
        "--short-period", action="store_true", help=_("the period is meant to be shorter than a month")
    )
    command.add_argument("--no-letter", action="store_true", help=_("without the cover letter"))
    add_second_options(command, descriptor)
    command.set_defaults(run=_send)


def _send(options: argparse.Namespace, answer: Answer) -> int:
    """Send the tables of a period and what else is asked for."""
    from shelter_app.anonymise.extract import Keep
    from shelter_app.casework.sending import Part, Sending, send, statements
    from shelter_app.casework.summary import make_preview
    from shelter_app.casework.summary_concerns import concerns, refuse_by_mistake
    from shelter_app.commands import signed_in
    from shelter_app.domain.periods import Period
    from shelter_app.reports.summary_text import summary_text

    parts: set[Part] = {"tables"}
    if options.extract:
        parts.add("extract")
    if options.roster:
        parts.add("contribution")
    if not options.no_letter:
        parts.add("letter")
    words: dict[str, Keep] = {word: word for word in get_args(Keep)}
    keep = words[options.extract or "even"]
    with signed_in(options) as session:
        with Progress(_("Calculating and attacking the tables")) as progress:
            preview = make_preview(
                session, Period.parse(options.period), tables=options.table,
                on_attack=lambda tried: progress(tried, 0),
            )  # fmt: skip
        answer.say(summary_text(preview.protection))
        found = concerns(session, preview)
        if found.help_text:
            answer.say(found.help_text)
        for text in (found.waiting_text, found.short_text):
            if text:
                warn(text)
        refuse_by_mistake(preview, short_meant=options.short_period)
        chosen = Sending(preview.period, options.to, frozenset(parts), preview, keep, options.roster)
        confirmed = confirmed_by(options, session, statements(session, chosen))
        sent = send(session, chosen, options.out, confirmed=confirmed)
    for path in sent.files:
        receiver = sent.to.get(path.name)
        answer.say(
            _("{file}, for {receiver}").format(file=path, receiver=receiver) if receiver else str(path)
        )
    for _part, error in sent.refused:
        warn(str(error))
    answer.give(
        files=[str(path) for path in sent.files], to=sent.to,
        refused={part: error.render("en") for part, error in sent.refused},
    )  # fmt: skip
    return sent.refused[0][1].exit_code if sent.refused else 0
