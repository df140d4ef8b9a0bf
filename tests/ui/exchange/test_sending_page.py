"""Sending as a person does it: whom, what, where, a second person; stopping leaves nothing; keys; checking; a pool."""

import datetime as dt
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QRadioButton

from shelter_app.anonymise.pool_layout import PoolLayout
from shelter_app.casework import package_check, pool, sending
from shelter_app.casework.second_person import second_wanted, set_second_wanted
from shelter_app.casework.summary import code_lists, past_releases
from shelter_app.casework.users import new_user
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_keys import new_pool_keys, public_key_file, sealed_key_file
from shelter_app.exchange.pool_roster import Roster, roster_file
from shelter_app.exchange.pool_sums import receipt_file
from shelter_app.exchange.verify_attacks import attack_summary
from shelter_app.vault.rights import Role
from shelter_ui.dialogs.add_key import AddKeyDialog
from shelter_ui.dialogs.confirm_sending import ConfirmSendingDialog
from shelter_ui.windows.summaries_page import SummariesPage
from shelter_ui.windows.summary_page import SEEN, SEND, WRITE
from tests.ui.exchange.conftest import CHEAP, PASSWORD

RECEIVER = new_pool_keys("receiver", "IOM")
SECOND_PASSWORD = f"{PASSWORD} twice"
PACKAGE = "summary-KM-2025-IOM.tar.age"


@pytest.fixture
def window(make_context, peopled, qtbot):
    page = SummariesPage(make_context(peopled))
    qtbot.addWidget(page)
    page.resize(1190, 716)
    with qtbot.waitExposed(page):
        page.show()
    page.on_shown()
    yield page
    qtbot.waitUntil(lambda: not page.context.tasks._jobs, timeout=90_000)


@pytest.fixture
def knows_iom(peopled, tmp_path):
    """The office has compared IOM's key and has one of its own."""
    path = tmp_path / "IOM.pub"
    path.write_bytes(public_key_file(RECEIVER))
    pool.trust_key(peopled, path, RECEIVER.public.fingerprint)
    pool.office_key_file(peopled)
    return path


def seen(page, name):
    """The button of this name that is seen; one that was just replaced may still be there, hidden."""
    return next((b for b in page.findChildren(QPushButton, name) if b.isVisibleTo(page)), None)


def press(qtbot, page, name):
    qtbot.waitUntil(lambda: seen(page, name) is not None, timeout=20_000)
    target = seen(page, name)
    assert target.isEnabled(), name
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton)


def looked_at(qtbot, window, period="2025"):
    """The tables of a period, seen, and the decisions in front."""
    page = window.tab("send")
    page._period.picker.set_period(Period.parse(period))
    page._on_period_changed()
    press(qtbot, page, "summary_do")
    qtbot.waitUntil(lambda: page._step == SEEN, timeout=90_000)
    press(qtbot, page, "summary_do")
    assert page._step == SEND
    return page


def to_iom(qtbot, page, answers, folder):
    qtbot.waitUntil(lambda: page.findChild(QRadioButton, "receiver_IOM") is not None)
    qtbot.waitUntil(lambda: page.findChild(QRadioButton, "receiver_IOM").isChecked())
    answers.path = folder
    qtbot.mouseClick(page._sending._folder._choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "summary_do").isEnabled())


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def dialog(qtbot, kind):
    def found():
        return next(
            (w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()), None
        )

    qtbot.waitUntil(lambda: found() is not None, timeout=20_000)
    return found()


def test_a_package_is_sent_in_four_decisions_and_nothing_is_typed(
    window, peopled, knows_iom, qtbot, answers, tmp_path
):
    page = looked_at(qtbot, window)
    to_iom(qtbot, page, answers, tmp_path / "stick")
    assert page._sending.parts.parts() == {"tables", "letter"}
    assert page.findChild(QLineEdit, "sending_folder").text() == str(tmp_path / "stick")
    press(qtbot, page, "summary_do")
    qtbot.waitUntil(lambda: page._step == WRITE, timeout=90_000)
    assert names(tmp_path / "stick") == ["letter-KM-2025-IOM.pdf", PACKAGE]
    assert set(page._files.names()) == set(names(tmp_path / "stick"))
    assert [release.period.text for release in past_releases(peopled)] == ["2025"]


def test_nobody_is_chosen_for_the_person_where_there_are_several(window, peopled, knows_iom, qtbot, tmp_path):
    other = tmp_path / "UNODC.pub"
    keys = new_pool_keys("receiver", "UNODC")
    other.write_bytes(public_key_file(keys))
    pool.trust_key(peopled, other, keys.public.fingerprint)
    page = looked_at(qtbot, window)
    qtbot.waitUntil(lambda: page.findChild(QRadioButton, "receiver_UNODC") is not None)
    assert page._sending.receiver.receiver() is None
    assert not page.findChild(QPushButton, "summary_do").isEnabled()


