package cache_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// held is what the model remembers of a reference: the record with its body.
type held struct {
	rec    ehrdesk.Record
	body   string
	stream bool // it was read from a stream
}

// model is the store's promise, in its plainest form: what comes later counts.
type model map[ehrdesk.Ref]held

func (m model) apply(c cache.Change) (changed bool) {
	ref := c.Record.Ref()
	old, ok := m[ref]
	if c.Deleted {
		delete(m, ref)
		return ok
	}
	next := held{rec: c.Record, body: string(c.Body), stream: c.From != nil}
	if c.From != nil {
		r := *c.From.(*bytes.Reader) // a copy: the store reads the other
		b, _ := io.ReadAll(&r)
		next.body = string(b)
	}
	if ok && old.rec.Version == c.Record.Version {
		if old.stream || next.stream {
			if c.Record.Version != "" && old.rec.Updated.Equal(c.Record.Updated) {
				return false
			}
		} else if old.body == next.body {
			return false
		}
	}
	m[ref] = next
	return true
}

func genChange(t *rapid.T) cache.Change {
	text := rapid.SampledFrom([]string{"", "Haemoglobin", "血紅蛋白", "a\x00b", "é́"})
	zone := time.FixedZone("", rapid.SampledFrom([]int{0, 8 * 3600, -(3*3600 + 1800)}).Draw(t, "zone"))
	date := ehrdesk.When{Precision: ehrdesk.Precision(rapid.IntRange(0, 5).Draw(t, "precision"))}
	if date.Precision != ehrdesk.NoDate {
		date.Time = time.Date(rapid.IntRange(1900, 2030).Draw(t, "year"), time.Month(rapid.IntRange(1, 3).Draw(t, "month")), 1, 0, 0, 0, 0, zone)
	}
	c := cache.Change{
		Record: ehrdesk.Record{
			Kind:     ehrdesk.Kind(rapid.IntRange(1, 2).Draw(t, "kind")), // few, so that blocks come about
			Resource: rapid.SampledFrom([]string{"Observation", "Condition"}).Draw(t, "resource"),
			ID:       fmt.Sprint(rapid.IntRange(0, 30).Draw(t, "id")),
			Version:  rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(t, "version"),
			Updated:  noon.Add(time.Duration(rapid.IntRange(0, 6).Draw(t, "updated")) * time.Hour),
			Date:     date, Title: text.Draw(t, "title"), Packed: ehrdesk.PackedFacts(text.Draw(t, "facts")),
			Flag: ehrdesk.Flag(rapid.SampledFrom([]string{"", "L", "HH"}).Draw(t, "flag")), Assessed: rapid.Bool().Draw(t, "assessed"),
			Status: text.Draw(t, "status"), Source: text.Draw(t, "source"),
			Restricted: rapid.Bool().Draw(t, "restricted"), Linked: rapid.Bool().Draw(t, "linked"),
		},
		Body:    rapid.SliceOfN(rapid.Byte(), 0, 600).Draw(t, "body"),
		Deleted: rapid.IntRange(0, 4).Draw(t, "deleted") == 0,
	}
	switch rapid.IntRange(0, 30).Draw(t, "length") { // some too long for a block, some documents
	case 0:
		c.Body = bytes.Repeat(append(c.Body, 'x'), 60)
	case 1:
		c.Body = bytes.Repeat(append(c.Body, 'x'), 300<<10/(len(c.Body)+1)+1)
	case 2:
		c.Body, c.From = nil, bytes.NewReader(c.Body)
	}
	return c
}

// sameTime compares moments and what is shown of them.
var sameTime = cmp.Comparer(func(a, b time.Time) bool {
	return a.Equal(b) && a.Format(time.RFC3339Nano) == b.Format(time.RFC3339Nano)
})

