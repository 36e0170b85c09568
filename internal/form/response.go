package form

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form/wire"
)

// Status is how far a response has come, in FHIR's word.
type Status string

// The statuses.
const (
	InProgress Status = "in-progress"
	Completed  Status = "completed"
	Amended    Status = "amended"
)

// Header is what a response says beside the answers.
type Header struct {
	ID        string
	Status    Status
	Language  string // BCP 47: in which it was answered, "" where that is not known
	Subject   Pointer
	Encounter Pointer
	Author    Pointer
	Source    Pointer // who answered, where that is not the author
	Authored  ehrdesk.When
}

// Typed is our extension for what somebody has typed so far and what is no answer yet:
// "12." where a number is asked for. It stands in drafts alone.
const Typed = "urn:ehrdesk:form:typed"

// Response is the QuestionnaireResponse that leaves: what is asked and answered, R4,
// its elements in FHIR's order. It does not ask Check; an answer that FHIR's types do
// not allow is left out.
func (a *Answers) Response(h Header) []byte { return a.response(h, false) }

// Draft is the response with all that was entered, asked for or not, valid or not, to be
// taken up again.
func (a *Answers) Draft(h Header) []byte {
	h.Status = InProgress
	return a.response(h, true)
}

func (a *Answers) response(h Header, draft bool) []byte {
	var o wire.Object
	o.Text("resourceType", "QuestionnaireResponse")
	o.Text("id", h.ID)
	o.Text("language", h.Language)
	if !draft {
		a.form.called(&o, h.Language)
	}
	o.Text("questionnaire", a.form.Canonical())
	o.Text("status", string(h.Status))
	pointer(&o, "subject", h.Subject)
	pointer(&o, "encounter", h.Encounter)
	o.Text("authored", h.Authored.String())
	pointer(&o, "author", h.Author)
	pointer(&o, "source", h.Source)
	a.items(&o, &a.top, "", draft)
	return o.Bytes()
}

// Called is our extension for what a form is called: a response has its URL alone. The standard's own place, the extension display
// beside the canonical, HL7's JSON schema of R4 refuses.
const Called = "urn:ehrdesk:form:called"

func (f *Form) called(o *wire.Object, language string) {
	title := f.Title.Said
	if language != "" {
		title = f.Title.In(language)
	}
	if title == "" {
		return
	}
	o.List("extension", 1, func(_ int, x *wire.Object) {
		x.Text("url", Called)
		x.Text("valueString", title)
	})
}

// Canonical is the form's URL with its version.
func (f *Form) Canonical() string {
	if f.URL != "" && f.Version != "" {
		return f.URL + "|" + f.Version
	}
	return f.URL
}

func pointer(o *wire.Object, name string, p Pointer) {
	o.Object(name, func(in *wire.Object) { pointerMembers(in, p) })
}

func pointerMembers(o *wire.Object, p Pointer) {
	o.Text("reference", p.Reference)
	o.Text("type", p.Type)
	o.Text("display", p.Display)
}

// items writes what stands in a part: a group once a row, a question once with an
// answer a row.
func (a *Answers) items(o *wire.Object, p *part, rows string, draft bool) {
	type at struct {
		e *entry
		n int // the row of a group; -1 for a question with all its rows
	}
	var list []at
	for i := range p.entries {
		e := &p.entries[i]
		switch {
		case e.item.Type == Display || !draft && !a.Enabled(Place{e.item.Link, below(rows, 0)}):
		case e.item.Type == Group:
			for n := range e.rows {
				list = append(list, at{e, n})
			}
		default:
			list = append(list, at{e, -1})
		}
	}
	o.List("item", len(list), func(i int, in *wire.Object) {
		var inside wire.Object
		e, n := list[i].e, list[i].n
		if n >= 0 {
			a.items(&inside, &e.rows[n].inside, below(rows, n), draft)
		} else {
			a.answers(&inside, e, rows, draft)
		}
		if inside.Bytes() == nil {
			return
		}
		in.Text("linkId", e.item.Link)
		in.Text("definition", e.item.Definition)
		in.Text("text", e.item.Text.Said)
		in.Join(&inside)
	})
}

// answers writes the rows of a question that have an answer.
func (a *Answers) answers(o *wire.Object, e *entry, rows string, draft bool) {
	o.List("answer", len(e.rows), func(n int, in *wire.Object) {
		r := &e.rows[n]
		switch {
		case e.item.typed(r.value):
			value(in, "value", r.value)
		case draft && !r.value.IsZero():
			in.List("extension", 1, func(_ int, x *wire.Object) {
				x.Text("url", Typed)
				x.Text("valueString", r.value.Text)
			})
		default:
			return
		}
		a.items(in, &r.inside, below(rows, n), draft)
	})
}

// value writes a value[x].
func value(o *wire.Object, prefix string, v Value) {
	name := prefix + v.Kind.suffix()
	switch v.Kind {
	case IsBoolean, IsDecimal, IsInteger:
		o.Raw(name, []byte(v.Text))
	case IsDate, IsDateTime, IsTime, IsString, IsURI:
		o.Text(name, v.Text)
	case IsCoding:
		o.Object(name, func(in *wire.Object) { wire.Coding(in, v.Coding) })
	case IsAttachment:
		o.Object(name, func(in *wire.Object) { Attach(in, v.File) })
	case IsReference:
		o.Object(name, func(in *wire.Object) { pointerMembers(in, v.Ref) })
	case IsQuantity:
		o.Object(name, func(in *wire.Object) { Measure(in, v) })
	case NoValue:
	}
}

// Attach puts the members of an Attachment.
func Attach(o *wire.Object, f File) {
	o.Text("contentType", f.Type)
	o.Text("language", f.Language)
	o.Text("data", f.Data)
	o.Text("url", f.URL)
	o.Raw("size", []byte(f.Size))
	o.Text("hash", f.Hash)
	o.Text("title", f.Title)
	o.Text("creation", f.Created)
}

// Measure puts the members of a Quantity.
func Measure(o *wire.Object, v Value) {
	o.Raw("value", []byte(v.Text))
	o.Text("comparator", v.Compares)
	o.Text("unit", v.Unit.Display)
	o.Text("system", v.Unit.System)
	o.Text("code", v.Unit.Code)
}
