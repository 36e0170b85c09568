-- Version 5: records that are restricted by their label, and the patient's leave to see restricted ones.

-- labelled: meta.security says restricted or very restricted.
ALTER TABLE record ADD COLUMN labelled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN labelled INTEGER NOT NULL DEFAULT 0;

-- link, with what labelled records refer to kept apart from what the others do.
CREATE TABLE link_apart (
  patient TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, kind INTEGER NOT NULL, labelled INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (patient, type, id, kind, labelled)
) STRICT, WITHOUT ROWID;
INSERT INTO link_apart (patient, type, id, kind, labelled, at) SELECT patient, type, id, kind, 0, at FROM link;
DROP TABLE link;
ALTER TABLE link_apart RENAME TO link;

-- one_time_code: the last code sent to a patient for a provider; code_sent: when, to bound how often; code_tries: the wrong ones.
CREATE TABLE one_time_code (
  patient TEXT NOT NULL, hcp TEXT NOT NULL, digest BLOB NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (patient, hcp)
) STRICT;
CREATE TABLE code_sent (patient TEXT NOT NULL, hcp TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX code_sent_pair ON code_sent (patient, hcp, at);
CREATE TABLE code_tries (patient TEXT NOT NULL, hcp TEXT NOT NULL, wrong INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (patient, hcp)) STRICT;

-- release: a person's leave, at one desk, to see restricted records of some kinds for a while. kinds are names, separated by commas.
CREATE TABLE release (
  id TEXT PRIMARY KEY, patient TEXT NOT NULL REFERENCES participant(patient), hcp TEXT NOT NULL, staff TEXT NOT NULL, client TEXT NOT NULL,
  kinds TEXT NOT NULL, reason TEXT NOT NULL, words TEXT NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL, ended INTEGER NOT NULL
) STRICT;
-- release_evidence: what a release by card rests on, as card_evidence.
CREATE TABLE release_evidence (
  release TEXT PRIMARY KEY REFERENCES release(id), profile TEXT NOT NULL, source TEXT NOT NULL, scheme TEXT NOT NULL, proof TEXT NOT NULL,
  issuer TEXT NOT NULL, challenge BLOB NOT NULL, response BLOB NOT NULL, signed BLOB NOT NULL
) STRICT;
CREATE TRIGGER release_evidence_kept BEFORE UPDATE ON release_evidence BEGIN SELECT RAISE(ABORT, 'evidence is append only'); END;
CREATE TRIGGER release_evidence_held BEFORE DELETE ON release_evidence BEGIN SELECT RAISE(ABORT, 'evidence is append only'); END;
