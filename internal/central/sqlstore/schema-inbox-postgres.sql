-- Version 22: what providers ask of each other. request.delivered: when somebody of who is asked was given it, 0 while nobody was.
CREATE TABLE request (id TEXT COLLATE "C" PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL, patient TEXT COLLATE "C" NOT NULL, asks TEXT COLLATE "C" NOT NULL, asked TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL, changed BIGINT NOT NULL, delivered BIGINT NOT NULL DEFAULT 0, body BYTEA NOT NULL);
CREATE INDEX request_asks ON request (asks, seq);
CREATE INDEX request_asked ON request (asked, seq);
-- request_step: the steps that were taken, by the ids that desks gave them.
CREATE TABLE request_step (id TEXT COLLATE "C" PRIMARY KEY, request TEXT COLLATE "C" NOT NULL REFERENCES request(id));
