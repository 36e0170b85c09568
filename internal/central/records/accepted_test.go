package records

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/internal/central/filing"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/sharing"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// answering is a line on which one page lies ready.
type answering struct{ page []byte }

func (a answering) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(len(a.page)), Body: io.NopCloser(bytes.NewReader(a.page))}, nil
}

// pageOf is what $everything gives of a patient: of all kinds, labelled ones with
// them.
func pageOf(tx *store.Tx, patient, base string) ([]byte, error) {
	of := store.Scope{Both: ehrdesk.Kinds(), Shared: ehrdesk.Kinds()}
	cur := rest.Cursor{At: 1, Count: maxPage}
	cur.Total = tx.Charts.Total(patient, of, 0)
	b := &bundleWriter{base: base}
	err := b.everything(tx, patient, of, &cur)
	if err != nil {
		return nil, err
	}
	if b.n > 0 {
		b.w.WriteByte(']')
	}
	b.w.WriteByte('}')
	return b.bytes(), nil
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

// deskReadsAll fails where a desk would keep anything aside of what is stored, which
// is of these types.
func deskReadsAll(t *testing.T, tx *store.Tx, types map[string]bool) (records int) {
	const base = "http://127.0.0.1/fhir"
	people := map[string]*fhir.Person{}
	for _, id := range tx.Participants.All() {
		people[id] = &fhir.Person{ID: id}
		for _, n := range tx.Participants.Numbers(id) {
			people[id].Know([]r4.Identifier{{System: n.System, Value: n.Value}})
		}
	}
	for id, who := range people {
		page, err := pageOf(tx, id, base)
		if err != nil {
			t.Fatal(err)
		}
		got, err := projected(t.Context(), page, base, *who)
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
	people[""] = nil
	for kind := range types {
		for patient := range people {
			for _, source := range []string{"", "h"} {
				err := tx.Records.EachOf(kind, patient, source, func(id string, body []byte) error {
					r, err := r4.Read(body)
					if err != nil || r.Type != kind || r.ID != id {
						t.Fatalf("stored as %s/%s of %q: %v: %s", kind, id, patient, err, body)
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return records
}

const acceptedPatient = `{"resourceType":"Patient","id":"p","identifier":[{"system":"https://clinic/mrn","value":"MRN-7"}],"name":[{"family":"CHAN","given":["Tai Man"]}],"birthDate":"1960-02-03"}`

// inside is a store of which every transaction is part of one that is undone.
type inside struct {
	store.Store
	tx *store.Tx
}

func (s inside) Write(_ context.Context, fn func(*store.Tx) error) error { return fn(s.tx) }

// accepts has a centre take bytes in one of its ways, and gives the types of what it
// took, nil for nothing: as a file, as the resource of an entry in a file, as a deposit.
func accepts(t *testing.T, st store.Store, tx *store.Tx, data []byte, way uint8) map[string]bool {
	keys := &registry.Keys{Access: make([]byte, 32), Key: make([]byte, 32), Person: make([]byte, 32)}
	types := map[string]bool{}
	put := func(text []byte) error {
		reports, err := filing.New(inside{st, tx}, keys).Import(t.Context(), bytes.NewReader(text), "fuzz")
		for _, r := range reports {
			for kind := range r.Resources {
				types[kind] = true
			}
		}
		return err
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
			return nil
		}
		deposits := filing.NewDeposits(inside{st, tx}, keys)
		who := &store.Account{HCP: "h", Staff: "s", Role: ehrdesk.Doctor}
		var out []filing.Deposited
		if kind := r4.TextAt(v, "resourceType"); kind == "Bundle" {
			_, out, err = deposits.Bundle(t.Context(), who, asTransaction(v))
		} else {
			out = make([]filing.Deposited, 1)
			out[0], err = deposits.One(t.Context(), who, filing.Request{Method: "POST", URL: kind}, v)
		}
		for _, d := range out {
			types[d.Type] = true
		}
	}
	if _, refused := refusal.As(err); err != nil && !refused && ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Fatalf("an error that is no refusal: %v", err)
	}
	if err != nil {
		return nil
	}
	return types
}

// asTransaction is a Bundle of any kind as one that is deposited whole.
func asTransaction(raw []byte) []byte {
	b, err := r4.ParseBundle(raw)
	if err != nil {
		return raw
	}
	var entries []string
	for _, e := range b.Entries {
		if e.Resource.Bytes == nil && e.Request.Method == "" {
			continue
		}
		text := `{"fullUrl":` + resource.Quote(e.FullURL)
		if e.Resource.Bytes != nil {
			text += `,"resource":` + string(e.Resource.Bytes)
		}
		if e.Request.Method == "" && e.Resource.Bytes != nil {
			e.Request.Method, e.Request.URL = "POST", r4.TextAt(e.Resource.Bytes, "resourceType")
		}
		entries = append(entries, text+`,"request":{"method":`+resource.Quote(e.Request.Method)+`,"url":`+resource.Quote(e.Request.URL)+
			`,"ifNoneExist":`+resource.Quote(e.Request.IfNoneExist)+`,"ifMatch":`+resource.Quote(e.Request.IfMatch)+`}}`)
	}
	return []byte(`{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join(entries, ",") + `]}`)
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
	st := newStore(f)
	f.Fuzz(func(t *testing.T, data []byte, way uint8) {
		_ = st.Write(context.Background(), func(tx *store.Tx) error {
			if types := accepts(t, st, tx, data, way); types != nil {
				deskReadsAll(t, tx, types)
			}
			return errUndo
		})
	})
}

// newStore is an empty store.
func newStore(t testing.TB) store.Store {
	t.Helper()
	st, err := sqlstore.Open(t.Context(), filepath.Join(t.TempDir(), "centre.db"), time.Now, sharing.SeedOffer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}
