"""Where a post wants a second person, nothing leaves it that somebody else has not confirmed with their password."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shelter_app.casework import extract, packages, pool, sending, summary
from shelter_app.casework.errors import PasswordDue
from shelter_app.casework.second_person import (
    Confirmed,
    NobodyElse,
    SamePerson,
    SecondPersonNeeded,
    confirm,
    require_second,
    second_people,
    second_wanted,
    set_second_wanted,
)
from shelter_app.casework.sending import Sending
from shelter_app.casework.users import new_user
from shelter_app.cli import main
from shelter_app.vault.errors import NotYours, WrongPassword
from shelter_app.vault.rights import Role
from tests.app.package.office import fill
from tests.app.sending.conftest import PERIOD, SECOND, SECOND_PASSWORD
from tests.conftest import PASSWORD


def what(session, receiver="IOM"):
    preview = summary.make_preview(session, PERIOD)
    chosen = Sending(PERIOD, receiver, frozenset({"tables", "letter"}), preview)
    return chosen, sending.statements(session, chosen)


def lines(session, action):
    return [entry for entry in session.journal.read(limit=99) if entry.action == action]


def test_a_post_without_the_rule_needs_nobody(two, tmp_path):
    chosen, _ = what(two)
    assert sending.send(two, chosen, tmp_path / "out").files


def test_nothing_leaves_before_somebody_else_has_confirmed_it(two, invited, tmp_path):
    set_second_wanted(two, wanted=True)
    chosen, _ = what(two)
    out = tmp_path / "out"
    ways = {
        "sending": lambda: sending.send(two, chosen, out),
        "readable files": lambda: sending.release_files(two, chosen.preview, out),
        "a package": lambda: packages.release_package(two, chosen.preview, "IOM", out),
        "a contribution": lambda: pool.contribute(two, invited.roster(), out),
    }
    for name, way in ways.items():
        with pytest.raises(SecondPersonNeeded):
            way()
        assert not out.exists(), name
    assert summary.past_releases(two) == []


def test_a_package_and_an_extract_of_what_was_made_before_need_it_too(two, tmp_path):
    summary.write_release(two, summary.make_preview(two, PERIOD), tmp_path / "own")
    extract.set_office(two, "national")
    set_second_wanted(two, wanted=True)
    with pytest.raises(SecondPersonNeeded):
        packages.write_package(two, PERIOD, "IOM", tmp_path / "out")
    made = extract.ExtractPreview(PERIOD, "x", "2024", "even", (), {"x.csv": b""}, 0, None, None)
    with pytest.raises((SecondPersonNeeded, extract.ExtractOutdated)):
        extract.write_extract(two, made, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_who_has_confirmed_stands_in_the_journal(two, tmp_path):
    set_second_wanted(two, wanted=True)
    chosen, asked = what(two)
    confirmed = confirm(two, SECOND, SECOND_PASSWORD, asked)
    assert sending.send(two, chosen, tmp_path / "out", confirmed=confirmed).files
    [line] = lines(two, "summary.confirmed")
    assert two.user_name(line.detail["by"]) == SECOND
    assert line.actor == two.user_id
    assert line.detail["statements"][0]["period"] == "2025-H2"


def test_what_was_confirmed_is_this_and_nothing_else(two):
    set_second_wanted(two, wanted=True)
    _chosen, asked = what(two)
    confirmed = confirm(two, SECOND, SECOND_PASSWORD, asked)
    require_second(two, asked[0], confirmed)
    for changed in (
        replace(asked[0], period="2025"),
        replace(asked[0], to=""),
        replace(asked[0], about="other figures"),
        replace(asked[0], what="extract"),
    ):
        with pytest.raises(SecondPersonNeeded):
            require_second(two, changed, confirmed)
        with pytest.raises(SecondPersonNeeded):
            # Their signature does not move to another statement.
            require_second(two, changed, replace(confirmed, statements=(changed,)))


def test_nobody_confirms_for_somebody_else(two):
    set_second_wanted(two, wanted=True)
    _chosen, asked = what(two)
    with pytest.raises(SamePerson):
        confirm(two, "LM", PASSWORD, asked)
    with pytest.raises(WrongPassword):
        confirm(two, SECOND, PASSWORD, asked)
    slot = next(slot for slot in two.keyring.header.users if slot.name == SECOND)
    own = two.keyring.sign(b"whatever")
    for by in (slot.id, two.user_id):
        with pytest.raises(SecondPersonNeeded):
            require_second(two, asked[0], Confirmed(by, asked, own))
    assert lines(two, "summary.confirmed") == []


def test_who_makes_no_summaries_or_has_a_first_password_confirms_nothing(two):
    _chosen, asked = what(two)
    new_user(two, name="Ling", role=Role.HEALTH_WORKER, password=SECOND_PASSWORD, must_change=False)
    with pytest.raises(NotYours):
        confirm(two, "Ling", SECOND_PASSWORD, asked)
    new_user(two, name="Hua", role=Role.CASEWORKER, password=SECOND_PASSWORD)
    with pytest.raises(PasswordDue):
        confirm(two, "Hua", SECOND_PASSWORD, asked)
    assert second_people(two) == (SECOND,)


def test_a_post_of_one_person_cannot_want_a_second(office):
    with pytest.raises(NobodyElse):
        set_second_wanted(office, wanted=True)
    assert not second_wanted(office)


def test_who_may_not_change_settings_does_not_decide_it(two, as_role):
    session = as_role(Role.CASEWORKER)
    with pytest.raises(NotYours):
        set_second_wanted(session, wanted=True)


def test_the_commands_ask_for_the_second_person(two, tmp_path, monkeypatch, capsys):
    import os

    fill(two)
    vault = two.folder.path
    set_second_wanted(two, wanted=True)
    two.close()

    def pipe(text):
        reading, writing = os.pipe()
        os.write(writing, f"{text}\n".encode())
        os.close(writing)
        return str(reading)

    def run(*more, command="make"):
        return main([
            "summary", command, str(vault), "--user", "LM", "--password-fd", pipe(PASSWORD), "--period", "2025-H2",
            "--out", str(tmp_path / "out"), *more,
        ])  # fmt: skip

    assert run() == SecondPersonNeeded.exit_code
    assert not (tmp_path / "out").exists()
    assert run("--second", SECOND, "--second-password-fd", pipe("wrong")) != 0
    assert run("--second", SECOND, "--second-password-fd", pipe(SECOND_PASSWORD)) == 0
    assert (tmp_path / "out" / "manifest.json").exists()
    second = ("--to", "IOM", "--second", SECOND, "--second-password-fd", pipe(SECOND_PASSWORD))
    assert run("--to", "IOM", command="send") == SecondPersonNeeded.exit_code
    assert run(*second, command="send") == 0
    assert (tmp_path / "out" / "summary-KM-2025-H2-IOM.tar.age").exists()
    assert (tmp_path / "out" / "letter-KM-2025-H2-IOM.pdf").exists()
    capsys.readouterr()
