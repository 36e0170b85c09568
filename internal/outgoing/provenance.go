package outgoing

import (
	"bytes"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// SystemStaff is the system of staff ids, which are a provider's own, and SystemWithdrawal that of why a record was withdrawn.
const (
	SystemStaff      = "urn:example:hk:staff"
	SystemWithdrawal = "urn:example:hk:withdrawal"
)

// Author is who writes, for which provider.
type Author struct{ Staff, Name, Provider, ProviderName string }

// Signatory is somebody who signs: the author, and who approved it behind.
type Signatory struct {
	Author
	At   time.Time
	Sign func(resource []byte) (jws string, err error)
}

// Made says of what, and why, records are written.
type Made struct {
	Response ehrdesk.Ref // that they were made of; zero for none
	Why      ehrdesk.WithdrawalWhy
}

type (
	identifier struct {
		System string `json:"system"`
		Value  string `json:"value"`
	}
	party struct {
		Type       string     `json:"type"`
		Identifier identifier `json:"identifier"`
		Display    string     `json:"display,omitempty"`
	}
	coding struct {
		System  string `json:"system"`
		Code    string `json:"code"`
		Display string `json:"display,omitempty"`
	}
	concept struct {
		Coding []coding `json:"coding"`
	}
	reference struct {
		Reference string `json:"reference"`
	}
	agent struct {
		Type       concept `json:"type"`
		Who        party   `json:"who"`
		OnBehalfOf party   `json:"onBehalfOf"`
	}
	entity struct {
		Role string    `json:"role"`
		What reference `json:"what"`
	}
	signed struct {
		Type         []coding `json:"type"`
		When         string   `json:"when"`
		Who          party    `json:"who"`
		TargetFormat string   `json:"targetFormat"`
		SigFormat    string   `json:"sigFormat"`
		Data         string   `json:"data"`
	}
	provenance struct {
		ResourceType string      `json:"resourceType"`
		ID           string      `json:"id"`
		Target       []reference `json:"target"`
		Recorded     string      `json:"recorded"`
		Reason       []concept   `json:"reason,omitempty"`
		Activity     concept     `json:"activity"`
		Agent        []agent     `json:"agent"`
		Entity       []entity    `json:"entity,omitempty"`
		Signature    []signed    `json:"signature"`
	}
)

func (a Author) who() party {
	return party{"Practitioner", identifier{SystemStaff, a.Staff + "@" + a.Provider}, a.Name}
}

func (a Author) provider() party {
	return party{"Organization", identifier{ehrdesk.SystemHCP, a.Provider}, a.ProviderName}
}

// Transaction is the records, and behind them a Provenance for each that is the patient's own, with a signature of everybody who
// signs: the author first. n is how many entries there are, the records first. A record signed again has its signature where
// it was.
func Transaction(records []ehrdesk.DepositRecord, made Made, by ...Signatory) (bundle []byte, n int, err error) {
	var out bytes.Buffer // the records' bytes stay as they were shown: an encoder would space and escape them anew
	out.WriteString(`{"resourceType":"Bundle","type":"transaction","entry":[`)
	add := func(ref string, body []byte) {
		if n++; n > 1 {
			out.WriteByte(',')
		}
		out.WriteString(`{"resource":`)
		out.Write(body)
		out.WriteString(`,"request":{"method":"PUT","url":"` + ref + `"}}`) // types and ids are of FHIR's safe alphabet
	}
	for i := range records {
		add(records[i].Record.Ref().String(), records[i].Body)
	}
	for i := range records {
		if records[i].Record.Linked {
			continue
		}
		p, err := provenanceOf(&records[i], made, by)
		if err != nil {
			return nil, 0, err
		}
		body, err := json.Marshal(p)
		if err != nil {
			return nil, 0, ehrdesk.Errorf("deposit", ehrdesk.CodeOther, "the signature cannot be written")
		}
		add("Provenance/"+p.ID, body)
	}
	out.WriteString(`]}`)
	return out.Bytes(), n, nil
}

// provenanceOf signs a record.
// Source of the codes: HL7 v3 DataOperation, HL7 provenance participant types, ASTM E1762-95 for signatures.
func provenanceOf(r *ehrdesk.DepositRecord, made Made, by []Signatory) (provenance, error) {
	ref := r.Record.Ref()
	p := provenance{ResourceType: "Provenance", ID: uuid.NewSHA1(space(), append([]byte(ref.String()+"\x00"), r.Body...)).String(),
		Target: []reference{{ref.String()}}, Activity: activity(r.Becomes)}
	if made.Response != (ehrdesk.Ref{}) && made.Response != ref {
		p.Entity = []entity{{"source", reference{made.Response.String()}}}
	}
	if made.Why != "" {
		p.Reason = []concept{{[]coding{{SystemWithdrawal, string(made.Why), ""}}}}
	}
	for i := range by {
		role, kind := coding{"", "author", "Author"}, coding{"", "1.2.840.10065.1.12.1.1", "Author's Signature"}
		if i > 0 {
			role, kind = coding{"", "verifier", "Verifier"}, coding{"", "1.2.840.10065.1.12.1.5", "Verification Signature"}
		}
		role.System, kind.System = "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "urn:iso-astm:E1762-95:2013"
		jws, err := by[i].Sign(r.Body)
		if err != nil {
			return p, err
		}
		when := by[i].At.UTC().Format("2006-01-02T15:04:05.000Z07:00")
		p.Recorded = when // the last
		p.Agent = append(p.Agent, agent{concept{[]coding{role}}, by[i].who(), by[i].provider()})
		p.Signature = append(p.Signature, signed{[]coding{kind}, when, by[i].who(), "application/fhir+json", "application/jose", signature.Encoded(jws)})
	}
	return p, nil
}

// activity is what was done to a record.
func activity(b ehrdesk.DepositBecomes) concept {
	c := coding{"http://terminology.hl7.org/CodeSystem/v3-DataOperation", "UPDATE", "revise"}
	switch b {
	case ehrdesk.DepositNew:
		c.Code, c.Display = "CREATE", "create"
	case ehrdesk.DepositWithdrawn:
		c.Code, c.Display = "NULLIFY", "nullify"
	case 0, ehrdesk.DepositVersion:
	}
	return concept{[]coding{c}}
}
