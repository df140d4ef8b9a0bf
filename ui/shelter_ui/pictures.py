"""Pictures of the main screens in both languages, taken from the real window on a demo vault.

`python -m shelter_ui.pictures --vault DIR --out DIR [--theme dark] [--size 1366x768]` prints the files as JSON.
It opens demo vaults only.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QWidget

from shelter_app.domain.periods import Period
from shelter_app.storage import case_list
from shelter_app.storage.case_list import ListFilter
from shelter_i18n import LANGUAGES
from shelter_resources import open_path
from shelter_ui.app import Program, build
from shelter_ui.preferences import PreferencesFile
from shelter_ui.tasks import Tasks
from shelter_ui.theme.tokens import PALETTES, PaletteName
from shelter_ui.windows.workplace import Workplace

__all__ = ["main", "take_pictures"]

_PERIOD = Period.parse("2015")
_REGISTER = "shelter_register_zh.xlsx"
Show = Callable[[Workplace], None]


def _settle(app: QApplication) -> None:
    """Let everything that is due be laid out and painted."""
    for _round in range(6):
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 40)


def _case(workplace: Workplace) -> str:
    """The case that is shown: the one of these weeks with the most in it."""
    session = workplace.context.session
    rows = case_list.page(session.store, "registered", ListFilter(), names=False, descending=True)
    by_entries = "SELECT count(*) FROM entries WHERE case_id = ?"
    return max(rows, key=lambda row: int(session.store.value(by_entries, (row.case_id,)))).case_id


def _summary(workplace: Workplace) -> None:
    from shelter_ui.windows.summary_period import PeriodPicker

    workplace.open_page("summaries")
    page = workplace.page()
    assert page is not None
    _press(page, "summary_back")
    picker = page.findChild(PeriodPicker)
    assert picker is not None
    picker.set_period(_PERIOD)
    picker.changed.emit()
    _press(page, "summary_do")


def _register(workplace: Workplace) -> None:
    from shelter_ui.windows.import_page import ImportPage

    workplace.open_page("exchange")
    page = workplace.page()
    assert isinstance(page, ImportPage)
    page.open_file(open_path("samples", _REGISTER))


def _press(page: QWidget, name: str) -> None:
    from PySide6.QtWidgets import QAbstractButton

    button = page.findChild(QAbstractButton, name)
    assert button is not None
    button.click()


def _screens() -> Iterator[tuple[str, Show]]:
    yield "today", lambda w: w.open_page("today")
    yield "cases", lambda w: w.open_page("cases")
    yield "search", lambda w: w.open_search("chenx")
    yield "case", lambda w: w.open_case(_case(w))
    yield "person", lambda w: w.open_case(_case(w), "person")
    yield "service", lambda w: w.open_form(_case(w), "service")
    yield "intake", lambda w: w.open_form(_case(w), "intake")
    yield "new-case", lambda w: w.new_case()
    yield "returns", lambda w: w.open_page("returns")
    yield "summary", _summary
    yield "register", _register
    yield "users", lambda w: w.open_page("administration", "users")
    yield "settings", lambda w: w.open_page("administration", "settings")
    yield "backup", lambda w: w.open_page("administration", "backup")


def take_pictures(
    program: Program,
    out: Path,
    languages: Sequence[str],
    *,
    size: tuple[int, int],
    palette: PaletteName = "light",
) -> list[Path]:
    """Write a PNG of every main screen in every language into `out`; gives the files."""
    out.mkdir(parents=True, exist_ok=True)
    window, desk = program.window, program.desk
    written: list[Path] = []

    def take(name: str, language: str) -> None:
        window.resize(*size)
        _settle(program.app)
        path = out / f"{len(written) // len(languages) + 1:02}-{name}-{language}-{palette}.png"
        window.grab().save(str(path))
        written.append(path)

    window.start()
    for language in languages:
        desk.language.use(language)
        take("signin", language)
    window.open_demo()
    _settle(program.app)
    workplace = window.workplace
    assert workplace is not None
    if desk.theme.palette_name != palette:
        desk.theme.change(palette=palette)
    for name, show in _screens():
        for language in languages:
            desk.language.use(language)
            show(workplace)
            take(name, language)
    window.lock()
    _settle(program.app)
    return written


def main(argv: Sequence[str] | None = None) -> int:
    """Take the pictures of one demo vault; prints their paths as JSON."""
    parser = argparse.ArgumentParser(prog="python -m shelter_ui.pictures")
    parser.add_argument("--vault", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--theme", choices=sorted(PALETTES), default="light")
    parser.add_argument("--language", choices=sorted(LANGUAGES))
    parser.add_argument("--size", default="1366x768")
    options = parser.parse_args(list(sys.argv[1:] if argv is None else argv))
    width, height = (int(part) for part in options.size.split("x"))
    app = QApplication([sys.argv[0]])
    with tempfile.TemporaryDirectory() as folder:
        preferences = PreferencesFile(Path(folder) / "settings.json")
        preferences.change(theme=options.theme)
        program = build(
            app, vault=options.vault, language="en", preferences=preferences, tasks=Tasks.immediate(),
            log=Path(folder),
        )  # fmt: skip
        languages = [options.language] if options.language else ["en", "zh"]
        written = take_pictures(program, options.out, languages, size=(width, height), palette=options.theme)
        program.close()
    sys.stdout.write(json.dumps([str(path) for path in written]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
