package plain

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// observation is a body of the patient's, different with each n.
func observation(id string, n int) string {
	return fmt.Sprintf(`{"resourceType":"Observation","id":%q,"status":"final","code":{"text":"n%d"},"subject":{"reference":"Patient/p"},"valueQuantity":{"value":%d.10},"performer":[{"reference":"Organization/o%d"}]}`, id, n, n, n%3)
}

func condition(id string, n int) string {
	return fmt.Sprintf(`{"resourceType":"Condition","id":%q,"code":{"text":"n%d"},"subject":{"reference":"Patient/p"}}`, id, n)
}

// furnish stores the patient, another one, organisations and so many records of each of
// two types.
func furnish(s *fhirtest.Server, n int) {
	s.Put(`{"resourceType":"Patient","id":"p","identifier":[{"system":"` + ehrdesk.SystemEHR + `","value":"123456789012"}]}`)
	s.Put(`{"resourceType":"Patient","id":"q"}`)
	for i := range 1 + n%3 { // with one nobody can see what a list of several is like
		s.Put(fmt.Sprintf(`{"resourceType":"Organization","id":"o%d","name":"Org %d"}`, i, i))
	}
	for i := range n {
		s.Put(observation(fmt.Sprint("r", i), i))
		s.Put(condition(fmt.Sprint("r", i), i))
		s.Put(strings.ReplaceAll(strings.ReplaceAll(observation(fmt.Sprint("x", i), i), "Patient/p", "Patient/q"), "Organization/o", "Organization/z"))
	}
}

// habits are those that a desk survives: after each sync that counts as whole it has what
// the server has.
var habits = map[string]fhirtest.Quirks{
	"a good server":                     {},
	"pages by links":                    {MaxPage: 4},
	"pages by rows":                     {MaxPage: 4, Paging: fhirtest.PagingOffset},
	"pages by rows that move":           {Is: fhirtest.OrderByUpdate, MaxPage: 4, Paging: fhirtest.PagingOffset},
	"the same without totals":           {Is: fhirtest.OrderByUpdate | fhirtest.NoTotal, MaxPage: 4, Paging: fhirtest.PagingOffset},
	"full pages without links":          {MaxPage: 4, Paging: fhirtest.PagingNone},
	"the same without totals or counts": {Is: fhirtest.NoTotal, MaxPage: 4, Paging: fhirtest.PagingNone},
	"the total of a page":               {Is: fhirtest.PageTotal, MaxPage: 4, Paging: fhirtest.PagingNone},
	"links with the total of a page":    {Is: fhirtest.PageTotal, MaxPage: 4},
	"no totals":                         {Is: fhirtest.NoTotal, MaxPage: 4},
	"no totals in one page":             {Is: fhirtest.NoTotal},
	"no _count":                         {Is: fhirtest.IgnoreCount, MaxPage: 4},
	"links that run out":                {MaxPage: 4, ExpireLinks: 3},
	"no time of change, refused":        {MaxPage: 4, Unsupported: []string{"_lastUpdated"}},
	"no time of change, all":            {MaxPage: 4, Unsupported: []string{"_lastUpdated"}, Unknown: fhirtest.UnknownIgnored},
	"no time of change, nothing":        {MaxPage: 4, Unsupported: []string{"_lastUpdated"}, Unknown: fhirtest.UnknownNothing},
	"no elements, refused":              {MaxPage: 4, Unsupported: []string{"_elements"}},
	"no elements, nothing":              {MaxPage: 4, Unsupported: []string{"_elements"}, Unknown: fhirtest.UnknownNothing},
	"elements without meta":             {Is: fhirtest.BareElements, MaxPage: 4},
	"neither times nor meta":            {Is: fhirtest.BareElements, MaxPage: 4, Unsupported: []string{"_lastUpdated"}},
	"no $everything":                    {MaxPage: 4, Everything: fhirtest.EverythingMissing},
	"an empty $everything":              {MaxPage: 4, Everything: fhirtest.EverythingEmpty},
	"$everything is the patient":        {MaxPage: 4, Everything: fhirtest.EverythingPatient},
	"$everything without names":         {Is: fhirtest.EverythingUnlinked, MaxPage: 4},
	"$everything of all times":          {Is: fhirtest.EverythingSince, MaxPage: 4},
	"$everything in one page":           {Is: fhirtest.EverythingUncapped},
	"deleted is 404":                    {Is: fhirtest.Deleted404, MaxPage: 4},
	"whole seconds":                     {Is: fhirtest.WholeSeconds, MaxPage: 4},
	"no versions":                       {Is: fhirtest.NoVersions, MaxPage: 4},
	"decimals cut":                      {Is: fhirtest.Decimals, MaxPage: 4},
	"it names no type":                  {Is: fhirtest.Bare, MaxPage: 4, Everything: fhirtest.EverythingMissing},
	"it knows few types":                {MaxPage: 4, Types: []string{"Patient", "Observation", "Condition", "Organization", "Consent"}},
	"what it does not know is nothing":  {Is: fhirtest.TypesUnknown | fhirtest.Bare, MaxPage: 4, Everything: fhirtest.EverythingEmpty, Types: []string{"Patient", "Observation", "Condition", "Organization"}},
	"no clock":                          {MaxPage: 4, Is: fhirtest.NoDate},
	"searches by POST alone":            {MaxPage: 4, Is: fhirtest.PostOnly},
	"the same, unsaid":                  {MaxPage: 4, Is: fhirtest.PostOnly | fhirtest.Bare},
	"no history":                        {Is: fhirtest.NoHistory},
	"no batch":                          {Is: fhirtest.NoBatch, MaxPage: 4, Everything: fhirtest.EverythingMissing},
	"a batch is empty":                  {Is: fhirtest.BatchEmpty, MaxPage: 4, Everything: fhirtest.EverythingMissing},
	"all in a batch is empty":           {Is: fhirtest.BatchHollow, MaxPage: 4, Everything: fhirtest.EverythingMissing},
	"a batch in another order":          {Is: fhirtest.BatchReversed, MaxPage: 4, Everything: fhirtest.EverythingMissing},
	"half a batch is refused":           {Is: fhirtest.BatchDenied, MaxPage: 4, Everything: fhirtest.EverythingMissing},
	"short batches":                     {MaxPage: 4, MostBatch: 5, Everything: fhirtest.EverythingMissing},
	"a batch without totals":            {Is: fhirtest.NoTotal, MaxPage: 4, MostBatch: 50, Everything: fhirtest.EverythingMissing},
	"the whole of a bad server": {Is: fhirtest.NoTotal | fhirtest.Bare | fhirtest.NoHistory | fhirtest.Deleted404, MaxPage: 3, Paging: fhirtest.PagingNone, Unsupported: []string{"_elements", "_sort", "_summary"}, Unknown: fhirtest.UnknownIgnored,
		Everything: fhirtest.EverythingMissing},
}

