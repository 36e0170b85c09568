package form

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// ReadResponse takes a response to the form up again: a draft, or one that is to be
// amended. What it answers and the form does not ask is named in the third result, and
// is not in the answers. Errors: CodeInvalid for bytes that are no response,
// CodeConflict for one to another form.
func ReadResponse(f *Form, raw []byte) (*Answers, Header, []Unsupported, error) {
	const op = "form.draft"
	o, err := fhir.Parse(raw)
	if err != nil || o.Text("resourceType") != "QuestionnaireResponse" {
		return nil, Header{}, nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this is no QuestionnaireResponse")
	}
	url, _, _ := strings.Cut(o.Text("questionnaire"), "|")
	if url != f.URL {
		return nil, Header{}, nil, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this is a response to another form")
	}
	h := Header{ID: o.Text("id"), Status: Status(o.Text("status")), Language: o.Text("language")}
	for name, p := range map[string]*Pointer{"subject": &h.Subject, "encounter": &h.Encounter, "author": &h.Author, "source": &h.Source} {
		x := fhir.ObjectOf(o.Raw(name))
		*p = Pointer{x.Text("reference"), x.Text("type"), x.Line("display")}
	}
	h.Authored, _ = ehrdesk.ParseWhen(o.Text("authored")) // the zero When where it says none
	r := responseReader{}
	a := &Answers{form: f, top: emptyPart(f.Items)}
	r.items(o.Raw("item"), &a.top)
	a.settle()
	return a, h, r.left, nil
}

// ResponseTo is the URL of the form that a response answers, without its version; "" where it says none.
func ResponseTo(raw []byte) string {
	o, err := fhir.Parse(raw)
	if err != nil || o.Text("resourceType") != "QuestionnaireResponse" {
		return ""
	}
	url, _, _ := strings.Cut(o.Text("questionnaire"), "|")
	return url
}

// emptyPart is a part in which nothing is answered, also not what the form would begin
// with.
func emptyPart(items []*Item) part {
	p := part{make([]entry, len(items))}
	for i, it := range items {
		p.entries[i] = entry{it, []row{{inside: emptyPart(it.Items)}}}
	}
	return p
}

type responseReader struct{ left []Unsupported }

func (r *responseReader) say(link, what string, why Reason) {
	r.left = append(r.left, Unsupported{ehrdesk.CleanLine(link), what, why, NotUsed})
}

// items reads the items of a part into it.
func (r *responseReader) items(v fhir.Value, p *part) {
	begun := map[*entry]bool{}
	fhir.Each(v, func(e fhir.Value) {
		o := fhir.ObjectOf(e)
		link := o.Text("linkId")
		for i := range p.entries {
			x := &p.entries[i]
			if x.item.Link != link {
				continue
			}
			if x.item.Type == Display {
				return
			}
			r.item(o, x, begun[x])
			begun[x] = true
			return
		}
		r.say(link, "item", NoQuestion)
	})
}

// item reads one item into its rows.
func (r *responseReader) item(o fhir.Object, e *entry, begun bool) {
	it := e.item
	if begun && (!it.Repeats || len(e.rows) >= maxRows) {
		r.say(it.Link, "item", TooMuch)
		return
	}
	if begun {
		e.rows = append(e.rows, row{inside: emptyPart(it.Items)})
	}
	if it.Type == Group {
		r.items(o.Raw("item"), &e.rows[len(e.rows)-1].inside)
		return
	}
	first := true
	fhir.Each(o.Raw("answer"), func(v fhir.Value) {
		x := fhir.ObjectOf(v)
		got, ok := valueOf(x, "value")
		if !ok {
			got, ok = it.halfTyped(x)
		}
		switch {
		case !ok || !it.accepts(got.Kind):
			r.say(it.Link, "answer", Contradicts)
			return
		case !first && !it.Repeats || len(e.rows) >= maxRows:
			r.say(it.Link, "answer", TooMuch)
			return
		}
		if !first {
			e.rows = append(e.rows, row{inside: emptyPart(it.Items)})
		}
		first = false
		last := &e.rows[len(e.rows)-1]
		last.value = cleaned(got)
		r.items(x.Raw("item"), &last.inside)
	})
}

// halfTyped is what a draft holds of an answer that is none yet.
func (it *Item) halfTyped(o fhir.Object) (v Value, ok bool) {
	fhir.Each(o.Raw("extension"), func(e fhir.Value) {
		if fhir.TextAt(e, "url") == Typed {
			v, ok = Value{Kind: it.Type.Kind(), Text: fhir.TextAt(e, "valueString")}, true
		}
	})
	return v, ok
}

// Equal reports the same answers in the same order, rows without an answer aside.
func (a *Answers) Equal(b *Answers) bool {
	return a.form == b.form && string(a.Draft(Header{})) == string(b.Draft(Header{}))
}
