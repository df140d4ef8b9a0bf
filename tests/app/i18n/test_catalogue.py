"""The check of the catalogues fails on everything that it promises to fail on."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """The build script, working on a small project of its own."""
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "packaging" / "catalogue.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for package in module.PACKAGES:
        (tmp_path / package).mkdir(parents=True)
    (tmp_path / "shelter_app" / "a.py").write_text(
        '_("A case for {name}")\nngettext("{n} day", "{n} days", 2)\n'
    )
    monkeypatch.setattr(module, "ROOT", tmp_path)
    locale = tmp_path / "i18n/shelter_i18n/locale"
    monkeypatch.setattr(module, "LOCALE", locale)
    monkeypatch.setattr(module, "TEMPLATE", locale / "shelter.pot")
    monkeypatch.setattr(module, "CHINESE", locale / "zh_CN/LC_MESSAGES/shelter.po")
    monkeypatch.setattr(module, "PENDING", tmp_path / "i18n/pending")
    (tmp_path / "i18n/pending").mkdir()
    write_pending(tmp_path, {"A case for {name}": "{name} 的个案"})
    (tmp_path / "i18n/pending/plural.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n}天"\n',
        "utf-8",
    )
    module.update()
    return module


def write_pending(root: Path, texts: dict[str, str]) -> None:
    lines = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n']
    lines += [f'msgid "{english}"\nmsgstr "{chinese}"\n' for english, chinese in texts.items()]
    (root / "i18n/pending/area.po").write_text("\n".join(lines), "utf-8")


def source(catalogue) -> Path:
    return catalogue.ROOT / "shelter_app" / "a.py"


def test_a_complete_catalogue_passes_and_pending_texts_are_merged(catalogue):
    assert catalogue.problems() == []
    assert list(catalogue.PENDING.glob("*.po")) == []
    assert "的个案" in catalogue.CHINESE.read_text("utf-8")
    assert catalogue.CHINESE.with_suffix(".mo").stat().st_size > 100


def test_a_new_text_is_a_stale_template_and_a_missing_translation(catalogue):
    source(catalogue).write_text(source(catalogue).read_text() + '_("Another text")\n')
    assert [line.split(":")[0] for line in catalogue.problems()] == ["template lacks", "no Chinese"]


def test_a_text_that_is_gone_is_a_stale_template(catalogue):
    source(catalogue).write_text('ngettext("{n} day", "{n} days", 2)\n')
    assert catalogue.problems() == ["template still has: 'A case for {name}'"]


def test_other_placeholders_are_found(catalogue):
    text = catalogue.CHINESE.read_text("utf-8").replace("{name} 的个案", "{nme} 的个案")
    catalogue.CHINESE.write_text(text, "utf-8")
    assert [line.split(":")[0] for line in catalogue.problems()] == ["other placeholders"]


def test_characters_that_leave_holes_in_english_are_found(catalogue):
    source(catalogue).write_text(
        '_("A case for {name}")\nngettext("{n} day", "{n} days", 2)\n_("It\u2019s here")\n'
    )
    write_pending(catalogue.ROOT, {"It\u2019s here": "在这里"})
    catalogue.update()
    assert [line.split(":")[0] for line in catalogue.problems()] == ["character not for English text"]


def test_the_catalogues_of_the_program_are_complete():
    spec = importlib.util.spec_from_file_location("catalogue_of_program", ROOT / "packaging" / "catalogue.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.problems() == []