// Whatever a server's habits are, and whatever is written, deleted and moved while the
// desk reads: once nothing changes any more, a sync that counts as whole has left the
// same records, versions and bytes as the server has, and it comes within two syncs.
// EHRDESK_HABITS is how many stories are tried in the place of each one.
func TestAfterASyncTheDeskHasWhatTheServerHas(t *testing.T) {
	names := slices.Sorted(maps.Keys(habits))
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			fixed := &plot{records: 11, syncs: [][]change{{{0, 3, true}, {1, 12, true}}, {{2, 4, false}, {2, 14, true}}, {{1, 5, false}, {2, 1, false}}}, within: map[int][]change{
				2: {{1, 0, false}}, 3: {{0, 1, false}}, 4: {{0, 0, false}, {2, 15, false}}, 6: {{2, 2, false}}, 9: {{1, 2, false}}, 12: {{0, 5, false}, {2, 6, false}}, 20: {{2, 7, true}}}}
			calm := &plot{records: 11, syncs: [][]change{nil, {{2, 4, false}, {2, 14, false}}, {{1, 5, false}}}, ago: 10 * time.Minute}
			for _, byType := range [...]bool{false, true} {
				calm.byType, fixed.byType = byType, byType
				if wrong := calm.told(t, habits[name]); wrong != "" {
					t.Errorf("by type %t, while nothing moves: %s", byType, wrong)
				}
				if wrong := fixed.told(t, habits[name]); wrong != "" {
					t.Errorf("by type %t: %s", byType, wrong)
				}
			}
		})
	}
	times, err := strconv.Atoi(os.Getenv("EHRDESK_HABITS"))
	if err != nil {
		times = 1
	}
	for range times {
		rapid.Check(t, func(rt *rapid.T) {
			name := rapid.SampledFrom(names).Draw(rt, "habit")
			if wrong := drawn(rt).told(t, habits[name]); wrong != "" {
				rt.Fatal(wrong)
			}
		})
	}
}

// change is one write of somebody else's: of what, of which id, and whether an hour goes
// by.
type change struct {
	what, id int
	later    bool
}

