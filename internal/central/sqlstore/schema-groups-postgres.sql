-- Version 26: who is on call, as they signed it; groups, and their role keys, of which nobody here can open one.

-- on_call: the last statement of each person.
CREATE TABLE on_call (hcp TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, until BIGINT NOT NULL, signed TEXT COLLATE "C" NOT NULL, PRIMARY KEY (hcp, staff));
-- contact_group: n, head: how many events it has, and the hash of the last; seq: the change that it came into its state with. group_event: each as its author signed it.
CREATE TABLE contact_group (id TEXT COLLATE "C" PRIMARY KEY, hcp TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, head TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL, closed BIGINT NOT NULL);
CREATE INDEX contact_group_seq ON contact_group (seq);
CREATE TABLE group_event (of_group TEXT COLLATE "C" NOT NULL REFERENCES contact_group(id), n BIGINT NOT NULL, hash TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, signed TEXT COLLATE "C" NOT NULL, PRIMARY KEY (of_group, n));
-- group_box: the private half of an epoch's key, sealed to a key of one desk of somebody on the staff.
CREATE TABLE group_box (of_group TEXT COLLATE "C" NOT NULL REFERENCES contact_group(id), epoch BIGINT NOT NULL, client TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, box BYTEA NOT NULL, made BIGINT NOT NULL, PRIMARY KEY (of_group, epoch, client, staff));
