-- Version 24: hcp.second_person: the acts on one person's word that a second person of the provider has to approve, by name, with commas.
ALTER TABLE hcp ADD COLUMN second_person TEXT NOT NULL DEFAULT '';
