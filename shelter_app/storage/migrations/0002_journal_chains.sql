-- One chain a device, so that the histories of two computers can lie in one store: `seq` is the number of a
-- line in the chain of its device, `arrived` the order in which lines came into this store. `epoch` says under
-- which store key the HMAC was made. `about` is the case that a line names, or else its subject.
DROP TRIGGER journal_stays;
DROP TRIGGER journal_is_kept;
DROP INDEX journal_by_subject;
DROP INDEX journal_by_actor;
ALTER TABLE journal RENAME TO journal_before;

CREATE TABLE journal (
  arrived   INTEGER PRIMARY KEY,
  device_id TEXT NOT NULL,
  seq       INTEGER NOT NULL,
  at        TEXT NOT NULL,
  actor     TEXT NOT NULL,
  action    TEXT NOT NULL,
  subject   TEXT NOT NULL,
  detail    TEXT NOT NULL,
  prev      BLOB NOT NULL,
  mac       BLOB NOT NULL,
  sig       BLOB NOT NULL,
  epoch     INTEGER NOT NULL,
  about     TEXT GENERATED ALWAYS AS (coalesce(nullif(json_extract(detail, '$.case'), ''), subject)) VIRTUAL,
  UNIQUE (device_id, seq)
) STRICT;
INSERT INTO journal (arrived, device_id, seq, at, actor, action, subject, detail, prev, mac, sig, epoch)
  SELECT seq, device_id, seq, at, actor, action, subject, detail, prev, mac, sig, 1 FROM journal_before ORDER BY seq;
DROP TABLE journal_before;

-- What the journal is asked for: the lines about a case, of a kind, of a person and kind, of a period.
CREATE INDEX journal_by_about ON journal (about, arrived);
CREATE INDEX journal_by_action ON journal (action, arrived);
CREATE INDEX journal_by_actor ON journal (actor, action, arrived);
CREATE INDEX journal_by_time ON journal (at, arrived);

CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is not changed'); END;
CREATE TRIGGER journal_is_kept BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is not shortened'); END;
