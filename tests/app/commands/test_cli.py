"""The commands as a script calls them: passwords on a descriptor, one JSON object, documented exit codes."""

import importlib
import io
import json
import os
import pkgutil
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import shelter_app
from shelter_app import cli
from shelter_app.errors import ShelterError
from shelter_app.vault import kdf
from shelter_app.vault.folder import VaultFolder
from shelter_app.vault.kdf import KdfParams
from shelter_app.vault.vault import check_sheets
from shelter_i18n import set_language
from shelter_resources import open_path
from tests.app.anonymise.extract_offices import write_register

PASSWORD = "seven calm herons cross the river"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    """The least that a real vault takes, so that the tests do not calibrate to a second each time."""
    monkeypatch.setattr(
        kdf, "calibrate", lambda *_a, **_k: KdfParams(kdf.FLOOR_MEMORY_KIB, kdf.FLOOR_PASSES, 4)
    )
    monkeypatch.setattr("shelter_app.vault.vault.calibrate", kdf.calibrate)


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command; returns exit code, parsed answer (with --json) or text, and what went to stderr."""
    monkeypatch.setenv("SHELTER_LANGUAGE", "en")

    def call(*words, password=PASSWORD):
        reading, writing = os.pipe()
        os.write(writing, f"{password}\n".encode())
        os.close(writing)
        signed = ["--password-fd", str(reading)] if "--user" in words else []
        try:
            code = cli.main([*map(str, words), *signed])
        finally:
            os.close(reading)
        out = capsys.readouterr()
        return code, json.loads(out.out) if "--json" in words else out.out, out.err

    return call


@pytest.fixture
def vault(run, tmp_path):
    path = tmp_path / "vault"
    assert run("vault", "create", path, "--user", "LM", "--post", "KM")[0] == 0
    return path


def sample(name="consular_returnees_en.csv"):
    return open_path("samples", name)


def test_the_whole_way_of_a_script(run, vault, tmp_path):
    code, done, _ = run("register", "import", vault, sample(), "--user", "LM", "--json")
    assert code == 0
    assert done["rows"] == sum(done[k] for k in ("imported", "remark", "decision", "known", "not_a_person"))
    code, made, _ = run(
        "summary", "make", vault, "--period", "2014", "--out", tmp_path / "out", "--user", "LM", "--json"
    )
    assert code == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} == {Path(f).name for f in made["files"]}
    assert any(name.endswith(".pdf") for name in made["files"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert "2014" in json.dumps(manifest["period"])
    code, again, _ = run(
        "summary", "make", vault, "--period", "2014", "--out", tmp_path / "two", "--user", "LM", "--json"
    )
    assert again["repeated"]
    code, backup, _ = run("vault", "backup", vault, tmp_path / "stick", "--user", "LM", "--json")
    code, back, _ = run("vault", "restore", backup["path"], tmp_path / "restored", "--user", "LM", "--json")
    assert (code, back["cases"]) == (0, done["imported"] + done["remark"])
    code, check, _ = run("vault", "check", tmp_path / "restored", "--user", "LM", "--json")
    assert (code, check["faults"]) == (0, [])
    code, gone, _ = run("register", "undo", vault, done["import_id"], "--user", "LM", "--json")
    assert (code, gone["removed"]) == (0, back["cases"])


def test_a_preview_accounts_for_every_row_and_writes_nothing(run):
    code, found, _ = run("register", "preview", sample("shelter_register_zh.xlsx"), "--json")
    assert code == 0
    outcomes = ("imported", "remark", "decision", "not_a_person")
    assert found["rows"] == len(found["items"]) == sum(found[k] for k in outcomes)
    first = next(item for item in found["items"] if item["outcome"] == "imported")
    assert {"row", "outcome", "values", "reasons"} <= first.keys()


@pytest.mark.parametrize("period", ["2014-H1", "2014-Q2", "2014-03", "2014-01-15..2014-04-30"])
def test_every_way_to_name_a_period_is_understood(run, vault, period):
    code, shown, _ = run("summary", "show", vault, "--period", period, "--user", "LM", "--json")
    assert code == 0
    assert shown["release"]["tables"] == []
    assert shown["release"]["notices"]


def test_who_is_in_no_figure_yet_is_said_before_a_summary_is_written(run, vault, tmp_path):
    _, done, _ = run("register", "import", vault, sample(), "--user", "LM", "--json")
    code, shown, said = run("summary", "show", vault, "--period", "2014", "--user", "LM", "--json")
    assert code == 0
    assert 0 < shown["waiting_rows"] <= done["decision"]
    assert f"{shown['waiting_rows']} rows of registers wait for a decision" in said
    _, made, said = run(
        "summary", "make", vault, "--period", "2014", "--out", tmp_path / "a", "--user", "LM", "--json"
    )
    assert made["waiting_rows"] == shown["waiting_rows"]
    assert "no figure" in said
    _, none, said = run("summary", "show", vault, "--period", "1990", "--user", "LM", "--json")
    assert (none["waiting_rows"], said) == (0, "")
    assert "pool" in none["advice"]


def test_a_summary_that_would_only_use_its_period_up_is_not_written(run, vault, tmp_path):
    for name in ("shelter_register_zh.xlsx", "consular_returnees_en.csv"):
        run("register", "import", vault, sample(name), "--user", "LM")
    for period, code in (("1990", 32), ("2015-03-05..2015-03-05", 33)):
        words = ("summary", "make", vault, "--period", period, "--out", tmp_path / "out", "--user", "LM")
        assert run(*words)[0] == code
        assert not (tmp_path / "out").exists()
    assert run("summary", "show", vault, "--period", "2015-03-05..2015-03-05", "--user", "LM", "--json")[1][
        "short_period"
    ]
    assert run(*words, "--short-period")[0] == 0
    assert (tmp_path / "out" / "manifest.json").exists()


def test_creation_prints_the_recovery_sheets_and_they_work(run, tmp_path):
    code, made, _ = run(
        "vault", "create", tmp_path / "v", "--user", "LM", "--json", "--sheets-to", tmp_path / "sheets"
    )
    assert code == 0
    assert (len(made["sheets"]), made["needed"]) == (3, 2)
    assert len(list((tmp_path / "sheets").glob("*.pdf"))) == 3
    assert check_sheets(VaultFolder(tmp_path / "v"), made["sheets"][1:])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("vault", "check", "{vault}", "--user", "LM"), 10),
        (("vault", "check", "{vault}", "--user", "NN"), 16),
        (("vault", "users", "list", "{none}"), 15),
        (("summary", "show", "{vault}", "--period", "2014-Q5", "--user", "LM"), None),
        (("register", "preview", "{none}"), None),
    ],
)
def test_troubles_have_their_exit_codes_and_say_what_to_do(run, vault, tmp_path, words, code):
    words = [w.format(vault=vault, none=tmp_path / "none.csv") for w in words]
    password = "wrong words entirely here" if code == 10 else PASSWORD
    got, _, err = run(*words, password=password)
    assert got == code if code else got not in (0, 2, 70)
    assert len(err.splitlines()) == 1
    assert err.endswith(".\n")


def test_without_a_terminal_a_password_is_asked_for_by_message(run, vault, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert cli.main(["vault", "check", str(vault), "--user", "LM"]) == 3
    assert "--password-fd" in capsys.readouterr().err


SAMPLE = "shelter_register_zh.xlsx"


def called(*words, closed=(), **kept):
    """A call as the system makes it: its exit code and the bytes it wrote."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON", "SHELTER"))}
    return subprocess.run(
        [sys.executable, "-m", "shelter_app", *map(str, words)],
        env=plain | {"SHELTER_LANGUAGE": "zh"} | kept.pop("env", {}),
        stdout=kept.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, check=False, timeout=120,
        preexec_fn=(lambda: [os.close(number) for number in closed]) if closed else None,
    )  # fmt: skip