def test_stopping_while_it_is_checked_leaves_nothing(
    window, peopled, knows_iom, qtbot, answers, tmp_path, monkeypatch
):
    page = looked_at(qtbot, window)
    to_iom(qtbot, page, answers, tmp_path / "stick")
    panel, reached = page._sending, threading.Event()

    def attack_until_stopped(summary):
        reached.set()
        panel._job._stop.wait(30)
        return attack_summary(summary)

    with monkeypatch.context() as patch:
        patch.setattr(package_check, "attack_summary", attack_until_stopped)
        press(qtbot, page, "summary_do")
        qtbot.waitUntil(reached.is_set, timeout=90_000)
        assert not page.findChild(QPushButton, "summary_back").isEnabled()
        page.on_escape()
        qtbot.waitUntil(lambda: not panel.busy, timeout=90_000)
    assert page._step == SEND
    assert names(tmp_path / "stick") == []
    assert past_releases(peopled) == []
    press(qtbot, page, "summary_do")
    qtbot.waitUntil(lambda: page._step == WRITE, timeout=90_000)
    assert PACKAGE in names(tmp_path / "stick")


def test_a_second_person_types_their_password_before_anything_is_written(
    window, peopled, knows_iom, qtbot, answers, tmp_path
):
    new_user(peopled, name="Wen", role=Role.SUPERVISOR, password=SECOND_PASSWORD, must_change=False)
    set_second_wanted(peopled, wanted=True)
    page = looked_at(qtbot, window)
    to_iom(qtbot, page, answers, tmp_path / "stick")
    press(qtbot, page, "summary_do")
    asked = dialog(qtbot, ConfirmSendingDialog)
    assert "Tables of" in asked.words()
    assert "IOM" in asked.words()
    field = asked.findChild(QLineEdit, "second_password")
    qtbot.keyClicks(field, "not this one")
    press(qtbot, asked, "do_confirm")
    qtbot.waitUntil(lambda: bool(asked._rows[1].problem()), timeout=20_000)
    assert names(tmp_path / "stick") == []
    field.clear()
    qtbot.keyClicks(field, SECOND_PASSWORD)
    press(qtbot, asked, "do_confirm")
    qtbot.waitUntil(lambda: page._step == WRITE, timeout=90_000)
    assert PACKAGE in names(tmp_path / "stick")
    [line] = [each for each in peopled.journal.read(limit=20) if each.action == "summary.confirmed"]
    assert peopled.user_name(line.detail["by"]) == "Wen"


def test_leaving_the_second_person_out_writes_nothing(window, peopled, knows_iom, qtbot, answers, tmp_path):
    new_user(peopled, name="Wen", role=Role.SUPERVISOR, password=SECOND_PASSWORD, must_change=False)
    set_second_wanted(peopled, wanted=True)
    page = looked_at(qtbot, window)
    to_iom(qtbot, page, answers, tmp_path / "stick")
    press(qtbot, page, "summary_do")
    press(qtbot, dialog(qtbot, ConfirmSendingDialog), "leave")
    assert page._step == SEND
    assert names(tmp_path / "stick") == []


def test_a_key_is_taken_over_once_its_owner_has_read_out_the_digits(
    window, peopled, qtbot, answers, tmp_path
):
    answers.path = tmp_path / "IOM.pub"
    answers.path.write_bytes(public_key_file(RECEIVER))
    window.open_tab("keys")
    press(qtbot, window, "add_key")
    asked = dialog(qtbot, AddKeyDialog)
    shown = " ".join(label.text() for label in asked.findChildren(type(asked._heading)))
    assert RECEIVER.public.fingerprint not in shown
    field = asked.findChild(QLineEdit, "key_digits")
    qtbot.keyClicks(field, "12345")
    press(qtbot, asked, "do_add_key")
    qtbot.waitUntil(lambda: bool(asked._row.problem()), timeout=20_000)
    assert sending.receivers(peopled) == ()
    field.clear()
    qtbot.keyClicks(field, RECEIVER.public.fingerprint)
    press(qtbot, asked, "do_add_key")
    qtbot.waitUntil(lambda: sending.receivers(peopled) == (RECEIVER.public,), timeout=20_000)
    qtbot.waitUntil(lambda: window.findChild(QPushButton, "forget_IOM") is not None)
    press(qtbot, window, "forget_IOM")
    qtbot.waitUntil(lambda: sending.receivers(peopled) == (), timeout=20_000)


