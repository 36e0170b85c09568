-- change: the one row that hands out change numbers and instants, each later than all before it.
CREATE TABLE change (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
INSERT INTO change VALUES (1, 0, 0);

CREATE TABLE hcp (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, chinese TEXT NOT NULL, kind TEXT NOT NULL,
  cache_hours INTEGER NOT NULL, deemed INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
  hcp TEXT NOT NULL REFERENCES hcp(id), staff TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
  location TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (hcp, staff)
) STRICT;

CREATE TABLE activation (
  hash BLOB PRIMARY KEY, hcp TEXT NOT NULL, staff TEXT NOT NULL, expires INTEGER NOT NULL,
  used INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0
) STRICT;

-- desk: an installation, known by its key; person: somebody's key on that desk.
CREATE TABLE desk (client TEXT PRIMARY KEY, hcp TEXT NOT NULL, install TEXT NOT NULL, print TEXT NOT NULL, jwk BLOB NOT NULL, UNIQUE (hcp, print)) STRICT;
CREATE TABLE person (client TEXT NOT NULL REFERENCES desk(client), staff TEXT NOT NULL, print TEXT NOT NULL, jwk BLOB NOT NULL, PRIMARY KEY (client, staff)) STRICT;
CREATE TABLE token (hash BLOB PRIMARY KEY, client TEXT NOT NULL, hcp TEXT NOT NULL, staff TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE INDEX token_expires ON token (expires);
CREATE TABLE jti (hash BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT;
CREATE INDEX jti_expires ON jti (expires);

CREATE TABLE participant (
  patient TEXT PRIMARY KEY, ehr TEXT NOT NULL UNIQUE, hkic TEXT NOT NULL, state TEXT NOT NULL,
  notify TEXT NOT NULL, key BLOB NOT NULL, person BLOB NOT NULL
) STRICT;
CREATE TABLE identifier (system TEXT NOT NULL, value TEXT NOT NULL, patient TEXT NOT NULL REFERENCES participant(patient), PRIMARY KEY (system, value)) STRICT, WITHOUT ROWID;
CREATE INDEX identifier_patient ON identifier (patient);

CREATE TABLE consent (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, patient TEXT NOT NULL REFERENCES participant(patient), hcp TEXT NOT NULL REFERENCES hcp(id),
  state TEXT NOT NULL, term TEXT NOT NULL, channel TEXT NOT NULL, giver_kind TEXT NOT NULL, giver_name TEXT NOT NULL, giver_document TEXT NOT NULL,
  notices TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, ended INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_pair ON consent (patient, hcp, seq);
CREATE INDEX consent_hcp ON consent (hcp, seq);
CREATE TABLE act (hcp TEXT NOT NULL, request TEXT NOT NULL, print BLOB NOT NULL, answer BLOB NOT NULL, PRIMARY KEY (hcp, request)) STRICT;
CREATE TABLE form (hcp TEXT NOT NULL, reference TEXT NOT NULL, PRIMARY KEY (hcp, reference)) STRICT;
CREATE TABLE tries (patient TEXT NOT NULL, hcp TEXT NOT NULL, wrong INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (patient, hcp)) STRICT;

-- record: the current version of each resource. patient is '' for what belongs to no one patient.
CREATE TABLE record (
  pk INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL, updated INTEGER NOT NULL,
  patient TEXT NOT NULL, kind INTEGER NOT NULL, linked INTEGER NOT NULL, deleted INTEGER NOT NULL, source TEXT NOT NULL,
  print BLOB NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL, UNIQUE (type, id)
) STRICT;
CREATE INDEX record_patient ON record (patient, seq, updated, deleted, kind);
CREATE INDEX record_type ON record (type, seq);
-- history: the versions before the current one.
CREATE TABLE history (
  type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL, updated INTEGER NOT NULL,
  patient TEXT NOT NULL, kind INTEGER NOT NULL, deleted INTEGER NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (type, id, version)
) STRICT;
CREATE INDEX history_type ON history (type, seq);
-- link: a patient's records of a kind refer, since an instant, to a shared resource; edge: one shared resource refers to another.
CREATE TABLE link (patient TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (patient, type, id, kind)) STRICT, WITHOUT ROWID;
CREATE TABLE edge (type TEXT NOT NULL, id TEXT NOT NULL, to_type TEXT NOT NULL, to_id TEXT NOT NULL, PRIMARY KEY (type, id, to_type, to_id)) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, at INTEGER NOT NULL, action TEXT NOT NULL, staff TEXT NOT NULL, role TEXT NOT NULL,
  hcp TEXT NOT NULL, client TEXT NOT NULL, location TEXT NOT NULL, patient TEXT NOT NULL, purpose TEXT NOT NULL, reason TEXT NOT NULL, kinds TEXT NOT NULL, outcome TEXT NOT NULL
) STRICT;
CREATE INDEX audit_patient ON audit (patient, seq);
CREATE UNIQUE INDEX audit_id ON audit (id);
CREATE TRIGGER audit_kept BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append only'); END;
CREATE TRIGGER audit_held BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append only'); END;
-- visit: a person's access to a patient from one desk, told to the patient once.
CREATE TABLE visit (patient TEXT NOT NULL, hcp TEXT NOT NULL, staff TEXT NOT NULL, client TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (patient, hcp, staff, client)) STRICT;
CREATE TABLE notice (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, patient TEXT NOT NULL, channel TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX notice_patient ON notice (patient, seq);
