-- Version 15: how often a desk was refused for one and the same thing.
-- incident: what was found at a desk (its log, or its client id before it speaks for one), the event that tells of it, how often it was found since and when last. settled says that the operator has looked into the desk: found once more it is a new event.
CREATE TABLE incident (
  event TEXT PRIMARY KEY, desk TEXT NOT NULL, reason TEXT NOT NULL, what TEXT NOT NULL,
  began INTEGER NOT NULL, times INTEGER NOT NULL, last INTEGER NOT NULL, settled INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX incident_open ON incident (desk, reason, what) WHERE settled = 0;
CREATE INDEX incident_began ON incident (desk, reason, began);