def test_a_post_of_one_person_is_told_why_it_cannot_want_a_second(window, peopled, qtbot):
    window.open_tab("keys")
    page = window.tab("keys")
    qtbot.waitUntil(lambda: page._state is not None)
    page._second.choose("yes")
    qtbot.waitUntil(lambda: page._problem.isVisibleTo(window), timeout=20_000)
    assert "Add a user" in page._problem.accessibleName()
    qtbot.waitUntil(lambda: page._second.value() == "no")
    new_user(peopled, name="Wen", role=Role.SUPERVISOR, password=SECOND_PASSWORD, must_change=False)
    page._second.choose("yes")
    qtbot.waitUntil(lambda: second_wanted(peopled), timeout=20_000)


def test_an_own_package_is_known_again_and_a_received_one_opens_with_a_key(
    window, peopled, knows_iom, qtbot, answers, tmp_path
):
    page = looked_at(qtbot, window)
    to_iom(qtbot, page, answers, tmp_path / "stick")
    press(qtbot, page, "summary_do")
    qtbot.waitUntil(lambda: page._step == WRITE, timeout=90_000)
    window.open_tab("check")
    check = window.tab("check")
    answers.path = tmp_path / "stick" / PACKAGE
    press(qtbot, window, "choose_package")
    qtbot.waitUntil(lambda: check._report is not None and check._job is None, timeout=90_000)
    assert "unchanged and sound" in check.banner.accessibleName()
    assert all("passed" in line for line in check.checks.words())
    # The same package, one byte longer, is none of ours; with the receiver's key it is refused.
    changed = tmp_path / "received.tar.age"
    changed.write_bytes((tmp_path / "stick" / PACKAGE).read_bytes() + b"x")
    answers.path = changed
    press(qtbot, window, "choose_package")
    qtbot.waitUntil(lambda: check._opening.isVisibleTo(window), timeout=20_000)
    key = tmp_path / "IOM.key"
    key.write_bytes(sealed_key_file(RECEIVER, "receiver's own", CHEAP))
    answers.path = key
    press(qtbot, window, "choose_key")
    qtbot.keyClicks(window.findChild(QLineEdit, "key_password"), "receiver's own")
    press(qtbot, window, "check_package")
    qtbot.waitUntil(lambda: check._report is not None and check._job is None, timeout=90_000)
    assert "Refused" in check.banner.accessibleName()


def test_a_received_package_says_whether_the_office_was_compared(
    window, peopled, knows_iom, qtbot, answers, tmp_path
):
    page = looked_at(qtbot, window)
    to_iom(qtbot, page, answers, tmp_path / "stick")
    press(qtbot, page, "summary_do")
    qtbot.waitUntil(lambda: page._step == WRITE, timeout=90_000)
    window.open_tab("check")
    check = window.tab("check")
    check._path = tmp_path / "stick" / PACKAGE
    check._on_looked(None)  # as in another vault, which has not written it
    key = tmp_path / "IOM.key"
    key.write_bytes(sealed_key_file(RECEIVER, "receiver's own", CHEAP))
    answers.path = key
    press(qtbot, window, "choose_key")
    field = window.findChild(QLineEdit, "key_password")
    qtbot.keyClicks(field, "receiver's own")
    press(qtbot, window, "check_package")
    qtbot.waitUntil(lambda: check._report is not None and check._job is None, timeout=90_000)
    assert "not certain" in check.banner.accessibleName()
    own = tmp_path / "KM.pub"
    own.write_bytes(pool.office_key_file(peopled)[1])
    answers.path = own
    press(qtbot, window, "choose_office_key")
    qtbot.keyClicks(field, "receiver's own")
    press(qtbot, window, "check_package")
    qtbot.waitUntil(lambda: check._report is not None and check._job is None, timeout=90_000)
    assert "Sound: made by this office" in check.banner.accessibleName()


class Round:
    """A round of a pool that the office is invited to."""

    def __init__(self, session, folder):
        self.session, self.folder = session, folder
        self.coordinator = new_pool_keys("coordinator", "CENTRE")
        self.receivers = [new_pool_keys("receiver", name) for name in ("FIRST", "SECOND")]
        own = pool.office_key_file(session)[0]
        offices = [own, *(new_pool_keys("office", name).public for name in ("LIMA", "OSLO"))]
        for keys in (self.coordinator, *self.receivers):
            path = folder / f"{keys.public.id}.pub"
            path.write_bytes(public_key_file(keys))
            pool.trust_key(session, path, keys.public.fingerprint)
        wanted = Roster(
            "R1", Period.parse("2025"), PoolLayout(code_lists()).digest, dt.date(2026, 9, 30), 3,
            tuple(keys.public for keys in self.receivers), tuple(offices),
        )  # fmt: skip
        self.roster = folder / "R1.roster"
        self.roster.write_bytes(roster_file(wanted, self.coordinator))

    def receipt(self, number, **changes):
        roster = pool.look_at_round(self.session, self.roster)
        [made] = pool.contributions(self.session)
        counted = {"KM": made.digest} | changes
        path = self.folder / f"{number}.receipt"
        path.write_bytes(receipt_file(roster, self.receivers[number], counted))
        return path


