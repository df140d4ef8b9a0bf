"""The emergency: the keys of the vault and of the backups at hand are destroyed, and nobody can open them any more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shelter_app.casework.backups import BackupAge, backup_age, expiring_backups
from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.storage.backup import BackupInfo
from shelter_app.storage.disks import same_disk
from shelter_app.storage.people_index import PeopleIndex
from shelter_app.vault.destroy import destroy_headers
from shelter_app.vault.rights import Right
from shelter_i18n import LANGUAGES, N_, gettext_in

__all__ = [
    "PHRASE",
    "Destroyed",
    "PhraseRefused",
    "WhatIsLeft",
    "destroy_keys",
    "phrase_fits",
    "what_is_left",
]

#: What has to be typed, in the reader's language.
PHRASE: Final = N_("destroy all keys")


class PhraseRefused(ShelterError):
    """The phrase was not typed as it stands there."""

    message = N_("The words are not the ones that stand there. Nothing has been destroyed.")
    exit_code = 65


@dataclass(frozen=True)
class WhatIsLeft:
    """What could bring the vault back afterwards, to be read before the phrase is typed."""

    age: BackupAge
    #: Backups on the disk of the vault, whose keys are destroyed too.
    destroyed: tuple[BackupInfo, ...]
    #: Backups on other disks that are connected now; they stay.
    kept: tuple[BackupInfo, ...]


@dataclass(frozen=True)
class Destroyed:
    """How many folders lost their keys, and the files that could not be destroyed."""

    folders: int
    left: tuple[Path, ...]


def what_is_left(session: Session) -> WhatIsLeft:
    """How old the newest backup is, and which of those at hand would be destroyed with the vault."""
    found = [info for info, _ in expiring_backups(session)]
    here = tuple(info for info in found if same_disk(info.path, session.folder.path))
    return WhatIsLeft(backup_age(session), here, tuple(info for info in found if info not in here))


def phrase_fits(phrase: str) -> bool:
    """Whether these are the words, in any language of the program."""
    typed = " ".join(phrase.split()).casefold()
    return typed in {gettext_in(language, PHRASE).casefold() for language in LANGUAGES}


def destroy_keys(session: Session, phrase: str) -> Destroyed:
    """Destroy the keys of this vault and of the backups on its disk; the session ends with it.

    Nothing opens them again but a backup elsewhere. One person is enough: there is no time to fetch another.

    Raises:
        NotYours: the role does not allow it.
        PhraseRefused: something else was typed; nothing has been destroyed.
    """
    session.require(Right.DESTROY_KEYS)
    if not phrase_fits(phrase):
        raise PhraseRefused
    folders = [session.folder.path, *(info.path for info in what_is_left(session).destroyed)]
    folders += [path for path in _beside(session.folder.backups) if path not in folders]
    left = destroy_headers(folders, session.random)
    index = session.folder.people_index
    session.close()
    PeopleIndex.discard(index)
    return Destroyed(len(folders), tuple(left))


def _beside(backups: Path) -> list[Path]:
    """Every folder among the vault's own backups, whole or not."""
    return [path for path in backups.iterdir() if path.is_dir()] if backups.is_dir() else []
