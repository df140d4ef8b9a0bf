"""Choosing files in the program's own dialog: usual places at hand, nothing about it kept on the disk."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from shelter_ui.dialogs.asking import Asker
from shelter_ui.dialogs.file_chooser import FileChooser, usual_places
from shelter_ui.theme.theme import Theme


@pytest.fixture
def asker(qapp, qtbot):
    asking = Asker(Theme("light"))
    asking.window = QWidget()
    qtbot.addWidget(asking.window)
    asking.window.show()
    return asking


@pytest.fixture
def opened(qapp):
    def find() -> FileChooser:
        (found,) = [
            each for each in qapp.topLevelWidgets() if isinstance(each, FileChooser) and each.isVisible()
        ]
        return found

    return find


def words(dialog) -> set[str]:
    return {label.text() for label in dialog.findChildren(QLabel) if label.isVisible()}


def test_a_file_is_chosen_by_its_name(asker, opened, qtbot, tmp_path):
    register = tmp_path / "register.xlsx"
    register.write_bytes(b"x")
    chosen = []
    asker.file("Which register?", chosen.append, endings=["xlsx"], kinds="Registers")
    dialog = opened()
    assert {"Place", "File", "Kind of file"} <= words(dialog)
    assert not dialog.findChild(QToolButton, "newFolderButton").isVisible()
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(register))
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Open).click()
    assert chosen == [register]


def test_a_folder_can_be_made_while_choosing_one(asker, opened, tmp_path):
    asker.folder("Where to?", lambda _path: None, start=tmp_path)
    dialog = opened()
    assert Path(dialog.directory().absolutePath()) == tmp_path
    assert dialog.findChild(QToolButton, "newFolderButton").text() == "New folder"
    assert "Folder" in words(dialog)
    dialog.reject()


def test_saving_says_save_and_where_it_begins_are_the_usual_places(asker, opened):
    asker.save_file("Save the form", "form.pdf", lambda _path: None, endings=["pdf"])
    dialog = opened()
    assert dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).text() == "Save"
    assert dialog.findChild(QLineEdit, "fileNameEdit").text() == "form.pdf"
    assert [Path(url.toLocalFile()) for url in dialog.sidebarUrls()] == usual_places()
    assert Path.home() in usual_places()
    dialog.reject()


def test_it_is_no_dialog_of_the_system_and_keeps_no_history(asker, opened):
    asker.file("Which?", lambda _path: None)
    dialog = opened()
    assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.reject()
    kept = QSettings(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, "QtProject")
    assert kept.fileName().startswith(os.devnull) or os.name != "posix"
    kept.setValue("FileDialog/lastVisited", "file:///somewhere")
    kept.sync()
    assert kept.status() != QSettings.Status.NoError


def test_no_file_is_dragged_within_the_dialog_or_out_of_it(asker, opened):
    asker.file("Which register?", lambda _path: None)
    dialog = opened()
    views = [view for view in dialog.findChildren(QAbstractItemView) if view.isVisibleTo(dialog)]
    assert len(views) >= 2
    assert not any(view.dragEnabled() or view.acceptDrops() for view in views)
    dialog.reject()
