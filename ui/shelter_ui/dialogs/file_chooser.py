"""Choosing a file or folder in Qt's own dialog, dressed like the rest of the program.

Not in the system's dialog: the keys that lock the program would not reach it there, what is done in it
would not count as somebody being there, and it writes names of files into lists of recent files that every
program of the same user can read.
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QSettings, QSize, QStandardPaths, Qt, QUrl
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QSplitter,
    QToolButton,
    QTreeView,
    QWidget,
)

from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import set_look

__all__ = ["FileChooser", "usual_places"]

_ICONS = {"backButton": "arrow-left", "forwardButton": "arrow-right", "toParentButton": "chevron-up"}
_NOT_NEEDED = ("newFolderButton", "listModeButton", "detailModeButton")
_KIND_OF_FILE = 2
#: Where desktops show sticks and other disks.
_MOUNTS = ("/media/", "/run/media/", "/mnt/", "/Volumes/")


def usual_places() -> list[Path]:
    """Where people look: home, desktop, documents, downloads, then every stick and disk that is there."""
    from PySide6.QtCore import QStorageInfo

    kind = QStandardPaths.StandardLocation
    own = [
        QStandardPaths.writableLocation(each)
        for each in (
            kind.HomeLocation,
            kind.DesktopLocation,
            kind.DocumentsLocation,
            kind.DownloadLocation,
        )
    ]
    disks = [
        volume.rootPath()
        for volume in QStorageInfo.mountedVolumes()
        if volume.isReady() and (os.name == "nt" or volume.rootPath().startswith(_MOUNTS))
    ]
    found = dict.fromkeys(Path(place) for place in (*own, *disks) if place)
    return [place for place in found if place.is_dir()]


class FileChooser(QFileDialog):
    """Opened with `open()`; gone when it is closed. Begins at home unless told otherwise."""

    def __init__(self, theme: Theme, window: QWidget | None, title: str) -> None:
        # Qt would keep the folders that were visited in a file of its own.
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)
        places = usual_places()
        super().__init__(window, title, str(places[0]) if places else "")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.setOption(QFileDialog.Option.DontUseCustomDirectoryIcons)
        self.setViewMode(QFileDialog.ViewMode.Detail)
        self.setSidebarUrls([QUrl.fromLocalFile(str(place)) for place in places])
        self.resize(theme.size(860, 520))
        for name, icon in _ICONS.items():
            button = self.findChild(QToolButton, name)
            if button is not None:
                set_look(button, kind="icon")
                button.setIcon(theme.icons.icon(icon, 18))
                button.setIconSize(QSize(theme.px(18), theme.px(18)))
        for name in _NOT_NEEDED:
            surplus = self.findChild(QAbstractButton, name)
            if surplus is not None:
                surplus.hide()
        for view in self.findChildren(QAbstractItemView):
            # Nobody moves a file by chance, and its name is not dragged into another program.
            view.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
        halves = self.findChild(QSplitter, "splitter")
        if halves is not None:
            halves.setSizes([theme.px(200), theme.px(620)])
        around = self.layout()
        if around is not None:
            edge = theme.px(20)
            around.setContentsMargins(edge, edge, edge, edge)
            around.setSpacing(theme.px(8))
        theme.dress(self)
        files = self.findChild(QTreeView, "treeView")
        if files is not None:
            files.setColumnHidden(_KIND_OF_FILE, True)
            files.header().setStretchLastSection(False)
            files.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def name_parts(self, accept: str) -> None:
        """Say what the fields are, and what the button does; call it when the kind of dialog is settled."""
        label = QFileDialog.DialogLabel
        folder = self.fileMode() == QFileDialog.FileMode.Directory
        for part, text in (
            (label.LookIn, _("Place")),
            (label.FileName, _("Folder") if folder else _("File")),
            (label.FileType, _("Kind of file")),
            (label.Accept, accept),
            (label.Reject, _("Cancel")),
        ):
            self.setLabelText(part, text)
        maker = self.findChild(QToolButton, "newFolderButton")
        if maker is not None and (folder or self.acceptMode() == QFileDialog.AcceptMode.AcceptSave):
            maker.setText(_("New folder"))
            maker.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            maker.show()
