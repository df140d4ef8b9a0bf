"""Long work away from the window: one thread for the database, answers back on the window's thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from shelter_app.errors import ShelterError
from shelter_i18n import N_

__all__ = ["Cancelled", "Failed", "Job", "Tasks"]

T = TypeVar("T")

#: One thread owns the store; others do what needs no store.
_THREADS = {"database": 1, "work": 2}


class Cancelled(BaseException):
    """Ends work that a person has cancelled; raised inside the work by `Job.progress` and `Job.check`.

    Like KeyboardInterrupt it is no error, so that no handler of errors swallows it.
    """


class Failed(ShelterError):
    """The work met a bug; the one handler shows it, and who waited for the work need not wait any more."""

    message = N_(
        "The program has a fault of its own and could not do this. What was saved before stays as it is."
    )


class Job(QObject):
    """One piece of work under way: what it reports, and the way to stop it."""

    #: How far the work is: done, total. A total of 0 means that it cannot be measured.
    progressed = Signal(int, int)
    #: The work has ended, however it ended.
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()
        self.running = True
        #: What the work is at, where it has several parts of which each reports its own progress.
        self.part = ""

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next check; nothing that it has not committed stays."""
        self._stop.set()

    def check(self) -> None:
        """Called by the work where it can stop.

        Raises:
            Cancelled: somebody asked to stop.
        """
        if self._stop.is_set():
            raise Cancelled

    def progress(self, done: int, total: int) -> None:
        """Called by the work; reports to the window and is a place where the work can stop.

        Raises:
            Cancelled: somebody asked to stop.
        """
        self.check()
        self.progressed.emit(done, total)

    def progress_of(self, part: str, done: int, total: int) -> None:
        """As `progress`, for one of several parts of the work.

        Raises:
            Cancelled: somebody asked to stop.
        """
        self.part = part
        self.progress(done, total)


class _Mailbox(QObject):
    """Carries a call from a worker to the thread of the window."""

    arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.arrived.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def _open(self, call: Callable[[], None]) -> None:
        call()


class _AtOnce(Executor):
    """Runs work in the calling thread, for tests and for work that is short by nature."""

    def submit(self, fn: Callable[..., T], /, *args: object, **kwargs: object) -> Future[T]:
        """Run now; the future that comes back is done."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _report_bug(error: BaseException) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


class Tasks:
    """Runs work and brings back its result, its error or its cancelling, on the thread of the window.

    `on_bug` receives what is not a `ShelterError`; it is the program's one handler for bugs.
    """

    def __init__(
        self, on_bug: Callable[[BaseException], None] = _report_bug, *, at_once: bool = False
    ) -> None:
        self._on_bug = on_bug
        self._at_once = at_once
        self._executors: dict[str, Executor] = {}
        self._closed = False
        self._mailbox = _Mailbox()
        self._jobs: set[Job] = set()

    @classmethod
    def immediate(cls, on_bug: Callable[[BaseException], None] = _report_bug) -> Tasks:
        """Tasks whose work is done, and answered, before `run` returns."""
        return cls(on_bug, at_once=True)

    def _executor(self, name: str) -> Executor:
        """The threads of this name, begun with the first work: the sign-in screen has none."""
        if name not in self._executors:
            if self._at_once:
                self._executors[name] = _AtOnce()
            else:
                from concurrent.futures import ThreadPoolExecutor

                self._executors[name] = ThreadPoolExecutor(_THREADS[name], name)
                if self._closed:
                    self._executors[name].shutdown()
        return self._executors[name]

    def _deliver(self, call: Callable[[], None]) -> None:
        if self._at_once:
            call()
        else:
            self._mailbox.arrived.emit(call)

    def run(
        self,
        work: Callable[[Job], T],
        on_result: Callable[[T], None] | None = None,
        *,
        on_error: Callable[[ShelterError], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
        owner: QObject | None = None,
        database: bool = True,
        job: Job | None = None,
    ) -> Job:
        """Start `work(job)`; exactly one of the callbacks is called later on the window's thread.

        A bug goes to the one handler, and to `on_error` as `Failed`, so that no page stays busy.

        Args:
            work: runs in a worker; touches no widget.
            owner: when this object is gone, the answer is dropped.
            database: run in the one thread that may use the store, after what waits there.
            job: an own job, when its signals must be connected before the work starts.
            on_result: receives what the work returned.
            on_error: receives what a person can act on; without it such an error counts as a bug.
            on_cancelled: called when the work has stopped because somebody asked for it.
        """
        job = job or Job()
        self._jobs.add(job)

        def guarded() -> Future[T]:
            return _capture(work, job)

        def finish(outcome: Future[T]) -> None:
            self._jobs.discard(job)
            job.running = False
            job.ended.emit()
            if owner is not None and not shiboken6.isValid(owner):
                return
            error = outcome.exception()
            if error is None:
                if on_result is not None:
                    on_result(outcome.result())
            elif isinstance(error, Cancelled):
                if on_cancelled is not None:
                    on_cancelled()
            elif isinstance(error, ShelterError) and on_error is not None:
                on_error(error)
            else:
                try:
                    if on_error is not None:
                        on_error(Failed())
                finally:
                    self._on_bug(error)

        future = self._executor("database" if database else "work").submit(guarded)

        def answer(done: Future[Future[T]]) -> None:
            # What was still waiting when the program ended has no outcome.
            if not done.cancelled():
                self._deliver(lambda: finish(done.result()))

        future.add_done_callback(answer)
        return job

    def cancel_all(self) -> None:
        """Ask all work under way to stop."""
        for job in list(self._jobs):
            job.cancel()

    def close(self) -> None:
        """Stop what can be stopped and wait for the rest; nothing can be started afterwards."""
        self.cancel_all()
        self._closed = True
        for executor in self._executors.values():
            executor.shutdown(wait=True, cancel_futures=True)


def _capture(work: Callable[[Job], T], job: Job) -> Future[T]:
    """The outcome of the work as a finished future: its result or whatever it raised."""
    outcome: Future[T] = Future()
    try:
        job.check()
        outcome.set_result(work(job))
    except BaseException as error:  # noqa: BLE001 - handed on to the thread of the window, never dropped
        outcome.set_exception(error)
    return outcome
