"""What lists and headers say of a case: codes, dates and ages in the words of the reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from shelter_app.casework.case_facts import date_of
from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import form
from shelter_i18n import _, current_language, ngettext, pgettext
from shelter_i18n.formats import country_name, format_short_date, join_list

__all__ = [
    "DueWords",
    "TagWords",
    "age_words",
    "citizenship_words",
    "day_words",
    "due_words",
    "form_words",
    "full_name",
    "identified_tag",
    "sex_age_words",
    "sex_words",
    "stage_words",
    "stored_day_words",
]

#: A child is somebody under eighteen (Convention on the Rights of the Child, article 1).
_ADULT = 18
_IDENTIFIED = {
    "ActualVictimOfTrafficking": ("ok", "circle-check"),
    "PossibleVictimOfTrafficking": ("warning", "circle-dashed"),
    "NotAVictimOfTrafficking": ("", "minus"),
}


@dataclass(frozen=True, slots=True)
class TagWords:
    """A tag: its word, its tone and its icon."""

    text: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class DueWords:
    """When something is due, in words, and how late it is; `late` is 0 or less while there is time."""

    text: str
    late: int = 0
    known: bool = True

    @property
    def tone(self) -> str:
        """The colour token of the words."""
        return "overdue" if self.late > 0 else "text" if self.known else "muted"

    @property
    def icon(self) -> str:
        """An icon where the day matters now."""
        return "clock-alert" if self.late > 0 else "sun" if self.known and self.late == 0 else ""


def full_name(name: str, reading: str) -> str:
    """A name in both writings, that of the reader first: "Lò Thị Mai 罗氏梅", in Chinese "罗氏梅 Lò Thị Mai"."""
    pair = (name, reading) if current_language() == "zh" else (reading, name)
    return " ".join(part for part in pair if part)


def sex_words(sex: str | None, age: int | None = None) -> str:
    """The sex class that lists know, as a child or an adult: "Girl", "Woman", "Man"; empty where it is not known."""
    if age is not None and age < _ADULT:
        return {"woman": _("Girl"), "man": _("Boy"), "other": _("Child of other sex or gender")}.get(
            sex or "", ""
        )
    return {"woman": _("Woman"), "man": _("Man"), "other": _("Other sex or gender")}.get(sex or "", "")


def age_words(age: int | None) -> str:
    """An age in whole years; empty where it is not known."""
    if age is None:
        return ""
    return _("{age} years").format(age=age)


def sex_age_words(sex: str | None, age: int | None) -> str:
    """Sex and age in one cell: "Woman, 27"."""
    word = sex_words(sex, age)
    if word and age is not None:
        return _("{sex}, {age}").format(sex=word, age=age)
    return word or age_words(age)


def citizenship_words(codes: Sequence[str]) -> str:
    """Countries or regions of citizenship, as the reader calls them."""
    return join_list(country_name(code) for code in codes)


def identified_tag(identified: str | None, status: str) -> TagWords | None:
    """What is known about trafficking, or that the case is closed; None where nothing is."""
    if status in ("Closed", "ClosedReferred"):
        return TagWords(_("Closed"), "", "archive")
    if not identified:
        return None
    tone, icon = _IDENTIFIED.get(identified, ("", "info"))
    return TagWords(_short_identified(identified), tone, icon)


def _short_identified(identified: str) -> str:
    return {
        "ActualVictimOfTrafficking": _("Identified"),
        "PossibleVictimOfTrafficking": _("Possible"),
        "NotAVictimOfTrafficking": _("Not found"),
    }.get(identified, code_list("trafficking_status").label(identified))


def form_words(form_id: str) -> str:
    """What the entries of a form are called on the case page, in a word; the form's title for other forms."""
    short = {
        "consent": _("Consent"),
        "experience": _("Experience"),
        "service": _("Help"),
        "health": _("Health"),
        "return_step": pgettext("case section", "Return"),
        "referral": _("Referral"),
        "note": pgettext("case section", "Notes"),
    }
    return short.get(form_id) or _(form(form_id).title)


def stage_words(stage: str, status: str) -> str:
    """The stage that a case has reached; of a closed one, its status."""
    if status in ("Closed", "ClosedReferred"):
        return code_list("case_status").label(status)
    return code_list("case_stages").label(stage)


def day_words(day: dt.date, today: dt.date) -> str:
    """A day for a narrow column, without the year where it is this year's."""
    if day.year != today.year:
        return format_short_date(day)
    if current_language() == "zh":
        return f"{day.month}月{day.day}日"
    return format_short_date(day).rsplit(" ", 1)[0]


def stored_day_words(text: str | None, today: dt.date) -> str:
    """A typed column ("2013-04-17", "2013-04", "2013") for a narrow column; empty for nothing."""
    known = date_of(text or "")
    if known is None:
        return ""
    exact = known.exact()
    return day_words(exact, today) if exact else known.reading()


def due_words(next_due: str | None, today: dt.date) -> DueWords:
    """When the next thing is due: "4 days late", "today", "20 Mar"."""
    known = date_of(next_due or "")
    last = known.latest() if known else None
    if known is None or last is None:
        return DueWords(_("Nothing due"), -1, known=False)
    late = (today - last).days
    if late > 0:
        return DueWords(ngettext("{number} day late", "{number} days late", late).format(number=late), late)
    if late == 0:
        return DueWords(_("today"), 0)
    return DueWords(stored_day_words(next_due, today), late)
