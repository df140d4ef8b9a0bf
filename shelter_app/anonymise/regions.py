"""Countries and the regions that they fold into: country, sub-region, region, "other"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shelter_resources import read_json

__all__ = ["OTHER", "country_codes", "levels", "parent", "region_codes", "region_label"]

#: The root: what has no region of its own, or whose region has too few people.
OTHER = "other"


def _data() -> Any:
    return read_json("codelists", "regions.json")


def country_codes() -> tuple[str, ...]:
    """All ISO 3166-1 alpha-2 codes, in alphabetical order."""
    return tuple(sorted(_data()["countries"]))


def region_codes() -> tuple[str, ...]:
    """Codes of all sub-regions and regions, sub-regions first."""
    return tuple(region["code"] for region in _data()["regions"])


def levels() -> tuple[tuple[str, ...], ...]:
    """The steps above a country: all sub-regions, then all regions."""
    codes = region_codes()
    upper = tuple(code for code in codes if parent(code) == OTHER)
    return tuple(code for code in codes if code not in upper), upper


def parent(code: str) -> str:
    """Where a country or region is counted when it has too few people for a row of its own."""
    countries: Mapping[str, str] = _data()["countries"]
    if code in countries:
        return countries[code]
    for region in _data()["regions"]:
        if region["code"] == code:
            return str(region["within"])
    raise KeyError(code)


def region_label(code: str, language: str) -> str:
    """Name of a region in "en" or "zh"; an unknown code is given back as it is."""
    for region in _data()["regions"]:
        if region["code"] == code:
            return str(region[f"label_{language}"])
    return code
