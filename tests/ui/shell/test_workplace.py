"""Working: rail and keys, search, names hidden, language, lock, and what a role never sees."""

from __future__ import annotations

from importlib import import_module

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView

from shelter_app.casework.backups import back_up
from shelter_app.casework.drafts import my_drafts
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.vault.errors import DiskFull
from shelter_app.vault.rights import Role
from shelter_ui.tasks import Tasks
from shelter_ui.windows.draft_link import DraftLink

PASSWORD = "copper heron battery mango"
NAME = "Testing Wanderer"
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def at_work(start, hand, vault):
    program = start(vault)
    hand.sign_in(program)
    return program


def test_today_shows_what_is_due_with_name_and_number(at_work, hand):
    read = hand.read(at_work.window.workplace.page())
    assert "Legal help" in read
    assert "KM-A-26-0001" in read.replace("\u2010", "-") or "KM-A-" in read
    assert NAME in read
    assert hand.find(at_work.window, "rail_today").accessibleName() == "Today, 1 due"


def test_alt_and_a_digit_open_the_parts_and_alt_left_goes_back(at_work, hand):
    work = at_work.window.workplace
    hand.key(at_work.window, Qt.Key.Key_3, ALT)
    assert work.page_title() == "Returns"
    hand.key(at_work.window, Qt.Key.Key_6, ALT)
    assert work.page_title() == "Administration"
    assert work.rail.current == "administration"
    hand.key(at_work.window, Qt.Key.Key_Left, ALT)
    assert work.page_title() == "Returns"
    hand.key(at_work.window, Qt.Key.Key_Escape)
    assert work.page_title() == "Today"


def test_ctrl_f_and_slash_lead_to_the_search(at_work, hand):
    search = hand.find(at_work.window, "search", QLineEdit)
    for key, modifier in ((Qt.Key.Key_F, CTRL), (Qt.Key.Key_Slash, Qt.KeyboardModifier.NoModifier)):
        at_work.window.workplace.page().table.setFocus()
        hand.key(at_work.window, key, modifier)
        assert QApplication.focusWidget() is search


def test_a_slash_typed_into_the_search_stays_there(at_work, hand, qtbot):
    search = hand.find(at_work.window, "search", QLineEdit)
    search.setFocus()
    qtbot.keyClicks(search, "3/4")
    assert search.text() == "3/4"


def test_f6_walks_between_rail_search_and_page(at_work, hand):
    work = at_work.window.workplace
    zones = []
    for _ in range(3):
        hand.key(at_work.window, Qt.Key.Key_F6)
        focus = QApplication.focusWidget()
        zones.append(
            "rail" if work.rail.isAncestorOf(focus) else "search" if focus is work.top.search else "page"
        )
    assert zones == ["rail", "search", "page"]


def test_f12_takes_every_name_off_the_screen(at_work, hand):
    window = at_work.window
    assert NAME in hand.read(window)
    hand.key(window, Qt.Key.Key_F12)
    assert NAME not in hand.read(window)
    assert "Names hidden" in hand.read(window)
    hand.key(window, Qt.Key.Key_F12)
    assert NAME in hand.read(window)


def test_the_window_title_never_holds_a_name(at_work, hand):
    window, work = at_work.window, at_work.window.workplace
    for name in ("today", "cases", "returns", "administration"):
        work.open_page(name)
        assert NAME not in window.windowTitle()
        assert "Casework" in window.windowTitle()


def test_the_language_changes_everywhere_and_a_half_typed_search_stays(at_work, hand, qtbot):
    window = at_work.window
    hand.fill(window, "search", "half")
    work = window.workplace
    qtbot.waitUntil(lambda: work.page_title() == "Cases")
    at_work.window.workplace.top._language.click()
    assert at_work.desk.language.current == "zh"
    assert hand.find(window, "search", QLineEdit).text() == "half"
    work.open_page("today")
    assert hand.find(window, "search", QLineEdit).text() == ""
    assert hand.find(window, "language").text() == "English"
    assert at_work.desk.preferences.current.language == "zh"
    assert hand.find(window, "rail_today").entry.count == 1
    hand.press(window, "language")
    assert hand.find(window, "rail_today").accessibleName() == "Today, 1 due"
    assert "Due today" in hand.read(window)


