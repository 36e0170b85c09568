package ips

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Given is what a document is made of.
type Given struct {
	Patient  ehrdesk.Patient
	By       ehrdesk.Account // for whose provider it is made
	Sections []Section
	LeftOut  []Lack
	InStep   time.Time                         // since when the copy that it is made of is in step with the centre
	Body     func(ehrdesk.Ref) ([]byte, error) // the bytes of a record
	Beside   func(ehrdesk.Ref) bool            // whether a resource that records refer to may stand beside them
	Words    func(*ehrdesk.Record) []string    // what a section's narrative says of a record, as the screen does
	Why      func(Lack) string                 // likewise of what is left out
}

// Document is a summary, made.
type Document struct {
	ID      string // UUID, by chance
	Bytes   []byte
	Records []ehrdesk.Ref // that stand in it, with those beside
}

const mostEntries = 1000

// beside are the types that a record is not understood without: what was given, who says so, of which panel.
func beside(resource string) bool {
	return slices.Contains([]string{"Medication", "Substance", "Organization", "Practitioner", "PractitionerRole", "Location", "Device", "Specimen", "Observation"}, resource)
}

// maker is one document in the making.
type maker struct {
	Given
	id    uuid.UUID
	refs  map[string]string // the name of each resource within the document
	order []ehrdesk.Ref
	body  map[ehrdesk.Ref][]byte
}

// Make makes the document. Errors: those of Body, CodeInvalid for a record that is not well formed or more than a document holds.
func Make(g Given, now time.Time) (Document, error) {
	m := &maker{Given: g, id: uuid.New(), refs: map[string]string{}, body: map[ehrdesk.Ref][]byte{}}
	m.refs["Patient/"+g.Patient.ID] = m.urn("Patient/" + g.Patient.ID)
	for i := range g.Sections {
		for k := range g.Sections[i].Records {
			if err := m.take(g.Sections[i].Records[k].Ref()); err != nil {
				return Document{}, err
			}
		}
	}
	for i := 0; i < len(m.order); i++ { // what they refer to is taken behind them, and looked through in its turn
		for _, to := range references(m.body[m.order[i]]) {
			if beside(to.Resource) && m.body[to] == nil && g.Beside(to) {
				if err := m.take(to); err != nil {
					return Document{}, err
				}
			}
		}
	}
	if len(m.order) > mostEntries {
		return Document{}, ehrdesk.Errorf("ips", ehrdesk.CodeInvalid, "a summary of more than %d records is none", mostEntries)
	}
	b, err := m.write(now)
	return Document{ID: m.id.String(), Bytes: b, Records: m.order}, err
}

// urn names a resource of the document: by chance, since the document's own id is.
func (m *maker) urn(ref string) string {
	return "urn:uuid:" + uuid.NewSHA1(m.id, []byte(ref)).String()
}

func (m *maker) take(ref ehrdesk.Ref) error {
	if m.body[ref] != nil {
		return nil
	}
	b, err := m.Body(ref)
	if err != nil {
		return ehrdesk.E("ips", ehrdesk.CodeOf(err), err)
	}
	m.body[ref], m.refs[ref.String()] = b, m.urn(ref.String())
	m.order = append(m.order, ref)
	return nil
}

// references are what a resource refers to by type and id.
func references(body []byte) (out []ehrdesk.Ref) {
	d := jsontext.NewDecoder(bytes.NewReader(body))
	for {
		depth := d.StackDepth()
		kind, n := d.StackIndex(depth)
		t, err := d.ReadToken()
		if err != nil {
			return out
		}
		if t.Kind() != '"' || kind != '{' || n%2 == 0 || d.StackPointer().LastToken() != "reference" {
			continue
		}
		if resource, id, found := strings.Cut(t.String(), "/"); found && fhir.ValidType(resource) && fhir.ValidID(id) {
			out = append(out, ehrdesk.Ref{Resource: resource, ID: id})
		}
	}
}

// write writes the Bundle. The records' bytes are put in as they are: an encoder would space and escape them anew.
func (m *maker) write(now time.Time) ([]byte, error) {
	var out bytes.Buffer
	head, err := json.Marshal(struct {
		ResourceType string     `json:"resourceType"`
		ID           string     `json:"id"`
		Meta         meta       `json:"meta"`
		Identifier   identifier `json:"identifier"`
		Type         string     `json:"type"`
		Timestamp    string     `json:"timestamp"`
	}{"Bundle", m.id.String(), meta{Profile: []string{profile + "Bundle-uv-ips"}, Tag: m.subset()}, identifier{systemURI, "urn:uuid:" + m.id.String()}, "document", instant(now)})
	if err != nil {
		return nil, err
	}
	out.Write(head[:len(head)-1])
	out.WriteString(`,"entry":[`)
	first := true
	add := func(urn string, body []byte) {
		if !first {
			out.WriteByte(',')
		}
		first = false
		fmt.Fprintf(&out, `{"fullUrl":"%s","resource":`, urn)
		out.Write(body)
		out.WriteByte('}')
	}
	for _, own := range m.own(now) {
		b, err := json.Marshal(own.resource)
		if err != nil {
			return nil, err
		}
		add(own.urn, b)
	}
	for _, ref := range m.order {
		b, err := fhir.Renamed(m.body[ref], ref.ID, m.refs)
		if err != nil {
			return nil, ehrdesk.Errorf("ips", ehrdesk.CodeInvalid, "a record is not well formed")
		}
		add(m.refs[ref.String()], b)
	}
	out.WriteString("]}")
	return out.Bytes(), nil
}

