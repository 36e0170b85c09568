package cache_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func putItem(t testing.TB, v *cache.Vault, list, id, payload string) {
	t.Helper()
	if err := v.Worklists().Put(t.Context(), list, id, []byte(payload)); err != nil {
		t.Fatalf("put %s into %s: %v", id, list, err)
	}
}

// items are a list's lines, as "id payload".
func items(t testing.TB, v *cache.Vault, list string) []string {
	t.Helper()
	lines, err := v.Worklists().Items(t.Context(), list)
	if err != nil {
		t.Fatalf("items of %s: %v", list, err)
	}
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		if l.List != list {
			t.Errorf("an item of %s in %s", l.List, list)
		}
		out = append(out, l.ID+" "+string(l.Payload))
	}
	return out
}

func wantItems(t testing.TB, v *cache.Vault, list string, want ...string) {
	t.Helper()
	if got := items(t, v, list); !cmp.Equal(got, append([]string{}, want...)) {
		t.Errorf("%s reads %q, want %q", list, got, want)
	}
}

func TestAListKeepsItsOrderThroughChangesAndRestarts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	now := noon
	o := cache.CheapOptions(cache.Options{Now: func() time.Time { return now }})
	s := openStore(t, dir, o)
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	wantItems(t, v, "arrivals")
	for _, id := range []string{"1", "2", "3"} {
		putItem(t, v, "arrivals", id, "came")
	}
	putItem(t, v, "tasks", "1", "ring back") // the same id in another list
	now = noon.Add(time.Hour)
	putItem(t, v, "arrivals", "1", "seen")
	if err := v.Worklists().TakeOff(t.Context(), "arrivals", "2"); err != nil {
		t.Fatal(err)
	}
	if err := v.Worklists().TakeOff(t.Context(), "arrivals", "2"); err != nil {
		t.Error("dropping what is not there:", err)
	}
	putItem(t, v, "arrivals", "4", "")
	want := []string{"1 seen", "3 came", "4 "}
	wantItems(t, v, "arrivals", want...)
	v.Lock()
	_, err := v.Worklists().Items(t.Context(), "arrivals")
	wantCode(t, err, ehrdesk.CodeLocked)
	wantCode(t, v.Worklists().Put(t.Context(), "arrivals", "5", nil), ehrdesk.CodeLocked)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	v = unlock(t, openStore(t, dir, o), "chan")
	wantItems(t, v, "arrivals", want...)
	wantItems(t, v, "tasks", "1 ring back")
	lines, err := v.Worklists().Items(t.Context(), "arrivals")
	if err != nil || !lines[0].Changed.Equal(now) || !lines[1].Changed.Equal(noon) {
		t.Errorf("%+v %v", lines, err)
	}
	for _, bad := range [][2]string{{"", "1"}, {"arrivals", ""}} {
		wantCode(t, v.Worklists().Put(t.Context(), bad[0], bad[1], nil), ehrdesk.CodeInvalid)
	}
	wantCode(t, v.Worklists().Put(t.Context(), "arrivals", "1", make([]byte, 1<<20+1)), ehrdesk.CodeInvalid)
	wantItems(t, v, "arrivals", want...)
}

// TestManyItemsOfAListChangeTogether: all of them or, where one is not to be kept, none.
func TestManyItemsOfAListChangeTogether(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	for _, id := range []string{"1", "2", "3"} {
		putItem(t, v, "arrivals", id, "came")
	}
	change := func(off []string, ids ...string) error {
		var put []cache.WorklistItem
		for _, id := range ids {
			put = append(put, cache.WorklistItem{ID: id, Payload: []byte("new")})
		}
		return v.Worklists().Change(t.Context(), "arrivals", put, off)
	}
	if err := change([]string{"1", "9"}, "2", "4", "5", "4"); err != nil {
		t.Fatal(err)
	}
	wantItems(t, v, "arrivals", "2 new", "3 came", "4 new", "5 new")
	wantCode(t, change([]string{"2"}, "6", ""), ehrdesk.CodeInvalid)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := v.Worklists().Change(ended, "arrivals", nil, []string{"2"}); err == nil {
		t.Error("changed for somebody who has left")
	}
	wantItems(t, v, "arrivals", "2 new", "3 came", "4 new", "5 new")

	many := make([]string, 5000)
	for i := range many {
		many[i] = fmt.Sprint("many ", i)
	}
	begun := time.Now()
	if err := change(nil, many...); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d items: %s", len(many), time.Since(begun))
	if n := len(items(t, v, "arrivals")); n != 4+len(many) {
		t.Errorf("%d items", n)
	}
	if err := change(many); err != nil {
		t.Fatal(err)
	}
	wantItems(t, v, "arrivals", "2 new", "3 came", "4 new", "5 new")
}

