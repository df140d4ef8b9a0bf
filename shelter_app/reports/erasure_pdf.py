"""The certificate of an erasure: what was erased, who decided, and which backups hold the person until when.

It names nobody who was erased: a random number, counts, roles and initials. The post files it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shelter_app.domain.erasures import COUNTS, REASONS, WAYS
from shelter_app.reports.bilingual import LANGUAGES, Both, both
from shelter_i18n import N_
from shelter_i18n.formats import format_date, format_number

__all__ = ["Certificate", "HoldingBackup", "erasure_pdf", "spelled_number"]

_MARGIN = 56.0
#: Points for a heading, the names of the columns and three backups.
_ROOM_TO_BEGIN = 120.0
_STAYS = {
    "facts_stay": N_(
        "Coded facts without name, case number, day or member of staff, under a new random number, for figures alone."
    ),
    "all": N_("Nothing of the person. The journal keeps that there was a case, by a random number."),
}
_NOTES = (
    N_(
        "Erased from every saved state, draft, document, register row and search index of the vault; afterwards the files "
        "of the vault were written anew."
    ),
    N_(
        "Whoever brings back one of the backups above has the person erased again before anybody works: "
        "the list of erasures lies beside the backups and in the vault."
    ),
    N_(
        "Paper, exports and packages that were handed out are not reached. Ask the receivers to destroy them."
    ),
)


@dataclass(frozen=True)
class HoldingBackup:
    """A backup that holds the person; it goes by itself on `expires_on`, or only by hand where that is None."""

    name: str
    made_on: dt.date
    expires_on: dt.date | None


@dataclass(frozen=True)
class Certificate:
    """What the certificate says. `proposed` and `approved` are message id of the role, and initials."""

    number: str
    post: str
    post_name: str
    erased_on: dt.date
    way: str
    reason: str
    counts: Mapping[str, int]
    proposed: tuple[str, str]
    approved: tuple[str, str]
    journal_line: int
    journal_words: Sequence[str]
    backups: Sequence[HoldingBackup]


def spelled_number(number: str) -> str:
    """The random number of a certificate in groups of four, to be read out."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4)).upper()


def erasure_pdf(certificate: Certificate, *, language: str = "en") -> bytes:
    """The certificate as a PDF in both languages, the reader's first."""
    from shelter_app.reports.pages import build_pdf

    return build_pdf(
        list(_story(certificate, language)),
        _draw_foot(certificate),
        title=both(N_("Certificate of erasure")).en,
        made_in=certificate.erased_on,
        language=language,
        margins=(48, _MARGIN, 56, _MARGIN),
    )


def _date(day: dt.date) -> Both:
    return Both(*(format_date(day, language) for language in LANGUAGES))


def _who(who: tuple[str, str]) -> Both:
    role, initials = who
    return (
        both(N_("{role} ({initials})"), role=both(role), initials=initials)
        if role
        else Both(initials, initials)
    )


def _facts(certificate: Certificate) -> list[tuple[Both, Both]]:
    spelled = spelled_number(certificate.number)
    post = f"{certificate.post}  {certificate.post_name}".strip()
    words = " ".join(certificate.journal_words)
    return [
        (both(N_("Certificate number")), Both(spelled, spelled)),
        (both(N_("Post")), Both(post, post)),
        (both(N_("Erased on")), _date(certificate.erased_on)),
        (both(N_("What was decided")), both(WAYS[certificate.way])),
        (both(N_("Reason")), both(REASONS[certificate.reason])),
        (both(N_("Proposed by")), _who(certificate.proposed)),
        (both(N_("Approved by")), _who(certificate.approved)),
        (both(N_("What stays")), both(_STAYS[certificate.way])),
        (
            both(N_("Journal")),
            both(N_("line {number}, check words: {words}"), number=certificate.journal_line, words=words),
        ),
    ]


