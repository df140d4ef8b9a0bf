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
from shelter_app.casework.trust import trust_of
from shelter_app.casework.trust_check import Unsigned, unsigned, unsigned_words
from shelter_app.storage import books
from shelter_app.storage.guards import missing_guards
from shelter_app.storage.journal import JournalFault
from shelter_app.storage.store import count_rows
from shelter_app.vault.keyring import verify
from shelter_i18n import N_, _
from shelter_i18n.formats import format_date

__all__ = ["JournalReport", "check_journal", "fault_words", "remark_words", "report_words", "warning_words"]

#: So many lines are named one by one; of more faults the rest is counted.
_MOST_NAMED: Final = 12

_FAULTS: Final = {
    "gap": N_("Journal line {line}: lines before it are missing."),
    "chain": N_("Journal line {line}: it does not follow on the line before it."),
    "mac": N_("Journal line {line}: it was changed after it had been written."),
    "signature": N_("Journal line {line}: it was not signed by the person whose name it bears."),
    "unknown actor": N_("Journal line {line}: it bears the name of somebody who was never a user."),
    "left": N_(
        "Journal line {line}: it was signed by somebody who was no user any more or was kept out, or with a key that was "
        "not theirs then."
    ),
    "epoch": N_("Journal line {line}: it was made with a key that had been replaced before."),
    "order": N_("Journal line {line}: it was put to another place."),
    "right": N_("Journal line {line}: it changes users or keys, and whoever signed it may not do that."),
    "users": N_("Journal line {line}: it does not say which users or keys it changes."),
    "users gap": N_("Journal line {line}: a line about users before it is missing."),
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
    #: Users whose signature key in the store was never theirs by what was signed.
    exchanged: tuple[str, ...]
    #: Cases that somebody else opened than the vault says, by their number.
    disowned: tuple[str, ...]
    warnings: tuple[HeadWarning, ...]
    #: What the header says of the users, and no signed line does.
    unsigned: tuple[Unsigned, ...] = ()
    #: Somebody has signed who the users are; False in an old vault until somebody who manages them signs in.
    attested: bool = True

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not (
            self.faults or self.unguarded or self.exchanged or self.disowned or self.warnings or self.unsigned
        )


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

    session.trust = None
    trust = trust_of(session)
    users = books.users(session.store)
    for fault in session.journal.check(verify, trust, told):
        if fault.kind == "no key":
            unchecked += 1
        else:
            found.append(fault)
    # What is wrong with the proofs of a line has been said; of lines about users there is more.
    found += [fault for fault in trust.faults if fault.kind in ("right", "users", "users gap")]
    differing = [each for each in unsigned(session, whole=True) if each.kind != "lines"]
    return JournalReport(
        total, len(session.journal.devices()), len(users), heads.current_head(session), unchecked, tuple(found),
        tuple(missing_guards(session.store)), tuple(u.name for u in users if u.sign_key not in trust.ever(u.id)),
        tuple(books.disowned_cases(session.store)),
        tuple(w for w in heads.earlier_than_seen(session, seen, again=True) if w.restored is None),
        tuple(differing), trust.attested or not trust.founded,
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


def remark_words(report: JournalReport) -> list[str]:
    """What should be known and is no fault."""
    if report.attested:
        return []
    return [
        _(
            "Nobody has signed yet who the users of this vault are. That is done when somebody who may manage users "
            "signs in."
        )
    ]


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
        _("The signature key of {name} in the store was never theirs.").format(name=name)
        for name in report.exchanged
    ]
    words += [unsigned_words(each) for each in report.unsigned]
    words += [
        _("Case {number}: the vault names another person than the journal as who opened it.").format(
            number=number
        )
        for number in report.disowned
    ]
    return words + [warning_words(warning) for warning in report.warnings]
