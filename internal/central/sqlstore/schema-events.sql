-- Version 6: what the event stream tells of, and the index that lists and counts go by, with the labels.

-- changed: the change number of the last act on a consent.
ALTER TABLE consent ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX consent_changed ON consent (hcp, changed, patient);
CREATE INDEX record_seq ON record (seq, patient);
-- moments that pass by themselves: when records begin to flow.
CREATE INDEX participant_expected ON participant (expected) WHERE expected > 0;

DROP INDEX record_patient;
CREATE INDEX record_patient ON record (patient, seq, updated, deleted, kind, labelled, linked);
