package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// TestNothingIsLostOrAlteredOnTheWay follows a record that is hard to carry (digits
// that a float would drop, extensions of primitive values, contained resources,
// escapes, a resource type nobody has heard of) from the file that was imported
// to the line that chart --raw prints.
func TestNothingIsLostOrAlteredOnTheWay(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "people", "fidelity.json")
	c := newClinic(t)
	c.enrols("drlee", "doctor")
	p := c.imports(file)[0]
	c.does(p.act(), "consent")
	chart := c.wholeChart(p)
	c.asServed(chart)

	if want := map[string]int{"Claim": 1, "Coverage": 1}; !maps.Equal(p.OutOfScope, want) {
		t.Errorf("out of scope: %v, want %v", p.OutOfScope, want)
	}
	for _, src := range entries(t, file) {
		ref := refOf(t, src)
		if kind, _, _ := strings.Cut(ref, "/"); p.OutOfScope[kind] > 0 {
			if _, ok := chart[ref]; ok {
				t.Errorf("%s is out of scope and in the chart", ref)
			}
			continue
		}
		got, ok := chart[ref]
		if !ok {
			t.Errorf("%s was imported and is not in the chart", ref)
			continue
		}
		if g, w := without(t, got, "id", "meta"), without(t, src, "id", "meta"); !bytes.Equal(g, w) {
			t.Errorf("%s\n got %s\nwant %s", ref, g, w)
		}
		meta := func(raw []byte) []byte { // but for the centre's own stamp
			m := member(t, raw, "meta")
			if m == nil {
				m = []byte("{}")
			}
			return without(t, m, "versionId", "lastUpdated")
		}
		if g, w := meta(got), meta(src); !bytes.Equal(g, w) {
			t.Errorf("%s: meta\n got %s\nwant %s", ref, g, w)
		}
	}
	for _, digits := range []string{"1.10", "0.1000000000000000055511151231257827", "12345678901234567890", "-0.00", "1.0E0"} {
		if !bytes.Contains(chart["Observation/lin-110"], []byte(digits)) {
			t.Errorf("%s lost its digits", digits)
		}
	}
	if got := typeOf(t, c, p, "SleepDiary/lin-new"); got != "note" {
		t.Errorf("a resource type nobody knows shows under %q", got)
	}
}

// wholeChart is everything the desk shows of a patient, by "Type/id": each record
// once, under exactly one of the eleven types, and as many as the import counted.
func (c *clinic) wholeChart(p imported) map[string][]byte {
	c.t.Helper()
	whole := map[string][]byte{}
	counts := map[string]int{}
	for _, line := range rawLines(c.does(p.EHR, "chart", "--purpose", "consultation", "--raw")) {
		ref := refOf(c.t, line)
		if whole[ref] != nil {
			c.t.Errorf("%s is in the chart twice", ref)
		}
		whole[ref] = line
		kind, _, _ := strings.Cut(ref, "/")
		counts[kind]++
	}
	if p.Resources != nil && !maps.Equal(counts, p.Resources) {
		c.t.Errorf("the chart has %v, the import counted %v", counts, p.Resources)
	}
	under := map[string]string{}
	for _, typ := range ehrdesk.RecordTypes() {
		for _, line := range rawLines(c.does(p.EHR, "chart", "--purpose", "consultation", "--raw", "--type", typ.String())) {
			ref := refOf(c.t, line)
			switch {
			case under[ref] != "":
				c.t.Errorf("%s is under %s and under %s", ref, under[ref], typ)
			case !bytes.Equal(line, whole[ref]):
				c.t.Errorf("%s under %s is not what the whole chart has", ref, typ)
			}
			under[ref] = typ.String()
		}
	}
	if len(under) != len(whole) {
		c.t.Errorf("%d records under the eleven types, %d in the chart", len(under), len(whole))
	}
	return whole
}

// typeOf is the record type that a chart's line says.
func typeOf(t *testing.T, c *clinic, p imported, ref string) string {
	t.Helper()
	for line := range bytes.Lines(c.does(p.EHR, "chart", "--purpose", "consultation")) {
		if c.value(line, "resource")+"/"+c.value(line, "id") == ref {
			return c.value(line, "type")
		}
	}
	t.Fatalf("%s is not in the chart", ref)
	return ""
}

// asServed compares records with what the centre answers when it is asked for
// each, byte for byte.
func (c *clinic) asServed(chart map[string][]byte) {
	c.t.Helper()
	if len(chart) == 0 {
		c.t.Fatal("there is nothing to compare")
	}
	get := c.reader()
	for _, ref := range slices.Sorted(maps.Keys(chart)) {
		if served := get(ref); !bytes.Equal(served, chart[ref]) {
			c.t.Errorf("%s\n the desk has %s\nthe centre has %s", ref, chart[ref], served)
		}
	}
}

