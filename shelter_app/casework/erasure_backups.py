"""Which backups still hold somebody who is erased now, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from shelter_app.casework.backups import backup_plan, expiring_backups
from shelter_app.casework.session import Session
from shelter_app.storage.rotation import Kept, superfluous

__all__ = ["backup_places", "backups_that_hold", "expiry_days"]

#: No backup that goes by itself outlives the months that are kept by much more than this.
_LONGEST_DAYS: Final = 500


def backups_that_hold(session: Session) -> tuple[dict[str, str], ...]:
    """Every backup that can be reached now: its name, the day on which it was made, and on which it goes by itself.

    That day is "" where it stays until somebody removes it. It counts on a backup every day; with fewer it is later.
    """
    found = expiring_backups(session)
    goes = [Kept(info.made, info.journal_seq) for info, by_itself in found if by_itself]
    days = dict(zip(goes, expiry_days(goes, session.clock()), strict=True))
    return tuple(
        {
            "name": info.path.name,
            "made_on": info.made.astimezone().date().isoformat(),
            "expires_on": days[Kept(info.made, info.journal_seq)].isoformat() if by_itself else "",
        }
        for info, by_itself in found
    )


def backup_places(session: Session) -> list[Path]:
    """The folders that are known to hold backups of this vault and can be reached now."""
    places = [info.path.parent for info, _ in expiring_backups(session)]
    folder = backup_plan(session).folder
    if folder is not None and folder.is_dir():
        places.append(folder)
    return list(dict.fromkeys(places))


def expiry_days(backups: Sequence[Kept], now: dt.datetime) -> list[dt.date]:
    """The day on which each of these backups goes by the rotation, if one more is made every day from now on."""
    left = list(backups)
    going: dict[Kept, dt.date] = {}
    newest = max((each.journal_seq for each in backups), default=0)
    for days in range(1, _LONGEST_DAYS):
        if len(going) == len(set(backups)):
            break
        moment = now + dt.timedelta(days=days)
        left.append(Kept(moment, newest + days))
        gone = superfluous(left, lambda each: each, now=moment)
        left = [each for each in left if each not in gone]
        going |= {each: moment.astimezone().date() for each in gone if each in backups}
    last = (now + dt.timedelta(days=_LONGEST_DAYS)).astimezone().date()
    return [going.get(each, last) for each in backups]
