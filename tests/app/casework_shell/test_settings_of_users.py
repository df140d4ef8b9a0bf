"""Settings follow their user and survive values that make no sense."""

from __future__ import annotations

from collections.abc import Callable

from shelter_app.casework.session import Session
from shelter_app.casework.settings import UserSettings, read_settings, write_settings
from shelter_app.casework.vaults import open_vault, sign_out
from shelter_app.storage import books
from shelter_app.vault.rights import Role


def test_new_user_has_the_settings_of_the_program(session: Session) -> None:
    assert read_settings(session) == UserSettings("", "system", 100, "comfortable", 5)


def test_settings_come_back_after_signing_in_again(session: Session) -> None:
    chosen = UserSettings("zh", "hc_dark", 130, "compact", 15)
    write_settings(session, chosen)
    path = session.folder.path
    sign_out(session)
    again = open_vault(path, "AD", "copper heron battery mango")
    assert read_settings(again) == chosen
    again.close()


def test_settings_of_one_user_are_not_those_of_another(
    session: Session, signed_in_as: Callable[[Role], Session]
) -> None:
    write_settings(session, UserSettings("zh", "dark"))
    assert read_settings(signed_in_as(Role.CASEWORKER)) == UserSettings()


def test_values_that_make_no_sense_are_replaced(session: Session) -> None:
    kept = {"theme": "pink", "scale": "4000", "density": "", "idle_minutes": "never", "language": "zh"}
    for key, value in kept.items():
        books.set_setting(session.store, session.user_id, key, value)
    assert read_settings(session) == UserSettings("zh")


def test_the_lock_can_be_neither_switched_off_nor_put_off_for_long(session: Session) -> None:
    for kept, used in (("0", 1), ("60", 15), ("7", 7)):
        books.set_setting(session.store, session.user_id, "idle_minutes", kept)
        assert read_settings(session).idle_minutes == used
