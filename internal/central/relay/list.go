package relay

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

const (
	defaultPage = 1000
	maxPage     = 5000
	// pageBytes is after how many bytes of resources a page ends.
	pageBytes = 8 << 20
	// reading is how long the engine is read for one page: what has come by then is sent.
	reading = 4 * time.Second
	// countPage is how many rows are read at a time where nobody waits for a page.
	countPage = 1000
)

// at is where a list goes on, within a cursor.
type at struct {
	engine.Place
	Release string `json:"r,omitempty"`
}

// page is one page of a list, being filled.
type page struct {
	who    fhir.Person
	of     store.Scope
	since  time.Time
	rows   []row
	size   int
	clock  time.Time // the engine's, at the first answer
	strays []stray
	by     ehrdesk.Ref                 // the Consent that it is given by, as far as the store knows
	bare   bool                        // what its records refer to is not wanted
	had    map[ehrdesk.Ref]bool        // on this page
	kept   map[ehrdesk.Ref]bool        // that came and are not given: of two copies the one that is labelled counts
	read   *engine.List                // that was read up to here; nil at the beginning
	shared map[ehrdesk.Ref]*fhir.Entry // that the engine gave beside: they go out with what refers to them
}

// row is a resource that goes out.
type row struct {
	fhir.Resource
	linked bool
}

// stray is a row of the engine's that is not plainly the patient's.
type stray struct {
	ehrdesk.Ref
	others bool
	kinds  []ehrdesk.Kind // of what a desk lacks by it, where it may be the patient's
}

// strayOf is a row that is not given as nobody can tell that it is the patient's.
func strayOf(e *fhir.Entry, v verdict, place ehrdesk.Placement) stray {
	s := stray{Ref: e.Resource.Ref(), others: v == others}
	if s.Resource == "OperationOutcome" {
		s.Ref = ehrdesk.Ref{}
	}
	switch {
	case s.others:
	case s.Resource == "":
		s.kinds = ehrdesk.Kinds()
	case e.Fault == nil && !place.Linked:
		s.kinds = []ehrdesk.Kind{place.Kind}
	case e.Fault != nil && !resource.Linked(s.Resource):
		s.kinds = ehrdesk.KindsOf(s.Resource)
	}
	return s
}

// fill reads on from a place until a page is full, and gives where the list goes on.
func (s *Relay) fill(ctx context.Context, patient string, from engine.Place, p *page, count int, until time.Time) (next engine.Place, more bool, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	list := s.engine.List(patient, p.since, count)
	if p.read != nil {
		list.After(p.read)
	}
	p.read, p.kept = list, map[ehrdesk.Ref]bool{}
	next, more = from, true
	for more && len(p.rows) < count && p.size < pageBytes && (next == from || time.Now().Before(until)) {
		var got engine.Page
		if got, next, more, err = list.Next(ctx, next); err != nil {
			return next, false, err
		}
		if p.clock.IsZero() {
			p.clock = got.Date
		}
		for i := range got.Entries {
			p.take(&got.Entries[i])
		}
	}
	p.rows = slices.DeleteFunc(p.rows, func(r row) bool { return p.kept[r.Ref()] })
	if p.bare {
		return next, more, nil
	}
	return next, more, s.beside(ctx, p)
}

// beside adds what the records of a page refer to, and what that refers to: where a record was made
// is told with it, and not without. What the engine has not given is asked for.
func (s *Relay) beside(ctx context.Context, p *page) error {
	asked := map[ehrdesk.Ref]bool{}
	for from := 0; ; {
		var wanted []ehrdesk.Ref
		for _, r := range p.rows[from:] {
			for _, ref := range r.Layout().References {
				if to := fhir.Target(ref.Value); to.ID != "" && !p.had[to] && !asked[to] && resource.Linked(to.Resource) {
					asked[to] = true
					wanted = append(wanted, to)
				}
			}
		}
		if from = len(p.rows); len(wanted) == 0 {
			return nil
		}
		lacking := slices.DeleteFunc(slices.Clone(wanted), func(ref ehrdesk.Ref) bool { return p.shared[ref] != nil })
		found, err := s.engine.Beside(ctx, lacking)
		if err != nil {
			return err
		}
		for i := range found {
			p.take(&found[i])
		}
		for _, ref := range wanted {
			if e := p.shared[ref]; e != nil {
				p.give(e.Resource, true)
			}
		}
	}
}

