"""Strips between the top bar and the page: an invented vault, and a backup that is long overdue."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shelter_app.casework.backups import BackupAge
from shelter_app.casework.returning import CutOff
from shelter_app.vault.passwords import DEMO_PASSWORD
from shelter_i18n import _, ngettext
from shelter_ui.context import AppContext
from shelter_ui.locking.cut_off_banner import CutOffBanner
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner
from shelter_ui.windows.erasure_banner import ErasureBanner
from shelter_ui.windows.ways_banner import WaysBanner

__all__ = ["NoticesBar", "backup_sentence", "backup_words", "disk_words"]


def backup_words(age: BackupAge) -> str:
    """How old the last backup is."""
    if age.days is None:
        return _("No backup yet")
    if age.clock_odd:
        return _("Backup: the clock is wrong")
    if age.days == 0:
        return _("Backup today")
    return ngettext("Backup {number} day ago", "Backup {number} days ago", age.days).format(number=age.days)


def disk_words(age: BackupAge) -> str:
    """On which disk the last backup lies; empty where there is none."""
    if age.days is None:
        return ""
    return _("On another disk") if age.other_disk else _("Same disk as the vault")


def backup_sentence(age: BackupAge) -> str:
    """How old the last backup is and on which disk it lies."""
    words, disk = backup_words(age), disk_words(age)
    return _("{age}. {disk}").format(age=words, disk=disk) if disk else words


class NoticesBar(Themed, QWidget):
    """Takes no room while there is nothing to say."""

    #: The person wants to make a backup now.
    backup_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = context.theme
        self._age: BackupAge | None = None
        self._said_below = False
        self.demo = Banner(theme, "warning", icon="info")
        self.demo.setObjectName("demo_banner")
        if not context.session.keyring.header.demo:
            self.demo.hide()
        self.backup = Banner(theme, "overdue")
        self.backup.setObjectName("backup_banner")
        self._act = Button(theme, "", size="small")
        self._act.setObjectName("backup_now")
        self._act.clicked.connect(lambda _checked=False: self.backup_asked.emit())
        self.backup.add_action(self._act)
        self.backup.hide()
        self.cut_off = CutOffBanner(theme)
        self.cut_off.closed.connect(self.retranslate_ui)
        self.ways = WaysBanner(context)
        self.ways.changed.connect(self.retranslate_ui)
        self.erasures = ErasureBanner(context)
        self.erasures.changed.connect(self.retranslate_ui)
        self._demo = context.session.keyring.header.demo
        self._column = QVBoxLayout(self)
        self._column.setSpacing(theme.px(8))
        self._column.addWidget(self.demo)
        self._column.addWidget(self.cut_off)
        self._column.addWidget(self.backup)
        self._column.addWidget(self.erasures)
        self._column.addWidget(self.ways)
        self.adopt(theme)
        self.retranslate_ui()

    def show_backup(self, age: BackupAge, *, said_below: bool = False) -> None:
        """Insist on a backup from the fourteenth day; a vault of invented people needs none, nor a page that says it."""
        self._age, self._said_below = age, said_below
        self.retranslate_ui()

    def show_cut_off(self, works: Sequence[CutOff]) -> None:
        """Tell which work was not finished."""
        self.cut_off.show_works(works)
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.demo.set_words(
            _("Demonstration with invented people. Do not enter real data. Password: {password}").format(
                password=DEMO_PASSWORD
            )
        )
        insist = self._age is not None and self._age.level == "insist" and not self._demo
        if self._age is not None and self._age.days is None:
            title = _("There is no backup of this vault yet.")
        else:
            days = (self._age.days if self._age else 0) or 0
            title = ngettext(
                "The last backup is {number} day old.", "The last backup is {number} days old.", days
            ).format(number=days)
        self.backup.set_words(
            title, _("If this computer is lost or breaks, everything since then is lost with it.")
        )
        self._act.setText(_("Make a backup"))
        insist = insist and not self._said_below
        self.backup.setVisible(insist)
        px = self.theme.px
        shown = insist or self._demo or self.cut_off.wanted or self.ways.wanted or self.erasures.wanted
        top = px(8) if shown else 0
        self._column.setContentsMargins(px(24), top, px(24), 0)
        self.setVisible(shown)
