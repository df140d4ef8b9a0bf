"""The journal in the window: filters as they are typed, the line that is chosen, and the report."""

import pytest
from PySide6.QtCore import Qt

PASSWORD = "copper heron battery mango"


@pytest.fixture
def at_work(start, hand, vault):
    program = start(vault)
    hand.sign_in(program)
    return program


@pytest.fixture
def page(at_work):
    at_work.window.workplace.open_page("administration", "journal")
    return at_work.window.workplace.page().tab("journal")


def type_in(hand, page, name, text):
    hand.fill(page, name, text)
    hand.qtbot.keyClick(hand.find(page, name), Qt.Key.Key_Return)


def actions(page):
    return [line.action for line in page.model.rows()]


def test_a_case_number_leaves_the_lines_of_that_case(page, hand):
    number = next(line.about for line in page.model.rows() if line.about)
    type_in(hand, page, "journal_case", number.lower())
    assert set(actions(page)) == {"case.opened", "entry.added"}
    type_in(hand, page, "journal_case", "KM-A-26-9999-X")
    assert "There is no such case here." in hand.read(page)
    assert set(actions(page)) == {"case.opened", "entry.added"}
    type_in(hand, page, "journal_case", "")
    assert "vault.created" in actions(page)
    assert "no such case" not in hand.read(page)


def test_days_are_read_as_people_write_them(page, hand, at_work):
    today = at_work.window.session.today
    whole = actions(page)
    type_in(hand, page, "journal_from", f"{today:%Y-%m-%d}")
    type_in(hand, page, "journal_to", f"{today:%Y-%m}")
    assert actions(page) == whole
    type_in(hand, page, "journal_to", "2003")
    assert "This is before the first day." in hand.read(page)
    type_in(hand, page, "journal_from", "")
    assert actions(page) == []
    type_in(hand, page, "journal_to", "soon")
    assert "Write a date such as" in hand.read(page)
    # Half-understood, these would be the whole year; 3 May and 5 March are two days.
    for doubtful in ("31.02.2003", "2003-13-45", "03.05.2003"):
        type_in(hand, page, "journal_to", "2003-05-03")
        assert "Write a date such as" not in hand.read(page)
        type_in(hand, page, "journal_to", doubtful)
        assert "Write a date such as" in hand.read(page), doubtful


def test_the_line_that_is_chosen_says_what_it_names_and_leads_to_its_case(page, hand, at_work):
    kind = hand.find(page, "journal_kind")
    kind.set_code("changes")
    kind.changed.emit("changes")
    row = actions(page).index("entry.added")
    page.table.selectRow(row)
    hand.qtbot.waitUntil(lambda: "Help given" in hand.read(page.card))
    assert "AD added an entry" in hand.read(page.card)
    hand.press(page, "journal_open_case")
    assert at_work.window.workplace.page().objectName() == "page_case"


def test_a_line_about_no_case_offers_none(page, hand):
    page.table.selectRow(actions(page).index("vault.created"))
    assert "created the vault" in hand.read(page.card)
    assert not page.card._open.isVisible()


def test_the_report_is_written_where_the_person_says_and_recorded(page, hand, answers, tmp_path, monkeypatch):
    path = tmp_path / "report.pdf"
    asked = []

    def save_file(title, name, on_chosen, *, endings=()):
        asked.append(name)
        on_chosen(path)

    monkeypatch.setattr(answers, "save_file", save_file)
    hand.press(page, "journal_report")
    assert path.read_bytes().startswith(b"%PDF")
    assert asked[0].startswith("KM-journal-")
    assert actions(page)[0] == "journal.reported"
    assert "The journal ends at line" in hand.find(page, "journal_head").text()


def test_the_words_follow_the_language(page, hand, at_work):
    at_work.desk.language.use("zh")
    assert "新建了个案" in hand.read(page)
    at_work.desk.language.use("en")
    assert "opened a new case" in hand.read(page)
