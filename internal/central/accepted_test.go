package central

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// answering is a line on which one page lies ready.
type answering struct{ page []byte }

func (a answering) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(len(a.page)), Body: io.NopCloser(bytes.NewReader(a.page))}, nil
}

// pageOf is what $everything gives of a patient: of all kinds, labelled ones with
// them.
func pageOf(q *tx, patient, base string) ([]byte, error) {
	var out bytes.Buffer
	of := scope{both: ehrdesk.Kinds(), shared: ehrdesk.Kinds()}
	cur := cursor{At: 1, Count: maxPage}
	var err error
	if cur.Total, err = q.everythingTotal(patient, of, 0); err != nil {
		return nil, err
	}
	b := &bundleWriter{w: bufio.NewWriter(&out), base: base}
	if err := b.everything(q, patient, of, &cur); err != nil {
		return nil, err
	}
	if b.n > 0 {
		b.w.WriteByte(']')
	}
	b.w.WriteByte('}')
	err = b.w.Flush()
	return out.Bytes(), err
}

// projected reads a page as a desk does.
func projected(ctx context.Context, page []byte, base string, who fhir.Person) (fhir.Page, error) {
	desk, err := fhir.NewClient(base, &http.Client{Transport: answering{page}}, nil)
	if err != nil {
		return fhir.Page{}, err
	}
	pages := desk.Pages(ctx, "Patient/"+who.ID+"/$everything", &who, nil)
	defer pages.Close()
	return pages.Next(ctx)
}

