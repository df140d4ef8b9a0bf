"""The theme dresses the whole program from one file of tokens."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from shelter_resources import resource
from shelter_ui.theme.icons import Icons, stroke_for
from shelter_ui.theme.theme import Theme, system_palette
from shelter_ui.theme.tokens import PALETTES, ROLES, palette_tokens


@pytest.mark.parametrize("name", PALETTES)
def test_no_place_of_the_style_sheet_stays_empty(qapp, name):
    sheet = Theme(name).style_sheet
    assert "@" not in sheet
    assert palette_tokens(name)["accent"] in sheet


def test_sizes_follow_the_scale_and_hairlines_do_not(qapp):
    small, large = Theme("light"), Theme("light", scale=200)
    assert (small.px(32), large.px(32)) == (32, 64)
    assert (small.row_height, large.row_height) == (36, 72)
    assert small.line == large.line == 1
    assert large.font("body").pixelSize() == 28
    assert Theme("hc_dark").line == 2


def test_the_bundled_font_is_the_one_in_use(theme):
    assert "Noto Sans SC" in QFontDatabase.families()
    assert {"Regular", "Medium"} <= set(QFontDatabase.styles("Noto Sans SC"))
    for role in ROLES:
        assert QFontInfo(theme.font(role)).family().startswith("Noto Sans SC")


@pytest.mark.parametrize("scale", [100, 150])
def test_buttons_and_fields_keep_their_height_in_every_palette(theme, qtbot, scale):
    for name in PALETTES:
        theme.change(palette=name, scale=scale)
        button, field = QPushButton("Print"), QLineEdit()
        for widget in (button, field):
            qtbot.addWidget(widget)
            widget.ensurePolished()
            assert widget.sizeHint().height() == theme.px(32)
        field.setProperty("error", True)
        field.style().unpolish(field)
        field.style().polish(field)
        assert field.sizeHint().height() == theme.px(32)


def test_a_change_reaches_palette_icons_and_listeners(theme, qtbot, qapp):
    button = QPushButton("Print")
    qtbot.addWidget(button)
    theme.keep_icon(button, "printer")
    before = button.icon().pixmap(16, 16).toImage()
    with qtbot.waitSignal(theme.changed):
        theme.change(palette="dark")
    assert button.icon().pixmap(16, 16).toImage() != before
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(palette_tokens("dark")["window"])
    assert theme.dark
    assert not theme.high_contrast


def test_icons_are_tinted_sharp_and_cached(qapp):
    icons = Icons(
        {"text": palette_tokens("light")["alert"], "disabled": palette_tokens("light")["disabled"]}, 1.0
    )
    pixmap = icons.pixmap("minus", 16, "text", 2.0)
    assert pixmap.width() == 32
    assert pixmap.devicePixelRatio() == 2.0
    assert pixmap.toImage().pixelColor(16, 16).name().upper() == palette_tokens("light")["alert"]
    assert icons.pixmap("minus", 16, "text", 2.0) is pixmap
    assert stroke_for(14) > stroke_for(18)


def test_every_icon_can_be_drawn_and_the_licence_is_there(qapp):
    names = [path.name for path in resource("icons").iterdir()]
    assert "LICENSE.txt" in names
    icons = Icons(palette_tokens("light"), 1.0)
    for name in names:
        if name.endswith(".svg"):
            image = icons.pixmap(name.removesuffix(".svg")).toImage()
            assert any(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16)), name


def test_an_unknown_icon_is_an_error_not_an_empty_square(qapp):
    with pytest.raises(FileNotFoundError):
        Icons(palette_tokens("light"), 1.0).pixmap("no-such-icon")


def test_the_first_palette_is_one_that_exists(qapp):
    assert system_palette() in PALETTES


class _Counter(QObject):
    styled = 0

    def eventFilter(self, _watched, event):
        self.styled += event.type() == QEvent.Type.StyleChange
        return False


@pytest.mark.parametrize("depth", [2, 24])
def test_a_widget_is_styled_as_often_deep_down_as_at_the_top(qapp, qtbot, depth):
    theme = Theme("light")
    theme.apply(qapp)
    outer = place = QWidget()
    qtbot.addWidget(outer)
    theme.dress(outer)
    for _level in range(depth):
        column = QVBoxLayout(place)
        place = QLabel("deep")
        column.addWidget(place)
    outer.show()
    counter = _Counter()
    place.installEventFilter(counter)
    theme.change(palette="dark")
    assert 1 <= counter.styled <= 3
    assert place.palette().color(QPalette.ColorRole.WindowText) == theme.colour("text")
    theme.change(palette="light")
