"""What stands beside the preview of a summary: the share kept, what is hidden and why, and what was tried."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from shelter_app.anonymise.release import ProtectedRelease
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.painting import draw_hatch, draw_icon, draw_text
from shelter_ui.widgets.texts import Figure, IconLabel, Prose, Text

__all__ = ["HatchSign", "SummarySide"]


class HatchSign(Themed, QWidget):
    """The sign of one kind of hiding: "<11", the crossed eye, or the mark of merged rows."""

    def __init__(self, theme: Theme, *, text: str = "", icon: str = "", strong: bool = False) -> None:
        super().__init__()
        self._text, self._icon, self._strong = text, icon, strong
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.adopt(theme)

    def sizeHint(self) -> QSize:
        """The size of a small cell."""
        return self.theme.size(36, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw hatch and sign."""
        theme, painter, box = self.theme, QPainter(self), self.rect()
        draw_hatch(
            painter, theme, box, radius=theme.px(4), border="sealed" if self._strong else "sealed_line"
        )
        plate = box.adjusted(theme.px(5), theme.px(3), -theme.px(5), -theme.px(3))
        painter.fillRect(plate, theme.colour("sealed_bg"))
        if self._icon:
            draw_icon(
                painter,
                theme,
                self._icon,
                plate.center().x() + 1 - theme.px(7),
                plate.center().y() + 1,
                14,
                "sealed",
            )
        else:
            draw_text(
                painter,
                theme,
                plate,
                self._text,
                theme.font("caption"),
                "sealed",
                align=Qt.AlignmentFlag.AlignHCenter,
            )


class _Kind(QWidget):
    """A sign, how many there are, and why."""

    def __init__(self, theme: Theme, sign: HatchSign) -> None:
        super().__init__()
        self._count, self._why = Text("", "label", medium=True), Prose(theme, "", "caption", "text2")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._count)
        words.addWidget(self._why)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def set_words(self, count: str, why: str) -> None:
        """Show how many and why."""
        self._count.setText(count)
        self._why.set_text(why)
        self.setAccessibleName(f"{count}. {why}")


class _Tried(QWidget):
    """One kind of attack and whether it failed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._icon = IconLabel(theme, "shield-check", 16, "ok")
        self._name, self._word = Prose(theme, "", "caption"), Text("", "caption", "ok")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self._icon, 0, top)
        row.addWidget(self._name, 1)
        row.addWidget(self._word, 0, top)

    def set_check(self, name: str, *, held: bool) -> None:
        """Show one kind of attack."""
        word = _("held") if held else _("not held")
        self._icon.set_icon("shield-check" if held else "circle-alert", "ok" if held else "alert")
        self._name.set_text(name)
        self._word.setText(word)
        self._word.set_tone("ok" if held else "alert")
        self.setAccessibleName(f"{name}: {word}")


class SummarySide(Themed, QWidget):
    """The right column of the preview."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._release: ProtectedRelease | None = None
        self._share = Figure()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._why = Text("", "body", medium=True)
        self._small = _Kind(theme, HatchSign(theme, text="<11"))
        self._hidden = _Kind(theme, HatchSign(theme, icon="eye-off", strong=True))
        self._merged = _Kind(theme, HatchSign(theme, icon="merge"))
        kept = Card(theme, padding=14, spacing=8)
        for widget in (self._share, self._bar, self._why, self._small, self._hidden, self._merged):
            kept.body.addWidget(widget)
        self._tried_card = Card(theme, padding=14, spacing=6)
        self._tried_title, self._tried_count = (
            Text("", "body", medium=True),
            Text("", "label", "text2", wrap=True),
        )
        self._tried_card.body.addWidget(self._tried_title)
        self._tried_card.body.addWidget(self._tried_count)
        self._tried: list[_Tried] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(kept)
        column.addWidget(self._tried_card)
        column.addStretch(1)
        self.adopt(theme)

    def show_release(self, release: ProtectedRelease) -> None:
        """Show what is kept of this release, and what was tried against it."""
        self._release = release
        while len(self._tried) < len(release.checks):
            self._tried.append(_Tried(self.theme))
            self._tried_card.body.addWidget(self._tried[-1])
        for place, line in enumerate(self._tried):
            line.setVisible(place < len(release.checks))
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        release = self._release
        if release is None:
            return
        counts = release.counts
        percent = round(100 * release.share_kept)
        self._share.set_figure(_("{number}%").format(number=percent), _("of the information is kept"))
        self._bar.setValue(round(1000 * release.share_kept))
        self._bar.setAccessibleName(_("Share of the information that is kept"))
        self._why.setText(_("Hidden, and why"))
        self._small.set_words(
            ngettext("{number} cell", "{number} cells", counts.small).format(
                number=format_number(counts.small)
            ),
            _(
                "From 0 to {most} persons. Zero looks the same as {most}, so nobody learns whether somebody was here."
            ).format(most=release.threshold - 1),
        )
        self._hidden.set_words(
            ngettext("{number} cell", "{number} cells", counts.hidden).format(
                number=format_number(counts.hidden)
            ),
            _("They would have given away a cell with few persons."),
        )
        self._hidden.setVisible(counts.hidden > 0)
        self._merged.set_words(
            ngettext("{number} category merged", "{number} categories merged", counts.merged).format(
                number=format_number(counts.merged)
            ),
            _("Categories with few persons, or nobody, share a common row."),
        )
        self._merged.setVisible(counts.merged > 0)
        attempts = sum(check.attempts for check in release.checks)
        self._tried_card.setVisible(bool(release.checks))
        self._tried_title.setText(_("Tried to break it"))
        held = all(check.held for check in release.checks)
        count = format_number(attempts)
        self._tried_count.setText(
            ngettext("{number} attempt, it failed", "{number} attempts, none got through", attempts).format(
                number=count
            )
            if held
            else ngettext("{number} attempt", "{number} attempts", attempts).format(number=count)
        )
        for line, check in zip(self._tried, release.checks, strict=False):
            line.set_check(_(check.name), held=check.held)
