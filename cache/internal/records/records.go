package records

import (
	"database/sql"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// file is records.db, open, with what it knows of itself: generations, marks, what is
// to be destroyed or made anew.
type file struct {
	install string
	clock   Clock
	db      *sql.DB // one connection, writes
	put     *writers
	read    *readers // beside it
	write   sync.Mutex
}

// cells reads what is sealed in the file of a copy that is open.
type cells struct {
	*file
	unzip *zstd.Decoder
}

// Records is records.db, open in this process. Its methods may be called from
// several goroutines. Lock order: write, charts.mu, chart.mu.
type Records struct {
	*file
	cells
	dues
	charts charts
	zip    *zstd.Encoder
}

// Clock is the store's: the time that never goes back, and the moments that are known
// to be past.
type Clock interface {
	Time() time.Time
	Advance(past time.Time)
}

// Keys are the keys of copies that somebody holds, by epoch.
type Keys = keyring.RecordSet

// epochs is the numbers of the epochs, as JSON.
func epochs(k Keys) string {
	ns := make([]uint32, 0, len(k))
	for n := range k {
		ns = append(ns, n)
	}
	b, _ := json.Marshal(ns) // numbers always marshal
	return string(b)
}

// Change is one record that arrived or went. Of a deletion only the reference
// counts.
type Change struct {
	Record ehrdesk.Record
	Body   []byte // the exact bytes; never changed, never looked at
	// From gives the body instead of Body, where it is too long for memory (a
	// document). Apply reads it to its end; a reader's error ends the batch.
	From    io.Reader
	Deleted bool
	// Overview replaces the overview of the version held and leaves its body:
	// for names that stood in another record and came later. Of a version not
	// held it does nothing.
	Overview bool
}

// MaxBody is the longest body that is kept, in bytes.
const MaxBody = 64 << 20

var errLongBody = errors.New("a record's body is too large to keep")

// Format is records.db's. 1 had no blocks, 2 counted no kinds, 3 had sentences in place
// of facts, 4 knew less of what qualifies them, 5 had no parts of the list index, 6 did
// not keep what records say.
const Format = 7

// readable is the oldest format that is taken forward: Open writes the newer number, so
// that the program of before refuses the file in place of finding it damaged.
const readable = 5

// ErrOlder is a file of an older format: a new one is to be begun.
var ErrOlder = errors.New("the database has an older format")

// PatientID names a copy on this desk: random, local, and no personal data.
type PatientID string

// Copy is what this desk holds of one patient.
type Copy struct {
	ID         PatientID
	Header     []byte    // the client's own, sealed: demographics, consent, watermark
	PurgeAfter time.Time // when it has to go; zero: at the end of the session
	Synced     time.Time // when it was last in step with the centre
	Records    int
	Kinds      KindCounts // of them
}

// day is t's number of days since 1970, UTC.
func day(t time.Time) int64 {
	s := t.Unix()
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return d
}

// purgeDay is what shows of a purge time: the day, or 0 for the session.
func purgeDay(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(day(t), 1)
}

var errNoPatient = errors.New("no copy of this patient is on this desk")
