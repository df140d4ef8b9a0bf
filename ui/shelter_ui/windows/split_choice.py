"""How many recovery sheets there are, and how many of them open the vault."""

from __future__ import annotations

from shelter_app.vault.recovery import SPLITS
from shelter_i18n import _, ngettext
from shelter_ui.theme.theme import Theme
from shelter_ui.widgets.field_row import FieldRow
from shelter_ui.widgets.segmented import Segmented

__all__ = ["SplitChoice"]


class SplitChoice(FieldRow):
    """The splits that are offered, side by side, with what the chosen one means."""

    def __init__(self, theme: Theme) -> None:
        self._choice = Segmented(theme, required=True, ticked=False)
        self._choice.setObjectName("sheets_split")
        super().__init__(theme, self._choice)
        self._choice.changed.connect(lambda _code: self._explain())
        self.retranslate_ui()

    @property
    def split(self) -> tuple[int, int]:
        """How many are needed, of how many."""
        chosen = self._choice.value()
        return next((split for split in SPLITS if _code(split) == chosen), SPLITS[0])

    def _explain(self) -> None:
        needed, count = self.split
        text = ngettext(
            "Any {needed} of the {count} sheets open the vault; {spare} may be lost.",
            "Any {needed} of the {count} sheets open the vault; {spare} may be lost.",
            count - needed,
        )
        self.set_help(text.format(needed=needed, count=count, spare=count - needed))

    def retranslate_ui(self) -> None:
        """Fetch the texts; what is chosen stays."""
        chosen = _code(self.split)
        self.set_label(_("Recovery sheets"))
        self._choice.set_options(
            [
                (_code(split), _("{needed} of {count}").format(needed=split[0], count=split[1]))
                for split in SPLITS
            ]
        )
        self._choice.set_value(chosen)
        self._explain()


def _code(split: tuple[int, int]) -> str:
    return f"{split[0]}-of-{split[1]}"
