"""The retention periods of the post: years for each kind of case, or none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from shelter_app.domain.retention import KIND_LABELS, LONGEST, CaseKind, RetentionPeriods
from shelter_i18n import _
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.buttons import Button
from shelter_ui.widgets.fields import NumberEdit
from shelter_ui.widgets.notices import Card
from shelter_ui.widgets.texts import Prose, Text

__all__ = ["PeriodFields", "RetentionCard"]


class PeriodFields(QGridLayout):
    """A line for each kind of case with its years; an empty one means without limit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setHorizontalSpacing(theme.px(12))
        self.setVerticalSpacing(theme.px(8))
        self.setColumnStretch(2, 1)
        self._labels: dict[CaseKind, Text] = {}
        self._units: dict[CaseKind, Text] = {}
        self.fields: dict[CaseKind, NumberEdit] = {}
        for row, kind in enumerate(CaseKind):
            field = NumberEdit(theme, 1, LONGEST)
            field.setObjectName(f"years_{kind.value}")
            field.setFixedWidth(theme.px(96))
            field.textChanged.connect(lambda _text, each=kind: self._show_unit(each))
            self._labels[kind], self._units[kind], self.fields[kind] = (
                Text(""),
                Text("", "label", "text2"),
                field,
            )
            self.addWidget(self._labels[kind], row, 0)
            self.addWidget(field, row, 1)
            self.addWidget(self._units[kind], row, 2)

    def periods(self) -> RetentionPeriods:
        """What stands in the fields."""
        years = {kind: field.number() for kind, field in self.fields.items()}
        return RetentionPeriods({kind: number for kind, number in years.items() if number is not None})

    def set_periods(self, periods: RetentionPeriods) -> None:
        """Show these."""
        for kind, field in self.fields.items():
            field.set_number(periods.years.get(kind))

    def _show_unit(self, kind: CaseKind) -> None:
        empty = not self.fields[kind].text().strip()
        self._units[kind].setText(_("without limit") if empty else _("years after the last event"))

    def retranslate(self) -> None:
        """Fetch the texts."""
        for kind, label in self._labels.items():
            words = _(KIND_LABELS[kind])
            label.setText(words)
            label.setBuddy(self.fields[kind])
            self.fields[kind].setAccessibleName(_("{kind}: years").format(kind=words))
            self._show_unit(kind)


class RetentionCard(Card):
    """Shows the periods; who may change the settings of the vault changes them here."""

    def __init__(
        self, theme: Theme, *, on_save: Callable[[RetentionPeriods], None], may_change: bool
    ) -> None:
        super().__init__(theme, "", spacing=12)
        self._words = Prose(theme, "", "label", "text2")
        self.periods = PeriodFields(theme)
        self._save = Button(theme, "", icon="save")
        self._save.setObjectName("save_periods")
        self._save.clicked.connect(lambda _checked=False: on_save(self.periods.periods()))
        row = QHBoxLayout()
        row.addWidget(self._save)
        row.addStretch(1)
        self.body.addWidget(self._words)
        self.body.addLayout(self.periods)
        self.body.addLayout(row)
        self._may = may_change
        if not may_change:
            self._save.hide()
            for field in self.periods.fields.values():
                field.setReadOnly(True)

    def retranslate(self) -> None:
        """Fetch the texts."""
        self.set_title(_("Retention periods"))
        words = _(
            "How long the post keeps what it knows of a person. Counted from the last event of the case; of several cases "
            "the one that is kept longest decides. Nothing is erased by itself: whoever is due is proposed and approved."
        )
        if not self._may:
            words += " " + _("A supervisor or an administrator changes them.")
        self._words.set_text(words)
        self._save.setText(_("Save the periods"))
        self.periods.retranslate()
