-- What was delivered or given up is not needed any more: its row keeps that it
-- was there, and nothing of what it said. "Given up" was state 5. When an item
-- was to be tried next is no longer kept: whoever sends decides.

-- +goose Up
UPDATE outbox SET state = 7 WHERE state IN (5);
UPDATE outbox SET ct = x'' WHERE state IN (2, 7);
ALTER TABLE outbox DROP COLUMN next;
