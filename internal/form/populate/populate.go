// Package populate begins a form with what a record says: a small part of SDC's
// population, named in docs/forms.md. Each answer comes with the record that it was
// taken from, so that a screen can show it. It is pure: facts in, answers out.
//
// Source: HL7 Structured Data Capture 4.0.0-ballot, expression-based and
// observation-based population.
package populate

import (
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

// Facts are what a form can begin with.
type Facts struct {
	Patient ehrdesk.Patient
	User    User
	Records []ehrdesk.Record
	// Entry is the record that the form is about, nil for none, and EntryWords what it is called in a line.
	Entry      *ehrdesk.Record
	EntryWords string
}

// User is who fills the form in.
type User struct{ ID, Name string }

// Source says where an answer came from.
type Source struct {
	Place form.Place
	From  ehrdesk.Ref  // of a record or the patient; the zero Ref of a clock and of the user
	Date  ehrdesk.When // of that record
	Path  string       // the expression, or "observationLinkPeriod"
}

// Begin answers what the form says is to be taken from the record and nobody has
// answered. An answer that the item would not take is left out.
func Begin(a *form.Answers, in Facts, now time.Time) []Source {
	Know(a, in, now)
	b := beginning{a: a, in: &in, now: now, contexts: map[form.Place][]path.Node{}}
	a.Form().Each(func(it *form.Item) {
		if it.Populate.Context != "" {
			b.parts(it)
		}
	})
	for _, l := range a.Lines() {
		if l.Item.Type.Asks() && l.Value.IsZero() && l.Row == 0 && !l.Item.Closed && l.Item.Calculated == "" {
			b.line(l)
		}
	}
	return b.sources
}

// Know says what expressions may ask of besides the answers, and answers nothing: of a form that was begun before.
func Know(a *form.Answers, in Facts, now time.Time) {
	a.Know(form.Around{Patient: []path.Node{patientNode(in.Patient)}, User: []path.Node{userNode(in.User)}, Entry: entryNode(in.Entry, in.EntryWords), Now: now})
}

type beginning struct {
	a        *form.Answers
	in       *Facts
	now      time.Time
	contexts map[form.Place][]path.Node // what a row of a group is about
	sources  []Source
}

// parts gives a group a row for each thing that it is about.
func (b *beginning) parts(it *form.Item) {
	e, err := path.Parse(it.Populate.Context)
	if err != nil {
		return
	}
	for _, l := range b.a.Lines() {
		if l.Item != it || l.Row > 0 {
			continue
		}
		nodes, err := b.a.Find(e, it.Parent, l.Place, b.named(it.Parent, l.Place))
		if err != nil {
			continue
		}
		at := l.Place
		for i, n := range nodes {
			if i > 0 {
				var err error
				if at, err = b.a.Add(l.Place); err != nil {
					break // it is asked once, or as often as it may be
				}
			}
			b.contexts[at] = []path.Node{n}
		}
	}
}

// named finds what the parts that a place stands in are about.
func (b *beginning) named(it *form.Item, at form.Place) func(string) []path.Node {
	rows := strings.Split(at.Rows, ".")
	return func(name string) []path.Node {
		for p := it; p != nil; p = p.Parent {
			if p.Populate.Name == name && p.Depth < len(rows) {
				return b.contexts[form.Place{Link: p.Link, Rows: strings.Join(rows[:p.Depth+1], ".")}]
			}
		}
		return nil
	}
}

// line answers one question.
func (b *beginning) line(l form.Line) {
	it := l.Item
	if it.Populate.Expression != "" {
		b.expression(l)
	}
	if it.Populate.Period.Code != "" && b.a.Value(l.Place).IsZero() {
		if r, v, ok := newest(b.in.Records, it, b.now); ok {
			b.answer(l.Place, v, Source{From: r.Ref(), Date: r.Date, Path: "observationLinkPeriod"})
		}
	}
}

func (b *beginning) expression(l form.Line) {
	it := l.Item
	e, err := path.Parse(it.Populate.Expression)
	if err != nil {
		return
	}
	nodes, err := b.a.Find(e, it, l.Place, b.named(it, l.Place))
	if err != nil {
		return
	}
	var values []form.Value
	for _, n := range nodes {
		if v, ok := it.From(n); ok {
			values = append(values, v)
		}
	}
	if len(values) == 0 || len(values) > 1 && !it.Repeats { // of several nobody can say which
		return
	}
	src := Source{Path: it.Populate.Expression}
	if b.asksThePatient(it, e) {
		src.From = ehrdesk.Ref{Resource: "Patient", ID: b.in.Patient.ID}
	}
	if b.in.Entry != nil && slices.Contains(e.Names(), "entry") {
		src.From, src.Date = b.in.Entry.Ref(), b.in.Entry.Date
	}
	at := l.Place
	for i, v := range values {
		if i > 0 {
			if at, err = b.a.Add(l.Place); err != nil {
				return
			}
		}
		b.answer(at, v, src)
	}
}

// answer fills one place, where the item takes the value.
func (b *beginning) answer(at form.Place, v form.Value, src Source) {
	it, ok := b.a.Form().Item(at.Link)
	if !ok || !it.Takes(v) || b.a.Fill(at, v) != nil {
		return
	}
	src.Place = at
	b.sources = append(b.sources, src)
}

// asksThePatient reports an expression whose names lead to the patient.
func (b *beginning) asksThePatient(it *form.Item, e *path.Expr) bool {
	for _, name := range e.Names() {
		if name == "patient" {
			return true
		}
		for p := it; p != nil; p = p.Parent {
			if p.Populate.Name != name || p.Populate.Context == "" {
				continue
			}
			if c, err := path.Parse(p.Populate.Context); err == nil && b.asksThePatient(p.Parent, c) {
				return true
			}
		}
	}
	return false
}
