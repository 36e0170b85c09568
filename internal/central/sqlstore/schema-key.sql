-- Version 17: what the centre's key is known by, so that a store and the key that conceals what is in it are not parted unseen.
CREATE TABLE key_mark (one INTEGER PRIMARY KEY CHECK (one = 1), mark BLOB NOT NULL) STRICT;
