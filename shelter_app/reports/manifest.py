"""`manifest.json`: what a summary consists of, how it was protected, and the fingerprint of every file."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from shelter_app import __version__
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.reports.bilingual import HIDDEN_MARK, both
from shelter_app.reports.reading import STANDARDS

__all__ = ["FORMAT", "manifest_json"]

FORMAT = "shelter-summary-manifest/2"


def manifest_json(
    release: ProtectedRelease,
    files: Mapping[str, bytes],
    *,
    post: str,
    post_name: str,
    release_id: str,
    made_on: dt.date,
    journal: str = "",
    parties: Mapping[str, Mapping[str, str]] | None = None,
) -> bytes:
    """The manifest of `files` as canonical JSON; it holds no true count and no name of staff.

    `parties` are the office that signs a package and the receiver that it is made for, with their public keys.

    `journal` is the HMAC of the newest line of the journal when the release was made. It tells the receiver nothing,
    and the post later whether its journal still holds that line; the number of the line would tell how much is done.
    """
    counts = release.counts
    body: dict[str, Any] = {
        "format": FORMAT,
        "program": {"name": "Shelter Casework", "version": __version__},
        "standards": list(STANDARDS),
        "codebooks": dict(release.codebooks),
        "post": post,
        "post_name": post_name,
        "release": release_id,
        "made_in": f"{made_on:%Y-%m}",
        "period": {
            "text": release.period.text,
            "first": release.period.first.isoformat(),
            "last": release.period.last.isoformat(),
        },
        "protection": {
            "threshold": release.threshold,
            "rounding": release.rounding,
            "small_mark": f"<{release.threshold}",
            "hidden_mark": HIDDEN_MARK,
            "share_kept": release.share_kept,
        },
        "counts": {
            "tables": len(release.tables),
            "shown": counts.shown,
            "small": counts.small,
            "hidden": counts.hidden,
            "merged": counts.merged,
        },
        "notices": [
            {"code": notice.code, "table": notice.table, **both(notice.text)._asdict()}
            for notice in release.notices
        ],
        "checks": [
            {"attempts": check.attempts, "held": check.held, **both(check.name)._asdict()}
            for check in release.checks
        ],
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in files.items()
        },
    }
    if journal:
        body["journal"] = {"head": journal}
    for role, facts in (parties or {}).items():
        body[role] = dict(facts)
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8") + b"\n"
