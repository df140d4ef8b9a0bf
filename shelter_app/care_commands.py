"""The commands that keep a vault safe: checking it, backing it up, restoring, and saving what can still be read."""

from __future__ import annotations

import argparse
from pathlib import Path

from shelter_app.commands import signed_in
from shelter_app.errors import ShelterError
from shelter_app.terminal import Answer, Progress, ask_password
from shelter_i18n import _
from shelter_i18n.formats import format_time

__all__ = ["vault_backup", "vault_check", "vault_restore", "vault_salvage"]


def vault_check(options: argparse.Namespace, answer: Answer) -> int:
    """Verify a vault; 12 where something is damaged, also where it does not open any more."""
    from shelter_app.vault.errors import DataDamaged, HeaderDamaged

    try:
        return _check(options, answer)
    except (DataDamaged, HeaderDamaged) as error:
        return _say_damage(options.vault, error, answer)


def _say_damage(vault: Path, error: ShelterError, answer: Answer) -> int:
    """What can be said of a vault that does not open, and the two ways out."""
    from shelter_app.casework.checking import damage_from_outside
    from shelter_app.casework.restoring import newest_good_backup
    from shelter_app.casework.vaults import vault_header

    faults = damage_from_outside(vault, error)
    for fault in faults:
        answer.say(f"- {fault}")
    try:
        vault_id = vault_header(vault).vault_id
    except ShelterError:
        vault_id = None
    with Progress(_("Looking for backups")) as progress:
        found = newest_good_backup(
            (vault / "backups", vault.parent / "backups", vault.parent), vault_id, progress
        )
    if found is not None:
        answer.say(
            _("The newest whole backup near it is of {time}: {path}").format(
                time=format_time(found.made.astimezone()), path=found.path
            )
        )
        answer.say(_("Bring it back with: shelter-app vault restore BACKUP NEW --user NAME"))
    else:
        answer.say(
            _("No whole backup lies beside it. Look on the stick or in the folder where backups are made.")
        )
    answer.say(_("Save what can still be read with: shelter-app vault salvage VAULT --to NEW --user NAME"))
    answer.give(faults=faults, backup=str(found.path) if found is not None else None)
    return 12


def _check(options: argparse.Namespace, answer: Answer) -> int:
    from shelter_app.casework.checking import check_vault
    from shelter_app.casework.heads import current_head, head_words, heads_of

    with signed_in(options) as session, Progress(_("Checking")) as progress:
        seen = list(options.head)
        for folder in options.against:
            seen += heads_of(session, folder)
        report = check_vault(session, progress, seen)
        head = current_head(session)
    answer.say(
        _(
            "{cases} cases, {lines} journal lines, {opened} sealed parts opened, {sealed} without a key, "
            "{files} attachments."
        ).format(
            cases=report.cases, lines=report.journal_entries, opened=report.parts_opened,
            sealed=report.parts_sealed, files=report.attachments,
        )
    )  # fmt: skip
    words = head_words(head.digest)
    answer.say(_("The journal ends at line {line}: {words}").format(line=head.number, words=" ".join(words)))
    for fault in report.faults:
        answer.say(f"- {fault}")
    for remark in report.remarks:
        answer.say(remark)
    if not report.faults:
        answer.say(_("Everything is in order."))
    elif report.damage:
        answer.say(_("Restore the newest backup into a new folder."))
    else:
        answer.say(
            _(
                "Nothing that was saved is damaged. Keep the newest backup apart and find out who has worked on the files "
                "of the vault."
            )
        )
    answer.give(
        cases=report.cases, journal=report.journal_entries, opened=report.parts_opened, sealed=report.parts_sealed,
        faults=list(report.faults), head={"line": head.number, "words": list(words)},
    )  # fmt: skip
    return 12 if report.faults else 0


def vault_backup(options: argparse.Namespace, answer: Answer) -> int:
    """Write a verified backup."""
    from shelter_app.casework.backups import back_up

    with signed_in(options) as session, Progress(_("Writing the backup")) as progress:
        info = back_up(session, options.target, progress=progress)
    answer.say(_("Backup written, opened again and compared: {path}").format(path=info.path))
    answer.give(path=str(info.path), cases=info.cases, journal=info.journal_seq, files=len(info.files))
    return 0


def vault_restore(options: argparse.Namespace, answer: Answer) -> int:
    """Restore a backup into a new folder, in the place of a lost vault or for a second computer."""
    from shelter_app.casework.restoring import restore_backup
    from shelter_app.casework.vaults import sign_out
    from shelter_app.storage.cases import count_cases

    password = ask_password(options.password_fd, _("Password of {user}: ").format(user=options.user))
    with Progress(_("Restoring")) as progress:
        session = restore_backup(
            options.backup, options.vault, options.user, password, second_computer=options.second_computer,
            progress=progress,
        )  # fmt: skip
    cases, letter = count_cases(session.store), session.letter
    sign_out(session)
    answer.say(
        _("Restored {count} cases into {path}. The backup is unchanged.").format(
            count=cases, path=options.vault
        )
    )
    answer.give(vault=str(options.vault), cases=cases, letter=letter)
    return 0


def vault_salvage(options: argparse.Namespace, answer: Answer) -> int:
    """Bring what can be read of a damaged vault into a new folder; 12 where something is lost."""
    from shelter_app.casework.salvage import salvage_vault
    from shelter_app.casework.vaults import sign_out

    password = ask_password(options.password_fd, _("Password of {user}: ").format(user=options.user))
    with Progress(_("Reading what can be read")) as progress:
        report = salvage_vault(
            options.vault,
            options.to,
            options.user,
            password,
            header_from=options.header_from,
            progress=progress,
        )
    sign_out(report.session)
    answer.say(report.text())
    answer.say(_("The new vault lies in {path}. The damaged one is unchanged.").format(path=options.to))
    answer.give(vault=str(options.to), cases=report.cases, entries=report.entries, lost=list(report.lost))
    return 12 if report.lost else 0
