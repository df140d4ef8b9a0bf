"""Documents and photos of a case in the window: added, shown without touching the disk, copied, corrected."""

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton

from shelter_app.casework import attachments, cases
from shelter_app.vault.rights import Role
from shelter_ui.dialogs.picture import read_picture
from shelter_ui.windows.documents_view import size_words


@pytest.fixture
def dialog(qapp):
    """The dialog of this name that is open now."""

    def find(name):
        found = [
            w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.objectName() == name
        ]
        assert len(found) == 1, name
        return found[0]

    return find


def picture_bytes(kind="PNG", size=(640, 480)):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("#6b8f71"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)
    return bytes(buffer.data().data())


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(picture_bytes())
    return path


def show_documents(program):
    workplace = program.window.workplace
    case_id = workplace.context.session.store.value("SELECT id FROM cases")
    workplace.open_case(case_id, "documents")
    return workplace.page(), case_id


def add(program, hand, dialog, answers, path, **values):
    answers.file = lambda _title, on_chosen, **_more: on_chosen(path)
    page, case_id = show_documents(program)
    hand.press(page, "add_document")
    opened = dialog("add_document_dialog")
    opened._kind.set_code(values.get("kind", "photo"))
    hand.fill(opened, "document_description", values.get("description", "belongings"))
    if values.get("health"):
        hand.find(opened, "document_health").click()
    hand.press(opened, "do_add_document")
    return page, case_id


def test_a_photo_is_added_shown_and_copied(start, vault, hand, dialog, answers, photo, tmp_path):
    program = start(vault)
    hand.sign_in(program)
    page, case_id = show_documents(program)
    assert "No documents yet" in hand.read(page)
    page, case_id = add(program, hand, dialog, answers, photo)
    said = hand.read(page)
    assert "Photo" in said
    assert "belongings" in said
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    hand.press(page, "open_document")
    shown = dialog("picture_dialog")
    assert not hand.find(shown, "picture", QLabel).pixmap().isNull()
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before
    hand.press(shown, "leave")
    target = tmp_path / "copy.png"
    answers.save_file = lambda _title, name, on_chosen, **_more: on_chosen(target)
    hand.press(page, "copy_document")
    assert target.read_bytes() == photo.read_bytes()
    session = program.window.session
    (found,) = attachments.documents(session, cases.open_case(session, case_id))
    assert found.name == "photo.png"


def test_files_are_dropped_and_all_are_added(start, vault, hand, dialog, photo, tmp_path):
    other = tmp_path / "summons.pdf"
    other.write_bytes(b"%PDF-1.7 summons")
    program = start(vault)
    hand.sign_in(program)
    page, _case_id = show_documents(program)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (photo, other, tmp_path)])
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.middle.documents.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, keys))
    opened = dialog("add_document_dialog")
    assert "photo.png" in hand.read(opened)
    assert "summons.pdf" in hand.read(opened)
    hand.press(opened, "do_add_document")
    assert page.middle.documents.model.rowCount() == 2


def test_what_is_said_of_a_document_is_corrected_on_the_form(start, vault, hand, dialog, answers, photo):
    program = start(vault)
    hand.sign_in(program)
    page, case_id = add(program, hand, dialog, answers, photo)
    hand.press(page, "correct_document")
    assert program.window.workplace.page() is not page
    assert "What it shows or says" in hand.read(program.window.workplace.page())
    session = program.window.session
    (found,) = attachments.documents(session, cases.open_case(session, case_id))
    assert attachments.open_document(session, found.entry_id).data == photo.read_bytes()


