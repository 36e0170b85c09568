package plain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// ours is the site of most tests.
var ours = Site{Provider: Provider{ID: "1234567890", Name: "Clinic"}, Labels: true}

// centreOf is a server as a doctor's desk sees it, with what can be found out before a
// patient is known.
func centreOf(t testing.TB, s *fhirtest.Server, site Site) *Centre {
	t.Helper()
	return through(t, s, site, s.Client())
}

func through(t testing.TB, s *fhirtest.Server, site Site, hc *http.Client) *Centre {
	t.Helper()
	wire, err := fhir.NewClient(s.URL, hc, nil)
	if err != nil {
		t.Fatal(err)
	}
	known, err := caps.Read(context.Background(), wire, s.Now())
	if err != nil {
		t.Fatal(err)
	}
	return New(wire, site, known, Asker{Staff: "drlee", Role: ehrdesk.Doctor})
}

// desk is what a desk holds of one patient, synced as the chart syncs it.
type desk struct {
	c       *Centre
	patient string
	mark    fhir.Mark
	ago     time.Duration
	held    map[ehrdesk.Ref]*fhir.Resource
	last    struct {
		missing int
		aside   []ehrdesk.Aside
		full    bool
	}
}

func newDesk(c *Centre) *desk {
	return &desk{c: c, patient: "p", held: map[ehrdesk.Ref]*fhir.Resource{}}
}

// sync brings it into step, and reports whether it is.
func (d *desk) sync(ctx context.Context) (bool, error) {
	held := func(yield func(*ehrdesk.Record) bool) {
		for _, r := range d.held {
			if !yield(&r.Record) {
				return
			}
		}
	}
	d.last.full = d.mark == ""
	feed := d.c.Changes(ctx, &fhir.Person{ID: d.patient}, fhir.From{Mark: d.mark, Ago: d.ago, Held: held})
	defer feed.Close()
	came := map[ehrdesk.Ref]bool{}
	var at time.Time
	d.last.aside = nil
	for first := true; ; first = false {
		p, err := feed.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		if first {
			at = p.Timestamp
		}
		d.last.aside = append(d.last.aside, p.Aside...)
		for i := range p.Resources {
			r := p.Resources[i]
			r.Body = slices.Clone(r.Body)
			d.held[r.Record.Ref()], came[r.Record.Ref()] = &r, true
		}
	}
	var err error
	if d.last.missing, err = feed.Expect(ctx, fhir.Tally{Records: len(came)}); err != nil {
		return false, err
	}
	gone, err := feed.Gone(ctx)
	if err != nil {
		return false, err
	}
	for _, g := range gone {
		delete(d.held, g.Ref)
	}
	if d.last.missing > 0 {
		_, err := feed.Mark(at)
		if ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
			return false, fmt.Errorf("a mark while %d lack: %w", d.last.missing, err)
		}
		return false, nil
	}
	if d.last.full {
		maps.DeleteFunc(d.held, func(ref ehrdesk.Ref, _ *fhir.Resource) bool { return !came[ref] })
	}
	d.mark, err = feed.Mark(at)
	return err == nil, err
}

