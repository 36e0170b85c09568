-- +goose Up
CREATE TABLE audit (
	seq   INTEGER PRIMARY KEY,
	epoch INTEGER NOT NULL,
	ct    BLOB NOT NULL,
	hash  BLOB NOT NULL      -- SHA-256(hash before || seq || ct)
);
CREATE TABLE outbox (
	seq      INTEGER PRIMARY KEY AUTOINCREMENT,
	epoch    INTEGER NOT NULL,
	op       BLOB NOT NULL UNIQUE,
	lane     BLOB NOT NULL,
	state    INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	next     INTEGER NOT NULL, -- seconds since 1970
	ct       BLOB NOT NULL,    -- what is to be sent
	note     BLOB NOT NULL     -- what came of it
);
