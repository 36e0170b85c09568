package store

// Due is a resource that waits to be put at the engine that a gate stands in front of.
type Due struct {
	Seq      int64 // given, and not taken
	Type, ID string
	Body     []byte
}

// Owed is what the engine has yet to be told, in the order in which it came about. A centre
// that keeps its records itself owes nothing.
type Owed interface {
	Add(d Due)
	Next(kind string, after int64, most int) []Due // of a type, after a number, oldest first
	Of(kind, id string) []Due                      // of one resource, oldest first
	Done(seq int64)
}
