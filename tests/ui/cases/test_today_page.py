"""The page of today stays where one was, whatever else changes."""

from PySide6.QtWidgets import QTableView

from shelter_ui.windows.today_page import TodayPage


def test_the_line_that_was_chosen_stays_chosen(session, make_case, add_entry, make_context, show):
    made = make_case(session)
    for day in (5, 8, 12):
        add_entry(session, made.case_id, "return_step", stage="documents", planned_on={"y": 2026, "m": 3, "d": day})  # fmt: skip
    context = make_context(session)
    page = TodayPage(context)
    show(page)
    page.on_shown()
    table = page.findChild(QTableView)
    table.setCurrentIndex(table.model().index(2, 0))
    words = table.currentIndex().data()
    assert words == "4 days late"
    context.language.use("zh")
    assert table.currentIndex().row() == 2
    context.language.use("en")
    # Something that stands before it comes up: the line keeps its choice, not its number.
    add_entry(session, made.case_id, "return_step", stage="documents", planned_on={"y": 2026, "m": 3, "d": 6})  # fmt: skip
    page.on_shown()
    assert table.currentIndex().row() == 3
    assert table.currentIndex().data() == words
