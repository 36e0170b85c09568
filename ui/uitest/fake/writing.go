package fake

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
	"github.com/ehrdesk/ehrdesk/internal/form/forms"
	"github.com/ehrdesk/ehrdesk/internal/form/populate"
)

// written is what a test has had written: what was prepared, what became of it, and what waits for a second person.
type written struct {
	prepared map[string]prepared // by the deposit's id
	receipts []ehrdesk.DepositReceipt
	waiting  []approval
	ids      int
}

// prepared is the draft that a deposit was made of, or what it withdraws.
type prepared struct {
	draft    string
	approval bool
	form     string
	title    ehrdesk.LocalName
	why      ehrdesk.WithdrawalWhy
	corrects string // the response that this becomes a version of
}

type approval struct {
	ehrdesk.Approval
	patient string
	draft   ehrdesk.Draft
}

func (d *Desk) newID() string {
	d.wrote.ids++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", d.wrote.ids)
}

// Forms are those of every desk, and before them those that a test gives.
func (s *session) Forms(ctx context.Context) ([]ehrdesk.FormOffer, error) {
	out := slices.Clone(s.d.SiteForms)
	for _, name := range forms.Names() {
		raw, err := forms.Raw(name)
		if err != nil {
			return nil, err
		}
		f, err := form.Read(raw, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, ehrdesk.FormOffer{Name: name, URL: f.URL, Version: f.Version, Raw: raw,
			Title: ehrdesk.LocalName{English: f.Title.In("en"), Hant: f.Title.In("zh-Hant"), Hans: f.Title.In("zh-Hans")}})
	}
	for i := range out {
		out[i].Second = slices.Contains(s.d.Second, out[i].Name)
	}
	return out, s.d.call(ctx, "forms")
}

func (s *session) offer(ctx context.Context, name string) (ehrdesk.FormOffer, *form.Form, error) {
	all, err := s.Forms(ctx)
	if err != nil {
		return ehrdesk.FormOffer{}, nil, err
	}
	for _, o := range all {
		if o.Name == name {
			f, err := form.Read(o.Raw, nil)
			return o, f, err
		}
	}
	return ehrdesk.FormOffer{}, nil, ehrdesk.E("fake.form", ehrdesk.CodeNotFound, nil)
}

func (s *session) facts(patient string) populate.Facts {
	in := populate.Facts{User: populate.User{ID: s.a.Staff, Name: s.a.Name}}
	if p := s.d.patients[patient]; p != nil {
		in.Patient, in.Records = p.patient, p.records
	}
	return in
}

// BeginWriting begins a form with what the record says.
func (s *session) BeginWriting(ctx context.Context, patient, name, language string) (ehrdesk.Draft, error) {
	if err := s.d.call(ctx, "begin-writing"); err != nil {
		return ehrdesk.Draft{}, err
	}
	o, f, err := s.offer(ctx, name)
	if err != nil {
		return ehrdesk.Draft{}, err
	}
	a := form.New(f)
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	filled := &ehrdesk.Filled{Form: name, Version: o.Version, Language: language}
	for _, from := range populate.Begin(a, s.facts(patient), s.d.now()) {
		if from.From != (ehrdesk.Ref{}) {
			filled.Began = append(filled.Began, ehrdesk.BeganWith{Link: from.Place.Link, Rows: from.Place.Rows, Record: from.From})
		}
	}
	filled.Response = a.Draft(form.Header{})
	d := ehrdesk.Draft{ID: s.d.newID(), Kind: ehrdesk.DraftForm, Patient: patient, By: s.a.Staff, Made: s.d.now(), Changed: s.d.now(), Filled: filled}
	s.d.Drafted = append([]ehrdesk.Draft{d}, s.d.Drafted...)
	return d, nil
}

// KeepWriting keeps what was entered.
func (s *session) KeepWriting(ctx context.Context, patient string, d ehrdesk.Draft) error {
	if err := s.d.call(ctx, "keep-writing"); err != nil {
		return err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	i := slices.IndexFunc(s.d.Drafted, func(x ehrdesk.Draft) bool { return x.ID == d.ID && x.Patient == patient })
	if i < 0 {
		return ehrdesk.E("fake.keep", ehrdesk.CodeConflict, nil)
	}
	d.Changed = s.d.now()
	s.d.Drafted[i] = d
	return nil
}

func (s *session) draft(id string) (ehrdesk.Draft, bool) {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	i := slices.IndexFunc(s.d.Drafted, func(x ehrdesk.Draft) bool { return x.ID == id })
	if i < 0 {
		return ehrdesk.Draft{}, false
	}
	return s.d.Drafted[i], true
}

// PreviewWriting makes the records of a draft.
func (s *session) PreviewWriting(ctx context.Context, patient, id string) (ehrdesk.Deposit, error) {
	if err := s.d.call(ctx, "preview-writing"); err != nil {
		return ehrdesk.Deposit{}, err
	}
	d, ok := s.draft(id)
	if !ok {
		return ehrdesk.Deposit{}, ehrdesk.E("fake.preview", ehrdesk.CodeConflict, nil)
	}
	o, f, err := s.offer(ctx, d.Filled.Form)
	if err != nil {
		return ehrdesk.Deposit{}, err
	}
	a, _, _, err := form.ReadResponse(f, d.Filled.Response)
	if err != nil {
		return ehrdesk.Deposit{}, err
	}
	populate.Know(a, s.facts(patient), s.d.now())
	if wrong := a.Check(); len(wrong) > 0 {
		return ehrdesk.Deposit{}, ehrdesk.E("fake.preview", ehrdesk.CodeInvalid, &ehrdesk.NotComplete{Problems: len(wrong)})
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	who := s.d.patients[patient]
	h := form.Header{ID: cmp.Or(d.Filled.Corrects.ID, s.d.newID()), Status: form.Completed, Subject: form.Pointer{Reference: "Patient/" + patient},
		Author: form.Pointer{Reference: "Practitioner/" + s.a.Staff, Display: s.a.Name}, Authored: ehrdesk.At(s.d.now()), Language: d.Filled.Language}
	if d.Filled.Corrects.ID != "" {
		h.Status = form.Amended
	}
	if f.To.Asks() {
		out := s.asked(who.patient, f, a, d)
		s.d.wrote.prepare(out.ID, prepared{draft: d.ID, approval: f.Approval || o.Second, form: o.Name, title: o.Title})
		out.Form, out.Title, out.Approval = o.Name, o.Title, f.Approval || o.Second
		return out, nil
	}
	made, _ := extract.Records(a, extract.Given{Header: h, NewID: s.d.newID, Language: d.Filled.Language})
	bodies := [][]byte{a.Response(h)}
	for _, r := range made {
		bodies = append(bodies, r.JSON)
	}
	if d.Filled.Corrects.ID != "" { // a record that the form no longer makes
		bodies = append(bodies, withdrawn("former", patient))
	}
	return s.prepare(who.patient, bodies, prepared{draft: d.ID, approval: f.Approval || o.Second, form: o.Name, title: o.Title, corrects: d.Filled.Corrects.ID})
}

// Records are those of a patient's record.
func (d *Desk) Records(patient string) []ehrdesk.Record {
	if p := d.patients[patient]; p != nil {
		return slices.Clone(p.records)
	}
	return nil
}
