"""Making a summary as a person does: choose, see, ask why, write, repeat; a period within another is looked at beside it."""

import dataclasses
import hashlib

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QRadioButton

from shelter_app.casework.registers import import_register, waiting_count
from shelter_app.casework.summary import make_preview, past_releases, write_release
from shelter_app.domain.periods import Period
from shelter_app.exchange.registers import preview
from shelter_app.vault.errors import NoWritePermission
from shelter_resources import open_path
from shelter_ui.windows.summary_page import PERIOD, SEEN, SEND, WRITE, SummaryPage


@pytest.fixture
def page(make_context, peopled, qtbot):
    page = SummaryPage(make_context(peopled))
    qtbot.addWidget(page)
    page.resize(1190, 716)
    with qtbot.waitExposed(page):
        page.show()
    page.on_shown()
    yield page
    qtbot.waitUntil(lambda: page._job is None, timeout=90_000)


def press(qtbot, page, name):
    target = page.findChild(QPushButton, name)
    assert target is not None, name
    assert target.isVisibleTo(page), name
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton)


def is_seen(page, name):
    target = page.findChild(QPushButton, name)
    return target is not None and target.isVisibleTo(page)


def choose(page, text):
    page._period.picker.set_period(Period.parse(text))
    page._on_period_changed()


def calculate(qtbot, page, text):
    choose(page, text)
    press(qtbot, page, "summary_do")
    qtbot.waitUntil(lambda: page._step == SEEN, timeout=90_000)


def decide(qtbot, page, answers, folder):
    """Go on to sending and choose readable files in a folder."""
    answers.path = folder
    press(qtbot, page, "summary_do")
    assert page._step == SEND
    nobody = page.findChild(QRadioButton, "receiver_nobody")
    qtbot.waitUntil(lambda: page._sending._possible.parts != ("tables",))
    qtbot.mouseClick(nobody, Qt.MouseButton.LeftButton)
    choose_folder = page._sending._folder._choose
    qtbot.mouseClick(choose_folder, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "summary_do").isEnabled())


def write(qtbot, page, answers, folder):
    decide(qtbot, page, answers, folder)
    press(qtbot, page, "summary_do")
    qtbot.waitUntil(lambda: page._step == WRITE, timeout=90_000)


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def walk_to(qtbot, view, kind):
    """Walk with the arrow keys until a figure of this kind is current."""
    model = view.release
    view.setFocus()
    view.setCurrentIndex(view.first_figure())
    for row in range(model.rowCount()):
        for _column in range(model.columnCount()):
            if model.figure(view.currentIndex()).kind == kind:
                return view.currentIndex()
            qtbot.keyClick(view, Qt.Key.Key_Right)
        if row < model.rowCount() - 1:
            qtbot.keyClick(view, Qt.Key.Key_Home)
            qtbot.keyClick(view, Qt.Key.Key_Down)
    raise AssertionError(f"no figure is {kind}")


def test_nothing_is_written_by_looking(page, peopled, qtbot):
    calculate(qtbot, page, "2025")
    assert page._seen.view.isVisibleTo(page)
    assert past_releases(peopled) == []


def test_who_is_in_no_figure_yet_is_said_beside_the_figures(page, peopled, qtbot):
    calculate(qtbot, page, "2025")
    waiting, short = page._seen.concerns
    assert not waiting.isVisibleTo(page)
    assert not short.isVisibleTo(page)
    found = preview(open_path("samples", "consular_returnees_en.csv"), today=peopled.today)
    done = import_register(peopled, found)
    press(qtbot, page, "summary_back")
    calculate(qtbot, page, "2014-03-01..2014-03-02")
    counted = waiting_count(peopled, Period.parse("2014-03-01..2014-03-02"))
    assert 0 < counted <= done.decision
    assert f"{counted} rows of registers wait" in waiting.accessibleName()
    assert "shorter than a month" in short.accessibleName()
    assert waiting.isVisibleTo(page)
    assert short.isVisibleTo(page)


def test_why_a_cell_is_hidden_can_be_read_with_the_keyboard(page, qtbot):
    calculate(qtbot, page, "2025")
    view, reason = page._seen.view, page._seen.reason
    small = walk_to(qtbot, view, "small")
    assert small.data(Qt.ItemDataRole.AccessibleTextRole).endswith(": fewer than 11, perhaps nobody")
    assert "Ten persons or fewer" in reason.accessibleName()
    hidden = walk_to(qtbot, view, "hidden")
    assert hidden.data(Qt.ItemDataRole.AccessibleTextRole).endswith(": hidden")
    qtbot.keyClick(view, "?")
    assert "Hidden" in reason.accessibleName()
    assert view.release.place_words(hidden) in reason.accessibleName()
    shown = walk_to(qtbot, view, "shown")
    assert shown.data(Qt.ItemDataRole.DisplayRole) in reason.accessibleName()
    assert "Rounded" in reason.accessibleName()


