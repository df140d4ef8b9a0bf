"""A round of a pool with small shares: three offices, two receivers, a coordinating body, and a stranger."""

import dataclasses
import datetime as dt
from pathlib import Path

from shelter_app.domain.periods import Period
from shelter_app.exchange.pool_files import canonical, unpack
from shelter_app.exchange.pool_keys import PoolKeys, new_pool_keys
from shelter_app.exchange.pool_roster import Roster, read_roster, roster_file
from shelter_app.exchange.pool_shares import contribution_files

SIZE = 40
OFFICES = ("OSLO", "LIMA", "HANOI", "ACCRA")


class World:
    """Everybody's keys, and the files that they send each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.coordinator = new_pool_keys("coordinator", "CENTRE")
        self.receivers = [new_pool_keys("receiver", name) for name in ("FIRST", "SECOND")]
        self.offices = {name: new_pool_keys("office", name) for name in OFFICES}
        self.roster = self.make_roster()

    def make_roster(self, **changes: object) -> Roster:
        """A roster of this world as it is read from its file; `changes` are other values of it."""
        wanted = Roster(
            "R1", Period.parse("2015-H1"), "ab" * 32, dt.date(2015, 9, 30), 3,
            (self.receivers[0].public, self.receivers[1].public),
            tuple(keys.public for keys in self.offices.values()),
        )  # fmt: skip
        path = self.write("roster", roster_file(dataclasses.replace(wanted, **changes), self.coordinator))
        return read_roster(path, [self.coordinator.public])

    def write(self, name: str, data: bytes) -> Path:
        """A file in the folder of this world."""
        path = self.folder / name
        path.write_bytes(data)
        return path

    def contribution(
        self,
        office: str,
        number: int = 1,
        roster: Roster | None = None,
        keys: PoolKeys | None = None,
        byte: int = 7,
    ) -> tuple[list[Path], str]:
        """The two files of a contribution, the first receiver's first, and its digest."""
        shares = [bytes([byte]) * SIZE, bytes([byte + 1]) * SIZE]
        files, digest = contribution_files(
            roster or self.roster, keys or self.offices[office], number, shares
        )
        return [self.write(f"{number}-{byte}-{name}", data) for name, data in files.items()], digest


def resigned(path: Path, keys: PoolKeys, body: bytes | None = None, **changes: object) -> Path:
    """The file with other facts or another body, signed by these keys."""
    kind = path.read_bytes().split(b"\n", 1)[0].decode().split(" ")[1]
    file = unpack(path.name, path.read_bytes(), kind)
    data = f"shelter-pool/1 {kind}\n".encode() + canonical(file.facts.values | changes) + b"\n"
    data += file.body if body is None else body
    path = path.with_name(f"resigned-{path.name}")
    path.write_bytes(data + keys.sign(data))
    return path
