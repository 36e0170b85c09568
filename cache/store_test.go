package cache_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperEnv); dir != "" {
		os.Exit(helper(dir))
	}
	if arg := os.Getenv(killedEnv); arg != "" {
		os.Exit(busy(arg))
	}
	if arg := os.Getenv(migratedEnv); arg != "" {
		os.Exit(migrated(arg))
	}
	boundedHelper()
	goleak.VerifyTestMain(m)
}

var pass = ehrdesk.NewSecret("correct horse battery staple")

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func at(t time.Time) cache.Options {
	return cache.CheapOptions(cache.Options{Now: func() time.Time { return t }})
}

func openStore(t testing.TB, dir string, o cache.Options) *cache.Store {
	t.Helper()
	s, err := cache.Open(t.Context(), dir, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func enrol(t testing.TB, s *cache.Store, staff string) {
	t.Helper()
	if err := s.Enrol(t.Context(), staff, pass, s.Admits(), cache.Plainly([]byte("public "+staff), []byte("identity "+staff))); err != nil {
		t.Fatalf("enrol %s: %v", staff, err)
	}
}

func unlock(t testing.TB, s *cache.Store, staff string) *cache.Vault {
	t.Helper()
	v, err := s.Unlock(t.Context(), staff, pass)
	if err != nil {
		t.Fatalf("unlock %s: %v", staff, err)
	}
	return v
}

func put(t testing.TB, v *cache.Vault, keys ...string) cache.PatientID {
	t.Helper()
	c, err := v.Copies().Put(t.Context(), cache.Copy{Header: []byte("header of " + keys[0]), PurgeAfter: noon.Add(24 * time.Hour)}, keys)
	if err != nil {
		t.Fatalf("put: %v", err)
	}
	return c.ID
}

func record(i int) cache.Change {
	return cache.Change{
		Record: ehrdesk.Record{
			Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: fmt.Sprintf("obs-%06d", i), Version: "1",
			Updated: noon.Add(time.Duration(i) * time.Second), Date: ehrdesk.At(noon.Add(-time.Duration(i*7919%100000) * time.Minute)),
			Title: fmt.Sprintf("Haemoglobin %d", i%40), Packed: facts(i),
			Flag: ehrdesk.FlagLow, Assessed: true, Status: "final", Source: "Queen Example Hospital",
		},
		Body: fmt.Appendf(nil, `{"resourceType":"Observation","id":"obs-%06d","value":1.10}`, i),
	}
}

func records(n int) []cache.Change {
	out := make([]cache.Change, n)
	for i := range out {
		out[i] = record(i)
	}
	return out
}

func apply(t testing.TB, v *cache.Vault, id cache.PatientID, cs ...cache.Change) int {
	t.Helper()
	n, err := v.Copies().Apply(t.Context(), id, nil, noon, cs)
	if err != nil {
		t.Fatalf("apply: %v", err)
	}
	return n
}

func wantCode(t testing.TB, err error, code ehrdesk.Code) {
	t.Helper()
	if got := ehrdesk.CodeOf(err); got != code {
		t.Fatalf("code %q, want %q (%v)", got, code, err)
	}
}

func TestACopySurvivesLockingAndReopening(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "hkic|A1234563", "patient|1")
	if n := apply(t, v, id, records(1200)...); n != 1200 {
		t.Fatalf("%d changed", n)
	}
	if n := apply(t, v, id, records(1200)...); n != 0 {
		t.Fatalf("%d changed the second time", n)
	}
	v.Lock()
	_, err := v.Copies().Records(t.Context(), id)
	wantCode(t, err, ehrdesk.CodeLocked)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = openStore(t, dir, at(noon))
	v = unlock(t, s, "chan")
	if got := string(v.Identity()); got != "identity chan" {
		t.Fatalf("identity %q", got)
	}
	c, ok, err := v.Copies().Lookup(t.Context(), "hkic|A1234563")
	if err != nil || !ok || c.ID != id || c.Records != 1200 || string(c.Header) != "header of hkic|A1234563" || !c.Synced.Equal(noon) {
		t.Fatalf("lookup: %+v %v %v", c, ok, err)
	}
	list, err := v.Copies().Records(t.Context(), id)
	if err != nil || len(list) != 1200 {
		t.Fatalf("list: %d %v", len(list), err)
	}
	for i := 1; i < len(list); i++ {
		if list[i-1].Date.Compare(list[i].Date) < 0 {
			t.Fatalf("row %d is newer than the row before it", i)
		}
	}
	for _, i := range []int{0, 511, 512, 1199} {
		want := record(i)
		body, err := v.Copies().Body(t.Context(), id, want.Record.Ref())
		if err != nil || string(body) != string(want.Body) {
			t.Fatalf("body %d: %q %v", i, body, err)
		}
	}
	if err := v.Shred(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := v.Copies().Lookup(t.Context(), "hkic|A1234563"); ok || err != nil {
		t.Fatalf("found after the shred: %v", err)
	}
	if _, err := v.AccessLog().Add(t.Context(), []byte("opened")); err != nil {
		t.Fatal(err)
	}
	if n, _, err := s.VerifyAudit(context.Background()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
}

// facts are those of a laboratory result.
func facts(i int) ehrdesk.PackedFacts {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: fmt.Sprintf("Haemoglobin %d", i%40)},
		Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: fmt.Sprintf("%d.%d", 10+i%9, i%10), Unit: "g/dL"}},
			Ranges: []ehrdesk.Range{{Low: ehrdesk.Quantity{Number: "11.5"}, High: ehrdesk.Quantity{Number: "15.5"}}}}}}
	return f.Pack()
}
