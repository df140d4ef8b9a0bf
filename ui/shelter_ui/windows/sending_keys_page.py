"""Keys and rules of sending: the office's own key, the keys that were compared, whether a second person confirms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.casework.extract import OFFICE_WORDS, Office, office, set_office
from shelter_app.casework.pool import forget_key, office_key_file, office_keys, trusted_keys
from shelter_app.casework.second_person import second_people, second_wanted, set_second_wanted
from shelter_app.casework.session import Session
from shelter_app.errors import ShelterError
from shelter_app.exchange.pool_keys import PublicKey
from shelter_app.reports.summary import write_files
from shelter_app.storage.store import Changes
from shelter_app.vault.rights import Right
from shelter_i18n import _
from shelter_ui.context import AppContext
from shelter_ui.dialogs.add_key import ROLE_WORDS
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.segmented import Segmented
from shelter_ui.widgets.texts import IconLabel, Prose, Text
from shelter_ui.windows.page import Page
from shelter_ui.windows.rows_card import RowsCard
from shelter_ui.windows.scrolling import scrolled_column

__all__ = ["SendingKeysPage"]


@dataclass(frozen=True)
class _State:
    own: PublicKey | None
    known: tuple[PublicKey, ...]
    second: bool
    people: tuple[str, ...]
    office: Office

    @classmethod
    def of(cls, session: Session) -> _State:
        keys = office_keys(session)
        return cls(
            keys.public if keys else None, trusted_keys(session), second_wanted(session), second_people(session),
            office(session),
        )  # fmt: skip


class _KeyRow(Themed, QWidget):
    """One key that was compared."""

    forgotten = Signal()

    def __init__(self, theme: Theme, key: PublicKey, *, may: bool) -> None:
        super().__init__()
        self._key = key
        self._name, self._digits = Text("", "body", medium=True), Text(key.fingerprint, "label", "text2")
        self._forget = Button(theme, "", size="small")
        self._forget.setObjectName(f"forget_{key.id}")
        self._forget.setVisible(may)
        self._forget.clicked.connect(self.forgotten)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._digits)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        row.setSpacing(theme.px(12))
        row.addWidget(IconLabel(theme, "key-round", 18, "text2"))
        row.addLayout(words, 1)
        row.addWidget(self._forget)
        self.adopt(theme)
        self.retranslate_ui()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        role = _(ROLE_WORDS[self._key.role])
        self._name.setText(_("{name}, {role}").format(name=self._key.id, role=role))
        self._forget.setText(_("Trust it no more"))
        self._forget.setAccessibleDescription(self._key.id)


class _KnownKeys(RowsCard):
    """The card with the keys that were compared."""

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        self.set_words(
            _("Keys of receivers and coordinating bodies"), _("No key has been compared and taken over yet.")
        )


class SendingKeysPage(Page):
    """Everybody who makes summaries sees it; who may change the settings changes it."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.setObjectName("sending_keys_page")
        self._may = context.session.may(Right.CHANGE_SETTINGS)
        self._state: _State | None = None
        self._problem = Banner(theme, "warning")
        self._problem.setObjectName("keys_problem")
        self._problem.hide()
        self._own = Card(theme, padding=16, spacing=8)
        self._own_words, self._own_digits = Prose(theme, "", "label", "text2"), Text("", "section")
        self._own_digits.setObjectName("own_fingerprint")
        self._save = Button(theme, "", icon="download")
        self._save.setObjectName("save_office_key")
        self._save.clicked.connect(lambda _checked=False: self._on_save())
        row = QHBoxLayout()
        row.addWidget(self._save)
        row.addStretch(1)
        self._own.body.addWidget(self._own_digits)
        self._own.body.addWidget(self._own_words)
        self._own.body.addLayout(row)
        self._known = _KnownKeys(theme)
        self._add = Button(theme, "", icon="plus")
        self._add.setObjectName("add_key")
        self._add.clicked.connect(lambda _checked=False: self._on_add())
        add_row = QHBoxLayout()
        add_row.addWidget(self._add)
        add_row.addStretch(1)
        self._rules = Card(theme, padding=16, spacing=14)
        self._second = Segmented(theme, required=True)
        self._second.setObjectName("setting_second")
        self._second.changed.connect(lambda code: self._change(lambda s: set_second_wanted(s, code == "yes")))
        self._second_row = FieldRow(theme, self._second)
        self._office = Segmented(theme, required=True)
        self._office.setObjectName("setting_office")
        self._office.changed.connect(self._on_office)
        self._office_row = FieldRow(theme, self._office)
        self._rules.body.addWidget(self._second_row)
        self._rules.body.addWidget(self._office_row)
        for widget in (self._save, self._add):
            widget.setVisible(self._may)
        for choice in (self._second, self._office):
            choice.setEnabled(self._may)
        scrolled_column(self, theme, [self._problem, self._own, self._known, add_row, self._rules])
        context.hub.changed.connect(self._on_changed)
        self.retranslate_ui()

    def title(self) -> str:
        """Name of the page."""
        return _("Keys and rules")

    def on_shown(self) -> None:
        """Read what may have changed."""
        self._look()

    def _on_changed(self, changes: object) -> None:
        if isinstance(changes, Changes) and changes.touches("keys", "office", "second_person"):
            self._look()

    def _look(self) -> None:
        session = self.context.session
        self.context.tasks.run(
            lambda _job: _State.of(session), self._on_state, on_error=self._on_error, owner=self
        )

    def _on_state(self, state: _State) -> None:
        self._state = state
        rows: list[QWidget] = []
        for key in state.known:
            row = _KeyRow(self.theme, key, may=self._may)
            row.forgotten.connect(lambda name=key.id: self._on_forget(name))
            rows.append(row)
        self._known.show_rows(rows)
        self._second.set_value("yes" if state.second else "no")
        self._office.set_value(state.office)
        self.retranslate_ui()

    def _on_error(self, error: ShelterError) -> None:
        self._problem.set_words(_("This is not possible now"), str(error))
        self._problem.show()
        self._problem.announce()
        self._look()

    def _change(self, change: Callable[[Session], object]) -> None:
        self._problem.hide()
        session = self.context.session

        def done(_result: object) -> None:
            self.context.hub.tell(Changes.of(None, "keys"))

        self.context.tasks.run(lambda _job: change(session), done, on_error=self._on_error, owner=self)

    def _on_office(self, code: object) -> None:
        kind: Office = "national" if code == "national" else "post"
        self._change(lambda session: set_office(session, kind))

    def _on_forget(self, name: str) -> None:
        self.context.ask.confirm(
            _("Trust the key of {name} no more?").format(name=name),
            _("Nothing can be sent to it until its key has been compared again."),
            _("Trust it no more"),
            lambda: self._change(lambda session: forget_key(session, name)),
        )

    def _on_save(self) -> None:
        self.context.ask.folder(_("Folder for the public key of this office"), self._write_own)

    def _write_own(self, folder: Path) -> None:
        def write(session: Session) -> object:
            key, data = office_key_file(session)
            return write_files(folder, {f"{key.id}.pub": data})

        self._change(write)

    def _on_add(self) -> None:
        self.context.ask.file(
            _("The public key of a receiver or coordinating body"), self._on_file, endings=("pub",), kinds=_("Public keys")
        )  # fmt: skip

    def _on_file(self, path: Path) -> None:
        self._problem.hide()

        def read(_job: object) -> PublicKey:
            from shelter_app.casework.pool_rounds import read_public_key

            return read_public_key(path)

        self.context.tasks.run(
            read, lambda key: self._compare(path, key), on_error=self._on_error,
            owner=self, database=False,
        )  # fmt: skip

    def _compare(self, path: Path, key: PublicKey) -> None:
        from shelter_ui.dialogs.add_key import AddKeyDialog

        AddKeyDialog(self.context, self.window(), path, key).open()

    def retranslate_ui(self) -> None:
        """Fetch the texts."""
        state = self._state
        self._own.set_title(_("Key of this office"))
        self._own_digits.setText(state.own.fingerprint if state and state.own else "")
        self._own_digits.setVisible(bool(state and state.own))
        made = _(
            "{name} signs with this key. Read the digits out to each receiver over the phone, and give them the file with the "
            "public key."
        )
        none = _(
            "This office has no key yet. Whoever may change the settings makes it by saving its public file; then it can sign."
        )
        self._own_words.set_text(made.format(name=state.own.id) if state and state.own else none)
        self._save.setText(
            _("Save the public key") if state and state.own else _("Make the key and save its public file")
        )
        self._known.retranslate_ui()
        self._add.setText(_("Add a key from a file"))
        self._rules.set_title(_("Rules of this post"))
        self._second_row.set_label(_("Who lets something leave?"))
        self._second.set_options(
            [("no", _("Whoever makes the summary")), ("yes", _("A second person confirms"))]
        )
        alone = _(
            "Nobody else here makes summaries with a password of their own, so nobody could confirm. Add a user first."
        )
        self._second_row.set_help(
            alone
            if state and not state.people and not state.second
            else _(
                "The second person types their password at the same computer; the journal keeps who it was."
            )
        )
        self._office_row.set_label(_("What kind of office is this?"))
        self._office.set_options([("post", _("A single post")), ("national", _("A national office"))])
        self._office_row.set_help(_(OFFICE_WORDS[state.office]) if state else "")
