"""Where the journal ended when it was last seen, and whether it has come back shorter or other than that.

A journal proves by itself that no line was changed, left out or put in; only what was noted elsewhere proves
that none is missing at its end. Its head (number and HMAC of the newest line) is noted in the header when the
vault is closed, in what only each person can open, in every backup, and by the computer. At sign-in whoever opens a
vault asks `earlier_than_seen`; where it finds something, the window shows `HeadWarningPage` before anything else,
`note_warnings` writes into the journal that it was found, and `acknowledge` that it was read.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from shelter_app.casework.errors import OtherBackup
from shelter_app.casework.head_memory import SeenHead
from shelter_app.casework.session import Session
from shelter_app.casework.trust import trust_of
from shelter_app.storage import books
from shelter_app.storage.backup import SEAL, BackupDamaged, check_seal, read_info
from shelter_app.storage.journal import JournalEntry
from shelter_app.vault.errors import DataDamaged
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.recovery import complete_word, word_list
from shelter_app.vault.rights import Compartment, Right

__all__ = [
    "HeadWarning",
    "LastSession",
    "Restored",
    "acknowledge",
    "compare",
    "current_head",
    "earlier_than_seen",
    "fits",
    "head_of_words",
    "head_words",
    "heads_of",
    "last_session",
    "note_session",
    "note_warnings",
    "remember",
    "told_before",
]

HEAD_WORDS: Final = 6
_SETTING: Final = "last_session"
_LABEL: Final = "last session"
_MOST_TOLD: Final = 200
#: Hexadecimal digits that six words stand for.
_LEAST_DIGITS: Final = HEAD_WORDS * 10 // 4


def head_words(digest: str) -> tuple[str, ...]:
    """Six words for the HMAC of a line, short enough to read out: 60 of its bits, ten a word."""
    bits = int.from_bytes(bytes.fromhex(digest)[:8], "big") >> 4
    words = word_list()
    return tuple(words[bits >> 10 * place & 1023] for place in reversed(range(HEAD_WORDS)))


@dataclass(frozen=True)
class Restored:
    """A backup was brought back: who did it, when, and from when the backup was."""

    by: str
    at: dt.datetime
    made_at: dt.datetime


@dataclass(frozen=True)
class HeadWarning:
    """The journal is not what it was when it was last seen.

    `kind` is "shorter" (it ends before the line that was seen), "different" (another line has that number),
    "unknown" (no line is the one that was seen, whose number is not known) or "note" (the person's own note of their last session is gone or was exchanged). `ends_at` is the number of
    the line with which the journal ended at sign-in. `restored` is the newest restore that would explain it.
    """

    seen: SeenHead
    kind: Literal["shorter", "different", "note", "unknown"]
    ends_at: int
    restored: Restored | None = None


@dataclass(frozen=True)
class LastSession:
    """Where the journal stood when this person last signed out; `closed` is false if they came back since."""

    number: int
    at: dt.datetime
    words: tuple[str, ...]
    closed: bool


def head_of_words(text: str) -> SeenHead:
    """The line that a number and six words stand for, as a report, a form or a receipt bears them.

    Raises:
        ValueError: these are not a number and six words.
    """
    number, *words = text.replace(",", " ").replace(":", " ").split()
    known = [complete_word(word) for word in words]
    if not number.isdecimal() or len(known) != HEAD_WORDS or None in known:
        raise ValueError("a number and six words")
    bits = 0
    for word in known:
        bits = bits << 10 | word_list().index(str(word))
    return SeenHead("given", int(number), f"{bits:015x}")


def heads_of(session: Session, path: Path) -> tuple[SeenHead, ...]:
    """Where the journal ended when a backup of this vault, or the manifest of a summary, was made.

    Raises:
        BackupDamaged: its list cannot be read.
        OtherBackup: it belongs to another vault.
    """
    if path.is_file():
        return (_head_of_manifest(path),)
    info = read_info(path)
    if info.vault_id != session.keyring.vault_id:
        raise OtherBackup
    check_seal(
        info, *(session.keyring.derive(SEAL, epoch) for epoch in session.keyring.epochs(Compartment.STORE))
    )
    known = dict(info.heads) or {info.device: (info.journal_seq, info.journal_mac)}
    return tuple(
        SeenHead("given", number, digest, info.made_at, device) for device, (number, digest) in known.items()
    )


def _head_of_manifest(path: Path) -> SeenHead:
    try:
        digest = str(json.loads(path.read_bytes())["journal"]["head"])
        return SeenHead("given", 0, bytes.fromhex(digest).hex())
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupDamaged(file=path.name) from None


def current_head(session: Session) -> SeenHead:
    """The newest line of this computer's chain, to be noted somewhere else."""
    number, mac = session.journal.head()
    return SeenHead("computer", number, mac.hex(), session.now(), session.device_id)


def fits(session: Session, seen: SeenHead) -> bool:
    """Whether the journal still has this line as it was seen; of the digest the beginning is enough."""
    digest = seen.digest.lower()
    return len(digest) >= _LEAST_DIGITS and session.journal.mac_of(
        seen.number, seen.device_id or None
    ).hex().startswith(digest)


def earlier_than_seen(
    session: Session, seen: Iterable[SeenHead] = (), *, again: bool = False
) -> list[HeadWarning]:
    """What was seen of the journal before and is not there any more; asked at sign-in, changes nothing.

    Compared are the heads in the header, the person's own note, what this computer remembers, and whatever else
    is handed in (the head in a backup, for example). What this person has acknowledged is not said again.

    Args:
        session: the vault, just opened.
        seen: further heads to compare with.
        again: also say what was acknowledged before.
    """
    header = session.keyring.header.journal_head
    anchors = [
        SeenHead("header", head.number, head.digest, "", device) for device, head in sorted(header.items())
    ]
    note, state = _own_note(session)
    if note is not None:
        anchors.append(_seen_of(note))
    if session.memory is not None:
        anchors += [
            head
            for head in session.memory.seen(session.keyring.vault_id)
            if not _of_another_copy(session, head)
        ]
    told = set() if again or note is None else set(note.told)
    found = [
        warning
        for warning in compare(session, [*anchors, *seen])
        if _mark(warning.seen) not in told
    ]  # fmt: skip
    if state != "sound":
        closing = _own_closing(session)
        number = closing.seq if closing is not None else 0
        lost = SeenHead("own_session", number, session.journal.mac_of(number).hex(), "", session.device_id)
        if _mark(lost) not in told:
            found.append(HeadWarning(lost, "note", _ended_at(session, session.device_id)))
    marks = told | {_mark(warning.seen) for warning in found}
    return found + [warning for warning in _told_by_others(session) if _mark(warning.seen) not in marks]


def _of_another_copy(session: Session, head: SeenHead) -> bool:
    """Whether this was seen of a copy of the vault that lies elsewhere on this computer and goes its own way."""
    if not head.folder or Path(head.folder) == session.folder.path.resolve():
        return False
    return VaultFolder(Path(head.folder)).exists()


def _told_by_others(session: Session) -> Iterator[HeadWarning]:
    """What others were shown at their sign-in and nobody who may read the journal has settled since."""
    settled = 0
    lines = session.journal.read(actions=["journal.went_back", "journal.warning_read"], limit=_MOST_TOLD)
    for line in reversed(lines):
        if line.action == "journal.warning_read" and line.detail.get("settled"):
            settled = line.arrived
    for line in lines:
        if line.action != "journal.went_back" or line.arrived <= settled or "digest" not in line.detail:
            continue
        source, number = str(line.detail["source"]), int(line.detail["seen"])
        mine = line.actor == session.user_id
        source = "colleague" if source == "own_session" and not mine else source
        seen = SeenHead(source, number, str(line.detail["digest"]), line.at, str(line.detail["device"]))
        yield HeadWarning(seen, line.detail["kind"], int(line.detail["ended"]), _restored(session, seen))


def compare(session: Session, seen: Iterable[SeenHead]) -> list[HeadWarning]:
    """Which of these lines the journal does not have any more."""
    found = []
    for head in seen:
        if head.number < 1:
            if head.digest and not session.journal.holds(bytes.fromhex(head.digest)):
                found.append(HeadWarning(head, "unknown", _ended_at(session, session.device_id)))
            continue
        if fits(session, head):
            continue
        ends_at = _ended_at(session, head.device_id or session.device_id)
        kind: Literal["shorter", "different"] = "shorter" if ends_at < head.number else "different"
        found.append(HeadWarning(head, kind, ends_at, _restored(session, head)))
    return found


def _ended_at(session: Session, device_id: str) -> int:
    """With which line the chain of a device ended when the vault was opened, or ends now if that is less."""
    now = session.journal.head(device_id)[0]
    return min(now, session.found_heads.get(device_id, now))


def _restored(session: Session, head: SeenHead) -> Restored | None:
    """The newest restore, after the line was seen, of a backup that did not hold it yet."""
    for line in session.journal.read(actions=["vault.restored"], limit=50):
        if head.at and head.at < line.at and int(line.detail.get("journal", 0)) < head.number:
            made_at = str(line.detail.get("made_at", line.at))
            return Restored(session.user_name(line.actor), _local(line.at), _local(made_at))
    return None


def _local(moment: str) -> dt.datetime:
    return dt.datetime.fromisoformat(moment).astimezone()


def note_warnings(session: Session, warnings: Sequence[HeadWarning]) -> None:
    """Write into the journal what was found, before it is shown; what stands there unsettled is not written again."""
    there = {_mark(warning.seen) for warning in _told_by_others(session)}
    new = [warning for warning in warnings if _mark(warning.seen) not in there]
    if not new:
        return
    with session.saving() as record:
        for warning in new:
            record(
                "journal.went_back", session.keyring.vault_id, source=warning.seen.source, kind=warning.kind,
                seen=warning.seen.number, ended=warning.ends_at, digest=warning.seen.digest,
                device=warning.seen.device_id,
            )  # fmt: skip


def told_before(session: Session) -> frozenset[str]:
    """The marks of what this person has read and is not told again."""
    note, _state = _own_note(session)
    return frozenset(note.told) if note is not None else frozenset()


def acknowledge(session: Session, warnings: Sequence[HeadWarning], also: Collection[str] = ()) -> None:
    """This person has read the warnings; they are not told of the same lines again, nor of what has the marks `also`.

    Everybody else is told until somebody who may read the journal has read them too: that settles them, also for
    this computer.
    """
    note, _state = _own_note(session)
    note = note or _Note(session.device_id, 0, "", session.now())
    marks = (*note.told, *(_mark(warning.seen) for warning in warnings), *also)
    settles = session.may(Right.READ_JOURNAL)
    with session.saving() as record:
        record(
            "journal.warning_read", session.keyring.vault_id, warnings=len(warnings) + len(also),
            **({"settled": True} if settles else {}),
        )  # fmt: skip
        _keep(session, dataclasses.replace(note, told=tuple(dict.fromkeys(marks))[-_MOST_TOLD:]))
    if settles and session.memory is not None:
        session.memory.settle(session.keyring.vault_id, [warning.seen for warning in warnings])


def _mark(seen: SeenHead) -> str:
    return f"{seen.source}:{seen.number}:{seen.digest[:16]}"


# What each person keeps of their last session


@dataclass(frozen=True)
class _Note:
    """Sealed to the person: where the journal stood when they signed out, and which warnings they have read."""

    device_id: str
    number: int
    digest: str
    at: str
    told: tuple[str, ...] = ()


def note_session(session: Session) -> None:
    """Keep for this person where the journal stands now; in the transaction that signs them out."""
    note, _state = _own_note(session)
    number, mac = session.journal.head()
    told = note.told if note is not None else ()
    _keep(session, _Note(session.device_id, number, mac.hex(), session.now(), told))


def last_session(session: Session) -> LastSession | None:
    """Where the journal stood at the end of this person's last session; None if they were never here."""
    note, _state = _own_note(session)
    if note is None or note.number < 1:
        return None
    openings = session.journal.read(actor=session.user_id, actions=["session.opened"], limit=2)
    # The newest is the session under way; one between it and the note was never closed.
    closed = not any(line.seq > note.number for line in openings[1:])
    return LastSession(note.number, _local(note.at), head_words(note.digest), closed)


def remember(session: Session, head: SeenHead | None = None) -> None:
    """Let this computer remember, outside the vault, where the journal stands now, or stood in a backup.

    What it remembers and the journal does not hold any more stays until somebody has settled it.
    """
    if session.memory is not None and not session.keyring.header.demo:
        head = dataclasses.replace(head or current_head(session), folder=str(session.folder.path.resolve()))
        session.memory.remember(session.keyring.vault_id, head, lambda other: not fits(session, other))


def _own_note(session: Session) -> tuple[_Note | None, Literal["sound", "gone", "exchanged"]]:
    """The person's own note, and whether it is the one that their last signing out left."""
    closing = _own_closing(session)
    stored = books.get_setting(session.store, session.user_id, _SETTING)
    if stored is None:
        return None, "gone" if closing else "sound"
    try:
        kept: Any = json.loads(session.keyring.open_private(base64.b64decode(stored), label=_LABEL))
        note = _Note(
            str(kept["device"]),
            int(kept["number"]),
            str(kept["digest"]),
            str(kept["at"]),
            tuple(kept["told"]),
        )
    except (DataDamaged, ValueError, KeyError, TypeError):
        # A password that was reset since means new keys of one's own: what was sealed to the old ones is lost.
        was_reset = closing is None or _reset_since(session, closing)
        return None, "sound" if was_reset else "exchanged"
    return note, "exchanged" if closing is not None and note.number < closing.seq else "sound"


def _reset_since(session: Session, closing: JournalEntry) -> bool:
    """Whether this person has had other keys since they signed out then, by what was signed."""
    trust = trust_of(session)
    if closing.arrived > trust.begins:
        return session.keyring.epub not in trust.at(session.user_id, closing.arrived)
    # Of the time before somebody signed for the users there is only the header.
    return any(
        former.slot == session.user_id and _local(former.until) >= _local(closing.at).replace(microsecond=0)
        for former in session.keyring.header.former
    )


def _own_closing(session: Session) -> JournalEntry | None:
    """The last line with which this person signed out on this computer, if it says that they left a note."""
    for line in session.journal.read(actor=session.user_id, actions=["session.closed"], limit=1):
        if line.detail.get("noted") and line.device_id == session.device_id:
            return line
    return None


def _seen_of(note: _Note) -> SeenHead:
    return SeenHead("own_session", note.number, note.digest, note.at, note.device_id)


def _keep(session: Session, note: _Note) -> None:
    content = {
        "device": note.device_id, "number": note.number, "digest": note.digest, "at": note.at, "told": list(note.told),
    }  # fmt: skip
    box = session.keyring.seal_private(json.dumps(content).encode(), label=_LABEL)
    books.set_setting(session.store, session.user_id, _SETTING, base64.b64encode(box).decode())
