"""What is odd about a form on the screen: the domain's findings, and those of the widgets themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from shelter_app.domain.forms import Form, Problem, applies, check, visible_fields
from shelter_i18n import _, ngettext
from shelter_ui.forms.group_editor import GroupEditor
from shelter_ui.forms.question import Question
from shelter_ui.widgets.lines import Stage
from shelter_ui.widgets.painting import KnotState

__all__ = ["every_question", "find_problems", "open_problems_words", "part_stages", "question_of"]


def find_problems(
    form: Form,
    values: Mapping[str, Any],
    questions: Mapping[str, Question],
    *,
    today: dt.date,
    told: Collection[Problem] = (),
) -> list[Problem]:
    """Everything that is odd about the answers now, in the order of the questions.

    `told` are findings of a save that was refused. Where a widget explains its own trouble (a day that is in
    no calendar), that stands for whatever else is found in its field.
    """
    asked = {field.id for field in visible_fields(form, values)}
    open_to_me = {field_id for field_id, question in questions.items() if not question.sealed}
    own = [
        problem
        for field_id in questions
        if field_id in asked & open_to_me
        for problem in _own_problems(questions[field_id])
    ]
    places = {_place(problem) for problem in own}
    found = [p for p in check(form, values, today=today) if _place(p) not in places]
    found += [p for p in told if p not in found and _place(p) not in places]
    found = [p for p in found if p.field_id in open_to_me or p.field_id not in questions]
    order = {field_id: place for place, field_id in enumerate(questions)}
    return sorted(
        [*found, *own], key=lambda p: (order.get(p.field_id, len(order)), -1 if p.row is None else p.row)
    )


def _place(problem: Problem) -> tuple[str, int | None, str]:
    return problem.field_id, problem.row, problem.part


def _own_problems(question: Question) -> Iterator[Problem]:
    """What a widget itself finds wrong; of a group, what those of its rows find."""
    field_id, editor = question.field.id, question.editor
    if words := editor.problem():
        yield Problem(field_id, "error", "{words}", {"words": words})
    if isinstance(editor, GroupEditor):
        for number, row in enumerate(editor.rows):
            asked = {part.id for part in editor.field.fields if applies(part, row.values())}
            for part, each in row.questions.items():
                if part in asked and (words := each.editor.problem()):
                    yield Problem(field_id, "error", "{words}", {"words": words}, row=number, part=part)


def every_question(questions: Mapping[str, Question]) -> Iterator[Question]:
    """The questions of a form and those of the rows of its groups."""
    for question in questions.values():
        yield question
        if isinstance(question.editor, GroupEditor):
            for row in question.editor.rows:
                yield from row.questions.values()


def question_of(problem: Problem, questions: Mapping[str, Question]) -> Question | None:
    """The question beside which a problem stands; for a row of a group, that of the row."""
    question = questions.get(problem.field_id)
    if question is None or problem.row is None or not isinstance(question.editor, GroupEditor):
        return question
    rows = question.editor.rows
    return rows[problem.row].questions.get(problem.part, question) if problem.row < len(rows) else question


def part_stages(
    form: Form,
    questions: Mapping[str, Question],
    sealed: Collection[str],
    values: Mapping[str, Any],
    found: Sequence[Problem],
    current: int,
) -> list[Stage]:
    """The parts of a form as steps: done, current, and how much there is to check; `sealed` are ids of fields."""
    stages = []
    for number, section in enumerate(form.sections):
        ids = {field.id for field in section.fields}
        here = [p for p in found if p.field_id in ids and (q := question_of(p, questions)) and q.touched]
        wrong = any(p.severity == "error" for p in here)
        state: KnotState = "later"
        if number == current:
            state = "next"
        elif wrong:
            state = "wrong"
        elif any(field_id in values for field_id in ids):
            state = "done"
        detail, tone = "", ""
        if ids <= set(sealed):
            detail, tone = _("sealed"), "sealed"
        elif here:
            detail = ngettext("{number} to check", "{number} to check", len(here)).format(number=len(here))
            tone = "alert" if wrong else "warning"
        stages.append(Stage(_(section.title), state, detail, tone))
    return stages


def open_problems_words(count: int) -> tuple[str, str]:
    """What a form says as a whole after it was not saved: how much is to be checked, and where it is marked."""
    words = ngettext("{number} answer to check", "{number} answers to check", count).format(number=count)
    return words, _("They are marked beside their fields. Everything typed is kept as a draft.")
