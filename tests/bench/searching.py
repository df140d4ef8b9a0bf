"""Search as one types: every beginning of what people type who look for somebody in the vault."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from typing import Final

from shelter_app.casework import people
from shelter_app.casework.session import Session
from shelter_app.domain.names import fold_latin, is_chinese, reading_keys
from tests.bench.measure import Figure, percentile, reference_work, seconds

__all__ = ["search_as_one_types", "typed_queries"]

_GOAL: Final = 50.0
_KINDS: Final = (
    "characters",
    "pinyin",
    "pinyin in part",
    "initials",
    "Latin",
    "without accents",
    "document",
    "number",
)


def _typed(kind: str, name: str, papers: str, number: str) -> str:
    syllables = reading_keys(name)[0].split() if name else []
    if kind == "characters" and is_chinese(name):
        return name
    if kind == "pinyin" and syllables:
        return "".join(syllables)
    if kind == "pinyin in part" and syllables:
        return syllables[0] + "".join(s[0] for s in syllables[1:])
    if kind == "initials":
        return "".join(s[0] for s in syllables)
    if kind == "Latin" and not is_chinese(name):
        return name
    if kind == "without accents" and not is_chinese(name):
        return fold_latin(name)
    if kind == "document":
        return papers.split("|")[0]
    return number if kind == "number" else ""


def typed_queries(session: Session, wanted: int, seed: int = 11) -> Iterator[tuple[str, str]]:
    """`wanted` texts that find somebody in the vault, each with the way in which it is typed."""
    assert session.index is not None
    draw = random.Random(seed)
    db = session.index.database
    last = int(db.value("SELECT max(rid) FROM list"))
    given = 0
    while given < wanted:
        kind = _KINDS[given % len(_KINDS)]
        row = db.row("SELECT name, papers, number FROM list WHERE rid = ?", (draw.randint(1, last),))
        text = _typed(kind, *row) if row else ""
        if len(text) > 1:
            given += 1
            yield kind, text


def search_as_one_types(session: Session, queries: int = 300) -> list[Figure]:
    """Times of every keystroke of `queries` typed texts, as the search box asks."""
    times: list[float] = []
    slow: dict[str, list[float]] = {}
    worst = (0.0, "")
    for kind, text in typed_queries(session, queries):
        for end in range(1, len(text) + 1):
            took = seconds(lambda typed=text[:end]: people.find(session, typed)) * 1000
            times.append(took)
            slow.setdefault(kind, []).append(took)
            worst = max(worst, (took, f"{kind}, {end} characters"))
    reference = statistics.median(reference_work() for _ in range(3)) * 1000
    p95 = percentile(times, 0.95)
    by_kind = ", ".join(f"{kind} {percentile(found, 0.95):.0f}" for kind, found in slow.items())
    return [
        Figure("search as one types, median", statistics.median(times), "ms", "SHA-256 of 64 MiB", reference),
        Figure(
            "search as one types, p95", p95, "ms", "SHA-256 of 64 MiB", reference, "<= 50 ms", p95 <= _GOAL,
            f"{len(times):,} keystrokes; p95 in ms: {by_kind}",
        ),
        Figure("search as one types, longest", worst[0], "ms", "SHA-256 of 64 MiB", reference, note=worst[1]),
    ]  # fmt: skip
