"""A tour of the whole window that types the canaries into every field there is.

Run as `python -m tests.faults.tour ROOT [leak]`. The vault lies in ROOT/vault, files that are asked for in ROOT/asked,
a backup in ROOT/stick, everything else that the program may write in ROOT/home and ROOT/tmp. What was done is printed as JSON at the end.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from shelter_app.casework import backups, cases, drafts, entries, users, vaults
from shelter_app.casework.errors import AnswersRefused
from shelter_app.casework.session import Session
from shelter_app.domain.forms import TEXT_KINDS, Field, Kind, all_forms
from shelter_app.errors import ShelterError
from shelter_app.vault.rights import Compartment, Role
from shelter_ui.app import Program, build
from shelter_ui.forms.form_widget import FormWidget
from shelter_ui.forms.group_editor import GroupEditor
from shelter_ui.tasks import Tasks
from tests.faults.canaries import TEXT
from tests.faults.program import CHEAP, PASSWORD, USER

__all__ = ["Answers", "fill", "settle"]

#: The signed-in person holds the health key too, so that its fields are shown.
TABS = {
    "administration": ("users", "settings", "backup", "journal", "vault", "more"),
    "exchange": (None,),
    "summaries": ("send", "pool", "check", "keys"),
}


class Answers:
    """Chooses the folder for files that are asked for, and agrees to every question."""

    def __init__(self, asked: Path) -> None:
        self.asked = asked
        self.said: list[str] = []

    def folder(self, title: str, on_chosen: Callable[[Path], None], *, start: Path | None = None) -> None:
        on_chosen(self.asked)

    def file(
        self, title: str, on_chosen: Callable[[Path], None], *, endings: Sequence[str] = (), kinds: str = ""
    ) -> None:
        on_chosen(self.asked / "register.csv")

    def save_file(
        self, title: str, name: str, on_chosen: Callable[[Path], None], *, endings: Sequence[str] = ()
    ) -> None:
        on_chosen(self.asked / name)

    def confirm(
        self, question: str, body: str, action: str, on_yes: Callable[[], None], *,
        on_no: Callable[[], None] | None = None, leave: str = "",
    ) -> None:  # fmt: skip
        self.said.append(question)

    def show(self, title: str, body: str) -> None:
        self.said.append(body)


def settle() -> None:
    """Let everything that is due happen, what is to be deleted too."""
    for _round in range(3):
        QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _type(widget: QObject, text: str) -> None:
    """Type as an input method does: it takes any character at once."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def fill(page: QWidget, text: str = TEXT) -> int:
    """Type into every field of a page; gives back how many there were."""
    for form in page.findChildren(FormWidget):
        # Later parts are built when somebody goes there.
        form.show_part(len(form.form.sections) - 1)
    for rows in page.findChildren(GroupEditor):
        rows._on_add()
    settle()
    fields = [
        each
        for kind in (QLineEdit, QPlainTextEdit, QTextEdit)
        for each in page.findChildren(kind)
        if not each.isReadOnly() and each.isEnabled()
    ]
    for field in fields:
        field.clear()
        _type(field, text)
    settle()
    return len(fields)


def texts_for(fields: Sequence[Field]) -> dict[str, Any]:
    """An answer with the canaries for every field that takes words."""
    values: dict[str, Any] = {}
    for field in fields:
        if field.kind is Kind.GROUP:
            values[field.id] = [texts_for(field.fields)] if texts_for(field.fields) else []
        elif field.kind is Kind.TEXTS:
            values[field.id] = [TEXT, TEXT]
        elif field.kind in TEXT_KINDS:
            values[field.id] = TEXT
    return values


def save_everywhere(session: Session, case_id: str) -> int:
    """Save each form with words in every field that takes them; gives back how many forms took them."""
    saved = 0
    for form in all_forms():
        values = texts_for(list(form))
        view = cases.open_case(session, case_id)
        if form.id == "closure":
            continue
        found = [view.person] if form.id == "person" else list(view.of_form(form.id))
        entry = None if form.repeatable or not found else found[0]
        try:
            entries.save_entry(
                session,
                form.id,
                values,
                case_id=case_id,
                entry_id=entry.row.id if entry is not None else None,
            )
            saved += 1
        except (AnswersRefused, ShelterError):
            drafts.save_draft(session, form.id, values, case_id=case_id)
    return saved


