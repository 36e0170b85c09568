package ips

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// MostBytes is how long a document may be that somebody brings: a hundred times a usual one.
const MostBytes = 8 << 20

// Bounds of a document that is read.
const (
	mostRead     = 5000 // entries
	mostSections = 100
	deepest      = 4 // sections within sections
)

// Brought is a summary that somebody brings, read. Nothing of it has been verified: who made it, of whom, and whether it was changed.
type Brought struct {
	Title    string
	Made     ehrdesk.When // the document's date
	Patient  ehrdesk.Patient
	Authors  []string
	Text     string // the narrative of the whole
	Sections []BroughtSection
	Summary  bool // it says that it is a patient summary (LOINC 60591-5), and no other document
	Lost     int  // entries that cannot be read, and references that lead nowhere
}

// BroughtSection is a section of one. Every word of it is clean for a terminal.
type BroughtSection struct {
	Title, Code string
	Depth       int
	Text        string // its narrative
	Empty       string // why it has no entry, as it says
	Entries     []BroughtEntry
}

// BroughtEntry is a record of one: what a list says of it, and all that it says.
type BroughtEntry struct {
	Record   ehrdesk.Record
	Elements []ehrdesk.Element
}

func refused(format string, args ...any) error {
	return ehrdesk.Errorf("view", ehrdesk.CodeInvalid, format, args...)
}

// Read reads a document: a FHIR R4 Bundle of type document whose first entry is a Composition. Errors: CodeInvalid, which names
// what it is instead by FHIR's own word.
func Read(raw []byte, now time.Time) (Brought, error) {
	raw = bytes.TrimPrefix(bytes.TrimSpace(raw), []byte("\xef\xbb\xbf"))
	if len(raw) > MostBytes {
		return Brought{}, refused("the document is longer than %d MiB", MostBytes>>20)
	}
	if len(raw) == 0 {
		return Brought{}, refused("there is nothing in it")
	}
	if raw[0] == '<' {
		return Brought{}, refused("this is XML or HTML: a summary is read as JSON")
	}
	b, err := fhir.ParseBundle(raw)
	if err != nil {
		if o, e := fhir.Parse(raw); e == nil && fhir.ValidType(o.Text("resourceType")) && o.Text("resourceType") != "Bundle" {
			return Brought{}, refused("this is a FHIR resource of type %s, and no document", o.Text("resourceType"))
		}
		return Brought{}, refused("this is no FHIR R4 document in JSON, or it is damaged")
	}
	switch {
	case b.Type != "document" && fhir.ValidType("B"+b.Type): // a word of FHIR's alphabet
		return Brought{}, refused("this is a Bundle of type %s, and no document", b.Type)
	case b.Type != "document":
		return Brought{}, refused("this is a Bundle of another type, and no document")
	case len(b.Entries) == 0:
		return Brought{}, refused("the document has no entry")
	case len(b.Entries) > mostRead:
		return Brought{}, refused("the document has more than %d entries", mostRead)
	case b.Entries[0].Resource.Type != "Composition" || b.Entries[0].Fault != nil && b.Entries[0].Fault.Reason != ehrdesk.AsideID:
		return Brought{}, refused("the document does not begin with a Composition")
	}
	r := reader{now: now, at: map[string]int{}}
	return r.document(b.Entries)
}

// reader is one document being read.
type reader struct {
	now     time.Time
	entries []fhir.Entry
	refs    map[string]string // fullUrl: Type/id within the document
	at      map[string]int    // Type/id: which entry
	read    map[int]*BroughtEntry
	lost    int
}

func (r *reader) document(entries []fhir.Entry) (Brought, error) {
	r.entries, r.refs, r.read = entries, map[string]string{}, map[int]*BroughtEntry{}
	for i := range entries {
		res := &entries[i].Resource
		id := res.ID
		if id == "" {
			id = "entry-" + strconv.Itoa(i)
		}
		name := res.Type + "/" + id
		if _, twice := r.at[name]; twice {
			r.lost++ // which of them is meant nobody can say
			continue
		}
		r.at[name] = i
		if u := entries[i].FullURL; u != "" {
			if _, twice := r.refs[u]; !twice {
				r.refs[u] = name
			}
		}
	}
	c, err := fhir.Parse(entries[0].Resource.Bytes)
	if err != nil {
		return Brought{}, refused("the document's Composition is not well formed")
	}
	out := Brought{Title: c.Line("title"), Made: c.When("date"), Text: narrativeOf(c)}
	fhir.Each(fhir.ObjectOf(c.Raw("type")).Raw("coding"), func(v fhir.Value) {
		out.Summary = out.Summary || fhir.TextAt(v, "code") == "60591-5"
	})
	subject, ok := r.find(fhir.TextAt(c.Raw("subject"), "reference"))
	if !ok || entries[subject].Resource.Type != "Patient" {
		return Brought{}, refused("the document does not say of whom it is: its subject is no Patient in it")
	}
	who, err := fhir.Parse(entries[subject].Resource.Bytes)
	if err != nil {
		return Brought{}, refused("the document's Patient is not well formed")
	}
	out.Patient = fhir.PatientOf(who, r.now)
	fhir.Each(c.Raw("author"), func(v fhir.Value) { out.Authors = append(out.Authors, r.author(v)) })
	r.sections(&out, c.Raw("section"), 0)
	out.Lost = r.lost
	return out, nil
}

