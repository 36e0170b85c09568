-- Version 22: what providers ask of each other. request.delivered: when somebody of who is asked was given it, 0 while nobody was.
CREATE TABLE request (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, patient TEXT NOT NULL, asks TEXT NOT NULL, asked TEXT NOT NULL, seq INTEGER NOT NULL, changed INTEGER NOT NULL, delivered INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL) STRICT;
CREATE INDEX request_asks ON request (asks, seq);
CREATE INDEX request_asked ON request (asked, seq);
-- request_step: the steps that were taken, by the ids that desks gave them.
CREATE TABLE request_step (id TEXT PRIMARY KEY, request TEXT NOT NULL REFERENCES request(id)) STRICT;
