package client_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// Through changes at the server, a line that cuts, delays, corrupts and lies, and restarts
// of the desk: of the patient's records none is lost, none that is not the patient's is
// shown, what counts as in step is, and after each sync over a good line the desk has the
// server's records and versions byte for byte. EHRDESK_CHANGES is how many changes there
// are at each server, EHRDESK_SEED the seed.
func TestThroughWhateverHappensTheDeskHasWhatTheServerHas(t *testing.T) {
	t.Parallel()
	changes := 120
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_CHANGES")); err == nil {
		changes = n
	} else if testing.Short() {
		changes = 60
	}
	seed, err := strconv.ParseUint(os.Getenv("EHRDESK_SEED"), 10, 64)
	if err != nil {
		seed = 15
	}
	for name, begin := range map[string]func(*testing.T) source{
		"our centre":     func(t *testing.T) source { return newOurCentre(t) },
		"another server": func(t *testing.T) source { return newTheirServer(t, fhirtest.Quirks{MaxPage: 7}) },
		"one without a feed": func(t *testing.T) source {
			return newTheirServer(t, fhirtest.Quirks{MaxPage: 7, Everything: fhirtest.EverythingMissing, Is: fhirtest.NoHistory | fhirtest.NoTotal | fhirtest.Deleted404})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &story{t: t, src: begin(t), line: &badLine{nth: -1, first: map[string][]byte{}}, rnd: rand.New(rand.NewPCG(seed, 1))}
			s.restart()
			s.good("at first")
			for s.changes < changes && !t.Failed() {
				s.round()
			}
			t.Logf("seed %d: %d changes, %d syncs over a bad line of which %d were whole, %d restarts, mischief %v", seed, s.changes, s.bad, s.whole, s.restarts, s.did)
			s.end()
		})
	}
}

// story is one patient's record at a server and at a desk.
type story struct {
	t    *testing.T
	src  source
	line *badLine
	rnd  *rand.Rand
	sess ehrdesk.Session
	c    ehrdesk.Chart

	changes, bad, whole, restarts int
	did                           [mischiefs]int
}

func (s *story) end() {
	if s.c != nil {
		if err := s.c.Close(); err != nil {
			s.t.Error(err)
		}
	}
	if s.sess != nil {
		if err := s.sess.Close(); err != nil {
			s.t.Error(err)
		}
	}
	s.c, s.sess = nil, nil
}

func (s *story) restart() {
	s.t.Helper()
	s.end()
	s.line.next(good, -1)
	var n ehrdesk.Number
	s.sess, n = s.src.restart(s.line)
	var err error
	if s.c, err = s.sess.Open(ctx, n, ehrdesk.Consultation, ""); err != nil {
		s.t.Fatal(err)
	}
}

// round is some changes, a sync over a bad line, perhaps more changes, and one over a good
// one.
func (s *story) round() {
	for range s.rnd.IntN(6) {
		s.change()
	}
	m := mischief(1 + s.rnd.IntN(int(mischiefs)-1))
	s.did[m]++
	before, _ := s.c.AsOf()
	shown := s.shown()
	s.line.next(m, s.rnd.IntN(8))
	rep, err := s.c.Sync(ctx, nil)
	s.line.next(good, -1)
	s.bad++
	at, _ := s.c.AsOf()
	now := s.src.all(s.sess)
	for ref := range s.shown() {
		if strings.HasPrefix(ref.ID, "other") {
			s.t.Fatalf("%v: %s of another patient is shown", m, ref)
		}
	}
	switch whole := err == nil && rep.Missing == 0 && len(rep.Aside) == 0; {
	case whole && !m.lies():
		s.whole++
		s.same(fmt.Sprintf("after a sync with %v that counted as whole", m), now, s.src.sweeps() == 0)
	case err != nil && !at.Equal(before):
		s.t.Fatalf("%v: the copy is said to be of %v after a sync that failed: %v", m, at, err)
	}
	if !m.lies() && m != anothers { // what the desk had and the server has is not lost meanwhile
		after := s.shown()
		for ref := range shown {
			if now[ref] != nil && after[ref] == nil {
				s.t.Fatalf("%v: %s is lost", m, ref)
			}
		}
	}
	if s.rnd.IntN(3) == 0 {
		s.change()
	}
	if s.rnd.IntN(8) == 0 {
		s.restarts++
		s.restart()
	}
	s.good(fmt.Sprintf("after %v, %d changes", m, s.changes))
}

