package records

// recordsSchema is records.db: what can be fetched again.
//
// Row numbers of chunk, body, block, piece and said are the patient's number << 32 | the row's own,
// so that one patient's rows lie together and go in one range.
const recordsSchema = saidSchema + `
CREATE TABLE IF NOT EXISTS patient (
	n     INTEGER PRIMARY KEY AUTOINCREMENT,
	id    BLOB NOT NULL UNIQUE,
	epoch INTEGER NOT NULL,
	dek   BLOB NOT NULL,     -- the patient's key, sealed under the epoch's
	purge INTEGER NOT NULL   -- last day kept, days since 1970 UTC; 0: the session only
);
CREATE TABLE IF NOT EXISTS head (
	n  INTEGER PRIMARY KEY REFERENCES patient(n) ON DELETE CASCADE,
	ct BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS lookup (
	bi BLOB PRIMARY KEY,     -- HMAC of a look-up key
	n  INTEGER NOT NULL REFERENCES patient(n) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lookup_n ON lookup(n);
CREATE TABLE IF NOT EXISTS chunk (id INTEGER PRIMARY KEY, ct BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS body  (id INTEGER PRIMARY KEY, ct BLOB NOT NULL); -- fresh, one each
CREATE TABLE IF NOT EXISTS block (id INTEGER PRIMARY KEY, ct BLOB NOT NULL); -- settled, many together
CREATE TABLE IF NOT EXISTS piece (id INTEGER PRIMARY KEY, ct BLOB NOT NULL); -- of documents
`

// saidSchema is what format 7 has and 6 had not: what records say.
const saidSchema = `
CREATE TABLE IF NOT EXISTS said  (id INTEGER PRIMARY KEY, ct BLOB NOT NULL);
`

// maxNo is the highest number of a patient's row.
const maxNo = 1<<32 - 1

func rowID(n int64, no uint32) int64 { return n<<32 | int64(no) }

// chartQuery asks for a copy with its head (sealedChart).
const chartQuery = "SELECT p.n, p.id, p.epoch, p.dek, p.purge, h.ct FROM patient p LEFT JOIN head h ON h.n = p.n"
