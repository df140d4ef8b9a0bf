"""Message catalogues: extract, merge hand-written translations, compile, and refuse what is incomplete.

`update`: template and Chinese catalogue follow the source code; i18n/pending/*.po are merged and removed.
`check`: fails on a stale template, a missing translation, other placeholders, or a character that the English may
not hold. `compile`: writes the .mo files.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "i18n" / "shelter_i18n" / "locale"
TEMPLATE = LOCALE / "shelter.pot"
CHINESE = LOCALE / "zh_CN" / "LC_MESSAGES" / "shelter.po"
PENDING = ROOT / "i18n" / "pending"
PACKAGES = ("shelter_app", "ui/shelter_ui", "i18n/shelter_i18n")
KEYWORDS = {
    "_": None, "N_": None, "NP_": ((1, "c"), 2), "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
    "gettext_in": (2,),
}  # fmt: skip
PLACE = re.compile(r"\{[^}]*\}")
#: A full em wide in the bundled font: fine in Chinese, holes in English.
BAD_IN_ENGLISH = re.compile("[\u2018\u2019\u201c\u201d\u2026\u00b7\u2022\u00d7\u2192]")  # fmt: skip


def extract() -> Catalog:
    """A new template of every marked text in the source."""
    catalogue = Catalog(
        locale="zh_CN", project="shelter", charset="utf-8", header_comment="# Messages of Shelter Casework."
    )
    for package in PACKAGES:
        found = extract_from_dir(
            ROOT / package, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("NOTE:",),
        )  # fmt: skip
        for name, _line, message, comments, context in found:
            catalogue.add(
                message, locations=[(f"{package}/{name}", None)], auto_comments=comments, context=context
            )
    return catalogue


def _text(catalogue: Catalog) -> str:
    buffer = io.BytesIO()
    write_po(
        buffer,
        catalogue,
        width=110,
        sort_output=True,
        omit_header=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    return buffer.getvalue().decode()


def _write(path: Path, catalogue: Catalog) -> None:
    head = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: shelter\\n"\n"Language: zh_CN\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + _text(catalogue), encoding="utf-8")


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def read_chinese() -> dict[tuple[str | None, str], str]:
    """Every translation on disk, the pending ones too."""
    found: dict[tuple[str | None, str], str] = {}
    for path in [CHINESE, *sorted(PENDING.glob("*.po"))]:
        if not path.exists():
            continue
        with path.open("rb") as source:
            for message in read_po(source, locale="zh_CN"):
                text = message.string if isinstance(message.string, str) else message.string[0]
                if message.id and text:
                    found[_key(message)] = text
    return found


def update() -> None:
    """Template and Chinese catalogue follow the source; says what still has no translation."""
    template = extract()
    translations = read_chinese()
    chinese = Catalog(locale="zh_CN", charset="utf-8")
    for message in template:
        if not message.id:
            continue
        text = translations.get(_key(message), "")
        plural = not isinstance(message.id, str)
        chinese.add(
            message.id, (text,) if plural else text, locations=message.locations,
            auto_comments=message.auto_comments, context=message.context,
        )  # fmt: skip
    _write(TEMPLATE, template)
    _write(CHINESE, chinese)
    for path in PENDING.glob("*.po"):
        path.unlink()
    compile_all()


def problems() -> list[str]:
    """One line for each thing that is wrong with the catalogues; empty when all is well."""
    wrong = []
    template = extract()
    fresh = {_key(m) for m in template if m.id}
    with TEMPLATE.open("rb") as source:
        stored = {_key(m) for m in read_po(source, locale="zh_CN") if m.id}
    wrong += [f"template lacks: {key[1]!r}" for key in sorted(fresh - stored, key=str)]
    wrong += [f"template still has: {key[1]!r}" for key in sorted(stored - fresh, key=str)]
    translations = read_chinese()
    for message in template:
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[-1]
        if BAD_IN_ENGLISH.search(english):
            wrong.append(f"character not for English text: {english!r}")
        chinese = translations.get(_key(message))
        if chinese is None:
            wrong.append(f"no Chinese: {english!r}")
        elif set(PLACE.findall(english)) != set(PLACE.findall(chinese)):
            wrong.append(f"other placeholders: {english!r} / {chinese!r}")
    return wrong


def compile_all() -> None:
    """Write a .mo beside every .po."""
    for po in LOCALE.rglob("*.po"):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name)
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


def main(arguments: list[str]) -> int:
    """Run one of the three commands; returns the exit code."""
    match arguments:
        case ["update"]:
            update()
            missing = [line for line in problems() if line.startswith("no Chinese")]
            print(f"{len(missing)} without translation")
            return 0
        case ["check"]:
            wrong = problems()
            print("\n".join(wrong) or "catalogues: complete")
            return 1 if wrong else 0
        case ["compile"]:
            compile_all()
            return 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
