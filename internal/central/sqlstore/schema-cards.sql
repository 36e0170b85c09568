-- Version 2: consent by card.

-- card_issuer: the keys whose cards this centre believes, as PEM.
CREATE TABLE card_issuer (name TEXT PRIMARY KEY, key BLOB NOT NULL UNIQUE, since INTEGER NOT NULL) STRICT;
-- card_nonce: the centre's part of a challenge, for one act of one provider; gone once it was used.
CREATE TABLE card_nonce (hcp TEXT NOT NULL, request TEXT NOT NULL, nonce BLOB NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (hcp, request)) STRICT;
CREATE INDEX card_nonce_expires ON card_nonce (expires);
-- card_evidence: what a consent by card rests on, and whose key vouched for the card. The face is not kept.
CREATE TABLE card_evidence (
  consent TEXT PRIMARY KEY REFERENCES consent(id), profile TEXT NOT NULL, source TEXT NOT NULL, scheme TEXT NOT NULL, proof TEXT NOT NULL,
  issuer TEXT NOT NULL, challenge BLOB NOT NULL, response BLOB NOT NULL, signed BLOB NOT NULL
) STRICT;
CREATE TRIGGER card_evidence_kept BEFORE UPDATE ON card_evidence BEGIN SELECT RAISE(ABORT, 'evidence is append only'); END;
CREATE TRIGGER card_evidence_held BEFORE DELETE ON card_evidence BEGIN SELECT RAISE(ABORT, 'evidence is append only'); END;

-- what the centre found a card to prove, of acts by card.
ALTER TABLE audit ADD COLUMN proof TEXT NOT NULL DEFAULT '';
