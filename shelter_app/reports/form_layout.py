"""A form on A4: sections, questions side by side as on the screen, groups row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from reportlab.platypus import CondPageBreak, Indenter, Spacer

from shelter_app.domain.codelists import code_list
from shelter_app.domain.forms import (
    Condition,
    Field,
    FieldClass,
    Form,
    Kind,
    Section,
    Values,
    is_empty,
    visible_fields,
)
from shelter_app.domain.forms.shared import unparsed
from shelter_app.reports.bilingual import Both, both
from shelter_app.reports.blocks import BODY, CAPTION, label, plain_table
from shelter_app.reports.flow import Run, Text, draw_line, line_width
from shelter_app.reports.fonts import MEDIUM, STAND_IN, TextStyle, colour, palette, printable
from shelter_app.reports.form_answers import Reader, answer, fits_a_column, one_line
from shelter_app.reports.form_marks import LabelledText, SealedBar, WriteLines, text_lines
from shelter_app.reports.pages import HEIGHT, WIDTH, build_pdf
from shelter_i18n import N_

__all__ = ["lay_out"]

_MARGIN = 45.0
_INNER = WIDTH - 2 * _MARGIN
_GUTTER = 14.0
_INDENT = 14.0
_SHARES = {"full": 6, "half": 3, "third": 2}
_BLANK_ROWS = 2
#: Room that a heading needs below it for a question and the beginning of its answer.
_LEAST_OF_SECTION = 100.0
_TITLE = TextStyle(size=17, leading=24, font=MEDIUM)
_SECTION = TextStyle(size=10.5, leading=15, font=MEDIUM)
_LABEL = TextStyle(size=8, leading=11.5, tone="text2")
_LABEL_SECOND = TextStyle(size=7.5, leading=11.5, tone="muted")
_HELP = TextStyle(size=7.5, leading=11, tone="muted")
_SMALL = TextStyle(size=7.75, leading=11, tone="muted")
_UNPARSED = unparsed().id
#: Stands on what leaves the vault, so that a journal that was set back later can be told from it.
JOURNAL_MARK = N_("Journal line {line}: {words}")
_YES_NO_WORDS = {"yes": N_("Yes"), "no": N_("No"), "unknown": N_("Unknown"), "not_asked": N_("Not asked")}


def lay_out(
    form: Form,
    values: Values | None,
    *,
    reader: Reader,
    case_number: str,
    readable: Collection[FieldClass],
    signers: Sequence[str],
    printed_on: dt.date,
) -> bytes:
    """The form as PDF; see `form_pdf`."""
    title = both(form.title)
    story = [
        *_title(form, title, reader),
        *(part for section in form.sections for part in _section(form, section, values, reader, readable)),
        *_leftover(form, values or {}, reader, readable),
        *_stand_in_note(form, values or {}, reader, readable),
    ]
    signatures = [_signature(signer, reader) for signer in signers]
    if isinstance(story[-1], WriteLines):
        # A page of its own with nothing but "Filled in by" is lost easily.
        story[-1].leave_room(sum(each.wrap(_INNER, HEIGHT)[1] for each in signatures))
    story += signatures

    def draw(canvas: Any, number: int, count: int) -> None:
        _draw_head(canvas, case_number, reader, blank=values is None)
        _draw_foot(canvas, title, form.version, reader, number, count)

    return build_pdf(
        story,
        draw,
        title=case_number or form.public_id,
        made_in=printed_on,
        language=reader.language,
        margins=(66, _MARGIN, 54, _MARGIN),
    )


def _title(form: Form, title: Both, reader: Reader) -> Iterator[Any]:
    first, second = title.in_order(reader.language)
    other = [] if first == second else [Run(second, _TITLE.but(size=13, font=BODY.font, tone="text2"))]
    yield Text([Run(first, _TITLE)], second=other, after=2)
    if form.help:
        yield label(both(form.help), CAPTION, _HELP, language=reader.language)


def _section(
    form: Form, section: Section, values: Values | None, reader: Reader, readable: Collection[FieldClass]
) -> Iterator[Any]:
    wanted = _wanted(form, section, values)
    if not wanted:
        return
    yield Spacer(0, 10)
    yield CondPageBreak(_LEAST_OF_SECTION)
    first, second = both(section.title).in_order(reader.language)
    other = [] if first == second else [Run(second, _SECTION.but(size=9.5, font=BODY.font, tone="text2"))]
    head = Text([Run(first, _SECTION)], second=other)
    rule = [("LINEABOVE", (0, 0), (-1, 0), 1, colour(palette()["text"])), ("TOPPADDING", (0, 0), (-1, -1), 4)]
    table = plain_table([[head]], [_INNER], commands=rule, bottom=3)
    table.keepWithNext = int(not _is_written(wanted[0], (values or {}).get(wanted[0].id)))
    yield table
    if values is not None and all(form.class_of(question.id) not in readable for question in wanted):
        yield SealedBar(reader.language, 24)
        return
    if section.help and not reader.filled:
        yield Text([Run(both(section.help).of(reader.language), _HELP)], keep_with_next=True)
    sealed = {
        question.id
        for question in wanted
        if values is not None and form.class_of(question.id) not in readable
    }
    yield from _grid(wanted, form.fields, values, reader, sealed, _INNER)


def _wanted(form: Form, section: Section, values: Values | None) -> list[Field]:
    """The questions to print: all on a blank form, on a filled one those that were asked or answered."""
    if values is None:
        return [question for question in section.fields if question.id != _UNPARSED]
    asked = {question.id for question in visible_fields(form, values)}
    return [
        question
        for question in section.fields
        if not is_empty(values.get(question.id)) or (question.id in asked and question.id != _UNPARSED)
    ]


def _grid(
    questions: Iterable[Field],
    among: tuple[Field, ...],
    values: Values | None,
    reader: Reader,
    sealed: Collection[str],
    width: float,
) -> Iterator[Any]:
    """Questions in rows of up to six sixths; one that is too large for a row runs on by itself."""
    row: list[tuple[int, list[Any], list[Any]]] = []
    used = 0
    for question in questions:
        value = None if values is None or question.id in sealed else values.get(question.id)
        share = _SHARES[question.width]
        closed = question.id in sealed
        alone = not closed and not fits_a_column(question, value, filled=reader.filled)
        if row and (alone or used + share > _SHARES["full"]):
            yield _row(row, width)
            row, used = [], 0
        head = _question(question, among, reader)
        if alone:
            yield from _alone(question, head, value, reader, width)
            continue
        content = [SealedBar(reader.language)] if closed else answer(question, value, reader)
        row.append((share, head, content))
        used += share
    if row:
        yield _row(row, width)


def _is_written(question: Field, value: Any) -> bool:
    """Whether the answer is running text, which may break over pages at any line."""
    return question.kind in (Kind.TEXT, Kind.LONG_TEXT) and isinstance(value, str) and not is_empty(value)


def _gap(height: float) -> Any:
    """Room that stays with what follows it, so that no heading stands alone at the end of a page."""
    gap = Spacer(0, height)
    gap.keepWithNext = 1
    return gap


def _row(row: list[tuple[int, list[Any], list[Any]]], width: float) -> Any:
    """Labels on one height and answers on one height, whatever the labels take."""
    sixth = (width + _GUTTER) / _SHARES["full"]
    heads: list[Any] = []
    answers: list[Any] = []
    widths: list[float] = []
    for share, head, content in row:
        heads += [head, ""]
        answers += [content, ""]
        widths += [sixth * share - _GUTTER, _GUTTER]
    commands = [("TOPPADDING", (0, 0), (-1, 0), 6), ("NOSPLIT", (0, 0), (-1, -1))]
    return plain_table([heads[:-1], answers[:-1]], widths[:-1], commands=commands)


def _question(question: Field, among: tuple[Field, ...], reader: Reader) -> list[Any]:
    """The label, and on a blank form when to answer and how."""
    parts: list[Any] = [
        label(both(question.label), _LABEL, _LABEL_SECOND, language=reader.language, keep_with_next=True)
    ]
    if not reader.filled:
        if question.when:
            text = _only_if(question.when, among).of(reader.language)
            parts.append(Text([Run(text, _HELP)], keep_with_next=True))
        if question.help:
            text = both(question.help).of(reader.language)
            parts.append(Text([Run(text, _HELP)], keep_with_next=True))
    parts.append(_gap(2.5))
    return parts


def _only_if(condition: Condition, among: tuple[Field, ...]) -> Both:
    other = next(question for question in among if question.id == condition.field)
    words = [_answer_words(other, value) for value in condition.values]
    answers = Both(", ".join(word.en for word in words), "、".join(word.zh for word in words))
    return both(N_("Only if '{question}' is: {answers}"), question=both(other.label), answers=answers)


def _answer_words(question: Field, value: str) -> Both:
    if question.codelist:
        codes = code_list(question.codelist)
        return Both(codes.label(value, "en"), codes.label(value, "zh"))
    return both(_YES_NO_WORDS[value]) if value in _YES_NO_WORDS else Both(value, value)


def _alone(question: Field, head: list[Any], value: Any, reader: Reader, width: float) -> Iterator[Any]:
    """A question that takes the whole width and may run over pages."""
    if _is_written(question, value):
        yield Spacer(0, 5)
        yield LabelledText(head, text_lines(one_line(value), long=question.kind is Kind.LONG_TEXT))
        return
    yield _gap(5)
    if question.kind is not Kind.GROUP:
        yield from head
        yield from answer(question, value, reader)
        return
    yield from head
    if reader.filled and is_empty(value):
        yield Text([Run("–", BODY.but(tone="muted"))])
        return
    rows: list[Any] = [None] * _BLANK_ROWS if is_empty(value) else list(value)
    for number, row in enumerate(rows, 1):
        yield from _group_row(question, number, row, reader, width)


def _group_row(group: Field, number: int, row: Any, reader: Reader, width: float) -> Iterator[Any]:
    if row is not None and not isinstance(row, dict):
        yield text_lines(one_line(row))
        return
    parts = [part for part in group.fields if row is None or not is_empty(row.get(part.id))]
    line = [
        ("LINEABOVE", (0, 0), (-1, 0), 0.5, colour(palette()["line_strong"])),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
    ]
    head = plain_table([[Text([Run(str(number), _LABEL)])]], [width - _INDENT], commands=line)
    head.keepWithNext = 1
    yield Indenter(left=_INDENT)
    yield _gap(4)
    yield head
    yield from _grid(parts, group.fields, row, reader, (), width - _INDENT)
    known = {part.id for part in group.fields}
    for key, item in (row or {}).items():
        if key not in known and not is_empty(item):
            yield text_lines(f"{key}: {one_line(item)}")
    yield Indenter(left=-_INDENT)


def _leftover(form: Form, values: Values, reader: Reader, readable: Collection[FieldClass]) -> Iterator[Any]:
    """Answers to questions that this version of the form does not have: kept, sealed, printed as they are."""
    kept_in = FieldClass.HEALTH if form.veiled else FieldClass.IDENTIFYING
    unknown = {key: value for key, value in values.items() if key not in form and not is_empty(value)}
    if not unknown or kept_in not in readable:
        return
    yield Spacer(0, 10)
    yield label(
        both(N_("Answers to questions that this form does not have")),
        _SECTION,
        _LABEL_SECOND,
        language=reader.language,
    )
    for key, value in unknown.items():
        yield text_lines(f"{key}: {one_line(value)}")


def _stand_in_note(
    form: Form, values: Values, reader: Reader, readable: Collection[FieldClass]
) -> Iterator[Any]:
    """What the box means, where letters had to be left out."""
    shown = [value for key, value in values.items() if key not in form or form.class_of(key) in readable]
    if STAND_IN in printable(one_line(shown)):
        note = both(
            N_("{mark} stands for letters that cannot be printed here; the program shows them."),
            mark=STAND_IN,
        )
        yield Spacer(0, 10)
        yield label(note, _HELP, _HELP, language=reader.language)


def _signature(signer: str, reader: Reader) -> Any:
    name = label(both(signer), _LABEL, _LABEL_SECOND, language=reader.language)
    date = label(both(N_("Date")), _LABEL, _LABEL_SECOND, language=reader.language)
    widths = [_INNER * 0.22, _INNER * 0.42, _INNER * 0.04, _INNER * 0.1, _INNER * 0.22]
    return plain_table(
        [[name, WriteLines(1, 14), "", date, WriteLines(1, 14)]],
        widths,
        commands=[("TOPPADDING", (0, 0), (-1, -1), 22)],
        align="BOTTOM",
    )


def _draw_head(canvas: Any, case_number: str, reader: Reader, *, blank: bool) -> None:
    """Case number and "confidential"; never a name."""
    y = HEIGHT - 40
    first, second = both(N_("Case")).in_order(reader.language)
    words = first if first == second else f"{first} {second}"
    line = [Run(f"{words}  ", _SMALL), Run(case_number, BODY.but(font=MEDIUM))]
    draw_line(canvas, line, _MARGIN, y)
    if blank and not case_number:
        start = _MARGIN + line_width(line)
        canvas.setStrokeColor(colour(palette()["control"]))
        canvas.setLineWidth(0.6)
        canvas.line(start, y - 2, start + 150, y - 2)
    first, second = both(N_("Confidential")).in_order(reader.language)
    mark = [Run(first if first == second else f"{first}  {second}", BODY.but(font=MEDIUM, tone="alert"))]
    draw_line(canvas, mark, WIDTH - _MARGIN - line_width(mark), y)
    canvas.setStrokeColor(colour(palette()["line"]))
    canvas.setLineWidth(0.6)
    canvas.line(_MARGIN, y - 9, WIDTH - _MARGIN, y - 9)


def _draw_foot(canvas: Any, title: Both, version: int, reader: Reader, number: int, count: int) -> None:
    canvas.setStrokeColor(colour(palette()["line"]))
    canvas.setLineWidth(0.6)
    canvas.line(_MARGIN, 40, WIDTH - _MARGIN, 40)
    first, second = title.in_order(reader.language)
    edition = both(N_("version {number}"), number=version).of(reader.language)
    left = f"{first}, {edition}" if first == second else f"{first}  {second}, {edition}"
    draw_line(canvas, [Run(left, _SMALL)], _MARGIN, 27)
    first, second = both(N_("Page {number} of {count}"), number=number, count=count).in_order(reader.language)
    page = [Run(first if first == second else f"{first}  {second}", _SMALL)]
    draw_line(canvas, page, WIDTH - _MARGIN - line_width(page), 27)
    if reader.journal is not None:
        at, words = reader.journal
        mark = both(JOURNAL_MARK, line=at, words=" ".join(words)).of(reader.language)
        draw_line(canvas, [Run(mark, _SMALL)], _MARGIN, 16)
