"""Recovery sheets open the vault, the drill opens nothing, and backups are found and verified."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shelter_app.casework.backups import back_up
from shelter_app.casework.recovery import (
    backups_in,
    check_sheets,
    prepare_sheets,
    recover_vault,
    renew_sheets,
    sheets_state,
    try_sheets,
    verify_backup,
)
from shelter_app.casework.session import Session
from shelter_app.casework.vaults import NewVault, sign_out
from shelter_app.storage.backup import BackupDamaged
from shelter_app.vault.errors import KeyNotHeld, NotYours, RecoveryRefused
from shelter_app.vault.rights import Compartment, Right, Role

PASSWORD = "six odd copper kettles mark the way home"


def typed(sheets: tuple[tuple[str, ...], ...], *which: int) -> list[str]:
    return [" ".join(sheets[number]) for number in which]


def test_two_sheets_make_a_new_administrator_with_every_key(made: NewVault) -> None:
    sign_out(made.session)
    path = made.session.folder.path
    session = recover_vault(path, typed(made.recovery, 0, 2), new_user="NEW", password=PASSWORD)
    assert session.may(Right.MANAGE_USERS)
    assert all(session.keyring.holds(c) for c in Compartment)
    assert session.journal.read()[0].action == "vault.recovered"
    session.close()


def test_a_wrong_word_is_named_by_its_place_and_nothing_is_opened(made: NewVault) -> None:
    sign_out(made.session)
    words = list(made.recovery[1])
    words[6] = "academic" if words[6] != "academic" else "acid"
    with pytest.raises(RecoveryRefused) as refused:
        recover_vault(
            made.session.folder.path,
            [" ".join(made.recovery[0]), " ".join(words)],
            new_user="NEW",
            password=PASSWORD,
        )
    assert (refused.value.sheet, refused.value.position) == (2, 7)


def test_the_drill_tells_old_sheets_from_new_ones(made: NewVault) -> None:
    assert check_sheets(made.session, typed(made.recovery, 0, 1))
    new = renew_sheets(made.session)
    assert not check_sheets(made.session, typed(made.recovery, 0, 1))
    assert check_sheets(made.session, typed(new, 1, 2))


def test_backups_are_found_newest_first(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    assert backups_in(folder) == []
    info = back_up(session, folder)
    (found,) = backups_in(folder)
    assert found.path == info.path
    assert backups_in(info.path) == [found]
    verify_backup(found)


def test_a_changed_backup_does_not_verify(session: Session, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    info = back_up(session, tmp_path / "stick")
    store = info.path / "store.db"
    changed = bytearray(store.read_bytes())
    changed[5000] ^= 1
    store.write_bytes(changed)
    with pytest.raises(BackupDamaged):
        verify_backup(backups_in(tmp_path / "stick")[0])


def test_a_folder_that_only_looks_like_a_backup_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "backup.json").write_text("{}")
    assert backups_in(tmp_path) == []
    assert backups_in(tmp_path / "not there") == []


def test_the_drill_is_recorded_and_says_why_sheets_do_not_fit(made: NewVault) -> None:
    session = made.session
    state = sheets_state(session)
    assert state is not None
    assert (state.needed, state.count, state.tried_at) == (2, 3, None)
    with pytest.raises(RecoveryRefused):
        try_sheets(session, ["abandon", "abandon"])
    assert session.journal.read(limit=1)[0].action == "vault.created"
    try_sheets(session, typed(made.recovery, 0, 2))
    line = session.journal.read(limit=1)[0]
    assert (line.action, line.detail) == ("vault.sheets_checked", {"fit": True})
    tried = sheets_state(session)
    assert tried is not None
    assert tried.tried_at is not None
    prepared = prepare_sheets(session, threshold=3, shares=5)
    assert sheets_state(session) == tried
    assert renew_sheets(session, prepared=prepared) == prepared.words
    renewed = session.journal.read(limit=1)[0].detail
    assert (renewed["sheets"], renewed["needed"]) == (5, 3)
    renewed = sheets_state(session)
    assert renewed is not None
    assert (renewed.needed, renewed.count, renewed.tried_at) == (3, 5, None)
    with pytest.raises(RecoveryRefused, match="were replaced"):
        try_sheets(session, typed(made.recovery, 0, 1))
    assert session.journal.read(limit=1)[0].detail == {"fit": False}


def test_only_who_holds_every_key_prepares_sheets(
    made: NewVault, signed_in_as: Callable[[Role], Session]
) -> None:
    prepare_sheets(made.session)
    administrator = signed_in_as(Role.ADMINISTRATOR)
    with pytest.raises(KeyNotHeld):
        prepare_sheets(administrator)


def test_a_caseworker_prepares_no_sheets(signed_in_as: Callable[[Role], Session]) -> None:
    with pytest.raises(NotYours):
        prepare_sheets(signed_in_as(Role.CASEWORKER))
