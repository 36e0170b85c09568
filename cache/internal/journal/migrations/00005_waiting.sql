-- What waits is found without a look at all that was ever delivered.

-- +goose Up
CREATE INDEX outbox_waiting ON outbox(epoch, seq) WHERE state NOT IN (2, 7);