def test_the_language_of_one_user_is_not_that_of_another(at_work, hand, join):
    at_work.window.lock()
    join("LM", Role.CASEWORKER)
    hand.sign_in(at_work)
    hand.press(at_work.window, "language")
    at_work.window.lock()
    at_work.window.sign_in._languages.choose("en")
    hand.sign_in(at_work, "LM")
    assert at_work.desk.language.current == "en"
    at_work.window.lock()
    hand.sign_in(at_work)
    assert at_work.desk.language.current == "zh"


def test_lock_takes_everything_away_and_signing_in_again_brings_it_back(at_work, hand, vault):
    window = at_work.window
    hand.key(window, Qt.Key.Key_L, CTRL)
    assert window.session is None
    assert window.workplace is None
    assert NAME not in hand.read(window)
    assert [page for page in window.findChildren(QTableView) if page.isVisible()] == []
    sign_out(open_vault(vault, "AD", PASSWORD))
    hand.sign_in(at_work)
    assert NAME in hand.read(window)


def test_the_lock_empties_the_clipboard_that_is_ours(at_work, hand):
    QApplication.clipboard().setText(NAME)
    at_work.window.lock()
    assert NAME not in QApplication.clipboard().text()


def test_nobody_there_locks(at_work, hand, qtbot):
    with qtbot.waitSignal(at_work.window.signed_out, timeout=10_000):
        at_work.window.locks.start(0.001)
    assert at_work.window.session is None


def test_a_full_disk_does_not_prevent_the_lock(at_work, hand, vault, monkeypatch):
    session = at_work.window.session

    def full(_event, _at):
        raise DiskFull

    monkeypatch.setattr(session.journal, "write", full)
    at_work.window.lock()
    assert at_work.window.session is None
    sign_out(open_vault(vault, "AD", PASSWORD))


def test_closing_the_window_releases_the_vault(at_work, qtbot, vault):
    with qtbot.waitSignal(at_work.window.finished, timeout=10_000):
        at_work.window.close()
    sign_out(open_vault(vault, "AD", PASSWORD))


def test_a_reporting_officer_sees_no_name_and_no_page_that_is_of_no_use(start, hand, join, vault):
    join("HJ", Role.REPORTING_OFFICER)
    program = start(vault)
    hand.sign_in(program, "HJ")
    work = program.window.workplace
    assert [page.code for page in work._offered] == [
        "today",
        "cases",
        "returns",
        "summaries",
        "administration",
    ]
    assert "Names are sealed" in hand.read(program.window)
    assert not work.top._names.isVisible()
    for name in ("today", "returns"):
        work.open_page(name)
        work.page().findChild(QTableView)
        if name == "today":
            work.page()._whose.choose("post")
        read = hand.read(program.window)
        assert NAME not in read
    work.open_page("today")
    assert "KM-A-" in hand.read(program.window)
    work.open_page("exchange")
    assert work.page_title() == "Today"
    work.open_page("administration", "users")
    tabs = work.page().tabs
    assert [tabs.tabText(n) for n in range(tabs.count())] == ["Settings", "Vault and backup"]


def test_no_backup_insists_and_leads_to_the_place_for_it(at_work, hand, tmp_path):
    window = at_work.window
    window.workplace.open_page("cases")
    assert "There is no backup of this vault yet." in hand.read(window)
    hand.press(window, "backup_now")
    page = window.workplace.page()
    assert page.tabs.tabText(page.tabs.currentIndex()) == "Vault and backup"
    stick = tmp_path / "stick"
    stick.mkdir()
    hand.fill(window, "backup_target", str(stick))
    hand.press(window, "make_backup")
    assert "There is no backup of this vault yet." not in hand.read(window)
    assert "Backup today" in hand.read(window.workplace.rail)
    hand.press(window, "verify_backup")
    assert "is whole: every file is as it was written." in hand.read(window)
    window.lock()
    assert "Last backup:" in hand.read(window)


