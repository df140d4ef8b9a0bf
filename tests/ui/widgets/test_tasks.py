"""Work runs elsewhere, its answer comes back here, and it can be stopped."""

import threading

import pytest
from PySide6.QtCore import QObject

from shelter_app.errors import ShelterError
from shelter_ui.tasks import Failed, Tasks


@pytest.fixture
def tasks(qapp):
    bugs = []
    tasks = Tasks(on_bug=bugs.append)
    tasks.bugs = bugs
    yield tasks
    tasks.close()


def test_the_answer_arrives_on_the_thread_of_the_window(tasks, qtbot):
    threads, results = {}, []

    def work(job):
        threads["work"] = threading.current_thread()
        return 42

    def answer(result):
        threads["answer"] = threading.current_thread()
        results.append(result)

    tasks.run(work, answer)
    qtbot.waitUntil(lambda: results == [42])
    assert threads["answer"] is threading.main_thread()
    assert threads["work"] is not threading.main_thread()


def test_the_database_has_one_thread_and_keeps_the_order(tasks, qtbot):
    seen = []
    for number in range(20):
        tasks.run(lambda job, number=number: seen.append((number, threading.get_ident())))
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert [number for number, _ in seen] == list(range(20))
    assert len({thread for _, thread in seen}) == 1


def test_what_a_person_can_act_on_goes_to_on_error_and_a_bug_to_the_one_handler_too(tasks, qtbot):
    errors = []

    def fails(job):
        raise ShelterError

    def broken(job):
        raise ZeroDivisionError

    tasks.run(fails, on_error=errors.append)
    tasks.run(broken, on_error=errors.append)
    qtbot.waitUntil(lambda: len(errors) == 2 and len(tasks.bugs) == 1)
    # Who waited for the work that met the bug is told, without what the bug says.
    assert [type(error) for error in errors] == [ShelterError, Failed]
    assert isinstance(tasks.bugs[0], ZeroDivisionError)


def test_work_stops_where_it_reports_progress(tasks, qtbot):
    started, go_on, ends = threading.Event(), threading.Event(), []

    def work(job):
        job.progress(1, 3)
        started.set()
        go_on.wait(5)
        job.progress(2, 3)
        ends.append("too far")

    job = tasks.run(work, lambda result: ends.append("result"), on_cancelled=lambda: ends.append("cancelled"))
    assert started.wait(5)
    job.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: bool(ends))
    assert ends == ["cancelled"]
    assert not job.running


def test_an_answer_for_somebody_who_has_gone_is_dropped(tasks, qtbot):
    import shiboken6

    owner, answers, after = QObject(), [], []
    go_on = threading.Event()
    tasks.run(lambda job: go_on.wait(5), answers.append, owner=owner)
    shiboken6.delete(owner)
    go_on.set()
    tasks.run(lambda job: "later", after.append)
    qtbot.waitUntil(lambda: after == ["later"])
    assert answers == []


def test_immediate_tasks_have_answered_when_run_returns(qapp):
    bugs, results, errors = [], [], []
    tasks = Tasks.immediate(on_bug=bugs.append)

    def fails(job):
        raise ShelterError

    tasks.run(lambda job: 42, results.append)
    tasks.run(fails, on_error=errors.append)
    tasks.run(lambda job: 1 // 0, on_error=errors.append)
    assert results == [42]
    assert [type(error) for error in errors] == [ShelterError, Failed]
    assert isinstance(bugs[0], ZeroDivisionError)
    tasks.close()
