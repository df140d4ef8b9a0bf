"""Code lists: what a code means in both languages, and what the standards call it.

The lists are data files of `shelter_resources` (`codelists/<name>.json`). A published code is never renamed or
reused; one that is no longer offered is marked deprecated and stays readable. Our own additions to a list of a
standard start with `x_`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

from shelter_i18n import current_language
from shelter_resources import read_json, resource

__all__ = [
    "Code",
    "CodeList",
    "code_list",
    "code_list_names",
    "country_codes",
    "is_country",
    "is_language",
    "language_codes",
    "language_label",
]

Status = Literal["active", "deprecated", "extension"]


@dataclass(frozen=True, slots=True)
class Code:
    """One answer of a list: its code, its words and its names in the standards."""

    code: str
    en: str
    zh: str
    status: Status = "active"
    #: What HTCDS calls it; "" where it has no such code.
    htcds: str = ""
    #: CTDC column that this answer sets to 1, or the CTDC value of the field.
    ctdc: str = ""
    #: Code of a wider list that this one belongs to (a step of its stage).
    group: str = ""
    #: Other words that find it when they are typed.
    also: tuple[str, ...] = ()

    def label(self, language: str | None = None) -> str:
        """The words for it in `language` or the one in force."""
        return self.zh if (language or current_language()) == "zh" else self.en


@dataclass(frozen=True, eq=False)
class CodeList:
    """A list of codes as it stands in its data file, in the order it is shown."""

    id: str
    version: int
    entries: tuple[Code, ...]
    #: The HTCDS field whose picklist this is; "" for a list of our own.
    htcds: str = ""

    @cached_property
    def _by_code(self) -> dict[str, Code]:
        return {entry.code: entry for entry in self.entries}

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that was ever published, in the order of the list."""
        return tuple(self._by_code)

    def is_valid(self, code: object) -> bool:
        """Whether this is a code of the list, offered or deprecated."""
        return isinstance(code, str) and code in self._by_code

    def get(self, code: str) -> Code | None:
        """The entry of a code; None for one that this version of the list does not know."""
        return self._by_code.get(code)

    def label(self, code: str, language: str | None = None) -> str:
        """The words for a code; an unknown code shows itself, so that nothing disappears."""
        entry = self._by_code.get(code)
        return entry.label(language) if entry else code

    def options(self, language: str | None = None, *, group: str = "") -> tuple[tuple[str, str], ...]:
        """Codes on offer with their words, as listed; only those of `group` if one is named."""
        return tuple(
            (entry.code, entry.label(language))
            for entry in self.entries
            if entry.status != "deprecated" and (not group or entry.group == group)
        )


@lru_cache(maxsize=128)
def code_list(name: str) -> CodeList:
    """The list of this name.

    Raises:
        KeyError: there is no such list.
    """
    try:
        data = read_json("codelists", f"{name}.json")
    except FileNotFoundError:
        raise KeyError(name) from None
    if not _is_code_list(data):
        raise KeyError(name)
    of_htcds = bool(data.get("htcds"))
    return CodeList(
        id=data["id"],
        version=data["version"],
        htcds=data.get("htcds", ""),
        entries=tuple(_entry(item, of_htcds) for item in data["codes"]),
    )


def _is_code_list(data: dict[str, Any]) -> bool:
    """Countries, regions and languages lie in the same folder in another shape, with functions of their own."""
    codes = data.get("codes")
    return isinstance(codes, list) and isinstance(codes[0], dict) and "more" not in data


def _entry(item: dict[str, Any], of_htcds: bool) -> Code:
    own = item["code"] if of_htcds and not item["code"].startswith("x_") else ""
    return Code(
        code=item["code"],
        en=item["en"],
        zh=item["zh"],
        status=item.get("status", "active"),
        htcds=item.get("htcds", own),
        ctdc=item.get("ctdc", ""),
        group=item.get("group", ""),
        also=tuple(item.get("also", ())),
    )


@lru_cache(maxsize=1)
def code_list_names() -> tuple[str, ...]:
    """Names of all lists."""
    names = sorted(item.name for item in resource("codelists").iterdir() if item.name.endswith(".json"))
    return tuple(name.removesuffix(".json") for name in names if _is_code_list(read_json("codelists", name)))


@lru_cache(maxsize=1)
def country_codes() -> tuple[str, ...]:
    """The 249 alpha-2 codes of ISO 3166-1; `shelter_i18n.formats.country_name` gives their names."""
    return tuple(read_json("codelists", "countries.json")["codes"])


@lru_cache(maxsize=1)
def _country_set() -> frozenset[str]:
    return frozenset(country_codes())


def is_country(code: object) -> bool:
    """Whether this is an ISO 3166-1 alpha-2 code; NA is Namibia."""
    return isinstance(code, str) and code in _country_set()


@lru_cache(maxsize=1)
def _languages() -> tuple[dict[str, Code], frozenset[str]]:
    data = read_json("codelists", "languages.json")
    common = {item["code"]: _entry(item, False) for item in data["codes"]}
    return common, frozenset(common) | frozenset(data["more"])


def language_codes(*, common: bool = True) -> tuple[str, ...]:
    """ISO 639 codes: those heard most often in this work, or every one that can be chosen."""
    listed, every = _languages()
    return tuple(listed) if common else tuple(listed) + tuple(sorted(every - set(listed)))


def is_language(code: object) -> bool:
    """Whether this is an ISO 639 code that the program can name."""
    return isinstance(code, str) and code in _languages()[1]


def language_label(code: str, language: str | None = None) -> str:
    """Name of a language for the reader: ours for those we list, CLDR's for the others, else the code."""
    entry = _languages()[0].get(code)
    if entry:
        return entry.label(language)
    from shelter_i18n.formats import language_name

    return language_name(code, language)
