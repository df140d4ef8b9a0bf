-- Keys that were in force before, each sealed under a later key of the same compartment (`under`): what was
-- sealed or copied in their time stays readable to who holds the key in force.
CREATE TABLE old_keys (
  compartment TEXT NOT NULL CHECK (compartment IN ('store', 'people', 'health')),
  epoch       INTEGER NOT NULL,
  under       INTEGER NOT NULL,
  box         BLOB NOT NULL,
  kept_at     TEXT NOT NULL,
  PRIMARY KEY (compartment, epoch)
) STRICT, WITHOUT ROWID;

-- Which parts still lie under an earlier key.
CREATE INDEX parts_by_epoch ON parts (compartment, epoch);
