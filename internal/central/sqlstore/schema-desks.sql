-- Version 3: what the centre vouches for of the desks' access logs.

-- audit_log: how far each desk's log is vouched for; log names a store on a desk and nobody.
CREATE TABLE audit_log (
  hcp TEXT NOT NULL REFERENCES hcp(id), log TEXT NOT NULL, n INTEGER NOT NULL, head BLOB NOT NULL, generation INTEGER NOT NULL,
  client TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (hcp, log)
) STRICT;
-- audit_writer: the one log that a desk key may speak for, set by its first checkpoint.
CREATE TABLE audit_writer (client TEXT PRIMARY KEY REFERENCES desk(client), log TEXT NOT NULL) STRICT;
-- audit_checkpoint: every checkpoint taken, as the desk signed it.
CREATE TABLE audit_checkpoint (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, hcp TEXT NOT NULL, log TEXT NOT NULL, client TEXT NOT NULL, staff TEXT NOT NULL,
  n INTEGER NOT NULL, signed TEXT NOT NULL
) STRICT;
CREATE INDEX audit_checkpoint_log ON audit_checkpoint (hcp, log, seq);
CREATE TRIGGER audit_checkpoint_kept BEFORE UPDATE ON audit_checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints are append only'); END;
CREATE TRIGGER audit_checkpoint_held BEFORE DELETE ON audit_checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints are append only'); END;
