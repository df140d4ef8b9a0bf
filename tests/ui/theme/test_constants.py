"""A long day of clicking must not use up the references to None (a fault of PySide under Python 3.11)."""

import sys

from PySide6.QtCore import QObject


def test_many_calls_without_a_result_leave_none_alive():
    target = QObject()
    for _ in range(20_000):
        target.setObjectName("x")
        target.blockSignals(False)
    assert sys.getrefcount(None) > 1_000_000
    assert sys.getrefcount(False) > 1_000_000
