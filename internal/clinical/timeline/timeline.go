// Package timeline puts all of a chart's records in the order of time, those of one visit
// together, and those that belong to none by day and institution: with the visit of that
// day and institution where there is one alone. A booking stands with the visit that it
// became, by the visit's own word, or as the only one of that day. It promises that every
// record is in exactly one entry, once or as another copy of the same, that the order in
// which records come changes nothing, and that two records are taken for copies only where
// they come from two institutions and say the same of the same moment. It has no words
// and no clock of its own.
package timeline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Record is a record, and the copies of it that other institutions sent.
type Record struct {
	*ehrdesk.Record
	Copies []*ehrdesk.Record
}

// Entry is a visit with the records made at it, or the records of an institution and a
// day that belong to no visit.
type Entry struct {
	Visit   *ehrdesk.Record   // nil where there is none
	Why     []ehrdesk.Concept // of a visit: its reasons, and the diagnoses made at it
	Stay    bool              // a visit that was no ordinary one: an emergency, or with a bed
	At      ehrdesk.When
	Source  string
	Records []Record        // newest first, without the visit
	Booked  *ehrdesk.Record // of a visit: the booking that it came of, one of its records; nil where none is known
	Drugs   int             // how many drugs its medication records speak of: an order and its supply are one

	names bool // the visit names its booking
}

// stays are the classes of encounters that are an emergency or have a bed. Source: HL7,
// v3 ActEncounterCode.
var stays = map[string]bool{"EMER": true, "IMP": true, "ACUTE": true, "NONAC": true, "OBSENC": true, "SS": true}

func stay(classes []ehrdesk.Concept) bool {
	for i := range classes {
		for _, k := range classes[i].Codings {
			if stays[k.Code] {
				return true
			}
		}
	}
	return false
}

// Key names an entry as long as its records are there.
func (e *Entry) Key() ehrdesk.Ref {
	if e.Visit != nil {
		return e.Visit.Ref()
	}
	return e.Records[0].Ref()
}

// Len is how many records there are in an entry, with the visit and with copies.
func (e *Entry) Len() int {
	n := 0
	if e.Visit != nil {
		n++
	}
	for i := range e.Records {
		n += 1 + len(e.Records[i].Copies)
	}
	return n
}

// day is the day and the institution of records that belong to no visit.
type day struct{ on, source string }

// Of gives the entries, the newest first, those without a date last. list gives the
// records of a type. What records refer to is none of them, nor are personal data, and
// what is held back has no place in time. Records are pointed to, and must not change.
func Of(list func(ehrdesk.RecordType) []ehrdesk.Record) []Entry {
	var all []*ehrdesk.Record
	for _, t := range ehrdesk.RecordTypes() {
		if t == ehrdesk.Demographics {
			continue
		}
		records := list(t)
		for i := range records {
			if r := &records[i]; !r.Linked && r.ID != "" {
				all = append(all, r)
			}
		}
	}
	slices.SortFunc(all, newer)
	visits := map[ehrdesk.Ref]*Entry{}
	var order []*Entry
	for _, r := range all {
		if r.Resource == "Encounter" {
			e := &Entry{Visit: r, At: r.Date, Source: r.Source}
			if !r.Restricted {
				f := r.Facts()
				e.Why, e.Stay = f.Reasons, stay(f.Categories)
			}
			visits[r.Ref()] = e
			order = append(order, e)
		}
	}
	days := map[day]*Entry{}
	for _, e := range order { // of two visits of a day none is taken
		k := day{dayOf(e.At), e.Source}
		if _, have := days[k]; have || e.Source == "" || e.At.IsZero() {
			days[k] = nil
			continue
		}
		days[k] = e
	}
	records := folded(all)
	booked := bookingsOf(records, order)
	for i := range records {
		rec := records[i]
		r := rec.Record
		if r.Resource == "Encounter" {
			continue
		}
		e := of(r, visits)
		if from := booked.became(&rec, days); from != nil {
			e = from
			if e.Booked == nil && kept(r) {
				e.Booked = r
			}
		}
		if e == nil {
			k := day{dayOf(r.Date), r.Source}
			if e = days[k]; e == nil {
				e = &Entry{At: r.Date, Source: r.Source}
				days[k] = e
				order = append(order, e)
			}
		}
		e.Records = append(e.Records, rec)
	}
	out := make([]Entry, 0, len(order))
	for _, e := range order {
		if e.Visit != nil || len(e.Records) > 0 {
			e.Drugs = drugs(e.Records)
			out = append(out, *e)
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return cmp.Or(b.At.Compare(a.At), compare(a.Key(), b.Key())) })
	return out
}

// of is the visit that a record was made at, nil for none.
func of(r *ehrdesk.Record, visits map[ehrdesk.Ref]*Entry) *Entry {
	if r.Restricted {
		return nil
	}
	f := r.Facts()
	for _, rel := range f.Relations {
		if rel.Role != "encounter" && rel.Role != "context" {
			continue
		}
		if e := visits[rel.Ref]; e != nil {
			if r.Resource == "Condition" && !r.Void() && !slices.ContainsFunc(e.Why, func(k ehrdesk.Concept) bool { return strings.EqualFold(k.Words(), f.Code.Words()) }) {
				e.Why = append(e.Why, f.Code)
			}
			return e
		}
	}
	return nil
}

// same is what two records say where one is a copy of the other.
type same struct {
	kind           ehrdesk.Kind
	resource, on   string
	title, content string
}

// folded puts what two institutions sent of one thing under the one that comes first in
// the order. What has no time, is void or held back, or is a visit, is a copy of nothing.
func folded(all []*ehrdesk.Record) []Record {
	out := make([]Record, 0, len(all))
	first := map[same]int{}
	for _, r := range all {
		k, ok := sayingOf(r)
		if at, have := first[k]; ok && have {
			if was := &out[at]; was.Source != r.Source && !slices.ContainsFunc(was.Copies, func(c *ehrdesk.Record) bool { return c.Source == r.Source }) {
				was.Copies = append(was.Copies, r)
				continue
			}
		} else if ok {
			first[k] = len(out)
		}
		out = append(out, Record{Record: r})
	}
	return out
}

// sayingOf is what a record says, ok is false where that is not enough to know it by.
func sayingOf(r *ehrdesk.Record) (same, bool) {
	if r.Date.IsZero() || r.Restricted || r.Void() || r.Title == "" || r.Source == "" || r.Resource == "Encounter" {
		return same{}, false
	}
	f := r.Facts()
	content := r.Status + "|" + string(r.Flag)
	for i := range f.Results {
		v := &f.Results[i].Value
		content += "|" + v.Low.Number + v.Low.Unit + v.Text + v.Concept.Words()
	}
	for i := range f.Dosages {
		content += "|" + f.Dosages[i].Text
		for _, d := range f.Dosages[i].Doses {
			content += d.Dose.Low.Number + d.Dose.Low.Unit
		}
	}
	return same{r.Kind, r.Resource, r.Date.String(), strings.ToLower(strings.TrimSpace(r.Title)), content}, true
}

func dayOf(w ehrdesk.When) string {
	if w.IsZero() {
		return ""
	}
	return w.Date()
}

func newer(a, b *ehrdesk.Record) int {
	return cmp.Or(b.Date.Compare(a.Date), compare(a.Ref(), b.Ref()))
}

func compare(a, b ehrdesk.Ref) int {
	return cmp.Or(strings.Compare(a.Resource, b.Resource), strings.Compare(a.ID, b.ID))
}
