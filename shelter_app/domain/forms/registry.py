"""Every form by id and version, and what registers and standards call its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shelter_app.domain.forms.model import Field, Form, Kind

__all__ = ["Coding", "FormRegistry", "ImportTarget", "export_coding"]


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """A field that a column of a register can fill."""

    form_id: str
    field_id: str
    #: Question of a row where the field is a group, else "".
    part: str
    kind: Kind
    #: Message id of the label; a group's own label stands in `group_label`.
    label: str
    group_label: str
    headers: tuple[str, ...]

    @property
    def path(self) -> str:
        """The target as one text: "person.documents.number"."""
        return ".".join(filter(None, (self.form_id, self.field_id, self.part)))


@dataclass(frozen=True, slots=True)
class Coding:
    """What the standards call a field; "" where they have no such field."""

    htcds: str
    ctdc: str


class FormRegistry:
    """Forms by id and version; an entry is read with the version that it was typed under."""

    def __init__(self, forms: Iterable[Form]) -> None:
        """Hold these forms.

        Raises:
            ValueError: two of them have one id and version.
        """
        self._forms: dict[tuple[str, int], Form] = {}
        self._newest: dict[str, Form] = {}
        for each in forms:
            if (each.id, each.version) in self._forms:
                raise ValueError(f"two forms {each.id!r} version {each.version}")
            self._forms[each.id, each.version] = each
            newest = self._newest.get(each.id)
            if newest is None or newest.version < each.version:
                self._newest[each.id] = each

    def form(self, form_id: str, version: int | None = None) -> Form:
        """The form of this id, in one version or the newest.

        Raises:
            KeyError: this program has no such form or version.
        """
        return self._newest[form_id] if version is None else self._forms[form_id, version]

    def all_forms(self) -> tuple[Form, ...]:
        """The newest version of every form, in the order in which they were given."""
        return tuple(self._newest.values())

    def import_targets(self) -> tuple[ImportTarget, ...]:
        """Every field that a register can fill, over all forms."""
        return tuple(
            target for each in self.all_forms() if not each.carries_file for target in _targets(each)
        )


def _targets(form: Form) -> Iterator[ImportTarget]:
    for question in form:
        if question.kind is Kind.GROUP:
            for part in question.fields:
                yield ImportTarget(
                    form.id, question.id, part.id, part.kind, part.label, question.label, part.headers
                )
        else:
            yield ImportTarget(form.id, question.id, "", question.kind, question.label, "", question.headers)


def export_coding(form: Form) -> dict[str, Coding]:
    """What HTCDS and CTDC call the fields of a form, by field id ("group.part" inside a group)."""
    codings: dict[str, Coding] = {}
    for question in form:
        _add(codings, question.id, question)
        for part in question.fields:
            _add(codings, f"{question.id}.{part.id}", part)
    return codings


def _add(codings: dict[str, Coding], path: str, question: Field) -> None:
    if question.htcds or question.ctdc:
        codings[path] = Coding(question.htcds, question.ctdc)
