-- owed: resources that the engine behind a gate has yet to be told, sealed, in their order.
CREATE TABLE owed (seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX owed_type ON owed (type, seq);
