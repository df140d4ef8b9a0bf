"""All files of one summary, and writing them all or none."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.errors import ShelterError
from shelter_app.vault.errors import DiskFailed, DiskFull, NoWritePermission
from shelter_i18n import N_

__all__ = [
    "BadFileName",
    "FolderInTheWay",
    "package_contents",
    "summary_files",
    "summary_stem",
    "write_files",
]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_NEUTRAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


class BadFileName(ShelterError):
    """A file was to be written under a name that could leave the folder or name somebody."""

    message = N_("This file name cannot be used. Letters without accents, digits, - and _ are possible.")


class FolderInTheWay(ShelterError):
    """A folder has the name that a file is to get."""

    message = N_(
        "A folder has the name of a file that is to be written. Choose another folder. Nothing has been changed."
    )


def summary_files(
    release: ProtectedRelease,
    *,
    post: str,
    post_name: str,
    release_id: str,
    made_on: dt.date,
    journal: str = "",
) -> dict[str, bytes]:
    """The report, the workbook, a CSV for each table, their description and the manifest, by file name.

    The same release, names and month give the same bytes. Only the protected release is handed in: figures that
    are not published do not exist here.

    Args:
        release: what the receiver may see.
        post: short code of the post, as in its case numbers.
        post_name: the post as it is called; printed, not part of a file name.
        release_id: number of the release in the vault's record.
        made_on: the day it was made; files tell the month only.
        journal: where the vault's journal ended then, for the manifest.
    """
    from shelter_app.reports.manifest import manifest_json

    about = {"post": post, "post_name": post_name, "release_id": release_id}
    files = _contents(release, made_on=made_on, **about)
    files["manifest.json"] = manifest_json(
        release,
        files,
        post=post,
        post_name=post_name,
        release_id=release_id,
        made_on=made_on,
        journal=journal,
    )
    return files


def _contents(
    release: ProtectedRelease, *, post: str, post_name: str, release_id: str, made_on: dt.date
) -> dict[str, bytes]:
    """Every file but the manifest."""
    from shelter_app.reports.summary_csv import table_csv
    from shelter_app.reports.summary_datapackage import datapackage_json
    from shelter_app.reports.summary_eu import eu_csv
    from shelter_app.reports.summary_pdf import summary_pdf
    from shelter_app.reports.summary_xlsx import summary_xlsx

    about = {"post": post, "post_name": post_name, "release_id": release_id}
    stem = summary_stem(post, release.period.text)
    files = {
        f"{stem}.pdf": summary_pdf(release, **about, made_on=made_on),
        f"{stem}.xlsx": summary_xlsx(release, **about, made_on=made_on),
    }
    paths = {table.id: f"{stem}-{_plain(table.id)}.csv" for table in release.tables}
    for table in release.tables:
        files[paths[table.id]] = table_csv(table, release.threshold)
    if release.tables:
        files[f"{stem}-eu-groups.csv"] = eu_csv(release)
    files["datapackage.json"] = datapackage_json(
        release, files, paths, release_id=release_id, made_on=made_on
    )
    return files


def package_contents(
    release: ProtectedRelease,
    *,
    post: str,
    post_name: str,
    release_id: str,
    made_on: dt.date,
    journal: str,
    office: Mapping[str, str],
    receiver: Mapping[str, str],
) -> dict[str, bytes]:
    """The files of a package for one receiver: those of `summary_files`, a cover letter, and a manifest that names both.

    `office` and `receiver` are the facts of their public keys: role, id, keys, and the fingerprint that was compared by
    phone. The other arguments are those of `summary_files`.
    """
    from shelter_app.reports.manifest import manifest_json
    from shelter_app.reports.summary_letter import letter_pdf

    about = {"post": post, "post_name": post_name, "release_id": release_id}
    files = _contents(release, made_on=made_on, **about)
    files["letter.pdf"] = letter_pdf(
        release, post=post, post_name=post_name, release_id=release_id, made_on=made_on, office=office,
        receiver=receiver,
    )  # fmt: skip
    files["manifest.json"] = manifest_json(
        release,
        files,
        made_on=made_on,
        journal=journal,
        parties={"office": office, "receiver": receiver},
        **about,
    )
    return files


def summary_stem(post: str, period: str) -> str:
    """What the names of a summary's files begin with."""
    return f"summary-{_plain(post)}-{_plain(period.replace('..', '_'))}"


def _plain(text: str) -> str:
    """The text with everything but letters, digits, - and _ left out, for a file name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "post"


def write_files(
    folder: Path, files: Mapping[str, bytes], *, before_named: Callable[[], None] | None = None
) -> tuple[Path, ...]:
    """Write all files into `folder`, or none: what stood there before stays if anything fails.

    Every file is written and synced under a temporary name first; then `before_named` is called, which may
    still refuse; only then all are renamed.

    Raises:
        BadFileName: a name holds more than plain letters, digits, dots, - and _.
        FolderInTheWay: a folder has the name of a file.
        DiskFull, NoWritePermission, DiskFailed: nothing has been changed.
    """
    for name in files:
        if not _NEUTRAL.fullmatch(name):
            raise BadFileName
        if (folder / name).is_dir():
            raise FolderInTheWay
    mark = secrets.token_hex(4)
    drafts = {name: folder / f".{name}.{mark}.new" for name in files}
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, data in files.items():
                _write_synced(drafts[name], data)
            if before_named is not None:
                before_named()
            _rename_all(folder, drafts, mark)
        finally:
            _remove(drafts.values())
    except OSError as error:
        raise _as_shelter_error(error) from error
    return tuple(folder / name for name in files)


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _rename_all(folder: Path, drafts: Mapping[str, Path], mark: str) -> None:
    """Give every draft its name; if one fails, the files that stood there come back."""
    before: dict[str, Path] = {}
    done: list[str] = []
    try:
        for name, draft in drafts.items():
            if (folder / name).exists():
                kept = folder / f".{name}.{mark}.old"
                (folder / name).replace(kept)
                before[name] = kept
            draft.replace(folder / name)
            done.append(name)
    except OSError:
        _remove(folder / name for name in done)
        for name, kept in before.items():
            kept.replace(folder / name)
        raise
    _remove(before.values())
    _sync_folder(folder)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new names survive a power cut, where a folder can be synced at all."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


def _as_shelter_error(error: OSError) -> Exception:
    if error.errno in _FULL:
        return DiskFull()
    if error.errno in _REFUSED:
        return NoWritePermission()
    return DiskFailed() if error.errno == errno.EIO else error
