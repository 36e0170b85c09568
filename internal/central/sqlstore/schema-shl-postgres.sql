-- Version 23: sealed files that links lead to (SMART Health Links). The store has neither a link's key nor what its address ends with, of which it keeps the digest.
CREATE TABLE health_link (
  digest BYTEA PRIMARY KEY, id TEXT COLLATE "C" NOT NULL UNIQUE, hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id), staff TEXT COLLATE "C" NOT NULL, patient TEXT COLLATE "C" NOT NULL, made BIGINT NOT NULL, ends BIGINT NOT NULL,
  until BIGINT NOT NULL, left_over BIGINT NOT NULL, opened BIGINT NOT NULL, code BYTEA, tries BIGINT NOT NULL, direct BIGINT NOT NULL, size BIGINT NOT NULL, file BYTEA NOT NULL
);
CREATE INDEX health_link_of ON health_link (hcp, staff);
CREATE INDEX health_link_until ON health_link (until);
