"""The check of the journal: every line of every chain, and the heads that were noted elsewhere."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from shelter_app.casework import heads
from shelter_app.casework.head_memory import SeenHead
from shelter_app.casework.heads import HeadWarning
from shelter_app.casework.session import Session
from shelter_app.storage import books
from shelter_app.storage.guards import missing_guards
from shelter_app.storage.journal import JournalFault
from shelter_app.storage.store import count_rows
from shelter_app.vault.keyring import verify
from shelter_i18n import N_, _
from shelter_i18n.formats import format_date

__all__ = ["JournalReport", "check_journal", "fault_words", "report_words", "warning_words"]

#: So many lines are named one by one; of more faults the rest is counted.
_MOST_NAMED: Final = 12

_FAULTS: Final = {
    "gap": N_("Journal line {line}: lines before it are missing."),
    "chain": N_("Journal line {line}: it does not follow on the line before it."),
    "mac": N_("Journal line {line}: it was changed after it had been written."),
    "signature": N_("Journal line {line}: it was not signed by the person whose name it bears."),
    "unknown actor": N_("Journal line {line}: it bears the name of somebody who was never a user."),
    "left": N_("Journal line {line}: it was signed by somebody who had been removed before."),
    "epoch": N_("Journal line {line}: it was made with a key that had been replaced before."),
    "order": N_("Journal line {line}: it was put to another place."),
}
_SOURCES: Final = {
    "header": N_("the vault's own header, when it was last closed"),
    "own_session": N_("your own note of your last session"),
    "colleague": N_("the note that a colleague keeps of their last session"),
    "computer": N_("the note of this computer"),
    "backup": N_("a backup that was made on this computer"),
    "given": N_("what you compare it with"),
}


@dataclass(frozen=True)
class JournalReport:
    """What the check of the journal found; sound when there are neither faults nor warnings."""

    lines: int
    #: Computers that have written into it.
    devices: int
    people: int
    head: SeenHead
    #: Lines made with an earlier store key that the signed-in person does not hold.
    unchecked: int
    faults: tuple[JournalFault, ...]
    #: Triggers that no longer keep saved lines from being overwritten.
    unguarded: tuple[str, ...]
    #: Users whose signature key in the store is none that the header keeps for them.
    exchanged: tuple[str, ...]
    #: Cases that somebody else opened than the vault says, by their number.
    disowned: tuple[str, ...]
    warnings: tuple[HeadWarning, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not (self.faults or self.unguarded or self.exchanged or self.disowned or self.warnings)


def _header_keys(session: Session) -> dict[str, set[bytes]]:
    """The signature keys that everybody has or had, as the header keeps them."""
    header = session.keyring.header
    keys: dict[str, set[bytes]] = {}
    for slot in header.slots:
        keys.setdefault(slot.id, set()).add(slot.epub)
    for former in header.former:
        keys.setdefault(former.slot, set()).add(former.epub)
    return keys


def check_journal(
    session: Session,
    seen: Iterable[SeenHead] = (),
    progress: Callable[[int, int], None] | None = None,
) -> JournalReport:
    """Check every line of every chain, and compare with the heads that were noted elsewhere and with `seen`."""
    total = count_rows(session.store, "journal")
    found: list[JournalFault] = []
    unchecked = 0

    def told(done: int) -> None:
        if progress is not None:
            progress(done, total)

    keys = _header_keys(session)
    users = books.users(session.store)
    for fault in session.journal.check(verify, keys, told):
        if fault.kind == "no key":
            unchecked += 1
        else:
            found.append(fault)
    return JournalReport(
        total, len(session.journal.devices()), len(users), heads.current_head(session), unchecked, tuple(found),
        tuple(missing_guards(session.store)), tuple(u.name for u in users if u.sign_key not in keys.get(u.id, set())),
        tuple(books.disowned_cases(session.store)),
        tuple(w for w in heads.earlier_than_seen(session, seen, again=True) if w.restored is None),
    )  # fmt: skip


def fault_words(fault: JournalFault, letters: dict[str, str] | None = None) -> str:
    """One sentence for a line at which the chain does not hold."""
    letter = (letters or {}).get(fault.device_id, "")
    line = f"{letter}-{fault.seq}" if letter and len(letters or {}) > 1 else str(fault.seq)
    return _(_FAULTS[fault.kind]).format(line=line)


def warning_words(warning: HeadWarning) -> str:
    """One sentence or two for a head that is not what it was."""
    source = _(_SOURCES[warning.seen.source])
    if warning.kind == "note":
        return _(
            "Your own note of where your last session ended is gone or was exchanged, and only somebody who works on the "
            "files of the vault by hand can do that."
        )
    if warning.kind == "unknown":
        return _("The journal holds no line like the one with which it ended according to {source}.").format(
            source=source
        )
    if warning.kind == "shorter":
        text = _("The journal ends at line {end}. According to {source}, it went on to line {seen}.").format(
            end=warning.ends_at, source=source, seen=warning.seen.number
        )
    else:
        text = _("Line {seen} of the journal is another one than according to {source}.").format(
            source=source, seen=warning.seen.number
        )
    if warning.restored is not None:
        text += "\n" + _(
            "This fits with a restore: {who} brought back the backup of {day} on {when}; what was written after that "
            "backup is not in this vault."
        ).format(
            who=warning.restored.by, day=_moment(warning.restored.made_at), when=_moment(warning.restored.at)
        )
    return text


def _moment(moment: dt.datetime) -> str:
    return _("{day}, {time}").format(day=format_date(moment.date()), time=f"{moment:%H:%M}")


def report_words(report: JournalReport) -> list[str]:
    """What the check found, a sentence each; empty when all is well."""
    words = [fault_words(fault) for fault in report.faults[:_MOST_NAMED]]
    if len(report.faults) > _MOST_NAMED:
        kinds = Counter(fault.kind for fault in report.faults[_MOST_NAMED:])
        words.append(
            _("Journal: {number} more lines do not hold, the last is line {line}.").format(
                number=kinds.total(), line=report.faults[-1].seq
            )
        )
    if report.unguarded:
        words.append(
            _("The store has lost what keeps saved lines from being overwritten ({names}).").format(
                names=", ".join(report.unguarded)
            )
        )
    words += [
        _("The signature key of {name} in the store is not the one that the vault's header keeps.").format(
            name=name
        )
        for name in report.exchanged
    ]
    words += [
        _("Case {number}: the vault names another person than the journal as who opened it.").format(
            number=number
        )
        for number in report.disowned
    ]
    return words + [warning_words(warning) for warning in report.warnings]
