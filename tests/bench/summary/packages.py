"""Figures of finished packages: every kind of change must be refused, and nothing the office alone knows may be in a byte."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2

from shelter_app.casework import packages, summary
from shelter_app.casework.package_check import Report, verify_packages
from shelter_app.casework.vaults import create_vault
from shelter_app.exchange.age_keys import encrypt
from shelter_app.exchange.package import open_package, tar_bytes
from shelter_app.vault.kdf import KdfParams
from tests.app.package import test_archives, test_canaries, test_mutations
from tests.app.package.dishonest import checked, packed
from tests.app.package.mutations_of_crosses import OF_CROSSES, one_more_case
from tests.app.package.office import PASSPORT, PHONE, fill, introduce
from tests.app.package.package_world import ABOUT, OFFICE, RECEIVER, files_of
from tests.bench.summary.rows import Row
from tests.conftest import PASSWORD, Clock
from tests.faults.canaries import CANARIES, find

__all__ = ["canaries", "mutations"]

Tell = Callable[[str], None]


def mutations(tell: Tell, every: int = 1) -> Iterator[Row]:
    """Every kind of change that the tests know (or every so many), of contents, of the archive and of a series."""
    sound = files_of()
    kinds: dict[str, tuple[bool, bool]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contents = test_mutations.ON_ITS_WAY | test_mutations.BY_THE_OFFICE | OF_CROSSES
        for kind, (change, check) in list(contents.items())[::every]:
            if not len(kinds) % 20:
                tell(f"changed packages: {len(kinds) + 1}")
            report = checked(folder, packed(change(dict(sound))))
            kinds[kind] = not report.sound, report.verdict(check) == "refused"
        for kind, archive in test_archives.ARCHIVES.items():
            report = checked(folder, encrypt(archive(sound), bytes.fromhex(RECEIVER.public.exchange)))
            kinds[kind] = not report.sound, report.verdict("opens") == "refused"
        first, second = _side_by_side(folder, *one_more_case())
        kinds["the same period with one more case"] = not second.sound, second.verdict("series") == "refused"
        control = checked(folder, packed(sound)).sound and first.verdict("series") == "passed"
    refused, meant = (sum(each) for each in zip(*kinds.values(), strict=True))
    missed = [kind for kind, (out, _) in kinds.items() if not out]
    yield Row(
        f"{len(kinds)} kinds of change of a finished package",
        f"{refused} refused, {meant} of them by the check that is meant for it; unchanged: {'passes' if control else 'REFUSED'}"
        + "".join(f"; NOT refused: {kind}" for kind in missed),
        "40 kinds, 100% refused",
        not missed and control and len(kinds) >= 40 // every,
    )


def _side_by_side(folder: Path, *contents: dict[str, bytes]) -> list[Report]:
    paths = []
    for place, files in enumerate(contents):
        paths.append(folder / f"{place}.tar")
        paths[-1].write_bytes(tar_bytes(files, ABOUT["made_on"]))
    return verify_packages(paths, None, [OFFICE.public])


def canaries(tell: Tell) -> Iterator[Row]:
    """An office full of canaries; what it sends and what it keeps, packed, unpacked, and as another reader sees it."""
    tell("canaries")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        session = create_vault(
            folder / "vault", post="KM", user="LM", password=PASSWORD, kdf=KdfParams(memory_kib=64, passes=1, lanes=1),
            allow_weak=True, clock=Clock(),
        ).session  # fmt: skip
        try:
            persons = fill(session)
            introduce(session, folder)
            preview = summary.make_preview(session, test_canaries.PERIOD)
            summary.write_release(session, preview, folder / "own")
            path = packages.write_package(session, test_canaries.PERIOD, "IOM", folder / "out")
        finally:
            session.close()
        sent = path.read_bytes()
        files = dict(open_package(path, RECEIVER).files)
        files |= {f"own/{each.name}": each.read_bytes() for each in (folder / "own").iterdir()}
    parts = test_canaries.everything(files) | _as_read_by_pdfium(files) | {"the package": sent}
    words = [part for part, data in parts.items() if _words_in(data)]
    counts = {part: values & test_canaries.COUNTS for part, values in test_canaries.numbers(files).items()}
    counts = {part: values for part, values in counts.items() if values}
    yield Row(
        f"canaries of {persons} persons in {len(files)} files, {len(parts)} parts, {sum(map(len, parts.values())):,} bytes",
        f"{len(words)} parts with a name, number or account, {len(counts)} with a true count; put there by hand: {_control(files)} of 3 found",
        "0, with a positive control",
        not words and not counts and _control(files) == 3,
    )


def _words_in(data: bytes) -> bool:
    return bool(find(data)) or PHONE.encode() in data or PASSPORT.encode() in data


def _as_read_by_pdfium(files: dict[str, bytes]) -> dict[str, bytes]:
    """The text of each PDF as a library of others reads it."""
    found = {}
    for name, data in files.items():
        if name.endswith(".pdf"):
            with pypdfium2.PdfDocument(data) as document:
                pages = [page.get_textpage().get_text_range() for page in document]
            found[f"{name}/as read by PDFium"] = "\n".join(pages).encode()
    return found


def _control(files: dict[str, bytes]) -> int:
    """How many of three things put there by hand are found: a word in a workbook, a phone in a list, a count in a table."""
    book = next(name for name in files if name.endswith(".xlsx"))
    out = io.BytesIO(files[book])
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/custom.xml", f"<x>{CANARIES[1]}</x>")
    table = next(name for name in files if name.endswith("-citizenship.csv"))
    changed = re.sub(rb"shown,\d+", b"shown,83", files[table], count=1)
    return (
        any(_words_in(data) for data in test_canaries.everything({book: out.getvalue()}).values())
        + _words_in(files["manifest.json"] + PHONE.encode())
        + bool(test_canaries.numbers({table: changed})[table] & test_canaries.COUNTS)
    )