// plot is one patient's story: what is written before each sync, and within each.
type plot struct {
	records int
	syncs   [][]change
	within  map[int][]change // by the request of a sync that has to do with what changes
	ago     time.Duration
	byType  bool // the server has no $everything
}

func drawn(rt *rapid.T) *plot {
	one := rapid.Custom(func(rt *rapid.T) change {
		return change{rapid.IntRange(0, 3).Draw(rt, "what"), rapid.IntRange(0, 16).Draw(rt, "id"), rapid.Bool().Draw(rt, "later")}
	})
	return &plot{rapid.IntRange(0, 14).Draw(rt, "records"), rapid.SliceOfN(rapid.SliceOfN(one, 0, 4), 1, 3).Draw(rt, "between"),
		rapid.MapOfN(rapid.IntRange(1, 25), rapid.SliceOfN(one, 1, 3), 0, 8).Draw(rt, "within"), time.Duration(rapid.IntRange(0, 1).Draw(rt, "ago")) * 10 * time.Minute, rapid.Bool().Draw(rt, "by type")}
}

// told is what is wrong in the end, "" for nothing.
func (p *plot) told(t *testing.T, q fhirtest.Quirks) string {
	if p.byType {
		q.Everything = fhirtest.EverythingMissing
	}
	s := fhirtest.New(t, testclock.Start(), q)
	furnish(s, p.records)
	d := newDesk(centreOf(t, s, ours))
	n := 100
	do := func(changes []change) {
		for _, c := range changes {
			n++
			id := fmt.Sprint("r", c.id)
			switch c.what {
			case 0:
				s.Delete(ehrdesk.Ref{Resource: "Observation", ID: id})
			case 1:
				s.Put(condition(id, n))
			default:
				s.Put(observation(id, n))
			}
			if c.later {
				s.Advance(time.Hour)
			}
		}
	}
	for _, between := range p.syncs {
		do(between)
		n := 0
		var one sync.Mutex // requests come several at a time
		s.Before(func(_ int, r *http.Request) {
			one.Lock()
			defer one.Unlock()
			if strings.Contains(r.URL.Path, "Observation") || strings.Contains(r.URL.Path, "Condition") || r.URL.RawQuery != "" {
				n++
				do(p.within[n])
			}
		})
		d.ago = p.ago
		before := s.All()
		whole, err := d.sync(t.Context())
		if err != nil {
			return fmt.Sprint("a sync while things change: ", err)
		}
		s.Before(nil)
		if wrong := d.lacks(before, s.All()); whole && wrong != "" {
			return "after a sync while things change: " + wrong
		}
	}
	d.ago = 0
	for range 2 {
		switch whole, err := d.sync(t.Context()); {
		case err != nil:
			return err.Error()
		case whole:
			return d.differs(s)
		}
	}
	return fmt.Sprintf("not in step: %d missing, aside %v", d.last.missing, d.last.aside)
}

// Where nothing can show that a list is whole, the sync says that records are lacking,
// gives no mark, and ends.
func TestAListThatNothingShowsToBeWholeIsNotTakenForIt(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{
		"parts that are not heeded":       {Is: fhirtest.NoTotal | fhirtest.LastOfSame, MaxPage: 4, Paging: fhirtest.PagingNone, Everything: fhirtest.EverythingMissing},
		"no parts to be had":              {Is: fhirtest.NoTotal, MaxPage: 4, Paging: fhirtest.PagingNone, Unsupported: []string{"_lastUpdated"}, Everything: fhirtest.EverythingMissing},
		"a count and no way to the rest":  {MaxPage: 4, Paging: fhirtest.PagingNone, Unsupported: []string{"_lastUpdated"}, Everything: fhirtest.EverythingMissing},
		"a search that gives everybody's": {Is: fhirtest.IgnorePatient, Everything: fhirtest.EverythingMissing},
		"a type that is refused":          {Refuses: []string{"Observation"}, Everything: fhirtest.EverythingMissing},
	} {
		t.Run(name, func(t *testing.T) {
			s := fhirtest.New(t, testclock.Start(), q)
			furnish(s, 20)
			d := newDesk(centreOf(t, s, ours))
			whole, err := d.sync(t.Context())
			if err != nil || whole || d.last.missing == 0 || d.mark != "" {
				t.Fatalf("%t, %v, %d missing, mark %q", whole, err, d.last.missing, d.mark)
			}
			if n := len(s.Requests()); n > 1000 {
				t.Errorf("%d requests", n)
			}
			another := 0
			for _, a := range d.last.aside {
				if a.Reason == ehrdesk.AsideAnother {
					another++
				}
			}
			if (q.Is&fhirtest.IgnorePatient != 0) != (another > 0) || another > 2 {
				t.Errorf("%d records of another patient are told", another)
			}
			for ref := range d.held {
				if strings.HasPrefix(ref.ID, "x") {
					t.Errorf("it has another's %s", ref)
				}
			}
		})
	}
}

