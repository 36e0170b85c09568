package relay

import (
	"context"
	"net/http"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// wholeWithin is how long a whole list may take where it is given in one answer.
const wholeWithin = 2 * time.Minute

// each reads a patient's whole list, a page in memory at a time. One that was written into meanwhile,
// as by the gate that tells of an access, is begun again once: begin is where fn begins.
func (s *Relay) each(ctx context.Context, p *page, patient string, begin func(), fn func(*page)) error {
	ctx, stop := context.WithTimeout(ctx, wholeWithin)
	defer stop()
	begin()
	fresh := *p
	err := s.eachOnce(ctx, p, patient, fn)
	if engine.Expired(err) {
		begin()
		*p = fresh
		p.had = map[ehrdesk.Ref]bool{}
		if err = s.eachOnce(ctx, p, patient, fn); engine.Expired(err) {
			return engine.Strange() // it is not what is written meanwhile
		}
	}
	return err
}

func (s *Relay) eachOnce(ctx context.Context, p *page, patient string, fn func(*page)) error {
	for at, more := (engine.Place{}), true; more; {
		p.rows, p.size, p.shared = p.rows[:0], 0, map[ehrdesk.Ref]*fhir.Entry{}
		var err error
		if at, more, err = s.fill(ctx, patient, at, p, countPage, time.Now().Add(wholeWithin)); err != nil {
			return err
		}
		fn(p)
	}
	return nil
}

// Counts are how many records a patient has at the engine, by kind, without and with a
// restricting label, which types it cannot be asked for, and of which kinds there are more than are given.
func (s *Relay) Counts(ctx context.Context, patient string) (map[ehrdesk.Kind]store.Tally, error) {
	p := &page{bare: true, had: map[ehrdesk.Ref]bool{}, shared: map[ehrdesk.Ref]*fhir.Entry{}, of: store.Scope{Both: ehrdesk.Kinds()}}
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		p.who = s.person(tx, patient)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out map[ehrdesk.Kind]store.Tally
	err = s.each(ctx, p, patient, func() { out = map[ehrdesk.Kind]store.Tally{} }, func(p *page) {
		for _, r := range p.rows {
			k := r.Place().Kind
			t := out[k]
			if r.Labelled() {
				t.Labelled++
			} else {
				t.Plain++
			}
			out[k] = t
		}
	})
	for _, g := range p.strays {
		for _, k := range g.kinds {
			t := out[k]
			t.LeftOut = true
			out[k] = t
		}
	}
	for _, kind := range s.engine.Unasked() {
		for _, k := range ehrdesk.KindsOf(kind) {
			t := out[k]
			t.Unasked = append(t.Unasked, kind)
			out[k] = t
		}
	}
	return out, err
}

// present names the records that the engine has of a patient's, of those that who is given: what
// a desk has beside is withdrawn, or is no longer for it. An engine that keeps the records does
// not tell in one way what it has deleted.
func (s *Relay) present(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.PathValue("id")
	a := access{patient: id, what: "$present"}
	p := &page{had: map[ehrdesk.Ref]bool{}, shared: map[ehrdesk.Ref]*fhir.Entry{}}
	if may, err := s.prepare(r, who, a, "", p); err != nil {
		return err
	} else if !may {
		return s.refuse(r, who, a, "", &rest.Cursor{})
	}
	return s.rest.Page(w, r, who, func() ([]byte, error) {
		var parts rest.List
		err := s.each(r.Context(), p, id, func() { parts = nil }, func(p *page) {
			for _, r := range p.rows {
				parts = append(parts, rest.Param("record", "valueString", r.Type+"/"+r.ID))
			}
		})
		if err != nil {
			return nil, err
		}
		now, err := s.admit(r, who, a, "", &rest.Cursor{})
		if err != nil {
			return nil, err
		}
		if !p.clock.IsZero() {
			now = min(now, p.clock.UnixMicro())
		}
		return json.Marshal(rest.Parameters(append(parts, rest.Param("asOf", "valueInstant", rest.Instant(now)))...))
	})
}

// person is who a patient is to whoever judges whose a record is.
func (s *Relay) person(tx *store.Tx, patient string) fhir.Person {
	who := fhir.Person{ID: patient, Base: s.engine.URL + "/", Called: s.called()}
	for _, n := range tx.Participants.Numbers(patient) {
		who.Know([]fhir.Identifier{{System: n.System, Value: n.Value}})
	}
	return who
}

// called are the engine's names of the systems of personal numbers, where they are not ours.
func (s *Relay) called() map[string]string {
	out := map[string]string{}
	for theirs, ours := range map[string]string{s.engine.HKIC: ehrdesk.SystemHKIC, s.engine.EHR: ehrdesk.SystemEHR} {
		if theirs != "" && theirs != ours {
			out[theirs] = ours
		}
	}
	return out
}
