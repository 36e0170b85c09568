-- Version 8: which record a link is from, and when it ended.

-- link: a patient's record (source: record.pk), of a kind and with or without a restricting label, refers since an instant to a shared
-- resource, until ended (0: it does). edge: one shared resource refers to another, until ended.
DROP TABLE link;
CREATE TABLE link (
  patient TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, source INTEGER NOT NULL, kind INTEGER NOT NULL, labelled INTEGER NOT NULL,
  at INTEGER NOT NULL, ended INTEGER NOT NULL, PRIMARY KEY (patient, type, id, source, kind, labelled)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_source ON link (source);
ALTER TABLE edge ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
