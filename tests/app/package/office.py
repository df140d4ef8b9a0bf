"""An office whose every case is full of canaries, and which trusts one receiver."""

from __future__ import annotations

from shelter_app.casework import cases, entries, pool
from shelter_app.exchange.pool_keys import public_key_file
from tests.app.package.package_world import RECEIVER
from tests.faults.canaries import TEXT

#: Women, men and nobody known of Viet Nam, Myanmar and Laos: odd numbers, which no published figure is.
GROUPS = (
    ("female", "VN", 37),
    ("female", "MM", 46),
    ("male", "VN", 32),
    ("male", "MM", 31),
    ("unknown", "LA", 3),
)
PHONE, PASSPORT = "13967428511", "E7742906135"


def fill(session):
    """Register everybody; returns how many."""
    count = 0
    for sex, country, many in GROUPS:
        for _ in range(many):
            opened = cases.new_case(
                session,
                person={
                    "name_latin": TEXT, "name_native": TEXT, "sex": sex, "birth": {"y": 1990 + count % 14}, "citizenship": [country],
                    "phone_mobile": PHONE, "email": f"{TEXT}@example.org",
                },
                intake={"registered_on": {"y": 2025, "m": 9, "d": 1 + count % 28}},
            )  # fmt: skip
            entries.save_entry(
                session, "experience",
                {"types": ["ForcedLabour"] if count % 3 else ["ForcedMarriage"], "means": ["DebtBondage"], "exploitation_country": "KH",
                 "exploitation_place": TEXT, "account": TEXT},
                case_id=opened.case_id,
            )  # fmt: skip
            count += 1
    entries.save_entry(session, "note", {"text": f"{TEXT} {PASSPORT}"}, case_id=opened.case_id)
    return count


def introduce(session, folder):
    """Make the office's key and take over the receiver's; returns the office's public key."""
    path = folder / "IOM.pub"
    path.write_bytes(public_key_file(RECEIVER))
    pool.trust_key(session, path, RECEIVER.public.fingerprint)
    return pool.office_key_file(session)[0]
