"""How long it takes two colleagues to change shift: from the key that locks to the other's list of cases."""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
from pathlib import Path
from typing import Final

from shelter_app.casework.registers import import_register
from shelter_app.casework.users import new_user
from shelter_app.casework.vaults import create_vault, sign_out
from shelter_app.exchange.registers import preview
from shelter_app.vault.kdf import FLOOR_MEMORY_KIB, FLOOR_PASSES, KdfParams, calibrate, stretch
from shelter_app.vault.rights import Role
from shelter_resources import open_path
from tests.bench.measure import Figure, seconds
from tests.faults.lock_running import PASSWORD, run

__all__ = ["shift_change"]

_GOAL: Final = 5.0
_TYPED: Final = "A note that was not finished"


def shift_change(rounds: int = 5) -> list[Figure]:
    """Lock with a half-typed form, sign in as the other, open the list; the keys of the password take no time.

    With the floor of the key derivation, and with what this computer would be given when a vault is made.
    """
    figures: list[Figure] = []
    for name, kdf in (("floor", KdfParams(FLOOR_MEMORY_KIB, FLOOR_PASSES)), ("as calibrated", calibrate())):
        with tempfile.TemporaryDirectory() as folder:
            vault = _vault(Path(folder) / "vault", kdf)
            derived = statistics.median(seconds(lambda kdf=kdf: stretch(PASSWORD, kdf)) for _ in range(5))
            changes = [_change(vault) for _ in range(rounds)]
        steps = {step: statistics.median(change[step] for change in changes) for step in changes[0]}
        whole = statistics.median(sum(change.values()) for change in changes)
        words = ", ".join(f"{step} {value:.2f}" for step, value in steps.items())
        figures.append(
            Figure(
                f"change of shift, key derivation {name}", whole, "s", "key derivation alone", derived,
                f"<= {_GOAL:.0f} s", whole <= _GOAL, f"{words} s; {kdf.memory_kib // 1024} MiB, {kdf.passes} passes",
            )
        )  # fmt: skip
    return figures


def _vault(folder: Path, kdf: KdfParams) -> Path:
    """A vault with the sample register and two colleagues."""
    session = create_vault(folder, post="KM", user="LM", password=PASSWORD, kdf=kdf, allow_weak=True).session
    new_user(session, name="CW", role=Role.CASEWORKER, password=PASSWORD, must_change=False)
    import_register(
        session, preview(open_path("samples", "shelter_register_zh.xlsx"), today=dt.date(2026, 3, 12))
    )
    sign_out(session)
    return folder


def _change(vault: Path) -> dict[str, float]:
    """Seconds of each step, in one run of the program."""
    with run(vault) as running:
        running.sign_in()
        running.do("new-case")
        running.do(f"type {_TYPED}")
        running.look_until(_TYPED)
        running.tell("lock")
        for word in ("trigger", "hidden", "ready"):
            running.until(word)
        asked = running.lines[-1][0]
        running.tell(f"sign-in CW {PASSWORD}")
        running.until("work")
        running.tell("cases")
        running.until("listed")
        at = {words[0]: when for when, _pid, words in running.lines}
    return {
        "window hidden": at["hidden"] - at["trigger"],
        "sign-in screen of the fresh process": at["ready"] - at["hidden"],
        "signed in": at["work"] - asked,
        "list of cases filled": at["listed"] - at["work"],
    }
