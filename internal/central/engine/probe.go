package engine

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Seen is what an engine was seen to do, and when: what it says of itself counts only where it names
// what it has.
type Seen struct {
	At       time.Time `json:"at"`
	Software string    `json:"software,omitempty"`
	// Types are those that it has of patients' records and of what they refer to, with the parameter
	// that it is asked by, none where there is no such; nil before a probe.
	Types map[string][]string `json:"-"`

	IfMatch       bool       `json:"if_match"`      // a write over another version than was meant is refused
	IfNoneMatch   bool       `json:"if_none_match"` // and over one that was not to be there
	Everything    Everything `json:"everything"`
	LastUpdated   bool       `json:"last_updated"`       // a search by _lastUpdated is heeded
	Paging        bool       `json:"paging"`             // a list that goes on has a link
	Totals        bool       `json:"totals"`             // a list says how many rows it has in all
	PatientHeeded bool       `json:"patient_heeded"`     // a search by patient gives that one's
	NumberHeeded  bool       `json:"identifier_heeded"`  // a search by identifier gives who has it
	SearchLags    bool       `json:"search_lags"`        // a search does not find at once what was written
	Outcomes      bool       `json:"outcomes"`           // what it does not have it says so by an OperationOutcome
	Exact         bool       `json:"exact"`              // a decimal comes back as it was written
	Unknown       bool       `json:"unknown_is_refused"` // a search by what it does not know is refused
}

// Everything is what an engine was seen to make of Patient/$everything.
type Everything struct {
	Given bool `json:"given"` // a patient's records, and nobody else's
	Since bool `json:"since"` // it heeds since when
	Types bool `json:"types"` // and of which types
}

// probe are the resources that a probe writes, under ids of their own: two people without a
// name, and three records of them that say nothing. They are marked as test data.
type probe struct {
	e     *Engine
	seen  *Seen
	nonce string
	said  map[string][]string // types of its statement, with their search parameters; empty where it does not say
}

const (
	probeSystem  = "urn:example:hk:gate-probe"
	probePerson  = "ehrcentral-probe-1"
	probeAnother = "ehrcentral-probe-2"
	probeRecord  = "ehrcentral-probe-a"
	probeSecond  = "ehrcentral-probe-b"
	probeOthers  = "ehrcentral-probe-c"
)

// probes are the ids of all of them.
var probes = [...]string{probePerson, probeAnother, probeRecord, probeSecond, probeOthers}

const probeMeta = `"meta":{"tag":[{"system":"` + TagSystem + `","code":"probe"}],"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HTEST"}]}`

// Probe finds out what the engine does, by writing a few resources of its own and asking for
// them. Errors: CodeInvalid for an engine that a gate cannot stand in front of, saying why; the
// engine's.
func (e *Engine) Probe(ctx context.Context, now time.Time) (Seen, error) {
	p := &probe{e: e, seen: &Seen{At: now.UTC()}, nonce: uuid.NewString()}
	for _, step := range [...]func(context.Context) error{p.statement, p.writes, p.versions, p.people, p.filters, p.lists, p.everything, p.types} {
		if err := step(ctx); err != nil {
			return *p.seen, err
		}
	}
	e.Seen = *p.seen
	if err := e.Seen.Safe(); err != nil {
		return e.Seen, err
	}
	return e.Seen, e.vital()
}

// unsafe is an engine that a gate does not begin in front of.
func unsafe(why string) error {
	return ehrdesk.Errorf("upstream", ehrdesk.CodeInvalid, "the engine cannot be stood in front of: %s", why)
}

// Safe is why a gate must not stand in front of such an engine, nil where it may.
func (s *Seen) Safe() error {
	switch {
	case !s.NumberHeeded && s.SearchLags:
		return unsafe("a search does not find what was written a moment ago, or is not heeded: nobody could be looked up")
	case !s.NumberHeeded:
		return unsafe("a search by identifier gives others as well, or nobody: nobody could be looked up")
	case !s.Everything.Given && !s.PatientHeeded:
		return unsafe("a search by patient gives everybody's records, and there is no $everything")
	case !s.Paging && !s.Totals:
		return unsafe("a list that goes on has neither a link nor a total: nothing shows that it is whole")
	}
	return nil
}

