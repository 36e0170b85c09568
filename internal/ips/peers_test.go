package ips

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// leaving are documents by name: of this test's own records, and of every patient in the folder that EHRDESK_SYNTHEA names.
func leaving(t *testing.T) map[string]Document {
	t.Helper()
	out := map[string]Document{}
	keep := func(name string, s *shelf) {
		d, err := Make(s.given(), now())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = d
	}
	keep("nothing", shelve(t))
	keep("few", shelve(t, gout, warfarin, tablet, peanut, sodium))
	keep("none", shelve(t, noneKnow))
	names, err := filepath.Glob(filepath.Join(os.Getenv("EHRDESK_SYNTHEA"), "*-*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := fhir.ParseBundle(raw)
		if err != nil {
			t.Fatal(err)
		}
		refs := map[string]string{}
		for _, e := range b.Entries {
			if refs[e.FullURL] = e.Resource.Type + "/" + e.Resource.ID; e.Resource.Type == "Patient" {
				refs[e.FullURL] = "Patient/p1"
			}
		}
		var bodies []string
		for _, e := range b.Entries {
			body, err := fhir.Renamed(e.Resource.Bytes, e.Resource.ID, refs)
			if err != nil {
				t.Fatal(err)
			}
			if e.Resource.Type != "Patient" && e.Resource.Type != "Claim" && e.Resource.Type != "ExplanationOfBenefit" {
				bodies = append(bodies, string(body))
			}
		}
		keep(fmt.Sprintf("synthea-%d", i), shelve(t, bodies...))
	}
	return out
}

// TestWhatLeavesIsValidToAnotherParty: EHRDESK_VALIDATOR names the folder of a validator that is run as node validate.mjs FOLDER.
func TestWhatLeavesIsValidToAnotherParty(t *testing.T) {
	at := os.Getenv("EHRDESK_VALIDATOR")
	node, err := exec.LookPath("node")
	if at == "" || err != nil {
		t.Skip("SKIP summaries to another party's validator: EHRDESK_VALIDATOR=folder, and node")
	}
	dir, docs := t.TempDir(), leaving(t)
	records := 0
	for name, d := range docs {
		records += len(d.Records)
		if err := os.WriteFile(filepath.Join(dir, name+".json"), d.Bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), node, "validate.mjs", dir)
	cmd.Dir = at
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	t.Logf("%d documents with %d records\n%s", len(docs), records, said)
}

// TestAnotherServerTakesWhatLeavesAndGivesItBack: EHRDESK_FHIR_SERVER is the address of one that takes anything.
func TestAnotherServerTakesWhatLeavesAndGivesItBack(t *testing.T) {
	base := os.Getenv("EHRDESK_FHIR_SERVER")
	if base == "" {
		t.Skip("SKIP summaries at another party's server: EHRDESK_FHIR_SERVER=http://127.0.0.1:PORT/fhir/R4")
	}
	ask := func(method, path string, body []byte) []byte {
		req, err := http.NewRequestWithContext(t.Context(), method, base+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/fhir+json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode >= 300 {
			t.Fatalf("%s %s: %d %.500s %v", method, path, res.StatusCode, b, err)
		}
		return b
	}
	for name, d := range leaving(t) {
		stored := ask("POST", "/Bundle", d.Bytes)
		var at struct{ ID string }
		if err := json.Unmarshal(stored, &at, json.MatchCaseInsensitiveNames(true)); err != nil || at.ID == "" {
			t.Fatalf("%s: %v", name, err)
		}
		want, err := Read(d.Bytes, now())
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(ask("GET", "/Bundle/"+at.ID, nil), now())
		if err != nil || got.Lost != want.Lost || titles(got) != titles(want) {
			t.Errorf("%s: read back otherwise, %v\n%s\n%s", name, err, titles(got), titles(want))
		}
	}
}

func titles(b Brought) string {
	var out []string
	for _, s := range b.Sections {
		for _, e := range s.Entries {
			out = append(out, s.Code+" "+e.Record.Ref().String()+" "+e.Record.Title+" "+e.Record.Date.String())
		}
	}
	return strings.Join(out, "\n")
}
