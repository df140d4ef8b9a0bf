-- The first schema. Ids are random text; times are UTC, ISO 8601; dates that may be partial are ISO text.
-- Nothing here names a person: what can is sealed in `parts`, `drafts` and `import_rows`.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a laptop that has written into this store. `letter` is part of its case numbers.
CREATE TABLE devices (
  id       TEXT PRIMARY KEY,
  letter   TEXT NOT NULL UNIQUE,
  added_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Everybody who ever had a slot, so that old signatures can be checked after the slot is gone.
CREATE TABLE users (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  sign_key   BLOB NOT NULL,
  added_at   TEXT NOT NULL,
  removed_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  user_id TEXT NOT NULL,
  key     TEXT NOT NULL,
  value   TEXT NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE numbers (
  letter TEXT NOT NULL,
  year   INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  PRIMARY KEY (letter, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
  id         TEXT PRIMARY KEY,
  created_at TEXT NOT NULL,
  device_id  TEXT NOT NULL REFERENCES devices (id)
) STRICT, WITHOUT ROWID;

-- `sex`, `age` (whole years at registration) and `citizenship` (JSON list of alpha-2 codes) are the coarse
-- coded projection of the person's sealed part, written by the save that changes it.
CREATE TABLE cases (
  id            TEXT PRIMARY KEY,
  number        TEXT NOT NULL UNIQUE,
  person_id     TEXT NOT NULL REFERENCES persons (id),
  registered_on TEXT NOT NULL,
  status        TEXT NOT NULL,
  stage         TEXT NOT NULL,
  identified    TEXT,
  assigned_to   TEXT,
  restricted    INTEGER NOT NULL DEFAULT 0,
  alerts        TEXT NOT NULL DEFAULT '[]',
  sex           TEXT,
  age           INTEGER,
  citizenship   TEXT NOT NULL DEFAULT '[]',
  next_due      TEXT,
  created_at    TEXT NOT NULL,
  created_by    TEXT NOT NULL,
  device_id     TEXT NOT NULL REFERENCES devices (id),
  import_id     TEXT,
  change_no     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_by_person ON cases (person_id);
CREATE INDEX cases_by_change ON cases (change_no);
-- Each order of the case list with what lists are filtered by: neither counting nor finding where the pages
-- begin reads a single row.
CREATE INDEX cases_by_number ON cases (number, id, status, restricted, assigned_to, next_due);
CREATE INDEX cases_by_registered ON cases (registered_on, id, status, restricted, assigned_to, next_due);
CREATE INDEX cases_by_due ON cases (coalesce(next_due, '9999'), id, status, restricted, assigned_to, next_due);
CREATE INDEX cases_by_assigned ON cases (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX cases_by_import ON cases (import_id) WHERE import_id IS NOT NULL;

-- One filled form. The typed columns are those of its newest revision, for lists and agendas.
-- A veiled form (health record) says only 'health' here; which form it was is sealed with it.
CREATE TABLE entries (
  id          TEXT PRIMARY KEY,
  case_id     TEXT REFERENCES cases (id),
  person_id   TEXT NOT NULL REFERENCES persons (id),
  form        TEXT NOT NULL,
  head        TEXT NOT NULL,
  revisions   INTEGER NOT NULL,
  happened_on TEXT,
  due_on      TEXT,
  done_on     TEXT,
  status      TEXT,
  assigned_to TEXT,
  created_at  TEXT NOT NULL,
  created_by  TEXT NOT NULL,
  device_id   TEXT NOT NULL REFERENCES devices (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_by_case ON entries (case_id, created_at);
CREATE INDEX entries_by_person ON entries (person_id, form);
CREATE INDEX entries_by_due ON entries (due_on, case_id) WHERE due_on IS NOT NULL AND done_on IS NULL;

-- `kept` names, by compartment, the earlier revision whose sealed part still holds: whoever corrects an
-- entry without the key of a compartment leaves that part as it was.
CREATE TABLE revisions (
  id           TEXT PRIMARY KEY,
  entry_id     TEXT NOT NULL,
  form         TEXT NOT NULL,
  form_version INTEGER NOT NULL,
  coded        TEXT NOT NULL,
  kept         TEXT NOT NULL DEFAULT '{}',
  salt         BLOB NOT NULL,
  typed_at     TEXT NOT NULL,
  typed_by     TEXT NOT NULL,
  device_id    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX revisions_by_entry ON revisions (entry_id, typed_at);

-- A revision has one parent, or two where histories written apart were merged; the first has none.
CREATE TABLE revision_parents (
  revision_id TEXT NOT NULL,
  parent_id   TEXT NOT NULL,
  PRIMARY KEY (revision_id, parent_id)
) STRICT, WITHOUT ROWID;

-- What only the holder of a compartment's key can read. `sealing` is 'key', or 'inbox' for what was
-- written by somebody without that key (sealed to the compartment's public key, signed by `author`).
CREATE TABLE parts (
  id          TEXT NOT NULL,
  revision_id TEXT NOT NULL,
  compartment TEXT NOT NULL CHECK (compartment IN ('people', 'health')),
  epoch       INTEGER NOT NULL,
  sealing     TEXT NOT NULL CHECK (sealing IN ('key', 'inbox')),
  author      TEXT NOT NULL,
  box         BLOB NOT NULL,
  PRIMARY KEY (revision_id, compartment)
) STRICT, WITHOUT ROWID;
CREATE INDEX parts_in_inbox ON parts (compartment, revision_id) WHERE sealing = 'inbox';

-- `file` is a random name under attachments/; its key lies in the sealed part of the entry.
CREATE TABLE attachments (
  id       TEXT PRIMARY KEY,
  entry_id TEXT NOT NULL,
  file     TEXT NOT NULL UNIQUE,
  size     INTEGER NOT NULL,
  sha256   TEXT NOT NULL,
  added_at TEXT NOT NULL,
  added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_by_entry ON attachments (entry_id);

-- Sealed to its author alone.
CREATE TABLE drafts (
  id       TEXT PRIMARY KEY,
  user_id  TEXT NOT NULL,
  case_id  TEXT,
  form     TEXT NOT NULL,
  entry_id TEXT,
  saved_at TEXT NOT NULL,
  box      BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_by_user ON drafts (user_id, saved_at);

CREATE TABLE imports (
  id        TEXT PRIMARY KEY,
  made_at   TEXT NOT NULL,
  made_by   TEXT NOT NULL,
  source    BLOB NOT NULL,
  counts    TEXT NOT NULL,
  undone_at TEXT
) STRICT, WITHOUT ROWID;

-- `fingerprint` is an HMAC of what stood in the row, so that the same row is never brought in twice.
CREATE TABLE import_rows (
  import_id   TEXT NOT NULL REFERENCES imports (id),
  sheet       INTEGER NOT NULL,
  row         INTEGER NOT NULL,
  fingerprint BLOB,
  outcome     TEXT NOT NULL,
  reasons     TEXT NOT NULL,
  case_id     TEXT,
  box         BLOB,
  PRIMARY KEY (import_id, sheet, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_rows_by_fingerprint ON import_rows (fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX import_rows_by_case ON import_rows (case_id) WHERE case_id IS NOT NULL;

-- Every summary that was ever made: what was published, and which cases its period held. `made_on` is the day
-- at the post, as it stands in the files.
CREATE TABLE releases (
  id        TEXT PRIMARY KEY,
  first_day TEXT NOT NULL,
  last_day  TEXT NOT NULL,
  made_at   TEXT NOT NULL,
  made_on   TEXT NOT NULL,
  made_by   TEXT NOT NULL,
  published TEXT NOT NULL,
  cases     TEXT NOT NULL,
  files     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX releases_by_period ON releases (first_day, last_day);

-- The journal: one chain a device. No values; `detail` is canonical JSON of ids, kinds and digests.
CREATE TABLE journal (
  seq       INTEGER PRIMARY KEY,
  device_id TEXT NOT NULL,
  at        TEXT NOT NULL,
  actor     TEXT NOT NULL,
  action    TEXT NOT NULL,
  subject   TEXT NOT NULL,
  detail    TEXT NOT NULL,
  prev      BLOB NOT NULL,
  mac       BLOB NOT NULL,
  sig       BLOB NOT NULL
) STRICT;
CREATE INDEX journal_by_subject ON journal (subject, seq);
CREATE INDEX journal_by_actor ON journal (actor, seq);

-- What is saved is not overwritten. `erasing` is set only inside the transaction of an undone import
-- or an erasure, which the journal records.
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is not changed'); END;
CREATE TRIGGER journal_is_kept BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is not shortened'); END;
CREATE TRIGGER revisions_stay BEFORE UPDATE ON revisions
BEGIN SELECT RAISE(ABORT, 'a revision is not changed'); END;
CREATE TRIGGER revisions_are_kept BEFORE DELETE ON revisions
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE key = 'erasing')
BEGIN SELECT RAISE(ABORT, 'a revision is not removed'); END;
CREATE TRIGGER parts_are_kept BEFORE DELETE ON parts
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE key = 'erasing')
BEGIN SELECT RAISE(ABORT, 'a part is not removed'); END;
CREATE TRIGGER releases_stay BEFORE UPDATE ON releases
BEGIN SELECT RAISE(ABORT, 'a release is not changed'); END;
CREATE TRIGGER releases_are_kept BEFORE DELETE ON releases
BEGIN SELECT RAISE(ABORT, 'a release is not removed'); END;