// take puts a row of the engine's on the page, where it belongs there.
func (p *page) take(e *fhir.Entry) {
	v, place := judge(e, &p.who, &p.of)
	switch v {
	case give:
		if place.Linked {
			p.shared[e.Resource.Ref()] = e
			return
		}
		if !p.since.IsZero() {
			if when := e.Resource.Meta().Updated; !when.IsZero() && when.Before(p.since) {
				return // the engine was not asked, or has not heeded it
			}
		}
		p.give(e.Resource, false)
	case aside, others:
		p.strays = append(p.strays, strayOf(e, v, place))
		p.kept[e.Resource.Ref()] = true
	case leave:
		p.kept[e.Resource.Ref()] = true
	}
}

// give has a resource go out, once on a page.
func (p *page) give(r fhir.Resource, linked bool) {
	if !p.had[r.Ref()] {
		p.had[r.Ref()] = true
		p.rows = append(p.rows, row{r, linked})
		p.size += len(r.Bytes)
	}
}

// access is a list that somebody asks for: what of, and by which leave.
type access struct {
	patient, where, path, what string
	release                    bool
}

func (s *Relay) everything(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.PathValue("id")
	return s.list(w, r, who, access{patient: id, where: "everything/" + id, path: "/Patient/" + id + "/$everything", what: "$everything"})
}

func (s *Relay) restricted(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.PathValue("id")
	return s.list(w, r, who, access{patient: id, where: "restricted/" + id, path: "/Patient/" + id + "/$restricted", what: "$restricted", release: true})
}

// list gives a page of a patient's records. What may be given is decided by the store before the
// engine is asked for anything, and once more, with the consent as it stands at the engine, when
// the page has come: it goes out by that decision. The consent is asked for while the page is on
// its way, and once more where that was longer than a moment ago.
func (s *Relay) list(w http.ResponseWriter, r *http.Request, who *store.Account, a access) error {
	var cur rest.Cursor
	var from at
	form := r.URL.Query()
	text := form.Get("page")
	var err error
	if text != "" {
		if cur, err = s.rest.Unseal(text, who, a.where); err != nil {
			return err
		}
		if json.Unmarshal([]byte(cur.Search), &from) != nil {
			return refusal.Invalid("This page is not one of this list.")
		}
	} else {
		from.Release = form.Get("release")
		if cur.Since, err = rest.Since(r); err != nil {
			return err
		}
		if cur.Count, err = rest.Count(form.Get("_count"), defaultPage, maxPage); err != nil {
			return err
		}
	}
	p := &page{since: store.Time(cur.Since), had: map[ehrdesk.Ref]bool{}, shared: map[ehrdesk.Ref]*fhir.Entry{}}
	if may, err := s.prepare(r, who, a, from.Release, p); err != nil {
		return err
	} else if !may {
		return s.refuse(r, who, a, from.Release, &cur)
	}
	return s.rest.PageOf(w, r, who, func() ([][]byte, error) {
		ctx, stop := context.WithCancel(r.Context())
		defer stop()
		var by []ehrdesk.Ref // the consent, and who it is of
		if p.by.ID != "" {
			by = []ehrdesk.Ref{p.by, {Resource: "Patient", ID: a.patient}}
		}
		asked := s.ask(ctx, by)
		next, more, err := s.fill(r.Context(), a.patient, from.Place, p, cur.Count, time.Now().Add(reading))
		if err != nil {
			return nil, err
		}
		<-asked
		for _, ref := range by {
			s.store.Forget(r.Context(), ref, time.Now().Add(-s.Fresh))
		}
		now, err := s.admit(r, who, a, from.Release, &cur)
		if err != nil {
			return nil, err
		}
		for _, row := range p.rows { // as it was when the page was read
			if same, err := s.theirs(r.Context(), row.Resource); err != nil || !same {
				return nil, cmp.Or(err, error(changed()))
			}
		}
		if err := s.report(r.Context(), who, a.patient, p.strays); err != nil {
			return nil, err
		}
		if cur.At == 0 {
			cur.At = now
			if engines := p.clock.UnixMicro(); !p.clock.IsZero() && engines < now {
				cur.At = engines // what changes there from now on is later by its clock
			}
		}
		from.Place = next
		return s.pieces(r, who, a, p, cur, from, more)
	})
}

// ask has the engine asked meanwhile for what a page is decided by; done is closed when it has answered.
func (s *Relay) ask(ctx context.Context, by []ehrdesk.Ref) (done chan struct{}) {
	done = make(chan struct{})
	var asked sync.WaitGroup
	for _, ref := range by {
		asked.Go(func() { _ = s.store.Fetch(ctx, ref) }) // what does not come is asked for when it is decided
	}
	go func() {
		defer close(done)
		asked.Wait()
	}()
	return done
}

