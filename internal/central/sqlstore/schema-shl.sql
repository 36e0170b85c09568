-- Version 23: sealed files that links lead to (SMART Health Links). The store has neither a link's key nor what its address ends with, of which it keeps the digest.
CREATE TABLE health_link (
  digest BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, hcp TEXT NOT NULL REFERENCES hcp(id), staff TEXT NOT NULL, patient TEXT NOT NULL, made INTEGER NOT NULL, ends INTEGER NOT NULL,
  until INTEGER NOT NULL, left_over INTEGER NOT NULL, opened INTEGER NOT NULL, code BLOB, tries INTEGER NOT NULL, direct INTEGER NOT NULL, size INTEGER NOT NULL, file BLOB NOT NULL
) STRICT;
CREATE INDEX health_link_of ON health_link (hcp, staff);
CREATE INDEX health_link_until ON health_link (until);
