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

// Quirks are a server's habits. The zero value has none that FHIR does not allow.
type Quirks struct {
	Bare          bool     // the CapabilityStatement names no type
	Types         []string // that it knows; nil for all
	TypesUnknown  bool     // a type or an operation that it does not know is 200 and an empty Bundle
	Unknown       Unknown  // of a search parameter
	Unsupported   []string // search parameters that it does not know, of those that this server has
	NoTotal       bool
	PageTotal     bool // the total is that of the page
	Paging        Paging
	MaxPage       int      // rows of a page, whatever is asked for; 0 for 1,000
	IgnoreCount   bool     // a page has MaxPage rows
	OrderByUpdate bool     // rows stand in the order in which they were written last
	ExpireLinks   int      // the nth use of any link is answered by 410
	LoopingLinks  bool     // a next link leads to its own page
	Refuses       []string // types whose searches are answered by 403
	IgnorePatient bool     // a search by patient gives everybody's
	BareElements  bool     // _elements leaves out meta, whatever it asks for
	LastOfSame    bool     // of a parameter that stands several times the last counts
	SearchLag     int      // requests until a search finds what was written

	Everything         Everything
	EverythingSince    bool // its _since is not heeded
	EverythingUnlinked bool // it leaves out practitioners and organisations
	EverythingUncapped bool // it heeds no _count

	NoHistory      bool
	Deleted404     bool
	WholeSeconds   bool
	Decimals       bool // 1.10 is stored as 1.1
	NoDate         bool
	NoVersions     bool           // no meta.versionId
	NoUpdateCreate bool           // PUT to an id that is not there is 405
	KeepsPostedID  bool           // POST keeps the id in the body
	IgnoreIfNone   bool           // If-None-Match and If-None-Exist are not heeded
	IgnoreIfMatch  bool           // If-Match is not heeded
	Integrity      bool           // a reference to what is not there is refused
	StoresNothing  bool           // writes are answered by 201 and not stored
	Refused        map[string]int // writes of a type are answered by this status
}
