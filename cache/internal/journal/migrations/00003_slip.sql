-- The desk's working lists: a slip a line.

-- +goose Up
CREATE TABLE slip (
	seq   INTEGER PRIMARY KEY, -- where it stands
	epoch INTEGER NOT NULL,
	id    BLOB NOT NULL,       -- HMAC of the list and the slip's id
	list  BLOB NOT NULL,       -- HMAC of the list
	ct    BLOB NOT NULL,
	UNIQUE (epoch, id)
);
CREATE INDEX slip_list ON slip(list);
