"""The program keeps asking until there are two ways into everything that do not depend on each other."""

import pytest

from shelter_app.casework import recovery, users, vaults
from shelter_app.casework.ways_in import asks_for_another_way, wait_until_tomorrow, ways_in
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.rights import Compartment, Role

PASSWORD = "seven calm herons cross"


@pytest.fixture
def made(tmp_path, clock):
    new = vaults.create_vault(
        tmp_path / "vault", post="KM", user="LM", password=PASSWORD, kdf=KdfParams(memory_kib=64, passes=1, lanes=1),
        allow_weak=True, clock=clock,
    )  # fmt: skip
    yield new
    new.session.close()


def test_one_person_and_sheets_that_nobody_tried_are_one_way(made):
    found = ways_in(made.session)
    assert (found.people, found.sheets, found.sheets_checked) == (("LM",), True, False)
    assert (found.count, found.enough) == (1, False)
    assert asks_for_another_way(made.session)


def test_a_drill_makes_the_sheets_a_way_and_new_sheets_have_to_be_tried_again(made):
    sheets = [" ".join(sheet) for sheet in made.recovery[:2]]
    assert recovery.check_sheets(made.session, sheets)
    assert ways_in(made.session).enough
    assert not asks_for_another_way(made.session)
    recovery.renew_sheets(made.session)
    assert not ways_in(made.session).enough


def test_a_second_administrator_counts_who_holds_every_key_and_has_chosen_a_password(made, clock):
    session = made.session
    first = f"{PASSWORD} told"
    users.new_user(session, name="SV", role=Role.ADMINISTRATOR, password=first, grants=Compartment)
    assert ways_in(session).people == ("LM",)
    vaults.sign_out(session)
    second = vaults.open_vault(session.folder.path, "SV", first, clock=clock)
    users.change_own_password(second, first, f"{PASSWORD} own")
    assert ways_in(second).people == ("LM", "SV")
    assert ways_in(second).enough
    vaults.sign_out(second)
    again = vaults.open_vault(session.folder.path, "LM", PASSWORD, clock=clock)
    supervisor = next(slot.id for slot in again.keyring.header.users if slot.name == "SV")
    users.withdraw_key(again, supervisor, Compartment.HEALTH)
    assert ways_in(again).people == ("LM",)
    users.grant_key(again, supervisor, Compartment.HEALTH)
    assert ways_in(again).enough
    users.disable_user(again, supervisor)
    assert not ways_in(again).enough
    again.close()


def test_it_can_be_put_off_for_the_day_and_not_for_ever(made, clock):
    wait_until_tomorrow(made.session)
    assert not asks_for_another_way(made.session)
    clock.go_on(days=1)
    assert asks_for_another_way(made.session)


def test_it_is_asked_of_who_can_do_something_about_it(session, as_role):
    assert asks_for_another_way(session)
    assert not asks_for_another_way(as_role(Role.CASEWORKER))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.HEALTH_WORKER])
def test_who_holds_every_key_and_cannot_manage_users_is_no_second_way(made, role):
    users.new_user(
        made.session, name="XX", role=role, password=f"{PASSWORD} XX", grants=Compartment, must_change=False
    )
    assert ways_in(made.session).people == ("LM",)
    assert asks_for_another_way(made.session)
