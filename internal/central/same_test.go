package central_test

import (
	"context"
	"crypto/ecdsa"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/go-jose/go-jose/v4"
)

// holding is a desk's token for its client.
type holding fhir.Token

func (h holding) Token(context.Context) (fhir.Token, error) { return fhir.Token(h), nil }
func (holding) Reject(string)                               {}

// received is a patient's record as the desk's own client reads it from the centre.
func received(t *testing.T, d *desk, patient string) (out []fhir.Resource) {
	t.Helper()
	bare, err := fhir.NewClient(d.w.base, http.DefaultClient, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := fhir.NewProver(d.given, d.w.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	key := func(k *ecdsa.PrivateKey) fhir.Key { return fhir.Key{JSONWebKey: jose.JSONWebKey{Key: k}} }
	grant, err := bare.SignIn(t.Context(), d.w.base+"/token", fhir.Signer{Subject: d.staff + "@" + d.hcp, PersonKey: key(d.key), ClientID: d.client, DeskKey: key(d.deskKey)}, p, d.w.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	c, err := fhir.NewClient(d.w.base, http.DefaultClient, holding{grant.Token, p})
	if err != nil {
		t.Fatal(err)
	}
	who := &fhir.Person{ID: patient}
	pages := c.Pages(t.Context(), "Patient/"+patient+"/$everything?_count=200", who, nil)
	defer pages.Close()
	for {
		page, err := pages.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil || len(page.Aside) > 0 {
			t.Fatalf("%v, kept aside: %+v", err, page.Aside)
		}
		out = append(out, page.Resources...)
	}
}

// TestDeskAndCentreReadEveryShapeAlike: of 5,200 shapes of every type of FHIR R4 the
// same is read at both ends. The same is: the kind it goes to, whether it is a
// linked one, in scope or restricted, the clinical date to its precision, the
// patient, and the id: as sent where FHIR allows it, else one that it allows. The
// desk's reading is of the bytes as sent, the centre's is its own columns, and both
// must be what the desk's client projects from the centre's answer. What is not kept
// is named in the import's report, and only what does not say whose it is, is not
// kept. Nothing comes to the patient whose it is not.
func TestDeskAndCentreReadEveryShapeAlike(t *testing.T) {
	const seed, batch = 20260408, 200
	batches := 26
	if testing.Short() {
		batches = 3
	}
	table, err := os.ReadFile("../fhir/owners.csv")
	if err != nil {
		t.Fatal(err)
	}
	m := &maker{rand.New(rand.NewPCG(seed, 1)), shapeTypes(string(table))}
	w := newWorld(t)
	d := w.reader()
	count := map[string]int{}
	start := time.Now()
	for b := range batches {
		compareBatch(t, d, m, b*batch, batch, count)
		if t.Failed() {
			return
		}
	}
	t.Logf("seed %d: %d shapes of %d types: %v in %v", seed, batches*batch, len(m.types), count, time.Since(start).Round(time.Millisecond))
	for _, way := range ways {
		if n := count["kept, "+way.name]; n == 0 && way.whose != "" {
			t.Errorf("no shape was kept that says whose it is %s", way.name)
		}
	}
}

// compareBatch makes a file of two patients and some shapes, and holds what becomes
// of each against what a desk reads in it.
func compareBatch(t *testing.T, d *desk, m *maker, first, n int, count map[string]int) {
	p, q, uuidQ := fmt.Sprintf("p%d", first), fmt.Sprintf("q%d", first), fmt.Sprintf("%08d-0000-4000-8000-000000000000", first)
	person := func(id, full string) string {
		return `{"fullUrl":"` + full + `","resource":{"resourceType":"Patient","id":"` + id + `","identifier":[{"system":"https://clinic/mrn","value":"MRN-` + id + `"}],"name":[{"family":"` + strings.ToUpper(id) + `"}],"birthDate":"1960-01-01"}}`
	}
	entries := []string{person(p, "https://src/fhir/Patient/"+p), person(q, "urn:uuid:"+uuidQ)}
	var shapes []shape
	var shared []string
	for i := range n {
		s := m.shape(first+i, p, q, uuidQ)
		shapes = append(shapes, s)
		full := ""
		if s.fullURL != "" {
			full = `"fullUrl":"` + s.fullURL + `",`
		}
		entries = append(entries, `{`+full+`"resource":`+s.raw+`}`)
		if id := strings.Trim(s.id, `"`); id != "" && id != "null" {
			if _, place := placed(s.raw); place.Linked { // so that it comes with a record
				shared = append(shared, `{"url":"urn:x","valueReference":{"reference":"`+s.resource+`/`+id+`"}}`)
			}
		}
	}
	entries = append(entries, `{"resource":{"resourceType":"Basic","id":"all-`+p+`","subject":{"reference":"Patient/`+p+`"},"extension":[`+strings.Join(append(shared, `{"url":"urn:x"}`), ",")+`]}}`)
	reports := d.w.importText(`{"resourceType":"Bundle","type":"collection","entry":[` + strings.Join(entries, ",") + `]}`)
	rejected := 0
	for _, r := range reports {
		for _, x := range r.Rejected {
			if ehrdesk.Place(x.Resource, nil, nil).Sharable { // of what is out of scope anyway nothing is lost
				rejected++
			}
			if x.Reason == "" || x.Resource == "" {
				t.Errorf("rejected without a name or a reason: %+v", x)
			}
		}
	}
	all, err := d.w.filed()
	if err != nil {
		t.Fatal(err)
	}
	filed := map[string]filedRecord{}
	for _, f := range all {
		filed[r4.TextAt(f.Body, "implicitRules")] = f
	}
	came := map[string]map[string]fhir.Resource{p: {}, q: {}}
	for patient := range came {
		for _, r := range received(t, d, patient) {
			came[patient][r4.TextAt(r.Body, "implicitRules")] = r
		}
	}
	lost := 0
	for _, s := range shapes {
		f, kept := filed[mark(s.no)]
		if _, place := placed(s.raw); !kept && place.Sharable {
			lost++
		}
		compareShape(t, s, f, kept, map[string]string{"p": p, "q": q, "": ""}[s.whose], came, p, q, count)
	}
	if lost != rejected {
		t.Errorf("%d were not kept, %d are named", lost, rejected)
	}
}

// filedRecord is a record as the centre has filed it, by columns of its own.
type filedRecord struct {
	Ref              ehrdesk.Ref
	Patient          string
	Kind             ehrdesk.Kind
	Linked, Labelled bool
	Body             []byte
}

// filed are all records that stand.
func (w *world) filed() (out []filedRecord, err error) {
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "centre.db"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(w.t.Context(), "SELECT type, id, patient, kind, linked, labelled, body FROM record WHERE deleted = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f filedRecord
		if err := rows.Scan(&f.Ref.Resource, &f.Ref.ID, &f.Patient, &f.Kind, &f.Linked, &f.Labelled, &f.Body); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// compareShape holds one shape's three readings against one another.
func compareShape(t *testing.T, s shape, f filedRecord, kept bool, owner string, came map[string]map[string]fhir.Resource, p, q string, count map[string]int) {
	sent, place := placed(s.raw)
	fail := func(what string, got, want any) {
		t.Helper()
		t.Errorf("%s: %v, want %v: %s", what, got, want, s.raw)
	}
	receivedP, inP := came[p][mark(s.no)]
	receivedQ, inQ := came[q][mark(s.no)]
	switch {
	case !place.Sharable:
		count["out of scope"]++
		if kept || inP || inQ {
			fail("out of scope, and kept", kept, false)
		}
		return
	case !kept:
		count["named as not kept"]++
		if inP || inQ {
			fail("not kept, and came", true, false)
		}
		if owner != "" && needsOwner(s.resource) {
			fail("says whose it is "+s.owner+", and is kept", false, true)
		}
		return
	}
	count["kept, "+s.owner]++
	if owner == "" && f.Patient != "" || owner != "" && needsOwner(s.resource) && f.Patient != owner {
		fail("filed under", f.Patient, owner)
	}
	now, err := r4.Read(f.Body)
	if err != nil {
		t.Fatalf("%v: %s", err, f.Body)
	}
	if f.Kind != place.Kind || f.Linked != place.Linked || f.Labelled != sent.Labelled() || now.Place() != place {
		fail("filed as", []any{f.Kind, f.Linked, f.Labelled}, []any{place, sent.Labelled()})
	}
	if id := strings.Trim(s.id, `"`); r4.ValidID(id) && s.id != "null" && f.Ref.ID != id || !r4.ValidID(f.Ref.ID) {
		fail("its id is", f.Ref.ID, s.id)
	}
	was, is := sent.Record(), now.Record()
	if !was.Date.SameTime(is.Date) || was.Title != is.Title || was.Status != is.Status {
		fail("read as stored", is, was)
	}
	for patient, r := range map[string]fhir.Resource{p: receivedP, q: receivedQ} {
		_, there := came[patient][mark(s.no)]
		switch {
		case f.Labelled: // given on a release alone
			if there {
				fail("restricted, and came to", patient, "nobody")
			}
			continue
		case !there && f.Patient == patient:
			fail("came to "+patient, false, true)
			continue
		case there && f.Patient != "" && f.Patient != patient:
			fail("came to", patient, f.Patient)
		}
		if !there {
			continue
		}
		count["came"]++
		if r.Record.Kind != place.Kind || r.Record.Linked != place.Linked || r.Record.Ref() != f.Ref || !r.Record.Date.SameTime(was.Date) || !r.Sharable || string(r.Body) != string(f.Body) {
			fail("came as", r.Record, f)
		}
	}
	// A desk that is given it with another's record does not take it, where it says whose it is.
	if other := map[string]string{p: q, q: p}[f.Patient]; other != "" && needsOwner(s.resource) {
		if whose := now.Whose(fhir.Person{ID: other}); whose == r4.Theirs || whose == r4.Nobodys {
			fail("with another's record it is", whose, "another's or unclear")
		}
	}
}
