-- What is due is counted at every sign-in and after every save, and the page of returns asks for the cases at a stage. The
-- former index led to the row of each entry, which on a large store means as many pages read from the disk; these answer by
-- themselves, whoever asks.
DROP INDEX entries_by_due;
CREATE INDEX entries_by_due ON entries (due_on, case_id, assigned_to, form, done_on)
  WHERE due_on IS NOT NULL AND done_on IS NULL;
CREATE INDEX cases_restricted ON cases (id, assigned_to) WHERE restricted = 1;
CREATE INDEX cases_by_stage ON cases (stage, status, number, restricted, assigned_to);
