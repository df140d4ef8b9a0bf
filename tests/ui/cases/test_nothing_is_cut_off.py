"""On the smallest laptop the age of a child, the purposes of consent and the path of a case can be read whole."""

import pytest
from PySide6.QtWidgets import QLabel, QTableView

from shelter_app.casework.alerts import set_alerts
from shelter_ui.models.case_cells import Column
from shelter_ui.widgets.buttons import IconButton
from shelter_ui.widgets.lines import StageLine
from shelter_ui.widgets.notices import Tag
from shelter_ui.widgets.painting import text_width
from shelter_ui.widgets.tables import CELL_ROLE
from shelter_ui.widgets.texts import ElidedText, Text
from shelter_ui.windows.case_list_page import CaseListPage
from shelter_ui.windows.case_page import CasePage
from shelter_ui.windows.timeline_view import TimelineRow


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("sex", ["female", "male"])
def test_the_age_of_a_child_stands_in_the_list(session, make_case, make_context, show, theme, language, sex):
    make_case(session, sex=sex, birth={"y": 2009})
    context = make_context(session)
    page = CaseListPage(context)
    show(page)
    page.on_shown()
    context.language.use(language)
    table = page.findChild(QTableView)
    words = table.model().index(0, Column.PERSON).data(CELL_ROLE).text
    assert "16" in words or "17" in words
    assert text_width(theme.font("label"), words) <= table.columnWidth(Column.PERSON) - 2 * theme.px(10)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_purposes_of_consent_wrap_and_the_path_stays_below_a_banner(
    session, make_case, add_entry, make_context, show, language
):
    made = make_case(session)
    for purpose in ("return", "share_receiver", "photograph"):
        add_entry(session, made.case_id, "consent", purpose=purpose, answer="given", asked_on={"y": 2026, "m": 3, "d": 6})  # fmt: skip
    context = make_context(session)
    context.language.use(language)
    page = CasePage(context)
    show(page, height=640)
    page.show_case(made.case_id)
    assert page.header.findChild(StageLine).isVisible()
    labels = [label for label in page.side.findChildren(Text) if label.isVisible()]
    assert labels
    for label in labels:
        assert label.heightForWidth(label.width()) <= label.height() or not label.wordWrap()
        assert label.wordWrap() or label.width() >= label.sizeHint().width(), label.text()


def test_the_name_gives_way_only_where_no_room_is_left(session, make_case, make_context, show, theme):
    made = make_case(session, name_native="阮氏翠鸾", name_latin="Nguyễn Thị Thúy Loan")
    set_alerts(session, made.case_id, ["child_alone", "do_not_contact"])
    page = CasePage(make_context(session))
    page.show_case(made.case_id)
    show(page, width=1190, height=640)
    name = next(each for each in page.header.findChildren(ElidedText) if "Loan" in each.text())
    first = min((tag for tag in page.header.findChildren(Tag) if tag.isVisible()), key=lambda tag: tag.x())
    eye = page.header.findChild(IconButton)
    cut = set()
    for width in range(1190, 780, -10):
        page.resize(width, 640)
        before = max(each.geometry().right() for each in (name, eye))
        cut.add(shortened := QLabel.text(name) != name.text())
        assert not shortened or first.x() - before <= theme.px(28), width
    assert cut == {True, False}


def test_an_account_of_an_entry_may_take_three_lines(
    session, make_case, add_entry, make_context, show, theme
):
    made = make_case(session)
    outcome = (
        "Residence status cleared after the third visit, no penalty for overstay, papers returned to her"
    )
    add_entry(session, made.case_id, "service", service_kind="legal", status="given", outcome=outcome)
    page = CasePage(make_context(session))
    show(page, height=640)
    page.show_case(made.case_id)
    row = next(row for row in page.findChildren(TimelineRow) if outcome in row.item.text)
    low, wide = row.heightForWidth(4000), row.heightForWidth(theme.px(420))
    assert (wide - low) == 2 * theme.px(20)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_column_of_the_list_lies_within_the_narrowest_window(
    session, make_case, make_context, show, language
):
    make_case(session)
    context = make_context(session)
    context.language.use(language)
    page = CaseListPage(context)
    show(page, width=968, height=580)
    page.on_shown()
    table = page.findChild(QTableView)
    assert 0 < sum(table.columnWidth(column) for column in Column) <= table.viewport().width()
