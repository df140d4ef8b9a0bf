"""Files that somebody broke, by accident or on purpose, are refused with a sentence: no crash, no hang, no harm."""

import datetime as dt
import hashlib
import io
import resource
import shutil
import signal
import warnings

import pytest
import xlsxwriter

from shelter_app.casework import backups, vaults
from shelter_app.errors import ShelterError
from shelter_app.exchange.registers import preview
from shelter_app.storage import backup
from shelter_app.vault import vault as keys
from shelter_app.vault.header import decode_header
from shelter_resources import open_path
from tests.faults.mutating import broken_bytes, broken_header, broken_json, broken_workbook
from tests.faults.program import PASSWORD, USER, make_vault

#: Seconds of the processor that one input may take, and how much memory all of them together.
LONGEST, MOST = 5, 512 * 1024
TODAY = dt.date(2026, 3, 12)
HEADINGS = (
    "Ref",
    "Surname",
    "Given name(s)",
    "Sex",
    "DOB",
    "Nationality",
    "Passport / travel document",
    "Remarks",
)


class Hang(BaseException):
    """One input took too long; no handler of errors may swallow it."""


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    make_vault(folder / "vault")
    session = vaults.open_vault(folder / "vault", USER, PASSWORD)
    (folder / "stick").mkdir()
    backups.back_up(session, folder / "stick")
    vaults.sign_out(session)
    return folder


def digest(folder) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(path.read_bytes())
    return total.hexdigest()


def try_all(tally, share, make, read):
    """Give each input to the reader; it may take it or refuse it with a ShelterError, and nothing else."""

    def too_long(*_args):
        raise Hang

    grown = 0
    known = signal.signal(signal.SIGPROF, too_long)
    rng = share.rng(tally.study)
    try:
        for number in range(share.count):
            data = make(rng)
            # Only what the reader takes beyond the most that making inputs has taken so far.
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            signal.setitimer(signal.ITIMER_PROF, LONGEST)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    read(data)
                tally.count("taken")
            except ShelterError as error:
                tally.count("refused" if str(error) else "refused without a word")
            except Hang:
                tally.bad("hangs over 5 s", f"input {number} of seed {share.seed}")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                tally.bad("crashes", f"input {number} of seed {share.seed}: {error!r:.200}")
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            grown += resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            tally.count("inputs")
    finally:
        signal.signal(signal.SIGPROF, known)
    if grown > MOST:
        tally.bad("too much memory", f"seed {share.seed}")
    tally.expect_none("crashes", "hangs over 5 s", "too much memory")


@pytest.mark.shares(1200, 40_000, most=10_000)
def test_any_header_is_read_or_refused(vault, share, tally):
    tally.study = "Hostile headers"
    sound = (vault / "vault/vault.hdr").read_bytes()
    try_all(tally, share, lambda rng: broken_header(sound, rng), decode_header)
    assert tally.counts["refused"] > share.count / 2


@pytest.mark.shares(100, 2000)
def test_any_header_is_opened_or_refused_and_never_written_to(vault, share, quick, tally):
    tally.study = "Sign-in with hostile headers"
    sound = (vault / "vault/vault.hdr").read_bytes()

    def sign_in(data: bytes) -> None:
        for name in ("vault.hdr", "vault.hdr.2"):
            (quick / name).write_bytes(data)
        try:
            keys.unlock(quick, USER, PASSWORD).close()
        finally:
            assert (quick / "vault.hdr").read_bytes() == data

    try_all(tally, share, lambda rng: broken_header(sound, rng), sign_in)


@pytest.mark.shares(900, 30_000, most=10_000)
def test_any_list_of_a_backup_is_read_or_refused(vault, share, quick, tally):
    tally.study = "Hostile backup lists"
    made = next((vault / "stick").rglob("backup.json"))
    sound = made.read_bytes()

    def read(data: bytes) -> None:
        (quick / "backup.json").write_bytes(data)
        backup.read_info(quick)

    try_all(tally, share, lambda rng: broken_json(sound, rng), read)
    assert tally.counts["refused"] > share.count / 10


@pytest.mark.shares(20, 400)
def test_a_restore_of_a_hostile_backup_leaves_nothing_and_touches_nothing_else(vault, share, quick, tally):
    tally.study = "Restores of backups with hostile lists"
    made = next((vault / "stick").rglob("backup.json")).parent
    sound, before = (made / "backup.json").read_bytes(), digest(vault / "vault")

    def restore(data: bytes) -> None:
        (made / "backup.json").write_bytes(data)
        target = quick / "restored"
        try:
            backup.restore(backup.read_info(made), target)
        except ShelterError:
            assert not target.exists() or not any(p.is_file() for p in target.rglob("*"))
            raise
        finally:
            # Nothing but the target was made.
            assert sorted(p.name for p in quick.iterdir()) in ([], ["restored"])
            shutil.rmtree(target, ignore_errors=True)

    try:
        try_all(tally, share, lambda rng: broken_json(sound, rng), restore)
    finally:
        (made / "backup.json").write_bytes(sound)
    assert digest(vault / "vault") == before


def small_workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("2026年")
    sheet.write_row(0, 0, HEADINGS)
    for row in range(1, 13):
        values = (
            f"NL-{row}",
            "MAO",
            "Yingjiao 毛英姣",
            "F",
            "09/10/1990",
            "China",
            f"G7743198{row}",
            "minor",
        )
        sheet.write_row(row, 0, values)
    sheet.write_datetime(13, 4, dt.datetime(1990, 3, 5))  # noqa: DTZ001 - a cell has no time zone
    sheet.merge_range("A15:C15", "总计")
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.shares(400, 14_000)
def test_any_register_is_read_or_refused_and_the_vault_stays_as_it_was(vault, kind, share, quick, tally):
    tally.study = f"Hostile registers, {kind}"
    lines = open_path("samples", "consular_returnees_en.csv").read_bytes().split(b"\r\n")
    before = digest(vault / "vault")
    if kind == "csv":
        samples = [
            b"\r\n".join([lines[0], *lines[n : n + 6]]).decode("gb18030").encode(encoding)
            for n, encoding in ((1, "gb18030"), (40, "utf-8-sig"), (90, "utf-16"), (140, "utf-8"))
        ]
        make = lambda rng: broken_bytes(rng.choice(samples), rng)  # noqa: E731
    else:
        book = small_workbook()
        make = lambda rng: broken_workbook(book, rng)  # noqa: E731
    path = quick / f"register.{kind}"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        preview(path, today=TODAY)

    try_all(tally, share, make, read)
    assert digest(vault / "vault") == before


def test_the_sound_files_are_taken_so_that_a_refusal_means_something(vault, quick):
    assert decode_header((vault / "vault/vault.hdr").read_bytes()).header.users
    assert backup.read_info(next((vault / "stick").rglob("backup.json")).parent).cases == 1
    path = quick / "register.xlsx"
    path.write_bytes(small_workbook())
    assert len(preview(path, today=TODAY).people) >= 12


def test_a_crash_a_hang_and_greed_would_be_noticed():
    from tests.faults.tally import Share, Tally

    def bad(data: bytes) -> None:
        if data == b"loop":
            while True:
                pass
        if data == b"greed":
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            assert b"x" * ((peak + MOST) * 1024 + 1)
            return
        raise ZeroDivisionError

    for data, kind in ((b"loop", "hangs over 5 s"), (b"greed", "too much memory"), (b"", "crashes")):
        noted = Tally("control")
        with pytest.raises(AssertionError):
            try_all(noted, Share(0, 1), lambda _rng, data=data: data, bad)
        assert noted.counts[kind] == 1
