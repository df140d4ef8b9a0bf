"""What nobody should overlook after signing in: the journal is not what it was, or the users are not those that were signed."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from shelter_app.errors import ShelterError
from shelter_i18n import _
from shelter_i18n.formats import format_date, format_number
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.notices import Banner
from shelter_ui.widgets.texts import Prose
from shelter_ui.windows.start_page import CardPage, Desk

if TYPE_CHECKING:
    from shelter_app.casework.heads import LastSession
    from shelter_app.casework.session import Session
    from shelter_app.casework.sign_in_warnings import Warned

__all__ = ["HeadWarningPage", "last_session_words"]

#: So many warnings are said one by one, as many as fit on a small screen.
_MOST_SAID = 4


def last_session_words(last: LastSession | None) -> str:
    """Where the journal stood when the person last signed out; empty if they were never here."""
    if last is None:
        return ""
    text = _("Your last session ended on {day}, {time}, at line {line} of the journal.")
    if not last.closed:
        text = _(
            "Your last session that was closed properly ended on {day}, {time}, at line {line} of the journal."
        )
    return text.format(
        day=format_date(last.at.date()), time=f"{last.at:%H:%M}", line=format_number(last.number)
    )


class HeadWarningPage(CardPage):
    """Says what is missing or different, and waits until the person says that they have read it."""

    #: The person has read the warnings and goes on.
    done = Signal()

    def __init__(
        self, desk: Desk, session: Session, warnings: Sequence[Warned], parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, card_width=700, parent=parent)
        from shelter_app.casework.sign_in_warnings import about_users, explained, only_noticed
        from shelter_app.vault.rights import Right

        theme = desk.theme
        self.setObjectName("head_warning")
        self._session, self._warnings = session, tuple(warnings)
        #: Said one by one; of more than fit on the page, the rest is counted.
        self._said = self._warnings if len(self._warnings) <= _MOST_SAID else self._warnings[: _MOST_SAID - 1]
        self._banners = [Banner(theme, "info" if explained(warning) else "alert") for warning in self._said]
        if len(self._said) < len(self._warnings):
            self._banners.append(Banner(theme, "alert"))
        self._explained = all(explained(warning) for warning in warnings)
        self._only_noticed = only_noticed(warnings)
        self._about_users = any(about_users(warning) for warning in warnings)
        may_settle = self._about_users and session.may(Right.MANAGE_USERS)
        for banner in self._banners:
            banner.setObjectName("head_warning_banner")
            self.fields.addWidget(banner)
        self._advice = Prose(theme, "", "body", "text2")
        self.fields.addWidget(self._advice)
        self._understood = QCheckBox()
        self._understood.setObjectName("warning_understood")
        self.fields.addWidget(self._understood)
        self._put_right, self._confirm = Button(theme, "", "quiet"), Button(theme, "", "quiet")
        self._put_right.setObjectName("put_users_right")
        self._confirm.setObjectName("confirm_users")
        self._put_right.clicked.connect(lambda _checked=False: self._settle(signed=True))
        self._confirm.clicked.connect(lambda _checked=False: self._settle(signed=False))
        self._leave = Button(theme, "", "quiet")
        self._leave.clicked.connect(lambda _checked=False: self.go_back())
        self._go_on = Button(theme, "", "primary")
        self._go_on.setObjectName("warning_read")
        self._go_on.setEnabled(False)
        self._understood.toggled.connect(self._go_on.setEnabled)
        self._go_on.clicked.connect(lambda _checked=False: self._on_read())
        self.buttons.addWidget(self._leave)
        self.buttons.addStretch(1)
        for button in (self._put_right, self._confirm):
            button.setVisible(may_settle)
            button.setEnabled(False)
            self._understood.toggled.connect(button.setEnabled)
            self.buttons.addWidget(button)
        self.buttons.addWidget(self._go_on)
        self._noted = False
        self.retranslate_ui()

    def on_shown(self) -> None:
        """Write down what was found, before anybody can look away."""
        super().on_shown()
        self._understood.setFocus()
        if self._noted:
            return
        self._noted = True
        from shelter_app.casework.sign_in_warnings import note

        # On a full disk the warning is shown all the same.
        with contextlib.suppress(ShelterError):
            note(self._session, self._warnings)
        for banner in self._banners:
            banner.announce()

    def _on_read(self) -> None:
        from shelter_app.casework.sign_in_warnings import acknowledge

        # What cannot be kept on a full disk is said again next time; it keeps nobody out.
        with contextlib.suppress(ShelterError):
            acknowledge(self._session, self._warnings)
        self.done.emit()

    def _settle(self, *, signed: bool) -> None:
        """Put back what was signed of the users, or sign them as they are, and go on."""
        from shelter_app.casework.attesting import attest_users, put_right

        (put_right if signed else attest_users)(self._session)
        self._on_read()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        from shelter_app.casework.sign_in_warnings import words

        super().retranslate_ui()
        if self._about_users:
            self.set_words(
                _("The users are not those that were signed"),
                _(
                    "Who may sign in stands in the key file of this vault. Each change of it is signed in the journal."
                ),
            )
        elif self._only_noticed:
            self.set_words(
                _("Something was found when the vault was opened"),
                _("The vault is open and nothing in it was changed by this."),
            )
        else:
            self.set_words(
                _("The journal is not as it was last seen"),
                _("The journal records who did what in this vault. It only ever grows."),
            )
        for warning, banner in zip(self._said, self._banners, strict=False):
            banner.set_words(_title(warning), words(warning))
        left = len(self._warnings) - len(self._said)
        if left:
            self._banners[-1].set_words(
                _("And {number} more").format(number=format_number(left)),
                _("The check of the vault names them."),
            )
        self._advice.setVisible(not self._only_noticed)
        self._advice.set_text(
            _("If you know of this restore, all is as it should be. If not, ask who made it.")
            if self._explained
            else _(
                "If nobody restored a backup or brought back an older copy of the folder, somebody has worked on the files "
                "of this vault. Tell your supervisor, keep the newest backup apart, and have the vault checked under "
                "Administration. That this was found stands in the journal now."
            )
        )
        self._understood.setText(
            _("I have read this")
            if self._only_noticed
            else _("I have read this and tell my supervisor if I cannot explain it")
        )
        self._leave.setText(_("Sign out"))
        self._put_right.setText(_("Put back what was signed"))
        self._confirm.setText(_("Sign the users as they are"))
        self._go_on.setText(_("Go on"))


def _title(warning: Warned) -> str:
    from shelter_app.casework.heads import HeadWarning
    from shelter_app.casework.sign_in_warnings import Noticed

    if isinstance(warning, Noticed):
        mended = warning.kind == "copy mended"
        return _("A copy of the key file was damaged") if mended else _("A list of erasures was refused")
    if not isinstance(warning, HeadWarning):
        return warning.name or _("The key file")
    if warning.kind == "different":
        return _("A line of the journal is another one")
    if warning.kind == "note":
        return _("Your own note is not as you left it")
    return _("The journal ends earlier")
