"""After a power cut at any moment the vault opens with everything that was acknowledged, and nothing half done."""

import contextlib
import shutil

import pytest

from tests.faults.looking import Facts, content_key, look
from tests.faults.powercut import Crash, Model, Recording, crashes, write_state
from tests.faults.program import FLOWS, LATER_PASSWORDS, LEAVER, NAME, PASSWORD, later_release
from tests.faults.recording import record
from tests.faults.tally import Share, Tally

NEWEST_FIRST = (*LATER_PASSWORDS[::-1], PASSWORD)
#: Words of the notes and names that the sessions save; no state may hold one in a readable form.
WORDS = tuple(
    word.encode(way) for word in (NAME, "很长的笔记", "corrected") for way in ("utf-8", "utf-16-le")
)
ZERO = ("acknowledged saves lost", "torn", "unopenable", "not found by name", "readable")


def told(recording: Recording, point: int, key: str) -> list:
    return [line[key] for line in recording.told_by(point) if key in line]


def judge(tally: Tally, recording: Recording, crash: Crash, facts: Facts, place: str) -> None:
    """Compare what a power cut left with what had been acknowledged before it came."""
    point = crash.point
    if facts.refused:
        tally.bad("unopenable", f"{place}: {facts.refused}")
        return
    lost = set(told(recording, point, "note")) - facts.notes
    lost |= {f"{n} cases" for n in told(recording, point, "cases")[-1:] if facts.cases < n}
    lost |= {f"schema {n}" for n in told(recording, point, "schema")[-1:] if facts.schema < n}
    lost |= set(told(recording, point, "backup")) - facts.backups
    asked = told(recording, point, "password")
    if asked and NEWEST_FIRST.index(facts.password) > NEWEST_FIRST.index(asked[-1]):
        lost.add("the new password")
    if LEAVER in told(recording, point, "removed") and facts.leaver == "opens":
        lost.add("the removal")
    if lost:
        tally.bad("acknowledged saves lost", f"{place}: {sorted(map(str, lost))}")
    torn = [*facts.damage, *facts.broken_backups]
    before, after = told(recording, len(recording.calls), "cases_before"), None
    if before:
        after = told(recording, len(recording.calls), "cases")[0]
        if before[0] < facts.cases < after:
            torn.append(f"{facts.cases - before[0]} cases of an import of {after - before[0]}")
    if torn:
        tally.bad("torn", f"{place}: {torn[:2]}")
    if not facts.searched:
        tally.bad("not found by name", place)
    if facts.free_page:
        tally.count("unused page damaged (mended by copying)")


def readable(crash: Crash) -> bool:
    """Whether any file that a power cut left holds words of a note or a name."""
    return any(word in content for content in crash.files.values() for word in WORDS)


def try_states(tally, folder, what: str, share: Share, model: Model) -> None:
    recording = record(folder / "recorded", what, share.seed)
    known: dict[bytes, Facts] = {}
    upgrading = later_release() if what == "upgrade" else contextlib.nullcontext()
    with upgrading:
        for number, crash in enumerate(crashes(recording, share.count, share.seed, model)):
            key = content_key(crash.files)
            if key not in known:
                known[key] = look(write_state(crash, folder / "state"), NEWEST_FIRST)
            place = f"{what} {model.value} seed {share.seed} state {number} after call {crash.point}"
            judge(tally, recording, crash, known[key], place)
            if readable(crash):
                tally.bad("readable", place)
    tally.count("states", share.count)
    tally.count("different states", len(known))
    shutil.rmtree(folder / "recorded")


@pytest.mark.parametrize("model", Model, ids=lambda model: model.name.lower())
@pytest.mark.parametrize("what", FLOWS)
@pytest.mark.shares(167, 4167)
def test_nothing_acknowledged_is_lost_in_a_power_cut(what, model, share, quick, tally):
    tally.study = f"Power cut, {what}, {model.value}"
    try_states(tally, quick, what, share, model)
    tally.expect_none(*ZERO)


@pytest.mark.parametrize("how", ["delete", "off"])
def test_the_states_do_lose_saves_where_the_disk_is_told_less(quick, how):
    tally = Tally()
    try_states(tally, quick, f"saves:{how}", Share(0, 150), Model.POSIX)
    assert tally.counts["acknowledged saves lost"] + tally.counts["unopenable"] > 0
    if how == "off":
        assert tally.counts["torn"] + tally.counts["unopenable"] > 0


def test_readable_words_would_be_seen():
    assert readable(Crash(0, {"vault/people.idx-wal": b"..." + NAME.encode("utf-16-le")}, set()))
    assert not readable(Crash(0, {"vault/people.idx-wal": bytes(5000)}, set()))
