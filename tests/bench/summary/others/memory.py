"""The most memory that a process ever had."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_mib() -> float:
    """In MiB; on Linux without what the process had before its program was started, which rusage keeps from the parent."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
