"""A dressed program for the tests of the theme."""

import pytest

from shelter_ui.theme.theme import Theme, load_fonts


@pytest.fixture
def theme(qapp):
    load_fonts()
    theme = Theme("light")
    theme.apply(qapp)
    # A widget that is tried alone wears what the page around it would.
    dress = lambda: qapp.setStyleSheet(theme.style_sheet)  # noqa: E731 - connected and called
    theme.changed.connect(dress)
    dress()
    yield theme
    qapp.setStyleSheet("")
