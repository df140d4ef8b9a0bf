"""A document of a case is sealed, found again, opened when asked for, and goes with the person."""

import struct
import zlib

import pytest

from shelter_app.casework import attachments, backups, cases, entries, erasing, people
from shelter_app.casework.attachments import add_document, documents, open_document, save_copy
from shelter_app.casework.checking import check_vault
from shelter_app.casework.errors import AttachmentTooLarge, NoSuchCase
from shelter_app.casework.restoring import restore_backup
from shelter_app.casework.users import new_user
from shelter_app.casework.vaults import open_vault
from shelter_app.domain.pictures import camera_data, file_type, without_camera_data
from shelter_app.vault.errors import DataDamaged, DiskFull, KeyNotHeld, NotYours
from shelter_app.vault.rights import Compartment, Role

PASSWORD = "seven calm herons cross"
TEXT = b"%PDF-1.7 CanaryDocument " * 40


def tiff(*, gps=True, turned=6):
    """The directory of a photo: how it lies and, where wanted, a place."""
    entries_ = [(0x0112, 3, 1, struct.pack(">HH", turned, 0))]
    if gps:
        entries_.append((0x8825, 4, 1, struct.pack(">I", 26)))
    body = b"".join(struct.pack(">HHI", tag, kind, count) + value for tag, kind, count, value in entries_)
    return b"MM\x00*\x00\x00\x00\x08" + struct.pack(">H", len(entries_)) + body + b"\x00" * 4


def jpeg(**more):
    exif = b"Exif\x00\x00" + tiff(**more)
    app1 = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    comment = b"\xff\xfe" + struct.pack(">H", 2 + 12) + b"CameraOwner!"
    return b"\xff\xd8" + app1 + comment + b"\xff\xdb\x00\x04ab" + b"\xff\xda\x00\x02picture itself\xff\xd9"


def png():
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", b"x" * 13)
        + chunk(b"eXIf", tiff())
        + chunk(b"IDAT", b"y")
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def opened(session):
    return cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "CanaryName of a scan.pdf"
    path.write_bytes(TEXT)
    return path


def of(session, case_id):
    return documents(session, cases.open_case(session, case_id))


def test_a_file_is_sealed_and_comes_back_as_it_was(session, opened, scan):
    values = {"kind": "court", "dated_on": {"y": 2026, "m": 2}, "description": "summons"}
    saved = add_document(session, opened.case_id, scan, values)
    (found,) = of(session, opened.case_id)
    assert (found.entry_id, found.name, found.media_type) == (saved.entry_id, scan.name, "application/pdf")
    assert (found.size, found.values["kind"], found.added_by) == (len(TEXT), "court", "LM")
    assert open_document(session, saved.entry_id).data == TEXT
    (sealed,) = session.folder.attachments.iterdir()
    assert b"Canary" not in sealed.read_bytes()
    assert "Canary" not in sealed.name
    assert len(sealed.read_bytes()) > len(TEXT)
    assert check_vault(session).faults == ()


def test_reading_it_and_taking_a_copy_are_recorded(session, opened, scan, tmp_path):
    saved = add_document(session, opened.case_id, scan, {})
    open_document(session, saved.entry_id)
    save_copy(session, saved.entry_id, tmp_path / "copy.pdf")
    assert (tmp_path / "copy.pdf").read_bytes() == TEXT
    actions = [line.action for line in session.journal.read(limit=3)]
    assert actions == ["document.copied", "document.opened", "document.added"]


def test_it_is_found_by_its_description_and_never_by_its_key(session, opened, scan):
    add_document(session, opened.case_id, scan, {"description": "Zanzibar summons"})
    people.catch_up_notes(session)
    assert people.find(session, "Zanzibar", notes=True).in_notes
    (found,) = cases.open_case(session, opened.case_id).of_form("document")
    key = found.reading.files[0]["key"]
    assert key not in str(found.values)
    assert not people.find(session, key[:12], notes=True).in_notes


def test_a_correction_keeps_the_file(session, opened, scan):
    saved = add_document(session, opened.case_id, scan, {"description": "wrong"})
    entries.save_entry(
        session, "document", {"description": "right"}, case_id=opened.case_id, entry_id=saved.entry_id
    )
    (found,) = of(session, opened.case_id)
    assert found.values["description"] == "right"
    assert open_document(session, saved.entry_id).data == TEXT


def test_health_documents_are_for_who_holds_the_health_key(session, opened, scan, as_role):
    saved = add_document(session, opened.case_id, scan, {"kind": "medical"}, health=True)
    assert [each.health for each in of(session, opened.case_id)] == [True]
    assert session.store.value("SELECT form FROM entries WHERE id = ?", (saved.entry_id,)) == "health"
    worker = as_role(Role.CASEWORKER)
    assert of(worker, opened.case_id) == []
    with pytest.raises(NoSuchCase):
        open_document(worker, saved.entry_id)
    with pytest.raises(KeyNotHeld):
        add_document(worker, opened.case_id, scan, {}, health=True)
    assert attachments.may_add(worker)
    assert not attachments.may_add(worker, health=True)


def test_who_only_counts_opens_nothing(session, opened, scan, as_role):
    saved = add_document(session, opened.case_id, scan, {})
    officer = as_role(Role.REPORTING_OFFICER)
    assert of(officer, opened.case_id) == []
    with pytest.raises(NoSuchCase):
        open_document(officer, saved.entry_id)
    with pytest.raises(NotYours):
        add_document(officer, opened.case_id, scan, {})