def test_the_question_mark_asks_for_the_current_cell(page, qtbot):
    calculate(qtbot, page, "2025")
    view = page._seen.view
    index = walk_to(qtbot, view, "hidden")
    with qtbot.waitSignal(view.asked) as asked:
        qtbot.keyClick(view, "?")
    assert asked.args[0] == index


def test_files_are_written_and_repeating_gives_the_same_bytes(page, peopled, qtbot, answers, tmp_path):
    calculate(qtbot, page, "2025")
    write(qtbot, page, answers, tmp_path / "first")
    first = digests(tmp_path / "first")
    assert "manifest.json" in first
    assert set(page._files.names()) == set(first)
    assert str(tmp_path / "first") in page._files.banner.accessibleName()
    press(qtbot, page, "summary_do")  # make another summary
    qtbot.waitUntil(lambda: is_seen(page, "repeat_2025"))
    press(qtbot, page, "repeat_2025")
    qtbot.waitUntil(lambda: page._step == SEEN, timeout=90_000)
    assert page._preview.repeated
    write(qtbot, page, answers, tmp_path / "second")
    assert digests(tmp_path / "second") == first
    assert len(past_releases(peopled)) == 1


def test_a_period_within_an_earlier_one_is_calculated_beside_it(page, peopled, qtbot, answers, tmp_path):
    calculate(qtbot, page, "2025")
    write(qtbot, page, answers, tmp_path / "first")
    press(qtbot, page, "summary_do")
    calculate(qtbot, page, "2025-H2")
    assert not page._preview.repeated
    assert not page._period.problem.isVisibleTo(page)
    assert "Prove from earlier reports" in " ".join(check.name for check in page._preview.release.checks)


def test_a_period_that_overlaps_one_of_which_it_was_not_kept_whom_it_counted_has_a_way_on(
    page, peopled, qtbot, answers, tmp_path
):
    seen = make_preview(peopled, Period.parse("2025"))
    write_release(peopled, dataclasses.replace(seen, counted=()), tmp_path / "first")
    choose(page, "2025-H2")
    press(qtbot, page, "summary_do")
    problem = page._period.problem
    qtbot.waitUntil(lambda: problem.isVisibleTo(page), timeout=90_000)
    assert page._step == PERIOD
    assert "2025-H2 covers part of 2025" in problem.accessibleName()
    press(qtbot, page, "repeat_earlier")
    qtbot.waitUntil(lambda: page._step == SEEN, timeout=90_000)
    assert page._preview.repeated
    assert not problem.isVisibleTo(page)


def test_a_folder_that_cannot_be_written_says_so_and_another_one_works(
    page, peopled, qtbot, answers, tmp_path, monkeypatch
):
    calculate(qtbot, page, "2025")

    def refuse(_folder, _files, **_more):
        raise NoWritePermission

    with monkeypatch.context() as patch:
        patch.setattr("shelter_app.reports.summary.write_files", refuse)
        decide(qtbot, page, answers, tmp_path / "closed")
        press(qtbot, page, "summary_do")
        problem = page._sending.problem
        qtbot.waitUntil(lambda: problem.isVisibleTo(page), timeout=90_000)
    assert page._step == SEND
    assert NoWritePermission().render() in problem.accessibleName()
    press(qtbot, page, "summary_back")
    write(qtbot, page, answers, tmp_path / "open")
    assert "manifest.json" in digests(tmp_path / "open")
    assert len(past_releases(peopled)) == 1


def test_the_files_can_be_written_into_a_second_folder(page, peopled, qtbot, answers, tmp_path):
    calculate(qtbot, page, "2025")
    write(qtbot, page, answers, tmp_path / "first")
    press(qtbot, page, "summary_back")
    assert page._step == SEND
    press(qtbot, page, "summary_back")
    write(qtbot, page, answers, tmp_path / "second")
    assert digests(tmp_path / "first") == digests(tmp_path / "second")


