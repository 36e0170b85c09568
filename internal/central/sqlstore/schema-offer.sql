-- Version 4: who gives a consent, what may be put to a patient, and when an identity was verified.

-- what a substitute decision maker of a later rank states, and the provider's letter of declaration.
ALTER TABLE consent ADD COLUMN giver_none_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consent ADD COLUMN giver_declaration TEXT NOT NULL DEFAULT '';

-- verified: when a desk verified the identity, 0 for one that came verified; expected: when records begin to flow after that.
ALTER TABLE participant ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE participant ADD COLUMN expected INTEGER NOT NULL DEFAULT 0;

-- the terms and the reasons for restricted records, in the order to offer them.
CREATE TABLE offer_term (place INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE offer_reason (place INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, text TEXT NOT NULL) STRICT;
-- offer_notice: every version of each notice; the last of an id is the one to be read. title and text are JSON, by language.
CREATE TABLE offer_notice (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, version TEXT NOT NULL, official INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
  since INTEGER NOT NULL, UNIQUE (id, version)
) STRICT;
CREATE TRIGGER offer_notice_kept BEFORE UPDATE ON offer_notice BEGIN SELECT RAISE(ABORT, 'notices are append only'); END;
CREATE TRIGGER offer_notice_held BEFORE DELETE ON offer_notice BEGIN SELECT RAISE(ABORT, 'notices are append only'); END;

CREATE INDEX consent_until ON consent (hcp, until);

-- verification: who verified a participant's identity, when, and by what.
CREATE TABLE verification (
  patient TEXT PRIMARY KEY REFERENCES participant(patient), at INTEGER NOT NULL, hcp TEXT NOT NULL, staff TEXT NOT NULL, client TEXT NOT NULL,
  method TEXT NOT NULL, document TEXT NOT NULL
) STRICT;
CREATE TRIGGER verification_kept BEFORE UPDATE ON verification BEGIN SELECT RAISE(ABORT, 'verifications are append only'); END;
CREATE TRIGGER verification_held BEFORE DELETE ON verification BEGIN SELECT RAISE(ABORT, 'verifications are append only'); END;
