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
	b := beginning{a: a, in: &in, now: now, contexts: map[form.Place][]path.Node{}}
	a.Form().Each(func(it *form.Item) {
		if it.Populate.Context != "" {
			b.parts(it)
		}
	})
	for _, l := range a.Lines() {
		if l.Item.Type.Asks() && l.Value.IsZero() && l.Row == 0 && !l.Item.Closed {
			b.line(l)
		}
	}
	return b.sources
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
		nodes := e.Of(b.named(e.Name, it.Parent, l.Place))
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

// named is what an expression's name stands for at a place.
func (b *beginning) named(name string, it *form.Item, at form.Place) []path.Node {
	switch name {
	case "patient":
		return []path.Node{patientNode(b.in.Patient)}
	case "user", "practitioner":
		return []path.Node{userNode(b.in.User)}
	case "resource":
		return []path.Node{responseNode(b.a)}
	}
	rows := strings.Split(at.Rows, ".")
	for ; it != nil; it = it.Parent {
		if it.Populate.Name == name && it.Depth < len(rows) {
			return b.contexts[form.Place{Link: it.Link, Rows: strings.Join(rows[:it.Depth+1], ".")}]
		}
	}
	return nil
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
	src := Source{Path: it.Populate.Expression}
	if e.Name == "" {
		b.answer(l.Place, clock(it, e, b.now), src)
		return
	}
	var values []form.Value
	for _, n := range e.Of(b.named(e.Name, it, l.Place)) {
		if v, ok := valueOf(it, n); ok {
			values = append(values, v)
		}
	}
	if len(values) == 0 || len(values) > 1 && !it.Repeats { // of several nobody can say which
		return
	}
	if e.Name != "user" && e.Name != "practitioner" && e.Name != "resource" {
		src.From = ehrdesk.Ref{Resource: "Patient", ID: b.in.Patient.ID}
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

// clock is today() or now() as the item's type has it.
func clock(it *form.Item, e path.Expr, now time.Time) form.Value {
	t := e.At(now)
	switch {
	case it.Type == form.DateTime && e.Now:
		return form.Value{Kind: form.IsDateTime, Text: t.Format(time.RFC3339)}
	case it.Type == form.Time && e.Now:
		return form.Value{Kind: form.IsTime, Text: t.Format(time.TimeOnly)}
	case it.Type == form.DateTime || it.Type == form.Date:
		return form.Value{Kind: it.Type.Kind(), Text: t.Format(time.DateOnly)}
	}
	return form.Value{}
}

// valueOf is what stands at the end of a way, as an answer to the item.
func valueOf(it *form.Item, n path.Node) (form.Value, bool) {
	if it.Type == form.Choice {
		for i := range it.Options {
			if o := it.Options[i].Value; o.Kind == form.IsCoding && o.Coding.Code == n.Text || o.Kind == form.IsString && o.Text == n.Text {
				return o, n.Text != ""
			}
		}
		return form.Value{Kind: form.IsString, Text: n.Text}, it.Open && n.Text != ""
	}
	v := form.Value{Kind: it.Type.Kind(), Text: n.Text}
	scalar := slices.Contains([]form.Kind{form.IsString, form.IsDate, form.IsDateTime, form.IsBoolean, form.IsURI}, v.Kind)
	return v, scalar && n.Text != ""
}
