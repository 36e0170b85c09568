-- Version 17 of the store, as PostgreSQL has it: what the steps of a file come to, with the same names. Texts are compared by their bytes.
CREATE TABLE store_version (one INTEGER PRIMARY KEY CHECK (one = 1), version BIGINT NOT NULL);
INSERT INTO store_version VALUES (1, 0);
-- key_mark: what the centre's key is known by.
CREATE TABLE key_mark (one INTEGER PRIMARY KEY CHECK (one = 1), mark BYTEA NOT NULL);
-- change: the one row that hands out change numbers and instants, each later than all before it.
CREATE TABLE change (one INTEGER PRIMARY KEY CHECK (one = 1), seq BIGINT NOT NULL, at BIGINT NOT NULL);
INSERT INTO change VALUES (1, 0, 0);

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME; END $$;

CREATE TABLE hcp (
  id TEXT COLLATE "C" PRIMARY KEY, name TEXT NOT NULL, chinese TEXT NOT NULL, kind TEXT NOT NULL, cache_hours BIGINT NOT NULL, deemed BIGINT NOT NULL,
  cache_never TEXT NOT NULL DEFAULT '', handout TEXT NOT NULL DEFAULT ''
);
CREATE TABLE account (
  hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id), staff TEXT COLLATE "C" NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, location TEXT NOT NULL,
  closed BIGINT NOT NULL DEFAULT 0, administrator BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (hcp, staff)
);
CREATE TABLE activation (
  hash BYTEA PRIMARY KEY, hcp TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, expires BIGINT NOT NULL, used BIGINT NOT NULL DEFAULT 0, tries BIGINT NOT NULL DEFAULT 0
);
-- ending: what ends (of), of an account, or of a provider where staff is ''.
CREATE TABLE ending (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id), staff TEXT COLLATE "C" NOT NULL, of TEXT NOT NULL, since BIGINT NOT NULL,
  until BIGINT NOT NULL, reason TEXT NOT NULL, own BIGINT NOT NULL, lifted BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX ending_of ON ending (hcp, staff, since);
CREATE TABLE paper (hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id), document TEXT COLLATE "C" NOT NULL, seen BIGINT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (hcp, document));

-- desk: an installation, known by its key; person: somebody's key on that desk.
CREATE TABLE desk (client TEXT COLLATE "C" PRIMARY KEY, hcp TEXT COLLATE "C" NOT NULL, install TEXT NOT NULL, print TEXT COLLATE "C" NOT NULL, jwk BYTEA NOT NULL, UNIQUE (hcp, print));
CREATE TABLE person (
  client TEXT COLLATE "C" NOT NULL REFERENCES desk(client), staff TEXT COLLATE "C" NOT NULL, print TEXT NOT NULL, jwk BYTEA NOT NULL,
  since BIGINT NOT NULL DEFAULT 0, ended BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (client, staff)
);
CREATE TABLE token (hash BYTEA PRIMARY KEY, client TEXT COLLATE "C" NOT NULL, hcp TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, expires BIGINT NOT NULL, jkt TEXT NOT NULL DEFAULT '');
CREATE INDEX token_expires ON token (expires);
CREATE INDEX token_client ON token (client, staff);
CREATE TABLE jti (hash BYTEA PRIMARY KEY, expires BIGINT NOT NULL);
CREATE INDEX jti_expires ON jti (expires);

