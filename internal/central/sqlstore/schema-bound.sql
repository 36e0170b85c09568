-- Version 11: a token is bound to a key. jkt is the key's thumbprint (RFC 7638). Tokens of before were bound to none.
DELETE FROM token;
ALTER TABLE token ADD COLUMN jkt TEXT NOT NULL DEFAULT '';
