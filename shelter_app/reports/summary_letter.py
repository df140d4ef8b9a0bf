"""The cover letter of a package, in both languages, from the templates in `shelter_resources/letters`.

A post that words its letters otherwise changes the templates: places in braces are filled here, a blank line ends a
paragraph, and the second paragraph is the subject.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.reports.bilingual import LANGUAGES, month_words, period_words
from shelter_resources import read_text

__all__ = ["letter_of", "letter_pdf", "letter_texts"]

_MARGIN = 72.0


def letter_texts(
    release: ProtectedRelease,
    *,
    post: str,
    post_name: str,
    release_id: str,
    made_on: dt.date,
    office: Mapping[str, str],
    receiver: Mapping[str, str],
) -> dict[str, list[str]]:
    """The paragraphs of the letter by language."""
    period, month = period_words(release.period), month_words(made_on)
    texts = {}
    for language in LANGUAGES:
        filled = read_text("letters", f"summary_{language}.txt").format(
            post=f"{post} {post_name}".strip(),
            period=period.of(language),
            release=release_id,
            threshold=release.threshold,
            receiver=receiver["id"],
            office_fingerprint=office["fingerprint"],
            receiver_fingerprint=receiver["fingerprint"],
            month=month.of(language),
        )
        texts[language] = [part.strip() for part in filled.split("\n\n") if part.strip()]
    return texts


def letter_pdf(release: ProtectedRelease, *, made_on: dt.date, **about: Any) -> bytes:
    """The letter as one PDF: a page in English, a page in Chinese."""
    texts = letter_texts(release, made_on=made_on, **about)
    return letter_of(texts, title=f"{about['post']} {release.period.text}", made_on=made_on)


def letter_of(texts: Mapping[str, list[str]], *, title: str, made_on: dt.date) -> bytes:
    """Paragraphs by language as a letter, the second of each being its subject."""
    from shelter_app.reports.pages import build_pdf
    from shelter_app.reports.summary_pdf import draw_path

    def draw(canvas: Any, number: int, count: int) -> None:
        del number, count
        draw_path(canvas)

    return build_pdf(
        list(_story(texts)), draw, title=title, made_in=made_on, language="en", margins=(96, _MARGIN, 64, _MARGIN)
    )  # fmt: skip


def _story(texts: Mapping[str, list[str]]) -> Iterator[Any]:
    from reportlab.platypus import PageBreak

    from shelter_app.reports.flow import Run, Text
    from shelter_app.reports.fonts import MEDIUM, TextStyle

    body = TextStyle(size=10.5, leading=17)
    for language in LANGUAGES:
        if language != LANGUAGES[0]:
            yield PageBreak()
        for place, part in enumerate(texts[language]):
            style = body.but(size=15, leading=22, font=MEDIUM) if place == 1 else body
            yield Text([Run(part, style)], after=18 if place == 1 else 11)
