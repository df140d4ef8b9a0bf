"""The window on the laptops in use: nothing of it lies outside the screen."""

import pytest
from PySide6.QtCore import QSize


@pytest.mark.parametrize(
    ("width", "height", "too_large"),
    [(1366, 768, True), (1366, 728, True), (1280, 800, True), (1920, 1040, False), (800, 600, False)],
)
def test_the_window_fills_a_small_screen_and_leaves_a_large_one_alone(start, width, height, too_large):
    window = start().window
    window.resize(1366, 768)
    assert window._is_too_large_for(QSize(width, height)) is too_large
