package store

// DayRow is a line of a provider's day as it is kept: a FHIR Appointment or Task.
type DayRow struct {
	ID   string
	Seq  int64  // the change that it came with
	Day  string // YYYY-MM-DD
	Body []byte
}

// Reader is a person at a desk for whom a provider's lists are sealed.
type Reader struct {
	Holder  string // base64url SHA-256 of Public
	Client  string // the desk
	Staff   string
	Install string // of the desk's store, as Bond names it
	Public  []byte // HPKE keyset
	Bond    string // their person key's signature, JWS, that Public is theirs
}

// Wrapped is a key of a provider's lists, sealed for a reader.
type Wrapped struct {
	Key, Holder string
	Bytes       []byte
}

// Days are the lists that a provider's desks keep in step, and the keys that these are sealed by,
// which the centre does not have.
type Days interface {
	Get(hcp, id string) *DayRow // nil for none
	Put(hcp string, r *DayRow)
	// After are the lines that changed after seq, of days from one on, in the order of their
	// changes, so many at most.
	After(hcp string, seq int64, from string, most int) []DayRow
	Last(hcp string) (seq int64) // 0 for none
	Touch(hcp string, seq int64) // the line that changed last comes again, so that desks ask
	Count(hcp string) int
	Forget(hcp, before string) // lines of days before

	Readers(hcp string) []Reader // whose account, desk and key count still, by holder
	AddReader(hcp string, r *Reader)
	Keys(hcp string) []string // oldest first
	AddKey(hcp, key string, at int64)
	Wraps(hcp string) []Wrapped // of the readers, without Bytes
	WrapsFor(hcp, holder string) []Wrapped
	AddWrap(hcp string, w *Wrapped) // one that is there stays
}
