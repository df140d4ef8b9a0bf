"""What somebody decides to send is written whole, encrypted where it is for a receiver, and checked before it exists."""

from __future__ import annotations

import pytest

from shelter_app.casework import cases, extract, packages, pool, sending, sent_files, summary
from shelter_app.casework.package_check import verify_packages
from shelter_app.casework.sending import NothingToSend, OtherRoundPeriod, Sending
from shelter_app.exchange.package import LIST, LIST_SIGNATURE, PARTIES, open_package, sealed, signed_list
from shelter_app.exchange.package_errors import PackageUnsound, ReceiverUnknown
from shelter_app.exchange.pool_keys import new_pool_keys
from shelter_app.exchange.verify_model import CHECKS
from shelter_app.reports.sending_letter import sending_letter_texts
from shelter_app.vault.errors import DiskFull, NotYours
from shelter_app.vault.rights import Role
from tests.app.package.package_world import OTHER_RECEIVER, RECEIVER
from tests.app.sending.conftest import PERIOD
from tests.faults.canaries import TEXT, find

OTHER_OFFICE_SAME_NAME = new_pool_keys("office", "KM")


class Stopped(BaseException):
    """Somebody pressed cancel."""


def chosen(session, receiver="IOM", parts=("tables", "letter"), **more):
    preview = summary.make_preview(session, PERIOD) if "tables" in parts else None
    return Sending(PERIOD, receiver, frozenset(parts), preview, **more)


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_receiver_gets_one_sound_package_and_a_letter_and_nothing_else_is_written(busy, tmp_path):
    sent = sending.send(busy, chosen(busy), tmp_path / "out")
    assert names(tmp_path / "out") == ["letter-KM-2025-H2-IOM.pdf", "summary-KM-2025-H2-IOM.tar.age"]
    assert sent.to == {"summary-KM-2025-H2-IOM.tar.age": "IOM"}
    office = pool.office_keys(busy).public
    [report] = verify_packages([tmp_path / "out" / "summary-KM-2025-H2-IOM.tar.age"], RECEIVER, [office])
    assert report.sound, report.findings
    assert report.known
    assert [release.period for release in summary.past_releases(busy)] == [PERIOD]
    assert find(TEXT.encode())  # the control: what is looked for can be found
    for path in sent.files:
        assert find(path.read_bytes()) == []


def test_the_same_release_can_be_sent_again_and_is_the_same_inside(office, tmp_path):
    for folder in ("one", "two"):
        sending.send(office, chosen(office), tmp_path / folder)
    first, again = (
        open_package(tmp_path / folder / "summary-KM-2025-H2-IOM.tar.age", RECEIVER)
        for folder in ("one", "two")
    )
    assert first == again
    assert len(summary.past_releases(office)) == 1


def test_without_a_receiver_the_files_can_be_read_and_there_is_no_letter(office, tmp_path):
    sent = sending.send(office, chosen(office, receiver=""), tmp_path / "out")
    assert "manifest.json" in names(tmp_path / "out")
    assert sent.to == {}
    assert not any(name.startswith("letter") for name in names(tmp_path / "out"))


@pytest.mark.parametrize("at", [*(check for check in CHECKS if check not in {"series", "hidden"}), None])
def test_stopping_at_any_check_leaves_nothing_behind(office, tmp_path, at):
    def stop(_part, check):
        if check == at and (check is not None or _part == "tables"):
            raise Stopped

    out = tmp_path / "out"
    with pytest.raises(Stopped):
        sending.send(office, chosen(office), out, on_step=stop)
    assert names(out) == []
    assert summary.past_releases(office) == []