// Of what a profession may not see nothing is asked for, and nothing is given on.
func TestAProfessionAsksForWhatItMaySee(t *testing.T) {
	s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{})
	furnish(s, 5)
	s.Put(`{"resourceType":"AllergyIntolerance","id":"a","patient":{"reference":"Patient/p"},"code":{"text":"x"}}`)
	c := centreOf(t, s, ours)
	c.who.Role = ehrdesk.Nurse
	d := newDesk(c)
	if whole, err := d.sync(t.Context()); err != nil || !whole {
		t.Fatal(whole, err)
	}
	if d.held[ehrdesk.Ref{Resource: "AllergyIntolerance", ID: "a"}] == nil {
		t.Error("no allergy")
	}
	for ref := range d.held {
		if ref.Resource == "Observation" || ref.Resource == "Condition" {
			t.Errorf("a nurse has %s", ref)
		}
	}
	for _, r := range s.Requests() {
		if r = strings.TrimPrefix(r, fhirtest.Inside); strings.HasPrefix(r, "GET Observation") || strings.HasPrefix(r, "GET Condition") {
			t.Errorf("asked: %s", r)
		}
	}
}

// What a search finds only after a while comes with one of the next syncs, though all that
// was there had come: a feed begins a little behind its mark.
func TestWhatASearchFindsLateIsNotLost(t *testing.T) {
	s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{Is: fhirtest.NoTotal, Everything: fhirtest.EverythingMissing})
	furnish(s, 3)
	d := newDesk(centreOf(t, s, ours))
	d.ago = time.Hour
	if whole, err := d.sync(t.Context()); err != nil || !whole {
		t.Fatal(whole, err)
	}
	s.Set(func(q *fhirtest.Quirks) { q.SearchLag = 70 })
	s.Put(observation("late", 1))
	const most = 4
	for i := range most {
		if whole, err := d.sync(t.Context()); err != nil || !whole {
			t.Fatal(whole, err)
		}
		if got := d.held[ehrdesk.Ref{Resource: "Observation", ID: "late"}] != nil; i == 0 && got || i == most-1 && !got {
			t.Errorf("after sync %d: %t", i, got)
		}
		s.Advance(30 * time.Second)
	}
}

// A list that leads back into itself ends the sync, and soon.
func TestAListWithoutAnEndIsGivenUp(t *testing.T) {
	s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{MaxPage: 4, Is: fhirtest.LoopingLinks, Everything: fhirtest.EverythingMissing})
	furnish(s, 10)
	if _, err := newDesk(centreOf(t, s, ours)).sync(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Error(err)
	}
	if n := len(s.Requests()); n > 200 {
		t.Errorf("%d requests", n)
	}
}

// The first pages of several types are on their way at a time, what a clinician waits for
// first, and each list is asked for once.
func TestListsAreAskedForAheadAndOnce(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{"by type": {Is: fhirtest.NoBatch, Everything: fhirtest.EverythingMissing}, "with $everything": {Is: fhirtest.NoBatch}} {
		s := fhirtest.New(t, testclock.Start(), q)
		furnish(s, 5)
		d := newDesk(centreOf(t, s, ours))
		if whole, err := d.sync(t.Context()); err != nil || !whole { // what is found out once is found out
			t.Fatal(whole, err)
		}
		for i, mark := range []fhir.Mark{"", d.mark, d.mark} {
			d.mark, d.ago = mark, time.Duration(i/2)*10*time.Minute
			s.Forget()
			later := make(chan struct{})
			var once sync.Once
			s.Before(func(_ int, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/Condition"):
					select {
					case <-later:
					case <-r.Context().Done():
					}
				case strings.HasSuffix(r.URL.Path, "/MedicationRequest"):
					once.Do(func() { close(later) })
				}
			})
			ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
			whole, err := d.sync(ctx)
			stop()
			if err != nil || !whole {
				t.Fatalf("%s, sync %d: %t, %v", name, i, whole, err)
			}
			seen := map[string]bool{}
			for _, r := range s.Requests() {
				if seen[r] {
					t.Errorf("%s, sync %d: asked twice: %s", name, i, r)
				}
				seen[r] = true
			}
		}
	}
}
