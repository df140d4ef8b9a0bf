-- Erasing: what was proposed, what was erased, what must not be erased, and the coded facts that stay.

-- One person proposes, another decides. `cases` (JSON) are the cases that there were when it was proposed.
CREATE TABLE erasure_proposals (
  id          TEXT PRIMARY KEY,
  person_id   TEXT NOT NULL,
  cases       TEXT NOT NULL,
  way         TEXT NOT NULL CHECK (way IN ('facts_stay', 'all')),
  reason      TEXT NOT NULL,
  proposed_at TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  ended_at    TEXT,
  ended_by    TEXT,
  outcome     TEXT CHECK (outcome IN ('withdrawn', 'erased'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX proposal_open ON erasure_proposals (person_id) WHERE ended_at IS NULL;

-- The list of erasures: random ids that a restore of an older backup erases again. `id` is the number of the
-- certificate; `counts` and `backups` (JSON) are what the certificate says.
CREATE TABLE erasures (
  id          TEXT PRIMARY KEY,
  person_id   TEXT NOT NULL,
  cases       TEXT NOT NULL,
  way         TEXT NOT NULL CHECK (way IN ('facts_stay', 'all')),
  reason      TEXT NOT NULL,
  erased_at   TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  counts      TEXT NOT NULL,
  backups     TEXT NOT NULL,
  journal_seq INTEGER NOT NULL,
  journal_mac TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER erasures_stay BEFORE UPDATE ON erasures
BEGIN SELECT RAISE(ABORT, 'an erasure is not changed'); END;
CREATE TRIGGER erasures_are_kept BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'an erasure is not forgotten'); END;

-- Persons of whom nothing is erased for now: a court or the person asks that it be kept.
CREATE TABLE holds (
  person_id TEXT PRIMARY KEY,
  reason    TEXT NOT NULL,
  set_at    TEXT NOT NULL,
  set_by    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Coded facts of erased cases, for figures alone. `id` and `person` are new random ids that nothing leads to;
-- dates are months; no case number, no member of staff. `entries` is JSON: [form, version, coded part].
CREATE TABLE kept_cases (
  id            TEXT PRIMARY KEY,
  person        TEXT NOT NULL,
  registered_in TEXT NOT NULL,
  stage         TEXT NOT NULL,
  identified    TEXT,
  sex           TEXT,
  age           INTEGER,
  citizenship   TEXT NOT NULL,
  entries       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
