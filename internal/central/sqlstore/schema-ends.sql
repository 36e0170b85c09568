-- Version 14: when accounts, professional registrations and providers end, and why; who administers a provider's accounts; which documents of a provider were seen.
-- ending: what ends (of), of an account, or of a provider where staff is ''; lifted says since when it counts no more, 0 while it does; own that the provider's own User Administrator set it. What ended stays on record.
CREATE TABLE ending (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, hcp TEXT NOT NULL REFERENCES hcp(id), staff TEXT NOT NULL, of TEXT NOT NULL, since INTEGER NOT NULL,
  until INTEGER NOT NULL, reason TEXT NOT NULL, own INTEGER NOT NULL, lifted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX ending_of ON ending (hcp, staff, since);
ALTER TABLE account ADD COLUMN administrator INTEGER NOT NULL DEFAULT 0;
-- paper: a supporting document of a provider's registration that was seen, and until when it is good, 0 where it has no end.
CREATE TABLE paper (hcp TEXT NOT NULL REFERENCES hcp(id), document TEXT NOT NULL, seen INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (hcp, document)) STRICT, WITHOUT ROWID;
