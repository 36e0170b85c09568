-- Version 10: the access log is a chain, and its heads are signed. hash is of all events up to this one.
ALTER TABLE audit ADD COLUMN access TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN what TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN hash BLOB NOT NULL DEFAULT x'';
-- audit_head: how long the log was, and its last hash, as the centre signed it.
CREATE TABLE audit_head (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, signed TEXT NOT NULL) STRICT;
CREATE TRIGGER audit_head_kept BEFORE UPDATE ON audit_head BEGIN SELECT RAISE(ABORT, 'heads are append only'); END;
CREATE TRIGGER audit_head_held BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'heads are append only'); END;
