-- Whom every summary counted and with which codes, so that a later one can be attacked together with it. Who is
-- erased is counted on under another random id, with their codes where these stay and without any where not.
CREATE TABLE release_rows (
  release_id TEXT NOT NULL REFERENCES releases (id),
  person     TEXT NOT NULL,
  codes      TEXT NOT NULL,
  PRIMARY KEY (release_id, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_rows_by_person ON release_rows (person);
CREATE TRIGGER release_rows_stay BEFORE UPDATE ON release_rows
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE key = 'erasing')
BEGIN SELECT RAISE(ABORT, 'a row of a release is not changed'); END;
CREATE TRIGGER release_rows_are_kept BEFORE DELETE ON release_rows
BEGIN SELECT RAISE(ABORT, 'a row of a release is not removed'); END;
