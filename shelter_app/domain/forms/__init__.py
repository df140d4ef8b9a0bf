"""The forms of the program and what can be done with a filled one; other packages import from here.

`form("intake")` gives the newest version, `form("intake", 1)` the one an entry was typed under. Answers are
plain JSON by field id; `clean` before saving, `check` before and while typing, `split` into compartments.
"""

from __future__ import annotations

from shelter_app.domain.forms import (
    closure,
    consent,
    document,
    experience,
    health,
    intake,
    note,
    person,
    referral,
    return_step,
    service,
)
from shelter_app.domain.forms.checking import Problem, applies, check, clean, visible_fields
from shelter_app.domain.forms.compartments import (
    Parts,
    PersonProjection,
    changed_fields,
    coded_columns,
    join,
    projections,
    split,
    stage_reached,
    typed_columns,
)
from shelter_app.domain.forms.kinds import is_empty, read_date
from shelter_app.domain.forms.model import (
    TEXT_KINDS,
    TYPED_COLUMNS,
    YES_NO_ANSWERS,
    Condition,
    Due,
    Field,
    FieldClass,
    Form,
    Kind,
    Order,
    Section,
    Stage,
    Values,
)
from shelter_app.domain.forms.registry import Coding, FormRegistry, ImportTarget, export_coding

__all__ = [
    "TEXT_KINDS",
    "TYPED_COLUMNS",
    "YES_NO_ANSWERS",
    "Coding",
    "Condition",
    "Due",
    "Field",
    "FieldClass",
    "Form",
    "FormRegistry",
    "ImportTarget",
    "Kind",
    "Order",
    "Parts",
    "PersonProjection",
    "Problem",
    "Section",
    "Stage",
    "Values",
    "all_forms",
    "applies",
    "changed_fields",
    "check",
    "clean",
    "coded_columns",
    "export_coding",
    "file_forms",
    "form",
    "import_targets",
    "is_empty",
    "join",
    "projections",
    "read_date",
    "split",
    "stage_reached",
    "typed_columns",
    "visible_fields",
]

#: Newest versions first in the order of the case page; older versions, kept for reading, after them.
_REGISTRY = FormRegistry(
    (
        person.FORM,
        intake.FORM,
        consent.FORM,
        experience.FORM,
        service.FORM,
        health.FORM,
        return_step.FORM,
        referral.FORM,
        note.FORM,
        closure.FORM,
        document.DOCUMENT,
        document.HEALTH_DOCUMENT,
    )
)


def form(form_id: str, version: int | None = None) -> Form:
    """A form of the program, in one version or the newest.

    Raises:
        KeyError: this program has no such form or version.
    """
    return _REGISTRY.form(form_id, version)


def all_forms() -> tuple[Form, ...]:
    """The newest version of every form that is filled in, in the order of the case page."""
    return tuple(each for each in _REGISTRY.all_forms() if not each.carries_file)


def file_forms() -> tuple[Form, ...]:
    """The forms of entries that carry a file."""
    return tuple(each for each in _REGISTRY.all_forms() if each.carries_file)


def import_targets() -> tuple[ImportTarget, ...]:
    """Every field that a column of a register can fill."""
    return _REGISTRY.import_targets()
