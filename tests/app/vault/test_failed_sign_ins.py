"""After five wrong passwords the next one waits, at most 30 seconds; it is told in the journal, nothing is deleted."""

import datetime as dt
import json
import multiprocessing

import pytest

from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.vault import attempts
from shelter_app.vault.errors import TryLater, WrongPassword
from shelter_app.vault.folder import VaultFolder

PASSWORD = "seven calm herons cross"
NOW = dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC)


def fail(vault, times, now=NOW):
    for number in range(times):
        with pytest.raises(WrongPassword):
            open_vault(vault, "LM", "not it", clock=lambda at=now + dt.timedelta(minutes=number): at)
    return now + dt.timedelta(minutes=times - 1)


@pytest.fixture
def vault(session):
    sign_out(session)
    return session.folder.path


def test_the_waits_double_up_to_thirty_seconds():
    assert [attempts.wait_after(number) for number in range(13)] == [
        0,
        0,
        0,
        0,
        0,
        1,
        2,
        4,
        8,
        16,
        30,
        30,
        30,
    ]
    assert attempts.wait_after(10**9) == 30


def test_four_wrong_passwords_cost_no_time(vault):
    last = fail(vault, 4)
    open_vault(vault, "LM", PASSWORD, clock=lambda: last).close()


def test_after_five_even_the_right_password_waits_and_then_opens(vault):
    last = fail(vault, 7)
    with pytest.raises(TryLater) as refused:
        open_vault(vault, "LM", PASSWORD, clock=lambda: last + dt.timedelta(seconds=1))
    assert refused.value.seconds == 3
    assert "3 s" in str(refused.value)
    back = open_vault(vault, "LM", PASSWORD, clock=lambda: last + dt.timedelta(seconds=5))
    opened = next(event for event in back.journal.read() if event.action == "session.opened")
    assert dict(opened.detail)["failed"] == 7
    sign_out(back)
    again = open_vault(vault, "LM", PASSWORD, clock=lambda: last + dt.timedelta(minutes=9))
    opened = next(event for event in again.journal.read() if event.action == "session.opened")
    assert "failed" not in dict(opened.detail)
    sign_out(again)


def test_a_colleague_does_not_wait_for_the_mistakes_of_another(session, as_role, clock):
    from shelter_app.vault.rights import Role

    other = as_role(Role.CASEWORKER)
    name = other.keyring.name
    other.close()
    fail(session.folder.path, 8)
    open_vault(session.folder.path, name, f"{PASSWORD} {name}", clock=lambda: NOW).close()


def test_a_clock_that_was_set_back_prolongs_no_wait(vault):
    last = fail(vault, 12)
    early = last - dt.timedelta(days=3650)
    with pytest.raises(TryLater) as refused:
        open_vault(vault, "LM", PASSWORD, clock=lambda: early)
    assert refused.value.seconds == 30


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"x": 1}', '{"x": [1, "yesterday"]}', "[" * 50_000])
def test_a_damaged_count_keeps_nobody_out(vault, content):
    VaultFolder(vault).failures.write_text(content)
    fail(vault, 1)
    open_vault(vault, "LM", PASSWORD, clock=lambda: NOW).close()


def test_the_count_holds_no_name_and_is_gone_after_a_right_password(vault):
    fail(vault, 2)
    folder = VaultFolder(vault)
    text = folder.failures.read_text("utf-8")
    assert next(iter(json.loads(text).values()))[0] == 2
    assert "LM" not in text
    assert folder.failures.stat().st_mode & 0o777 == 0o600
    open_vault(vault, "LM", PASSWORD, clock=lambda: NOW + dt.timedelta(hours=1)).close()
    assert not folder.failures.exists()


def test_a_thousand_failures_delete_nothing(vault):
    folder = VaultFolder(vault)
    slot = attempts.read_header(folder).header.users[0].id
    for number in range(1000):
        attempts.note_failure(folder, slot, NOW + dt.timedelta(seconds=number))
    open_vault(vault, "LM", PASSWORD, clock=lambda: NOW + dt.timedelta(hours=1)).close()


def _count_failures(path, times):
    folder = VaultFolder(path)
    for _each in range(times):
        attempts.note_failure(folder, "somebody", NOW)


def test_two_programs_that_count_at_the_same_time_lose_no_failure(vault):
    processes = [
        multiprocessing.get_context("spawn").Process(target=_count_failures, args=(vault, 40))
        for _n in range(3)
    ]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
    stored = json.loads((vault / "vault.failures").read_text("utf-8"))
    assert stored["somebody"][0] == 120
    assert attempts.forget_failures(VaultFolder(vault), "somebody") == 120
    assert not (vault / "vault.failures").exists()
