"""In an emergency the keys are destroyed: nothing opens the vault any more but a backup that lies elsewhere."""

import shutil

import pytest

from shelter_app.casework import backups, cases, emergency
from shelter_app.casework.emergency import PhraseRefused, destroy_keys, phrase_fits, what_is_left
from shelter_app.casework.restoring import restore_backup
from shelter_app.casework.vaults import open_vault
from shelter_app.vault.errors import NotAVault, NotYours
from shelter_app.vault.rights import Role
from shelter_i18n import LANGUAGES, gettext_in

PASSWORD = "seven calm herons cross"


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """A folder that counts as another disk."""
    place = tmp_path / "stick"
    place.mkdir()
    monkeypatch.setattr(emergency, "same_disk", lambda one, _other: not one.is_relative_to(place))
    return place


def test_neither_the_vault_nor_a_backup_beside_it_opens_any_more(session, tmp_path, clock):
    cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})
    place = tmp_path / "here"
    place.mkdir()
    info = backups.back_up(session, place)
    assert what_is_left(session).destroyed
    old = session.folder.header.read_bytes()
    done = destroy_keys(session, "Destroy  all keys ")
    assert done.left == ()
    assert done.folders == 2
    for folder in (session.folder.path, info.path):
        assert not (folder / "vault.hdr").exists()
        assert not (folder / "vault.hdr.2").exists()
        with pytest.raises(NotAVault):
            open_vault(folder, "LM", PASSWORD, clock=clock)
    assert not session.folder.people_index.exists()
    # The data are there, and worth nothing: only the header of then opens them.
    assert session.folder.store.exists()
    session.folder.header.write_bytes(old)
    again = open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    again.close()


def test_a_backup_on_another_disk_brings_everything_back(session, elsewhere, tmp_path, clock):
    found = cases.new_case(session, person={"name_latin": "Sok Chanthy"}, intake={})
    info = backups.back_up(session, elsewhere)
    seen = what_is_left(session)
    assert (seen.destroyed, [each.path for each in seen.kept]) == ((), [info.path])
    assert seen.age.days == 0
    destroy_keys(session, emergency.PHRASE)
    again = restore_backup(info.path, tmp_path / "again", "LM", PASSWORD, clock=clock)
    assert cases.open_case(again, found.case_id).name == "Sok Chanthy"
    again.close()


def test_other_words_destroy_nothing(session):
    for words in ("", "destroy", "destroy all key", "yes"):
        with pytest.raises(PhraseRefused):
            destroy_keys(session, words)
    assert session.folder.header.exists()
    assert all(phrase_fits(gettext_in(language, emergency.PHRASE)) for language in LANGUAGES)


def test_a_header_is_overwritten_before_it_is_deleted(session, tmp_path):
    kept = tmp_path / "kept"
    kept.hardlink_to(session.folder.header)
    old = kept.read_bytes()
    destroy_keys(session, emergency.PHRASE)
    assert len(kept.read_bytes()) == len(old)
    assert kept.read_bytes() != old
    assert old[:64] not in kept.read_bytes()


def test_a_backup_that_cannot_be_written_does_not_stop_the_rest(session, tmp_path):
    place = tmp_path / "here"
    place.mkdir()
    info = backups.back_up(session, place)
    shutil.rmtree(info.path)
    (session.folder.path / "vault.hdr.new").write_bytes(b"left by a crash")
    done = destroy_keys(session, emergency.PHRASE)
    assert done.left == ()
    assert not list(session.folder.path.glob("vault.hdr*"))


def test_who_looks_after_cases_cannot_destroy_the_vault(session, as_role):
    for role in (Role.CASEWORKER, Role.HEALTH_WORKER, Role.REPORTING_OFFICER, Role.CONSULAR_OFFICER):
        other = as_role(role)
        with pytest.raises(NotYours):
            destroy_keys(other, emergency.PHRASE)
    assert session.folder.header.exists()
