"""A process that signs in once and shows the list as the window does; says how long each step took.

`python -m tests.bench.sign_in_once DIR USER PASSWORD` writes one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from shelter_app.casework.lists import agenda, case_list_of, count_agenda
from shelter_app.casework.vaults import open_vault, vault_header
from shelter_app.vault.kdf import stretch
from shelter_app.vault.users import find_user


def _memory() -> float:
    """Resident memory of this process in MiB; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0.0
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main(folder: Path, user: str, password: str) -> int:
    """Sign in, read what Today shows, count, read the first page, find where the pages begin, read one in the middle."""
    kdf = find_user(vault_header(folder), user).kdf
    assert kdf is not None
    took: dict[str, float] = {}
    last = time.perf_counter()

    def done(step: str) -> None:
        nonlocal last
        now = time.perf_counter()
        took[step] = now - last
        last = now

    stretch(password, kdf)
    done("key derivation")
    session = open_vault(folder, user, password)
    done("open")
    took["open"] -= took["key derivation"]
    mine, post = agenda(session), count_agenda(session, mine=False)
    done("today")
    shown = case_list_of(session, "name" if session.sees_names else "number")
    count = shown.count()
    done("count")
    first = shown.page()
    done("first page")
    anchors = shown.anchors()
    done("anchors")
    shown.page(anchors[len(anchors) // 2])
    done("page in the middle")
    memory = _memory()
    session.close()
    found = {"count": count, "shown": len(first), "due": [mine.total, post], "memory": memory}
    sys.stdout.write(json.dumps({"took": took, **found}) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