def test_a_document_of_another_case_is_moved_there_and_marked_where_it_was(
    start, vault, hand, dialog, answers, photo
):
    program = start(vault)
    hand.sign_in(program)
    page, _case_id = add(program, hand, dialog, answers, photo)
    session = program.window.session
    other = cases.new_case(session, person={"name_latin": "Chen Xiuyun"}, intake={})
    hand.press(page, "take_out_document")
    opened = dialog("take_out_dialog")
    hand.press(opened, "do_take_out")
    assert "Choose the reason." in hand.read(opened)
    hand.qtbot.keyClicks(hand.find(opened, "take_out_reason"), "another case")
    hand.qtbot.keyClick(hand.find(opened, "take_out_reason"), Qt.Key.Key_Return)
    hand.fill(opened, "take_out_number", "KM-A-26-9999-X")
    hand.press(opened, "do_take_out")
    assert "There is no other case of this number" in hand.read(opened)
    hand.fill(opened, "take_out_number", other.number.lower())
    assert "Chen Xiuyun" in hand.read(opened)
    hand.press(opened, "do_take_out")
    assert f"Moved to case {other.number}." in hand.read(page)
    assert "taken out" in hand.read(page)
    (found,) = attachments.documents(session, cases.open_case(session, other.case_id))
    assert attachments.open_document(session, found.entry_id).data == photo.read_bytes()
    assert not page.findChild(QPushButton, "take_out_document").isVisible()


def test_a_document_that_was_added_twice_is_taken_out(start, vault, hand, dialog, answers, photo):
    program = start(vault)
    hand.sign_in(program)
    page, _case = add(program, hand, dialog, answers, photo)
    hand.press(page, "take_out_document")
    opened = dialog("take_out_dialog")
    hand.qtbot.keyClicks(hand.find(opened, "take_out_reason"), "twice")
    hand.qtbot.keyClick(hand.find(opened, "take_out_reason"), Qt.Key.Key_Return)
    assert not opened.findChild(QLineEdit, "take_out_number").isVisible()
    hand.press(opened, "do_take_out")
    assert "Taken out of this case: It was added twice." in hand.read(page)


def test_health_documents_are_not_there_for_a_caseworker(start, vault, hand, dialog, answers, photo, join):
    join("HJ", Role.CASEWORKER)
    program = start(vault)
    hand.sign_in(program)
    page, _case = add(program, hand, dialog, answers, photo, health=True, description="scan of the chest")
    assert "scan of the chest" in hand.read(page)
    program.window.lock()
    hand.sign_in(program, "HJ")
    page, _case = show_documents(program)
    assert "scan of the chest" not in hand.read(page)
    assert "Nothing that you can open" in hand.read(page)
    assert "Documents may be among the sealed health entries." in hand.read(page)


def test_a_damaged_file_is_told_and_a_refused_one_can_be_tried_again(
    start, vault, hand, dialog, answers, photo, monkeypatch
):
    program = start(vault)
    hand.sign_in(program)
    monkeypatch.setattr(attachments, "LARGEST_MB", 0)
    answers.file = lambda _title, on_chosen, **_more: on_chosen(photo)
    page, _case = show_documents(program)
    hand.press(page, "add_document")
    opened = dialog("add_document_dialog")
    hand.press(opened, "do_add_document")
    assert "larger than 0 MB" in hand.read(opened)
    monkeypatch.setattr(attachments, "LARGEST_MB", 64)
    hand.press(opened, "do_add_document")
    assert page.middle.documents.model.rowCount() == 1
    (sealed,) = (vault / "attachments").iterdir()
    sealed.write_bytes(sealed.read_bytes()[:-1])
    hand.press(page, "open_document")
    assert answers.said


def test_a_picture_is_made_to_fit_and_a_broken_one_is_none():
    small = read_picture(picture_bytes(), "image/png", QSize(320, 320))
    assert (small.width(), small.height()) == (320, 240)
    assert read_picture(picture_bytes("JPEG"), "image/jpeg", QSize(900, 900)).width() == 640
    assert read_picture(b"not a picture", "image/png", QSize(9, 9)).isNull()
    # What claims to be one kind is not read as another.
    assert read_picture(
        b"<svg xmlns='http://www.w3.org/2000/svg' width='5' height='5'/>", "image/png", QSize(9, 9)
    ).isNull()


@pytest.mark.parametrize(
    ("size", "words"), [(0, "1 KB"), (340_000, "332 KB"), (1 << 20, "1 MB"), (1_300_000, "1.2 MB")]
)
def test_sizes_are_said_as_people_say_them(size, words):
    assert size_words(size) == words
