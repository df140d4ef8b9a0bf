"""The users of a vault on the command line: every step, its answer for scripts, and what is refused."""

import dataclasses
import json
import os

import pytest

from shelter_app import cli
from shelter_app.casework import cases, entries, vaults
from shelter_app.casework.errors import PasswordDue
from shelter_app.user_commands import USER_COMMANDS
from shelter_app.vault.errors import (
    AccountDisabled,
    KeyNotHeld,
    LastWayIn,
    NotYours,
    UnknownUser,
    WrongPassword,
)
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.header import write_header
from shelter_app.vault.rights import Role
from shelter_app.vault.vault import unlock

PASSWORD = "seven calm herons cross"
NEW = "nine loud geese return home"


@pytest.fixture
def vault(session):
    """A vault with one case and one user, LM."""
    case = cases.new_case(session, person={"name_native": "陈秀云"}, intake={})
    entries.save_entry(session, "note", {"text": "note"}, case_id=case.case_id)
    vaults.sign_out(session)
    return session.folder.path


@pytest.fixture
def run(capsys, monkeypatch):
    """Run `vault users …` as a script does; gives back exit code and answer."""
    monkeypatch.setenv("SHELTER_LANGUAGE", "en")

    def handed(text):
        reading, writing = os.pipe()
        os.write(writing, f"{text}\n".encode())
        os.close(writing)
        return reading

    def call(*words, user="LM", password=PASSWORD, new=None):
        descriptors = [handed(password)]
        signed = ["--user", user, "--password-fd", str(descriptors[0])] if words[0] != "list" else []
        if new is not None:
            descriptors.append(handed(new))
            signed += ["--new-password-fd", str(descriptors[1])]
        try:
            code = cli.main(["vault", "users", *map(str, words), *signed, "--json"])
        finally:
            for each in descriptors:
                os.close(each)
        return code, json.loads(capsys.readouterr().out)

    return call


def users_of(run, vault):
    return {user["name"]: user for user in run("list", vault)[1]["users"]}


def test_a_colleague_is_added_with_words_for_one_sign_in_and_has_to_choose_a_password(run, vault):
    code, answer = run("add", vault, "CW", "--role", "caseworker")
    assert code == 0
    words = answer["words"]
    assert len(words.split()) >= 5
    assert users_of(run, vault)["CW"] == {
        "id": users_of(run, vault)["CW"]["id"], "name": "CW", "role": "caseworker", "keys": ["people", "store"],
        "disabled": False, "must_change": True,
    }  # fmt: skip
    code, answer = run("disable", vault, "LM", user="CW", password=words)
    assert (code, answer["code"]) == (PasswordDue.exit_code, "PasswordDue")
    assert run("password", vault, user="CW", password=words, new=NEW)[0] == 0
    with pytest.raises(WrongPassword):
        unlock(vault, "CW", words)
    assert not users_of(run, vault)["CW"]["must_change"]
    assert run("disable", vault, "LM", user="CW", password=NEW)[0] == NotYours.exit_code


def test_keys_are_given_and_taken_one_by_one(run, vault):
    assert run("add", vault, "SV", "--role", "supervisor", new=NEW)[0] == 0
    assert users_of(run, vault)["SV"]["keys"] == ["people", "store"]
    assert run("grant", vault, "SV", "--key", "health")[0] == 0
    assert users_of(run, vault)["SV"]["keys"] == ["health", "people", "store"]
    code, answer = run("withdraw", vault, "SV", "--key", "people")
    assert code == 0
    assert answer["pending"].keys() == {"people"}
    assert users_of(run, vault)["SV"]["keys"] == ["health", "store"]
    code, answer = run("reseal", vault)
    assert (code, answer["pending"]) == (0, {})
    assert answer["resealed"] > 0


def test_nobody_gives_a_key_that_they_do_not_hold(run, vault):
    assert run("add", vault, "AD", "--role", "administrator", new=NEW)[0] == 0
    assert run("password", vault, user="AD", password=NEW, new=NEW + " now")[0] == 0
    code, answer = run(
        "add", vault, "CW", "--role", "caseworker", user="AD", password=NEW + " now"
    )  # names need the people key
    assert (code, answer["code"]) == (KeyNotHeld.exit_code, "KeyNotHeld")
    assert (
        run("add", vault, "CW", "--role", "caseworker", "--no-keys", user="AD", password=NEW + " now")[0] == 0
    )
    assert users_of(run, vault)["CW"]["keys"] == ["store"]
    code, _answer = run("grant", vault, "CW", "--key", "people", user="AD", password=NEW + " now")
    assert code == KeyNotHeld.exit_code
    assert run("grant", vault, "CW", "--key", "people")[0] == 0