def test_a_file_that_is_too_large_is_refused_before_it_is_read_whole(session, opened, tmp_path, monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST_MB", 1)
    path = tmp_path / "large.bin"
    path.write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(AttachmentTooLarge):
        add_document(session, opened.case_id, path, {})
    path.write_bytes(bytes(1 << 20))
    add_document(session, opened.case_id, path, {})
    assert len(list(session.folder.attachments.iterdir())) == 1


def test_a_full_disk_leaves_neither_entry_nor_file(session, opened, scan):
    session.store.execute(f"PRAGMA max_page_count = {session.store.value('PRAGMA page_count')}")
    long = {"description": "x" * 20000}
    with pytest.raises(DiskFull):
        add_document(session, opened.case_id, scan, long)
    session.store.execute("PRAGMA max_page_count = 1073741823")
    assert of(session, opened.case_id) == []
    assert list(session.folder.attachments.iterdir()) == []
    add_document(session, opened.case_id, scan, long)
    assert len(of(session, opened.case_id)) == 1


def test_what_a_crash_left_is_tidied_at_the_next_opening(session, opened, scan, clock):
    add_document(session, opened.case_id, scan, {})
    (session.folder.attachments / "0123").write_bytes(b"sealed before the save that never came")
    session.close()
    again = open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    assert len(list(again.folder.attachments.iterdir())) == 1
    assert open_document(again, of(again, opened.case_id)[0].entry_id).data == TEXT
    again.close()


@pytest.mark.parametrize("harm", ["changed", "cut", "gone", "exchanged"])
def test_a_file_that_is_not_as_it_was_written_is_told_as_damaged(session, opened, scan, harm):
    saved = add_document(session, opened.case_id, scan, {})
    (path,) = session.folder.attachments.iterdir()
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "exchanged":
        scan.write_bytes(TEXT + b"another")
        add_document(session, opened.case_id, scan, {})
        other = next(each for each in session.folder.attachments.iterdir() if each != path)
        path.write_bytes(other.read_bytes())
    else:
        path.write_bytes(data[:-1] if harm == "cut" else data[:40] + bytes([data[40] ^ 1]) + data[41:])
    with pytest.raises(DataDamaged):
        open_document(session, saved.entry_id)


def test_backups_hold_documents_and_bring_them_back(session, opened, scan, tmp_path, clock):
    saved = add_document(session, opened.case_id, scan, {})
    (tmp_path / "stick").mkdir()
    info = backups.back_up(session, tmp_path / "stick")
    again = restore_backup(info.path, tmp_path / "again", "LM", PASSWORD, clock=clock)
    assert open_document(again, saved.entry_id).data == TEXT
    again.close()


def test_an_erased_person_leaves_no_file(session, opened, scan, clock):
    add_document(session, opened.case_id, scan, {})
    new_user(
        session, name="SV", role=Role.SUPERVISOR, password=f"{PASSWORD} SV", grants=frozenset(Compartment),
        must_change=False,
    )  # fmt: skip
    erasing.propose(session, [opened.person_id], way="facts_stay", reason="own_wish")
    session.close()
    other = open_vault(session.folder.path, "SV", f"{PASSWORD} SV", clock=clock)
    proposal = erasing.proposals(other)[0]
    seen = erasing.preview(other, opened.person_id)
    assert seen.counts["attachments"] == 1
    erasing.approve(other, {proposal.id: seen.state})
    assert list(other.folder.attachments.iterdir()) == []
    assert other.store.value("SELECT count(*) FROM attachments") == 0
    other.close()


def test_a_photo_says_where_it_was_taken_and_a_copy_need_not(session, opened, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg())
    saved = add_document(session, opened.case_id, path, {"kind": "photo"})
    (found,) = of(session, opened.case_id)
    assert found.is_picture
    assert found.camera.place
    assert open_document(session, saved.entry_id).data == jpeg()
    save_copy(session, saved.entry_id, tmp_path / "copy.jpg", without_camera=True)
    copy = (tmp_path / "copy.jpg").read_bytes()
    assert not camera_data(copy).place
    assert b"CameraOwner" not in copy
    assert copy.endswith(b"\xff\xda\x00\x02picture itself\xff\xd9")


def test_camera_data_goes_and_how_the_picture_lies_stays():
    assert camera_data(jpeg()).place
    assert camera_data(jpeg(gps=False)).any
    assert not camera_data(jpeg(gps=False)).place
    clean = without_camera_data(jpeg(turned=6))
    assert without_camera_data(clean) == clean
    assert struct.pack(">HHIH", 0x0112, 3, 1, 6) in clean
    assert b"Exif" not in without_camera_data(jpeg(turned=1))
    assert camera_data(png()).place
    assert not camera_data(without_camera_data(png())).any
    assert without_camera_data(png()).count(b"IDAT") == 1


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\xff\xff", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff", TEXT]
)
def test_broken_pictures_are_left_as_they_are(data):
    assert not camera_data(data).any
    assert without_camera_data(data) == data


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (jpeg(), "image/jpeg"), (png(), "image/png"), (TEXT, "application/pdf"), (b"", "application/octet-stream"),
        (b"RIFF1234WEBPVP8 ", "image/webp"), (b"\x00\x00\x00\x18ftypheic", "image/heic"), (b"hello", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_file_is_known_by_its_first_bytes(data, kind):
    assert file_type(data) == kind