func (s *story) change() {
	s.changes++
	id := fmt.Sprintf("r%d", s.rnd.IntN(40))
	if s.rnd.IntN(3) == 0 {
		s.src.remove(id)
	} else {
		s.src.put(id, s.changes)
	}
	if s.rnd.IntN(4) == 0 {
		s.src.later(time.Duration(s.rnd.IntN(400)) * time.Second)
	}
}

// good brings the desk into step over a good line and holds it against the server.
func (s *story) good(when string) {
	s.t.Helper()
	var rep ehrdesk.SyncReport
	var err error
	s.src.later(s.src.sweeps())
	for range 3 {
		if rep, err = s.c.Sync(ctx, nil); err == nil && rep.Missing == 0 && len(rep.Aside) == 0 {
			s.same(when, s.src.all(s.sess), true)
			return
		}
		s.src.later(time.Minute)
	}
	s.t.Fatalf("%s: not in step over a good line: %+v, %v", when, rep, err)
}

func (s *story) shown() map[ehrdesk.Ref][]byte {
	out := map[ehrdesk.Ref][]byte{}
	for _, sum := range s.c.Summary() {
		for _, r := range s.c.List(sum.Type) {
			raw, err := s.c.Raw(ctx, r.Ref())
			if err != nil {
				s.t.Fatal(r.Ref(), err)
			}
			out[r.Ref()] = raw
		}
	}
	return out
}

// same holds what is shown against what the server has; gone also against what it has no more.
func (s *story) same(when string, want map[ehrdesk.Ref][]byte, gone bool) {
	s.t.Helper()
	got := s.shown()
	for ref, body := range got {
		if !bytes.Equal(body, want[ref]) && (gone || want[ref] != nil) {
			s.t.Fatalf("%s: %s is\n%s\nand the server has\n%s", when, ref, body, cmp.Or(string(want[ref]), "nothing"))
		}
	}
	for ref := range want {
		if got[ref] == nil && ref.Resource == "Observation" {
			s.t.Fatalf("%s: %s is missing", when, ref)
		}
	}
}

// A sync in which nothing has changed is one question for each group of types: at our centre
// what changed and what was withdrawn, beside the access log's checkpoint; at another server
// $everything, its types in batches, or each type once.
func TestASyncOfNothingAsksOnceForEachGroup(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		begin func(*testing.T) source
		most  int
		twice string // what may be asked for more than once
	}{
		"our centre":       {func(t *testing.T) source { return newOurCentre(t) }, 3, ""},
		"with $everything": {func(t *testing.T) source { return newTheirServer(t, fhirtest.Quirks{}) }, 2, ""},
		"by batches": {func(t *testing.T) source {
			return newTheirServer(t, fhirtest.Quirks{Everything: fhirtest.EverythingMissing})
		}, 3, "/fhir"},
		"by type": {func(t *testing.T) source {
			return newTheirServer(t, fhirtest.Quirks{Everything: fhirtest.EverythingMissing, Is: fhirtest.NoBatch})
		}, 55, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &story{t: t, src: tt.begin(t), line: &badLine{nth: -1, first: map[string][]byte{}}, rnd: rand.New(rand.NewPCG(1, 1))}
			for range 20 {
				s.change()
			}
			s.restart()
			defer s.end()
			s.good("at first")
			s.good("and again")
			before := len(s.line.paths())
			if rep, err := s.c.Sync(ctx, nil); err != nil || rep.Changed != 0 || rep.Missing != 0 {
				t.Fatalf("%+v, %v", rep, err)
			}
			asked := s.line.paths()[before:]
			slices.Sort(asked)
			once := slices.DeleteFunc(slices.Clone(asked), func(path string) bool { return path == tt.twice })
			if n := len(asked); n == 0 || n > tt.most || len(slices.Compact(slices.Clone(once))) != len(once) {
				t.Errorf("%d requests, want %d at most and none twice: %q", len(asked), tt.most, asked)
			}
		})
	}
}