def test_a_full_disk_leaves_the_vault_as_it_was(office, tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise DiskFull

    monkeypatch.setattr("shelter_app.reports.summary._write_synced", full)
    with pytest.raises(DiskFull):
        sending.send(office, chosen(office), tmp_path / "out")
    assert names(tmp_path / "out") == []
    assert summary.past_releases(office) == []


def test_a_letter_that_cannot_be_written_is_told_beside_what_was(office, tmp_path, monkeypatch):
    def full(**_more):
        raise DiskFull

    monkeypatch.setattr("shelter_app.reports.sending_letter.sending_letter_pdf", full)
    sent = sending.send(office, chosen(office), tmp_path / "out")
    assert names(tmp_path / "out") == ["summary-KM-2025-H2-IOM.tar.age"]
    assert [(part, type(error)) for part, error in sent.refused] == [("letter", DiskFull)]


def test_a_package_that_its_receiver_would_refuse_is_not_written(office, tmp_path, monkeypatch):
    make = packages.package_files

    def broken(*args, **more):
        files = make(*args, **more)
        return files | {"datapackage.json": files["datapackage.json"].replace(b"2025", b"2024", 1)}

    monkeypatch.setattr(packages, "package_files", broken)
    with pytest.raises(PackageUnsound):
        sending.send(office, chosen(office), tmp_path / "out")
    assert names(tmp_path / "out") == []
    assert summary.past_releases(office) == []


def test_what_is_refused_first_writes_nothing(office, tmp_path):
    for wrong, error in (
        (chosen(office, receiver="UNODC"), ReceiverUnknown),
        (chosen(office, parts=("letter",)), NothingToSend),
    ):
        with pytest.raises(error):
            sending.send(office, wrong, tmp_path / "out")
    assert names(tmp_path / "out") == []


def test_who_makes_no_summaries_sends_nothing(office, as_role, tmp_path):
    session = as_role(Role.HEALTH_WORKER)
    with pytest.raises(NotYours):
        sending.send(session, Sending(PERIOD, "IOM", frozenset({"tables"})), tmp_path / "out")
    with pytest.raises(NotYours):
        sent_files.known_file(session, tmp_path / "IOM.pub")


def test_a_contribution_goes_with_the_tables_each_share_to_its_receiver(office, invited, tmp_path):
    plan = chosen(office, parts=("tables", "contribution", "letter"), roster=invited.roster())
    sent = sending.send(office, plan, tmp_path / "out")
    assert sorted(sent.to.values()) == ["FIRST", "IOM", "SECOND"]
    assert len(names(tmp_path / "out")) == 4
    assert [made.round for made in pool.contributions(office)] == ["R1"]


def test_a_round_about_other_days_is_refused_before_anything_is_written(office, invited, tmp_path):
    plan = chosen(office, parts=("tables", "contribution"), roster=invited.roster("2025"))
    with pytest.raises(OtherRoundPeriod):
        sending.send(office, plan, tmp_path / "out")
    assert names(tmp_path / "out") == []
    assert summary.past_releases(office) == []


def test_extracts_are_offered_to_national_offices_and_what_is_refused_later_is_told(office, tmp_path):
    assert "extract" not in sending.parts_offered(office)
    extract.set_office(office, "national")
    assert "extract" in sending.parts_offered(office)
    sent = sending.send(office, chosen(office, parts=("tables", "extract", "letter")), tmp_path / "out")
    # Nobody was helped here, so that there can be no extract; the tables have gone all the same.
    assert [part for part, _error in sent.refused] == ["extract"]
    assert "summary-KM-2025-H2-IOM.tar.age" in names(tmp_path / "out")


def many(office):
    """A national office with 230 persons, all alike."""
    for _number in range(230):
        cases.new_case(
            office, person={"sex": "female", "birth": {"y": 1990}, "citizenship": ["VN"]},
            intake={"registered_on": {"y": 2025, "m": 9, "d": 3}},
        )  # fmt: skip
    extract.set_office(office, "national")


def test_an_extract_for_a_receiver_is_one_signed_and_encrypted_file(office, clock, tmp_path):
    many(office)
    sent = sending.send(office, chosen(office, parts=("extract",)), tmp_path / "out")
    assert [path.name for path in sent.files] == ["extract-KM-2025-H2-IOM.tar.age"]
    opened = open_package(sent.files[0], RECEIVER).files
    assert {"extract-KM-2025-H2.csv", "extract-KM-2025-H2-notes.json", PARTIES, LIST, LIST_SIGNATURE} == set(
        opened
    )
    own = pool.office_keys(office).public
    [report] = verify_packages(sent.files, RECEIVER, [own])
    assert report.sound, report.findings
    assert report.known
    assert (report.office, report.period, report.kind) == ("KM", "2025-H2", "extract")
    [unknown] = verify_packages(sent.files, RECEIVER)
    assert unknown.sound
    assert not unknown.known
    clock.go_on(days=40)
    again = sending.send(office, chosen(office, parts=("extract",)), tmp_path / "again")
    assert open_package(again.files[0], RECEIVER).files == opened
    assert verify_packages(again.files, RECEIVER, [own])[0].sound


def test_an_extract_that_was_changed_is_refused_by_the_check_that_is_meant_for_it(office, tmp_path):
    many(office)
    [path] = sending.send(office, chosen(office, parts=("extract",)), tmp_path / "out").files
    opened, own = open_package(path, RECEIVER).files, pool.office_keys(office)
    csv, notes = "extract-KM-2025-H2.csv", "extract-KM-2025-H2-notes.json"

    def refused(changed, key=RECEIVER, offices=(own.public,)):
        path = tmp_path / "changed.tar.age"
        path.write_bytes(sealed(changed, office.today, key.public))
        [found] = verify_packages([path], key, offices)
        assert not found.sound
        return {finding.check for finding in found.findings}

    def listed(**more):
        plain = {name: data for name, data in opened.items() if name not in {LIST, LIST_SIGNATURE, PARTIES}}
        return signed_list(plain | more, own, RECEIVER.public)

    assert "files" in refused({**opened, csv: opened[csv] + b"x"})
    assert "files" in refused({name: data for name, data in opened.items() if name != PARTIES})
    assert "signature" in refused({**opened, LIST_SIGNATURE: bytes(64)})
    assert "signature" in refused(opened, offices=(OTHER_OFFICE_SAME_NAME.public,))
    assert "receiver" in refused(opened, key=OTHER_RECEIVER)
    # Signed by an office that is in the wrong itself: one row that stands alone.
    alone = opened[csv].replace(b",VNM,", b",LAO,", 1)
    assert alone != opened[csv]
    assert "rules" in refused(listed(**{csv: alone}))
    assert "form" in refused(listed(**{notes: b"{}"}))


def test_an_own_extract_is_known_again(office, tmp_path):
    many(office)
    sent = sending.send(office, chosen(office, parts=("extract",)), tmp_path / "out")
    assert sent_files.known_file(office, sent.files[0]).kind == "extract"


def test_an_own_file_is_known_again_and_a_changed_one_is_not(office, tmp_path):
    sent = sending.send(office, chosen(office), tmp_path / "out")
    path = next(path for path in sent.files if path.name.endswith(".age"))
    known = sent_files.known_file(office, path)
    assert (known.kind, known.period, known.to, known.by) == ("tables", "2025-H2", "IOM", "LM")
    report = sent_files.check_again(office, known)
    assert report is not None
    assert report.findings == []
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert sent_files.known_file(office, path) is None


def test_the_letter_names_files_and_keys_and_no_figure(office):
    texts = sending_letter_texts(
        post="KM", post_name="Kunming", period=PERIOD, made_on=office.today, files={"a.tar.age": "IOM"},
        office_fingerprint="12345 67890", receivers={"IOM": "54321 09876"},
    )  # fmt: skip
    for language in ("en", "zh"):
        text = "\n".join(texts[language])
        for wanted in ("a.tar.age", "IOM", "12345 67890", "54321 09876", "KM Kunming"):
            assert wanted in text, (language, wanted)
        assert "{" not in text
    assert "July" in "\n".join(texts["en"])
    assert "7月" in "\n".join(texts["zh"])
