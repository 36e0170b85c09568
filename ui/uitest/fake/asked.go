package fake

import (
	"context"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
	"github.com/ehrdesk/ehrdesk/internal/form/populate"
)

func (w *written) prepare(id string, of prepared) {
	if w.prepared == nil {
		w.prepared = map[string]prepared{}
	}
	w.prepared[id] = of
}

// asked is what leaves of a form that is for the Office, or for the hospital that every record of others' is of.
func (s *session) asked(who ehrdesk.Patient, f *form.Form, a *form.Answers, d ehrdesk.Draft) ehrdesk.Deposit {
	r := ehrdesk.Request{ID: s.d.newID(), Kind: ehrdesk.RequestIncident, State: ehrdesk.RequestSent, Patient: who, To: ehrdesk.RequestParty{ID: ehrdesk.Office}}
	if f.To == form.ToContributor {
		r.Kind, r.To = ehrdesk.RequestQuery, ehrdesk.RequestParty{ID: "9000000001", Name: "Queen Mary Hospital"}
	}
	title, words := extract.Words(a, d.Filled.Language)
	r.Body.Letter = ehrdesk.Letter{Title: title, Text: words, Author: s.a.Name}
	for _, l := range a.Lines() {
		if resource, id, ok := strings.Cut(l.Value.Ref.Reference, "/"); ok && r.Body.About.ID == "" {
			r.Body.About = ehrdesk.Ref{Resource: resource, ID: id}
		}
	}
	return ehrdesk.Deposit{ID: r.ID, Patient: who, Request: &r, Digest: words}
}

// Query begins the form by which an entry is queried, where a test says that there is somebody to ask.
func (s *session) Query(ctx context.Context, patient string, ref ehrdesk.Ref, language string) (ehrdesk.Draft, error) {
	if err := s.d.call(ctx, "query"); err != nil {
		return ehrdesk.Draft{}, err
	}
	o, f, err := s.offer(ctx, "query-entry")
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	in := s.facts(patient)
	i := slices.IndexFunc(in.Records, func(r ehrdesk.Record) bool { return r.Ref() == ref })
	if i < 0 {
		return ehrdesk.Draft{}, ehrdesk.E("fake.query", ehrdesk.CodeNotFound, &ehrdesk.NoContributor{})
	}
	in.Entry, in.EntryWords = &in.Records[i], strings.TrimSpace(in.Records[i].Date.Date()+" "+in.Records[i].Title)
	a := form.New(f)
	populate.Begin(a, in, s.d.now())
	d := ehrdesk.Draft{ID: s.d.newID(), Kind: ehrdesk.DraftForm, Patient: patient, By: s.a.Staff, Made: s.d.now(), Changed: s.d.now(),
		Filled: &ehrdesk.Filled{Form: o.Name, Version: o.Version, Language: language, Response: a.Draft(form.Header{})}}
	s.d.Drafted = append([]ehrdesk.Draft{d}, s.d.Drafted...)
	return d, nil
}
