"""Code lists, fonts, icons, sample registers and templates, found the same way in a checkout and a wheel."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

__all__ = ["open_path", "read_json", "read_text", "resource"]


def resource(*parts: str) -> Traversable:
    """A file or folder of this package, e.g. `resource("icons", "lock.svg")`."""
    return files("shelter_resources").joinpath(*parts)


def open_path(*parts: str) -> Path:
    """The path of a resource on disk, for libraries that want a file name (fonts)."""
    with as_file(resource(*parts)) as path:
        return path


def read_text(*parts: str) -> str:
    """A text resource, UTF-8."""
    return resource(*parts).read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def read_json(*parts: str) -> Any:
    """A JSON resource, parsed once; the caller must not change what it gets."""
    return json.loads(read_text(*parts))
