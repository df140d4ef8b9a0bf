"""The lock goes through whatever fails or hangs: windows first, drafts within their time, the vault released."""

import threading

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from shelter_app.casework.drafts import my_drafts
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.vault.errors import DiskFull
from shelter_ui.locking.leaving import Farewell, Patience, Watchdog, hide_windows, leave
from shelter_ui.locking.triggers import Trigger

PASSWORD = "copper heron battery mango"
SHORT = Patience(drafts=0.05, release=0.05)


def reopened(vault):
    session = open_vault(vault, "AD", PASSWORD)
    drafts = my_drafts(session)
    sign_out(session)
    return drafts


def farewell(steps, **other):
    named = ("drafts", "place", "cancel", "clipboard", "remember")
    calls = {name: (lambda each=name: steps.append(each)) for name in named}
    calls["drafts"] = lambda: steps.append("collect") or [lambda: steps.append("drafts")]
    return Farewell(**{**calls, **other})


def test_windows_go_before_anything_else_happens(qtbot):
    window, child = QWidget(), QWidget()
    for widget in (window, child):
        qtbot.addWidget(widget)
        widget.show()
    visible = []
    leave(farewell([], cancel=lambda: visible.append(window.isVisible() or child.isVisible())), SHORT, print)
    assert visible == [False]


def test_the_steps_come_in_their_order(qapp):
    steps = []
    leave(farewell(steps), Patience(5, 5), print)
    assert steps == ["cancel", "collect", "drafts", "clipboard", "remember"]


@pytest.mark.parametrize("broken", ["drafts", "cancel", "clipboard", "remember"])
@pytest.mark.parametrize("error", [ZeroDivisionError, DiskFull, SystemExit, KeyboardInterrupt])
def test_no_error_in_a_step_keeps_the_others_from_being_done(qapp, broken, error):
    steps, reported = [], []

    def fail():
        raise error

    leave(farewell(steps, **{broken: fail}), Patience(5, 5), reported.append)
    assert [type(each) for each in reported] == [error]
    done = {"collect", "drafts"} if broken != "drafts" else set()
    assert set(steps) == done | ({"cancel", "clipboard", "remember"} - {broken})


def test_one_draft_that_fails_does_not_take_the_others_along(qapp):
    kept, reported = [], []
    writes = [lambda: 1 / 0, lambda: kept.append("second")]
    leave(farewell([], drafts=lambda: writes), Patience(5, 5), reported.append)
    assert kept == ["second"]
    assert isinstance(reported[0], ZeroDivisionError)


def test_a_report_that_fails_hinders_nothing(qapp):
    steps = []

    def report(_error):
        raise OSError

    leave(farewell(steps, cancel=lambda: 1 / 0), Patience(5, 5), report)
    assert "remember" in steps


def test_what_hangs_is_left_behind(qapp):
    ever, steps = threading.Event(), []
    leave(farewell(steps, drafts=lambda: [ever.wait], remember=ever.wait), SHORT, print)
    assert steps == ["cancel", "clipboard"]
    ever.set()


def test_the_watchdog_acts_when_the_window_itself_stands_still():
    acted = threading.Event()
    Watchdog(0.01, acted.set)
    assert acted.wait(30)


def test_the_watchdog_that_is_called_off_does_nothing():
    acted = threading.Event()
    dog = Watchdog(0.05, acted.set)
    dog.call_off()
    assert not acted.wait(0.2)


def test_hiding_windows_answers_no_question(at_work):
    answered = []
    ask = at_work.program.desk.ask
    ask.confirm("Really?", "", "Do it", lambda: answered.append(1), on_no=lambda: answered.append(0))
    hide_windows()
    assert QApplication.activeModalWidget() is None
    assert answered == []


def test_a_full_disk_keeps_the_last_draft_and_locks(at_work, computer, vault, monkeypatch):
    at_work.type_into_form("Half")
    at_work.qtbot.waitUntil(lambda: not at_work.window.workplace.page()._keeper.dirty)
    at_work.settle()
    monkeypatch.setattr("shelter_app.casework.drafts.save_draft", _full)
    at_work.qtbot.keyClicks(QApplication.focusWidget(), " A Name")
    at_work.window.lock()
    monkeypatch.undo()
    assert len(computer.replaced) == 1
    assert [type(error) for error in computer.reported] == [DiskFull]
    (draft,) = reopened(vault)
    assert "Half" in draft.values.values()


def _full(*_values, **_named):
    raise DiskFull


def test_a_fault_in_collecting_what_is_typed_does_not_stop_the_lock(at_work, computer, vault, monkeypatch):
    at_work.type_into_form("Half A Name")
    monkeypatch.setattr(at_work.window.workplace, "drafts_to_keep", lambda: 1 / 0)
    at_work.window.lock()
    assert len(computer.replaced) == 1
    assert computer.seen[0][:2] == ([], True)
    reopened(vault)


@pytest.mark.parametrize("step", ["place", "backup_to_remember", "drafts_to_keep"])
def test_the_window_is_gone_before_the_pages_are_asked_anything(at_work, computer, monkeypatch, step):
    visible = []

    def asked():
        visible.append(at_work.window.isVisible())
        raise ZeroDivisionError

    monkeypatch.setattr(at_work.window.workplace, step, asked)
    at_work.window.lock()
    assert visible == [False]
    assert [type(error) for error in computer.reported] == [ZeroDivisionError]
    assert len(computer.replaced) == 1


def test_work_that_does_not_stop_is_left_to_the_journal_of_the_store(at_work, computer, monkeypatch):
    """What holds the store when the time is up goes with the process: `tests/faults` kills it for real."""
    monkeypatch.setattr("shelter_ui.windows.main_window.AT_LOCK", SHORT)
    session, begun, go = at_work.window.session, threading.Event(), threading.Event()

    def work(_job):
        with session.store.transaction():
            begun.set()
            go.wait(30)

    at_work.program.desk.tasks.run(work)
    assert begun.wait(30)
    at_work.window.lock()
    assert len(computer.replaced) == 1
    assert computer.seen[0][0] == []
    go.set()
    at_work.settle()


def test_locking_while_a_lock_is_under_way_does_nothing_more(at_work, computer, monkeypatch):
    monkeypatch.setattr(
        at_work.program.desk.tasks, "cancel_all", lambda: at_work.window.locks.lock(Trigger.SCREEN)
    )
    at_work.window.lock()
    assert len(computer.replaced) == 1


def test_the_end_of_the_program_keeps_drafts_too_and_replaces_nothing(at_work, computer, vault, qtbot):
    at_work.type_into_form("Half A Name")
    with qtbot.waitSignal(at_work.window.finished, timeout=20_000):
        at_work.window.close()
    assert computer.replaced == []
    (draft,) = reopened(vault)
    assert "Half A Name" in str(draft.values)


def test_a_search_that_was_begun_goes_nowhere_after_the_lock(at_work, computer):
    at_work.type_into_form("Half A Name")
    work, page = at_work.window.workplace, at_work.window.workplace.page()
    at_work.window.lock()
    # The search box waits for a moment after the last key; the window may not be gone by then.
    work.top.search.query_changed.emit("half")
    assert work.page() is page
    assert computer.reported == []
