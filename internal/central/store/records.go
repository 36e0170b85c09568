package store

import "github.com/ehrdesk/ehrdesk"

// Record is one version of a resource, mostly the current one. Patient is "" for what
// belongs to no one patient.
type Record struct {
	Row                       int64 // its place in the store, the same for every version
	Type, ID                  string
	Version, Seq, Updated     int64
	Patient, Source           string
	Kind                      ehrdesk.Kind
	Linked, Deleted, Labelled bool
	Print                     []byte // what tells a shared resource from another of the same id
	Hash                      []byte // of the content
	Body                      []byte
}

// Tally is how many records of a kind there are, without and with a restricting label.
type Tally struct {
	Plain, Labelled int
	Unasked         []string // types of the kind that the store's engine cannot be asked for
	LeftOut         bool     // there are more, of which nobody can tell whose they are
}

// Records keeps the versions of every resource, and what patients' records refer to.
type Records interface {
	Get(kind, id string) *Record // nil for none; without Print
	Holder(kind, id string) (patient string, print []byte, found bool)
	Was(kind, id string, hash []byte) bool // an earlier version had this content
	// Put keeps a version in the place of old, nil for a first one, with the shared
	// resources that it refers to. What old referred to and r does not, ends.
	Put(r, old *Record, links []ehrdesk.Ref)
	// Remove puts an empty version that is marked deleted in the place of old.
	Remove(old *Record, version, seq, at int64)
	// EachOf gives what one source sent of a type, of a patient or "" for what is nobody's.
	EachOf(kind, patient, source string, each func(id string, body []byte) error) error
	// ReferredElsewhere is whether records that another source sent refer to a resource,
	// which need not be there yet: those of the patient, or any to one that is nobody's.
	ReferredElsewhere(to ehrdesk.Ref, patient, source string) bool
	Counts(patient string) map[ehrdesk.Kind]Tally // linked ones apart
}

// Scope is which of a patient's records are meant, by kind: those without a
// restricting label, those with one, or both.
type Scope struct {
	Plain, Labelled, Both []ehrdesk.Kind
	Shared                []ehrdesk.Kind // of the shared resources they refer to
}

// Plainly is the scope of all that is given with sharing consent alone.
func Plainly(kinds []ehrdesk.Kind) Scope { return Scope{Plain: kinds, Shared: kinds} }

// Row is a record on its way out. Its bytes are good until each returns.
type Row struct {
	Type, ID, Body []byte
	Place          int64 // where the list goes on after it
	Linked         bool
}

// Gone names a record that left a patient's, and when.
type Gone struct {
	ehrdesk.Ref
	At int64
}

// Bound is a condition on when a record became what can be read of it.
type Bound struct {
	Op string // ">=" or "<"
	At int64
}

// Query is a search among records of a type, without a restricting label.
type Query struct {
	Type     string
	Patients []string // "" for what is nobody's
	IDs      []string // any where empty
	Kinds    []ehrdesk.Kind
	Updated  []Bound
	Newest   bool // first
	After    int64
}

// Charts are the lists of records. What each gives ends the list, and is given back.
type Charts interface {
	Total(patient string, of Scope, since int64) int
	Own(patient string, of Scope, since, after int64, most int, each func(*Row) error) error    // in the order of changes
	Shared(patient string, of Scope, since, after int64, most int, each func(*Row) error) error // that they refer to, themselves or through another
	Search(q Query, each func(*Row) error) error

	// Deleted are the records of a scope that were withdrawn, OutOfScope those that
	// became what it does not hold, or are referred to no more.
	Deleted(patient string, of Scope, since int64, each func(*Gone) error) error
	OutOfScope(patient string, of Scope, since int64, each func(*Gone) error) error

	Versions(kind, id string, before, only int64, kinds []ehrdesk.Kind, each func(*Record) error) error // newest first, without labels; only one where not 0
	History(kind string, kinds []ehrdesk.Kind, since int64, each func(*Record) error) error             // of a type, newest first, without bodies
	Body(kind, id string, version int64) []byte
}
