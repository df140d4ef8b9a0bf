"""What the receiver of a summary will see: tabs with tables, why a figure is hidden, pictures, and remarks."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shelter_app.anonymise.release import ProtectedRelease, Protection, Table
from shelter_app.casework.summary_concerns import Concerns
from shelter_i18n import _, pgettext
from shelter_i18n.formats import join_list
from shelter_ui.models.release_table import figure_words
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.base import FlowLayout, Themed
from shelter_ui.widgets.notices import Banner, Card, EmptyState
from shelter_ui.widgets.tables import TableCard
from shelter_ui.widgets.texts import Prose, Text
from shelter_ui.windows.more_tabs import MoreTabs
from shelter_ui.windows.summary_pyramid import AgePyramid
from shelter_ui.windows.summary_side import HatchSign
from shelter_ui.windows.summary_table import ReleaseView

__all__ = ["ReasonLine", "SummaryPreview"]


def tab_words(table: Table) -> str:
    """A short name of the table for its tab."""
    short = {
        "persons": pgettext("summary table", "New"),
        "sex_age": _("Sex and age"),
        "exploitation_country": pgettext("summary table", "Country"),
        "exploitation_type": pgettext("summary table", "Exploitation"),
        "services": pgettext("summary table", "Services"),
        "return_stage": _("Return stages"),
        "return_outcome": _("Return outcomes"),
    }
    return short.get(table.id) or _(table.title)


def _notice_words(release: ProtectedRelease) -> Iterator[tuple[str, str]]:
    """Title and sentence of each notice; tables that are left out for one reason share one."""
    # What calculated the release has loaded it in a worker; the page itself need not.
    from shelter_app.reports.reading import TABLE_TITLES

    titles = TABLE_TITLES | {table.id: table.title for table in release.tables}
    about: dict[tuple[str, str], list[str]] = {}
    for notice in release.notices:
        about.setdefault((notice.code, notice.text), []).append(notice.table)
    for (code, text), tables in about.items():
        title = join_list(_(titles[table]) for table in tables if table in titles)
        many = code == "left-out" and len(tables) > 1
        plural = _(
            "These tables are left out: with so few persons no form of them is safe. A longer period helps."
        )
        yield title, plural if many else _(text)


class _Legend(QWidget):
    """What the signs of the table mean."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._words = [Text("", "label", "text2") for _number in range(3)]
        flow = FlowLayout(self, theme.px(16))
        sample = Text("60", "label", medium=True)
        signs: list[QWidget] = [
            sample,
            HatchSign(theme, text="<11"),
            HatchSign(theme, icon="eye-off", strong=True),
        ]
        for sign, words in zip(signs, self._words, strict=True):
            pair = QWidget()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(theme.px(6))
            row.addWidget(sign)
            row.addWidget(words)
            flow.addWidget(pair)

    def show_release(self, release: ProtectedRelease) -> None:
        """Fetch the texts for the threshold and rounding of a release."""
        texts = (
            _("exact") if release.rounding == 1 else _("rounded to {number}").format(number=release.rounding),
            _("0 to {number} persons, shown alike").format(number=release.threshold - 1),
            _("hidden to protect another cell"),
        )
        for label, text in zip(self._words, texts, strict=True):
            label.setText(text)


