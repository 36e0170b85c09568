package fhirtest

// What a server does with a search parameter that it does not know.
type Unknown int

// The habits. The first is what FHIR asks for under Prefer: handling=strict.
const (
	UnknownRefused Unknown = iota
	UnknownIgnored         // as if it had not been sent: everything comes
	UnknownNothing         // an empty list
)

// Paging is how a list goes on.
type Paging int

// The ways.
const (
	PagingLinks  Paging = iota // opaque links into a list that was made with the first page
	PagingOffset               // links that count rows of the list as it then is: rows are lost, or come twice
	PagingNone                 // a full page, and no link to another
)

// Everything is what a server makes of Patient/$everything.
type Everything int

// The kinds.
const (
	EverythingWhole   Everything = iota
	EverythingMissing            // 404
	EverythingEmpty              // 200 and an empty Bundle
	EverythingPatient            // the patient and nothing else
)

// Habit is a set of habits that a server has or has not.
type Habit uint64

// The habits.
const (
	Bare         Habit = 1 << iota // the CapabilityStatement names no type
	TypesUnknown                   // a type or an operation that it does not know is 200 and an empty Bundle
	NoTotal
	PageTotal          // the total is that of the page
	IgnoreCount        // a page has MaxPage rows
	OrderByUpdate      // rows stand in the order in which they were written last
	LoopingLinks       // a next link leads to its own page
	IgnorePatient      // a search by patient gives everybody's
	BareElements       // _elements leaves out meta, whatever it asks for
	LastOfSame         // of a parameter that stands several times the last counts
	EverythingSince    // its _since is not heeded
	EverythingUnlinked // it leaves out practitioners and organisations
	EverythingUncapped // it heeds no _count
	NoHistory
	Deleted404
	WholeSeconds
	Decimals // 1.10 is stored as 1.1
	NoDate
	PostOnly       // searches by GET are 404
	NoVersions     // no meta.versionId
	NoUpdateCreate // PUT to an id that is not there is 405
	KeepsPostedID  // POST keeps the id in the body
	IgnoreIfNone   // If-None-Match and If-None-Exist are not heeded
	IgnoreIfMatch  // If-Match is not heeded
	Integrity      // a reference to what is not there is refused
	Mute           // what it does not have is a 404 without a word
	StoresNothing  // writes are answered by 201 and not stored
	NoBatch        // a batch is refused
	BatchEmpty     // it is answered by 200 and an empty Bundle
	BatchHollow    // it is answered by an empty list for each entry
	BatchReversed  // it is answered in another order
	BatchDenied    // every other entry is answered by 403
	Unchanged      // a read of a record but a Patient is answered by 304, with a weak tag and no body, though nobody asked whether it changed
	UnchangedAll   // and of a Patient too
)

// is reports a habit.
func (q *Quirks) is(h Habit) bool { return q.Is&h != 0 }

// Quirks are a server's habits. The zero value has none that FHIR does not allow.
type Quirks struct {
	Is          Habit
	Types       []string // that it knows; nil for all
	Unknown     Unknown  // of a search parameter
	Unsupported []string // search parameters that it does not know, of those that this server has
	Paging      Paging
	MaxPage     int      // rows of a page, whatever is asked for; 0 for 1,000
	ExpireLinks int      // the nth use of any link is answered by 410
	Refuses     []string // types whose searches are answered by 403
	Apart       []string // types that are not searched by patient, nor by subject
	MostBatch   int      // entries of a batch; 0 for any number
	SearchLag   int      // requests until a search finds what was written

	// Says is of a type, or of "$everything", what an OperationOutcome among the rows says of its
	// lists, as "error timeout": half of the rows are there then, and the total is of those.
	Says map[string]string

	Everything Everything

	Refused map[string]int // writes of a type are answered by this status
}
