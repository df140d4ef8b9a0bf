"""Recovery sheets: the words of one share on one calm page, and the same for a terminal.

A sheet opens nothing by itself; it says how many are needed, how to keep it and how to use it. The caller hands
the bytes to a printer or a chosen file and keeps no copy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from shelter_app.reports.bilingual import LANGUAGES, Both, both
from shelter_i18n import N_, current_language
from shelter_i18n.formats import format_date

__all__ = ["recovery_pdf", "recovery_text"]

_MARGIN = 56.0
_COLUMNS = 3
_QR = 118.0

_KEEP = (
    N_("Keep this sheet in a locked place, away from the computer and away from the other sheets."),
    N_("Do not photograph, copy, scan or send it. Do not type the words anywhere but in this program."),
    N_("Give each sheet to another person, and note who holds which number."),
)
_USE = (
    N_("Needed only if the passwords are lost: at sign-in, choose to open the vault with recovery sheets."),
    N_(
        "Bring {threshold} different sheets of this vault together and type the words in their order. Capitals do not matter."
    ),
    N_(
        "If a sheet is lost or was seen by others, make new sheets at once. Backups made before can still be opened with the old ones."
    ),
)


def recovery_pdf(
    shares: Sequence[Sequence[str]], *, post: str, vault_label: str, threshold: int, made_on: dt.date
) -> list[bytes]:
    """One PDF for each sheet, so that no file holds two of them.

    Args:
        shares: the words of each sheet.
        post: short code of the post.
        vault_label: what the holders call the vault; printed, so no address and no name of a person.
        threshold: how many sheets open the vault.
        made_on: printed, so that old sheets can be told from new ones.
    """
    from shelter_app.reports.pages import build_pdf

    sheets = []
    for number, words in enumerate(shares, 1):
        story = list(_story(words, number, len(shares), post, vault_label, threshold, made_on))
        sheets.append(
            build_pdf(
                story,
                _draw_foot,
                title=both(N_("Recovery sheet")).en,
                made_in=made_on,
                language="zh",
                margins=(48, _MARGIN, 52, _MARGIN),
            )
        )
    return sheets


def _facts(
    number: int, count: int, post: str, vault_label: str, threshold: int, made_on: dt.date
) -> list[tuple[Both, Both]]:
    date = Both(*(format_date(made_on, language) for language in LANGUAGES))
    return [
        (both(N_("Sheet")), both(N_("{number} of {count}"), number=number, count=count)),
        (
            both(N_("Needed to open")),
            both(N_("any {threshold} of the {count} sheets"), threshold=threshold, count=count),
        ),
        (both(N_("Post")), Both(post, post)),
        (both(N_("Vault")), Both(vault_label, vault_label)),
        (both(N_("Made on")), date),
    ]


def _story(
    words: Sequence[str],
    number: int,
    count: int,
    post: str,
    vault_label: str,
    threshold: int,
    made_on: dt.date,
) -> Iterator[Any]:
    from reportlab.platypus import Spacer

    from shelter_app.reports.blocks import BODY, MUTED, label, plain_table
    from shelter_app.reports.flow import Run, Text
    from shelter_app.reports.fonts import MEDIUM, TextStyle, colour, palette
    from shelter_app.reports.pages import WIDTH

    inner = WIDTH - 2 * _MARGIN
    title = both(N_("Recovery sheet"))
    big = TextStyle(size=20, leading=28, font=MEDIUM)
    yield Text([Run(title.zh, big)], second=[Run(title.en, big.but(size=15, font=BODY.font, tone="text2"))])
    yield Spacer(0, 10)
    small = MUTED.but(size=8.25)
    rows = [
        [
            label(name, small, small, language="zh"),
            label(value, BODY.but(size=10, leading=15, font=MEDIUM), BODY, language="zh"),
        ]
        for name, value in _facts(number, count, post, vault_label, threshold, made_on)
    ]
    facts = plain_table(rows, [118, inner - 118 - _QR - 16], bottom=5, align="MIDDLE")
    warning = both(N_("The same words as a code. Never scan it with a telephone."))
    tiny = MUTED.but(size=7, leading=9.5)
    code = [_qr_code(words), label(warning, tiny, tiny, language="zh")]
    yield plain_table([[facts, "", code]], [inner - _QR - 16, 16, _QR])
    yield Spacer(0, 10)
    yield _word_grid(words, inner)
    yield Spacer(0, 12)
    rule = [
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, colour(palette()["text"])),
        ("TOPPADDING", (0, 0), (-1, 0), 6),
    ]
    head = BODY.but(size=10, leading=15, font=MEDIUM)
    text = BODY.but(size=9, leading=13)
    for heading, lines in ((N_("How to keep it"), _KEEP), (N_("How to use it"), _USE)):
        yield plain_table(
            [[label(both(heading), head, head.but(font=BODY.font, tone="text2"), language="zh")]],
            [inner],
            commands=rule,
            bottom=2,
        )
        for line in lines:
            said = both(line, threshold=threshold)
            yield label(said, text, text.but(size=8.5, tone="text2"), language="zh", after=3)
        yield Spacer(0, 5)
    yield _notes(inner)


def _notes(width: float) -> Any:
    """Room to write who keeps the sheet, and on which days it was tried."""
    from shelter_app.reports.blocks import MUTED, label, plain_table
    from shelter_app.reports.fonts import colour, palette

    small = MUTED.but(size=8.25)
    names = [both(N_("Kept by")), *(both(N_("Tried on")) for _day in range(3))]
    first = width / 3
    widths = [first - 12, 12.0]
    for _day in range(3):
        widths += [(width - first) / 3 - 12, 12.0]
    row: list[Any] = []
    for name in names:
        row += [label(name, small, small, language="zh"), ""]
    line = colour(palette()["control"])
    commands: list[tuple[Any, ...]] = [
        ("TOPPADDING", (0, 0), (-1, 0), 16),
        ("TOPPADDING", (0, 1), (-1, 1), 3),
        *(("LINEABOVE", (place, 1), (place, 1), 0.6, line) for place in range(0, len(row), 2)),
    ]
    return plain_table([[""] * len(row), row], widths, commands=commands)


def _word_grid(words: Sequence[str], width: float) -> Any:
    """The words in columns, read downwards, each with its number."""
    from shelter_app.reports.blocks import MUTED, plain_table
    from shelter_app.reports.flow import Run, Text
    from shelter_app.reports.fonts import MEDIUM, TextStyle, colour, palette

    deep = -(-len(words) // _COLUMNS)
    word_style = TextStyle(size=12, leading=17, font=MEDIUM)
    rows = []
    for line in range(deep):
        row: list[Any] = []
        for place in range(line, deep * _COLUMNS, deep):
            known = place < len(words)
            number = Text([Run(str(place + 1) if known else "", MUTED)], align="right")
            row += [number, Text([Run(words[place] if known else "", word_style)])]
        rows.append(row)
    column = width / _COLUMNS
    colours = palette()
    commands: list[tuple[Any, ...]] = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colour(colours["line"])),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, colour(colours["text"])),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        *(("LEFTPADDING", (place, 0), (place, -1), 10) for place in range(1, 2 * _COLUMNS, 2)),
    ]
    return plain_table(rows, [24, column - 24] * _COLUMNS, commands=commands, align="MIDDLE")


def _qr_code(words: Sequence[str]) -> Any:
    """The words, separated by spaces, for a camera of the post's own."""
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing

    from shelter_app.reports.blocks import Drawn

    code = QrCodeWidget(" ".join(words), barLevel="M", barBorder=2, barWidth=_QR, barHeight=_QR)
    return Drawn(Drawing(_QR, _QR, code))


