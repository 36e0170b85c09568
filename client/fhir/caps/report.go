package caps

import (
	"slices"
	"time"

	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Finding is one thing that a server can or cannot do, for whoever makes the server.
type Finding struct {
	Ability Name   `json:"ability"`
	What    string `json:"what"`
	Is      string `json:"is"`              // "yes", "no" or "unknown"
	How     string `json:"how"`             // "seen", "stated" or "not tried"
	Means   string `json:"means,omitempty"` // what that comes to for a desk
	Harm    string `json:"harm,omitempty"`  // "none", "slow", "misleads" or "stops"
}

// Report is what was found of a server.
type Report struct {
	At       time.Time     `json:"at"`
	FHIR     string        `json:"fhir"`
	Software string        `json:"software,omitempty"`
	Took     time.Duration `json:"-"`
	Findings []Finding     `json:"findings"`
	Unasked  []string      `json:"types_not_searched,omitempty"`
}

// Stops reports whether a desk cannot work at the server.
func (r Report) Stops() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Harm == "stops" })
}

// harms are what it comes to for a desk that a server cannot do something: how bad that
// is, and what the desk does instead.
var harms = map[Name]struct{ harm, means string }{
	SearchByPost:    {"stops", "a number would have to stand in an address, where proxies and logs keep it: no patient is looked up"},
	SearchByGet:     {"none", "lists are asked for by POST, where that keeps a parameter that stands twice"},
	Strict:          {"none", "a parameter that is not known is passed over in silence, so that every answer is filtered again at the desk"},
	Honest:          {"misleads", "a search by a parameter that is not known gives everything: whoever does not filter again takes others' records for the patient's"},
	LastUpdated:     {"slow", "nobody can ask for what has changed: each synchronisation lists all records"},
	Elements:        {"slow", "a list of ids brings whole records"},
	IDs:             {"slow", "records are read one by one"},
	Totals:          {"misleads", "the count of a list is lacking, or is that of a page: it takes two readings that are alike to know that a list is whole"},
	CountAlone:      {"none", "a list cannot be counted without reading it"},
	Paging:          {"misleads", "a full page without a link looks like the end of the list: longer lists are read in parts, by time of change"},
	Batch:           {"slow", "each type of record is asked for by a request of its own, though nothing has changed"},
	History:         {"none", "what was deleted is found by listing ids"},
	HistorySince:    {"none", "what was deleted is found by listing ids"},
	Everything:      {"slow", "each type of record is asked for by itself"},
	EverythingCount: {"slow", "a record of any length comes in one answer: each type is asked for by itself"},
	EverythingSince: {"slow", "a record comes whole each time: each type is asked for by itself"},
	UpdateCreate:    {"slow", "the server chooses ids: what is written is searched for before and after, so that it is there once"},
	CondCreate:      {"none", "two of one request may be stored: one is found afterwards, and taken out"},
	Consents:        {"misleads", "no consent can be taken at the desk: it is given at the sharing platform itself"},
	Audit:           {"misleads", "the server does not hear who opened a record: the desk's own log alone has it"},
}

// Report says what was found to whoever makes the server.
func (c Caps) Report(took time.Duration) Report {
	r := Report{At: c.At, FHIR: c.FHIR, Software: c.Software, Took: took}
	for _, n := range names {
		f, known := c.Can[n.Name]
		out := Finding{Ability: n.Name, What: n.english, Is: string(f.Is), How: "seen"}
		switch {
		case !known || f.Is == "":
			out.Is, out.How = "unknown", "not tried"
		case f.Said:
			out.How = "stated"
		}
		if f.Is == No {
			out.Harm, out.Means = harms[n.Name].harm, harms[n.Name].means
		}
		r.Findings = append(r.Findings, out)
	}
	if len(c.Types) > 0 {
		for _, t := range r4.PatientTypes() {
			if !c.Types[t].Search {
				r.Unasked = append(r.Unasked, t)
			}
		}
	}
	return r
}
