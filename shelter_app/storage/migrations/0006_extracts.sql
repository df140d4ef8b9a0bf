-- Every record extract that was ever made: the files to the letter (packed), and which cases its period held.
CREATE TABLE extracts (
  id        TEXT PRIMARY KEY,
  first_day TEXT NOT NULL,
  last_day  TEXT NOT NULL,
  made_at   TEXT NOT NULL,
  made_by   TEXT NOT NULL,
  codebook  TEXT NOT NULL,
  keep      TEXT NOT NULL,
  packed    BLOB NOT NULL,
  cases     TEXT NOT NULL,
  files     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER extracts_stay BEFORE UPDATE ON extracts
BEGIN SELECT RAISE(ABORT, 'an extract is not changed'); END;
CREATE TRIGGER extracts_are_kept BEFORE DELETE ON extracts
BEGIN SELECT RAISE(ABORT, 'an extract is not removed'); END;
