"""The receiver's side of an extract: who signed it, whether it is whole, and every row looked at by the code that makes none."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from shelter_app.anonymise.extract_check import FlawCode, check_extract
from shelter_app.exchange.package import (
    LIST,
    LIST_SIGNATURE,
    PARTIES,
    Opened,
    is_signed_list,
    list_of,
    tar_bytes,
)
from shelter_app.exchange.pool_keys import PublicKey
from shelter_app.exchange.verify_model import Finding, Report
from shelter_i18n import N_

__all__ = ["verify_extract"]

_CSV, _NOTES = ".csv", "-notes.json"
_FLAWS: Final[dict[FlawCode, str]] = {
    "layout": N_("{file}: the header or a line is not as an extract has it."),
    "value": N_("{file}: a cell holds what its column cannot hold."),
    "rare": N_("{file}: a row, all columns together, occurs fewer than eleven times."),
    "alike": N_("{file}: nearly all who share their circumstances share an answer."),
    "implied": N_("{file}: an emptied cell follows from another."),
    "undone": N_("{file}: only one finer value is possible for a coarser one."),
    "sorted": N_("{file}: the rows are sorted."),
}


def verify_extract(
    report: Report, opened: Opened, receiver: PublicKey | None, offices: Sequence[PublicKey]
) -> None:
    """Every check of an extract that was sent by itself.

    Args:
        report: what is found is added to it.
        opened: what is in the encrypted file.
        receiver: whose key opened it; None where it was not encrypted.
        offices: public keys whose fingerprints the receiver has compared.
    """
    report.kind, report.checks = "extract", ("opens", "files", "signature", "receiver", "form", "rules")
    files = opened.files
    plain = {name: data for name, data in files.items() if name not in {LIST, LIST_SIGNATURE}}
    rows, notes = (next((name for name in plain if name.endswith(end)), "") for end in (_CSV, _NOTES))
    if set(files) != {rows, notes, PARTIES, LIST, LIST_SIGNATURE} or not rows or not notes:
        report.add(
            [Finding("files", N_("An extract and its notes are not all that is there, or not there."))],
            "files",
        )
        return
    report.add(_whole(plain, files[LIST]), "files")
    try:
        said: Mapping[str, Any] = json.loads(plain[PARTIES])
        office, named = PublicKey(**said["office"]), PublicKey(**said["receiver"])
        about: Mapping[str, Any] = json.loads(plain[notes])
        report.office, report.period = office.id, str(about["period"]["text"])
        report.fingerprint, report.known = office.fingerprint, office in offices
        report.add(_signed(office, files, offices), "signature")
        report.add(_receiver(named, receiver), "receiver")
        month = dt.date.fromisoformat(f"{about['made_in']}-01")
        report.add(_beside(opened, month), "opens")
        flaws = dict.fromkeys(flaw.code for flaw in check_extract(plain[rows].decode("utf-8")).flaws)
        report.add([Finding("rules", _FLAWS[code], rows) for code in flaws], "rules", "form")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, RecursionError):
        report.add([Finding("form", N_("{file} does not say what it must."), PARTIES)], "form")


def _whole(plain: Mapping[str, bytes], listed: bytes) -> Iterator[Finding]:
    if list_of(plain) != listed:
        yield Finding("files", N_("The files are not those of the list that the office signed."), LIST)


def _signed(office: PublicKey, files: Mapping[str, bytes], offices: Sequence[PublicKey]) -> Iterator[Finding]:
    if office.role != "office" or not is_signed_list(files[LIST], files[LIST_SIGNATURE], office.sign):
        yield Finding(
            "signature", N_("The list of files was changed after the office signed it."), LIST_SIGNATURE
        )
    if office not in offices and any(other.id == office.id for other in offices):
        text = N_(
            "The package says that it comes from {office}, but was signed with another key than that office's. If the office has "
            "a new key, compare its fingerprint by phone; if not, the package is a forgery."
        )
        yield Finding("signature", text, LIST_SIGNATURE, {"office": office.id})


def _receiver(named: PublicKey, receiver: PublicKey | None) -> Iterator[Finding]:
    if receiver is not None and named != receiver:
        text = N_(
            "The package was made for {name}, with another key than yours. Tell the office: somebody has sent it on."
        )
        yield Finding("receiver", text, PARTIES, {"name": named.id})


def _beside(opened: Opened, month: dt.date) -> Iterator[Finding]:
    if opened.archive is not None and opened.archive != tar_bytes(opened.files, month):
        yield Finding("opens", N_("{file}: the archive holds more than its files."), opened.name)
