"""`shelter-app`: everything that is done without a window. Its exit codes are listed by `shelter-app --help`."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any

from shelter_app import care_commands, commands
from shelter_app.errors import ShelterError
from shelter_app.extract_commands import add_extract_commands
from shelter_app.package_commands import add_package_commands
from shelter_app.pool_commands import add_combine_command, add_pool_commands
from shelter_app.second_commands import add_second_command, add_second_options
from shelter_app.send_commands import add_send_command
from shelter_app.terminal import Answer, NoAnswer, places_of, prepare_streams
from shelter_app.user_commands import add_user_commands, spelled_out
from shelter_app.vault.recovery import SPLITS
from shelter_i18n import LANGUAGES, N_, _, set_language

__all__ = ["build_parser", "main"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_FAULT, _STOPPED = 70, 130
_EXIT_CODES = N_(
    "Exit codes: 0 done; 1 something else that a person can act on; 2 the call's words are off; 3 a password or a "
    "system package is missing; 4 the answer could not be written; 10 wrong password; 11 damaged header; 12 damaged "
    "data; 13 newer version; 14 vault in use; 15 no vault; 16 unknown user; 17 no permission to write; 18 disk full; "
    "19 the disk reports an error; from 20 on, refusals that the message explains; 70 a fault of the program; "
    "130 stopped with Ctrl+C."
)


def _default_language() -> str:
    """The language of the terminal, where it is one that the program speaks."""
    for name in ("SHELTER_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def _language_of(words: Sequence[str]) -> str:
    """The language that a call asks for, known before its words are read: they may be refused in it."""
    asked = [word.removeprefix("--language=") for word in words if word.startswith("--language=")]
    asked += [after for word, after in pairwise(words) if word == "--language"]
    return next((language for language in asked if language in LANGUAGES), _default_language())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    prepare_streams()
    set_language(_language_of(words))
    os.umask(0o077)
    options = build_parser().parse_args(spelled_out(words))
    answer = Answer(as_json=options.json)
    try:
        code = _run(options, answer)
        answer.end()
    except BrokenPipeError:
        return NoAnswer.exit_code
    except NoAnswer as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return code


def _run(options: argparse.Namespace, answer: Answer) -> int:
    """Do what the call asks for; whatever goes wrong becomes one sentence and an exit code."""
    try:
        return int(options.run(options, answer) or 0)
    except ShelterError as error:
        answer.give(error=error.render("en"), code=type(error).__name__)
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write(_("Stopped. Nothing more has been changed.") + "\n")
        return _STOPPED
    except OSError as error:
        return _refused_by_system(error, answer)
    except Exception as error:  # noqa: BLE001 - the one handler of the commands; it hides what a record says
        answer.give(error="fault", code="Fault", places=places_of(error))
        sys.stderr.write(
            _(
                "The program has a fault of its own and stopped. Report this line; it holds no data: {places}"
            ).format(places=places_of(error))
            + "\n"
        )
        return _FAULT


def _refused_by_system(error: OSError, answer: Answer) -> int:
    """One sentence for a path of the call that the system does not let us use."""
    from shelter_app.vault.errors import DiskFull, NoWritePermission

    known = DiskFull if error.errno in _FULL else NoWritePermission if error.errno in _REFUSED else None
    path, reason = str(error.filename or "-"), error.strerror or type(error).__name__
    text = _("{path} cannot be used here ({reason}). Choose another folder or file.")
    sentence = str(known()) if known else text.format(path=path, reason=reason)
    answer.give(error=known().render("en") if known else sentence, code=(known or type(error)).__name__)
    sys.stderr.write(f"{sentence}\n")
    return known.exit_code if known else 1


class _Parser(argparse.ArgumentParser):
    """A parser that knows options by their whole names only: a script stays right when one is added."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})


def _descriptor(word: str) -> int:
    """A file descriptor as a number that one can have."""
    if not word.isascii() or not word.isdigit() or int(word) > 1_048_576:
        raise argparse.ArgumentTypeError(_("a file descriptor is a number such as 0 or 3"))
    return int(word)


def _split(word: str) -> tuple[int, int]:
    """How many recovery sheets are needed, of how many."""
    for needed, count in SPLITS:
        if word.strip().lower() == f"{needed}-of-{count}":
            return needed, count
    raise argparse.ArgumentTypeError(
        _("{word} is none of {names}").format(
            word=word, names=", ".join(f"{needed}-of-{count}" for needed, count in SPLITS)
        )
    )


def _head(words: str) -> Any:
    """A line of the journal as it was printed: its number and six words."""
    from shelter_app.casework.heads import head_of_words

    try:
        return head_of_words(words)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _('write a number and six words, such as "4812 word word word word word word"')
        ) from None