@pytest.mark.parametrize("words", [("--help",), ("register", "preview", sample(SAMPLE))])
def test_a_terminal_without_chinese_characters_still_gets_an_answer(words):
    done = called(*words, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u" in done.stdout


def test_a_script_gets_valid_json_in_any_character_set():
    words = ("register", "preview", sample(SAMPLE), "--json")
    plain, full = (called(*words, env={"PYTHONIOENCODING": charset}).stdout for charset in ("ascii", "utf-8"))
    assert plain.isascii()
    assert not full.isascii()
    assert json.loads(plain) == json.loads(full)


@pytest.mark.skipif(os.name == "nt", reason="pipes break in their own way there")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_reader_that_has_heard_enough_is_no_fault(form):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = called("register", "preview", sample(SAMPLE), *form, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (4, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_answer_that_cannot_be_written_is_said():
    with Path("/dev/full").open("wb") as full:
        done = called("register", "preview", sample(SAMPLE), stdout=full, env={"SHELTER_LANGUAGE": "en"})
    assert done.returncode == 4
    assert done.stderr.decode().startswith("The answer could not be written")


@pytest.mark.skipif(os.name == "nt", reason="descriptors are closed before the call")
def test_closed_output_stops_no_work():
    assert called("register", "preview", sample(SAMPLE), closed=(1,)).returncode == 0


@pytest.mark.parametrize("word", ["-1", "x", "99999999999999999999", "1.5", ""])
def test_a_password_descriptor_that_cannot_be_is_a_matter_of_words(vault, word, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["vault", "check", str(vault), "--user", "LM", f"--password-fd={word}"])
    assert stopped.value.code == 2
    assert "--password-fd" in capsys.readouterr().err


def test_a_descriptor_that_is_not_open_holds_no_password(vault, capsys):
    assert cli.main(["vault", "check", str(vault), "--user", "LM", "--password-fd", "987"]) == 3


@pytest.mark.parametrize("words", [("--language", "zh"), ("--language=zh",)])
def test_the_language_can_be_joined_to_its_option(run, vault, words):
    code, text, _ = run("vault", "users", "list", vault, *words)
    assert code == 0
    assert "管理员" in text


def test_the_parser_itself_speaks_the_language_of_the_call(run, capsys):
    for words in (
        ("--language", "zh", "vault", "check", "--help"),
        ("vault", "check", "--help", "--language", "zh"),
    ):
        with pytest.raises(SystemExit) as done:
            cli.main(words)
        said = capsys.readouterr().out
        assert done.value.code == 0
        assert "用法：" in said
        assert "显示本说明后退出" in said
        assert "show this help" not in said
    with pytest.raises(SystemExit):
        cli.main(("--language", "en", "vault", "check", "--help"))
    assert "show this help" in capsys.readouterr().out


def test_options_have_no_short_forms(run, vault):
    with pytest.raises(SystemExit):
        run("vault", "users", "list", vault, "--lang", "zh")


@pytest.mark.parametrize("inside", ["file", "file/deeper"])
def test_a_file_where_a_folder_should_be_is_said_in_one_sentence(run, vault, tmp_path, inside):
    (tmp_path / "file").write_text("here before")
    run("register", "import", vault, sample(), "--user", "LM")
    target = tmp_path / inside
    for words in (
        ("summary", "make", vault, "--period", "2014", "--out", target, "--user", "LM"),
        ("vault", "backup", vault, target, "--user", "LM"),
        ("vault", "create", tmp_path / "new", "--sheets-to", target, "--user", "LM"),
    ):
        code, _, err = run(*words)
        assert code not in (0, 2, 70), words
        said = [line for line in err.splitlines() if not line.startswith("WARNING")]
        assert len(said) == 1, err
    assert not (tmp_path / "new").exists()
    assert (tmp_path / "file").read_text() == "here before"


def test_a_fault_of_the_program_says_where_and_nothing_of_a_record(run, vault, monkeypatch):
    def broken(*_a, **_k):
        raise ValueError("阮氏花 is not a number")

    monkeypatch.setattr("shelter_app.casework.checking.check_vault", broken)
    code, found, err = run("vault", "check", vault, "--user", "LM", "--json")
    assert (code, found["code"]) == (70, "Fault")
    assert "test_cli.py" in err
    assert "阮氏花" not in err + json.dumps(found, ensure_ascii=False)


def test_columns_can_be_named_by_hand(run, tmp_path):
    (tmp_path / "r.csv").write_text(
        "Họ tên;Giới tính;Quốc tịch\nNguyễn Thị Hoa;F;Vietnam\n", encoding="utf-8"
    )
    assert run("register", "preview", tmp_path / "r.csv", "--json")[1]["code"] == "NoHeaderError"
    said = ("--column", "Họ tên=person.name_latin", "--column", "B=person.sex", "--column", "Quốc tịch=")
    code, found, _ = run("register", "preview", tmp_path / "r.csv", "--header-row", "1", *said, "--json")
    assert code == 0
    assert found["items"][1]["values"] == {
        "name_latin": "Nguyễn Thị Hoa", "sex": "female", "unparsed": {"Quốc tịch": "Vietnam"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "said"), [("A=person.gender_sex", "person.sex"), ("A", "person.sex"), ("=person.sex", "")]
)
def test_a_column_that_means_no_field_is_answered_with_fields_near_it(run, capsys, word, said):
    with pytest.raises(SystemExit):
        run("register", "preview", sample(), "--column", word)
    err = capsys.readouterr().err
    assert "--column" in err
    assert said in err


def test_a_column_that_the_file_does_not_have_is_answered_with_those_that_it_has(run):
    code, answer, err = run("register", "preview", sample(), "--column", "nope=person.sex", "--json")
    assert (code, answer["code"]) == (2, "NoSuchColumnError")
    assert "nope" in err
    assert "DOB" in err
    assert "Nationality" in err


def test_an_unknown_character_set_is_answered_with_those_that_are_known(run, capsys):
    with pytest.raises(SystemExit):
        run("register", "preview", sample(), "--encoding", "klingon")
    assert "gb18030" in capsys.readouterr().err
    assert run("register", "preview", sample(), "--encoding", "GB18030", "--json")[1]["encoding"] == "gb18030"


def test_no_password_is_ever_an_argument():
    parser = cli.build_parser()
    with pytest.raises(SystemExit):
        parser.parse_args(["vault", "check", "DIR", "--user", "LM", "--password", "x"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_help_lists_the_commands_in_both_languages(language):
    set_language(language)
    text = cli.build_parser().format_help()
    for command in ("demo", "vault", "register", "summary"):
        assert command in text


def test_the_commands_start_without_the_window_and_without_what_is_heavy():
    script = (
        "import sys, shelter_app.cli; heavy = {'PySide6', 'numpy', 'highspy', 'reportlab', 'pypinyin', 'opencc',"
        " 'zxcvbn', 'babel', 'xlsxwriter', 'python_calamine', 'sqlcipher3'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_core_finds_no_qt():
    script = (
        "import pkgutil, importlib, sys, shelter_app\n"
        "for m in pkgutil.walk_packages(shelter_app.__path__, 'shelter_app.'):\n"
        "    if not m.name.endswith('__main__'): importlib.import_module(m.name)\n"
        "print(any(n.split('.')[0] in ('PySide6', 'shiboken6') for n in sys.modules), len(sys.modules) > 100)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_what_can_be_read_of_a_damaged_vault_is_brought_into_a_new_one(run, vault, tmp_path):
    code, found, _ = run("vault", "salvage", vault, "--to", tmp_path / "new", "--user", "LM", "--json")
    assert (code, found["lost"]) == (0, [])
    code, check, _ = run("vault", "check", tmp_path / "new", "--user", "LM", "--json")
    assert (code, check["faults"]) == (0, [])
    code, _said, _ = run("vault", "salvage", vault, "--to", tmp_path / "new", "--user", "LM", "--json")
    assert code == 25


def test_a_second_computer_gets_a_letter_of_its_own(run, vault, tmp_path):
    _code, made, _ = run("vault", "backup", vault, tmp_path / "stick", "--user", "LM", "--json")
    words = ("vault", "restore", made["path"], tmp_path / "second", "--user", "LM", "--json")
    code, _said, _ = run(*words, "--second-computer", "A")
    assert code == 54
    code, back, _ = run(*words, "--second-computer", "B")
    assert (code, back["letter"]) == (0, "B")


@pytest.mark.parametrize(("split", "count", "needed"), [("3-of-5", 5, 3), ("2-of-4", 4, 2)])
def test_other_splits_of_the_sheets_are_offered(run, tmp_path, split, count, needed):
    code, made, _ = run("vault", "create", tmp_path / "v", "--user", "LM", "--sheets", split, "--json")
    assert (code, len(made["sheets"]), made["needed"]) == (0, count, needed)
    assert check_sheets(VaultFolder(tmp_path / "v"), made["sheets"][-needed:])


def test_a_split_that_is_not_offered_is_refused(run, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run("vault", "create", tmp_path / "v", "--user", "LM", "--sheets", "1-of-9")
    assert "2-of-3, 2-of-4, 2-of-5, 3-of-5" in capsys.readouterr().err
    assert not (tmp_path / "v").exists()


def test_the_check_compares_the_journal_with_what_left_the_vault(run, vault, tmp_path):
    code, first, _ = run("vault", "check", vault, "--user", "LM", "--json")
    assert (code, first["faults"]) == (0, [])
    head = f"{first['head']['line']} {' '.join(first['head']['words'])}"
    code, backup, _ = run("vault", "backup", vault, tmp_path / "stick", "--user", "LM", "--json")
    code, told, _ = run(
        "vault", "check", vault, "--user", "LM", "--json", "--head", head, "--against", backup["path"]
    )
    assert (code, told["faults"]) == (0, [])
    wrong = f"{first['head']['line']} {' '.join(reversed(first['head']['words']))}"
    code, told, _ = run("vault", "check", vault, "--user", "LM", "--json", "--head", wrong)
    assert code == 12
    assert told["faults"] == [
        f"Line {first['head']['line']} of the journal is another one than according to what you compare it with."
    ]
    code, told, _ = run(
        "vault", "check", vault, "--user", "LM", "--json", "--head", "900 " + head.split(" ", 1)[1]
    )
    assert code == 12
    assert "it went on to line 900" in told["faults"][0]
    run("vault", "create", tmp_path / "other", "--user", "LM", "--post", "KM")
    code, _told, said = run("vault", "check", tmp_path / "other", "--user", "LM", "--against", backup["path"])
    assert code == 66
    assert "belongs to another vault" in said


@pytest.mark.parametrize(
    "words", ["", "12", "12 acid acid acid acid acid", "x acid acid acid acid acid acid"]
)
def test_a_head_that_is_none_is_refused(run, vault, words, capsys):
    with pytest.raises(SystemExit):
        run("vault", "check", vault, "--user", "LM", "--head", words)
    assert "a number and six words" in capsys.readouterr().err


def test_no_two_errors_end_a_command_alike():
    for module in pkgutil.walk_packages(shelter_app.__path__, "shelter_app."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    def kinds(parent):
        for kind in parent.__subclasses__():
            yield kind
            yield from kinds(kind)

    own = {kind for kind in kinds(ShelterError) if "exit_code" in vars(kind) and kind.exit_code > 9}
    assert len(own) > 40
    codes = Counter(kind.exit_code for kind in own)
    assert [kind.__name__ for kind in own if codes[kind.exit_code] > 1] == []


def test_a_vault_that_does_not_open_is_named_with_the_newest_backup_and_a_way_out(run, vault, tmp_path):
    assert run("vault", "backup", vault, tmp_path / "backups", "--user", "LM")[0] == 0
    store = bytearray((vault / "store.db").read_bytes())
    store[700] ^= 1
    (vault / "store.db").write_bytes(bytes(store))
    code, said, _ = run("vault", "check", vault, "--user", "LM")
    assert code == 12
    assert "does not open with the keys of this vault" in said
    (backup,) = [path for path in (tmp_path / "backups").iterdir() if (path / "backup.json").exists()]
    assert str(backup) in said
    assert "vault salvage" in said
    code, told, _ = run("vault", "check", vault, "--user", "LM", "--json")
    assert (code, told["backup"]) == (12, str(backup))
    assert told["faults"]


def test_a_vault_that_was_put_back_is_told_by_every_command_and_by_the_check(run, vault, tmp_path):
    shutil.copytree(vault, tmp_path / "copy")
    assert run("register", "import", vault, sample(), "--user", "LM")[0] == 0
    shutil.rmtree(vault)
    shutil.copytree(tmp_path / "copy", vault)
    for _ in range(2):
        code, _said, warned = run("vault", "backup", vault, tmp_path / "stick", "--user", "LM")
        assert code == 0
        assert "WARNING: The journal ends at line" in warned
    code, said, _ = run("vault", "check", vault, "--user", "LM")
    assert code == 12
    assert "Nothing that was saved is damaged." in said
    sound = tmp_path / "sound"
    assert run("vault", "create", sound, "--user", "LM", "--post", "KM")[0] == 0
    code, _said, warned = run("vault", "check", sound, "--user", "LM")
    assert (code, warned) == (0, "")


def test_extracts_are_off_for_a_post_and_a_small_office_gets_a_sentence(run, vault, tmp_path):
    words = ("summary", "extract", vault, "--period", "2014", "--out", tmp_path / "out", "--user", "LM")
    run("register", "import", vault, sample(), "--user", "LM")
    code, said, _ = run("summary", "office", vault, "--user", "LM", "--json")
    assert (code, said["office"]) == (0, "post")
    code, _, why = run(*words)
    assert code == 117
    assert "summary office" in why
    code, said, _ = run("summary", "office", vault, "national", "--user", "LM")
    assert code == 0
    assert "eleven" in said
    code, _, why = run(*words)
    assert code == 121
    assert "national office" in why
    assert not (tmp_path / "out").exists()


def test_an_extract_comes_with_what_it_cost_and_is_written_again_to_the_letter(run, vault, tmp_path):
    run("register", "import", vault, write_register(tmp_path / "r.csv", 260), "--user", "LM")
    run("summary", "office", vault, "national", "--user", "LM")
    words = ("summary", "extract", vault, "--period", "2015", "--user", "LM", "--out")
    code, said, _ = run(*words, tmp_path / "one", "--codebook", "2026", "--keep", "countries")
    assert code == 0
    assert "%" in said
    code, again, _ = run(*words, tmp_path / "two", "--json")
    assert (code, again["repeated"], again["codebook"]) == (0, True, "2026")
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two
    (rows,) = (data for name, data in one.items() if name.endswith(".csv"))
    assert rows.count(b"\r\n") == again["rows"] + 1
    assert b"sectorOfSexProstitution" in rows