// prepare reads from the store alone what a page is made by, and whether there may be one.
func (s *Relay) prepare(r *http.Request, who *store.Account, a access, release string, p *page) (may bool, err error) {
	err = s.store.Read(s.alone(r).Context(), func(tx *store.Tx) error {
		p.who = s.person(tx, a.patient)
		if a.release {
			l, err := gate.LeaveOf(tx, who, a.patient, release)
			if c := tx.Consents.Last(a.patient, who.HCP); c != nil {
				p.by = ehrdesk.Ref{Resource: "Consent", ID: c.ID}
			}
			p.of = l.Scope(who)
			return err
		}
		known, given, err := gate.MayRead(tx, who, a.patient)
		if p.by = (ehrdesk.Ref{Resource: "Consent", ID: given.ID}); err == nil {
			p.of = store.Plainly(gate.Given(who, known, tx.Now))
			if known.Expected != 0 && !p.since.IsZero() && p.since.UnixMicro() <= known.Expected {
				p.since = time.Time{} // all that was there when records began to flow counts as changed then
			}
		}
		return err
	})
	if _, refused := refusal.As(err); refused {
		return false, nil
	}
	return err == nil, err
}

// refuse writes a refusal down. Where what was lacking has come meanwhile, it may be asked for again.
func (s *Relay) refuse(r *http.Request, who *store.Account, a access, release string, cur *rest.Cursor) error {
	if _, err := s.admit(r, who, a, release, cur); err != nil {
		return err
	}
	return changed()
}

// changed is the refusal of what was otherwise a moment ago.
func changed() *refusal.Error {
	return refusal.New(http.StatusServiceUnavailable, "", "This has changed just now: ask again.")
}

// admit decides on a page, with the consent as it stands at the engine, and writes it down either
// way. now is the instant of it.
func (s *Relay) admit(r *http.Request, who *store.Account, a access, release string, cur *rest.Cursor) (now int64, err error) {
	e := accesslog.Event{Action: ehrdesk.AuditRead, Who: who, Patient: a.patient, Access: cur.Access, What: a.what}
	if cur.Access == "" {
		cur.Access = uuid.NewString()
		e.ID = cur.Access
	}
	if !a.release {
		_, now, err = gate.Access(r.Context(), s.store, e)
		return now, err
	}
	err = s.store.Write(r.Context(), func(tx *store.Tx) (err error) {
		now, err = gate.Leaving(tx, e, release)
		return err
	})
	return now, err
}

// report writes down what the engine gave that is not plainly the patient's.
func (s *Relay) report(ctx context.Context, who *store.Account, patient string, strays []stray) error {
	if len(strays) == 0 {
		return nil
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		for _, g := range strays {
			reason := "a record that is not plainly the patient's"
			if g.others {
				reason = "another patient's record"
			}
			what := g.Resource + "/" + g.ID
			if g.ID == "" || g.Resource == "" {
				what = ""
			}
			accesslog.FoundUpstream(tx, who, patient, reason, what)
		}
		return nil
	})
}

// pieces are a page as it is sent: the engine's bytes, in a frame of ours.
func (s *Relay) pieces(r *http.Request, who *store.Account, a access, p *page, cur rest.Cursor, from at, more bool) ([][]byte, error) {
	base := s.rest.Base(r)
	out := make([][]byte, 0, 3+2*len(p.rows))
	frame := `{"resourceType":"Bundle","type":"searchset","timestamp":"` + rest.Instant(cur.At) + `"`
	if more {
		b, err := json.Marshal(from)
		if err != nil {
			return nil, err
		}
		cur.Search = string(b)
		next, err := s.rest.Seal(cur, who, a.where)
		if err != nil {
			return nil, err
		}
		frame += `,"link":[{"relation":"next","url":` + resource.Quote(base+a.path+"?page="+next) + `}]`
	}
	end := ""
	for i, r := range p.rows {
		if i == 0 {
			frame += `,"entry":[`
		}
		frame += end + `{"fullUrl":"` + base + "/" + r.Type + "/" + r.ID + `","resource":`
		out = append(out, []byte(frame), r.Bytes)
		frame, end = "", `,"search":{"mode":"match"}},`
		if r.linked {
			end = `,"search":{"mode":"include"}},`
		}
	}
	if len(p.rows) > 0 {
		frame = end[:len(end)-1] + "]"
	}
	return append(out, []byte(frame+"}")), nil
}
