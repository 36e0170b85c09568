-- Version 20: what a provider's desks may fetch before it is opened. hcp.ahead: they may, of whoever is marked as here. visit.ahead: a record was fetched so,
-- which the patient was told of, and nobody has opened it since: the opening is told no second time.
ALTER TABLE hcp ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;
