"""Checking a package from the window: an own one is known again by its bytes, a received one opens with a key."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.domain.periods import Period, PeriodError
from shelter_app.errors import ShelterError
from shelter_app.exchange.verify_model import CHECKS, CheckId, Report
from shelter_app.exchange.verify_text import report_text
from shelter_app.reports.summary import write_files
from shelter_app.vault.errors import NoWritePermission
from shelter_i18n import _, ngettext
from shelter_i18n.formats import format_number, format_short_date
from shelter_ui.context import AppContext
from shelter_ui.tasks import Job
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.fields import PasswordEdit
from shelter_ui.widgets.notices import Banner, Card
from shelter_ui.widgets.progress import ProgressPanel
from shelter_ui.widgets.texts import ElidedText, Prose
from shelter_ui.windows.check_lines import CheckLines
from shelter_ui.windows.page import Page
from shelter_ui.windows.scrolling import scrolled_column
from shelter_ui.windows.summary_period import in_words

if TYPE_CHECKING:
    from shelter_app.casework.sent_files import Known

__all__ = ["CheckPackagePage"]


class CheckPackagePage(Page):
    """Choose a file; the outcome is in plain words. Nothing that a package holds is written anywhere."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self.setObjectName("check_package_page")
        self._path: Path | None = None
        self._key: Path | None = None
        self._office: Path | None = None
        self._known: Known | None = None
        self._report: Report | None = None
        self._error: ShelterError | None = None
        self._job: Job | None = None
        self._intro = Prose(theme, "", "body", "text2")
        self._card = Card(theme, padding=16, spacing=10)
        self._choose = Button(theme, "", "primary", icon="folder-open")
        self._choose.setObjectName("choose_package")
        self._choose.clicked.connect(lambda _checked=False: self._on_choose())
        self._file = ElidedText("", "label", "text2")
        self._card.body.addLayout(_row(theme.px(12), self._choose, self._file))
        self._opening = QWidget()
        opening = QVBoxLayout(self._opening)
        opening.setContentsMargins(0, 0, 0, 0)
        opening.setSpacing(theme.px(10))
        self._why = Prose(theme, "", "label", "text2")
        self._choose_key, self._choose_office = (
            Button(theme, icon="key-round"),
            Button(theme, icon="key-round"),
        )
        self._choose_key.setObjectName("choose_key")
        self._choose_office.setObjectName("choose_office_key")
        self._choose_key.clicked.connect(lambda _checked=False: self._on_choose_key())
        self._choose_office.clicked.connect(lambda _checked=False: self._on_choose_office())
        self._key_name, self._office_name = ElidedText("", "label", "text2"), ElidedText("", "label", "text2")
        self._password = PasswordEdit(theme)
        self._password.edit.setObjectName("key_password")
        self._password.edit.returnPressed.connect(self._on_check)
        self._password_row = FieldRow(theme, self._password)
        self._password_row.setMaximumWidth(theme.px(360))
        self._check = Button(theme, "", "primary", icon="shield-check")
        self._check.setObjectName("check_package")
        self._check.clicked.connect(lambda _checked=False: self._on_check())
        opening.addWidget(self._why)
        opening.addLayout(_row(theme.px(12), self._choose_key, self._key_name))
        opening.addWidget(self._password_row)
        opening.addLayout(_row(theme.px(12), self._choose_office, self._office_name))
        opening.addLayout(_row(theme.px(12), self._check))
        self._opening.hide()
        self._card.body.addWidget(self._opening)
        self.progress = ProgressPanel(theme)
        self.banner = Banner(theme, "info")
        self.banner.setObjectName("check_outcome")
        self.banner.hide()
        self.checks = CheckLines(theme, with_series=True)
        self._checks_card = Card(theme, padding=16, spacing=6)
        self._checks_card.body.addWidget(self.checks)
        self._checks_card.hide()
        self._save = Button(theme, "", size="small", icon="save")
        self._save.setObjectName("save_outcome")
        self._save.clicked.connect(lambda _checked=False: self._on_save())
        self.banner.add_action(self._save)
        scrolled_column(self, theme, [self._intro, self._card, self.progress, self.banner, self._checks_card])
        self.retranslate_ui()

    def title(self) -> str:
        """Name of the page."""
        return _("Check a package")

    def on_escape(self) -> bool:
        """Stop what is under way."""
        if self._job is not None:
            self.progress.cancel()
            return True
        return False

    # -- choosing -------------------------------------------------------------------------------

    def _on_choose(self) -> None:
        if self._job is None:
            self.context.ask.file(
                _("Which package?"), self._on_file, endings=("age", "tar", "zip"), kinds=_("Packages")
            )

    def _on_file(self, path: Path) -> None:
        self._path, self._known, self._report, self._error = path, None, None, None
        self._file.setText(path.name)
        self._opening.hide()
        session = self.context.session

        def look(_job: object) -> Known | None:
            from shelter_app.casework.sent_files import known_file

            try:
                return known_file(session, path)
            except OSError as error:
                raise NoWritePermission from error

        self.context.tasks.run(look, self._on_looked, on_error=self._on_error, owner=self)
        self._show()

    def _on_looked(self, known: Known | None) -> None:
        self._known = known
        if known is not None:
            self._run_own(known)
        elif self._path is not None and self._path.suffix != ".age":
            self._run(None, "")
        else:
            self._opening.show()
            self._show()
            self._choose_key.setFocus()

    def _on_choose_key(self) -> None:
        self.context.ask.file(_("Your key file"), self._on_key, endings=("key",), kinds=_("Key files"))

    def _on_key(self, path: Path) -> None:
        self._key = path
        self._key_name.setText(path.name)
        self._password.setFocus()

    def _on_choose_office(self) -> None:
        self.context.ask.file(
            _("The public key of the office"), self._on_office, endings=("pub",), kinds=_("Public keys")
        )

    def _on_office(self, path: Path) -> None:
        self._office = path
        self._office_name.setText(path.name)

    # -- checking -------------------------------------------------------------------------------

    def _on_check(self) -> None:
        if self._job is not None:
            return
        if self._key is None:
            self._on_choose_key()
            return
        self._run(self._key, self._password.text())
        self._password.clear()

    def _begin(self) -> Job:
        self._job, self._error, self._report = Job(), None, None
        self._job.progressed.connect(lambda done, _total: self.checks.set_running(done))
        self.progress.follow(self._job, _("Checking"))
        self.checks.set_running(0)
        self._show()
        return self._job

    def _run(self, key_file: Path | None, password: str) -> None:
        path, office_file = self._path, self._office
        if path is None:
            return
        order = list(CHECKS)

        def work(job: Job) -> Report:
            # What attacks figures takes long to load, so not on the thread of the window.
            from shelter_app.casework.package_check import verify_packages
            from shelter_app.casework.pool_rounds import read_public_key
            from shelter_app.exchange.pool_keys import open_key_file

            def step(check: CheckId) -> None:
                job.progress(order.index(check), len(order))

            try:
                offices = [read_public_key(office_file)] if office_file is not None else []
                keys = open_key_file(key_file, password) if key_file is not None else None
                return verify_packages([path], keys, offices, on_part=step)[0]
            except OSError as error:
                raise NoWritePermission from error

        self.context.tasks.run(
            work, self._on_report, on_error=self._on_error, on_cancelled=self._on_cancelled, owner=self,
            database=False, job=self._begin(),
        )  # fmt: skip

    def _run_own(self, known: Known) -> None:
        session, order = self.context.session, list(CHECKS)

        def work(job: Job) -> Report | None:
            from shelter_app.casework.sent_files import check_again

            return check_again(
                session, known, on_check=lambda check: job.progress(order.index(check), len(order))
            )

        self.context.tasks.run(
            work, self._on_report, on_error=self._on_error, on_cancelled=self._on_cancelled, owner=self,
            job=self._begin(),
        )  # fmt: skip

    def _on_report(self, report: Report | None) -> None:
        self._job, self._report = None, report
        if report is not None:
            self.checks.show_report(report)
        self._show()
        self.banner.announce()

    def _on_error(self, error: ShelterError) -> None:
        self._job, self._error = None, error
        self._show()
        self.banner.announce()

    def _on_cancelled(self) -> None:
        self._job = None
        self._show()

    def _on_save(self) -> None:
        self.context.ask.save_file(
            _("Save the outcome"), "package-check.txt", self._write_outcome, endings=("txt",)
        )

    def _write_outcome(self, path: Path) -> None:
        report = self._report
        if report is None:
            return
        text = "\n".join(report_text([report], language) for language in ("en", "zh"))
        self.context.tasks.run(
            lambda _job: write_files(path.parent, {path.name: text.encode()}), lambda _done: None,
            on_error=self._on_error, owner=self, database=False,
        )  # fmt: skip

    # -- what is shown --------------------------------------------------------------------------

    def _show(self) -> None:
        busy = self._job is not None
        self._choose.set_busy(busy)
        self._check.set_busy(busy)
        self._checks_card.setVisible(busy or self._report is not None)
        self._save.setVisible(self._report is not None)
        tone, title, words = self._outcome()
        self.banner.setVisible(bool(title) and not busy)
        self.banner.set_tone(tone)  # type: ignore[arg-type]
        self.banner.set_words(title, words)

    def _outcome(self) -> tuple[str, str, str]:
        """Tone, title and words of what came of it."""
        report, known = self._report, self._known
        if self._error is not None:
            return "warning", _("It could not be checked"), str(self._error)
        if known is not None:
            day = format_short_date(dt.datetime.fromisoformat(known.at).astimezone().date())
            own = _("It was written here on {day} by {user}, about {period}, for {receiver}. Not a byte has changed.").format(
                day=day, user=known.by, period=in_words(Period.parse(known.period)), receiver=known.to
            )  # fmt: skip
            if report is None:
                return "ok", _("A file of this office, unchanged"), own
            if not report.findings:
                return "ok", _("A package of this office, unchanged and sound"), f"{own}\n{_tried(report)}"
            return "alert", _("A package of this office that its receiver would refuse"), own
        if report is None:
            return "info", "", ""
        about = _("From {office}, about {period}.").format(
            office=report.office, period=_period_words(report.period)
        ) if report.office and report.period else ""  # fmt: skip
        if not report.sound:
            what = _("Do not use or pass on this package. Tell the office what is said below.")
            return "alert", _("Refused"), f"{about}\n{what}".strip()
        if report.known and report.kind == "extract":
            return "ok", _("Sound: made by this office, whole, and no row of the extract stands alone"), about
        if report.known:
            return (
                "ok",
                _("Sound: made by this office, whole, and no hidden figure can be worked out"),
                f"{about}\n{_tried(report)}",
            )
        ring = _(
            "Nobody has compared the office's key. Ring the office on a number that you know and let it read out its fingerprint: "
            "{fingerprint}. Then choose its public key and check again."
        ).format(fingerprint=report.fingerprint)
        return "warning", _("Sound, but from whom is not certain"), f"{about}\n{ring}".strip()

    def retranslate_ui(self) -> None:
        """Fetch the texts; what was found stays."""
        self._intro.set_text(
            _(
                "Choose a package that this office has sent, or one that it was sent. It is checked whether the file is whole and "
                "genuine, and every attack on its figures is tried again. Nothing is written."
            )
        )
        self._card.set_title(_("Which package?"))
        self._choose.setText(_("Choose a package"))
        self._why.set_text(
            _(
                "This file was not written in this vault, or it was changed. If it was sent to you, it opens with your own key."
            )
        )
        self._choose_key.setText(_("Your key file"))
        self._password_row.set_label(_("Password of the key file"))
        self._choose_office.setText(_("Public key of the office, if you have compared it"))
        self._check.setText(_("Check it"))
        self._save.setText(_("Save in both languages"))
        self.checks.retranslate_ui()
        self._show()


def _period_words(text: str) -> str:
    """A period as a file names it, in words where it is one."""
    try:
        return in_words(Period.parse(text))
    except PeriodError:
        return text


def _tried(report: Report) -> str:
    return ngettext(
        "{number} attack on its figures was tried and failed.",
        "{number} attacks on its figures were tried, and all failed.",
        report.tried,
    ).format(number=format_number(report.tried))


def _row(spacing: int, *widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, ElidedText) else 0)
    if not any(isinstance(widget, ElidedText) for widget in widgets):
        row.addStretch(1)
    return row
