"""Rules of a finished summary that can be counted: figures, thresholds, code lists, and what is declared about them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from shelter_app.domain.codelists import code_list, code_list_names
from shelter_app.domain.periods import Period, PeriodError
from shelter_app.exchange.package import MANIFEST, SIGNATURE
from shelter_app.exchange.published import PublishedTable, Summary
from shelter_app.exchange.verify_model import Finding
from shelter_i18n import N_

__all__ = ["check_contents", "check_form", "check_limits", "check_rules"]

_THRESHOLD, _ROUNDING, _EXACT_FROM = 11, 10, 5000
_FORMAT = "shelter-summary-manifest/2"
_KEYS = {
    *("format", "program", "standards", "codebooks", "post", "post_name", "release", "made_in", "period"),
    *("protection", "counts", "notices", "checks", "files", "office", "receiver"),
}
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,59}")
_HEAD = re.compile(r"[0-9a-f]{64}")
#: Codebooks of CTDC that the columns of tables may follow.
_CTDC = ("2024-02", "2025", "2026")


def check_contents(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """The files are those of the list, with these bytes, and nothing is there besides."""
    listed = manifest.get("files")
    if not isinstance(listed, dict) or not listed:
        yield Finding("files", N_("{file} lists no files."), MANIFEST)
        return
    for name in sorted(set(listed) | set(files) - {MANIFEST, SIGNATURE}):
        if name not in files:
            yield Finding("files", N_("{file} is missing."), name)
        elif name not in listed:
            yield Finding("files", N_("{file} is not on the list of files."), name)
        elif listed[name] != {"sha256": hashlib.sha256(files[name]).hexdigest(), "size": len(files[name])}:
            yield Finding("files", N_("{file} is not the file that the office listed: it was changed."), name)


def check_form(summary: Summary) -> Iterator[Finding]:
    """List and description say the same, of a kind that this program knows."""
    manifest, release = summary.manifest, summary.release
    wrong = N_('{file}: "{what}" is not as the program writes it.')

    def no(what: str, file: str = MANIFEST) -> Finding:
        return Finding("form", wrong, file, {"what": what})

    if set(manifest) - {"journal"} != _KEYS or manifest["format"] != _FORMAT:
        yield no("format")
        return
    if not _MONTH.fullmatch(str(manifest["made_in"])):
        yield no("made_in")
    try:
        period = Period.parse(str(manifest["period"]["text"]))
        said = {"text": period.text, "first": period.first.isoformat(), "last": period.last.isoformat()}
    except (PeriodError, TypeError, KeyError):
        said = {}
    if manifest["period"] != said or release.get("period") != said.get("text"):
        yield no("period")
    if not str(manifest["release"]).startswith(f"{manifest['post']}-") or not _ID.fullmatch(
        str(manifest["release"])
    ):
        yield no("release")
    if not _ID.fullmatch(str(manifest["post"])) or not _is_name(manifest["post_name"]):
        yield no("post")
    journal = manifest.get("journal", {"head": "0" * 64})
    if set(journal) != {"head"} or not _HEAD.fullmatch(str(journal["head"])):
        yield no("journal")
    names = {f"{summary.stem}{ending}" for ending in (".pdf", ".xlsx")} | {"datapackage.json", "letter.pdf"}
    if summary.tables:
        names.add(f"{summary.stem}-eu-groups.csv")
    names |= {f"{summary.stem}-{table.id}.csv" for table in summary.tables}
    if set(manifest["files"]) != names or [t.file for t in summary.tables] != [
        f"{summary.stem}-{table.id}.csv" for table in summary.tables
    ]:
        yield no("files")
    if summary.description.get("id") != manifest["release"]:
        yield no("release", "datapackage.json")
    if manifest["codebooks"] != dict(release.get("codebooks", ())):
        yield no("codebooks")
    for name, version in manifest["codebooks"].items():
        if name == "CTDC" and version in _CTDC:
            continue
        if name not in code_list_names() or str(code_list(name).version) != version:
            text = N_(
                "The code list {name} {version} is not known here. Was the package made by another version?"
            )
            yield Finding("form", text, MANIFEST, {"name": name, "version": version})
    for what, found in _declared(summary).items():
        if manifest[what] != found:
            yield no(what)
    ids = [table.id for table in summary.tables]
    if len(set(ids)) != len(ids):
        yield no("tables", "datapackage.json")


def _is_name(text: object) -> bool:
    return isinstance(text, str) and len(text) <= 120 and (not text or text.isprintable())


def _declared(summary: Summary) -> dict[str, Any]:
    """What the list must say of the release, worked out from its tables and description."""
    release = summary.release
    kinds = [mark.kind for table in summary.tables for _, _, mark in table.walk()]
    counts = {kind: kinds.count(kind) for kind in ("shown", "small", "hidden")}
    merged = release["counts"].get("merged")
    if release["counts"] != {**counts, "merged": merged}:
        counts = {}
    return {
        "counts": {"tables": len(summary.tables), **counts, "merged": merged},
        "protection": {
            "threshold": release.get("threshold"),
            "rounding": release.get("rounding"),
            "small_mark": f"<{_THRESHOLD}",
            "hidden_mark": "x",
            "share_kept": release.get("share_kept"),
        },
    }


def check_limits(manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """Threshold and rounding are those that are safe."""
    protection = manifest["protection"]
    if protection["threshold"] != _THRESHOLD or protection["rounding"] not in (_ROUNDING, 1):
        text = N_(
            "The package was made with the threshold {threshold} and rounding to {rounding}; only 11 and 10 are safe."
        )
        values = {"threshold": protection["threshold"], "rounding": protection["rounding"]}
        yield Finding("rules", text, MANIFEST, values)


def check_rules(summary: Summary) -> Iterator[Finding]:
    """Thresholds and rounding, counted again from the CSV files."""
    rounding = summary.manifest["protection"]["rounding"]
    if summary.release.get("hidden_least") not in (_THRESHOLD, 0):
        text = N_('{file}: "{what}" is not as the program writes it.')
        yield Finding("rules", text, "datapackage.json", {"what": "hidden_least"})
    for check in summary.manifest["checks"]:
        if check.get("held") is not True:
            yield Finding("rules", N_("{file} itself says that an attack succeeded."), MANIFEST)
    for table in summary.tables:
        yield from _figures(table, rounding)
    if rounding == 1 and not any(_corner(table) >= _EXACT_FROM for table in summary.tables):
        yield Finding("rules", N_("Exact figures need 5,000 persons; this release has fewer."), MANIFEST)


def _figures(table: PublishedTable, rounding: int) -> Iterator[Finding]:
    for row, column, mark in table.walk():
        where = {"row": row.code, "column": column.code}
        if mark.number is not None:
            if mark.number < (_THRESHOLD if rounding == 1 else _ROUNDING):
                text = N_("{file}: the figure {number} at {row}, {column} is below 11 and must not be shown.")
                yield Finding("rules", text, table.file, {**where, "number": mark.number})
            elif mark.number % rounding:
                text = N_("{file}: the figure {number} at {row}, {column} is not rounded to 10.")
                yield Finding("rules", text, table.file, {**where, "number": mark.number})


def _corner(table: PublishedTable) -> int:
    return max(
        (mark.number or 0 for row, column, mark in table.walk() if row.role == column.role == "total"),
        default=0,
    )
