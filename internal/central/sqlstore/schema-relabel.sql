-- Version 19: what an earlier version of this program took for no label is read anew. relabelled: records of which a label was found so, and since when
-- they are out of the scope of desks that may have them.
CREATE TABLE relabelled (source INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL) STRICT;