def test_somebody_is_disabled_enabled_and_removed(run, vault):
    run("add", vault, "CW", "--role", "caseworker", new=NEW)
    assert run("disable", vault, "CW")[0] == 0
    with pytest.raises(AccountDisabled):
        unlock(vault, "CW", NEW)
    assert run("enable", vault, "CW")[0] == 0
    unlock(vault, "CW", NEW).close()
    code, answer = run("remove", vault, "CW")
    assert code == 0
    assert answer["pending"].keys() == {"people"}
    assert list(users_of(run, vault)) == ["LM"]
    assert run("remove", vault, "CW")[0] == UnknownUser.exit_code
    assert run("remove", vault, "LM")[0] == LastWayIn.exit_code


def test_a_removal_without_room_waits_with_the_store_and_the_list_says_so(run, vault):
    run("add", vault, "CW", "--role", "caseworker", new=NEW)
    assert run("remove", vault, "CW", "--store-later")[0] == 0
    assert run("list", vault)[1]["rotation_due"]
    assert run("replace-keys", vault)[0] == 0
    assert run("list", vault)[1]["rotation_due"] is None


def test_a_forgotten_password_is_reset_with_words_for_one_sign_in(run, vault):
    run("add", vault, "CW", "--role", "caseworker", new=NEW)
    code, answer = run("reset", vault, "CW")
    assert code == 0
    assert (answer["lost_keys"], answer["lost_drafts"]) == ([], 0)
    with pytest.raises(WrongPassword):
        unlock(vault, "CW", NEW)
    assert unlock(vault, "CW", answer["words"]).must_change


def test_what_is_said_to_a_person(vault, capsys, monkeypatch):
    monkeypatch.setenv("SHELTER_LANGUAGE", "en")
    assert cli.main(["vault", "users", "list", str(vault)]) == 0
    assert capsys.readouterr().out.startswith("LM  administrator")


@pytest.mark.parametrize(
    "words", [("{vault}", "--json"), ("--json", "{vault}"), ("list", "{vault}", "--json")]
)
def test_the_users_are_listed_where_no_command_is_named(vault, capsys, words):
    assert cli.main(["vault", "users", *(word.format(vault=vault) for word in words)]) == 0
    assert [user["name"] for user in json.loads(capsys.readouterr().out)["users"]] == ["LM"]


def test_every_command_about_users_is_known_by_name(capsys):
    with pytest.raises(SystemExit):
        cli.main(["vault", "users", "--help"])
    offered = capsys.readouterr().out
    assert all(f"    {name} " in offered or f"    {name}\n" in offered for name in USER_COMMANDS)
    for name in USER_COMMANDS:
        with pytest.raises(SystemExit) as stopped:
            cli.main(["vault", "users", name, "--help"])
        assert stopped.value.code == 0


def test_what_the_key_file_says_and_nobody_signed_is_compared_and_put_right(vault, run):
    run("add", vault, "ZQ", "--role", "reporting_officer", new=NEW)
    assert run("compare", vault) == (0, {"differences": []})
    ring = unlock(vault, "LM", PASSWORD)
    slot = next(slot for slot in ring.header.users if slot.name == "ZQ")
    raised = ring.header.with_slot(dataclasses.replace(slot, role=Role.ADMINISTRATOR))
    write_header(VaultFolder(vault), raised, ring.header_mac_key())
    code, answer = run("compare", vault)
    assert code == 12
    assert [words.split(".")[0] for words in answer["differences"]] == [
        "The key file gives ZQ the role administrator"
    ]
    assert run("compare", vault, "--put-right") == (0, {"differences": []})
    assert run("compare", vault) == (0, {"differences": []})
    write_header(VaultFolder(vault), raised, ring.header_mac_key())
    assert run("compare", vault, "--confirm") == (0, {"differences": []})
    assert run("compare", vault) == (0, {"differences": []})
