// Package caps is what a FHIR R4 server can do: what its CapabilityStatement says, and
// what it does when it is asked, which is not the same. It promises that looking changes
// nothing at the server, that before a patient is known no person's record is asked for,
// and that what was not seen is unknown and never yes. No state.
package caps

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Name is one thing that a server may be able to do.
type Name string

// The names. Those that a desk cannot do without are Essential.
const (
	SearchByPost    Name = "search-by-post"    // POST [type]/_search: a number is never part of a URL
	SearchByGet     Name = "search-by-get"     // GET [type]?…, by logical id
	Strict          Name = "strict"            // a search parameter that it does not know is refused
	Honest          Name = "honest"            // at least it is not answered as if it had not been sent
	LastUpdated     Name = "last-updated"      // _lastUpdated chooses what it says
	Elements        Name = "elements"          // _elements=id,meta gives what it says
	IDs             Name = "ids"               // _id takes several
	Totals          Name = "totals"            // Bundle.total counts all pages
	CountAlone      Name = "count-alone"       // _summary=count gives a total
	Paging          Name = "paging"            // a list that goes on has a next link
	Batch           Name = "batch"             // several searches in one request, each answered as it is alone
	History         Name = "history"           // [type]/_history
	HistorySince    Name = "history-since"     // and its _since
	Everything      Name = "everything"        // Patient/[id]/$everything has the patient's records
	EverythingCount Name = "everything-count"  // and heeds _count
	EverythingSince Name = "everything-since"  // and _since
	UpdateCreate    Name = "update-create"     // PUT to an id of the desk's choosing
	CondCreate      Name = "conditional-write" // If-None-Exist
	Consents        Name = "consents"          // it takes Consent, Provenance and DocumentReference
	Audit           Name = "audit"             // it takes AuditEvent
)

// Answer is whether a server can do something. The zero value is not known.
type Answer string

// The answers.
const (
	Yes Answer = "yes"
	No  Answer = "no"
)

// Found is an answer, and when and how it was come by.
type Found struct {
	Is   Answer    `json:"is"`
	At   time.Time `json:"at"`
	Said bool      `json:"said,omitempty"` // by the statement alone: nobody has seen it
}

// Type is what the statement says of a resource type.
type Type struct {
	Search     bool     `json:"search,omitempty"`
	Create     bool     `json:"create,omitempty"`
	Update     bool     `json:"update,omitempty"`
	Parameters []string `json:"parameters,omitempty"`
}

// Caps is what a server can do, as it was seen at a time.
type Caps struct {
	At       time.Time       `json:"at"`
	FHIR     string          `json:"fhir"`
	Software string          `json:"software,omitempty"`
	Types    map[string]Type `json:"types,omitempty"` // empty where the statement names none
	Can      map[Name]Found  `json:"can"`
}

// Is is whether the server can do something, "" where that is not known.
func (c Caps) Is(n Name) Answer { return c.Can[n].Is }

// With is c with what was found of one thing. c itself stays as it was.
func (c Caps) With(n Name, is Answer, at time.Time) Caps {
	c.Can = maps.Clone(c.Can)
	if c.Can == nil {
		c.Can = map[Name]Found{}
	}
	if is != "" {
		c.Can[n] = Found{Is: is, At: at}
	}
	return c
}

// Without is c with one thing not known.
func (c Caps) Without(n Name) Caps {
	c.Can = maps.Clone(c.Can)
	delete(c.Can, n)
	return c
}

func (c *Caps) found(n Name, is Answer) { *c = c.With(n, is, c.At) }

// said notes what the statement says, unless it was seen.
func (c *Caps) said(n Name, is Answer) {
	if c.Can[n].Is == "" {
		c.Can[n] = Found{Is: is, At: c.At, Said: true}
	}
}

func yes(b bool) Answer {
	if b {
		return Yes
	}
	return No
}

// Read reads the statement and tries what can be tried before a patient is known.
// Errors: CodeInvalid for what is no FHIR R4 server, CodeOffline, CodeTimeout.
func Read(ctx context.Context, wire *fhir.Client, now time.Time) (Caps, error) {
	const op = "capabilities"
	c := Caps{At: now, Types: map[string]Type{}, Can: map[Name]Found{}}
	ans, err := wire.Get(ctx, op, "metadata")
	if err != nil {
		return c, err
	}
	if !ans.Date.IsZero() {
		c.At = ans.Date
	}
	if err := c.read(ans.Body); err != nil {
		return c, err
	}
	for _, resource := range [...]string{"Organization", "Practitioner", "Location"} { // they are nobody's record
		rows, err := c.specimen(ctx, wire, resource)
		if err != nil {
			return c, err
		}
		if len(rows) > 0 {
			return Probe(ctx, wire, c, rows[0])
		}
	}
	return c, nil
}

