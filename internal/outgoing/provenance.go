package outgoing

import (
	"bytes"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// SystemStaff is the system of staff ids, which are a provider's own.
const SystemStaff = "urn:example:hk:staff"

// Author is who writes, for which provider.
type Author struct{ Staff, Name, Provider, ProviderName string }

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
		Activity     concept     `json:"activity"`
		Agent        []agent     `json:"agent"`
		Signature    []signed    `json:"signature"`
	}
)

// Transaction is the records, and behind them a Provenance with a signature for each that is the patient's own. n is how many
// entries there are, the records first. A record signed again has its signature where it was.
// Source of the codes: HL7 v3 DataOperation, HL7 provenance participant types, ASTM E1762-95 for signatures.
func Transaction(records []ehrdesk.DepositRecord, by Author, sign func(resource []byte) (jws string, err error), at time.Time) (bundle []byte, n int, err error) {
	when := at.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	who := party{"Practitioner", identifier{SystemStaff, by.Staff + "@" + by.Provider}, by.Name}
	provider := party{"Organization", identifier{ehrdesk.SystemHCP, by.Provider}, by.ProviderName}
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
		r := &records[i]
		if r.Record.Linked {
			continue
		}
		jws, err := sign(r.Body)
		if err != nil {
			return nil, 0, err
		}
		ref := r.Record.Ref().String()
		p := provenance{ResourceType: "Provenance", ID: uuid.NewSHA1(space(), append([]byte(ref+"\x00"), r.Body...)).String(), Target: []reference{{ref}}, Recorded: when,
			Activity:  concept{[]coding{{"http://terminology.hl7.org/CodeSystem/v3-DataOperation", "UPDATE", "revise"}}},
			Agent:     []agent{{concept{[]coding{{"http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author", "Author"}}}, who, provider}},
			Signature: []signed{{[]coding{{"urn:iso-astm:E1762-95:2013", "1.2.840.10065.1.12.1.1", "Author's Signature"}}, when, who, "application/fhir+json", "application/jose", signature.Encoded(jws)}}}
		body, err := json.Marshal(p)
		if err != nil {
			return nil, 0, ehrdesk.Errorf("deposit", ehrdesk.CodeOther, "the signature cannot be written")
		}
		add("Provenance/"+p.ID, body)
	}
	out.WriteString(`]}`)
	return out.Bytes(), n, nil
}