// differs says how what it holds differs from the server's, "" for not at all.
func (d *desk) differs(s *fhirtest.Server) string {
	var out []string
	there := s.All()
	for ref, body := range there {
		r, err := r4.Read(body)
		if err != nil {
			return err.Error()
		}
		mine := r.Whose(r4.Person{ID: "p"}) == r4.Theirs || ref.Resource == "Organization" && d.refers(ref, there)
		switch held := d.held[ref]; {
		case !mine && held != nil && ref.Resource != "Organization":
			out = append(out, "has another's "+ref.String())
		case mine && held == nil:
			out = append(out, "lacks "+ref.String())
		case mine && !bytes.Equal(held.Body, body):
			out = append(out, ref.String()+" is "+string(held.Body))
		}
	}
	for ref := range d.held {
		if there[ref] == nil {
			out = append(out, "still has "+ref.String())
		}
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// lacks says what of the patient's records it has not, or not as it is, of those that
// nobody touched meanwhile.
func (d *desk) lacks(before, after map[ehrdesk.Ref][]byte) string {
	var out []string
	for ref, body := range before {
		r, err := r4.Read(body)
		if err != nil {
			return err.Error()
		}
		if held := d.held[ref]; r.Whose(r4.Person{ID: "p"}) == r4.Theirs && bytes.Equal(body, after[ref]) && (held == nil || !bytes.Equal(held.Body, body)) {
			out = append(out, ref.String())
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func (d *desk) refers(to ehrdesk.Ref, all map[ehrdesk.Ref][]byte) bool {
	for _, body := range all {
		if bytes.Contains(body, []byte(`"Patient/p"`)) && bytes.Contains(body, []byte(`"`+to.String()+`"`)) {
			return true
		}
	}
	return false
}

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
	"pages by rows that move":           {MaxPage: 4, Paging: fhirtest.PagingOffset, OrderByUpdate: true},
	"the same without totals":           {MaxPage: 4, Paging: fhirtest.PagingOffset, OrderByUpdate: true, NoTotal: true},
	"full pages without links":          {MaxPage: 4, Paging: fhirtest.PagingNone},
	"the same without totals or counts": {MaxPage: 4, Paging: fhirtest.PagingNone, NoTotal: true},
	"the total of a page":               {MaxPage: 4, Paging: fhirtest.PagingNone, PageTotal: true},
	"links with the total of a page":    {MaxPage: 4, PageTotal: true},
	"no totals":                         {MaxPage: 4, NoTotal: true},
	"no totals in one page":             {NoTotal: true},
	"no _count":                         {MaxPage: 4, IgnoreCount: true},
	"links that run out":                {MaxPage: 4, ExpireLinks: 3},
	"no time of change, refused":        {MaxPage: 4, Unsupported: []string{"_lastUpdated"}},
	"no time of change, all":            {MaxPage: 4, Unsupported: []string{"_lastUpdated"}, Unknown: fhirtest.UnknownIgnored},
	"no time of change, nothing":        {MaxPage: 4, Unsupported: []string{"_lastUpdated"}, Unknown: fhirtest.UnknownNothing},
	"no elements, refused":              {MaxPage: 4, Unsupported: []string{"_elements"}},
	"no elements, nothing":              {MaxPage: 4, Unsupported: []string{"_elements"}, Unknown: fhirtest.UnknownNothing},
	"elements without meta":             {MaxPage: 4, BareElements: true},
	"neither times nor meta":            {MaxPage: 4, BareElements: true, Unsupported: []string{"_lastUpdated"}},
	"no $everything":                    {MaxPage: 4, Everything: fhirtest.EverythingMissing},
	"an empty $everything":              {MaxPage: 4, Everything: fhirtest.EverythingEmpty},
	"$everything is the patient":        {MaxPage: 4, Everything: fhirtest.EverythingPatient},
	"$everything without names":         {MaxPage: 4, EverythingUnlinked: true},
	"$everything of all times":          {MaxPage: 4, EverythingSince: true},
	"$everything in one page":           {EverythingUncapped: true},
	"deleted is 404":                    {MaxPage: 4, Deleted404: true},
	"whole seconds":                     {MaxPage: 4, WholeSeconds: true},
	"no versions":                       {MaxPage: 4, NoVersions: true},
	"decimals cut":                      {MaxPage: 4, Decimals: true},
	"it names no type":                  {MaxPage: 4, Bare: true, Everything: fhirtest.EverythingMissing},
	"it knows few types":                {MaxPage: 4, Types: []string{"Patient", "Observation", "Condition", "Organization", "Consent"}},
	"what it does not know is nothing":  {MaxPage: 4, TypesUnknown: true, Bare: true, Everything: fhirtest.EverythingEmpty, Types: []string{"Patient", "Observation", "Condition", "Organization"}},
	"no history":                        {NoHistory: true},
	"the whole of a bad server": {MaxPage: 3, Paging: fhirtest.PagingNone, NoTotal: true, Unsupported: []string{"_elements", "_sort", "_summary"}, Unknown: fhirtest.UnknownIgnored, Bare: true,
		Everything: fhirtest.EverythingMissing, NoHistory: true, Deleted404: true},
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
		s.Before(func(_ int, r *http.Request) {
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
		"parts that are not heeded":       {MaxPage: 4, Paging: fhirtest.PagingNone, NoTotal: true, LastOfSame: true, Everything: fhirtest.EverythingMissing},
		"no parts to be had":              {MaxPage: 4, Paging: fhirtest.PagingNone, NoTotal: true, Unsupported: []string{"_lastUpdated"}, Everything: fhirtest.EverythingMissing},
		"a count and no way to the rest":  {MaxPage: 4, Paging: fhirtest.PagingNone, Unsupported: []string{"_lastUpdated"}, Everything: fhirtest.EverythingMissing},
		"a search that gives everybody's": {IgnorePatient: true, Everything: fhirtest.EverythingMissing},
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
			if q.IgnorePatient != (another > 0) || another > 2 {
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
		if strings.HasPrefix(r, "GET Observation") || strings.HasPrefix(r, "GET Condition") {
			t.Errorf("asked: %s", r)
		}
	}
}
