"""Code lists, fonts, icons, sample registers and templates, found the same way in a checkout and a wheel."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["open_path", "read_json", "read_text", "resource"]


#: Not by importlib.resources, which takes 6 ms to load before the sign-in screen: packages are always unpacked,
#: because Qt and ReportLab want the fonts as files.
_FOLDER = Path(__file__).parent


def resource(*parts: str) -> Path:
    """A file or folder of this package, e.g. `resource("icons", "lock.svg")`."""
    return _FOLDER.joinpath(*parts)


def open_path(*parts: str) -> Path:
    """The path of a resource on disk, for libraries that want a file name (fonts)."""
    return resource(*parts)


def read_text(*parts: str) -> str:
    """A text resource, UTF-8."""
    return resource(*parts).read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def read_json(*parts: str) -> Any:
    """A JSON resource, parsed once; the caller must not change what it gets."""
    return json.loads(read_text(*parts))