func TestListsDoWhatAListInMemoryDoes(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		model := map[string][]string{}
		name := rapid.SampledFrom([]string{"a", "b", "ab", "a\x00b"}) // that run into each other
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			list, id, text := fmt.Sprint(run, name.Draw(rt, "list")), name.Draw(rt, "id"), rapid.String().Draw(rt, "text")
			l, at := model[list], -1
			for i := range l {
				if strings.HasPrefix(l[i], id+" ") {
					at = i
				}
			}
			if rapid.Bool().Draw(rt, "drop") {
				if err := v.Worklists().TakeOff(t.Context(), list, id); err != nil {
					rt.Fatal(err)
				}
				if at >= 0 {
					model[list] = append(l[:at:at], l[at+1:]...)
				}
				continue
			}
			putItem(t, v, list, id, text)
			if at >= 0 {
				l[at] = id + " " + text
			} else {
				model[list] = append(l, id+" "+text)
			}
		}
		for list, want := range model {
			wantItems(t, v, list, want...)
		}
	})
}

func TestAWorklistItemMovedOrChangedIsFound(t *testing.T) {
	for damage, q := range map[string]string{
		"swapped with another":   "UPDATE slip SET ct = (SELECT ct FROM slip b WHERE b.seq = 3 - slip.seq) WHERE seq < 3",
		"in another's place":     "UPDATE slip SET seq = -seq; UPDATE slip SET seq = CASE seq WHEN -1 THEN 2 WHEN -2 THEN 1 ELSE -seq END",
		"in another list":        "UPDATE slip SET list = (SELECT list FROM slip b WHERE b.seq = 1) WHERE seq = 3",
		"under another name":     "UPDATE slip SET id = randomblob(16) WHERE seq = 1",
		"a bit turned":           "UPDATE slip SET ct = substr(ct, 1, 20) || CASE substr(ct, 21, 1) WHEN x'00' THEN x'ff' ELSE x'00' END || substr(ct, 22) WHERE seq = 1",
		"cut short":              "UPDATE slip SET ct = substr(ct, 1, 30) WHERE seq = 1",
		"twice":                  "INSERT INTO slip SELECT 9, epoch, randomblob(16), list, ct FROM slip WHERE seq = 1",
		"an act of the outbox's": "UPDATE slip SET ct = (SELECT ct FROM outbox) WHERE seq = 1",
	} {
		t.Run(damage, func(t *testing.T) {
			s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			putItem(t, v, "arrivals", "1", "first")
			putItem(t, v, "arrivals", "2", "second")
			putItem(t, v, "tasks", "1", "other")
			if err := v.Outbox().Enqueue(t.Context(), "lane", "op", []byte("act")); err != nil {
				t.Fatal(err)
			}
			_, journal := s.Databases()
			if _, err := journal.ExecContext(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			for list, put := range map[string][]string{"arrivals": {"first", "second"}, "tasks": {"other"}} {
				items, err := v.Worklists().Items(t.Context(), list)
				if err != nil { // one that is damaged keeps nobody from the others
					t.Fatal(err)
				}
				for _, l := range items {
					if !slices.Contains(put, string(l.Payload)) {
						t.Errorf("%q is on the list %q", l.Payload, list)
					}
				}
			}
			if found, err := v.Outbox().Trouble(t.Context()); err != nil || found.Lines == 0 {
				t.Errorf("%+v %v", found, err)
			}
		})
	}
}

func TestAnItemTakenOffIsInNoFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	sealed := func() (ct []byte) {
		_, journal := s.Databases()
		if err := journal.QueryRowContext(t.Context(), "SELECT ct FROM slip ORDER BY seq LIMIT 1").Scan(&ct); err != nil {
			t.Fatal(err)
		}
		return ct[:64]
	}
	lies := func(ct []byte) (in []string) {
		for _, f := range []string{"journal.db", "journal.db-wal"} {
			b, err := os.ReadFile(filepath.Join(dir, f))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(b, ct) {
				in = append(in, f)
			}
		}
		return in
	}
	putItem(t, v, "arrivals", "1", "CHAN TAI MAN")
	putItem(t, v, "arrivals", "2", "stays")
	first := sealed()
	if len(lies(first)) == 0 {
		t.Fatal("the item is not found while it is there: this search cannot fail")
	}
	putItem(t, v, "arrivals", "1", "CHAN TAI MAN, seen")
	second := sealed()
	if f := lies(first); len(f) > 0 {
		t.Errorf("what was replaced still stands, sealed, in %v", f)
	}
	if err := v.Worklists().TakeOff(t.Context(), "arrivals", "1"); err != nil {
		t.Fatal(err)
	}
	if f := lies(second); len(f) > 0 {
		t.Errorf("what was dropped still stands, sealed, in %v", f)
	}
	wantItems(t, v, "arrivals", "2 stays")
}

