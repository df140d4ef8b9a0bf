"""A dressed program for the tests of the widgets."""

import pytest

from shelter_ui.theme.theme import Theme, load_fonts


@pytest.fixture
def theme(qapp):
    load_fonts()
    theme = Theme("light")
    theme.apply(qapp)
    yield theme
    qapp.setStyleSheet("")
