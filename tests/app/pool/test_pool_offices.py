"""A round of a pool as an office sees it: from its key to the receipt, and what must stop a contribution."""

import dataclasses
import datetime as dt
import json
import zlib

import pytest

from shelter_app.anonymise.coded import CodedFacts
from shelter_app.anonymise.pool_layout import COVERED, PoolLayout
from shelter_app.anonymise.pool_shares import CELL_BYTES, add_shares, share_from_bytes
from shelter_app.anonymise.protect import protect
from shelter_app.casework import pool, summary
from shelter_app.casework.errors import PeriodNotOver
from shelter_app.casework.pool_errors import (
    AlreadyContributed,
    CountedOther,
    FingerprintDiffers,
    KeyNotTrusted,
    NoContribution,
    NotCounted,
    NotInRoster,
    RoundClosed,
)
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_errors import (
    NotAPoolFile,
    OtherLayout,
    RosterUntrusted,
)
from shelter_app.exchange.pool_files import unpack
from shelter_app.exchange.pool_keys import new_pool_keys, public_key, public_key_file
from shelter_app.exchange.pool_roster import read_roster, roster_file
from shelter_app.exchange.pool_shares import read_share
from shelter_app.reports.summary import summary_files
from shelter_app.vault.errors import DiskFull, NotYours
from shelter_app.vault.rights import Role
from tests.app.pool.pool_network import AFTER, NAMES, PERIOD, register

# The whole way -------------------------------------------------------------------------------------------


def test_three_offices_that_are_too_small_give_the_figures_of_their_network(network):
    for session in network.sessions:
        register(session, 16)
        assert summary.make_preview(session, PERIOD).release.tables == ()
    first, second = network.contribute()
    one, other = network.add_up(0, first), network.add_up(1, second)
    made = network.combine(one, other)
    rows = [
        dataclasses.replace(row, person=f"{n}-{row.person}"[:60])
        for n, session in enumerate(network.sessions)
        for row in summary.coded_facts(session, PERIOD)[0].rows
    ]
    everybody = CodedFacts(tuple(rows), PERIOD, summary.code_lists())
    assert len(rows) == 54
    roster = read_roster(network.roster, [network.coordinator.public])
    secret = network.receivers[0].secret(f"summary R1 {roster.digest}")
    expected = protect(everybody, secret, tables=COVERED, exact=False).release
    assert [table.cells for table in made.release.tables] == [table.cells for table in expected.tables]
    assert made.release.counts.shown > 5
    assert made.offices == 3
    assert {path.suffix for path in made.files} == {".pdf", ".xlsx", ".csv", ".json"}
    for session in network.sessions:
        receipts = [one.files[1], other.files[1]]
        assert pool.check_receipts(session, network.roster, receipts).counted_by == ("FIRST", "SECOND")
        assert [c.counted_by for c in pool.contributions(session)] == [("FIRST", "SECOND")]


def test_no_unprotected_total_is_in_what_who_combines_gets(network, capsys, caplog):
    """The true counts of this network are 54, 36, 27 and the like; none of them comes out."""
    for session in network.sessions:
        register(session, 16)
    one, other = (network.add_up(who, files) for who, files in enumerate(network.contribute()))
    made = network.combine(one, other)
    published = json.loads(made.release.to_json())
    numbers = {cell for table in published["tables"] for line in table["cells"] for cell in line}
    assert numbers <= {"<11", "hidden", 20, 30, 40, 50}
    assert len(numbers) > 3
    about = {"post": "R1", "post_name": "", "release_id": "pool-R1", "made_on": AFTER}
    assert {path.name: path.read_bytes() for path in made.files} == summary_files(made.release, **about)
    assert {field.name for field in dataclasses.fields(made)} == {"roster", "release", "offices", "files"}
    out = capsys.readouterr()
    assert out.out + out.err + caplog.text == ""


