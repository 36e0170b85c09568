-- Version 18: the day of each provider, which its desks keep in step. day_line: a line of it, an Appointment or a Task, with the change that it came with.
CREATE TABLE day_line (hcp TEXT NOT NULL REFERENCES hcp(id), id TEXT NOT NULL, seq INTEGER NOT NULL, day TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (hcp, id)) STRICT;
CREATE INDEX day_line_seq ON day_line (hcp, seq);
CREATE INDEX day_line_day ON day_line (hcp, day);
-- day_reader: who a provider's lists are sealed for, a person at a desk. day_key: what they are sealed by; day_wrap: that, sealed for a reader.
CREATE TABLE day_reader (hcp TEXT NOT NULL REFERENCES hcp(id), holder TEXT NOT NULL, client TEXT NOT NULL, staff TEXT NOT NULL, install TEXT NOT NULL, public BLOB NOT NULL, bond TEXT NOT NULL, PRIMARY KEY (hcp, holder)) STRICT;
CREATE TABLE day_key (hcp TEXT NOT NULL REFERENCES hcp(id), id TEXT NOT NULL, made INTEGER NOT NULL, PRIMARY KEY (hcp, id)) STRICT;
CREATE TABLE day_wrap (hcp TEXT NOT NULL, key TEXT NOT NULL, holder TEXT NOT NULL, wrapped BLOB NOT NULL, PRIMARY KEY (hcp, key, holder)) STRICT;
