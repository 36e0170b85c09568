-- Version 12: which records refer to a resource, whoever's they are; and how much of a limit is used up.
CREATE INDEX link_to ON link (type, id);
CREATE INDEX edge_to ON edge (to_type, to_id);
-- rate: what is limited (of) and of whom (a provider's account or desk); full is when nothing of it is used up any more.
CREATE TABLE rate (of TEXT NOT NULL, who TEXT NOT NULL, full INTEGER NOT NULL, PRIMARY KEY (of, who)) STRICT, WITHOUT ROWID;
CREATE INDEX rate_full ON rate (full);
