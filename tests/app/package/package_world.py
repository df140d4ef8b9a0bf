"""Finished packages of invented offices, made without a vault, and honest and dishonest hands that change them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import ProtectedRelease
from shelter_app.casework.packages import package_files
from shelter_app.exchange.pool_keys import PoolKeys, new_pool_keys
from tests.app.package.invented import people

OFFICE = new_pool_keys("office", "KM-03")
OTHER_OFFICE = new_pool_keys("office", "YN-01")
RECEIVER = new_pool_keys("receiver", "IOM")
OTHER_RECEIVER = new_pool_keys("receiver", "UNODC")
ABOUT: dict[str, Any] = {
    "post": "KM-03", "post_name": "Kunming", "release_id": "KM-03-2025-H2", "made_on": dt.date(2026, 3, 12), "journal": "ab" * 32,
}  # fmt: skip


@lru_cache(maxsize=8)
def release_of(
    size: int = 300, seed: int = 5, period: str = "2025-H2", style: str = "clustered"
) -> ProtectedRelease:
    """The protected release of an invented office."""
    return protect(people(size, seed, period, style), b"seed").release


def files_of(
    release: ProtectedRelease | None = None, office: PoolKeys = OFFICE, **about: Any
) -> dict[str, bytes]:
    """The files of a package, signed."""
    release = release or release_of()
    return package_files(release, office, RECEIVER.public, **{**ABOUT, **about})
