"""Who may read the journal, what a line says, and how it is paged and filtered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shelter_app.casework.cases import new_case, open_case
from shelter_app.casework.journal import read_journal
from shelter_app.casework.journal_words import actor_words
from shelter_app.casework.recovery import recover_vault, renew_sheets
from shelter_app.casework.session import Session
from shelter_app.casework.users import new_user, remove_user
from shelter_app.casework.vaults import NewVault, open_vault, sign_out
from shelter_app.vault.errors import NotYours
from shelter_app.vault.rights import Role

PASSWORD = "copper heron battery mango"


def test_a_line_says_who_did_what_with_which_case(session: Session) -> None:
    opened = new_case(session, person={"name_latin": "Testing Person"})
    line = read_journal(session).lines[0]
    assert (line.actor, line.action, line.about, line.case_id) == (
        "AD", "case.opened", opened.number, opened.case_id,
    )  # fmt: skip
    assert "Testing" not in repr(read_journal(session))


def test_a_line_about_a_user_names_them_also_after_they_left(session: Session) -> None:
    new_user(session, name="ZQ", role=Role.CASEWORKER, password=PASSWORD)
    (slot,) = [slot for slot in session.keyring.header.users if slot.name == "ZQ"]
    remove_user(session, slot.id)
    first, second = read_journal(session, kind="users").lines
    assert (first.action, first.about) == ("user.removed", "ZQ")
    assert (second.action, second.about) == ("user.added", "ZQ")


def test_what_was_done_with_recovery_sheets_says_so_also_after_they_were_replaced(made: NewVault) -> None:
    sign_out(made.session)
    sheets = [" ".join(sheet) for sheet in made.recovery[:2]]
    session = recover_vault(made.session.folder.path, sheets, new_user="ZQ", password=PASSWORD)
    renew_sheets(session)
    lines = {line.action: line for line in read_journal(session).lines}
    added = lines["user.added"]
    assert added.by_sheets
    assert actor_words(added.actor, added.by_sheets) == "Recovery sheets"
    recovered = lines["vault.recovered"]
    assert (recovered.actor, recovered.by_sheets) == ("ZQ", False)
    sign_out(session)


def test_pages_join_without_gap_or_overlap(session: Session) -> None:
    for _ in range(7):
        new_case(session)
    whole = [line.seq for line in read_journal(session, limit=1000).lines]
    assert len(whole) == 8
    paged: list[int] = []
    before = None
    while True:
        page = read_journal(session, before=before, limit=3)
        paged += [line.seq for line in page.lines]
        before = page.next_before
        if before is None:
            break
    assert paged == whole


def test_a_kind_and_a_person_can_be_asked_for(session: Session) -> None:
    case = new_case(session)
    session.read_cases.clear()
    open_case(session, case.case_id)
    assert [line.action for line in read_journal(session, kind="reading").lines] == ["case.read"]
    assert [line.action for line in read_journal(session, kind="changes").lines] == ["case.opened"]
    assert len(read_journal(session, actor=session.user_id).lines) == 3
    assert read_journal(session, actor="somebody else").lines == ()


def test_filters_page_through_lines_that_they_leave_out(session: Session) -> None:
    new_user(session, name="ZQ", role=Role.CASEWORKER, password=PASSWORD)
    for _ in range(5):
        new_case(session)
    new_user(session, name="HJ", role=Role.CASEWORKER, password=PASSWORD)
    page = read_journal(session, kind="users", limit=1)
    assert [line.about for line in page.lines] == ["HJ"]
    rest = read_journal(session, kind="users", limit=1, before=page.next_before)
    assert [line.about for line in rest.lines] == ["ZQ"]
    assert rest.next_before is None


def test_a_caseworker_may_not_read_the_journal(
    session: Session, signed_in_as: Callable[[Role], Session]
) -> None:
    assert read_journal(session).lines
    with pytest.raises(NotYours):
        read_journal(signed_in_as(Role.CASEWORKER))


def test_signing_in_and_out_are_lines(session: Session) -> None:
    path = session.folder.path
    sign_out(session)
    again = open_vault(path, "AD", PASSWORD)
    actions = [line.action for line in read_journal(again, kind="signing_in").lines]
    assert actions == ["session.opened", "session.closed"]
    again.close()
