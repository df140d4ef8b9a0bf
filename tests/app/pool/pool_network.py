"""Three vaults, a coordinating body, two receivers, and the folders in which their files lie."""

import datetime as dt

from shelter_app.anonymise.pool_layout import PoolLayout
from shelter_app.anonymise.pool_shares import CELL_BYTES
from shelter_app.casework import cases, entries, pool, pool_rounds, summary
from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_keys import new_pool_keys, public_key_file
from shelter_app.exchange.pool_roster import read_roster
from shelter_app.exchange.pool_shares import contribution_files
from shelter_app.vault.kdf import KdfParams

CHEAP = KdfParams(memory_kib=64, passes=1, lanes=1)
PERIOD = Period.parse("2025")
CLOSES, AFTER = dt.date(2026, 3, 31), dt.date(2026, 4, 1)
NAMES = ("KM", "OSLO", "LIMA")


class Network:
    """Three vaults, the coordinating body, two receivers, and the folders in which their files lie."""

    def __init__(self, folder, sessions):
        self.folder, self.sessions = folder, sessions
        self.coordinator = new_pool_keys("coordinator", "CENTRE")
        self.receivers = [new_pool_keys("receiver", name) for name in ("FIRST", "SECOND")]
        for keys in (self.coordinator, *self.receivers):
            self.write(f"{keys.public.id}.pub", public_key_file(keys))
        self.offices = []
        for session in sessions:
            self.offices.append(pool.office_key_file(session)[0])
            for keys in (self.coordinator, *self.receivers):
                pool.trust_key(session, self.folder / f"{keys.public.id}.pub", keys.public.fingerprint)
        self.roster = self.make_roster()

    def write(self, name, data):
        (self.folder / name).write_bytes(data)
        return self.folder / name

    def make_roster(self, name="R1", **changes):
        wanted = {
            "name": name, "period": PERIOD, "closes_on": CLOSES, "offices": self.offices, "least": 3,
            "receivers": tuple(keys.public for keys in self.receivers), "folder": self.folder,
        }  # fmt: skip
        return pool_rounds.make_roster(self.coordinator, **wanted | changes)

    def contribute(self, *sessions, roster=None):
        """Files by receiver."""
        files = [], []
        for session in sessions or self.sessions:
            folder = self.folder / f"from-{session.keyring.header.post}-{len(list(self.folder.iterdir()))}"
            _, written = pool.contribute(session, roster or self.roster, folder)
            for heap, path in zip(files, written, strict=True):
                heap.append(path)
        return files

    def of_the_fourth(self, byte=0):
        """The two files of an office that has counted nobody, or has made its shares of this byte."""
        roster = read_roster(self.roster, [self.coordinator.public])
        size = CELL_BYTES * PoolLayout(summary.code_lists()).size
        files, _ = contribution_files(roster, self.fourth, 1, [bytes([byte]) * size] * 2)
        return [self.write(name, data) for name, data in files.items()]

    def add_up(self, who, files, roster=None, today=AFTER, **more):
        keys = self.receivers[who]
        return pool_rounds.add_up(
            keys, roster or self.roster, self.coordinator.public, files, today=today,
            **{"book": self.folder / f"{keys.public.id}.book", "folder": self.folder / keys.public.id} | more,
        )  # fmt: skip

    def combine(self, first, second, **more):
        sums = first.files[0], second.files[0]
        wanted = {"combiner": self.receivers[0], "folder": self.folder / "out", "made_on": AFTER}
        wanted |= more
        return pool_rounds.combine(
            wanted.pop("combiner"), self.roster, self.coordinator.public, sums, **wanted
        )


def register(session, count):
    """So many persons of the period, of whom every second has told what was done to them."""
    for n in range(count):
        case = cases.new_case(
            session, person={"name_latin": f"Canary {n}", "sex": "female" if n % 3 else "male", "citizenship": ["VN"]},
            intake={"registered_on": {"y": 2025, "m": 1 + n % 12, "d": 3}},
        )  # fmt: skip
        if n % 2:
            entries.save_entry(
                session, "experience", {"types": ["ForcedLabour"], "means": ["DebtBondage", "FalsePromises"]},
                case_id=case.case_id,
            )  # fmt: skip
