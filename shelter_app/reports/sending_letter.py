"""The letter that goes beside what was sent, in both languages: which file is whose, how to check it, whom to call.

It names files, keys and the period, and no figure: it may lie in the open beside files that are encrypted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from shelter_app.domain.periods import Period
from shelter_app.reports.bilingual import LANGUAGES, month_words, period_words
from shelter_app.reports.summary_letter import letter_of
from shelter_i18n import N_, gettext_in
from shelter_resources import read_text

__all__ = ["sending_letter_pdf", "sending_letter_texts"]

_FILE = N_("{file}, for {receiver}")
_KEY = N_("Fingerprint of the key of {receiver}: {fingerprint}")


def sending_letter_texts(
    *,
    post: str,
    post_name: str,
    period: Period,
    made_on: dt.date,
    files: Mapping[str, str],
    office_fingerprint: str,
    receivers: Mapping[str, str],
) -> dict[str, list[str]]:
    """The paragraphs of the letter by language.

    Args:
        post: short code of the post.
        post_name: the post as it is called.
        period: what the figures are about.
        made_on: the letter tells its month.
        files: which file is for whom.
        office_fingerprint: of the key that signs.
        receivers: fingerprint of each receiver's key by name.
    """
    days, month = period_words(period), month_words(made_on)
    texts = {}
    for language in LANGUAGES:
        listed = [
            gettext_in(language, _FILE).format(file=name, receiver=to) for name, to in sorted(files.items())
        ]
        keys = [
            gettext_in(language, _KEY).format(receiver=name, fingerprint=digits)
            for name, digits in receivers.items()
        ]
        filled = read_text("letters", f"sending_{language}.txt").format(
            receivers=", ".join(receivers) if language != "zh" else "、".join(receivers),
            period=days.of(language),
            post=f"{post} {post_name}".strip(),
            files="\n".join(listed),
            office_fingerprint=office_fingerprint,
            receiver_fingerprints="\n".join(keys),
            month=month.of(language),
        )
        texts[language] = [part.strip() for part in filled.split("\n\n") if part.strip()]
    return texts


def sending_letter_pdf(
    *,
    post: str,
    post_name: str,
    period: Period,
    made_on: dt.date,
    files: Mapping[str, str],
    office_fingerprint: str,
    receivers: Mapping[str, str],
) -> bytes:
    """The letter as one PDF: a page in English, a page in Chinese. The arguments are those of the texts."""
    texts = sending_letter_texts(
        post=post, post_name=post_name, period=period, made_on=made_on, files=files,
        office_fingerprint=office_fingerprint, receivers=receivers,
    )  # fmt: skip
    return letter_of(texts, title=f"{post} {period.text}", made_on=made_on)