def tour(program: Program, session: Session, asked: Path) -> dict[str, int]:
    """Go everywhere, type everywhere, save, search, export, import, lock."""
    window = program.window
    window.take(session)
    done = {"fields": 0, "forms": 0, "saved": 0}
    workplace = window.workplace
    assert workplace is not None
    case_id = cases.new_case(session, person={"name_native": TEXT}, intake={}).case_id
    done["saved"] = save_everywhere(session, case_id)
    workplace.new_case()
    settle()
    done["fields"] += fill(workplace.page())
    for form in all_forms():
        workplace.open_form(case_id, form.id)
        settle()
        page = workplace.page()
        done["fields"] += fill(page)
        page.save_draft()
        settle()
        page._on_print()
        page.save()
        settle()
        done["forms"] += 1
    for name in ("today", "cases", "returns", "summaries", "exchange", "administration"):
        for tab in TABS.get(name, (None,)):
            workplace.open_page(name, tab)
            settle()
            page = workplace.page()
            done["fields"] += fill(page)
            for field in page.findChildren(QLineEdit):
                field.clear()
            settle()
    for section in (None, "person", "timeline", "history"):
        workplace.open_case(case_id, section)
        settle()
        done["fields"] += fill(workplace.page())
    for text in TEXT.split():
        workplace.open_search(text)
        settle()
        window.grab()
    _import(workplace, asked)
    backups.back_up(session, asked.parent / "stick")
    program.desk.language.use("zh")
    workplace.open_form(case_id, "note")
    settle()
    fill(workplace.page())
    mime = QMimeData()
    mime.setText(TEXT)
    QApplication.clipboard().setMimeData(mime)
    # A fault of the program in the middle of it, with the words in its text.
    program.faults.handle(RuntimeError(TEXT))
    settle()
    # Locked with a half-typed form open; whoever comes back gets the draft.
    window.lock()
    settle()
    back = vaults.open_vault(session.folder.path, USER, PASSWORD)
    done["drafts"] = sum(1 for draft in drafts.my_drafts(back) if TEXT.split()[0] in json.dumps(draft.values))
    done["read back"] = sum(
        TEXT in json.dumps(entry.values, ensure_ascii=False)
        for entry in cases.open_case(back, case_id).entries
    )
    back.close()
    return done


def _import(workplace: Any, asked: Path) -> None:
    from shelter_ui.windows.import_page import ImportPage

    workplace.open_page("exchange")
    settle()
    page = workplace.page()
    assert isinstance(page, ImportPage)
    page.open_file(asked / "register.csv")
    settle()
    fill(page)


def main(root: Path, leak: bool) -> None:
    """Make the vault, walk through the window, say what was done."""
    if leak:
        path = Path(os.environ["TMPDIR"]) / "leak"
        path.write_text(f"1{TEXT}", "utf-16-le")
        path.unlink()
        print("{}")
        return
    asked = root / "asked"
    with (asked / "register.csv").open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["Ref", "Surname", "Given name(s)", "Sex", "DOB", "Nationality", "Remarks"])
        for number in range(12):
            sheet.writerow([f"A-{number}", TEXT, TEXT, "F", "1990-02-03", "China", TEXT])
    app = QApplication([sys.argv[0]])
    made = vaults.create_vault(
        root / "vault", post="KM", post_name="Post", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True
    )
    users.new_user(made.session, name="QF", role=Role.CASEWORKER, password="six grey kites circle above")
    assert made.session.keyring.holds(Compartment.HEALTH)
    program = build(app, vault=root / "vault", language="en", tasks=Tasks.immediate(), ask=Answers(asked))
    program.window.start()
    done = tour(program, made.session, asked)
    program.close()
    print(json.dumps(done))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] == ["leak"])
