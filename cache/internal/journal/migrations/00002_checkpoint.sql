-- What the desk and the centre have signed of the access log. It is plain: it
-- names a store, a desk key, lengths and hashes. Journals that were written
-- before there were migrations may have the table already.

-- +goose Up
CREATE TABLE IF NOT EXISTS checkpoint (
	n       INTEGER NOT NULL, -- entries
	head    BLOB NOT NULL,
	signed  TEXT NOT NULL,    -- by the desk
	vouched TEXT NOT NULL,    -- by the centre; '' until it has answered
	PRIMARY KEY (n, head)
);