// subset marks a document that does not have all there is.
func (m *maker) subset() []coding {
	if len(m.LeftOut) == 0 {
		return nil
	}
	return []coding{{systemObserved, "SUBSETTED", "subsetted"}}
}

// made is a resource that the document itself has.
type made struct {
	urn      string
	resource any
}

// own are the document's own resources: what it is, of whom, by whom.
func (m *maker) own(now time.Time) []made {
	name := func(what string) (urn, id string) {
		urn = m.urn(what)
		return urn, strings.TrimPrefix(urn, "urn:uuid:")
	}
	docURN, docID := name("Composition")
	orgURN, orgID := name("author")
	devURN, devID := name("device")
	patURN := m.refs["Patient/"+m.Patient.ID]
	org := organization{ResourceType: "Organization", ID: orgID, Name: m.By.ProviderName}
	if org.Name == "" {
		org.Name = m.By.Provider
	}
	if m.By.Provider != "" && !m.By.Elsewhere {
		org.Identifier = []identifier{{ehrdesk.SystemHCP, m.By.Provider}}
	}
	c := composition{ResourceType: "Composition", ID: docID, Meta: meta{Profile: []string{profile + "Composition-uv-ips"}, Tag: m.subset()}, Language: "en", Text: m.about(now),
		Identifier: identifier{systemURI, "urn:uuid:" + docID}, Status: "final", Type: concept{Coding: []coding{{systemLOINC, "60591-5", "Patient summary Document"}}},
		Subject: reference{patURN}, Date: instant(now), Author: []reference{{orgURN}, {devURN}}, Title: "International Patient Summary", Confidentiality: "N", Custodian: reference{orgURN}}
	if !m.InStep.IsZero() {
		c.Event = []event{{[]concept{{Coding: []coding{{systemAct, "PCPR", "care provision"}}}}, period{instant(m.InStep)}}}
	}
	for i := range m.Sections {
		c.Section = append(c.Section, m.section(&m.Sections[i]))
	}
	return []made{{docURN, c}, {patURN, m.patient(strings.TrimPrefix(patURN, "urn:uuid:"))}, {orgURN, org},
		{devURN, device{"Device", devID, []deviceName{{"ehrdesk", "model-name"}}, reference{orgURN}}}}
}

func (m *maker) patient(id string) patient {
	p := m.Patient
	out := patient{ResourceType: "Patient", ID: id, Meta: meta{Profile: []string{profile + "Patient-uv-ips"}}}
	if n := p.EHR.Compact(); n != "" {
		out.Identifier = []identifier{{ehrdesk.SystemEHR, n}}
	}
	latin := p.Name
	latin.Chinese = ""
	name := humanName{Use: "official", Text: latin.Latin(), Family: p.Name.Family}
	if p.Name.Given != "" {
		name.Given = strings.Fields(p.Name.Given)
	}
	if name.Text != "" || p.Name.Chinese == "" {
		if name.Text == "" {
			name.Text = "not recorded"
		}
		out.Name = append(out.Name, name)
	}
	if p.Name.Chinese != "" {
		out.Name = append(out.Name, humanName{Text: p.Name.Chinese})
	}
	out.Gender = string(p.Gender)
	if out.BirthDate = birthDate(p.Born); out.BirthDate == "" { // required, and said to be unknown where it is
		out.NoBirthDate = &absent{[]extension{{dataAbsentReason, "unknown"}}}
	}
	return out
}

// birthDate is a date as FHIR has it, no more precise than it is known.
func birthDate(w ehrdesk.When) string {
	if w.IsZero() {
		return ""
	}
	switch w.Precision {
	case ehrdesk.ToYear:
		return w.Time.Format("2006")
	case ehrdesk.ToMonth:
		return w.Time.Format("2006-01")
	case ehrdesk.NoDate:
		return ""
	case ehrdesk.ToDay, ehrdesk.ToMinute, ehrdesk.ToSecond:
	}
	return w.Time.Format(time.DateOnly)
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z07:00") }
