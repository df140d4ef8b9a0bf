"""`shelter-app demo`: the whole journey on a vault of invented people, in a window or by itself."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from shelter_app.terminal import Answer
from shelter_i18n import _, current_language
from shelter_resources import open_path, read_json

__all__ = ["DEMO_USER", "build_demo_vault", "has_display", "run_demo"]

DEMO_USER: Final = "LM"
_POST: Final = "KM"
_PERIOD: Final = "2015"
_REGISTERS: Final = ("shelter_register_zh.xlsx", "consular_returnees_en.csv")
_DAYS_FROM_TODAY: Final = ("_on", "_from", "_until", "_to")


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class _Steps:
    """Says what is done and how long it took."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str, words: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        took = time.perf_counter() - begun
        self.seconds[name] = round(took, 2)
        self._answer.say(f"{took:6.2f} s  {words}")


def run_demo(out: Path, *, window: bool, answer: Answer) -> int:
    """Build a new demo vault under `out` and show it, or make the journey and write its files there.

    An existing vault is never touched: each run makes a folder of its own, named by the time.
    """
    from shelter_app.vault.passwords import DEMO_PASSWORD

    now = dt.datetime.now().astimezone()
    folder = out.resolve() / f"{now:%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, mode=0o700)
    vault = folder / "vault"
    steps = _Steps(answer)
    answer.say(_("A demonstration with invented people in {path}").format(path=vault))
    build_demo_vault(vault, steps.step)
    answer.say(
        _("User {user}, password: {password} (it opens demo vaults only)").format(
            user=DEMO_USER, password=DEMO_PASSWORD
        )
    )
    answer.give(vault=str(vault), user=DEMO_USER, password=DEMO_PASSWORD)
    if window and has_display():
        answer.give(seconds=steps.seconds)
        return subprocess.run(
            [sys.executable, "-m", "shelter_ui", "--demo", str(vault), "--language", current_language()],
            check=False,
        ).returncode
    files = _journey(vault, folder, steps)
    answer.say(_("Files and pictures:"))
    for path in files:
        answer.say(str(path))
    answer.give(files=[str(path) for path in files], seconds=steps.seconds)
    return 0


Step = Callable[[str, str], Any]


def build_demo_vault(vault: Path, step: Step) -> None:
    """A new demo vault: both sample registers brought in and a few cases that are being worked on today."""
    from shelter_app.casework.backups import back_up
    from shelter_app.casework.registers import existing_people, import_register
    from shelter_app.casework.users import new_user
    from shelter_app.casework.vaults import create_vault, sign_out
    from shelter_app.exchange.registers import preview
    from shelter_app.vault.kdf import KdfParams
    from shelter_app.vault.passwords import DEMO_PASSWORD
    from shelter_app.vault.rights import Role

    with step("create", _("vault created")):
        session = create_vault(
            vault, post=_POST, post_name=_("Demonstration shelter"), user=DEMO_USER, password=DEMO_PASSWORD,
            kdf=KdfParams(memory_kib=19 * 1024, passes=2, lanes=1), demo=True,
        ).session  # fmt: skip
        for name, role in (
            ("HJ", Role.REPORTING_OFFICER),
            ("ZQ", Role.HEALTH_WORKER),
            ("LW", Role.CASEWORKER),
        ):
            new_user(session, name=name, role=role, password=DEMO_PASSWORD, must_change=False)
    for name in _REGISTERS:
        with step(f"import {name}", _("register read and imported: {name}").format(name=name)):
            found = preview(
                open_path("samples", name), today=session.today, existing=existing_people(session)
            )
            import_register(session, found)
    with step("cases", _("cases of these weeks opened and worked on")):
        _recent_cases(session)
    with step("backup", _("backup written and verified")):
        back_up(session, vault.parent / "backups")
    sign_out(session)


def _dates(values: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """Days counted from today, as dates."""

    def date(key: str, value: Any) -> Any:
        if isinstance(value, int) and (key == "next_due" or key.endswith(_DAYS_FROM_TODAY)):
            day = today + dt.timedelta(days=value)
            return {"y": day.year, "m": day.month, "d": day.day}
        return value

    return {key: date(key, value) for key, value in values.items()}


def _recent_cases(session: Any) -> None:
    from shelter_app.casework.alerts import set_alerts
    from shelter_app.casework.cases import new_case
    from shelter_app.casework.entries import save_entry

    for told in read_json("samples", "demo_cases.json")["cases"]:
        case = new_case(session, person=told["person"], intake=_dates(told["intake"], session.today))
        for form_id, values in told["entries"]:
            save_entry(session, form_id, _dates(values, session.today), case_id=case.case_id)
        if told.get("alerts"):
            set_alerts(session, case.case_id, tuple(told["alerts"]))


def _journey(vault: Path, folder: Path, steps: _Steps) -> list[Path]:
    """Open and edit a case, make the summary, take a picture of every main screen in both languages."""
    from shelter_app.casework import cases, checking, entries, people, summary, vaults
    from shelter_app.domain.periods import Period
    from shelter_app.vault.passwords import DEMO_PASSWORD

    with steps.step("open", _("signed in")):
        session = vaults.open_vault(vault, DEMO_USER, DEMO_PASSWORD)
    with steps.step("edit", _("a case found, opened, and an entry corrected")):
        row = people.find(session, "luoshimei").rows[0]
        entry = next(
            e
            for e in cases.open_case(session, row.case_id).of_form("service")
            if e.values["service_kind"] == "legal"
        )
        values = entry.values | {"note": _("Checked again with the lawyer.")}
        entries.save_entry(
            session, "service", values, case_id=row.case_id, entry_id=entry.row.id, started_from=entry.row.head
        )  # fmt: skip
    with steps.step(
        "summary", _("summary of {period} protected, attacked and written").format(period=_PERIOD)
    ):
        preview = summary.make_preview(session, Period.parse(_PERIOD))
        written = summary.write_release(session, preview, folder / "summary")
    with steps.step("check", _("vault checked")):
        report = checking.check_vault(session)
        if report.faults:
            raise RuntimeError("the demo vault does not check clean")
    vaults.sign_out(session)
    with steps.step("pictures", _("pictures of the main screens taken in both languages")):
        pictures = _pictures(vault, folder / "screens")
    return [*written, *pictures]


def _pictures(vault: Path, folder: Path) -> list[Path]:
    done = subprocess.run(
        [sys.executable, "-m", "shelter_ui.pictures", "--vault", str(vault), "--out", str(folder)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the pictures were not taken: {done.stderr[-2000:]}")
    return [Path(line) for line in json.loads(done.stdout)]
