package store

// RequestRow is what one provider asks of another, as it is kept: a FHIR Task.
type RequestRow struct {
	ID, Kind, State, Patient string
	From, To                 string // providers' ids
	Seq                      int64  // the change that it came with, or came into its state with
	Changed                  int64
	Delivered                int64 // when somebody of who is asked was given it, 0 while nobody was
	Body                     []byte
}

// Inbox is what providers ask of each other.
type Inbox interface {
	Get(id string) *RequestRow // nil for none
	Put(r *RequestRow)
	// After are those from or to a provider that changed after seq, in the order of their changes, so many at most.
	After(hcp string, seq int64, most int) []RequestRow
	// Every are those of all providers that changed after seq, likewise.
	Every(seq int64, most int) []RequestRow
	Last(hcp string) (seq int64) // 0 for none
	Sent(hcp string, since int64) int
	// Step reports whether a step is new, and remembers it.
	Step(id, request string) (fresh bool)
	// Readers are the providers that were given a patient's records since a moment, but one.
	Readers(patient string, since int64, but string) []string
}