func TestPeopleOfADeskShareItsLists(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	putItem(t, v, "arrivals", "1", "of chan")
	v.Lock()
	enrol(t, s, "wong") // with nobody unlocked: with keys of their own
	w := unlock(t, s, "wong")
	wantItems(t, w, "arrivals")
	putItem(t, w, "arrivals", "2", "of wong")
	putItem(t, w, "arrivals", "1", "of wong, later")
	w.Lock()
	v = unlock(t, s, "chan") // who lets wong in
	want := []string{"1 of chan", "2 of wong"}
	got := items(t, v, "arrivals")
	if !cmp.Equal(got, want) && !cmp.Equal(got, []string{"1 of wong, later", "2 of wong"}) {
		t.Errorf("%q", got)
	}
	putItem(t, v, "arrivals", "1", "of both")
	wantItems(t, unlock(t, s, "wong"), "arrivals", items(t, v, "arrivals")...)
	if got := items(t, v, "arrivals"); len(got) != 2 || got[0] != "1 of both" {
		t.Errorf("%q", got)
	}
	if err := v.Worklists().TakeOff(t.Context(), "arrivals", "1"); err != nil {
		t.Fatal(err)
	}
	wantItems(t, v, "arrivals", "2 of wong")
	if err := s.Remove(t.Context(), "wong"); err != nil {
		t.Fatal(err)
	}
	wantItems(t, v, "arrivals", "2 of wong")
}

func TestAFullDiskLosesNoWorklistItem(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	putItem(t, v, "arrivals", "1", "before")
	_, journal := s.Databases()
	var pages int
	if err := journal.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count=%d", pages)); err != nil {
		t.Fatal(err)
	}
	err := v.Worklists().Put(t.Context(), "arrivals", "1", bytes.Repeat([]byte("long"), 10<<10))
	if err == nil || !strings.Contains(ehrdesk.Message(err), "disk is full") {
		t.Errorf("%v", err)
	}
	wantItems(t, v, "arrivals", "1 before")
}

// What is kept in the place of something leaves no word of either on the disk, and what is taken off later takes the log along.
func TestWhatIsKeptInPlaceGoesWithWhatIsTakenOff(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, cache.CheapOptions(cache.Options{Now: func() time.Time { return noon }}))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	log := filepath.Join(dir, "journal.db-wal")
	size := func() int64 {
		t.Helper()
		at, err := os.Stat(log)
		if err != nil {
			t.Fatal(err)
		}
		return at.Size()
	}
	for _, text := range []string{"CHAN TAI MAN", "CHAN TAI MAN seen"} {
		if err := v.Worklists().Keep(t.Context(), "cases", []cache.WorklistItem{{ID: "1", Payload: []byte(text)}, {ID: "2", Payload: []byte(text)}}); err != nil {
			t.Fatal(err)
		}
	}
	wantItems(t, v, "cases", "1 CHAN TAI MAN seen", "2 CHAN TAI MAN seen")
	clean(t, dir, "kept")
	if size() == 0 {
		t.Error("the log is emptied with each change")
	}
	if err := v.Worklists().TakeOff(t.Context(), "cases", "1"); err != nil {
		t.Fatal(err)
	}
	if size() != 0 {
		t.Error("what was in its place stays in the log")
	}
}
