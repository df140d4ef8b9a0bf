"""The receiver's side: every check of a package, with nothing but the file, the receiver's key and the office's public key.

Opens no vault. The figures are attacked by code of their own (`exchange.verify_…`); what the program would write for
these figures is written again and compared, so that no word, line or byte in a file goes unexplained.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.casework.extract_package_check import verify_extract
from shelter_app.exchange.package import LIST, MANIFEST, SIGNATURE, Opened, is_signed, open_package, tar_bytes
from shelter_app.exchange.package_errors import NotAPackage, NotOpened
from shelter_app.exchange.pool_keys import PoolKeys, PublicKey
from shelter_app.exchange.published import Malformed, Summary, read_json, read_summary
from shelter_app.exchange.verify_agreement import check_numbers, check_report, check_workbook, texts_of
from shelter_app.exchange.verify_attacks import attack_summary
from shelter_app.exchange.verify_codes import check_codes
from shelter_app.exchange.verify_model import CheckId, Finding, Report
from shelter_app.exchange.verify_pdf import BadPdf, Pdf, read_pdf
from shelter_app.exchange.verify_rules import check_contents, check_form, check_limits, check_rules
from shelter_app.exchange.verify_series import attack_series
from shelter_app.exchange.verify_xlsx import BadWorkbook, Workbook, read_workbook
from shelter_i18n import N_

__all__ = ["verify_files", "verify_packages"]

OnFile = Callable[[str], None]
OnCheck = Callable[[CheckId], None]


def verify_packages(
    paths: Sequence[Path],
    key: PoolKeys | None = None,
    offices: Sequence[PublicKey] = (),
    on_check: OnFile | None = None,
    on_part: OnCheck | None = None,
) -> list[Report]:
    """Check packages, the earlier ones first; several files of one office are checked together as well.

    Args:
        paths: packages as they were sent, or folders, tar or zip archives of their files.
        key: the receiver's private keys; not needed for what is not encrypted.
        offices: public keys whose fingerprints the receiver has compared.
        on_check: hears the name of each file before it is checked, and may raise to stop.
        on_part: hears which check of a file comes next, and may raise to stop.

    Raises:
        OSError: a path cannot be read.
    """
    reports, read = [], list[tuple[Report, Summary]]()
    for path in paths:
        if on_check is not None:
            on_check(path.name)
        report = Report(path.name)
        reports.append(report)
        try:
            opened = open_package(path, key)
        except (NotAPackage, NotOpened) as error:
            report.add([Finding("opens", error.message, path.name)], "opens")
            continue
        if LIST in opened.files and MANIFEST not in opened.files:
            verify_extract(report, opened, key.public if key else None, offices)
            continue
        summary = verify_files(report, opened, key.public if key else None, offices, on_part)
        if summary is not None:
            read.append((report, summary))
    for office in dict.fromkeys(report.fingerprint for report, _ in read):
        _series([(report, summary) for report, summary in read if report.fingerprint == office])
    return reports


def _series(read: Sequence[tuple[Report, Summary]]) -> None:
    for report, _ in read:
        report.made.add("series")
    for place, finding in attack_series([summary for _, summary in read]):
        read[place][0].tried += 1
        read[place][0].add([finding] if finding else [], "series")


def verify_files(
    report: Report,
    opened: Opened,
    receiver: PublicKey | None,
    offices: Sequence[PublicKey],
    on_check: OnCheck | None = None,
) -> Summary | None:
    """Every check of one package by itself; what can be read of it, for the checks of several."""
    at: OnCheck = on_check or (lambda _check: None)
    files = opened.files
    if MANIFEST not in files:
        report.add([Finding("files", N_("{file} is missing."), MANIFEST)], "opens", "files")
        return None
    summary = None
    try:
        manifest = read_json(files[MANIFEST], MANIFEST)
        report.period = str(manifest["period"]["text"])
        at("opens")
        report.add(_beside(opened, manifest), "opens")
        at("files")
        whole = report.add(check_contents(files, manifest), "files")
        at("signature")
        report.add(_signature(report, files, manifest, offices), "signature")
        if not whole:
            return None
        at("receiver")
        report.add(_receiver(manifest, receiver), "receiver")
        report.add(check_limits(manifest), "rules")
        at("form")
        summary = read_summary(files, manifest)
        report.add((*check_form(summary), *check_codes(summary)), "form")
        at("rules")
        report.add(check_rules(summary), "rules")
        at("attacks")
        attacked = attack_summary(summary)
        report.tried += attacked.tried
        report.add(attacked.findings, "attacks")
        at("agreement")
        report.add(_papers(summary), "hidden", "agreement")
        at("words")
        report.add(_words(summary), "words")
    except Malformed as error:
        what = N_('{file}: "{what}" is not as the program writes it.')
        report.add([Finding("form", what, error.file, {"what": error.what})], "form")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError):
        report.add([Finding("form", N_("{file} does not say what it must."), MANIFEST)], "form")
    return summary


def _beside(opened: Opened, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    """The archive tells no more than its files: no names of users, times, or bytes between them."""
    if opened.archive is None:
        return
    month = dt.date.fromisoformat(f"{manifest['made_in']}-01")
    if opened.archive != tar_bytes(opened.files, month):
        yield Finding("opens", N_("{file}: the archive holds more than its files."), opened.name)


def _signature(
    report: Report, files: Mapping[str, bytes], manifest: Mapping[str, Any], offices: Sequence[PublicKey]
) -> Iterator[Finding]:
    if SIGNATURE not in files or "office" not in manifest:
        yield Finding(
            "signature",
            N_("Nobody signed the list of files: these are not the files of a package."),
            SIGNATURE,
        )
        return
    said = dict(manifest["office"])
    fingerprint = said.pop("fingerprint")
    office = PublicKey(**said)
    report.office, report.fingerprint = office.id, office.fingerprint
    if (
        office.role != "office"
        or fingerprint != office.fingerprint
        or manifest["office"] != {**office.facts, "fingerprint": fingerprint}
    ):
        yield Finding("signature", N_("The fingerprint of the office is not the one of its key."), MANIFEST)
    if not is_signed(files[MANIFEST], files[SIGNATURE], office.sign):
        yield Finding("signature", N_("The list of files was changed after the office signed it."), SIGNATURE)
    report.known = office in offices
    if not report.known and any(other.id == office.id for other in offices):
        text = N_(
            "The package says that it comes from {office}, but was signed with another key than that office's. If the office has "
            "a new key, compare its fingerprint by phone; if not, the package is a forgery."
        )
        yield Finding("signature", text, SIGNATURE, {"office": office.id})


def _receiver(manifest: Mapping[str, Any], receiver: PublicKey | None) -> Iterator[Finding]:
    said = dict(manifest.get("receiver", {}))
    fingerprint = said.pop("fingerprint", "")
    named = PublicKey(**said)
    if named.role != "receiver" or named.fingerprint != fingerprint:
        yield Finding("receiver", N_("The fingerprint of the receiver is not the one of the key."), MANIFEST)
    elif receiver is not None and named != receiver:
        text = N_(
            "The package was made for {name}, with another key than yours. Tell the office: somebody has sent it on."
        )
        yield Finding("receiver", text, MANIFEST, {"name": named.id})


def _papers(summary: Summary) -> Iterator[Finding]:
    """What is in the report, the letter and the workbook."""
    pdf, xlsx = summary.named(".pdf"), summary.named(".xlsx")
    opened: dict[str, Pdf | Workbook] = {}
    for name in (pdf, xlsx, "letter.pdf"):
        try:
            opened[name] = (
                read_workbook(summary.files[name]) if name == xlsx else read_pdf(summary.files[name])
            )
        except (BadPdf, BadWorkbook) as error:
            text = N_("{file} holds something that the program never writes: {what}.")
            yield Finding("hidden", text, name, {"what": str(error)})
    paper, book, letter = opened.get(pdf), opened.get(xlsx), opened.get("letter.pdf")
    if isinstance(paper, Pdf):
        yield from check_report(summary, paper, pdf)
    if isinstance(book, Workbook):
        yield from check_workbook(summary, book, xlsx)
    if isinstance(paper, Pdf) and isinstance(letter, Pdf) and isinstance(book, Workbook):
        yield from check_numbers(summary, texts_of(summary, paper, letter, book, xlsx, pdf))


def _words(summary: Summary) -> Iterator[Finding]:
    """Compare every file with what this program writes for the same figures, whatever packed it."""
    from shelter_app import __version__
    from shelter_app.reports.summary import package_contents

    manifest = summary.manifest
    other = N_("{file} is not what the program writes for these figures.")
    if manifest["program"]["version"] != __version__:
        other = N_(
            "{file} is not what version {here} writes for these figures; it was made by version {there}. Check it with that version."
        )
    versions = {"here": __version__, "there": manifest["program"]["version"]}
    try:
        release = _release(summary)
        again = package_contents(
            release, post=manifest["post"], post_name=manifest["post_name"], release_id=manifest["release"],
            made_on=dt.date.fromisoformat(f"{manifest['made_in']}-01"), journal=_journal(manifest),
            office=manifest["office"], receiver=manifest["receiver"],
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - a hostile file; whatever it sets off, it is refused
        yield Finding("words", other, type(error).__name__, versions)
        return
    for name in sorted((set(again) | set(summary.files)) - {SIGNATURE}):
        if (
            name not in again
            or name not in summary.files
            or _unpacked(name, again[name]) != _unpacked(name, summary.files[name])
        ):
            yield Finding("words", other, name, versions)


def _journal(manifest: Mapping[str, Any]) -> str:
    journal = manifest.get("journal", {"head": ""})
    return bytes.fromhex(journal["head"]).hex() if set(journal) == {"head"} else ""


def _release(summary: Summary) -> ProtectedRelease:
    """The release as its office had it, put together from description and CSV files."""
    signs = {"small": "<11", "hidden": "hidden"}
    tables = [
        {
            **table.facts,
            "cells": [
                [
                    signs.get(mark.kind, mark.number)
                    for mark in (table.cells[row.code, column.code] for column in table.columns)
                ]
                for row in table.rows
            ],
        }
        for table in summary.tables
    ]
    body = {**summary.release, "tables": tables}
    return ProtectedRelease.from_json(
        json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    )


def _unpacked(name: str, data: bytes) -> object:
    """The content of a file without what the packing of another machine may do otherwise."""
    try:
        if name.endswith(".pdf"):
            return read_pdf(data).objects
        if name.endswith(".xlsx"):
            return dict(read_workbook(data).parts)
    except (BadPdf, BadWorkbook) as error:
        return str(error)
    if name == MANIFEST:
        body = json.loads(data)
        body.pop("files", None)
        return body
    return data
