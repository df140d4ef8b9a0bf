"""What each command does: one function per command, given the options of the call and the answer to fill."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shelter_app.terminal import Answer, Progress, ask_new_password, ask_password, warn
from shelter_i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelter_app.casework.session import Session
    from shelter_app.exchange.registers import RegisterPreview

__all__ = [
    "demo",
    "register_import",
    "register_preview",
    "register_undo",
    "signed_in",
    "summary_make",
    "summary_show",
    "vault_create",
]


@contextmanager
def signed_in(options: argparse.Namespace) -> Iterator[Session]:
    """The vault of the call, opened by its user; closed again with its line in the journal.

    A journal that is not what it was when it was last seen, and users for whom nobody has signed, are told on the error
    output and go into the journal.

    Raises:
        PasswordDue: the user has to choose a password of their own before anything else.
    """
    from shelter_app.casework.errors import PasswordDue
    from shelter_app.casework.head_memory import default_memory
    from shelter_app.casework.sign_in_warnings import note, warnings_at_sign_in, words
    from shelter_app.casework.vaults import open_vault, sign_out

    password = ask_password(options.password_fd, _("Password of {user}: ").format(user=options.user))
    session = open_vault(options.vault, options.user, password)
    try:
        if session.keyring.must_change:
            raise PasswordDue
        session.memory = default_memory()
        warnings = warnings_at_sign_in(session)
        if warnings:
            note(session, warnings)
        for warning in warnings:
            warn(words(warning))
        yield session
    finally:
        sign_out(session)


def demo(options: argparse.Namespace, answer: Answer) -> int:
    """Build a demo vault and show it, or make the journey without a window."""
    from shelter_app.demo import run_demo

    return run_demo(options.out, window=not options.no_window, answer=answer)


def vault_create(options: argparse.Namespace, answer: Answer) -> int:
    """Create a vault and give out its recovery sheets."""
    from shelter_app.casework.vaults import create_vault, sign_out
    from shelter_app.reports.recovery_pdf import recovery_pdf, recovery_text
    from shelter_app.reports.summary import write_files

    password = ask_new_password(options.password_fd)
    if options.sheets_to:
        options.sheets_to.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = create_vault(
        options.vault, post=options.post, post_name=options.post_name, user=options.user, password=password,
        letter=options.letter, threshold=options.sheets[0], shares=options.sheets[1],
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


def _preview_of(options: argparse.Namespace, session: Session | None = None) -> RegisterPreview:
    import datetime as dt

    from shelter_app.casework.registers import existing_people
    from shelter_app.exchange.registers import Mapping, preview
    from shelter_app.exchange.registers.errors import NoSuchColumnError

    said = options.column or options.header_row is not None
    mapping = Mapping(dict(options.column), options.header_row) if said else None
    with Progress(_("Reading the register")) as progress:
        found = preview(
            options.file,
            mapping=mapping,
            sheet=options.sheet,
            encoding=options.encoding,
            date_order=options.date_order,
            today=session.today if session else dt.datetime.now().astimezone().date(),
            existing=existing_people(session) if session else None,
            progress=progress,
        )
    unknown = found.unknown_headers(mapping) if mapping else []
    if unknown:
        headers = dict.fromkeys(info.column.header or info.column.letter for info in found.columns)
        raise NoSuchColumnError(name=found.name, column=unknown[0], columns=", ".join(headers))
    return found


def register_preview(options: argparse.Namespace, answer: Answer) -> int:
    """Show how a register would be read; nothing is written."""
    found = _preview_of(options)
    answer.give(**found.to_json())
    if not answer.as_json:
        for line in found.lines():
            answer.say(line)
    return 0


def register_import(options: argparse.Namespace, answer: Answer) -> int:
    """Bring a register into a vault."""
    from shelter_app.casework.registers import import_register

    with signed_in(options) as session:
        found = _preview_of(options, session)
        with Progress(_("Importing")) as progress:
            done = import_register(session, found, progress=progress)
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
            "Rows: {rows}. Imported: {imported}, imported with a remark: {remark}, waiting for a decision: {decision}, "
            "here already: {known}, not persons: {not_a_person}."
        ).format(**counts)
    )
    if done.import_id:
        answer.say(
            _("To take it back as a whole: shelter-app register undo DIR {id}").format(id=done.import_id)
        )
    return 0


def register_undo(options: argparse.Namespace, answer: Answer) -> int:
    """Take an import back as a whole."""
    from shelter_app.casework.registers import undo_import

    with signed_in(options) as session:
        gone = undo_import(session, options.import_id).cases()
    answer.say(_("The import has been taken back. Cases removed: {count}.").format(count=len(gone)))
    answer.give(removed=len(gone))
    return 0


def _summary(options: argparse.Namespace, session: Session) -> Any:
    from shelter_app.casework.summary import make_preview
    from shelter_app.domain.periods import Period

    period = Period.parse(options.period)
    with Progress(_("Calculating and attacking the tables")) as progress:
        return make_preview(session, period, tables=options.table, on_attack=lambda tried: progress(tried, 0))


def summary_show(options: argparse.Namespace, answer: Answer) -> int:
    """Show what the receiver of a summary would see; nothing is written."""
    from shelter_app.reports.summary_text import summary_text

    with signed_in(options) as session:
        preview = _summary(options, session)
        answer.say(summary_text(preview.protection))
        _say_concerns(session, preview, answer)
    answer.give(release_id=preview.release_id, repeated=preview.repeated, release=_plain(preview.release))
    return 0


def _say_concerns(session: Session, preview: Any, answer: Answer) -> None:
    """Who is in no figure yet, and what writing the summary would settle."""
    from shelter_app.casework.summary_concerns import concerns

    found = concerns(session, preview)
    answer.give(waiting_rows=found.waiting_rows, short_period=found.short_period, advice=found.help_text)
    if found.help_text:
        answer.say(found.help_text)
    for text in (found.waiting_text, found.short_text):
        if text:
            warn(text)


def _plain(release: Any) -> Any:
    import json

    return json.loads(release.to_json())


def summary_make(options: argparse.Namespace, answer: Answer) -> int:
    """Write the summary of a period."""
    from shelter_app.casework.packages import tables_statement
    from shelter_app.casework.sending import release_files
    from shelter_app.casework.summary_concerns import refuse_by_mistake
    from shelter_app.reports.summary_text import summary_text
    from shelter_app.second_commands import confirmed_by

    with signed_in(options) as session:
        preview = _summary(options, session)
        answer.say(summary_text(preview.protection))
        _say_concerns(session, preview, answer)
        refuse_by_mistake(preview, short_meant=options.short_period)
        confirmed = confirmed_by(options, session, [tables_statement(preview.release, None)])
        written = release_files(session, preview, options.out, confirmed=confirmed)
    for path in written:
        answer.say(str(path))
    if preview.repeated:
        answer.say(_("This period was released before: the same figures have been written again."))
    answer.give(
        release_id=preview.release_id, repeated=preview.repeated, files=[str(path) for path in written]
    )
    return 0
