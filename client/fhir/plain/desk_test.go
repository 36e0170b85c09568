package plain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
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
