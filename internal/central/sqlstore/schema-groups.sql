-- Version 26: who is on call, as they signed it; groups, and their role keys, of which nobody here can open one.

-- on_call: the last statement of each person.
CREATE TABLE on_call (hcp TEXT NOT NULL, staff TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL, signed TEXT NOT NULL, PRIMARY KEY (hcp, staff)) STRICT;
-- contact_group: n, head: how many events it has, and the hash of the last; seq: the change that it came into its state with. group_event: each as its author signed it.
CREATE TABLE contact_group (id TEXT PRIMARY KEY, hcp TEXT NOT NULL, n INTEGER NOT NULL, head TEXT NOT NULL, seq INTEGER NOT NULL, closed INTEGER NOT NULL) STRICT;
CREATE INDEX contact_group_seq ON contact_group (seq);
CREATE TABLE group_event (of_group TEXT NOT NULL REFERENCES contact_group(id), n INTEGER NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL, signed TEXT NOT NULL, PRIMARY KEY (of_group, n)) STRICT;
-- group_box: the private half of an epoch's key, sealed to a key of one desk of somebody on the staff.
CREATE TABLE group_box (of_group TEXT NOT NULL REFERENCES contact_group(id), epoch INTEGER NOT NULL, client TEXT NOT NULL, staff TEXT NOT NULL, name TEXT NOT NULL, box BLOB NOT NULL, made INTEGER NOT NULL, PRIMARY KEY (of_group, epoch, client, staff)) STRICT;