// statement reads the CapabilityStatement.
func (p *probe) statement(ctx context.Context) error {
	a, err := p.e.ask(ctx, http.MethodGet, "metadata", nil, nil)
	if err != nil {
		return ehrdesk.Errorf("upstream", ehrdesk.CodeOffline, "the engine does not answer")
	}
	o, err := fhir.Parse(a.body)
	if err != nil || o.Text("resourceType") != "CapabilityStatement" {
		return unsafe("it is no FHIR server")
	}
	if v := o.Text("fhirVersion"); v != "4.0" && !strings.HasPrefix(v, "4.0.") {
		return unsafe("it does not speak FHIR R4")
	}
	if dateOf(a.header).IsZero() {
		return unsafe("it does not say what time it is: nobody could tell what has changed since")
	}
	p.seen.Software = ehrdesk.CleanLine(fhir.TextAt(o.Raw("software"), "name") + " " + fhir.TextAt(o.Raw("software"), "version"))
	p.said = map[string][]string{}
	fhir.Each(o.Raw("rest"), func(v fhir.Value) {
		fhir.Each(fhir.ObjectOf(v).Raw("resource"), func(v fhir.Value) {
			r := fhir.ObjectOf(v)
			var params []string
			fhir.Each(r.Raw("searchParam"), func(v fhir.Value) { params = append(params, fhir.TextAt(v, "name")) })
			p.said[r.Text("type")] = params
		})
	})
	return nil
}

// writes stores the resources of the probe and reads one back.
func (p *probe) writes(ctx context.Context) error {
	for _, id := range [...]string{probePerson, probeAnother} {
		if err := p.put(ctx, "Patient", id, `"active":false,"identifier":[{"system":`+resource.Quote(probeSystem)+`,"value":`+resource.Quote(p.nonce+id)+`}]`, ""); err != nil {
			return err
		}
	}
	for id, who := range map[string]string{probeRecord: probePerson, probeSecond: probePerson, probeOthers: probeAnother} {
		if err := p.put(ctx, "Basic", id, p.record(who, "1.10"), ""); err != nil {
			return err
		}
	}
	found, err := p.e.Read(ctx, ehrdesk.Ref{Resource: "Basic", ID: probeRecord}, "")
	switch {
	case err != nil:
		return err
	case found == nil || !bytes.Contains(found.Bytes, []byte(p.nonce)):
		return unsafe("what was written a moment ago is not there when it is read")
	}
	p.seen.Exact = bytes.Contains(found.Bytes, []byte("1.10"))
	none, err := p.e.ask(ctx, http.MethodGet, "Basic/"+noSuch, nil, nil)
	p.seen.Outcomes = err == nil && none.status == http.StatusNotFound && outcome(none.body)
	return err
}

// record is what a record of the probe says.
func (p *probe) record(who, decimal string) string {
	return `"code":{"text":` + resource.Quote(p.nonce) + `},"subject":{"reference":"Patient/` + who + `"},"extension":[{"url":` + resource.Quote(probeSystem) + `,"valueDecimal":` + decimal + `}]`
}

func (p *probe) put(ctx context.Context, kind, id, content, etag string) error {
	header := http.Header{}
	if etag != "" {
		header.Set("If-Match", etag)
	}
	a, err := p.e.ask(ctx, http.MethodPut, kind+"/"+id, header, []byte(`{"resourceType":"`+kind+`","id":"`+id+`",`+probeMeta+`,`+content+`}`))
	if err == nil && a.status/100 != 2 {
		return unsafe("it stores no " + kind + " under an id that is chosen here (HTTP " + strconv.Itoa(a.status) + ")")
	}
	return err
}

// versions tries whether a write in the place of a version that is not there is refused.
func (p *probe) versions(ctx context.Context) error {
	a, err := p.e.ask(ctx, http.MethodPut, "Basic/"+probeSecond, http.Header{"If-Match": {`W/"ehrcentral-no-such-version"`}},
		[]byte(`{"resourceType":"Basic","id":"`+probeSecond+`",`+probeMeta+`,`+p.record(probePerson, "1.10")+`}`))
	if p.seen.IfMatch = err == nil && a.status/100 == 4; err != nil {
		return err
	}
	a, err = p.e.ask(ctx, http.MethodPut, "Basic/"+probeSecond, http.Header{"If-None-Match": {"*"}},
		[]byte(`{"resourceType":"Basic","id":"`+probeSecond+`",`+probeMeta+`,`+p.record(probePerson, "1.10")+`}`))
	p.seen.IfNoneMatch = err == nil && (a.status == http.StatusPreconditionFailed || a.status == http.StatusConflict)
	return err
}

// people tries the look-up by number.
func (p *probe) people(ctx context.Context) error {
	rows, b, err := p.search(ctx, "Patient", url.Values{"identifier": {probeSystem + "|" + p.nonce + probePerson}, "_count": {"20"}})
	if err != nil {
		return err
	}
	p.seen.NumberHeeded = len(rows) == 1 && rows[0].ID == probePerson && b.Next == ""
	if len(rows) == 0 { // it may find later what was written now: ask for what an earlier probe wrote as well
		p.seen.SearchLags = true
	}
	none, _, err := p.search(ctx, "Patient", url.Values{"identifier": {probeSystem + "|" + uuid.NewString()}, "_count": {"20"}})
	p.seen.NumberHeeded = p.seen.NumberHeeded && len(none) == 0
	return err
}