class ReasonLine(QWidget):
    """Says of one figure what it is and why it is hidden; its height does not change."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._hidden, self._shown = Banner(theme, "sealed", icon="eye-off"), Banner(theme, "info")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for banner in (self._hidden, self._shown):
            banner.setMinimumHeight(theme.px(78))
            column.addWidget(banner)

    def say(self, title: str, sentence: str, *, hidden: bool) -> None:
        """Show these words."""
        self._hidden.setVisible(hidden)
        self._shown.setVisible(not hidden)
        (self._hidden if hidden else self._shown).set_words(title, sentence)
        self.setAccessibleName(f"{title}. {sentence}")

    def announce(self) -> None:
        """Let screen readers say it now."""
        (self._shown if self._hidden.isHidden() else self._hidden).announce()


class SummaryPreview(Themed, QWidget):
    """The tables of a release, one at a time."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._protection: Protection | None = None
        self._repeated = False
        self._concerns = Concerns(0, short_period=False)
        self._looked = QModelIndex()
        self._title, self._intro = Text("", "section"), Prose(theme, "", "label", "text2")
        self._tabs = MoreTabs(theme)
        self._tabs.setObjectName("summary_tabs")
        self._tabs.chosen.connect(self._on_tab)
        self.view = ReleaseView(theme)
        self.view.setObjectName("summary_table")
        self.view.looked_at.connect(self._on_looked_at)
        self.view.asked.connect(self._on_asked)
        self._card = TableCard(theme, self.view)
        self._legend = _Legend(theme)
        self.reason = ReasonLine(theme)
        self.reason.setObjectName("summary_reason")
        self._pyramid = AgePyramid(theme)
        self._pyramid_card = Card(theme, padding=14)
        self._pyramid_card.body.addWidget(self._pyramid)
        self._notes = Prose(theme, "", "caption", "muted")
        #: Who is in no figure yet, and what writing the summary would settle.
        self.concerns = (Banner(theme, "warning"), Banner(theme, "warning"))
        for name, banner in zip(("summary_waiting", "summary_short"), self.concerns, strict=True):
            banner.setObjectName(name)
            banner.hide()
        self._notices: list[Banner] = []
        self._notices_column = QVBoxLayout()
        self._notices_column.setSpacing(theme.px(8))
        self.nothing = EmptyState(theme, "shield-check")
        self.nothing.setObjectName("summary_nothing")
        self._nothing_card = Card(theme, padding=24)
        self._nothing_card.body.addWidget(self.nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title)
        head.addWidget(self._intro)
        column.addLayout(head)
        for banner in self.concerns:
            column.addWidget(banner)
        for widget in (self._nothing_card, self._tabs, self._card, self._legend, self.reason):
            column.addWidget(widget)
        # Below the reason: it has to be in sight together with the cell that it is about.
        column.addLayout(self._notices_column)
        column.addWidget(self._pyramid_card)
        column.addWidget(self._notes)
        column.addStretch(1)
        self.adopt(theme)

    def show_protection(self, protection: Protection, *, repeated: bool) -> None:
        """Show a release; `repeated` says that it was written before."""
        self._protection, self._repeated = protection, repeated
        tables = protection.release.tables
        for widget in (self._tabs, self._card, self._legend, self.reason):
            widget.setVisible(bool(tables))
        self._nothing_card.setVisible(not tables)
        if tables:
            wanted = next((i for i, table in enumerate(tables) if table.id == "sex_age"), 0)
            self._tabs.set_tabs([tab_words(table) for table in tables])
            self._tabs.choose(wanted)
        else:
            self._pyramid_card.hide()
        self.retranslate_ui()

    def show_concerns(self, found: Concerns) -> None:
        """Say what stands against writing the summary now."""
        self._concerns = found
        self.retranslate_ui()

    def _say_concerns(self) -> None:
        waiting, short = self.concerns
        found = self._concerns
        waiting.setVisible(bool(found.waiting_text))
        waiting.set_words(_("Not counted yet"), found.waiting_text)
        short.setVisible(bool(found.short_text))
        short.set_words(_("A short period"), found.short_text)

    def open_table(self, table_id: str) -> None:
        """Show one table, as a click on its tab does."""
        for place, table in enumerate(self._tables()):
            if table.id == table_id:
                self._tabs.choose(place)

    def _tables(self) -> tuple[Table, ...]:
        return self._protection.release.tables if self._protection else ()

    def _on_tab(self, place: int) -> None:
        tables = self._tables()
        if self._protection is None or not 0 <= place < len(tables):
            return
        table = tables[place]
        self._looked = QModelIndex()
        self.view.release.show_table(self._protection, table)
        self.view.setAccessibleName(_(table.title))
        pyramid = AgePyramid.fits(table)
        self._pyramid_card.setVisible(pyramid)
        if pyramid:
            self._pyramid.show_table(table)
        self._show_notes()
        self._show_reason()

    def _on_looked_at(self, index: QModelIndex) -> None:
        self._looked = index
        self._show_reason()

    def _on_asked(self, index: QModelIndex) -> None:
        self._on_looked_at(index)
        self.reason.announce()

    def _show_reason(self) -> None:
        model, index = self.view.release, self._looked
        figure = model.figure(index) if index.isValid() else None
        if figure is None:
            self.reason.say(
                _("Why a figure is hidden"),
                _("Walk the table with the arrow keys or point at a cell; the reason stands here."),
                hidden=False,
            )
            return
        release = self._protection.release if self._protection else None
        sentence = model.reason(index)
        if not sentence and release is not None and release.rounding == 1:
            sentence = _("An exact figure: this report has enough persons for it.")
        elif not sentence and release is not None:
            sentence = _("Rounded to the nearest {number}.").format(number=release.rounding)
        title = _("{place}: {figure}").format(place=model.place_words(index), figure=figure_words(figure))
        self.reason.say(title, sentence, hidden=figure.kind != "shown")

    def _show_notes(self) -> None:
        table = self.view.release.table
        self._notes.set_text(" ".join(_(note) for note in table.notes) if table else "")
        self._notes.setVisible(bool(table and table.notes))

    def retranslate_ui(self) -> None:
        """Fetch the texts; the cell that is looked at stays."""
        protection = self._protection
        if protection is None:
            return
        release = protection.release
        self._title.setText(_("What IOM will see"))
        again = _("This period was reported before. The figures of then are written again, to the letter.")
        first = _(
            "Nothing has been written yet. Every figure is rounded to {number}, so lines need not add up."
        )
        exact = _("Nothing has been written yet. Figures are exact; small ones are not told.")
        new = exact if release.rounding == 1 else first.format(number=release.rounding)
        self._intro.set_text(again if self._repeated else new)
        self._tabs.set_tabs([tab_words(table) for table in release.tables])
        self._tabs.set_name(_("Tables of the summary"))
        self._legend.show_release(release)
        self.view.release.retranslate()
        if (shown := self.view.release.table) is not None:
            self.view.setAccessibleName(_(shown.title))
        self._show_notices(release)
        self._say_concerns()
        self._show_notes()
        self._show_reason()

    def _show_notices(self, release: ProtectedRelease) -> None:
        said = list(_notice_words(release)) if release.tables else []
        while len(self._notices) < len(said):
            self._notices.append(Banner(self.theme, "info"))
            self._notices_column.addWidget(self._notices[-1])
        for place, banner in enumerate(self._notices):
            banner.setVisible(place < len(said))
            if place < len(said):
                banner.set_words(*said[place])
        if not release.tables:
            self.nothing.set_words(
                _("No table is made"),
                " ".join([*(_(notice.text) for notice in release.notices), self._concerns.help_text]).strip(),
                _("Choose a longer period"),
            )
