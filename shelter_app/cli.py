"""`shelter-app`: everything that is done without a window.

Exit codes: 0 done; 1 something else that a person can act on; 2 the call's words are off; 3 a password or a
system package is missing; 10 wrong password; 11 damaged header; 12 damaged data; 13 newer version; 14 vault
in use; 15 no vault; 16 unknown user; 17 no permission to write; 18 disk full; from 20 on, refusals that the
message explains; 70 a fault of the program.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shelter_app.errors import ShelterError
from shelter_app.terminal import Answer, Progress, ask_new_password, ask_password, in_columns
from shelter_i18n import LANGUAGES, _, set_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelter_app.casework.session import Session
    from shelter_app.exchange.registers import RegisterPreview

__all__ = ["build_parser", "main"]

_FAULT = 70


def _default_language() -> str:
    """The language of the terminal, where it is one that the program speaks."""
    for name in ("SHELTER_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    language = _default_language()
    if "--language" in words[:-1] and words[words.index("--language") + 1] in LANGUAGES:
        language = words[words.index("--language") + 1]
    set_language(language)
    os.umask(0o077)
    options = build_parser().parse_args(words)
    answer = Answer(as_json=options.json)
    try:
        code = options.run(options, answer)
    except ShelterError as error:
        answer.give(error=error.render("en"), code=type(error).__name__)
        answer.end()
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write(_("Stopped. Nothing more has been changed.") + "\n")
        return 130
    answer.end()
    return int(code or 0)


def build_parser() -> argparse.ArgumentParser:
    """The commands and their options, described in the language in force."""
    parser = argparse.ArgumentParser(
        prog="shelter-app",
        description=_("Offline, encrypted case management for shelters and consular posts."),
        epilog=(__doc__ or "").split("\n", 2)[2].strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help=_("answer with one JSON object, for scripts"))
    common.add_argument("--language", choices=sorted(LANGUAGES), help=_("language of the messages"))
    signed = argparse.ArgumentParser(add_help=False)
    signed.add_argument("--user", required=True, help=_("name under which you sign in"))
    signed.add_argument(
        "--password-fd", type=int, metavar="N", help=_("read the password from this file descriptor")
    )
    groups = parser.add_subparsers(title=_("commands"), required=True, metavar="COMMAND")

    demo = groups.add_parser(
        "demo", parents=[common], help=_("try the program on a vault of nearly 700 invented cases")
    )
    demo.add_argument(
        "--out", type=Path, default=Path("demo-output"), help=_("folder for files and pictures")
    )
    demo.add_argument("--no-window", action="store_true", help=_("make the journey without a window"))
    demo.set_defaults(run=_demo)

    vault = groups.add_parser("vault", help=_("create, check, back up and restore a vault; list its users"))
    _vault_commands(vault.add_subparsers(required=True, metavar="COMMAND"), common, signed)
    register = groups.add_parser("register", help=_("bring in the registers that a post keeps today"))
    _register_commands(register.add_subparsers(required=True, metavar="COMMAND"), common, signed)
    summary = groups.add_parser("summary", help=_("figures for IOM that give nobody away"))
    _summary_commands(summary.add_subparsers(required=True, metavar="COMMAND"), common, signed)
    return parser


def _vault_commands(commands: Any, common: argparse.ArgumentParser, signed: argparse.ArgumentParser) -> None:
    create = commands.add_parser(
        "create", parents=[common, signed], help=_("create a vault in an empty folder")
    )
    create.add_argument("vault", type=Path, metavar="DIR")
    create.add_argument("--post", default="SH", help=_("short code of the post, part of every case number"))
    create.add_argument("--post-name", default="", help=_("name of the post"))
    create.add_argument("--letter", default="A", help=_("letter of this computer, part of its case numbers"))
    create.add_argument("--sheets", type=int, default=3, help=_("how many recovery sheets to make"))
    create.add_argument("--needed", type=int, default=2, help=_("how many of them open the vault"))
    create.add_argument(
        "--sheets-to", type=Path, metavar="DIR", help=_("also write the sheets as PDF files into this folder")
    )
    create.set_defaults(run=_vault_create)
    check = commands.add_parser(
        "check", parents=[common, signed], help=_("verify pages, journal and sealed parts")
    )
    check.add_argument("vault", type=Path, metavar="DIR")
    check.set_defaults(run=_vault_check)
    users = commands.add_parser("users", parents=[common], help=_("list who can sign in"))
    users.add_argument("vault", type=Path, metavar="DIR")
    users.set_defaults(run=_vault_users)
    backup = commands.add_parser("backup", parents=[common, signed], help=_("write a verified backup"))
    backup.add_argument("vault", type=Path, metavar="DIR")
    backup.add_argument("target", type=Path, metavar="TO", help=_("folder that gets the backup"))
    backup.set_defaults(run=_vault_backup)
    restore = commands.add_parser(
        "restore", parents=[common, signed], help=_("restore a backup into a new folder")
    )
    restore.add_argument("backup", type=Path, metavar="BACKUP")
    restore.add_argument("vault", type=Path, metavar="DIR", help=_("new folder for the vault"))
    restore.set_defaults(run=_vault_restore)


def _register_commands(
    commands: Any, common: argparse.ArgumentParser, signed: argparse.ArgumentParser
) -> None:
    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument("--encoding", help=_("encoding of a CSV file, where the program does not find it"))
    reading.add_argument(
        "--date-order", choices=("dmy", "mdy"), help=_("order of day and month in 03/04/2013")
    )
    preview = commands.add_parser(
        "preview", parents=[common, reading], help=_("show how a register would be read")
    )
    preview.add_argument("file", type=Path, metavar="FILE")
    preview.set_defaults(run=_register_preview)
    bring = commands.add_parser(
        "import", parents=[common, signed, reading], help=_("bring a register into a vault")
    )
    bring.add_argument("vault", type=Path, metavar="DIR")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.set_defaults(run=_register_import)
    undo = commands.add_parser("undo", parents=[common, signed], help=_("take back an import as a whole"))
    undo.add_argument("vault", type=Path, metavar="DIR")
    undo.add_argument("import_id", metavar="IMPORT")
    undo.set_defaults(run=_register_undo)


def _summary_commands(
    commands: Any, common: argparse.ArgumentParser, signed: argparse.ArgumentParser
) -> None:
    period = argparse.ArgumentParser(add_help=False)
    period.add_argument(
        "--period", required=True, help=_("2015, 2015-H1, 2015-Q2, 2015-03 or 2015-01-15..2015-04-30")
    )
    show = commands.add_parser(
        "show", parents=[common, signed, period], help=_("what the receiver would see")
    )
    show.add_argument("vault", type=Path, metavar="DIR")
    show.set_defaults(run=_summary_show)
    make = commands.add_parser(
        "make", parents=[common, signed, period], help=_("write the summary of a period")
    )
    make.add_argument("vault", type=Path, metavar="DIR")
    make.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("folder for the files"))
    make.set_defaults(run=_summary_make)


@contextmanager
def _signed_in(options: argparse.Namespace) -> Iterator[Session]:
    """The vault of the call, opened by its user; closed again with its line in the journal."""
    from shelter_app.casework.vaults import open_vault, sign_out

    password = ask_password(options.password_fd, _("Password of {user}: ").format(user=options.user))
    session = open_vault(options.vault, options.user, password)
    try:
        yield session
    finally:
        sign_out(session)


def _demo(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.demo import run_demo

    return run_demo(options.out, window=not options.no_window, answer=answer)


def _vault_create(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.casework.vaults import create_vault, sign_out
    from shelter_app.reports.recovery_pdf import recovery_pdf, recovery_text
    from shelter_app.reports.summary import write_files

    password = ask_new_password(options.password_fd)
    new = create_vault(
        options.vault, post=options.post, post_name=options.post_name, user=options.user, password=password,
        letter=options.letter, threshold=options.needed, shares=options.sheets,
    )  # fmt: skip
    header = new.session.keyring.header
    facts: dict[str, Any] = {
        "post": header.post, "vault_label": header.vault_id[:8], "threshold": new.threshold,
        "made_on": new.session.today,
    }  # fmt: skip
    answer.say(_("The vault has been created."))
    answer.say(
        _("Recovery sheets: print or write them down now, give each to another person, keep none here.")
    )
    answer.say()
    answer.say(recovery_text(new.recovery, **facts))
    answer.give(
        vault=str(options.vault),
        post=header.post,
        sheets=[list(s) for s in new.recovery],
        needed=new.threshold,
    )
    if options.sheets_to:
        pages = recovery_pdf(new.recovery, **facts)
        written = write_files(
            options.sheets_to, {f"recovery-sheet-{i}.pdf": page for i, page in enumerate(pages, start=1)}
        )
        answer.give(files=[str(path) for path in written])
        for path in written:
            answer.say(str(path))
    sign_out(new.session)
    return 0


def _vault_check(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.casework.vaults import check_vault

    with _signed_in(options) as session:
        progress = Progress(_("Checking"))
        report = check_vault(session, progress)
        progress.end()
    answer.say(
        _(
            "{cases} cases, {lines} journal lines, {opened} states of entries read, {sealed} sealed parts left."
        ).format(
            cases=report.cases,
            lines=report.journal_entries,
            opened=report.parts_opened,
            sealed=report.parts_sealed,
        )
    )
    for fault in report.faults:
        answer.say(f"- {fault}")
    answer.say(
        _("Everything is in order.")
        if not report.faults
        else _("Restore the newest backup into a new folder.")
    )
    answer.give(
        cases=report.cases, journal=report.journal_entries, opened=report.parts_opened, sealed=report.parts_sealed,
        faults=list(report.faults),
    )  # fmt: skip
    return 12 if report.faults else 0


def _vault_users(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.casework.vaults import vault_header
    from shelter_app.vault.rights import COMPARTMENT_LABELS, Compartment

    header = vault_header(options.vault)
    lines = [
        (
            slot.name,
            _(slot.role.label),
            ", ".join(_(COMPARTMENT_LABELS[c]) for c in Compartment if c in slot.compartments),
        )
        for slot in header.users
    ]
    answer.say(in_columns(lines))
    answer.give(
        post=header.post,
        users=[
            {
                "name": s.name,
                "role": s.role.value,
                "keys": sorted(c.value for c in s.compartments),
                "disabled": s.disabled,
            }
            for s in header.users
        ],
    )
    return 0


def _vault_backup(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.casework.vaults import back_up

    with _signed_in(options) as session:
        progress = Progress(_("Writing the backup"))
        info = back_up(session, options.target, progress=progress)
        progress.end()
    answer.say(_("Backup written, opened again and compared: {path}").format(path=info.path))
    answer.give(path=str(info.path), cases=info.cases, journal=info.journal_seq, files=len(info.files))
    return 0


def _vault_restore(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.casework.vaults import restore_backup, sign_out

    password = ask_password(options.password_fd, _("Password of {user}: ").format(user=options.user))
    session = restore_backup(options.backup, options.vault, options.user, password)
    from shelter_app.storage.cases import count_cases

    cases = count_cases(session.store)
    sign_out(session)
    answer.say(
        _("Restored {count} cases into {path}. The backup is unchanged.").format(
            count=cases, path=options.vault
        )
    )
    answer.give(vault=str(options.vault), cases=cases)
    return 0


def _preview_of(options: argparse.Namespace, session: Session | None = None) -> RegisterPreview:
    import datetime as dt

    from shelter_app.casework.registers import existing_people
    from shelter_app.exchange.registers import preview

    return preview(
        options.file,
        encoding=options.encoding,
        date_order=options.date_order,
        today=session.today if session else dt.datetime.now().astimezone().date(),
        existing=existing_people(session) if session else None,
    )


def _register_preview(options: argparse.Namespace, answer: Answer) -> int:
    found = _preview_of(options)
    answer.give(**found.to_json())
    if not answer.as_json:
        for line in found.lines():
            answer.say(line)
    return 0


def _register_import(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.casework.registers import import_register

    with _signed_in(options) as session:
        found = _preview_of(options, session)
        progress = Progress(_("Importing"))
        done = import_register(session, found, progress=progress)
        progress.end()
    counts = {
        "rows": done.rows,
        "imported": done.imported,
        "remark": done.remark,
        "decision": done.decision,
        "known": done.known,
        "not_a_person": done.not_a_person,
    }
    answer.give(import_id=done.import_id, **counts)
    answer.say(
        _(
            "{rows} rows: {imported} imported, {remark} imported with a remark, {decision} wait for a decision, "
            "{known} were here already, {not_a_person} are not persons."
        ).format(**counts)
    )
    if done.import_id:
        answer.say(
            _("To take it back as a whole: shelter-app register undo DIR {id}").format(id=done.import_id)
        )
    return 0


def _register_undo(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.casework.registers import undo_import

    with _signed_in(options) as session:
        gone = undo_import(session, options.import_id).cases()
    answer.say(_("The import has been taken back: {count} cases removed.").format(count=len(gone)))
    answer.give(removed=len(gone))
    return 0


def _summary(options: argparse.Namespace, session: Session) -> Any:
    from shelter_app.casework.summary import make_preview
    from shelter_app.domain.periods import Period

    return make_preview(session, Period.parse(options.period))


def _summary_show(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.reports.summary_text import summary_text

    with _signed_in(options) as session:
        preview = _summary(options, session)
    answer.say(summary_text(preview.protection))
    answer.give(release_id=preview.release_id, repeated=preview.repeated, release=_plain(preview.release))
    return 0


def _plain(release: Any) -> Any:
    import json

    return json.loads(release.to_json())


def _summary_make(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.casework.summary import write_release
    from shelter_app.reports.summary_text import summary_text

    with _signed_in(options) as session:
        preview = _summary(options, session)
        answer.say(summary_text(preview.protection))
        written = write_release(session, preview, options.out)
    for path in written:
        answer.say(str(path))
    if preview.repeated:
        answer.say(_("This period was released before: the same figures have been written again."))
    answer.give(
        release_id=preview.release_id, repeated=preview.repeated, files=[str(path) for path in written]
    )
    return 0
