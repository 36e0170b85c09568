-- Version 27: who is on the staff of a group that is open, as its events say (group_event): what is for the group is for them.
CREATE TABLE group_staff (of_group TEXT NOT NULL REFERENCES contact_group(id), hcp TEXT NOT NULL, staff TEXT NOT NULL, PRIMARY KEY (hcp, staff, of_group));
CREATE INDEX group_staff_of ON group_staff (of_group);