def test_few_persons_give_no_table_but_a_way_on(page, qtbot):
    calculate(qtbot, page, "2025-01")
    nothing = page._seen.nothing
    assert nothing.isVisibleTo(page)
    assert "Fewer than 50 persons" in nothing.accessibleName()
    assert "has enough persons for tables: report that period instead" in nothing.accessibleName()
    with qtbot.waitSignal(page.pool_asked):
        press(qtbot, page, "summary_do")  # contribute to a pool instead
    qtbot.mouseClick(nothing.button, Qt.MouseButton.LeftButton)
    assert page._step == PERIOD


def test_periods_are_chosen_without_typing(page, qtbot):
    picker = page._period.picker
    assert picker.period() == Period.parse("2025-Q4")  # the last one that has ended
    qtbot.mouseClick(picker.findChild(QPushButton, "year_back"), Qt.MouseButton.LeftButton)
    assert picker.period() == Period.parse("2024-Q4")
    kind, part = picker.findChild(object, "period_kind"), picker.findChild(object, "period_part")
    kind.choose("month")
    part.choose("2")
    assert picker.period() == Period.parse("2026-02")
    kind.choose("half")
    assert picker.period() == Period.parse("2025-H2")
    kind.choose("year")
    assert picker.period() == Period.parse("2025")


def test_two_days_make_a_period_or_say_what_is_wrong(page, qtbot):
    picker = page._period.picker
    picker.findChild(object, "period_kind").choose("range")
    first, last = (picker.findChild(object, name) for name in ("period_from", "period_to"))
    first.set_numbers(2025, 1, 15)
    last.set_numbers(2025, 4, 30)
    first.edited.emit()
    assert picker.period() == Period.parse("2025-01-15..2025-04-30")
    last.set_numbers(2024, 4, 30)
    last.edited.emit()
    assert picker.period() is None
    assert "before it begins" in picker.problem()
    assert not page.findChild(QPushButton, "summary_do").isEnabled()


def test_the_language_changes_while_the_cell_stays(page, qtbot):
    calculate(qtbot, page, "2025")
    view = page._seen.view
    index = walk_to(qtbot, view, "hidden")
    english = page._seen.reason.accessibleName()
    page.context.language.use("zh")
    assert view.currentIndex() == index
    page.context.language.use("en")
    assert page._seen.reason.accessibleName() == english


def test_all_tabs_can_be_reached_however_narrow_the_page(page, qtbot):
    calculate(qtbot, page, "2025")
    tabs, tables = page._seen._tabs, page._preview.release.tables
    page.resize(1064, 588)
    reached = {table.id for place, table in enumerate(tables) if tabs.bar.isTabVisible(place)}
    for place in list(tabs._hidden):
        tabs._menu.aboutToShow.emit()
        next(a for a in tabs._menu.actions() if a.text() == tabs.bar.tabText(place)).trigger()
        reached.add(page._seen.view.release.table.id)
        first = next(i for i in range(tabs.bar.count()) if tabs.bar.isTabVisible(i))
        # Neither the tab that was chosen nor those before it are pushed out of sight.
        assert tabs.bar.rect().contains(tabs.bar.tabRect(place)), tabs.bar.tabText(place)
        assert tabs.bar.tabRect(first).left() == 0, tabs.bar.tabText(place)
    assert reached == {table.id for table in tables}


def test_long_names_are_broken_into_lines_before_a_table_has_to_be_pushed(page, qtbot):
    calculate(qtbot, page, "2025")
    view, protection = page._seen.view, page._preview.protection
    table = next(table for table in protection.release.tables if table.id == "sex_age")
    least = view.horizontalHeader().height()
    assert view.horizontalScrollBar().maximum() == 0
    long = [
        dataclasses.replace(column, text=f"Other countries in part {n}", codelist="")
        for n, column in enumerate(table.columns[:6])
    ]
    rows = [
        dataclasses.replace(row, text="Other countries in South-eastern Asia", codelist="")
        for row in table.rows
    ]
    cells = tuple(row[: len(long)] for row in table.cells)
    named = dataclasses.replace(table, columns=tuple(long), rows=tuple(rows), cells=cells)
    view.release.show_table(protection, named)
    assert len(long) == 6
    assert view.horizontalScrollBar().maximum() == 0
    assert view.horizontalHeader().height() > least
    label = view.release.index(0, 0)
    flags = int(Qt.TextFlag.TextWordWrap)
    room = QRect(0, 0, view.columnWidth(0) - page.theme.px(14), 1000)
    words = QFontMetrics(page.theme.font("label", medium=True)).boundingRect(room, flags, label.data())
    assert words.height() <= view.rowHeight(0)
