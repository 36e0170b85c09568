-- Version 21: the directory. hcp.no_view, no_deposit: the provider has not agreed to look into records, or to deposit.
ALTER TABLE hcp ADD COLUMN no_view INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hcp ADD COLUMN no_deposit INTEGER NOT NULL DEFAULT 0;
-- person_before: a key that somebody was enrolled by on a desk before another took its place there: what it signed was signed by it.
CREATE TABLE person_before (client TEXT NOT NULL REFERENCES desk(client), staff TEXT NOT NULL, print TEXT NOT NULL, jwk BLOB NOT NULL, since INTEGER NOT NULL, ended INTEGER NOT NULL, PRIMARY KEY (client, staff, print, since)) STRICT;
-- service: what a provider offers, of a specialty; ended is 0 while it does.
CREATE TABLE service (id TEXT PRIMARY KEY, hcp TEXT NOT NULL REFERENCES hcp(id), specialty TEXT NOT NULL, name TEXT NOT NULL, since INTEGER NOT NULL, ended INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX service_hcp ON service (hcp);