def _draw_foot(canvas: Any, number: int, count: int) -> None:
    from shelter_app.reports.blocks import MUTED
    from shelter_app.reports.flow import Run, draw_line, line_width
    from shelter_app.reports.pages import WIDTH

    note = both(N_("Whoever holds enough sheets can read everything in the vault."))
    style = MUTED.but(size=7.75)
    draw_line(canvas, [Run(note.zh if note.zh == note.en else f"{note.zh}  {note.en}", style)], _MARGIN, 34)
    if count > 1:
        page = [Run(f"{number} / {count}", style)]
        draw_line(canvas, page, WIDTH - _MARGIN - line_width(page), 34)


def recovery_text(
    shares: Sequence[Sequence[str]],
    *,
    post: str,
    vault_label: str,
    threshold: int,
    made_on: dt.date,
    language: str | None = None,
) -> str:
    """The sheets for a terminal, with the words numbered; in `language` or the one in force."""
    language = language or current_language()
    blocks = []
    for number, words in enumerate(shares, 1):
        lines = [both(N_("Recovery sheet")).of(language)]
        for name, value in _facts(number, len(shares), post, vault_label, threshold, made_on):
            lines.append(f"  {name.of(language)}: {value.of(language)}")
        lines.append("")
        deep = -(-len(words) // _COLUMNS)
        for line in range(deep):
            places = [place for place in range(line, deep * _COLUMNS, deep) if place < len(words)]
            lines.append("".join(f"  {place + 1:>2} {words[place]:<14}" for place in places).rstrip())
        lines.append("")
        lines += [f"  {both(line, threshold=threshold).of(language)}" for line in (*_KEEP, *_USE)]
        blocks.append("\n".join(lines))
    return "\n\n\n".join(blocks) + "\n"