class InTurn:
    """Answers that a person gives one after the other."""

    def __init__(self, *paths):
        self.paths = list(paths)

    def __call__(self, _title, on_chosen, **_more):
        on_chosen(self.paths.pop(0))


def test_a_contribution_is_made_and_its_receipts_are_checked(window, peopled, qtbot, answers, tmp_path):
    invited = Round(peopled, tmp_path)
    window.open_tab("pool")
    page = window.tab("pool")
    answers.path = invited.roster
    press(qtbot, window, "open_roster")
    qtbot.waitUntil(lambda: page._roster is not None, timeout=20_000)
    assert "LIMA" in page._about.plain_text()
    answers.path = tmp_path / "shares"
    press(qtbot, window, "contribute")
    qtbot.waitUntil(lambda: page._job is None and page._sent is not None, timeout=90_000)
    shares = [name for name in names(tmp_path / "shares") if name.endswith(".share")]
    assert len(shares) == 2
    for name in shares:
        assert name in page._banner.accessibleName()
    qtbot.waitUntil(lambda: window.findChild(QPushButton, "receipts_R1") is not None)
    answers.file = InTurn(invited.roster, invited.receipt(0))
    press(qtbot, window, "receipts_R1")
    qtbot.waitUntil(lambda: "counted by: FIRST" in page._banner.accessibleName(), timeout=20_000)
    assert "other receiver" in page._banner.accessibleName()
    answers.file = InTurn(invited.roster, invited.receipt(1, KM="00" * 32))
    press(qtbot, window, "receipts_R1")
    qtbot.waitUntil(lambda: "another contribution" in page._banner.accessibleName(), timeout=20_000)


def test_a_contribution_can_go_with_the_tables(window, peopled, knows_iom, qtbot, answers, tmp_path):
    invited = Round(peopled, tmp_path)
    page = looked_at(qtbot, window)
    qtbot.waitUntil(lambda: page.findChild(QRadioButton, "receiver_IOM") is not None)
    qtbot.mouseClick(page.findChild(QRadioButton, "receiver_IOM"), Qt.MouseButton.LeftButton)
    box = page.findChild(QCheckBox, "part_contribution")
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() - box.rect().topRight() / 2)
    box.setChecked(True)
    answers.path = tmp_path / "stick"
    qtbot.mouseClick(page._sending._folder._choose, Qt.MouseButton.LeftButton)
    assert not page.findChild(QPushButton, "summary_do").isEnabled()  # the roster is missing
    answers.path = invited.roster
    press(qtbot, page, "choose_roster")
    press(qtbot, page, "summary_do")
    qtbot.waitUntil(lambda: page._step == WRITE, timeout=90_000)
    assert len([name for name in names(tmp_path / "stick") if name.endswith(".share")]) == 2


def test_extracts_are_offered_to_national_offices_only(window, peopled, qtbot):
    page = looked_at(qtbot, window)
    qtbot.waitUntil(lambda: page._sending._possible.parts != ("tables",))
    assert not page.findChild(QCheckBox, "part_extract").isVisibleTo(page)
    window.open_tab("keys")
    keys = window.tab("keys")
    qtbot.waitUntil(lambda: keys._state is not None)
    keys._office.choose("national")
    qtbot.waitUntil(lambda: "extract" in sending.parts_offered(peopled), timeout=20_000)
    window.open_tab("send")
    qtbot.waitUntil(lambda: page.findChild(QCheckBox, "part_extract").isVisibleTo(page), timeout=20_000)


def test_looking_at_the_page_loads_nothing_that_calculates():
    """It would take the thread of the window for half a second; workers load it when it is needed."""
    pages = ("summaries_page", "summary_page", "pool_page", "check_package_page", "sending_keys_page")
    lines = ["import sys", *(f"import shelter_ui.windows.{page}" for page in pages)]
    found = "print(sorted({'numpy', 'highspy', 'reportlab', 'pyrage'} & set(sys.modules)))"
    # The control: what splits counts does load numpy.
    lines += [found, "import shelter_app.anonymise.pool_shares", found]
    looked = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    before, after = looked.stdout.splitlines()
    assert before == "[]"
    assert "numpy" in after