// search gives the rows of a type that a search finds.
func (p *probe) search(ctx context.Context, kind string, form url.Values) ([]ehrdesk.Ref, fhir.Bundle, error) {
	b, _, err := p.e.list(ctx, kind+"/_search", form)
	return refs(b, kind), b, err
}

func refs(b fhir.Bundle, kind string) (out []ehrdesk.Ref) {
	for _, e := range b.Entries {
		if e.Fault == nil && e.Resource.Bytes != nil && (kind == "" || e.Resource.Type == kind) {
			out = append(out, e.Resource.Ref())
		}
	}
	return out
}

func has(rows []ehrdesk.Ref, kind, id string) bool {
	return slices.Contains(rows, ehrdesk.Ref{Resource: kind, ID: id})
}

// filters tries which conditions of a search are heeded.
func (p *probe) filters(ctx context.Context) error {
	mine := url.Values{"patient": {"Patient/" + probePerson}, "_count": {"100"}}
	rows, _, err := p.search(ctx, "Basic", mine)
	if err != nil {
		return err
	}
	p.seen.PatientHeeded = has(rows, "Basic", probeRecord) && has(rows, "Basic", probeSecond) && !has(rows, "Basic", probeOthers)
	if !has(rows, "Basic", probeRecord) {
		p.seen.SearchLags = true
	}
	with := func(name, value string) url.Values {
		return url.Values{"patient": mine["patient"], "_count": mine["_count"], name: {value}}
	}
	late, _, err := p.search(ctx, "Basic", with("_lastUpdated", "gt2999-01-01T00:00:00Z"))
	if err != nil {
		return err
	}
	early, _, err := p.search(ctx, "Basic", with("_lastUpdated", "ge1900-01-01T00:00:00Z"))
	p.seen.LastUpdated = len(late) == 0 && has(early, "Basic", probeRecord)
	if err != nil {
		return err
	}
	_, a, err := p.e.list(ctx, "Basic/_search", with("ehrcentral-no-such-parameter", "1"))
	p.seen.Unknown = a.status/100 == 4
	return err
}

// lists tries what a list says of itself when it goes on.
func (p *probe) lists(ctx context.Context) error {
	one := url.Values{"patient": {"Patient/" + probePerson}, "_count": {"1"}}
	first, b, err := p.search(ctx, "Basic", one)
	if err != nil || len(first) != 1 {
		return err // without _count nothing is shown by it: what it gives may be all
	}
	p.seen.Totals = b.Total == 2
	if b.Next == "" {
		return nil
	}
	link, ok := p.e.within(b.Next)
	if !ok {
		return unsafe("the links of its pages lead to another address: its base has to be set to the one it is asked at")
	}
	b, _, err = p.e.list(ctx, p.e.origin()+link, nil)
	second := refs(b, "Basic")
	p.seen.Paging = len(second) == 1 && second[0] != first[0]
	return err
}

// everything tries the operation: it is relied on where it gives all of the probe's person and
// nothing of the other.
func (p *probe) everything(ctx context.Context) error {
	path := "Patient/" + probePerson + "/$everything?_count="
	b, a, err := p.e.list(ctx, path+"100", nil)
	if err != nil || a.status != http.StatusOK {
		return err
	}
	rows := refs(b, "")
	p.seen.Everything.Given = has(rows, "Patient", probePerson) && has(rows, "Basic", probeRecord) && has(rows, "Basic", probeSecond) && !has(rows, "Basic", probeOthers) && b.Next == ""
	if !p.seen.Everything.Given {
		return nil
	}
	if b, _, err = p.e.list(ctx, path+"1", nil); err != nil {
		return err
	}
	if n := len(refs(b, "")); n == 1 { // in pages: they have to go on
		link, ok := p.e.within(b.Next)
		if b.Next == "" || !ok {
			p.seen.Everything.Given = false
			return nil
		}
		if b, _, err = p.e.list(ctx, p.e.origin()+link, nil); err != nil {
			return err
		}
		p.seen.Everything.Given = len(refs(b, "")) > 0
	}
	b, a, err = p.e.list(ctx, path+"100&_since=2999-01-01T00%3A00%3A00Z", nil)
	if p.seen.Everything.Since = a.status == http.StatusOK && len(refs(b, "")) == 0; err != nil {
		return err
	}
	b, a, err = p.e.list(ctx, path+"100&_type=Basic", nil)
	rows = refs(b, "")
	p.seen.Everything.Types = a.status == http.StatusOK && has(rows, "Basic", probeRecord) && has(rows, "Basic", probeSecond) && !has(rows, "Patient", probePerson)
	return err
}
