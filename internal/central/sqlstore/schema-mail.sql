-- Version 25: the mailbox of sealed cases, of which nobody here has a key, and the log of whose signing keys count.

-- sealed_case: as its events make it; n, head: how many there are, and the hash of the last. case_event: each as its author signed it; envelope, head: what was said with it.
CREATE TABLE sealed_case (id TEXT PRIMARY KEY, patient TEXT NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL, head TEXT NOT NULL, seq INTEGER NOT NULL, changed INTEGER NOT NULL, closes INTEGER NOT NULL) STRICT;
CREATE TABLE case_event (of_case TEXT NOT NULL REFERENCES sealed_case(id), n INTEGER NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL, envelope TEXT NOT NULL, head TEXT NOT NULL, signed TEXT NOT NULL, PRIMARY KEY (of_case, n)) STRICT;
-- case_member: from the event joined to the event gone, 0 while they are in it; seq: the change that they were last told of.
CREATE TABLE case_member (of_case TEXT NOT NULL REFERENCES sealed_case(id), hcp TEXT NOT NULL, staff TEXT NOT NULL, joined INTEGER NOT NULL, gone INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (of_case, hcp, staff, joined)) STRICT;
CREATE INDEX case_member_seq ON case_member (hcp, staff, seq);
-- envelope: of the event n of a case, 0 while it has none; until: when it is deleted, 0 for with the case. envelope_for outlives it.
CREATE TABLE envelope (id TEXT PRIMARY KEY, of_case TEXT NOT NULL, n INTEGER NOT NULL, hcp TEXT NOT NULL, staff TEXT NOT NULL, client TEXT NOT NULL, size INTEGER NOT NULL, digest BLOB NOT NULL, whole INTEGER NOT NULL, made INTEGER NOT NULL, until INTEGER NOT NULL) STRICT;
CREATE INDEX envelope_of ON envelope (of_case);
CREATE INDEX envelope_by ON envelope (hcp, staff, n);
CREATE INDEX envelope_until ON envelope (until);
CREATE TABLE envelope_part (envelope TEXT NOT NULL REFERENCES envelope(id), n INTEGER NOT NULL, piece BLOB NOT NULL, PRIMARY KEY (envelope, n)) STRICT;
CREATE TABLE envelope_for (envelope TEXT NOT NULL, of_case TEXT NOT NULL, hcp TEXT NOT NULL, staff TEXT NOT NULL, delivered INTEGER NOT NULL, opened INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (envelope, hcp, staff)) STRICT;
CREATE INDEX envelope_for_seq ON envelope_for (of_case, seq);
-- offered_key: that a desk offers to be sealed to; given: when one was given to somebody, 0 for not yet.
CREATE TABLE offered_key (name TEXT PRIMARY KEY, client TEXT NOT NULL, hcp TEXT NOT NULL, staff TEXT NOT NULL, kind TEXT NOT NULL, of_case TEXT NOT NULL, print TEXT NOT NULL, signed TEXT NOT NULL, made INTEGER NOT NULL,
  given INTEGER NOT NULL DEFAULT 0, to_hcp TEXT NOT NULL DEFAULT '', to_staff TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX offered_key_of ON offered_key (client, staff, kind, of_case, given);
CREATE INDEX offered_key_case ON offered_key (of_case);
CREATE INDEX offered_key_given ON offered_key (given);
-- case_report: that a member reported what somebody did, without a word of it.
CREATE TABLE case_report (id TEXT PRIMARY KEY, of_case TEXT NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, hcp TEXT NOT NULL, staff TEXT NOT NULL, by_hcp TEXT NOT NULL, by_staff TEXT NOT NULL, why TEXT NOT NULL, settled INTEGER NOT NULL DEFAULT 0) STRICT;
-- key_change: the log of whose keys count, each entry as it is told, with the hash of all up to it.
CREATE TABLE key_change (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, hash BLOB NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TRIGGER key_change_kept BEFORE UPDATE ON key_change BEGIN SELECT RAISE(ABORT, 'the log of keys is append only'); END;
CREATE TRIGGER key_change_held BEFORE DELETE ON key_change BEGIN SELECT RAISE(ABORT, 'the log of keys is append only'); END;
