"""Settings on which safety depends are compared with the journal; how the program looks is nobody's business."""

import pytest

from shelter_app.casework import backups, checking, retention, settings
from shelter_app.casework.settings import UserSettings
from shelter_app.domain.retention import RetentionPeriods

#: What is set twice, and the row that then is put back to what it was after the first time.
SETTINGS = {
    "idle": (
        lambda s, _folder, n: settings.write_settings(s, UserSettings(idle_minutes=(2, 12)[n])),
        ("settings", "key = 'idle_minutes'"),
        "LM: the minutes until the program locks",
    ),
    "pictures": (
        lambda s, _folder, n: settings.write_settings(s, UserSettings(allow_pictures=bool(n))),
        ("settings", "key = 'allow_pictures'"),
        "LM: the minutes until the program locks, or whether pictures",
    ),
    "retention": (
        lambda s, _folder, n: retention.set_retention_periods(
            s, RetentionPeriods.from_json(('{"child": 5}', '{"child": 9}')[n])
        ),
        ("settings", "key = 'retention'"),
        "The retention periods",
    ),
    "hours": (
        lambda s, _folder, n: backups.set_backup_plan(s, (0, 24)[n]),
        ("meta", "key = 'backup_hours'"),
        "How often backups are made",
    ),
    "time": (
        lambda s, folder, n: backups.back_up(s, folder / "first"),
        ("meta", "key = 'backup_at'"),
        "When the last backup was made",
    ),
    "place": (
        lambda s, folder, n: backups.back_up(s, folder / ("first", "second")[n]),
        ("meta", "key = 'backup_folder'"),
        "The folder in which backups are made",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_put_back_without_the_program_is_named(session, tmp_path, name):
    put, (table, where), sentence = SETTINGS[name]
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    put(session, tmp_path, 0)
    earlier = session.store.value(f"SELECT value FROM {table} WHERE {where}")
    assert earlier is not None
    put(session, tmp_path, 1)
    # The control: as the program left it, nothing is said.
    assert checking.check_vault(session).faults == ()
    session.store.execute(f"UPDATE {table} SET value = ? WHERE {where}", (earlier,))
    report = checking.check_vault(session)
    assert [fault for fault in report.faults if fault.startswith(sentence)] == list(report.faults) != []
    assert not report.damage
    put(session, tmp_path, 0)
    put(session, tmp_path, 1)
    assert checking.check_vault(session).faults == ()


def test_a_setting_that_is_taken_away_is_named_too(session):
    settings.write_settings(session, UserSettings(idle_minutes=2))
    session.store.execute("DELETE FROM settings WHERE key = 'idle_minutes'")
    assert len(checking.check_vault(session).faults) == 1


def test_how_the_program_looks_leaves_no_line_and_may_change(session):
    settings.write_settings(session, UserSettings(language="zh", theme="dark", scale=150, density="compact"))
    assert session.journal.read(actions=["settings.safety"]) == []
    session.store.execute("UPDATE settings SET value = 'light' WHERE key = 'theme'")
    assert checking.check_vault(session).faults == ()


def test_the_journal_names_the_folder_of_a_backup_without_saying_it(session, tmp_path):
    place = tmp_path / "秀云 stick"
    place.mkdir()
    backups.back_up(session, place)
    (line,) = session.journal.read(actions=["backup.made"])
    assert "秀云" not in str(line.detail)
    assert str(place) not in str(line.detail)
    assert backups.same_place(session, line.detail["place"])