def test_both_shares_opened_together_are_the_counts_and_each_alone_is_as_even_as_noise(network):
    """What only both receivers together could do; it shows that the files hold the counts and hide them."""
    session = network.sessions[0]
    layout = PoolLayout(summary.code_lists())
    roster = read_roster(network.roster, [network.coordinator.public])
    shares = [
        share_from_bytes(read_share(path, roster, keys, CELL_BYTES * layout.size)[1])
        for (path,), keys in zip(network.contribute(session), network.receivers, strict=True)
    ]
    counts = layout.counts(summary.coded_facts(session, PERIOD)[0])
    assert add_shares(shares).tolist() == counts.tolist()
    for share in shares:
        assert abs(float((share >> 63).mean()) - 0.5) < 6 / (2 * layout.size**0.5)
        assert len(zlib.compress(share.tobytes(), 9)) > share.nbytes
    assert len(zlib.compress(counts.tobytes(), 9)) < counts.nbytes / 100


def test_a_share_file_has_the_same_size_whoever_makes_it_and_no_name_of_a_person(network):
    first, second = network.contribute()
    for files in (first, second):
        assert len({path.stat().st_size - len(name) for path, name in zip(files, NAMES, strict=True)}) == 1
    for path in (*first, *second):
        assert b"Canary" not in path.read_bytes()
        assert "Canary" not in path.name


# Offices -------------------------------------------------------------------------------------------------


def test_a_contribution_replaces_the_one_before_until_the_round_closes(network, clock):
    session = network.sessions[0]
    old_first, old_second = network.contribute(session)
    first, second = network.contribute()
    assert [c.number for c in pool.contributions(session)] == [2]
    one = network.add_up(0, old_first + first)
    other = network.add_up(1, second + old_second)
    assert [(share.office, share.number) for share in one.replaced] == [("KM", 1)]
    assert network.combine(one, other).offices == 3
    clock.go_on(days=30)
    before = session.store.value("SELECT count(*) FROM journal")
    with pytest.raises(RoundClosed, match="2026-03-31"):
        pool.contribute(session, network.roster, network.folder / "late")
    assert not (network.folder / "late").exists()
    assert session.store.value("SELECT count(*) FROM journal") == before


def test_an_office_is_counted_in_one_round_for_any_day(network):
    session = network.sessions[0]
    network.contribute(session)
    for period in ("2025", "2025-H1", "2025-12-31..2026-01-31"):
        roster = network.make_roster(f"R-{period[:7]}-{len(period)}", period=Period.parse(period))
        with pytest.raises(AlreadyContributed, match="R1"):
            pool.contribute(session, roster, network.folder / "twice")
    same_name = network.make_roster("R1", period=Period.parse("2025-H1"))
    other = new_pool_keys("receiver", "THIRD")
    path = network.write("THIRD.pub", public_key_file(other))
    pool.trust_key(session, path, other.public.fingerprint)
    other_receivers = network.make_roster("R1", receivers=(network.receivers[0].public, other.public))
    for roster in (same_name, other_receivers):
        with pytest.raises(AlreadyContributed, match="R1"):
            pool.contribute(session, roster, network.folder / "twice")
    apart = network.make_roster("R3", period=Period.parse("2024"))
    assert pool.contribute(session, apart, network.folder / "apart")[0].number == 1


def test_a_period_that_goes_on_is_not_contributed(network):
    roster = network.make_roster("R2", period=Period.parse("2026-Q1"), closes_on=dt.date(2026, 4, 30))
    with pytest.raises(PeriodNotOver):
        pool.contribute(network.sessions[0], roster, network.folder / "early")


def test_only_rosters_and_receivers_whose_keys_were_compared_are_served(network):
    session = network.sessions[0]
    stranger = new_pool_keys("receiver", "SECOND")
    roster = network.make_roster("R2", receivers=(network.receivers[0].public, stranger.public))
    with pytest.raises(KeyNotTrusted, match="SECOND"):
        pool.contribute(session, roster, network.folder / "x")
    assert pool.forget_key(session, "CENTRE")
    assert not pool.forget_key(session, "CENTRE")
    with pytest.raises(RosterUntrusted):
        pool.contribute(session, network.roster, network.folder / "x")
    pool.trust_key(session, network.folder / "CENTRE.pub", network.coordinator.public.fingerprint)
    pool.office_key_file(session, renew=True)
    with pytest.raises(NotInRoster):
        pool.contribute(session, network.roster, network.folder / "x")
    assert not (network.folder / "x").exists()