def _story(certificate: Certificate, language: str) -> Iterator[Any]:
    from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

    from shelter_app.reports.blocks import BODY, MUTED, heading, label, plain_table
    from shelter_app.reports.flow import Run, Text
    from shelter_app.reports.fonts import MEDIUM, TextStyle
    from shelter_app.reports.pages import WIDTH

    inner = WIDTH - 2 * _MARGIN
    big = TextStyle(size=20, leading=28, font=MEDIUM)
    first, second = both(N_("Certificate of erasure")).in_order(language)
    beside = [Run(second, big.but(size=15, font=BODY.font, tone="text2"))] if second != first else []
    yield Text([Run(first, big)], second=beside)
    yield Spacer(0, 10)
    small, strong = MUTED.but(size=8.25), BODY.but(size=9.5, leading=14.5, font=MEDIUM)
    quiet = BODY.but(size=8.75, leading=13, tone="text2")
    rows = [
        [label(name, small, small, language=language), label(value, strong, quiet, language=language)]
        for name, value in _facts(certificate)
    ]
    yield plain_table(rows, [132, inner - 132], bottom=4, commands=_lines())
    yield Spacer(0, 14)
    yield heading("", both(N_("What was erased")), language=language)
    counts = [
        [
            label(both(COUNTS[name]), BODY, MUTED, language=language),
            _figure(certificate.counts.get(name, 0), strong),
        ]
        for name in COUNTS
    ]
    yield plain_table(counts, [inner - 72, 72], bottom=3, commands=_lines())
    yield Spacer(0, 12)
    # The list may be long: it begins where there is room for its first rows, and goes on over the page.
    yield CondPageBreak(_ROOM_TO_BEGIN)
    yield heading("", both(N_("Backups that still hold the person")), language=language, keep=False)
    yield from _backups(certificate, inner, language)
    yield Spacer(0, 10)
    text = BODY.but(size=8.75, leading=13)
    second_text = text.but(size=8.25, tone="text2")
    yield KeepTogether([label(both(note), text, second_text, language=language, after=4) for note in _NOTES])


def _lines() -> list[tuple[Any, ...]]:
    from shelter_app.reports.fonts import colour, palette

    return [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colour(palette()["line"])),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
    ]


def _figure(number: int, style: Any) -> Any:
    from shelter_app.reports.flow import Run, Text

    return Text([Run(format_number(number, "en"), style)], align="right")


def _backups(certificate: Certificate, inner: float, language: str) -> Iterator[Any]:
    from shelter_app.reports.blocks import BODY, MUTED, label, plain_table
    from shelter_app.reports.flow import Run, Text

    if not certificate.backups:
        none = both(
            N_(
                "None could be reached on that day. Backups on sticks that were not there may hold the person."
            )
        )
        yield label(none, BODY, MUTED, language=language)
        return
    columns = [inner - 332, 158, 174]
    names = (N_("Name of the backup"), N_("Made on"), N_("Goes by itself on"))
    head = [label(both(name), MUTED, MUTED, language=language) for name in names]
    by_hand = both(N_("only when somebody removes it"))
    rows = [
        [
            Text([Run(backup.name, BODY)]),
            label(_date(backup.made_on), BODY, MUTED, language=language),
            label(_date(backup.expires_on) if backup.expires_on else by_hand, BODY, MUTED, language=language),
        ]
        for backup in certificate.backups
    ]
    yield plain_table([head, *rows], columns, bottom=4, commands=_lines(), repeat=1)
    yield label(
        both(N_("With a backup every day; with fewer it is later. Sticks that were not there may hold the person too.")),
        MUTED, MUTED, language=language, before=4,
    )  # fmt: skip


def _draw_foot(certificate: Certificate) -> Any:
    def draw(canvas: Any, number: int, count: int) -> None:
        from shelter_app.reports.blocks import MUTED
        from shelter_app.reports.flow import Run, draw_line, line_width
        from shelter_app.reports.pages import WIDTH

        style = MUTED.but(size=7.75)
        draw_line(canvas, [Run(spelled_number(certificate.number), style)], _MARGIN, 34)
        if count > 1:
            page = [Run(f"{number} / {count}", style)]
            draw_line(canvas, page, WIDTH - _MARGIN - line_width(page), 34)

    return draw