// read reads a CapabilityStatement.
func (c *Caps) read(body []byte) error {
	o, err := r4.Parse(body)
	if err != nil || o.Text("resourceType") != "CapabilityStatement" {
		return ehrdesk.Errorf("capabilities", ehrdesk.CodeInvalid, "not a FHIR server: it gives no CapabilityStatement")
	}
	if c.FHIR = o.Line("fhirVersion"); !strings.HasPrefix(c.FHIR, "4.") {
		return ehrdesk.Errorf("capabilities", ehrdesk.CodeInvalid, "not a FHIR R4 server: it speaks another version")
	}
	software := r4.ObjectOf(o.Raw("software"))
	c.Software = strings.TrimSpace(software.Line("name") + " " + software.Line("version"))
	everything, updateCreate, condCreate := false, false, false
	silent := false // of what may be done with a type
	r4.Each(o.Raw("rest"), func(v r4.Value) {
		if r4.TextAt(v, "mode") == "client" {
			return
		}
		r4.Each(r4.ObjectOf(v).Raw("resource"), func(v r4.Value) {
			o := r4.ObjectOf(v)
			name := o.Text("type")
			if !r4.ValidType(name) {
				return
			}
			var t Type
			r4.Each(o.Raw("interaction"), func(v r4.Value) {
				switch r4.TextAt(v, "code") {
				case "search-type":
					t.Search = true
				case "create":
					t.Create = true
				case "update":
					t.Update = true
				}
			})
			if !o.Has("interaction") {
				silent, t.Search = true, true
			}
			r4.Each(o.Raw("searchParam"), func(v r4.Value) { t.Parameters = append(t.Parameters, ehrdesk.CleanLine(r4.TextAt(v, "name"))) })
			r4.Each(o.Raw("operation"), func(v r4.Value) {
				everything = everything || name == "Patient" && strings.TrimPrefix(r4.TextAt(v, "name"), "$") == "everything"
			})
			if name == "Consent" {
				updateCreate, condCreate = string(o.Raw("updateCreate")) == "true", string(o.Raw("conditionalCreate")) == "true"
			}
			c.Types[name] = t
		})
	})
	if len(c.Types) == 0 {
		return nil
	}
	takes := func(name string) bool { return c.Types[name].Create || c.Types[name].Update }
	c.said(Everything, yes(everything))
	if silent {
		return nil
	}
	c.said(UpdateCreate, yes(updateCreate))
	c.said(CondCreate, yes(condCreate))
	c.said(Audit, yes(takes("AuditEvent")))
	c.said(Consents, yes(takes("Consent") && takes("Provenance") && takes("DocumentReference")))
	return nil
}

// specimen is a row of a type that is nobody's record, to try searches on.
func (c *Caps) specimen(ctx context.Context, wire *fhir.Client, resource string) ([]ehrdesk.Ref, error) {
	form := url.Values{"_count": {"1"}}
	var rows [2][]ehrdesk.Ref // by GET, by POST
	for i := range rows {
		b, _, err := wire.List(ctx, "capabilities", fhir.Query{Resource: resource, Form: form, Post: i == 1})
		if i == 0 && stops(ctx, err) {
			return nil, err
		}
		if rows[i] = rowsOf(b, resource); stops(ctx, err) { // it was there a moment ago, and says nothing in FHIR now
			return rows[0], nil
		}
	}
	if len(rows[0])+len(rows[1]) > 0 {
		c.found(SearchByGet, yes(len(rows[0]) > 0))
		c.found(SearchByPost, yes(len(rows[1]) > 0))
	}
	return append(rows[0], rows[1]...), nil
}

// stops reports an error that says nothing of what the server can do.
func stops(ctx context.Context, err error) bool {
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout, ehrdesk.CodeNotSignedIn, ehrdesk.CodeLocked:
		return true
	}
	return err != nil && ctx.Err() != nil
}

// rowsOf are a page's resources of a type.
func rowsOf(b r4.Bundle, resource string) (out []ehrdesk.Ref) {
	for i := range b.Entries {
		if e := &b.Entries[i]; e.Mode != "outcome" && e.Resource.Type == resource && e.Resource.ID != "" {
			out = append(out, e.Resource.Ref())
		}
	}
	return out
}

// Lines are what is known, a line each, for doctor.
func (c Caps) Lines() []string {
	head := "FHIR " + c.FHIR
	if c.Software != "" {
		head += ", " + c.Software
	}
	out := []string{head + ", looked at " + c.At.UTC().Format(time.DateOnly)}
	for _, n := range names {
		f := c.Can[n.Name]
		line := n.english + ": "
		switch {
		case f.Is == "":
			line += "not known"
		case f.Said:
			line += string(f.Is) + ", as it says itself"
		default:
			line += string(f.Is) + ", seen " + f.At.UTC().Format(time.DateOnly)
		}
		out = append(out, line)
	}
	if n := len(c.Types); n > 0 {
		var without []string
		for _, t := range r4.PatientTypes() {
			if !c.Types[t].Search {
				without = append(without, t)
			}
		}
		if len(without) > 0 {
			out = append(out, "types it does not search: "+strings.Join(without, " "))
		}
	}
	return out
}

// UnmarshalJSON takes what was kept, and makes it usable where it was empty.
func (c *Caps) UnmarshalJSON(b []byte) error {
	type bare Caps
	if err := json.Unmarshal(b, (*bare)(c)); err != nil {
		return err
	}
	if c.Can == nil {
		c.Can = map[Name]Found{}
	}
	return nil
}

// Knows reports whether a type can be searched by a parameter, as far as the statement
// goes; one that names no type, or no parameter of the type, forbids nothing.
func (c Caps) Knows(resource, parameter string) bool {
	t, ok := c.Types[resource]
	return len(c.Types) == 0 || ok && t.Search && (len(t.Parameters) == 0 || slices.Contains(t.Parameters, parameter))
}
