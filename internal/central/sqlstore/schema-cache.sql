-- Version 7: kinds of record that a provider's desks keep in memory alone; names, separated by commas.
ALTER TABLE hcp ADD COLUMN cache_never TEXT NOT NULL DEFAULT '';
