"""How much the window does at a time, counted in widgets: what nobody sees waits until somebody does."""

import sys
from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from shelter_app.casework.cases import new_case, open_case
from shelter_app.domain.forms import all_forms
from shelter_ui.widgets.options import OptionPopup
from shelter_ui.windows.ahead import WORKPLACE, load_ahead


class Styled(QObject):
    """Counts how often widgets are styled."""

    def __init__(self):
        super().__init__()
        self.counts = Counter()
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.StyleChange and isinstance(watched, QWidget):
            self.counts[watched] += 1
        return False

    def within(self, page):
        return sum(
            count for widget, count in self.counts.items() if widget is page or page.isAncestorOf(widget)
        )


@pytest.fixture
def styled(qapp):
    made = Styled()
    yield made
    qapp.removeEventFilter(made)


@pytest.fixture
def work(start, hand, vault):
    program = start(vault)
    hand.sign_in(program)
    return program.window.workplace


def seen_once(work, *names):
    for name in names:
        work.open_page(name)
    return {name: work._pages[name] for name in names}


def test_no_page_is_built_before_somebody_goes_there(work):
    assert set(work._pages) == {"today"}
    work.open_page("administration")
    assert set(work._pages) == {"today", "administration"}
    assert len(work.page()._built) == 1


def test_another_theme_styles_what_is_seen_and_the_rest_when_it_is_shown(work, styled):
    pages = seen_once(work, "cases", "exchange", "administration", "today")
    ground = pages["cases"].grab().toImage().pixelColor(4, 4)
    styled.counts.clear()
    work.desk.theme.change(palette="dark")
    assert styled.within(pages["today"]) > 20
    assert styled.within(work.rail) > 5
    assert [styled.within(pages[name]) for name in ("cases", "exchange", "administration")] == [0, 0, 0]
    assert styled.within(work.window().sign_in) == 0
    work.open_page("cases")
    assert styled.within(pages["cases"]) > 20
    assert styled.within(pages["exchange"]) == 0
    assert pages["cases"].grab().toImage().pixelColor(4, 4).lightness() < ground.lightness() / 2


def test_what_widgets_take_from_the_theme_waits_with_them(work):
    pages = seen_once(work, "exchange", "today")
    button = next(
        each for each in pages["exchange"].findChildren(QWidget) if each.objectName() == "choose_file"
    )
    before, here = button.minimumHeight(), work.top.sizeHint().height()
    work.desk.theme.change(scale=150)
    assert work.top.sizeHint().height() > here
    assert button.minimumHeight() == before
    work.open_page("exchange")
    assert button.sizeHint().height() > before


def undressed(window):
    """What is seen, wears no style sheet and holds nothing that does."""
    dressed = {each for each in window.findChildren(QWidget) if each.styleSheet()}

    def wears(widget):
        while widget is not None:
            if widget in dressed:
                return True
            widget = widget.parentWidget()
        return False

    seen = [
        each
        for each in window.findChildren(QWidget)
        if each.isVisible() and each.objectName() != "focus_ring"
    ]
    return [each for each in seen if not wears(each) and not any(each.isAncestorOf(part) for part in dressed)]


def test_everything_that_is_seen_is_dressed(work, qtbot):
    window = work.window()
    for name in ("today", "cases", "returns", "summaries", "exchange"):
        work.open_page(name)
        assert undressed(window) == [], name
    for tab in ("settings", "users", "backup", "journal", "erasing"):
        work.open_page("administration", tab)
        assert undressed(window) == [], tab
    work.open_form(work.context.session.store.value("SELECT id FROM cases"), "service")
    field = next(each for each in work.page().findChildren(OptionPopup))._field
    field.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    popup = next(each for each in window.findChildren(OptionPopup) if each.isVisible())
    assert popup.parentWidget() is window
    assert undressed(window) == []
    # The control: a widget that lies in no part.
    stray = QLabel("stray", window)
    stray.show()
    assert undressed(window) == [stray]


def test_a_second_change_before_a_page_is_seen_leaves_it_as_it_was(work, styled):
    pages = seen_once(work, "cases", "today")
    styled.counts.clear()
    work.desk.theme.change(palette="dark")
    work.desk.theme.change(palette="light")
    work.open_page("cases")
    assert styled.within(pages["cases"]) == 0


def test_another_language_is_said_on_a_page_when_it_is_shown(work, hand):
    pages = seen_once(work, "returns", "administration", "today")
    before = {name: hand.read(page) for name, page in pages.items()}
    work.desk.language.use("zh")
    assert hand.read(pages["today"]) != before["today"]
    work.open_page("administration")
    assert "用户" in hand.read(work)
    work.open_page("returns")
    assert hand.read(pages["returns"]) != before["returns"]


@pytest.mark.parametrize("form", ["intake", "service", "health"])
def test_a_widget_of_a_form_is_styled_a_few_times_and_not_once_for_each_layout_around_it(work, styled, form):
    case_id = work.context.session.store.value("SELECT id FROM cases")
    assert form in {each.id for each in all_forms()}
    styled.counts.clear()
    work.open_form(case_id, form)
    page = work.page()
    widgets = len(page.findChildren(QWidget))
    assert widgets > 60
    # With the style sheet on the application it was eight times.
    assert widgets / 2 < styled.within(page) < 2 * widgets


def test_the_parts_of_a_form_are_built_one_after_the_other(work, qtbot):
    work.open_form(work.context.session.store.value("SELECT id FROM cases"), "person")
    form = work.page()._form
    assert len(form._pages) == 1
    form._build_another()
    assert len(form._pages) == 2
    qtbot.waitUntil(lambda: len(form._pages) == len(form.form.sections))
    assert form.values()["name_latin"] == "Testing Wanderer"


def test_whoever_saves_or_goes_on_before_all_parts_are_built_loses_no_answer(work):
    session = work.context.session
    answers = {"name_latin": "Another Wanderer", "phone_mobile": "0691 555", "remark": "A remark"}
    case_id = new_case(session, person=answers).case_id
    work.open_form(case_id, "person")
    form = work.page()._form
    assert len(form._pages) == 1
    assert form.values().items() >= answers.items()
    form.show_part(3)
    assert len(form._pages) == 4
    assert form.values().items() >= answers.items()
    work.page().save()
    assert open_case(session, case_id).person.values.items() >= answers.items()


def test_what_is_loaded_ahead_is_loaded_one_at_a_time(qapp, monkeypatch):
    names = ["tabnanny", "pyclbr"]
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    owner = QObject()
    load_ahead(owner, names)
    assert [name in sys.modules for name in names] == [True, False]
    qapp.processEvents()
    assert [name in sys.modules for name in names] == [True, True]


def test_the_first_page_is_loaded_while_the_key_is_derived(start, hand, vault):
    program = start(vault)
    hand.sign_in(program)
    missing = [name for name in WORKPLACE if name not in sys.modules]
    assert missing == []
