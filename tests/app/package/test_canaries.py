"""Nothing that only the office knows is in any byte of what it sends: no name, number or account, and no true count."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from shelter_app.casework import packages, summary
from shelter_app.casework.package_check import verify_packages
from shelter_app.casework.vaults import create_vault
from shelter_app.domain.periods import Period
from shelter_app.exchange.package import MANIFEST, open_package
from shelter_app.exchange.verify_pdf import read_pdf
from shelter_app.vault.kdf import KdfParams
from tests.app.package.office import GROUPS, PASSPORT, PHONE, fill, introduce
from tests.app.package.package_world import RECEIVER
from tests.conftest import PASSWORD, Clock
from tests.faults.canaries import CANARIES, find

PERIOD = Period.parse("2025-H2")
#: True counts that the tables are made from, none of which is round or an end of a range.
COUNTS = {"149", "83", "37", "46", "32", "63", "77", "69"}


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """The package as it was sent, the office's public key, and the folder in which the office has the files."""
    tmp_path = tmp_path_factory.mktemp("sent")
    session = create_vault(
        tmp_path / "vault", post="KM", user="LM", password=PASSWORD, kdf=KdfParams(memory_kib=64, passes=1, lanes=1),
        allow_weak=True, clock=Clock(),
    ).session  # fmt: skip
    assert fill(session) == 149
    office = introduce(session, tmp_path)
    preview = summary.make_preview(session, PERIOD)
    summary.write_release(session, preview, tmp_path / "own")
    yield packages.write_package(session, PERIOD, "IOM", tmp_path / "out"), office, tmp_path / "own"
    session.close()


def everything(files):
    """Every file as it is, and all that is packed in it, by name."""
    found = dict(files)
    for name, data in files.items():
        if name.endswith(".xlsx"):
            archive = zipfile.ZipFile(io.BytesIO(data))
            found |= {f"{name}/{part}": archive.read(part) for part in archive.namelist()}
        if name.endswith(".pdf"):
            pdf = read_pdf(data)
            found[f"{name}/text"] = "\n".join(run.text for run in pdf.runs).encode()
            found |= {f"{name}/{at}": body + stream for at, (body, stream) in enumerate(pdf.objects)}
    return found


def numbers(files):
    """Every number that a reader or a program finds, by file; not the sizes and hashes of files, nor what was tried."""
    found = {}
    for name, data in everything(files).items():
        if name.endswith((".csv", ".pdf/text", "sharedStrings.xml")):
            found[name] = set(re.findall(r"\d+", data.decode()))
        if "/xl/worksheets/" in name:
            found[name] = set(re.findall(r'<c r="\w+" s="\d+"><v>(\d+)</v>', data.decode()))
        if name == MANIFEST:
            said = json.loads(data)
            found[name] = set(
                re.findall(
                    r"\d+", json.dumps([said[key] for key in ("counts", "notices", "period", "protection")])
                )
            )
    for name in [name for name in found if name.startswith("letter.pdf")]:
        del found[name]  # its numbers are the digits of fingerprints
    return found


def test_no_canary_is_in_any_byte(sent):
    package, _, own = sent
    files = dict(open_package(package, RECEIVER).files)
    files |= {f"own/{path.name}": path.read_bytes() for path in own.iterdir()}
    for name, data in everything(files).items():
        assert find(data) == [], name
        for number in (PHONE, PASSPORT):
            assert number.encode() not in data, name
    assert find(package.read_bytes()) == []


def test_the_search_finds_what_is_there(sent):
    files = dict(open_package(sent[0], RECEIVER).files)
    name = next(name for name in files if name.endswith(".xlsx"))
    out = io.BytesIO(files[name])
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/custom.xml", f"<x>{CANARIES[1]}</x>")
    assert [each for each, data in everything({name: out.getvalue()}).items() if find(data)]


def test_no_true_count_is_in_any_file(sent):
    files = open_package(sent[0], RECEIVER).files
    found = {name: values & COUNTS for name, values in numbers(files).items()}
    assert {name: values for name, values in found.items() if values} == {}
    assert len(found) > 15
    small = {line for name, data in files.items() if name.endswith(".csv") and "-eu-" not in name for line in data.decode().split("\r\n") if re.search(r"shown,\d$", line)}  # fmt: skip
    assert small == set()
    assert sum(many for _, _, many in GROUPS) == 149


def test_a_true_count_would_be_found(sent):
    files = dict(open_package(sent[0], RECEIVER).files)
    name = next(name for name in files if name.endswith("-citizenship.csv"))
    files[name] = re.sub(rb"shown,\d+", b"shown,83", files[name], count=1)
    assert numbers(files)[name] & COUNTS == {"83"}


def test_what_an_office_sends_passes_every_check(sent):
    package, office, own = sent
    [report] = verify_packages([package], RECEIVER, [office])
    assert [finding.sentence("en") for finding in report.findings] == []
    assert report.sound
    assert report.known
    [copy] = verify_packages([own])
    assert copy.verdict("signature") == "refused"