func TestTheStoreAgreesWithAMapWhateverArrivesInWhateverOrder(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			rt.Fatal(err)
		}
		s := openStore(t, dir, at(noon))
		defer s.Close()
		enrol(t, s, "chan")
		v := unlock(t, s, "chan")
		ids := []cache.PatientID{put(t, v, "a"), put(t, v, "b")}
		models := []model{{}, {}}
		rt.Repeat(map[string]func(*rapid.T){
			"apply": func(rt *rapid.T) {
				p := rapid.IntRange(0, 1).Draw(rt, "patient")
				cs := rapid.SliceOfN(rapid.Custom(genChange), 0, 40).Draw(rt, "changes")
				next := maps.Clone(models[p])
				want := 0
				for _, c := range cs {
					if next.apply(c) {
						want++
					}
				}
				got, err := v.Copies().Apply(t.Context(), ids[p], nil, noon, cs)
				if err != nil {
					rt.Fatal(err)
				}
				if got != want {
					rt.Fatalf("%d changed, want %d", got, want)
				}
				models[p] = next
			},
			"compact one step": func(rt *rapid.T) {
				p := rapid.IntRange(0, 1).Draw(rt, "patient")
				if _, err := v.Copies().Compact(t.Context(), ids[p]); err != nil {
					rt.Fatal(err)
				}
			},
			"compact under a context that may end": func(rt *rapid.T) {
				ctx, cancel := context.WithCancel(t.Context())
				if rapid.Bool().Draw(rt, "ended") {
					cancel()
				}
				_, _ = v.Copies().Compact(ctx, ids[0])
				cancel()
			},
			// What a crash leaves is the files as they stand, the log not emptied:
			// a copy of them is opened in the place of the store.
			"crash": func(rt *rapid.T) {
				crashed, err := os.MkdirTemp(base, "")
				if err != nil {
					rt.Fatal(err)
				}
				if err := copyFiles(dir, crashed); err != nil {
					rt.Fatal(err)
				}
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				dir = crashed
				s = openStore(t, dir, at(noon))
				v = unlock(t, s, "chan")
			},
			"shred and begin again": func(rt *rapid.T) {
				p := rapid.IntRange(0, 1).Draw(rt, "patient")
				if err := v.Shred(t.Context(), ids[p]); err != nil {
					rt.Fatal(err)
				}
				if _, err := v.Copies().Records(t.Context(), ids[p]); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
					rt.Fatal("a shredded copy is still there")
				}
				ids[p], models[p] = put(t, v, string(rune('a'+p))), model{}
			},
			"forget": func(*rapid.T) { s.Forget() },
			"lock": func(*rapid.T) {
				v.Lock()
				v = unlock(t, s, "chan")
			},
			"reopen": func(rt *rapid.T) {
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				s = openStore(t, dir, at(noon))
				v = unlock(t, s, "chan")
			},
			"shred another": func(rt *rapid.T) {
				if err := v.Shred(t.Context(), put(t, v, "c")); err != nil {
					rt.Fatal(err)
				}
			},
			"": func(rt *rapid.T) {
				for p := range ids {
					agree(t, rt, v, ids[p], models[p])
				}
			},
		})
	})
}

// copyFiles copies a store's files but its lock.
func copyFiles(from, to string) error {
	list, err := os.ReadDir(from)
	for _, f := range list {
		if f.Name() == "lock" {
			continue
		}
		b, e := os.ReadFile(filepath.Join(from, f.Name()))
		if e == nil {
			e = os.WriteFile(filepath.Join(to, f.Name()), b, 0o600)
		}
		if err == nil {
			err = e
		}
	}
	return err
}

func agree(t *testing.T, rt rapid.TB, v *cache.Vault, id cache.PatientID, m model) {
	list, err := v.Copies().Records(t.Context(), id)
	if err != nil {
		rt.Fatal(err)
	}
	got := model{}
	for _, r := range list {
		body, err := v.Copies().Body(t.Context(), id, r.Ref())
		if err != nil {
			rt.Fatal(err)
		}
		got[r.Ref()] = held{rec: r, body: string(body)}
	}
	swept := 0
	err = v.Copies().Bodies(t.Context(), id, func(r ehrdesk.Record, body []byte) error {
		if swept++; got[r.Ref()].body != string(body) {
			rt.Fatalf("%v has two bodies", r.Ref())
		}
		return nil
	})
	if err != nil || swept != len(list) {
		rt.Fatalf("%d bodies of %d: %v", swept, len(list), err)
	}
	want := model{}
	for ref, h := range m {
		h.stream = false
		want[ref] = h
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(held{}), sameTime, cmpopts.EquateEmpty()); d != "" {
		rt.Fatalf("the store differs from the map (-want +got):\n%s", d)
	}
	if len(list) != len(want) || !slices.IsSortedFunc(list, func(a, b ehrdesk.Record) int { return b.Date.Compare(a.Date) }) {
		rt.Fatal("the list repeats or is out of order")
	}
	refs, err := v.Copies().Refs(t.Context(), id)
	if err != nil || len(refs) != len(want) {
		rt.Fatalf("%d refs, want %d: %v", len(refs), len(want), err)
	}
	if got, want := tallyOf(t, v, id), tally(list); got != want {
		rt.Fatalf("the head counts %v, there are %v", got, want)
	}
	for ref, version := range refs {
		if want[ref].rec.Version != version {
			rt.Fatal("a version differs")
		}
	}
}

// tally counts records one by one.
func tally(list []ehrdesk.Record) (out cache.KindCounts) {
	for _, r := range list {
		out[r.Kind]++
	}
	return out
}

// tallyOf is what the copy's head says.
func tallyOf(t *testing.T, v *cache.Vault, id cache.PatientID) cache.KindCounts {
	copies, _, err := v.Copies().List(t.Context())
	at := slices.IndexFunc(copies, func(c cache.Copy) bool { return c.ID == id })
	if err != nil || at < 0 {
		t.Fatalf("the copy is not listed: %v", err)
	}
	return copies[at].Kinds
}

