-- Version 1 of proofs.db: what is known of the proofs that requests come with, beside the store: nothing of it is needed when its minutes are over.

-- nonce: those given out, the newest last; a number is never given twice.
CREATE TABLE nonce (seq INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT NOT NULL UNIQUE, at INTEGER NOT NULL) STRICT;
-- proof: the ids used with each nonce; they go with it.
CREATE TABLE proof (nonce INTEGER NOT NULL REFERENCES nonce(seq) ON DELETE CASCADE, id BLOB NOT NULL, PRIMARY KEY (nonce, id)) STRICT, WITHOUT ROWID;
