-- Version 25: the mailbox of sealed cases, of which nobody here has a key, and the log of whose signing keys count.

-- sealed_case: as its events make it; n, head: how many there are, and the hash of the last. case_event: each as its author signed it; envelope, head: what was said with it.
CREATE TABLE sealed_case (id TEXT COLLATE "C" PRIMARY KEY, patient TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, head TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL, changed BIGINT NOT NULL, closes BIGINT NOT NULL);
CREATE TABLE case_event (of_case TEXT COLLATE "C" NOT NULL REFERENCES sealed_case(id), n BIGINT NOT NULL, hash TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, envelope TEXT COLLATE "C" NOT NULL, head TEXT COLLATE "C" NOT NULL, signed TEXT COLLATE "C" NOT NULL, PRIMARY KEY (of_case, n));
-- case_member: from the event joined to the event gone, 0 while they are in it; seq: the change that they were last told of.
CREATE TABLE case_member (of_case TEXT COLLATE "C" NOT NULL REFERENCES sealed_case(id), hcp TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, joined BIGINT NOT NULL, gone BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (of_case, hcp, staff, joined));
CREATE INDEX case_member_seq ON case_member (hcp, staff, seq);
-- envelope: of the event n of a case, 0 while it has none; until: when it is deleted, 0 for with the case. envelope_for outlives it.
CREATE TABLE envelope (id TEXT COLLATE "C" PRIMARY KEY, of_case TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, hcp TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, client TEXT COLLATE "C" NOT NULL, size BIGINT NOT NULL, digest BYTEA NOT NULL, whole BIGINT NOT NULL, made BIGINT NOT NULL, until BIGINT NOT NULL);
CREATE INDEX envelope_of ON envelope (of_case);
CREATE INDEX envelope_by ON envelope (hcp, staff, n);
CREATE INDEX envelope_until ON envelope (until);
CREATE TABLE envelope_part (envelope TEXT COLLATE "C" NOT NULL REFERENCES envelope(id), n BIGINT NOT NULL, piece BYTEA NOT NULL, PRIMARY KEY (envelope, n));
CREATE TABLE envelope_for (envelope TEXT COLLATE "C" NOT NULL, of_case TEXT COLLATE "C" NOT NULL, hcp TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, delivered BIGINT NOT NULL, opened BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (envelope, hcp, staff));
CREATE INDEX envelope_for_seq ON envelope_for (of_case, seq);
-- offered_key: that a desk offers to be sealed to; given: when one was given to somebody, 0 for not yet.
CREATE TABLE offered_key (name TEXT COLLATE "C" PRIMARY KEY, client TEXT COLLATE "C" NOT NULL, hcp TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, of_case TEXT COLLATE "C" NOT NULL, print TEXT COLLATE "C" NOT NULL, signed TEXT COLLATE "C" NOT NULL, made BIGINT NOT NULL,
  given BIGINT NOT NULL DEFAULT 0, to_hcp TEXT COLLATE "C" NOT NULL DEFAULT '', to_staff TEXT COLLATE "C" NOT NULL DEFAULT '');
CREATE INDEX offered_key_of ON offered_key (client, staff, kind, of_case, given);
CREATE INDEX offered_key_case ON offered_key (of_case);
CREATE INDEX offered_key_given ON offered_key (given);
-- case_report: that a member reported what somebody did, without a word of it.
CREATE TABLE case_report (id TEXT COLLATE "C" PRIMARY KEY, of_case TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, hcp TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, by_hcp TEXT COLLATE "C" NOT NULL, by_staff TEXT COLLATE "C" NOT NULL, why TEXT COLLATE "C" NOT NULL, settled BIGINT NOT NULL DEFAULT 0);
-- key_change: the log of whose keys count, each entry as it is told, with the hash of all up to it.
CREATE TABLE key_change (n BIGINT PRIMARY KEY, at BIGINT NOT NULL, hash BYTEA NOT NULL, text TEXT COLLATE "C" NOT NULL);
CREATE TRIGGER key_change_kept BEFORE UPDATE OR DELETE ON key_change FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER key_change_emptied BEFORE TRUNCATE ON key_change FOR EACH STATEMENT EXECUTE FUNCTION append_only();
ALTER TABLE key_change ENABLE ALWAYS TRIGGER key_change_kept;
ALTER TABLE key_change ENABLE ALWAYS TRIGGER key_change_emptied;
