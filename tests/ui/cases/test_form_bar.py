"""The bar above a form: whose form it is stays readable beside the alerts."""

import pytest
from PySide6.QtWidgets import QLabel

from shelter_ui.widgets.notices import Tag
from shelter_ui.windows.form_bar import FormBar

CODES = ["do_not_contact", "allergy"]
#: The gravest first.
ALERTS = ["Allergy: call the nurse", "Do not contact someone named in the record"]
#: What is left of 1366 pixels beside the rail.
WIDTH = 1189


@pytest.fixture
def bar(theme, qapp):
    made = FormBar(theme)
    made.resize(WIDTH, 60)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def shown(bar: FormBar, qapp) -> tuple[set[str], list[str]]:
    for _round in range(4):
        qapp.processEvents()
    words = {QLabel.text(label) for label in bar.findChildren(QLabel)}
    return words, [tag.text() for tag in bar.findChildren(Tag) if tag.isVisible()]


def test_alerts_stand_in_full_where_there_is_room(bar, qapp):
    bar.resize(WIDTH + 200, 60)
    bar.show_subject("Help given", "KM-A-26-0001-J", "罗氏梅", CODES)
    words, tags = shown(bar, qapp)
    assert "罗氏梅" in words
    assert tags == ALERTS


def test_the_alerts_that_do_not_fit_beside_a_name_are_counted(bar, qapp):
    bar.show_subject("Help given", "KM-A-26-0001-J", "罗氏梅", CODES)
    words, tags = shown(bar, qapp)
    assert "罗氏梅" in words
    assert tags == [ALERTS[0], "1 more"]
    assert ALERTS[1] in next(tag for tag in bar.findChildren(Tag) if tag.isVisible()).toolTip()


def test_no_alert_stands_where_a_long_name_needs_the_room_of_all(bar, qapp):
    name = "Nguyễn Thị Hoàng Phương"
    bar.resize(900, 60)
    bar.show_subject("Experience of trafficking", "KM-A-26-0001-J", name, CODES)
    _words, tags = shown(bar, qapp)
    assert tags == ["2 alerts"]


def test_an_alert_has_the_same_tone_here_as_on_the_case(bar, qapp):
    bar.resize(WIDTH + 200, 60)
    bar.show_subject("Help given", "KM-A-26-0001-J", "罗氏梅", CODES)
    shown(bar, qapp)
    tones = {tag.text(): tag.tone() for tag in bar.findChildren(Tag) if tag.isVisible()}
    assert tones == {ALERTS[0]: "alert", ALERTS[1]: "warning"}
