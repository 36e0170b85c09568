// Package outgoing makes what a clinic writes into a patient's shared record: a Bundle of the clinic's own system becomes records
// under names of their own, and those, with what signs each, a transaction (FHIR R4). It is pure: whose record it is, who signs
// and what time it is are handed in.
package outgoing

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// MostBytes is how long a Bundle may be, and MostRecords how many it may have: what leaves at once is shown first, and read.
const (
	MostBytes   = 4 << 20
	MostRecords = 200
)

// Bundle is what a clinic's system hands over, split.
type Bundle struct {
	Number  ehrdesk.Number // of the patient
	patient fhir.Entry
	entries []fhir.Entry
}

func invalid(format string, args ...any) error {
	return ehrdesk.Errorf("deposit", ehrdesk.CodeInvalid, format, args...)
}

// Read splits a Bundle of one patient, who is named by an HKIC number or an eHR number. Errors: CodeInvalid, which names the
// entry by its place and never by what it says.
func Read(raw []byte) (Bundle, error) {
	if len(raw) > MostBytes {
		return Bundle{}, invalid("the Bundle is longer than %d MiB", MostBytes>>20)
	}
	b, err := fhir.ParseBundle(raw)
	if err != nil {
		return Bundle{}, invalid("what was read is no FHIR R4 Bundle in JSON")
	}
	switch b.Type {
	case "transaction", "collection", "batch":
	default:
		return Bundle{}, invalid("a Bundle to be deposited is a transaction or a collection")
	}
	var out Bundle
	for i := range b.Entries {
		e := b.Entries[i]
		switch m := e.Request.Method; {
		case e.Resource.Bytes == nil:
			return Bundle{}, invalid("entry %d has no resource", i+1)
		case m != "" && m != "POST" && m != "PUT":
			return Bundle{}, invalid("entry %d is neither POST nor PUT: what was deposited is withdrawn by itself", i+1)
		}
		o, err := fhir.Parse(e.Resource.Bytes)
		if err != nil {
			return Bundle{}, invalid("entry %d is not well formed", i+1)
		}
		e.Resource.Object, e.Resource.Type, e.Resource.ID = o, o.Text("resourceType"), o.Text("id")
		if e.Resource.Type != "Patient" {
			out.entries = append(out.entries, e)
			continue
		}
		if out.patient.Resource.Bytes != nil {
			return Bundle{}, invalid("the Bundle has more than one Patient")
		}
		out.patient = e
	}
	if out.Number = numberOf(&out.patient.Resource); out.Number.IsZero() {
		return Bundle{}, invalid("the Bundle has no Patient with an HKIC number (%s) or an eHR number (%s)", ehrdesk.SystemHKIC, ehrdesk.SystemEHR)
	}
	if len(out.entries) == 0 || len(out.entries) > MostRecords {
		return Bundle{}, invalid("a Bundle to be deposited has 1 to %d records beside its Patient", MostRecords)
	}
	return out, nil
}

// numberOf is the number that a Patient is found by: the eHR number where there are both.
func numberOf(r *fhir.Resource) (n ehrdesk.Number) {
	for _, i := range r.Identifiers() {
		switch i.System {
		case ehrdesk.SystemHKIC, ehrdesk.SystemEHR:
			if one, err := ehrdesk.ParseNumber(i.Value); err == nil && (n.IsZero() || i.System == ehrdesk.SystemEHR) {
				n = one
			}
		}
	}
	return n
}

// Same reports whether the Patient of the Bundle can be the person who was found: two dates of birth that differ are two people.
func (b *Bundle) Same(p ehrdesk.Patient, now time.Time) bool {
	said := fhir.PatientOf(b.patient.Resource.Object, now)
	return said.Born.IsZero() || p.Born.IsZero() || said.Born.Compare(p.Born) == 0
}

// Prepare gives the records as they leave: of a patient as the centre names them, each under an id that follows from the
// provider and the clinic's own name for it, so that the same record deposited again is a version of the same. Errors:
// CodeInvalid for a record that is not plainly this patient's.
func (b *Bundle) Prepare(patient, provider string) (records []ehrdesk.DepositRecord, left []ehrdesk.DepositLeftOut, err error) {
	refs, ids, had := map[string]string{}, make([]string, len(b.entries)), map[string]bool{}
	name := func(e *fhir.Entry, to string) {
		if e.FullURL != "" {
			refs[e.FullURL] = to
		}
		if e.Resource.ID != "" {
			refs[e.Resource.Type+"/"+e.Resource.ID] = to
		}
	}
	name(&b.patient, "Patient/"+patient)
	for i := range b.entries {
		e := &b.entries[i]
		from := e.Resource.ID
		if from == "" {
			from = e.FullURL
		}
		if from == "" {
			return nil, nil, invalid("record %d has neither id nor fullUrl: deposited again, it would be there twice", i+1)
		}
		if had[e.Resource.Type+"/"+from] {
			return nil, nil, invalid("record %d stands in the Bundle twice", i+1)
		}
		had[e.Resource.Type+"/"+from] = true
		ids[i] = uuid.NewSHA1(space(), []byte(strings.Join([]string{provider, patient, e.Resource.Type, from}, "\x00"))).String()
		name(e, e.Resource.Type+"/"+ids[i])
	}
	who := fhir.Person{ID: patient}
	for i := range b.entries {
		body, err := fhir.Renamed(b.entries[i].Resource.Bytes, ids[i], refs)
		if err != nil {
			return nil, nil, invalid("record %d is not well formed", i+1)
		}
		r, err := fhir.Read(body)
		if err != nil {
			return nil, nil, invalid("record %d cannot be read as FHIR R4", i+1)
		}
		from := b.entries[i].Resource.Type + "/" + b.entries[i].Resource.ID
		place := r.Place()
		if !place.Sharable {
			left = append(left, ehrdesk.DepositLeftOut{From: from, Why: ehrdesk.DepositScope})
			continue
		}
		switch of := r.Whose(who); {
		case of == fhir.Theirs, of == fhir.Nobodys && place.Linked && r.Type != "Provenance":
		default:
			return nil, nil, invalid("record %d, %s, is not plainly of the Bundle's Patient", i+1, r.Type)
		}
		records = append(records, ehrdesk.DepositRecord{Record: r.Record(), Body: body, From: from})
	}
	if len(records) == 0 {
		return nil, left, invalid("no record of the Bundle is in eHealth's sharable scope")
	}
	return records, left, nil
}

// space is the namespace of the ids of deposited records.
func space() uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:example:hk:deposit")) }

// Digest is what a preview is known by: it changes with every byte that would leave.
func Digest(records []ehrdesk.DepositRecord) string {
	h := sha256.New()
	for i := range records {
		_, _ = fmt.Fprintf(h, "%d ", len(records[i].Body)) // a hash takes everything
		_, _ = h.Write(records[i].Body)
	}
	return hex.EncodeToString(h.Sum(nil))
}
