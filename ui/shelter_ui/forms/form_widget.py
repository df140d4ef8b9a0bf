"""A declared form as a screen: parts at the left, one part of questions in the middle, help at the right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from shelter_app.domain.forms import Form, Problem, clean, visible_fields
from shelter_i18n import N_, _
from shelter_ui.context import AppContext
from shelter_ui.forms.choices import Colleagues
from shelter_ui.forms.editors import Tools
from shelter_ui.forms.findings import every_question, find_problems, part_stages, question_of
from shelter_ui.forms.group_editor import GroupEditor
from shelter_ui.forms.help_panel import HelpPanel
from shelter_ui.forms.part_page import PartPage, part_page
from shelter_ui.forms.question import Question
from shelter_ui.models.sealed_words import sealed_words
from shelter_ui.widgets.base import Themed
from shelter_ui.widgets.lines import StepList
from shelter_ui.widgets.texts import Prose

__all__ = ["FormWidget"]

#: Below this width the help stands under the questions (tokens, 5), and the parts lose some of theirs.
_NARROW = 1104
_MAY_STAY_EMPTY = N_(
    "Everything may stay empty. Begin with what is urgent; ask the rest later or not at all."
)
_MARKED_IS_NEEDED = N_(
    "Needed is only what is marked so. Begin with what is urgent; ask the rest later or not at all."
)


class FormWidget(Themed, QWidget):
    """The screen of one filled form.

    It holds no rules: the domain's `check` finds what is wrong, each finding stands beside its field, at first
    when the field is left and from then on at every change. What is typed survives a change of language.
    """

    #: A person has changed an answer.
    edited = Signal()
    #: Another part is shown; carries its id.
    part_shown = Signal(str)

    def __init__(
        self,
        context: AppContext,
        form: Form,
        values: Mapping[str, Any] | None = None,
        *,
        sealed: Collection[str] = (),
        help_beside: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Show `form` with `values`; `sealed` names compartments that this reader cannot open.

        With `help_beside` the help has a column of its own where there is room.
        """
        super().__init__(parent)
        self._context, self.form, self._help_beside = context, form, help_beside
        theme = context.theme
        self._tools = Tools(
            theme, Colleagues(context.session), lambda: context.session.today,
            lambda cls: sealed_words(context.session, cls),
        )  # fmt: skip
        self._kept: dict[str, Any] = {}
        self._setting = False
        #: Whether a word is being composed with an input method.
        self.composing = False
        self._told: tuple[Problem, ...] = ()
        self._steps = StepList(theme, joined=False)
        self._steps.setObjectName("form_parts")
        self._hint = Prose(theme, "", "label", "text2")
        self._help = HelpPanel(theme)
        self._sealed = frozenset(field.id for field in form if form.class_of(field.id).value in sealed)
        # Of the parts that are built; the others follow one at a time, or when somebody needs them.
        self._questions: dict[str, Question] = {}
        self._pages: list[PartPage] = []
        self._current, self._watched = 0, cast("QWidget | None", None)
        self._arrange()
        self._connect()
        self.adopt(theme)
        self.set_values(values or {})
        self.retranslate_ui()
        self.show_part(0)
        QTimer.singleShot(0, self, self._build_another)

    def _build_part(self) -> None:
        """Build the next part and give it its answers."""
        number = len(self._pages)
        page = part_page(self.form, number, self._tools, self._sealed, parent=self)
        self._setting = True
        for question in page.questions:
            question.changed.connect(self._on_changed)
            question.help_asked.connect(lambda field=question.field: self._help.show_field(field))
            if isinstance(question.editor, GroupEditor):
                question.editor.rebuilt.connect(self._on_rebuilt)
            question.editor.set_value(self._kept.pop(question.field.id, None))
            self._questions[question.field.id] = question
        self._setting = False
        self._pages.append(page)
        self._stack.insertWidget(number, page)
        page.setVisible(number == self._current)

    def _build_until(self, count: int | None = None) -> None:
        """Have so many parts built, or all."""
        for _number in range(missing := (count or len(self.form.sections)) - len(self._pages)):
            self._build_part()
        if missing > 0:
            self._after_change()

    def _build_another(self) -> None:
        """Build one more part, with a turn of the event loop before the next."""
        if len(self._pages) < len(self.form.sections):
            self._build_until(len(self._pages) + 1)
            QTimer.singleShot(0, self, self._build_another)

    def _arrange(self) -> None:
        px = self._context.theme.px
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(16))
        column.addWidget(self._steps)
        column.addWidget(self._hint)
        column.addStretch(1)
        side.setFixedWidth(px(220))
        if len(self.form.sections) == 1:
            side.hide()
        self._middle = QWidget()
        self._stack = QVBoxLayout(self._middle)
        self._stack.setContentsMargins(0, 0, px(4), px(16))
        self._stack.setSpacing(px(16))
        self._stack.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._middle)
        self._middle.setMaximumWidth(px(960))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(px(16), px(16), px(20), 0)
        self._grid.setHorizontalSpacing(px(16))
        self._grid.addWidget(side, 0, 0)
        self._grid.addWidget(self._scroll, 0, 1)
        self._grid.setColumnStretch(1, 1)
        self._help.setFixedWidth(px(188))
        self._help.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._help_below: bool | None = None
        self._place_help(below=not self._help_beside)

    def _place_help(self, *, below: bool) -> None:
        if below == self._help_below:
            return
        self._help_below = below
        px = self._context.theme.px
        if below:
            self._help.setMinimumWidth(0)
            self._help.setMaximumWidth(px(960))
            self._stack.insertWidget(self._stack.count() - 1, self._help)
        else:
            self._help.setFixedWidth(px(188))
            self._grid.addWidget(self._help, 0, 2, Qt.AlignmentFlag.AlignTop)
        self._help.show_keys(not below)
        self._help.show()

    def _connect(self) -> None:
        self._steps.opened.connect(self.show_part)
        self._steps.walked.connect(self.show_part)
        keys = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for sequence, slot in (
            ("F8", lambda: self.next_problem(1)),
            ("Shift+F8", lambda: self.next_problem(-1)),
            ("Ctrl+Return", lambda: self.walk_part(1)),
            ("Ctrl+Shift+Return", lambda: self.walk_part(-1)),
        ):
            QShortcut(QKeySequence(sequence), self, slot, context=keys)
        application = cast("QApplication", QApplication.instance())
        application.focusChanged.connect(self._on_focus)

    # -- answers --------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """Every answer that was given, also to questions that are hidden now."""
        given = dict(self._kept)
        for field_id, question in self._questions.items():
            if question.sealed:
                continue
            value = question.editor.value()
            if value is not None:
                given[field_id] = value
        return given

    def answers(self) -> dict[str, Any]:
        """What would be saved: without empty answers and without those to questions that are not asked."""
        return clean(self.form, self.values())

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show these answers without telling anybody."""
        self._setting = True
        self._kept = {key: value for key, value in values.items() if key not in self._questions}
        for field_id, question in self._questions.items():
            question.editor.set_value(values.get(field_id))
            question.touched = False
        self._setting = False
        self._told = ()
        self._after_change()

    def unfinished(self) -> dict[str, Any]:
        """What is typed and is no answer (a day that is in no calendar, a word in no list), for a draft."""
        found = {key: q.editor.unfinished() for key, q in self._questions.items() if not q.sealed}
        return {key: typed for key, typed in found.items() if typed is not None}

    def resume(self, unfinished: Mapping[str, Any]) -> None:
        """Show what `unfinished` gave, with what is wrong with it, without telling anybody."""
        holding = [
            n for n, part in enumerate(self.form.sections) if any(f.id in unfinished for f in part.fields)
        ]
        if holding:
            self._build_until(holding[-1] + 1)
        self._setting = True
        for field_id, typed in unfinished.items():
            if field_id in self._questions:
                self._questions[field_id].resume(typed)
        self._setting = False
        self._after_change()

    def _on_changed(self) -> None:
        if not self._setting:
            self._told = ()
            self._after_change()
            self.edited.emit()

    def _after_change(self) -> None:
        values = self.values()
        asked = {field.id for field in visible_fields(self.form, values)}
        for field_id, question in self._questions.items():
            question.row.setVisible(field_id in asked)
            if question.field.within and not question.sealed:
                question.editor.refresh_options(values)
        self._show_problems()

    def _on_rebuilt(self) -> None:
        if not self._setting:
            self._show_problems()

    # -- problems -------------------------------------------------------------------------------

    def problems(self) -> list[Problem]:
        """Everything that is odd about the answers now, in the order of the questions."""
        today = self._context.session.today
        return find_problems(self.form, self.values(), self._questions, today=today, told=self._told)

    def show_all_problems(self, told: Sequence[Problem] = ()) -> list[Problem]:
        """Show every problem, also of questions that nobody has been in; `told` are those that casework found."""
        self._build_until()
        for question in every_question(self._questions):
            question.editor.settle()
            question.touched = True
        self._told = tuple(told)
        self._show_problems()
        return self.problems()

    def _show_problems(self) -> None:
        found = self.problems()
        by_question: dict[Question, Problem] = {}
        for problem in found:
            question = question_of(problem, self._questions)
            if question is not None and question.touched:
                kept = by_question.get(question)
                if kept is None or (kept.severity == "warning" and problem.severity == "error"):
                    by_question[question] = problem
        for question in every_question(self._questions):
            shown = by_question.get(question)
            own = question.editor.says_itself and bool(question.editor.problem())
            # A widget that explains its own trouble is not told twice.
            question.show_problem(
                shown.severity if shown and not own else "", shown.text() if shown and not own else ""
            )
        self._show_steps(found)

    def next_problem(self, step: int = 1) -> bool:
        """Go to the next (or previous) field with something to check; False if there is none."""
        found = [
            q
            for p in self.show_all_problems(self._told)
            if (q := question_of(p, self._questions)) is not None
        ]
        found = list(dict.fromkeys(found))
        if not found:
            return False
        here = self._question_at(QApplication.focusWidget())
        at = found.index(here) if here in found else (-1 if step > 0 else 0)
        self.focus_question(found[(at + step) % len(found)])
        return True

    def first_error(self) -> None:
        """Go to the first field that hinders saving."""
        for problem in self.problems():
            question = question_of(problem, self._questions)
            if problem.severity == "error" and question is not None:
                self.focus_question(question)
                return

    def focus_question(self, question: Question) -> None:
        """Show the part of a question and put the keyboard into it."""
        for number, page in enumerate(self._pages):
            if page.isAncestorOf(question.row):
                self.show_part(number)
        question.focus()
        # Its part may be shown and the notice above it may come just now: it has its place a turn later.
        QTimer.singleShot(0, question.row, lambda: self._scroll.ensureWidgetVisible(question.row))

    def question(self, field_id: str) -> Question:
        """The question of a field.

        Raises:
            KeyError: the form has no such field.
        """
        self._build_until()
        return self._questions[field_id]

    # -- parts ----------------------------------------------------------------------------------

    def show_part(self, number: int) -> None:
        """Show one part of the form."""
        self._current = number
        self._build_until(number + 1)
        self._steps.set_current(number)
        for place, page in enumerate(self._pages):
            page.setVisible(place == number)
        self._scroll.verticalScrollBar().setValue(0)
        self._show_steps(self.problems())
        self.part_shown.emit(self.form.sections[number].id)

    def show_part_of(self, part_id: str) -> None:
        """Show the part with this id, if the form has it."""
        for number, section in enumerate(self.form.sections):
            if section.id == part_id:
                self.show_part(number)

    @property
    def part(self) -> str:
        """Id of the part that is shown."""
        return self.form.sections[self._current].id

    def walk_part(self, step: int) -> None:
        """Go to the next or previous part and into its first field."""
        number = self._current + step
        if 0 <= number < len(self.form.sections):
            self.show_part(number)
            self.focus_first()

    def focus_first(self) -> None:
        """Put the keyboard into the first field of the part that is shown."""
        for question in self._pages[self._current].questions:
            if not question.sealed and not question.row.isHidden():
                question.focus()
                return

    def _show_steps(self, found: Sequence[Problem]) -> None:
        stages = part_stages(self.form, self._questions, self._sealed, self.values(), found, self._current)
        self._steps.set_stages(stages, self._current)

    # -- focus and composing --------------------------------------------------------------------

    def _question_at(self, widget: QWidget | None) -> Question | None:
        rows = {question.row: question for question in every_question(self._questions)}
        while widget is not None and widget is not self:
            if widget in rows:
                return rows[cast("Any", widget)]
            widget = widget.parentWidget()
        return None

    def _on_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is None:
            return
        inside = self.isAncestorOf(now)
        left = self._question_at(old) if old is not None and self.isAncestorOf(old) else None
        entered = self._question_at(now) if inside else None
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched, self.composing = None, False
        if inside:
            self._watched = now
            now.installEventFilter(self)
        if left is not None and left is not entered:
            left.touched = True
            self._show_problems()
        if entered is not None:
            self._help.show_field(entered.field)
            self._scroll.ensureWidgetVisible(now, 0, self._context.theme.px(40))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice when a word is being composed; a draft is not saved in the middle of one."""
        if watched is self._watched and isinstance(event, QInputMethodEvent):
            self.composing = bool(event.preeditString())
        return False

    # -- look -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the help beside or below the questions."""
        super().resizeEvent(event)
        narrow = self.width() < self._context.theme.px(_NARROW)
        self._place_help(below=narrow or not self._help_beside)

    def retranslate_ui(self) -> None:
        """Say everything in the language in force; what is typed stays."""
        values = self.values()
        for page in self._pages:
            page.retranslate_ui()
        for question in self._questions.values():
            question.retranslate(values)
        needed = any(field.required for field in self.form)
        hint = _(self.form.help) or _(_MARKED_IS_NEEDED if needed else _MAY_STAY_EMPTY)
        self._hint.set_text(hint)
        # The first part of the intake says it already.
        self._hint.setVisible(all(_(section.help) != hint for section in self.form.sections))
        self._show_problems()
