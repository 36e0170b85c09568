package fhir

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// What elements of any type are read into by their shape: reasons, sites, notes, and the
// others, which are people, places, times and related records by what they hold.

// reasons are concepts, or references whose display says the reason.
func (rd *reading) reasons(f *ehrdesk.Facts, name string, v jsontext.Value) {
	Each(v, func(e jsontext.Value) {
		if isReference(e) {
			rd.related(f, name, e)
			return
		}
		if c := rd.concept(e); !c.IsZero() && rd.room(len(f.Reasons)) {
			f.Reasons = append(f.Reasons, c)
		}
	})
}

// sites are where in the body: directly, in a specimen's collection, in the
// series of a study, in a lens of a prescription.
func (rd *reading) sites(f *ehrdesk.Facts, name string, v jsontext.Value) {
	Each(v, func(e jsontext.Value) {
		o := ObjectOf(e)
		switch {
		case name == "collection" || name == "series":
			for _, inner := range [...]string{"bodySite", "laterality"} {
				if named(o.Raw(inner)) {
					rd.sites(f, inner, o.Raw(inner))
				}
			}
			if name == "series" {
				f.Parts = appendNew(rd, f.Parts, rd.concepts(o.Raw("modality"))...)
			}
		case name == "lensSpecification":
			if eye := rd.line(o.Raw("eye")); eye != "" {
				f.Sites = appendNew(rd, f.Sites, ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: eye}}})
			}
		case isReference(e) || o.Has("location"):
			rd.related(f, name, e)
		default:
			f.Sites = appendNew(rd, f.Sites, rd.concepts(e)...)
		}
	})
}

// appendNew adds what is not there yet: the series of a study repeat their site.
func appendNew(rd *reading, list []ehrdesk.Concept, add ...ehrdesk.Concept) []ehrdesk.Concept {
	for _, c := range add {
		same := func(o ehrdesk.Concept) bool { return o.Text == c.Text && slices.Equal(o.Codings, c.Codings) }
		if !slices.ContainsFunc(list, same) && rd.room(len(list)) {
			list = append(list, c)
		}
	}
	return list
}

// maxNotes is as many notes as the facts can count.
const maxNotes = 1 << 20

// notes counts annotations, and keeps the first one's words.
func (rd *reading) notes(f *ehrdesk.Facts, v jsontext.Value) {
	Each(v, func(e jsontext.Value) {
		text := e
		if e.Kind() == '{' {
			text = ObjectOf(e).Raw("text")
		}
		if s := rd.line(text); s != "" {
			if f.Notes = min(f.Notes+1, maxNotes); f.NoteText == "" {
				f.NoteText = s
			}
		}
	})
}

// other reads what is known by its shape: times, ages, people, places, records.
func (rd *reading) other(f *ehrdesk.Facts, name string, v jsontext.Value) {
	base, kind := choice(name)
	switch v.Kind() {
	case '"':
		switch {
		case kind == "String" && timeElements[base]:
			f.Times = append(f.Times, ehrdesk.Timed{Name: base, Text: rd.line(v)})
		case kind == "DateTime" || kind == "Date" || kind == "Instant" || timeElements[name]:
			w, text := rd.when(v)
			if !w.IsZero() || text != "" {
				f.Times = append(f.Times, ehrdesk.Timed{Name: base, From: w, Text: text})
			}
		}
	case '{':
		switch {
		case kind == "Timing":
			t := rd.timing(ObjectOf(v))
			for _, w := range t.Events {
				f.Times = append(f.Times, ehrdesk.Timed{Name: base, From: w})
			}
			if b := t.Bounds; b.Kind == ehrdesk.IsPeriod || !t.Code.IsZero() {
				f.Times = append(f.Times, ehrdesk.Timed{Name: base, From: b.From, Until: b.Until, Text: t.Code.Words()})
			}
		case kind == "Period" || name == "period" || strings.HasSuffix(name, "Period"):
			t := ehrdesk.Timed{Name: rd.role(base)}
			if t.From, t.Until, t.Text = rd.period(v); !t.From.IsZero() || !t.Until.IsZero() || t.Text != "" {
				f.Times = append(f.Times, t)
			}
		case kind == "Age" && timeElements[base]:
			f.Ages = append(f.Ages, ehrdesk.Aged{Name: base, Low: rd.quantity(v)})
		case kind == "Range" && timeElements[base]:
			a := ehrdesk.Aged{Name: base}
			a.Low, a.High = rd.pair(v, "low", "high")
			f.Ages = append(f.Ages, a)
		default:
			rd.related(f, name, v)
		}
	case '[':
		rd.related(f, name, v)
	}
}

// timeElements are the elements that hold a time and are not named after one.
var timeElements = map[string]bool{
	"onset": true, "abatement": true, "occurrence": true, "performed": true, "effective": true, "recordedDate": true, "recorded": true, "issued": true,
	"authoredOn": true, "dateAsserted": true, "date": true, "start": true, "end": true, "started": true, "created": true, "sent": true, "received": true,
	"whenPrepared": true, "whenHandedOver": true, "expirationDate": true, "lastOccurrence": true, "timing": true, "due": true, "statusDate": true,
	"identified": true, "detected": true, "deceased": true, "born": true, "startDate": true, "assertedDate": true, "authored": true, "lastModified": true,
	"occurred": true, "recordedOn": true, "dateWritten": true, "collected": true, "receivedTime": true, "serviced": true, "dateTime": true,
}

// choice takes the type off the name of a choice element: "onset", "Age".
func choice(name string) (base, kind string) {
	if timeElements[name] { // "recordedDate" is no choice
		return name, ""
	}
	for _, kind := range [...]string{"DateTime", "Period", "Instant", "String", "Age", "Range", "Timing", "Date"} {
		if b, ok := strings.CutSuffix(name, kind); ok && b != "" && timeElements[b] {
			return b, kind
		}
	}
	return name, ""
}