def test_an_old_backup_reminds_before_it_insists(at_work, hand, tmp_path):
    import datetime as dt

    work = at_work.window.workplace
    session = at_work.window.session
    back_up(session, tmp_path)
    now = session.clock()
    for days, words, banner in (
        (6, "Backup 6 days ago", False),
        (7, "Backup 7 days ago", False),
        (14, "Backup 14 days ago", True),
    ):
        session.clock = lambda ahead=days: now + dt.timedelta(days=ahead, hours=1)
        at_work.window.workplace.context.backup_made.emit()
        work.open_page("cases")
        assert work.notices.backup.isVisible() is banner
        assert (words in hand.read(work.rail)) is not banner, "said in one place"
        work.open_page("today")
        assert not work.notices.backup.isVisible(), "the card of the day says it"
        assert words in hand.read(hand.find(at_work.window, "backup_card"))


def test_a_draft_waits_on_today_and_says_no_name(at_work, hand):
    from shelter_app.casework.drafts import save_draft

    session = at_work.window.session
    save_draft(session, "person", {"name_latin": NAME})
    at_work.window.workplace.page().on_shown()
    page = at_work.window.workplace.page()
    (draft,) = page._drafts_card.findChildren(DraftLink)
    assert draft.link.text() == "Person, new case"
    assert draft.moment.text().startswith("saved ")
    assert len(my_drafts(session)) == 1


@pytest.mark.parametrize("size", [(1366, 768), (1120, 640), (1024, 640)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_text_of_the_shell_is_cut_off(at_work, hand, qtbot, size, language):
    from PySide6.QtWidgets import QLabel, QPushButton

    from shelter_ui.widgets.texts import ElidedText, Prose

    window = at_work.window
    window.resize(*size)
    at_work.desk.language.use(language)
    for name in ("today", "returns", "administration"):
        window.workplace.open_page(name)
        QApplication.processEvents()
        for widget in window.workplace.findChildren(QLabel):
            if (
                widget.isVisible()
                and not isinstance(widget, ElidedText | Prose)
                and not widget.wordWrap()
                and widget.text()
            ):
                assert widget.width() >= widget.fontMetrics().horizontalAdvance(widget.text()), widget.text()
        for button in window.workplace.findChildren(QPushButton):
            if button.isVisible() and button.text():
                assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()), button.text()


@pytest.mark.parametrize("page", ["today", "returns", "administration"])
def test_everything_that_takes_the_focus_has_a_name(at_work, page):
    from PySide6.QtGui import QAccessible
    from PySide6.QtWidgets import QWidget

    work = at_work.window.workplace
    work.open_page(page)
    reached, unnamed = 0, []
    for widget in work.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            interface = QAccessible.queryAccessibleInterface(widget)
            reached += 1
            if interface is not None and not interface.text(QAccessible.Text.Name).strip():
                unnamed.append(f"{type(widget).__name__} {widget.objectName()}")
    assert reached > 5
    assert unnamed == []


def test_the_modules_of_all_pages_are_loaded_before_they_are_needed(start, vault, hand, qtbot, monkeypatch):
    loaded = []

    def noting(name):
        loaded.append(name.rpartition(".")[2])
        return import_module(name)

    monkeypatch.setattr("shelter_ui.windows.routes.import_module", noting)
    hand.sign_in(start(vault))
    assert loaded == ["today_page"]
    qtbot.waitUntil(lambda: {"case_list_page", "case_page", "form_page", "summaries_page"} <= set(loaded))


def test_the_title_of_the_window_follows_what_is_read_later(start, hand, vault, qtbot):
    def fail(error):
        raise error

    program = start(vault, tasks=Tasks(fail))
    window = program.window
    hand.sign_in(program)
    qtbot.waitUntil(lambda: window.workplace is not None, timeout=20_000)
    case_id, number = window.session.store.row("SELECT id, number FROM cases")
    window.workplace.open_case(case_id)
    qtbot.waitUntil(lambda: window.windowTitle().startswith(f"{number} - "), timeout=20_000)
    window.workplace.open_form(case_id, "note")
    qtbot.waitUntil(lambda: window.windowTitle().startswith(f"Note {number} - "), timeout=20_000)
