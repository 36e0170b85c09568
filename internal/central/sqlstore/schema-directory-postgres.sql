-- Version 21: the directory. hcp.no_view, no_deposit: the provider has not agreed to look into records, or to deposit.
ALTER TABLE hcp ADD COLUMN no_view BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hcp ADD COLUMN no_deposit BIGINT NOT NULL DEFAULT 0;
-- person_before: a key that somebody was enrolled by on a desk before another took its place there: what it signed was signed by it.
CREATE TABLE person_before (client TEXT COLLATE "C" NOT NULL REFERENCES desk(client), staff TEXT COLLATE "C" NOT NULL, print TEXT COLLATE "C" NOT NULL, jwk BYTEA NOT NULL, since BIGINT NOT NULL, ended BIGINT NOT NULL, PRIMARY KEY (client, staff, print, since));
-- service: what a provider offers, of a specialty; ended is 0 while it does.
CREATE TABLE service (id TEXT COLLATE "C" PRIMARY KEY, hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id), specialty TEXT COLLATE "C" NOT NULL, name TEXT NOT NULL, since BIGINT NOT NULL, ended BIGINT NOT NULL DEFAULT 0);
CREATE INDEX service_hcp ON service (hcp);
