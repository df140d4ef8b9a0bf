"""Which country or region a text means: names, codes and adjectives in Chinese and English.

The codes are ISO 3166-1 alpha-2. Our own names are data (`codelists/country_aliases.json`), the rest comes
from CLDR. A text that could mean two countries means none here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from shelter_app.domain.names import fold_characters
from shelter_resources import read_json

__all__ = ["CountryMatch", "alpha3_codes", "country_code"]

#: Endings that make a nationality or a person of a Chinese country name.
_ENDINGS = ("籍人士", "籍人", "国籍", "籍", "公民", "国民", "人")
#: Codes that are also everyday words: only capitals mean the country.
_WORDS = frozenset(re.findall(r"\w+", "am an as at be by do he in is it la ma me my na no pa so to us"))
_SPLIT = re.compile(r"^(.+?)\s*[(\[](.+)[)\]]$")


@dataclass(frozen=True, slots=True)
class CountryMatch:
    """The country that a text means, and whether it said so as a code or as a name."""

    code: str
    how: Literal["alpha2", "alpha3", "name"]


def alpha3_codes() -> dict[str, str]:
    """ISO 3166-1 alpha-3 codes (CHN) with their alpha-2 codes (CN); all 249."""
    return dict(read_json("codelists", "country_aliases.json")["alpha3"])


@lru_cache(maxsize=4096)
def country_code(text: str) -> CountryMatch | None:
    """The country or region that `text` names, or None if it names none or more than one.

    "CN", "CHN", "PRC", "Chinese", "中国籍" and "中華人民共和國" are all China; "NA" is Namibia.
    """
    clean = " ".join(unicodedata.normalize("NFKC", text).split())
    if not clean:
        return None
    alpha3 = alpha3_codes()
    if len(clean) == 2 and clean.upper() in _alpha2() and clean not in _WORDS:
        return CountryMatch(clean.upper(), "alpha2")
    if len(clean) == 3 and clean.upper() in alpha3:
        return CountryMatch(alpha3[clean.upper()], "alpha3")
    names = _names()
    folded = _fold(clean)
    for candidate in (folded, *(folded.removesuffix(ending) for ending in _ENDINGS)):
        if candidate in names:
            return CountryMatch(names[candidate], "name")
    parts = _SPLIT.match(clean)
    if parts:
        one, two = country_code(parts[1]), country_code(parts[2])
        if one and two and one.code == two.code:
            return CountryMatch(one.code, "name")
    return None


@lru_cache(maxsize=1)
def _alpha2() -> frozenset[str]:
    return frozenset(alpha3_codes().values())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Folded name or adjective -> alpha-2; a name that two countries share is in it for neither."""
    from babel import Locale

    pairs: list[tuple[str, str]] = []
    for locale in ("zh_CN", "en", "en_GB"):
        territories = Locale.parse(locale).territories
        pairs += [(str(territories[code]), code) for code in _alpha2() if code in territories]
    aliases: dict[str, list[str]] = read_json("codelists", "country_aliases.json")["aliases"]
    own = {_fold(name): code for code, names in aliases.items() for name in names}
    found: dict[str, str] = {}
    shared: set[str] = set()
    for name, code in pairs:
        folded = _fold(name)
        if found.setdefault(folded, code) != code:
            shared.add(folded)
    for name in shared:
        del found[name]
    return found | own


def _fold(name: str) -> str:
    """Simplified characters, small letters without accents, no dots, no article."""
    text = fold_characters(name).casefold()
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.replace("&", " and ").replace("'", "").replace("’", "").replace(".", "")
    text = re.sub(r"\bst\b", "saint", re.sub(r"[-–,/]", " ", text))
    return " ".join(text.split()).removeprefix("the ")
