"""The commands of packages: an office makes one, a receiver verifies and opens them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shelter_app.second_commands import add_second_options, confirmed_by
from shelter_app.terminal import Answer, Progress, ask_password
from shelter_i18n import _, current_language

if TYPE_CHECKING:
    from shelter_app.exchange.pool_keys import PoolKeys
    from shelter_app.exchange.verify_model import Report

__all__ = ["REFUSED", "UNKNOWN_OFFICE", "add_package_commands"]

#: Exit codes of `summary verify`: something was refused; all is sound, but nobody has compared the office's key.
REFUSED, UNKNOWN_OFFICE = 115, 116


def add_package_commands(
    group: Any,
    common: argparse.ArgumentParser,
    signed: argparse.ArgumentParser,
    period: argparse.ArgumentParser,
    descriptor: Callable[[str], int],
) -> None:
    """Put the commands into the parser of `summary`."""
    package = group.add_parser(
        "package",
        parents=[common, signed, period],
        help=_("encrypt a summary that was made to one receiver, and sign it"),
    )
    package.add_argument("vault", type=Path, metavar="DIR")
    package.add_argument(
        "--to", required=True, metavar="NAME", help=_("a receiver whose key was compared and taken over")
    )
    package.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the package"))
    add_second_options(package, descriptor)
    package.set_defaults(run=_package)

    verify = group.add_parser(
        "verify",
        parents=[common],
        help=_("check packages without a vault: whole, genuine, and safe together"),
    )
    verify.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help=_("packages, the earliest first; or folders of their files"),
    )
    _receiving(verify, descriptor, key_needed=False)
    verify.add_argument(
        "--report",
        type=Path,
        metavar="TXT",
        help=_("also write the outcome in both languages into this file"),
    )
    verify.set_defaults(run=_verify)

    unpack = group.add_parser(
        "open", parents=[common], help=_("check a package and write its files into a folder")
    )
    unpack.add_argument("file", type=Path, metavar="FILE")
    _receiving(unpack, descriptor, key_needed=True)
    unpack.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the files"))
    unpack.set_defaults(run=_open)

    age = group.add_parser(
        "age-key", parents=[common], help=_("write your private key as the tool age reads it")
    )
    age.add_argument("--key", type=Path, required=True, help=_("your key file"))
    age.add_argument(
        "--password-fd", type=descriptor, metavar="N", help=_("read the password from this file descriptor")
    )
    age.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the file"))
    age.set_defaults(run=_age_key)


def _receiving(
    parser: argparse.ArgumentParser, descriptor: Callable[[str], int], *, key_needed: bool
) -> None:
    parser.add_argument("--key", type=Path, required=key_needed, help=_("your key file"))
    parser.add_argument(
        "--password-fd", type=descriptor, metavar="N", help=_("read the password from this file descriptor")
    )
    parser.add_argument(
        "--office", type=Path, action="append", default=[], metavar="KEY.pub",
        help=_("public key of an office whose fingerprint you have compared, as often as needed"),
    )  # fmt: skip


def _package(options: argparse.Namespace, answer: Answer) -> int:
    """Write a package."""
    from shelter_app.casework.packages import parties, recorded, tables_statement, write_package
    from shelter_app.commands import signed_in
    from shelter_app.domain.periods import Period

    with signed_in(options) as session:
        period = Period.parse(options.period)
        to, _office = parties(session, options.to)
        confirmed = confirmed_by(options, session, [tables_statement(recorded(session, period)[1], to)])
        path = write_package(session, period, options.to, options.out, confirmed=confirmed)
    answer.say(str(path))
    answer.say(_("Send this file to {name}. Nobody else can open it.").format(name=options.to))
    answer.give(file=str(path))
    return 0


@contextmanager
def _keys(options: argparse.Namespace) -> Iterator[PoolKeys | None]:
    from shelter_app.exchange.pool_keys import open_key_file

    if options.key is None:
        yield None
        return
    question = _("Password of {user}: ").format(user=options.key.name)
    yield open_key_file(options.key, ask_password(options.password_fd, question))


def _checked(options: argparse.Namespace, files: list[Path], keys: PoolKeys | None) -> list[Report]:
    from shelter_app.casework.package_check import verify_packages
    from shelter_app.casework.pool_rounds import read_public_key

    offices = [read_public_key(path) for path in options.office]
    with Progress(_("Checking")) as progress:
        done = iter(range(1, len(files) + 1))
        return verify_packages(files, keys, offices, on_check=lambda _name: progress(next(done), len(files)))


def _verify(options: argparse.Namespace, answer: Answer) -> int:
    """Check packages."""
    from shelter_app.exchange.verify_text import report_text
    from shelter_app.reports.summary import write_files

    with _keys(options) as keys:
        reports = _checked(options, options.files, keys)
    answer.say(report_text(reports, current_language()).rstrip("\n"))
    answer.give(packages=[report.to_json() for report in reports])
    if options.report is not None:
        text = "\n".join(report_text(reports, language) for language in ("en", "zh"))
        write_files(options.report.parent, {options.report.name: text.encode()})
    return _code(reports)


def _code(reports: list[Report]) -> int:
    if not all(report.sound for report in reports):
        return REFUSED
    return 0 if all(report.known for report in reports) else UNKNOWN_OFFICE


def _open(options: argparse.Namespace, answer: Answer) -> int:
    """Check a package and write its files; nothing is written of one that was refused."""
    from shelter_app.exchange.package import open_package
    from shelter_app.exchange.verify_text import report_text
    from shelter_app.reports.summary import write_files

    with _keys(options) as keys:
        reports = _checked(options, [options.file], keys)
        answer.say(report_text(reports, current_language()).rstrip("\n"))
        answer.give(packages=[report.to_json() for report in reports])
        if not reports[0].sound:
            return REFUSED
        written = write_files(options.out, open_package(options.file, keys).files)
    for path in written:
        answer.say(str(path))
    answer.give(files=[str(path) for path in written])
    return _code(reports)


def _age_key(options: argparse.Namespace, answer: Answer) -> int:
    """Write the private key for `age`."""
    from shelter_app.exchange.age_keys import age_identity
    from shelter_app.reports.summary import write_files

    with _keys(options) as keys:
        assert keys is not None
        data = f"{age_identity(keys.exchange)}\n".encode()
        written = write_files(options.out, {f"{keys.public.id}.age-key": data})
    answer.say(str(written[0]))
    answer.say(
        _(
            "Whoever has this file opens everything that is sent to you. Delete it when you do not need it any more."
        )
    )
    answer.give(file=str(written[0]))
    return 0
