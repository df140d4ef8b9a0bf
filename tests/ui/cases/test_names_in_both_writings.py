"""Whoever reads only one of the writings of a name can read it in the head of a case, on Today and among returns."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from shelter_ui.models.case_words import full_name
from shelter_ui.widgets.texts import Text
from shelter_ui.windows.case_page import CasePage
from shelter_ui.windows.returns_page import ReturnsPage
from shelter_ui.windows.today_page import TodayPage


def cells(page):
    model = page.findChild(QTableView).model()
    places = [model.index(r, c) for r in range(model.rowCount()) for c in range(model.columnCount())]
    return [
        text for place in places for text in (place.data(Qt.ItemDataRole.AccessibleTextRole) or "",) if text
    ]


def test_the_writing_of_the_reader_comes_first(session, make_case, add_entry, make_context, show):
    made = make_case(session, "罗氏梅", name_latin="Lò Thị Mai", relations=[
        {"name": "Lò Văn Chung", "relation": "uncle_aunt", "contact_rule": "never"}])  # fmt: skip
    add_entry(
        session, made.case_id, "return_step", stage="documents", planned_on={"y": 2026, "m": 3, "d": 12}
    )
    context = make_context(session)
    page = CasePage(context)
    show(page)
    page.show_case(made.case_id)
    assert page.header._name.text() == "Lò Thị Mai 罗氏梅"
    shown = [label.text() for label in page.side.findChildren(Text)]
    assert "Lò Văn Chung, Uncle or aunt" in shown
    assert "Never contact" in shown
    context.language.use("zh")
    assert page.header._name.text() == "罗氏梅 Lò Thị Mai"
    context.language.use("en")
    for kind in (TodayPage, ReturnsPage):
        other = kind(context)
        show(other)
        other.on_shown()
        assert any("Lò Thị Mai 罗氏梅" in text for text in cells(other)), kind


def test_a_name_in_one_writing_stands_alone():
    assert full_name("Sok Chanthy", "") == "Sok Chanthy"
    assert full_name("", "") == ""
