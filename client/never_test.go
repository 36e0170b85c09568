package client_test

import (
	"bytes"
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// forbid is the operator's word on types that the provider's desks never keep.
func (w *world) forbid(kinds ...ehrdesk.Kind) {
	w.t.Helper()
	if _, err := w.centre.SetProviderCache(w.t.Context(), w.hcp, func(h *central.HCP) { h.CacheNever = kinds }); err != nil {
		w.t.Fatal(err)
	}
}

// arrive has records come to the centre, as from another provider.
func (w *world) arrive(resources ...string) {
	w.t.Helper()
	bundle := `{"resourceType":"Bundle","type":"collection","entry":[{"resource":` + strings.Join(resources, `},{"resource":`) + `}]}`
	if _, err := w.centre.AddRecords(w.t.Context(), strings.NewReader(bundle), "test"); err != nil {
		w.t.Fatal(err)
	}
}

const letter = `{"resourceType":"DocumentReference","id":"letter","status":"current","subject":{"reference":"Patient/wong"},"date":"2025-02-03T10:00:00+08:00","description":"Letter of the ward","content":[{"attachment":{"contentType":"text/plain","data":"ZHlzcG5vZWE="}}]}`

// files is a copy of the desk's store as it lies on the disk now.
func (w *world) files() (dir string) {
	w.t.Helper()
	dir = filepath.Join(w.t.TempDir(), "store")
	if err := os.Mkdir(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	image(w.t, filepath.Join(w.dir, "providers", w.hcp))(dir)
	return dir
}

// stored are the records that a copy of the store gives to its keys, by kind,
// each with its body.
func (w *world) stored(dir string) map[ehrdesk.Kind]int {
	w.t.Helper()
	s, err := cache.Open(w.t.Context(), dir, cache.Options{Now: w.deskNow, Cost: cachetest.Cost()})
	if err != nil {
		w.t.Fatal(err)
	}
	defer s.Close()
	v, err := s.Unlock(w.t.Context(), "drlee", ehrdesk.NewSecret(pass))
	if err != nil {
		w.t.Fatal(err)
	}
	copies, _, err := v.Copies().List(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	kinds := map[ehrdesk.Kind]int{}
	for _, c := range copies {
		err := v.Copies().Bodies(w.t.Context(), c.ID, func(r ehrdesk.Record, body []byte) error {
			if len(body) > 0 {
				kinds[r.Kind]++
			}
			return nil
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return kinds
}

// cells are the sealed pieces of a copy of the store, as far as they can be told
// apart.
func cells(t *testing.T, dir string) (out [][]byte) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{"SELECT dek FROM patient", "SELECT ct FROM head", "SELECT ct FROM chunk", "SELECT ct FROM body", "SELECT ct FROM block"} {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var b []byte
			if err := rows.Scan(&b); err != nil {
				t.Fatal(err)
			}
			if len(b) >= 32 {
				out = append(out, b[:min(len(b), 64)])
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func standing(t *testing.T, dir string, cells [][]byte) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, c := range cells {
			if bytes.Contains(b, c) {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTypesThatTheCentreForbidsLeaveTheDiskAtTheNextSignInAndAreStillRead(t *testing.T) {
	w, s, n := limited(t, client.Ceiling{})
	w.arrive(letter)
	c := w.chart(s, n)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	w.restart(nil)
	before := w.files()
	sealed := cells(t, before)
	if has := w.stored(w.files()); has[ehrdesk.KindLaboratory] != 20 || has[ehrdesk.KindNote] != 1 || has[ehrdesk.KindAllergy] != 1 || len(sealed) < 4 {
		t.Fatalf("before the rule the store has %v in %d pieces: nothing to show", has, len(sealed))
	}

	w.forbid(ehrdesk.KindNote, ehrdesk.KindLaboratory)
	s = w.signIn("drlee")
	if kept := w.kept(s); len(kept) != 0 {
		t.Errorf("%d copies are kept after the sign-in", len(kept))
	}
	after := w.files()
	if was, n := standing(t, before, sealed), standing(t, after, sealed); was < len(sealed) || n > 0 {
		t.Errorf("of %d sealed pieces %d stand in the files after the sign-in", was, n)
	}
	// The records of before do not open under the keys of now.
	ring, err := os.ReadFile(filepath.Join(after, "keyring"))
	if err == nil {
		err = os.WriteFile(filepath.Join(before, "keyring"), ring, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if has := w.stored(before); len(has) > 0 {
		t.Errorf("the files of before still give %v", has)
	}

	read := func(c ehrdesk.Chart) {
		t.Helper()
		if notes := c.List(ehrdesk.ClinicalNote); len(notes) != 1 || len(c.List(ehrdesk.LaboratoryRadiology)) != 20 || len(c.List(ehrdesk.AllergyADR)) != 1 {
			t.Fatalf("%d notes, %d results, %d allergies are shown", len(notes), len(c.List(ehrdesk.LaboratoryRadiology)), len(c.List(ehrdesk.AllergyADR)))
		}
		body, err := c.Raw(t.Context(), ehrdesk.Ref{Resource: "DocumentReference", ID: "letter"})
		if err != nil || !bytes.Contains(body, []byte("ZHlzcG5vZWE=")) {
			t.Errorf("the letter has %d bytes: %v", len(body), err)
		}
	}
	absent := func(kinds ...ehrdesk.Kind) {
		t.Helper()
		has := w.stored(w.files())
		if has[ehrdesk.KindEncounter] != 1 {
			t.Errorf("the store has %v: what may be kept is not", has)
		}
		for _, k := range kinds {
			if has[k] > 0 {
				t.Errorf("the store has %d of %v", has[k], k)
			}
		}
	}
	c = w.chart(s, n)
	read(c)
	absent(ehrdesk.KindNote, ehrdesk.KindLaboratory) // also while the chart is open
	if k := w.kept(s)[0]; !cmp.Equal(k.Never, []string{"laboratory", "note"}) || len(k.Here) > 0 || k.By != "centre" {
		t.Errorf("never %v, of these by the desk %v, hours by %s", k.Never, k.Here, k.By)
	}

	// The rule grows while the chart lies open: the next token brings it.
	w.forbid(ehrdesk.KindNote, ehrdesk.KindLaboratory, ehrdesk.KindAllergy)
	w.clock.advance(20 * time.Minute)
	if _, err := s.Offer(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kept := w.kept(s); len(kept) != 0 || count(c) != 0 {
		t.Errorf("%d copies are kept, %d records shown", len(kept), count(c))
	}
	_ = c.Close()
	c = w.chart(s, n)
	read(c)
	absent(ehrdesk.KindNote, ehrdesk.KindLaboratory, ehrdesk.KindAllergy)
	_ = c.Close()
	w.shut(s)
	absent(ehrdesk.KindNote, ehrdesk.KindLaboratory, ehrdesk.KindAllergy)
}

func TestACopyThatCouldNotBeBroughtUnderTheRuleIsDestroyedByItsNextUse(t *testing.T) {
	stricter := fhir.CachePolicy{Mode: "hours", Hours: 24, OfflineHours: 24, Never: []string{"laboratory"}}
	for name, use := range map[string]func(*world, *client.Session, ehrdesk.Number){
		"found": func(w *world, s *client.Session, n ehrdesk.Number) {
			if _, err := s.Find(w.t.Context(), n); err != nil {
				w.t.Error(err)
			}
		},
		"found without the line": func(w *world, s *client.Session, n ehrdesk.Number) {
			w.line.set(true, nil)
			if f, err := s.Find(w.t.Context(), n); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
				w.t.Errorf("%+v, %v", f.Cached, err)
			}
		},
		"opened": func(w *world, s *client.Session, n ehrdesk.Number) {
			c := w.chart(s, n)
			if got := len(c.List(ehrdesk.LaboratoryRadiology)); got != 20 {
				w.t.Errorf("%d results are shown", got)
			}
			_ = c.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, s, n := limited(t, client.Ceiling{})
			if has := w.stored(w.files()); has[ehrdesk.KindLaboratory] != 20 {
				t.Fatalf("the store has %v", has)
			}
			s.Told(stricter)
			use(w, s, n)
			if has := w.stored(w.files()); has[ehrdesk.KindLaboratory] > 0 {
				t.Errorf("the store has %v", has)
			}
			w.line.set(false, nil)
			w.shut(s)
		})
	}
}

// A doctor must not read absence as "none": what a copy lacks is said to be away
// until it is there, though the rule was lifted in the meantime.
func TestWhatMayBeKeptAgainIsAwayUntilItIsThere(t *testing.T) {
	w, s, n := limited(t, client.Ceiling{})
	w.forbid(ehrdesk.KindLaboratory)
	w.shut(s)
	s = w.signIn("drlee")
	_ = w.chart(s, n).Close()
	away := func(c ehrdesk.Chart) bool {
		return slices.ContainsFunc(c.Summary(), func(t ehrdesk.TypeSummary) bool { return t.Type == ehrdesk.LaboratoryRadiology && t.Away })
	}
	open := func() ehrdesk.Chart {
		t.Helper()
		c, err := s.Open(context.Background(), n, ehrdesk.Consultation, "")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	w.line.set(true, nil)
	c := open()
	if !away(c) {
		t.Error("what is never kept is not said to be away")
	}
	w.line.set(false, nil)
	w.forbid()
	w.clock.advance(20 * time.Minute)
	if _, err := c.Sync(t.Context(), nil); err != nil || len(c.List(ehrdesk.LaboratoryRadiology)) != 20 {
		t.Errorf("%d results are shown: %v", len(c.List(ehrdesk.LaboratoryRadiology)), err)
	}
	_ = c.Close()
	w.line.set(true, nil)
	c = open()
	if got := len(c.List(ehrdesk.LaboratoryRadiology)); (got == 20) == away(c) {
		t.Errorf("without the line %d results, away: %v", got, away(c))
	}
	_ = c.Close()
	w.line.set(false, nil)
	_ = w.chart(s, n).Close()
	w.line.set(true, nil)
	c = open()
	if got := len(c.List(ehrdesk.LaboratoryRadiology)); got != 20 || away(c) {
		t.Errorf("once it was synced %d results, away: %v", got, away(c))
	}
	_ = c.Close()
	w.shut(s)
}

func TestARecordThatBecomesOfAKindNeverKeptLeavesTheDisk(t *testing.T) {
	w, s, n := limited(t, client.Ceiling{})
	w.forbid(ehrdesk.KindNote)
	w.shut(s)
	s = w.signIn("drlee")
	as := func(code string) string {
		return strings.Replace(letter, `"description"`, `"type":{"coding":[{"code":"`+code+`"}]},"description"`, 1)
	}
	for _, step := range []struct {
		name, resource string
		kind           ehrdesk.Kind
		stored         bool
	}{
		{"a referral", as("57133-1"), ehrdesk.KindReferral, true},
		{"a note", as("other"), ehrdesk.KindNote, false},
		{"a referral again", as("57133-1"), ehrdesk.KindReferral, true},
	} {
		w.arrive(strings.Replace(step.resource, "of the ward", step.name, 1))
		c := w.chart(s, n)
		for range 2 {
			r := c.List(step.kind.Type())
			if len(r) != 1 || len(c.List(ehrdesk.ClinicalNote))+len(c.List(ehrdesk.Referral)) != 1 {
				t.Errorf("%s: %d shown there, %d in all", step.name, len(r), len(c.List(ehrdesk.ClinicalNote))+len(c.List(ehrdesk.Referral)))
			}
			if has := w.stored(w.files()); (has[ehrdesk.KindReferral] == 1) != step.stored || has[ehrdesk.KindNote] > 0 {
				t.Errorf("%s: the store has %v", step.name, has)
			}
			if _, err := c.Sync(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		_ = c.Close()
	}
	w.shut(s)
}
