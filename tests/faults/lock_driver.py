"""Runs the real program without a screen and does what lines on its standard input say; says what is seen.

After a lock the fresh process runs this file again: whatever is said then comes from the new one. What it
says: time, process, a word, and the rest. Without input it is a program that waits at its sign-in screen.
"""

import os
import sys
import threading
import time

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QTableView

import shelter_ui.app as program
from shelter_ui.widgets.fields import LineEdit, TextArea
from shelter_ui.widgets.texts import SelectableProse
from shelter_ui.windows.main_window import MainWindow

MARKED = "Marked words of a case"


def say(*words):
    print(f"{time.monotonic():.4f}", os.getpid(), *words, flush=True)


class Driver(QObject):
    told = Signal(str)

    def __init__(self, app):
        super().__init__()
        self.app = app
        self.was_shown = False
        self.drags = 0
        self.let_go = QTimer(self, singleShot=True)
        self.let_go.timeout.connect(QDrag.cancel)
        self.told.connect(self.do, Qt.ConnectionType.QueuedConnection)
        app.installEventFilter(self)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        # Unbuffered: what this process reads too much would be lost to the one after it.
        line = b""
        while byte := os.read(0, 1):
            if byte != b"\n":
                line += byte
                continue
            self.told.emit(line.decode())
            line = b""

    def window(self):
        return next(each for each in self.app.topLevelWidgets() if isinstance(each, MainWindow))

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.DragEnter:
            self.drags += 1
        if event.type() == QEvent.Type.Hide and isinstance(watched, MainWindow):
            say("hidden")
        if (
            event.type() == QEvent.Type.Paint
            and not self.was_shown
            and isinstance(watched.parent(), MainWindow)
        ):
            self.was_shown = True
            QTimer.singleShot(0, self, self.ready)
        return False

    def ready(self):
        window = self.window()
        window.signed_in.connect(lambda: QTimer.singleShot(0, self, self.at_work))
        page = window.sign_in
        names = [row.line.name for row in page._users._rows]
        say("ready", page._users.current(), ",".join(names), self.focus(), "minimised" * window.isMinimized())

    def focus(self):
        focus = self.window().focusWidget()
        return focus.objectName() if focus is not None else ""

    def at_work(self):
        say("work", self.window().workplace.page().objectName())

    def look(self):
        work = self.window().workplace
        texts = [field.text() for field in work.page().findChildren(QLineEdit) if field.text()]
        cut_off = work.notices.cut_off.accessibleName()
        say("seen", work.page().objectName(), "|".join(texts), cut_off if work.notices.cut_off.wanted else "")

    def until_listed(self):
        page = self.window().workplace.page()
        table = page.findChild(QTableView)
        if not (table.isVisible() and table.model().rowCount() and table.model().index(0, 0).data()):
            QTimer.singleShot(5, self, self.until_listed)
            return
        table.repaint()
        say("listed", table.model().rowCount())

    def hardness(self):
        import ctypes
        import resource

        umask = os.umask(0o077)
        os.umask(umask)
        dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
        say("hardness", dumpable, *resource.getrlimit(resource.RLIMIT_CORE), oct(umask))

    def do(self, line):
        what, _space, rest = line.partition(" ")
        window = self.window()
        if what == "sign-in":
            user, _space, password = rest.partition(" ")
            window.sign_in.keep_user(user)
            edit = window.sign_in._password.edit
            edit.setText(password)
            QTest.keyClick(edit, Qt.Key.Key_Return)
        elif what == "put":
            # Letter by letter and backwards, so that nothing but the program ever holds a password whole.
            for letter in reversed(rest):
                QTest.keyClicks(window.sign_in._password.edit, letter)
        elif what == "refused":
            self.be_refused(window)
        elif what == "new-case":
            window.workplace.new_case()
        elif what == "type":
            page = window.workplace.page()
            fields = [
                each for each in page.findChildren(QLineEdit) if each.isVisible() and not each.isReadOnly()
            ]
            if page.objectName() != "page_form" or not page._keeper._open or not fields:
                # The form is still being prepared.
                QTimer.singleShot(20, self, lambda: self.do(line))
                return
            fields[0].setFocus()
            QTest.keyClicks(fields[0], rest)
        elif what == "open-first":
            from shelter_app.casework.people import find

            window.workplace.open_case(find(window.session, rest).rows[0].case_id)
        elif what == "cases":
            window.workplace.open_page("cases")
            self.until_listed()
        elif what == "busy":
            self.hold_the_store(window)
        elif what == "break":
            window.workplace.drafts_to_keep = lambda: 1 / 0
        elif what == "freeze":
            # The thread of the window itself stands still in the middle of the lock.
            window.desk.tasks.cancel_all = lambda: time.sleep(3600)
        elif what in {"lock", "panic"}:
            key = Qt.Key.Key_L if what == "lock" else Qt.Key.Key_F10
            modifier = (
                Qt.KeyboardModifier.ControlModifier if what == "lock" else Qt.KeyboardModifier.NoModifier
            )
            say("trigger")
            QTest.keyClick(window, key, modifier)
        elif what == "kept":
            if window.workplace.page()._keeper.dirty:
                QTimer.singleShot(20, self, lambda: self.do(line))
                return
        elif what == "full":
            import resource

            # No file can grow any more: what a full disk answers, for this process and the one after it.
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        elif what == "look":
            self.look()
        elif what == "drag":
            QTimer.singleShot(0, self, self.drag)
        elif what == "pull":
            self.pull(rest)
        elif what == "mark":
            self.mark(rest)
        elif what == "drags":
            say("drags", self.drags)
        elif what == "hardness":
            self.hardness()
        elif what == "quit":
            window.close()
        say("done", what)

    def be_refused(self, window):
        """Try the password that was put into the field, and wait until it is refused."""
        page = window.sign_in
        QTest.keyClick(page._password.edit, Qt.Key.Key_Return)

        def look():
            if page._job is None and page._problem is not None:
                say("refused")
            else:
                QTimer.singleShot(20, self, look)

        look()

    def drag(self):
        """A drag that Qt has begun: until the button is let go it takes every key for itself."""
        drag, data = QDrag(self.window()), QMimeData()
        data.setText("dragged")
        drag.setMimeData(data)
        drag.exec()
        say("dropped")

    def pull(self, kind):
        """Mark all of a text and pull at it with the pointer, as a person drags text away."""
        text = self.put(kind)
        place = getattr(text, "viewport", lambda: text)()
        # A drag that begins holds everything up until it is let go.
        self.let_go.start(500)
        QTest.mousePress(place, Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
        for step in range(1, 5):
            QTest.mouseMove(place, QPoint(20 + 20 * step, 12))
            QTest.qWait(1)
        QTest.mouseRelease(place, Qt.MouseButton.LeftButton, pos=QPoint(100, 12))

    def mark(self, kind):
        """Mark all of a text; X11 lets other programs fetch what is marked."""
        if kind == "unguarded":
            self.app.clipboard().selectionChanged.disconnect()
        text = self.put("line")
        text.setCursorPosition(0)
        QTest.keyClick(text, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)

    def put(self, kind):
        """A text on the page, all of it marked."""
        theme, page = self.window().desk.theme, self.window().workplace.page()
        made = {
            "bare-area": lambda: QPlainTextEdit(MARKED), "area": lambda: TextArea(theme, MARKED),
            "bare-answer": lambda: QLabel(MARKED), "answer": lambda: SelectableProse(theme, MARKED),
            "line": lambda: LineEdit(theme, MARKED),
        }[kind]()  # fmt: skip
        made.setParent(page)
        made.setGeometry(50, 50, 300, 80)
        made.show()
        made.setFocus()
        if isinstance(made, QLabel):
            made.setAlignment(Qt.AlignmentFlag.AlignTop)
            made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            made.setSelection(0, len(MARKED))
        else:
            made.selectAll()
        return made

    def hold_the_store(self, window):
        """A piece of work that holds the store in a transaction and never looks whether it should stop."""
        session, begun = window.session, threading.Event()

        def work(_job):
            with session.store.transaction():
                session.store.execute("INSERT INTO meta (key, value) VALUES ('half', 'done')")
                begun.set()
                time.sleep(3600)

        window.desk.tasks.run(work)
        begun.wait()


def main():
    if os.environ.get("SHELTER_TEST_READABLE"):
        # The test looks into the memory of this process from outside.
        program.harden = lambda: None
        program.hardened = lambda services, *_paths: services
    say("start", " ".join(sys.argv[1:]))
    app = QApplication([sys.argv[0]])
    driver = Driver(app)
    code = program.main(sys.argv[1:])
    say("end", code)
    del driver


main()
