-- Version 13: what rests on one person's word.
-- code_contact: the way and the contact that a patient's one-time codes go to; next_way and next_contact: what is on record in their place, since an instant, and gets none yet. since is 0 where nothing is.
CREATE TABLE code_contact (
  patient TEXT PRIMARY KEY REFERENCES participant(patient), way TEXT NOT NULL, contact TEXT NOT NULL,
  next_way TEXT NOT NULL, next_contact TEXT NOT NULL, since INTEGER NOT NULL
) STRICT;
-- contact: where a notice goes, '' for wherever the patient is told by its channel.
ALTER TABLE notice ADD COLUMN contact TEXT NOT NULL DEFAULT '';
-- sample: how many of a hundred acts on one person's word an officer looks at.
CREATE TABLE sample (one INTEGER PRIMARY KEY CHECK (one = 1), percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100)) STRICT;
INSERT INTO sample VALUES (1, 5);
-- What an officer has looked at, by the event that it was.
CREATE INDEX audit_reviewed ON audit (what) WHERE action = 'review';