// reader signs another doctor of the provider in, on a desk that is only a pair
// of keys, and gives what reads a resource from the centre.
func (c *clinic) reader() (get func(ref string) []byte) {
	c.t.Helper()
	ctx := c.t.Context()
	code := c.value(c.central("account", "add", "--hcp", c.hcp, "--staff", "reader", "--role", "doctor"), "activation_code")
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	api, err := fhir.NewClient(c.centre.base, http.DefaultClient, nil)
	must(err)
	at, err := api.Discover(ctx)
	must(err)
	desk, err := fhir.NewKey()
	must(err)
	person, err := fhir.NewKey()
	must(err)
	who, err := api.Enrol(ctx, at.Enrolment, fhir.EnrolRequest{Code: ehrdesk.NewSecret(code), Staff: "reader", Install: "test", DeskKey: desk, PersonKey: person})
	must(err)
	var prover *fhir.Prover
	if at.Proves() {
		prover, err = fhir.NewProver(at.Nonce, time.Now)
		must(err)
	}
	grant, err := api.SignIn(ctx, at.Token, fhir.Signer{Subject: "reader@" + c.hcp, PersonKey: person, ClientID: who.ClientID, DeskKey: desk}, prover, time.Now())
	must(err)
	token := fhir.Token{Value: grant.Token, Prover: prover}
	return func(ref string) []byte {
		c.t.Helper()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.centre.base+"/"+ref, nil)
		must(err)
		must(token.Authorize("read", req))
		res, err := http.DefaultClient.Do(req)
		must(err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		must(err)
		if res.StatusCode != http.StatusOK {
			c.t.Fatalf("GET %s: %s: %s", ref, res.Status, body)
		}
		return body
	}
}

// entries are the resources of a Bundle as they stand in its file, or the one that
// the file is; nil where it is no FHIR.
func entries(t *testing.T, file string) [][]byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var bundle struct {
		Type  string `json:"resourceType"`
		Entry []struct {
			Resource jsontext.Value `json:"resource"`
		} `json:"entry"`
	}
	if err := json.Unmarshal(b, &bundle); err != nil || bundle.Type == "Bundle" && len(bundle.Entry) == 0 {
		t.Fatalf("%s: no entries: %v", filepath.Base(file), err)
	}
	switch raw := jsontext.Value(b); {
	case bundle.Type == "":
		return nil
	case bundle.Type != "Bundle":
		if err := raw.Compact(); err != nil {
			t.Fatal(err)
		}
		return [][]byte{raw}
	}
	out := make([][]byte, len(bundle.Entry))
	for i, e := range bundle.Entry {
		if err := e.Resource.Compact(); err != nil {
			t.Fatal(err)
		}
		out[i] = e.Resource
	}
	return out
}

// refOf is "Type/id" of a resource.
func refOf(t *testing.T, raw []byte) string {
	t.Helper()
	var r struct {
		Type string `json:"resourceType"`
		ID   string `json:"id"`
	}
	if err := json.Unmarshal(raw, &r); err != nil || r.Type == "" {
		t.Fatalf("not a resource: %.200q: %v", raw, err)
	}
	return r.Type + "/" + r.ID
}

// member is the text of a member of an object, nil where it has none.
func member(t *testing.T, object []byte, name string) []byte {
	t.Helper()
	var found []byte
	members(t, object, func(n string, v []byte) {
		if n == name {
			found = v
		}
	})
	return found
}

// without is the text of an object but for some members.
func without(t *testing.T, object []byte, names ...string) []byte {
	t.Helper()
	out := []byte{'{'}
	members(t, object, func(n string, v []byte) {
		if !slices.Contains(names, n) {
			out = fmt.Appendf(out, "%q:%s,", n, v)
		}
	})
	return append(bytes.TrimSuffix(out, []byte(",")), '}')
}

// members calls fn for each member of an object, with the value's own text.
func members(t *testing.T, object []byte, fn func(name string, value []byte)) {
	t.Helper()
	dec := jsontext.NewDecoder(bytes.NewReader(object))
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '{' {
		t.Fatalf("not an object: %.200q", object)
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			t.Fatal(err)
		}
		n := name.String()
		v, err := dec.ReadValue()
		if err != nil {
			t.Fatal(err)
		}
		fn(n, bytes.Clone(v))
	}
}
