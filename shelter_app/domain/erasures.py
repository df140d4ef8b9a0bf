"""The ways in which somebody is erased, and the reasons that are recorded; codes that are kept, words that are shown."""

from __future__ import annotations

from typing import Final

from shelter_i18n import N_

__all__ = ["COUNTS", "HOLD_REASONS", "REASONS", "WAYS"]

#: The coded facts stay for figures, or everything goes.
WAYS: Final = {
    "facts_stay": N_("Erase who the person is; keep the coded facts for figures"),
    "all": N_("Erase everything, the coded facts too"),
}
#: Why somebody is erased.
REASONS: Final = {
    "retention": N_("The retention period is over"),
    "own_wish": N_("The person wishes it"),
    "withdrawn": N_("The person has withdrawn consent"),
    "unneeded": N_("It is not needed any more"),
    "wrongly": N_("It should never have been recorded"),
    "ordered": N_("A court or authority orders it"),
}
#: Why nothing of somebody is erased.
HOLD_REASONS: Final = {
    "court": N_("A court or authority asks for it"),
    "claim": N_("The person has or may have a claim"),
    "own_wish": N_("The person asks that it be kept"),
    "inquiry": N_("An inquiry is under way"),
}
#: What is counted of an erased person, in the order in which it is shown.
COUNTS: Final = {
    "cases": N_("Cases"),
    "entries": N_("Entries"),
    "revisions": N_("Saved states of entries, earlier ones included"),
    "drafts": N_("Drafts"),
    "attachments": N_("Documents and photos"),
    "import_rows": N_("Rows of registers"),
}