// deskReadsAll fails where a desk would keep anything aside of what is stored.
func deskReadsAll(t *testing.T, q *tx) (records int) {
	const base = "http://127.0.0.1/fhir"
	people := map[string]*fhir.Person{}
	err := q.rows("SELECT p.patient, i.system, i.value FROM participant p LEFT JOIN identifier i ON i.patient = p.patient", nil, func(scanRow func(...any) error) error {
		var id string
		var i r4.Identifier
		err := scanRow(&id, &i.System, &i.Value)
		if people[id] == nil {
			people[id] = &fhir.Person{ID: id}
		}
		people[id].Know([]r4.Identifier{i})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, who := range people {
		page, err := pageOf(q, id, base)
		if err != nil {
			t.Fatal(err)
		}
		got, err := projected(q.ctx, page, base, *who)
		if err != nil {
			t.Fatalf("a page that no desk reads: %v: %s", err, page)
		}
		if len(got.Aside) > 0 || len(got.Resources) != got.Total {
			t.Fatalf("%d of %d are read, and kept aside %+v: %s", len(got.Resources), got.Total, got.Aside, page)
		}
		records += len(got.Resources)
		for _, r := range got.Resources {
			if f := r.Record.Facts(); f.Unread {
				t.Fatalf("the facts of %s do not open", r.Record.Ref())
			}
			if _, err := r4.Elements(bytes.NewReader(r.Body)); err != nil {
				t.Fatalf("%s has no detail: %v", r.Record.Ref(), err)
			}
		}
	}
	err = q.rows("SELECT type, id, patient, body FROM record WHERE deleted = 0", nil, func(scanRow func(...any) error) error {
		var kind, id, patient string
		var body []byte
		if err := scanRow(&kind, &id, &patient, &body); err != nil {
			return err
		}
		r, err := r4.Read(body)
		if err != nil || r.Type != kind || r.ID != id || patient != "" && people[patient] == nil {
			t.Fatalf("stored as %s/%s of %q: %v: %s", kind, id, patient, err, body)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return records
}

const acceptedPatient = `{"resourceType":"Patient","id":"p","identifier":[{"system":"https://clinic/mrn","value":"MRN-7"}],"name":[{"family":"CHAN","given":["Tai Man"]}],"birthDate":"1960-02-03"}`

// accepts has a centre take bytes in one of its ways, and gives whether it did: as
// a file, as the resource of an entry in a file, as a deposit.
func accepts(t *testing.T, c *Centre, q *tx, data []byte, way uint8) bool {
	put := func(text []byte) error {
		groups, err := parseStream(text)
		if err != nil {
			return err
		}
		for _, in := range groups {
			if _, err := c.importGroup(q, in, "fuzz"); err != nil {
				return err
			}
		}
		return nil
	}
	var err error
	switch way % 4 {
	case 0:
		err = put(data)
	case 1, 2:
		kind := [...]string{"collection", "document"}[way%4-1]
		err = put([]byte(`{"resourceType":"Bundle","type":"` + kind + `","entry":[{"fullUrl":"https://src/fhir/Patient/p","resource":` + acceptedPatient + `},{"resource":` + string(data) + `}]}`))
	case 3:
		if err = put([]byte(acceptedPatient)); err != nil {
			t.Fatal(err)
		}
		v := jsontext.Value(data)
		if err = v.Compact(); err != nil {
			return false
		}
		var in incoming
		if in, err = parseBody(v); err == nil {
			for _, it := range in.items {
				if it.request.method == "" && it.resourceInfo != nil {
					it.request = request{method: "POST", url: it.Type}
				}
			}
			_, err = q.deposit(c, &token{hcp: "h", staff: "s", role: ehrdesk.Doctor}, in.items)
		}
	}
	if _, refused := asFault(err); err != nil && !refused {
		t.Fatalf("an error that is no refusal: %v", err)
	}
	return err == nil
}

// acceptedCorpus are bytes as senders make them, and a little worse.
var acceptedCorpus = []string{
	`{"resourceType":"Observation","id":"a","subject":{"reference":"Patient/p"},"valueQuantity":{"value":1.10}}`,
	`{"resourceType":"Observation","id":"a_b","subject":{"reference":"https://src/fhir/Patient/p"},"meta":{"versionId":"7","security":[{"code":"R"}]}}`,
	`{"resourceType":"Observation","id":7,"subject":{"identifier":{"system":"https://clinic/mrn","value":"MRN-7"}}}`,
	`{"resourceType":"Condition","id":"","subject":{"reference":"#p_1"},"contained":[{"resourceType":"Patient","id":"p_1","identifier":[{"system":"https://clinic/mrn","value":"MRN-7"}]}]}`,
	`{"resourceType":"Condition","id":null,"code":{"text":"x"}}`,
	`{"resourceType":"Appointment","id":"a","participant":[{"actor":{"reference":"Patient/p"}},{"actor":{"reference":"Practitioner/d"}}]}`,
	`{"resourceType":"Group","member":[{"entity":{"reference":"Patient/p"}}]}`, `{"resourceType":"Provenance","target":[{"reference":"Patient/p"}]}`,
	`{"resourceType":"Binary","data":"QUJD","securityContext":{"reference":"Patient/p"}}`, `{"resourceType":"Device","patient":{"reference":"Patient/p"}}`,
	`{"resourceType":"Bundle","type":"document","id":"b","entry":[{"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":{"resourceType":"Composition","id":"c_1","subject":{"reference":"Patient/p"}}}]}`,
	`{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":{"resourceType":"Encounter","id":"e_1","subject":{"reference":"Patient/p"}},"request":{"method":"POST","url":"Encounter"}},
		{"resource":{"resourceType":"Task","id":"t","for":{"reference":"Patient/p"},"encounter":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"}},"request":{"method":"PUT","url":"Task/t"}}]}`,
	`{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"https://x/Patient/TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT","resource":{"resourceType":"Patient","id":"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT","name":[{"family":"LING"}],"birthDate":"1958"}},
		{"resource":{"resourceType":"Observation","id":"46","subject":{"reference":"Patient/TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT"}}}]}`,
	acceptedPatient + "\n" + `{"resourceType":"Coverage","beneficiary":{"reference":"Patient/p"}}`,
	`{"resourceType":"Medication","id":"m","code":{"text":"x"}}`, `{"resourceType":"MedicationRequest","id":"mr","subject":{"reference":"Patient?identifier=https://clinic/mrn|MRN-7"},"medicationReference":{"reference":"#m"}}`,
}

var errUndo = errors.New("undo")

// FuzzAcceptedByTheCentreIsReadByTheDesk: whatever the centre stores of outside
// bytes, a file or a deposit, every desk's reader reads, and keeps nothing of it
// aside. Each try is undone, so that none depends on those before it.
func FuzzAcceptedByTheCentreIsReadByTheDesk(f *testing.F) {
	for _, s := range acceptedCorpus {
		for way := range uint8(4) {
			f.Add([]byte(s), way)
		}
	}
	c, err := Open(f.Context(), Options{Dir: f.TempDir()})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	f.Fuzz(func(t *testing.T, data []byte, way uint8) {
		_ = c.write(context.Background(), func(q *tx) error {
			if accepts(t, c, q, data, way) {
				deskReadsAll(t, q)
			}
			return errUndo
		})
	})
}