func TestARecordThatChangesItsKindIsCountedAnew(t *testing.T) {
	s := openStore(t, t.TempDir()+"/desk", at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(40)...)
	moved := record(3)
	moved.Overview, moved.Body, moved.Record.Kind = true, nil, ehrdesk.KindNote
	apply(t, v, id, moved)
	unknown := record(4) // of a program that knows more kinds
	unknown.Record.Kind, unknown.Record.Version, unknown.Record.Updated = 200, "next", noon.AddDate(9, 0, 0)
	apply(t, v, id, unknown)
	s.Forget()
	got := tallyOf(t, v, id)
	if got[ehrdesk.KindNote] != 1 || got[0] != 1 || got.All() != 40 {
		t.Errorf("%v", got)
	}
}

// listCells is each cell of the list index, by its row.
func listCells(t *testing.T, s *cache.Store) map[int64]string {
	t.Helper()
	db, _ := s.Databases()
	rows, err := db.QueryContext(t.Context(), "SELECT id, hex(ct) FROM chunk")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[int64]string{}
	for rows.Next() {
		var id int64
		var ct string
		if err := rows.Scan(&id, &ct); err != nil {
			t.Fatal(err)
		}
		out[id] = ct
	}
	return out
}

func TestAFewChangesWriteAPartOfTheListAndSettleWithCompaction(t *testing.T) {
	s := openStore(t, t.TempDir()+"/desk", at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	m := model{}
	do := func(cs ...cache.Change) {
		t.Helper()
		apply(t, v, id, cs...)
		for _, c := range cs {
			m.apply(c)
		}
		if len(cs) > 0 {
			s.Forget()
		}
		agree(t, t, v, id, m)
	}
	do(records(1000)...)
	whole := listCells(t, s)
	// The same record comes, goes, comes again and changes its date; another goes.
	for n, change := range []func(c *cache.Change){
		func(c *cache.Change) { c.Record.Version = "2" },
		func(c *cache.Change) { c.Deleted = true },
		func(c *cache.Change) { c.Record.Version, c.Record.Date = "3", ehrdesk.At(noon.AddDate(1, 0, 0)) },
		func(c *cache.Change) { c.Record.Version, c.Record.Date = "4", ehrdesk.When{} },
		func(c *cache.Change) { c.Record.ID, c.Deleted = "obs-000500", true },
		func(c *cache.Change) { c.Record.ID = "new" },
		func(c *cache.Change) { c.Record.ID, c.Deleted = "new", true },
		func(c *cache.Change) { c.Record.ID = "new" },
	} {
		c := record(7)
		c.Body = fmt.Appendf(c.Body, "%d", n)
		change(&c)
		do(c)
		now := listCells(t, s)
		for row, ct := range whole {
			if now[row] != ct {
				t.Fatalf("change %d wrote row %d of the list anew", n, row)
			}
		}
		if len(now) != len(whole)+n+1 {
			t.Fatalf("%d rows after change %d", len(now), n)
		}
	}
	one := record(900)
	one.Record.Version = "2"
	do(one)
	if now := listCells(t, s); len(now) != len(whole) {
		t.Errorf("%d rows after one change more", len(now))
	}
	one.Record.Version = "3"
	do(one)
	compact(t, v, id)
	if now := listCells(t, s); len(now) != len(whole) {
		t.Errorf("%d rows after compaction", len(now))
	}
	agree(t, t, v, id, m)
	if n := compact(t, v, id); n != 1 {
		t.Errorf("a settled copy took %d steps", n)
	}
}

func TestManyChunksSplitShrinkAndStayInOrder(t *testing.T) {
	s := openStore(t, t.TempDir()+"/desk", at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	m := model{}
	r := rand.New(rand.NewPCG(7, 11))
	for batch := range 60 {
		var cs []cache.Change
		for range []int{400, 3, 40, 9}[batch%4] {
			c := record(r.IntN(4000))
			c.Record.Version = fmt.Sprint(batch)
			c.Record.Updated = noon.Add(time.Duration(r.IntN(40)) * time.Hour)
			c.Record.Date = ehrdesk.At(noon.Add(time.Duration(r.IntN(1000)) * time.Hour))
			c.Body = fmt.Appendf(c.Body, "%d", batch)
			c.Deleted = r.IntN(3+batch/2) > 22 // later batches mostly delete
			cs = append(cs, c)
			m.apply(c)
		}
		apply(t, v, id, cs...)
		if batch%7 == 0 {
			s.Forget()
		}
		if batch%17 == 0 {
			compact(t, v, id)
		}
	}
	list, err := v.Copies().Records(t.Context(), id)
	if err != nil || len(list) < 1024 {
		t.Fatalf("%d records do not fill several chunks: %v", len(list), err)
	}
	s.Forget()
	agree(t, t, v, id, m)
}
