"""A sealed picture shown inside the window; its bytes stay in memory and go with the dialog."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from shelter_app.casework.attachments import OpenedDocument
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.dialogs.dialog import Dialog
from shelter_ui.widgets.texts import Prose

__all__ = ["PictureDialog", "read_picture"]

_FORMATS = {
    "image/jpeg": b"jpeg",
    "image/png": b"png",
    "image/gif": b"gif",
    "image/bmp": b"bmp",
    "image/webp": b"webp",
}
#: Memory that a decoded picture may take; a file that asks for more is not a photo.
_MOST_MEGABYTES = 512


def read_picture(data: bytes, media_type: str, room: QSize) -> QImage:
    """The picture as it lies upright, made to fit `room`; a null image where it cannot be read."""
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(_FORMATS.get(media_type, b"")))
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(_MOST_MEGABYTES)
    image = reader.read()
    if image.isNull() or (image.width() <= room.width() and image.height() <= room.height()):
        return image
    return image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


class PictureDialog(Dialog):
    """Shows one picture as large as the window allows."""

    def __init__(self, context: AppContext, parent: QWidget | None, opened: OpenedDocument) -> None:
        space = parent.size() if parent is not None else QSize(1100, 760)
        scale = context.theme.px(100) / 100
        room = QSize(int(space.width() * 0.8), int(space.height() * 0.72))
        image = read_picture(opened.data, opened.document.media_type, room)
        width = max(image.width(), context.theme.px(360)) + 2 * context.theme.px(24)
        super().__init__(context.theme, parent, width=int(width / scale))
        self.setObjectName("picture_dialog")
        self._name = opened.document.name
        self.picture = QLabel()
        self.picture.setObjectName("picture")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setPixmap(QPixmap.fromImage(image))
        self.picture.setVisible(not image.isNull())
        self._broken = Prose(context.theme)
        self._broken.setVisible(image.isNull())
        self.body.addWidget(self.picture)
        self.body.addWidget(self._broken)
        self._leave = self.add_button("", self.reject, "primary", name="leave")
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_heading(self._name)
        self.picture.setAccessibleName(self._name)
        self._broken.set_text(
            _("This picture cannot be shown here. Save a copy and open it with another program.")
        )
        self._leave.setText(_("Close"))
