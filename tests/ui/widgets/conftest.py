"""A dressed program, and a window that is active, for the tests of the widgets."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shelter_i18n import set_language
from shelter_ui.theme.theme import Theme, load_fonts


def pytest_collection_modifyitems(items):
    for item in items:
        if "ui/widgets" in item.path.as_posix():
            # The platform without a screen warns about every window of a fixed size.
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture
def theme(qapp):
    load_fonts()
    theme = Theme("light", reduced_motion=True)
    theme.apply(qapp)
    # A widget that is tried alone wears what the page around it would.
    dress = lambda: qapp.setStyleSheet(theme.style_sheet)  # noqa: E731 - connected and called
    theme.changed.connect(dress)
    dress()
    yield theme
    qapp.setStyleSheet("")
    set_language("en")


@pytest.fixture
def show(theme, qtbot):
    """Puts widgets into one window, shows it and makes it active."""

    kept = []

    def show(*widgets, width=760):
        window = QWidget()
        kept.append(window)
        qtbot.addWidget(window)
        column = QVBoxLayout(window)
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        window.resize(width, 520)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    return show