func narrativeOf(o fhir.Object) string {
	return ehrdesk.CleanText(fhir.Narrative(fhir.TextAt(o.Raw("text"), "div")))
}

// author is what an author is called: by the reference, or by what that leads to.
func (r *reader) author(v fhir.Value) string {
	if said := ehrdesk.CleanLine(fhir.TextAt(v, "display")); said != "" {
		return said
	}
	i, ok := r.find(fhir.TextAt(v, "reference"))
	if !ok {
		return "not named"
	}
	if e := r.entry(i); e != nil && e.Record.Title != "" {
		return e.Record.Title
	}
	return r.entries[i].Resource.Type
}

func (r *reader) sections(out *Brought, v fhir.Value, depth int) {
	if depth >= deepest {
		return
	}
	fhir.Each(v, func(v fhir.Value) {
		if len(out.Sections) >= mostSections {
			r.lost++
			return
		}
		o := fhir.ObjectOf(v)
		s := BroughtSection{Title: o.Line("title"), Depth: depth, Text: narrativeOf(o), Empty: reason(o.Raw("emptyReason"))}
		fhir.Each(fhir.ObjectOf(o.Raw("code")).Raw("coding"), func(v fhir.Value) {
			if s.Code == "" {
				s.Code = ehrdesk.CleanLine(fhir.TextAt(v, "code"))
			}
		})
		fhir.Each(o.Raw("entry"), func(v fhir.Value) {
			i, ok := r.find(fhir.TextAt(v, "reference"))
			if !ok {
				r.lost++
				return
			}
			if e := r.entry(i); e != nil {
				s.Entries = append(s.Entries, *e)
			} else {
				r.lost++
			}
		})
		out.Sections = append(out.Sections, s)
		r.sections(out, o.Raw("section"), depth+1)
	})
}

// reason is why a section is empty, as the document says.
func reason(v fhir.Value) string {
	o := fhir.ObjectOf(v)
	said := o.Line("text")
	fhir.Each(o.Raw("coding"), func(v fhir.Value) {
		for _, name := range [...]string{"display", "code"} {
			if said == "" {
				said = ehrdesk.CleanLine(fhir.TextAt(v, name))
			}
		}
	})
	return said
}

// find is the entry that a reference leads to: by the entry's full address, else by type and id, whatever server it was of.
func (r *reader) find(ref string) (int, bool) {
	ref, _, _ = strings.Cut(ref, "/_history/")
	if name, ok := r.refs[ref]; ok {
		ref = name
	} else if parts := strings.Split(ref, "/"); len(parts) > 2 {
		ref = strings.Join(parts[len(parts)-2:], "/")
	}
	i, ok := r.at[ref]
	return i, ok
}

// entry reads an entry, once; nil where it cannot be read.
func (r *reader) entry(i int) *BroughtEntry {
	if e, done := r.read[i]; done {
		return e
	}
	r.read[i] = nil // of what refers to itself there is nothing yet
	res := &r.entries[i].Resource
	id := res.ID
	if id == "" {
		id = "entry-" + strconv.Itoa(i)
	}
	if res.Bytes == nil {
		return nil
	}
	body, err := fhir.Renamed(res.Bytes, id, r.refs)
	if err != nil {
		return nil
	}
	whole, err := fhir.Read(body)
	if err != nil {
		return nil
	}
	rec, links := whole.Project()
	if e := r.named(links.Medication); e != nil {
		links.Name(&rec, fhir.NameOf(&e.Record))
	}
	for _, ref := range links.Sources {
		if e := r.named(ref); e != nil && rec.Source == "" {
			rec.Source = e.Record.Title
		}
	}
	elements, err := fhir.Elements(bytes.NewReader(res.Bytes))
	if err != nil {
		return nil
	}
	e := &BroughtEntry{rec, slices.Clip(elements)}
	r.read[i] = e
	return e
}

func (r *reader) named(ref ehrdesk.Ref) *BroughtEntry {
	if i, ok := r.at[ref.String()]; ok && ref.ID != "" {
		return r.entry(i)
	}
	return nil
}