def test_the_key_of_an_office_stays_until_it_is_renewed_or_the_office_gets_another_name(network):
    session = network.sessions[0]
    key, file = pool.office_key_file(session)
    assert public_key(unpack("KM.pub", file, "key")) == key
    assert pool.office_key_file(session) == (key, file)
    assert pool.office_key_file(session, "KM")[0] == key
    renewed = pool.office_key_file(session, renew=True)[0]
    renamed = pool.office_key_file(session, "KM-2")[0]
    assert (key.id, renewed.id, renamed.id) == ("KM", "KM", "KM-2")
    assert len({key.sign, renewed.sign, renamed.sign}) == 3


def test_a_roster_of_another_version_of_the_tables_is_not_served(network):
    file = network.make_roster("R2")
    roster = read_roster(file, [network.coordinator.public])
    path = network.write(
        "other.roster", roster_file(dataclasses.replace(roster, layout="ab" * 32), network.coordinator)
    )
    with pytest.raises(OtherLayout, match="same version"):
        pool.contribute(network.sessions[0], path, network.folder / "x")
    with pytest.raises(OtherLayout):
        network.add_up(0, [], roster=path)


def test_a_key_is_taken_over_with_the_digits_of_its_owner_only_and_by_who_may_change_settings(
    network, as_role
):
    session, path = network.sessions[0], network.folder / "FIRST.pub"
    known = pool.trusted_keys(session)
    for said in ("", network.receivers[1].public.fingerprint, "0" * 30):
        with pytest.raises(FingerprintDiffers):
            pool.trust_key(session, path, said)
    office = network.write("office.pub", pool.office_key_file(session)[1])
    with pytest.raises(NotAPoolFile):
        pool.trust_key(session, office, pool.office_key_file(session)[0].fingerprint)
    assert pool.trusted_keys(session) == known
    renewed = new_pool_keys("receiver", "FIRST")
    network.write("FIRST.pub", public_key_file(renewed))
    pool.trust_key(session, path, renewed.public.fingerprint)
    assert [key for key in pool.trusted_keys(session) if key.id == "FIRST"] == [renewed.public]
    lines = session.journal.read(actions=["pool.key_trusted"], limit=1)
    assert lines[0].detail["fingerprint"] == renewed.public.fingerprint
    officer = as_role(Role.REPORTING_OFFICER)
    with pytest.raises(NotYours):
        pool.trust_key(officer, path, renewed.public.fingerprint)
    assert pool.contributions(officer) == ()


def test_a_disk_that_is_full_leaves_no_share_and_no_record(network, monkeypatch):
    session = network.sessions[0]
    writes = "shelter_app.reports.summary._write_synced"

    def full(path, data):
        raise OSError(28, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(writes, full)
        with pytest.raises(DiskFull):
            pool.contribute(session, network.roster, network.folder / "full")
    assert list((network.folder / "full").iterdir()) == []
    assert pool.contributions(session) == ()
    assert network.contribute(session)[0]


# Receipts ------------------------------------------------------------------------------------------------


def test_an_office_finds_that_it_was_left_out(four):
    session = four.sessions[0]
    four.contribute(session)
    first, _ = four.contribute(*four.sessions[1:])
    made = four.add_up(0, [*first, four.of_the_fourth()[0]], without={"KM"})
    with pytest.raises(NotCounted, match="FIRST has not counted"):
        pool.check_receipts(session, four.roster, [made.files[1]])
    assert pool.contributions(session)[0].counted_by == ()


def test_an_office_finds_that_an_older_contribution_was_counted(network):
    session = network.sessions[0]
    with pytest.raises(NoContribution):
        pool.check_receipts(session, network.roster, [])
    made = network.add_up(0, network.contribute()[0])
    assert pool.check_receipts(session, network.roster, [made.files[1]]).counted_by == ("FIRST",)
    network.contribute(session)
    with pytest.raises(CountedOther, match="FIRST has counted another"):
        pool.check_receipts(session, network.roster, [made.files[1]])
