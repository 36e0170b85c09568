-- Version 9: the ways in which a provider's desks may hand records out; names, separated by commas.
ALTER TABLE hcp ADD COLUMN handout TEXT NOT NULL DEFAULT '';
