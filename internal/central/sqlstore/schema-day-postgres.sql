-- Version 18: the day of each provider, which its desks keep in step. day_line: a line of it, an Appointment or a Task, with the change that it came with.
CREATE TABLE day_line (hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id), id TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL, day TEXT COLLATE "C" NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (hcp, id));
CREATE INDEX day_line_seq ON day_line (hcp, seq);
CREATE INDEX day_line_day ON day_line (hcp, day);
-- day_reader: who a provider's lists are sealed for, a person at a desk. day_key: what they are sealed by; day_wrap: that, sealed for a reader.
CREATE TABLE day_reader (hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id), holder TEXT COLLATE "C" NOT NULL, client TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, install TEXT NOT NULL, public BYTEA NOT NULL, bond TEXT NOT NULL, PRIMARY KEY (hcp, holder));
CREATE TABLE day_key (hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id), id TEXT COLLATE "C" NOT NULL, made BIGINT NOT NULL, PRIMARY KEY (hcp, id));
CREATE TABLE day_wrap (hcp TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, holder TEXT COLLATE "C" NOT NULL, wrapped BYTEA NOT NULL, PRIMARY KEY (hcp, key, holder));
