-- Version 10: the access log is a chain, and its heads are signed; who reported what, and which keys have ended. hash is of all events up to this one.
ALTER TABLE audit ADD COLUMN access TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN what TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN hash BLOB NOT NULL DEFAULT x'';
-- reporter: who told of it, where that is somebody else than who acted; acted: when it was done, where it was told later; marks: why an officer looks at it.
ALTER TABLE audit ADD COLUMN reporter TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN acted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN marks TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_client ON audit (client, at);
CREATE INDEX audit_marked ON audit (seq) WHERE marks <> '';
-- since: when somebody's key on a desk was enrolled; ended: when their account was closed. The key does not come back with the account.
ALTER TABLE person ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
-- audit_head: how long the log was, and its last hash, as the centre signed it.
CREATE TABLE audit_head (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, signed TEXT NOT NULL) STRICT;
CREATE TRIGGER audit_head_kept BEFORE UPDATE ON audit_head BEGIN SELECT RAISE(ABORT, 'heads are append only'); END;
CREATE TRIGGER audit_head_held BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'heads are append only'); END;