def _encoding(word: str) -> str:
    """The name of a character set that a register can be read in."""
    from shelter_app.exchange.registers import ENCODINGS

    name = word.lower()
    if name not in ENCODINGS:
        raise argparse.ArgumentTypeError(
            _("{word} is none of {names}").format(word=word, names=", ".join(ENCODINGS))
        )
    return name


def _column(word: str) -> tuple[str, str | None]:
    """A column by its header or letter, and the field that it means; no field keeps it as text."""
    from shelter_app.exchange.registers import known_targets

    header, equals, target = word.rpartition("=")
    if not equals or not header:
        raise argparse.ArgumentTypeError(
            _("write a header or column letter, = and a field, for example C=person.sex")
        )
    if target and target not in known_targets():
        near = get_close_matches(target, known_targets(), n=4, cutoff=0.4)
        raise argparse.ArgumentTypeError(
            _("there is no field {field}; near it: {names}").format(
                field=target, names=", ".join(near) or "-"
            )
        )
    return header, target or None


#: What the parser of the standard library says itself; it asks for its words by these names.
_PARSER_WORDS = (
    N_("usage: "), N_("positional arguments"), N_("options"), N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"), N_("the following arguments are required: %s"), N_("argument %(argument_name)s: %(message)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"), N_("expected one argument"), N_("unrecognized arguments: %s"),
    N_("invalid %(type)s value: %(value)r"), N_("not allowed with argument %s"), N_("one of the arguments %s is required"),
)  # fmt: skip


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options, described in the language in force."""
    # The parser takes its words from the catalogue of the system, which follows another language than ours.
    setattr(argparse, "_", _)  # noqa: B010 - the module declares no such name
    parser = _Parser(
        prog="shelter-app",
        description=_("Offline, encrypted case management for shelters and consular posts."),
        epilog=_(_EXIT_CODES),
    )
    parser.add_argument("--language", choices=sorted(LANGUAGES), help=_("language of the messages"))
    common = _Parser(add_help=False)
    common.add_argument("--json", action="store_true", help=_("answer with one JSON object, for scripts"))
    common.add_argument("--language", choices=sorted(LANGUAGES), help=_("language of the messages"))
    signed = _Parser(add_help=False)
    signed.add_argument("--user", required=True, help=_("name under which you sign in"))
    signed.add_argument(
        "--password-fd", type=_descriptor, metavar="N", help=_("read the password from this file descriptor")
    )
    groups = parser.add_subparsers(title=_("commands"), required=True, metavar="COMMAND")

    demo = groups.add_parser(
        "demo", parents=[common], help=_("try the program on a vault of nearly 700 invented cases")
    )
    demo.add_argument(
        "--out", type=Path, default=Path("demo-output"), help=_("folder for files and pictures")
    )
    demo.add_argument("--no-window", action="store_true", help=_("make the journey without a window"))
    demo.set_defaults(run=commands.demo)

    vault = groups.add_parser("vault", help=_("create, check, back up and restore a vault; its users"))
    _vault_commands(vault.add_subparsers(required=True, metavar="COMMAND"), common, signed)
    register = groups.add_parser("register", help=_("bring in the registers that a post keeps today"))
    _register_commands(register.add_subparsers(required=True, metavar="COMMAND"), common, signed)
    summary = groups.add_parser("summary", help=_("figures for IOM that give nobody away"))
    figures = summary.add_subparsers(required=True, metavar="COMMAND")
    _summary_commands(figures, common, signed)
    add_combine_command(figures, common, _descriptor)
    pool = groups.add_parser("pool", help=_("figures of many offices together that show no office's own"))
    add_pool_commands(pool.add_subparsers(required=True, metavar="COMMAND"), common, signed, _descriptor)
    return parser


def _vault_commands(group: Any, common: argparse.ArgumentParser, signed: argparse.ArgumentParser) -> None:
    create = group.add_parser("create", parents=[common, signed], help=_("create a vault in an empty folder"))
    create.add_argument("vault", type=Path, metavar="DIR")
    create.add_argument("--post", default="SH", help=_("short code of the post, part of every case number"))
    create.add_argument("--post-name", default="", help=_("name of the post"))
    create.add_argument("--letter", default="A", help=_("letter of this computer, part of its case numbers"))
    create.add_argument(
        "--sheets", type=_split, default=SPLITS[0], metavar="2-of-3",
        help=_("recovery sheets to make, and how many open the vault: 2-of-3, 2-of-4, 2-of-5 or 3-of-5"),
    )  # fmt: skip
    create.add_argument(
        "--sheets-to", type=Path, metavar="DIR", help=_("also write the sheets as PDF files into this folder")
    )
    create.set_defaults(run=commands.vault_create)
    check = group.add_parser(
        "check", parents=[common, signed], help=_("verify pages, journal and sealed parts")
    )
    check.add_argument("vault", type=Path, metavar="DIR")
    check.add_argument(
        "--against", type=Path, action="append", default=[], metavar="BACKUP",
        help=_("compare the journal with a backup or the manifest of a summary, as often as needed"),
    )  # fmt: skip
    check.add_argument(
        "--head", type=_head, action="append", default=[], metavar="WORDS",
        help=_("compare the journal with a line and its six words from a report or receipt"),
    )  # fmt: skip
    check.set_defaults(run=care_commands.vault_check)
    users = group.add_parser(
        "users", help=_("list users; add, disable, enable, remove them; passwords and keys")
    )
    add_user_commands(users.add_subparsers(required=True, metavar="COMMAND"), common, signed, _descriptor)
    backup = group.add_parser("backup", parents=[common, signed], help=_("write a verified backup"))
    backup.add_argument("vault", type=Path, metavar="DIR")
    backup.add_argument("target", type=Path, metavar="TO", help=_("folder that gets the backup"))
    backup.set_defaults(run=care_commands.vault_backup)
    restore = group.add_parser(
        "restore", parents=[common, signed], help=_("restore a backup into a new folder")
    )
    restore.add_argument("backup", type=Path, metavar="BACKUP")
    restore.add_argument("vault", type=Path, metavar="DIR", help=_("new folder for the vault"))
    restore.add_argument(
        "--second-computer", metavar="LETTER",
        help=_("the vault goes on elsewhere too: the letter of this computer, part of its case numbers"),
    )  # fmt: skip
    restore.set_defaults(run=care_commands.vault_restore)
    salvage = group.add_parser(
        "salvage",
        parents=[common, signed],
        help=_("bring what can be read of a damaged vault into a new folder"),
    )
    salvage.add_argument("vault", type=Path, metavar="DIR")
    salvage.add_argument("--to", type=Path, required=True, metavar="NEW", help=_("new folder for the vault"))
    salvage.add_argument(
        "--header-from",
        type=Path,
        metavar="BACKUP",
        help=_("backup whose key file is used if both copies are damaged"),
    )
    salvage.set_defaults(run=care_commands.vault_salvage)


def _register_commands(group: Any, common: argparse.ArgumentParser, signed: argparse.ArgumentParser) -> None:
    reading = _Parser(add_help=False)
    reading.add_argument(
        "--encoding", type=_encoding, help=_("encoding of a CSV file, where the program does not find it")
    )
    reading.add_argument(
        "--date-order", choices=("dmy", "mdy"), help=_("order of day and month in 03/04/2013")
    )
    reading.add_argument("--sheet", metavar="NAME", help=_("read only this sheet of a workbook"))
    reading.add_argument(
        "--header-row", type=int, metavar="N", help=_("row of the column names; 0 where there are none")
    )
    reading.add_argument(
        "--column", type=_column, action="append", default=[], metavar="HEADER=FIELD",
        help=_("what a column means, as often as needed: its header or letter, and a field such as person.birth"),
    )  # fmt: skip
    preview = group.add_parser(
        "preview", parents=[common, reading], help=_("show how a register would be read")
    )
    preview.add_argument("file", type=Path, metavar="FILE")
    preview.set_defaults(run=commands.register_preview)
    bring = group.add_parser(
        "import", parents=[common, signed, reading], help=_("bring a register into a vault")
    )
    bring.add_argument("vault", type=Path, metavar="DIR")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.set_defaults(run=commands.register_import)
    undo = group.add_parser("undo", parents=[common, signed], help=_("take back an import as a whole"))
    undo.add_argument("vault", type=Path, metavar="DIR")
    undo.add_argument("import_id", metavar="IMPORT")
    undo.set_defaults(run=commands.register_undo)


def _summary_commands(group: Any, common: argparse.ArgumentParser, signed: argparse.ArgumentParser) -> None:
    period = _Parser(add_help=False)
    period.add_argument(
        "--period", required=True, help=_("2015, 2015-H1, 2015-Q2, 2015-03 or 2015-01-15..2015-04-30")
    )
    chosen = _Parser(add_help=False)
    chosen.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="TABLE",
        help=_(
            "a table by name, or rows:columns, for example services:sex; all standard tables without this"
        ),
    )
    show = group.add_parser(
        "show", parents=[common, signed, period, chosen], help=_("what the receiver would see")
    )
    show.add_argument("vault", type=Path, metavar="DIR")
    show.set_defaults(run=commands.summary_show)
    make = group.add_parser(
        "make", parents=[common, signed, period, chosen], help=_("write the summary of a period")
    )
    make.add_argument("vault", type=Path, metavar="DIR")
    make.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the files"))
    add_second_options(make, _descriptor)
    make.add_argument(
        "--short-period", action="store_true", help=_("the period is meant to be shorter than a month")
    )
    make.set_defaults(run=commands.summary_make)
    add_extract_commands(group, common, signed, period, _descriptor)
    add_send_command(group, common, signed, period, chosen, _descriptor)
    add_second_command(group, common, signed)
    add_package_commands(group, common, signed, period, _descriptor)
