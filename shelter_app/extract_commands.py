"""The commands about record extracts: what kind of office this is, and an extract of a period."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shelter_app.commands import signed_in
from shelter_app.second_commands import add_second_options, confirmed_by
from shelter_app.terminal import Answer
from shelter_i18n import _

__all__ = ["add_extract_commands"]


def add_extract_commands(
    group: Any,
    common: argparse.ArgumentParser,
    signed: argparse.ArgumentParser,
    period: argparse.ArgumentParser,
    descriptor: Callable[[str], int],
) -> None:
    """Add `extract` and `office` to the commands about summaries."""
    extract = group.add_parser(
        "extract",
        parents=[common, signed, period],
        help=_("write the records of a period, none of which stands alone"),
    )
    extract.add_argument("vault", type=Path, metavar="DIR")
    extract.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the files"))
    extract.add_argument(
        "--codebook", choices=("2024", "2025", "2026"), default="2024",
        help=_("CTDC's column names of which year (2024)"),
    )  # fmt: skip
    extract.add_argument(
        "--keep", choices=("countries", "ages"), help=_("what to keep first where not everything can be kept")
    )
    extract.add_argument(
        "--to", metavar="NAME", default="", help=_("sign it and encrypt it to this receiver")
    )
    add_second_options(extract, descriptor)
    extract.set_defaults(run=summary_extract)
    office = group.add_parser(
        "office",
        parents=[common, signed],
        help=_("say whether this is one post or a national office; only that makes extracts"),
    )
    office.add_argument("vault", type=Path, metavar="DIR")
    office.add_argument("kind", nargs="?", choices=("post", "national"), help=_("leave it out to be told"))
    office.set_defaults(run=summary_office)


def summary_extract(options: argparse.Namespace, answer: Answer) -> int:
    """Write the extract of a period."""
    from shelter_app.casework.extract import extract_statement, preview_extract, write_extract
    from shelter_app.casework.packages import parties
    from shelter_app.domain.periods import Period
    from shelter_i18n.formats import format_number

    with signed_in(options) as session:
        preview = preview_extract(
            session, Period.parse(options.period), codebook=options.codebook, keep=options.keep or "even"
        )
        to = parties(session, options.to)[0] if options.to else None
        statement = extract_statement(preview.period, preview.codebook, preview.keep, to)
        confirmed = confirmed_by(options, session, [statement])
        written = write_extract(session, preview, options.out, receiver=options.to, confirmed=confirmed)
    answer.say(
        _("{count} rows. Every row, all columns together, occurs at least eleven times.").format(
            count=format_number(preview.rows)
        )
    )
    if preview.kept is None:
        answer.say(
            _(
                "An extract of this period was made before: the same files have been written again, as they were asked for then."
            )
        )
    else:
        answer.say(
            _(
                "Kept: {exact} % of what is known of year, gender, age and countries as it is, and {answers} % of the "
                "answers about exploitation and control. The rest is told more coarsely or not at all. This is for your "
                "office; no file says it."
            ).format(exact=round(100 * preview.kept.exact), answers=round(100 * preview.kept.answers))
        )
    for path in written:
        answer.say(str(path))
    answer.give(
        extract_id=preview.extract_id, repeated=preview.repeated, rows=preview.rows, codebook=preview.codebook,
        files=[str(path) for path in written],
    )  # fmt: skip
    return 0


def summary_office(options: argparse.Namespace, answer: Answer) -> int:
    """Tell what kind of office the vault belongs to, or decide it."""
    from shelter_app.casework.extract import OFFICE_WORDS, office, set_office

    with signed_in(options) as session:
        if options.kind is not None:
            set_office(session, options.kind)
        kind = office(session)
    answer.say(_(OFFICE_WORDS[kind]))
    answer.give(office=kind)
    return 0