CREATE TABLE participant (
  patient TEXT COLLATE "C" PRIMARY KEY, ehr TEXT COLLATE "C" NOT NULL UNIQUE, hkic TEXT NOT NULL, state TEXT NOT NULL, notify TEXT NOT NULL, key BYTEA NOT NULL, person BYTEA NOT NULL,
  verified BIGINT NOT NULL DEFAULT 0, expected BIGINT NOT NULL DEFAULT 0, rowid BIGINT GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX participant_expected ON participant (expected) WHERE expected > 0;
CREATE INDEX participant_rowid ON participant (rowid);
CREATE TABLE identifier (system TEXT COLLATE "C" NOT NULL, value TEXT COLLATE "C" NOT NULL, patient TEXT COLLATE "C" NOT NULL REFERENCES participant(patient), PRIMARY KEY (system, value));
CREATE INDEX identifier_patient ON identifier (patient);
CREATE TABLE verification (
  patient TEXT COLLATE "C" PRIMARY KEY REFERENCES participant(patient), at BIGINT NOT NULL, hcp TEXT NOT NULL, staff TEXT NOT NULL, client TEXT NOT NULL, method TEXT NOT NULL, document TEXT NOT NULL
);

CREATE TABLE consent (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT COLLATE "C" NOT NULL UNIQUE, patient TEXT COLLATE "C" NOT NULL REFERENCES participant(patient), hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id),
  state TEXT NOT NULL, term TEXT NOT NULL, channel TEXT NOT NULL, giver_kind TEXT NOT NULL, giver_name TEXT NOT NULL, giver_document TEXT NOT NULL, notices TEXT NOT NULL,
  since BIGINT NOT NULL, until BIGINT NOT NULL, ended BIGINT NOT NULL, giver_none_before BIGINT NOT NULL DEFAULT 0, giver_declaration TEXT NOT NULL DEFAULT '', changed BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX consent_pair ON consent (patient, hcp, seq);
CREATE INDEX consent_hcp ON consent (hcp, seq);
CREATE INDEX consent_until ON consent (hcp, until);
CREATE INDEX consent_changed ON consent (hcp, changed, patient);
CREATE TABLE act (hcp TEXT COLLATE "C" NOT NULL, request TEXT COLLATE "C" NOT NULL, print BYTEA NOT NULL, answer BYTEA NOT NULL, PRIMARY KEY (hcp, request));
CREATE TABLE form (hcp TEXT COLLATE "C" NOT NULL, reference TEXT COLLATE "C" NOT NULL, PRIMARY KEY (hcp, reference));
CREATE TABLE tries (patient TEXT COLLATE "C" NOT NULL, hcp TEXT COLLATE "C" NOT NULL, wrong BIGINT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (patient, hcp));
CREATE TABLE code_tries (patient TEXT COLLATE "C" NOT NULL, hcp TEXT COLLATE "C" NOT NULL, wrong BIGINT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (patient, hcp));
CREATE TABLE one_time_code (patient TEXT COLLATE "C" NOT NULL, hcp TEXT COLLATE "C" NOT NULL, digest BYTEA NOT NULL, expires BIGINT NOT NULL, used BIGINT NOT NULL, PRIMARY KEY (patient, hcp));
CREATE TABLE code_sent (patient TEXT COLLATE "C" NOT NULL, hcp TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL);
CREATE INDEX code_sent_pair ON code_sent (patient, hcp, at);
CREATE TABLE code_contact (
  patient TEXT COLLATE "C" PRIMARY KEY REFERENCES participant(patient), way TEXT NOT NULL, contact TEXT NOT NULL, next_way TEXT NOT NULL, next_contact TEXT NOT NULL, since BIGINT NOT NULL
);
-- rate: what is limited (of) and of whom; full is when nothing of it is used up any more.
CREATE TABLE rate (of TEXT COLLATE "C" NOT NULL, who TEXT COLLATE "C" NOT NULL, "full" BIGINT NOT NULL, PRIMARY KEY (of, who));
CREATE INDEX rate_full ON rate ("full");

CREATE TABLE card_issuer (name TEXT COLLATE "C" PRIMARY KEY, key BYTEA NOT NULL UNIQUE, since BIGINT NOT NULL);
CREATE TABLE card_nonce (hcp TEXT COLLATE "C" NOT NULL, request TEXT COLLATE "C" NOT NULL, nonce BYTEA NOT NULL, expires BIGINT NOT NULL, PRIMARY KEY (hcp, request));
CREATE INDEX card_nonce_expires ON card_nonce (expires);
CREATE TABLE card_evidence (
  consent TEXT COLLATE "C" PRIMARY KEY REFERENCES consent(id), profile TEXT NOT NULL, source TEXT NOT NULL, scheme TEXT NOT NULL, proof TEXT NOT NULL, issuer TEXT NOT NULL,
  challenge BYTEA NOT NULL, response BYTEA NOT NULL, signed BYTEA NOT NULL
);
CREATE TABLE release (
  id TEXT COLLATE "C" PRIMARY KEY, patient TEXT COLLATE "C" NOT NULL REFERENCES participant(patient), hcp TEXT NOT NULL, staff TEXT NOT NULL, client TEXT NOT NULL,
  kinds TEXT NOT NULL, reason TEXT NOT NULL, words TEXT NOT NULL, channel TEXT NOT NULL, at BIGINT NOT NULL, until BIGINT NOT NULL, ended BIGINT NOT NULL
);
CREATE TABLE release_evidence (
  release TEXT COLLATE "C" PRIMARY KEY REFERENCES release(id), profile TEXT NOT NULL, source TEXT NOT NULL, scheme TEXT NOT NULL, proof TEXT NOT NULL, issuer TEXT NOT NULL,
  challenge BYTEA NOT NULL, response BYTEA NOT NULL, signed BYTEA NOT NULL
);

CREATE TABLE offer_term (place BIGINT PRIMARY KEY, term TEXT NOT NULL UNIQUE);
CREATE TABLE offer_reason (place BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE offer_notice (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT COLLATE "C" NOT NULL, version TEXT COLLATE "C" NOT NULL, official BIGINT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
  since BIGINT NOT NULL, UNIQUE (id, version)
);

-- record: the current version of each resource. patient is '' for what belongs to no one patient.
CREATE TABLE record (
  pk BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, type TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, seq BIGINT NOT NULL, updated BIGINT NOT NULL,
  patient TEXT COLLATE "C" NOT NULL, kind BIGINT NOT NULL, linked BIGINT NOT NULL, deleted BIGINT NOT NULL, source TEXT NOT NULL,
  print BYTEA NOT NULL, hash BYTEA NOT NULL, body BYTEA NOT NULL, labelled BIGINT NOT NULL DEFAULT 0, UNIQUE (type, id)
);
CREATE INDEX record_patient ON record (patient, seq, updated, deleted, kind, labelled, linked);
CREATE INDEX record_type ON record (type, seq);
CREATE INDEX record_seq ON record (seq, patient);
-- history: the versions before the current one.
CREATE TABLE history (
  type TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, seq BIGINT NOT NULL, updated BIGINT NOT NULL, patient TEXT COLLATE "C" NOT NULL, kind BIGINT NOT NULL,
  deleted BIGINT NOT NULL, hash BYTEA NOT NULL, body BYTEA NOT NULL, labelled BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (type, id, version)
);
CREATE INDEX history_type ON history (type, seq);
-- link: a patient's record (source: record.pk) refers since an instant to a shared resource, until ended (0: it does). edge: one shared resource refers to another, until ended.
CREATE TABLE link (
  patient TEXT COLLATE "C" NOT NULL, type TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, source BIGINT NOT NULL, kind BIGINT NOT NULL, labelled BIGINT NOT NULL,
  at BIGINT NOT NULL, ended BIGINT NOT NULL, PRIMARY KEY (patient, type, id, source, kind, labelled)
);
CREATE INDEX link_source ON link (source);
CREATE INDEX link_to ON link (type, id);
CREATE TABLE edge (
  type TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, to_type TEXT COLLATE "C" NOT NULL, to_id TEXT COLLATE "C" NOT NULL, ended BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (type, id, to_type, to_id)
);
CREATE INDEX edge_to ON edge (to_type, to_id);

-- audit: the access log. hash is of all events up to this one.
CREATE TABLE audit (
  seq BIGINT PRIMARY KEY, id TEXT COLLATE "C" NOT NULL UNIQUE, at BIGINT NOT NULL, action TEXT COLLATE "C" NOT NULL, staff TEXT NOT NULL, role TEXT NOT NULL, hcp TEXT COLLATE "C" NOT NULL, client TEXT COLLATE "C" NOT NULL,
  location TEXT NOT NULL, patient TEXT COLLATE "C" NOT NULL, purpose TEXT NOT NULL, reason TEXT NOT NULL, kinds TEXT NOT NULL, outcome TEXT NOT NULL, proof TEXT NOT NULL, access TEXT NOT NULL,
  what TEXT COLLATE "C" NOT NULL, hash BYTEA NOT NULL, reporter TEXT NOT NULL, acted BIGINT NOT NULL, marks TEXT NOT NULL
);
CREATE INDEX audit_patient ON audit (patient, seq);
CREATE INDEX audit_client ON audit (client, at);
CREATE INDEX audit_marked ON audit (seq) WHERE marks <> '';
CREATE INDEX audit_reviewed ON audit (what) WHERE action = 'review';
-- audit_most: the highest number that an event ever had.
CREATE TABLE audit_most (one INTEGER PRIMARY KEY CHECK (one = 1), most BIGINT NOT NULL);
INSERT INTO audit_most VALUES (1, 0);
CREATE FUNCTION audit_count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE audit_most SET most = NEW.seq WHERE most < NEW.seq; RETURN NULL; END $$;
CREATE TRIGGER audit_counted AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_count();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_counted;
-- audit_head: how long the log was, and its last hash, as the centre signed it.
CREATE TABLE audit_head (n BIGINT PRIMARY KEY, at BIGINT NOT NULL, signed TEXT NOT NULL);
CREATE TABLE visit (
  patient TEXT COLLATE "C" NOT NULL, hcp TEXT COLLATE "C" NOT NULL, staff TEXT COLLATE "C" NOT NULL, client TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (patient, hcp, staff, client)
);
CREATE TABLE notice (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at BIGINT NOT NULL, patient TEXT COLLATE "C" NOT NULL, channel TEXT NOT NULL, text TEXT NOT NULL, contact TEXT NOT NULL DEFAULT ''
);
CREATE INDEX notice_patient ON notice (patient, seq);
CREATE TABLE sample (one INTEGER PRIMARY KEY CHECK (one = 1), percent BIGINT NOT NULL CHECK (percent BETWEEN 0 AND 100));
INSERT INTO sample VALUES (1, 5);

-- audit_log: how far each desk's log is vouched for; audit_writer: the one log that a desk key may speak for; audit_checkpoint: every checkpoint taken, as the desk signed it.
CREATE TABLE audit_log (
  hcp TEXT COLLATE "C" NOT NULL REFERENCES hcp(id), log TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, head BYTEA NOT NULL, generation BIGINT NOT NULL, client TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (hcp, log)
);
CREATE TABLE audit_writer (client TEXT COLLATE "C" PRIMARY KEY REFERENCES desk(client), log TEXT COLLATE "C" NOT NULL);
CREATE INDEX audit_writer_log ON audit_writer (log);
CREATE TABLE audit_checkpoint (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at BIGINT NOT NULL, hcp TEXT COLLATE "C" NOT NULL, log TEXT COLLATE "C" NOT NULL, client TEXT NOT NULL, staff TEXT NOT NULL, n BIGINT NOT NULL, signed TEXT NOT NULL
);
CREATE INDEX audit_checkpoint_log ON audit_checkpoint (hcp, log, seq);
-- incident: what was found at a desk, the event that tells of it, how often it was found since and when last.
CREATE TABLE incident (
  event TEXT COLLATE "C" PRIMARY KEY, desk TEXT COLLATE "C" NOT NULL, reason TEXT COLLATE "C" NOT NULL, what TEXT COLLATE "C" NOT NULL, began BIGINT NOT NULL, times BIGINT NOT NULL, last BIGINT NOT NULL, settled BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX incident_open ON incident (desk, reason, what) WHERE settled = 0;
CREATE INDEX incident_began ON incident (desk, reason, began);

-- owed: resources that the engine behind a gate has yet to be told, sealed, in their order.
CREATE TABLE owed (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, type TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, body BYTEA NOT NULL);
CREATE INDEX owed_type ON owed (type, seq);

-- What only grows takes no change, whatever a session says of its replication role.
DO $$
DECLARE kept TEXT;
BEGIN
  FOREACH kept IN ARRAY ARRAY['audit', 'audit_head', 'audit_checkpoint', 'card_evidence', 'release_evidence', 'verification', 'offer_notice'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION append_only()', kept || '_kept', kept);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION append_only()', kept || '_emptied', kept);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', kept, kept || '_kept');
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', kept, kept || '_emptied');
  END LOOP;
END $$;

-- nonce: what proofs are made with, the newest last. proof: the ids used with each; they go with it.
CREATE TABLE nonce (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value TEXT COLLATE "C" NOT NULL UNIQUE, at BIGINT NOT NULL);
CREATE TABLE proof (nonce BIGINT NOT NULL REFERENCES nonce(seq) ON DELETE CASCADE, id BYTEA NOT NULL, PRIMARY KEY (nonce, id));
