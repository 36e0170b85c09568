// Package changes says what is different in a chart since a moment: drugs started,
// changed and stopped, new problems and allergies, results that are abnormal or are no
// longer, visits, and whatever else came. It promises that every record that is fresh is
// named or counted, that each line names its record, that the order in which records come
// changes nothing, and that what was entered in error counts nowhere. It has no words and
// no clock of its own.
//
// Source of what is told: the three key points' CHANGED (drug started, stopped or dose;
// new diagnosis; admission; new abnormal or moving result; new referral).
package changes

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// Fresh reports that a record, of a moment, came after what somebody knows.
type Fresh func(r *ehrdesk.Record, at ehrdesk.When) bool

// Since is what is dated from a moment on. What has only a day counts from that day on:
// rather a line too many than one too few.
func Since(from time.Time) Fresh {
	return func(_ *ehrdesk.Record, at ehrdesk.When) bool {
		if at.IsZero() {
			return false
		}
		limit := from
		if at.Precision <= ehrdesk.ToDay {
			y, m, d := from.Date()
			limit = time.Date(y, m, d, 0, 0, 0, 0, at.Time.Location())
		}
		return !at.Time.Before(limit)
	}
}

// Come is what came or changed at the centre after a moment, of whatever day it is.
func Come(after time.Time) Fresh {
	return func(r *ehrdesk.Record, _ ehrdesk.When) bool { return r.Updated.After(after) }
}

// Ended is a mark beside medication's: a course or a supply that has run to its end.
const Ended medication.Mark = 100

// Drug is what became of a drug.
type Drug struct {
	Mark medication.Mark // Begun, Changed, Stopped or Ended
	Drug medication.Drug
	At   ehrdesk.When
	By   *ehrdesk.Record // the record that At is of; nil of Ended
	From *ehrdesk.Record // of Changed: the order in force before the first change
	Last *ehrdesk.Record // of Changed: the order that the last change took the place of
}

// Sections are what is different.
type Sections struct {
	Drugs     []Drug           // the newest first
	Problems  []ehrdesk.Record // diagnoses recorded
	Allergies []ehrdesk.Record
	Results   []Result         // abnormal, or no longer abnormal: the critical first, then the newest
	Vitals    Vitals           // vital signs that were measured anew
	Quiet     int              // tests more whose fresh results are in range
	Unjudged  int              // tests more whose fresh results nothing judges
	Visits    []ehrdesk.Record // and bookings that are past, of which no visit is among these
	Kept      []ehrdesk.Record // bookings that became one of the visits, which tells of them
	Unkept    []ehrdesk.Record // bookings that were called off or not kept, whenever they are of
	Reports   []ehrdesk.Record // reports, notes and certificates
	Ahead     []ehrdesk.Record // bookings and referrals
	Others    []ehrdesk.Record // procedures, immunisations and the rest
}

// Len is how many lines there are.
func (s *Sections) Len() int {
	return len(s.Drugs) + len(s.Problems) + len(s.Allergies) + len(s.Results) + s.Vitals.Len() + len(s.Visits) + len(s.Unkept) + len(s.Reports) + len(s.Ahead) + len(s.Others)
}

// Of gives what is fresh. list gives the records of a type, newest first.
func Of(list func(ehrdesk.RecordType) []ehrdesk.Record, fresh Fresh, now time.Time) Sections {
	var s Sections
	drugs := medication.Of(list(ehrdesk.DiagnosisProcedureMedication), now)
	s.Drugs = Drugs(drugs.Current, drugs.Past, fresh, now)
	s.results(results.Of(list), list(ehrdesk.ObservationLifestyle), fresh)
	for _, t := range ehrdesk.RecordTypes() {
		if t == ehrdesk.Demographics {
			continue
		}
		for _, r := range list(t) {
			if !r.Linked && !r.Restricted && !r.Void() && fresh(&r, r.Date) {
				s.put(&r, now)
			}
		}
	}
	s.bookings()
	for _, all := range [][]ehrdesk.Record{s.Problems, s.Allergies, s.Visits, s.Kept, s.Unkept, s.Reports, s.Others} {
		slices.SortStableFunc(all, func(a, b ehrdesk.Record) int { return cmp.Or(b.Date.Compare(a.Date), compare(&a, &b)) })
	}
	slices.SortStableFunc(s.Ahead, func(a, b ehrdesk.Record) int { return cmp.Or(a.Date.Compare(b.Date), compare(&a, &b)) }) // the next first
	return s
}

// Drugs are those of which something is fresh, the newest first.
func Drugs(current, past []medication.Drug, fresh Fresh, now time.Time) (out []Drug) {
	for _, all := range [][]medication.Drug{current, past} {
		for i := range all {
			if d, ok := drug(all[i], fresh, now); ok {
				out = append(out, d)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Drug) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(strings.ToLower(a.Drug.Name), strings.ToLower(b.Drug.Name)), compare(a.Drug.Lead, b.Drug.Lead))
	})
	return out
}

// bookings takes those that became a visit out of the visits: one that a visit names, or
// that somebody came to, of the day and the institution of one visit alone. The visit is
// told in its place.
func (s *Sections) bookings() {
	type day struct{ on, source string }
	dayOf := func(r *ehrdesk.Record) day { return day{r.Date.Time.Format(time.DateOnly), r.Source} }
	visits, named := map[day]int{}, map[ehrdesk.Ref]bool{}
	for i := range s.Visits {
		if r := &s.Visits[i]; r.Resource == "Encounter" {
			visits[dayOf(r)]++
			f := r.Facts()
			for k := range f.Relations {
				named[f.Relations[k].Ref] = true
			}
		}
	}
	s.Visits = slices.DeleteFunc(s.Visits, func(r ehrdesk.Record) bool {
		came := r.Status == "fulfilled" || r.Status == "arrived" || r.Status == "checked-in"
		became := r.Resource == "Appointment" && (named[r.Ref()] || came && visits[dayOf(&r)] == 1)
		if became {
			s.Kept = append(s.Kept, r)
		}
		return became
	})
}

func compare(a, b *ehrdesk.Record) int {
	return cmp.Or(strings.Compare(a.Resource, b.Resource), strings.Compare(a.ID, b.ID))
}

// put files a fresh record. Drugs and measured values are told by their own lines.
func (s *Sections) put(r *ehrdesk.Record, now time.Time) {
	switch {
	case r.Resource == "DiagnosticReport" && r.Kind == ehrdesk.KindLaboratory && results.StageOf(r.Status) == results.Preliminary:
		s.Reports = append(s.Reports, *r) // something of it is yet to come, whatever its results say
	case r.Resource == "Observation", r.Kind == ehrdesk.KindMedication,
		r.Resource == "DiagnosticReport" && r.Kind == ehrdesk.KindLaboratory:
	case r.Resource == "Appointment" && (r.Status == "cancelled" || r.Status == "noshow"):
		s.Unkept = append(s.Unkept, *r)
	case r.Kind == ehrdesk.KindAllergy:
		s.Allergies = append(s.Allergies, *r)
	case r.Resource == "Condition":
		s.Problems = append(s.Problems, *r)
	case r.Resource == "Encounter" && r.Status != "planned", r.Resource == "Appointment" && r.Date.Time.Before(now):
		s.Visits = append(s.Visits, *r)
	case r.Kind == ehrdesk.KindEncounter, r.Kind == ehrdesk.KindReferral:
		s.Ahead = append(s.Ahead, *r)
	case r.Kind == ehrdesk.KindRadiology, r.Kind == ehrdesk.KindNote, r.Kind == ehrdesk.KindCertificate, r.Resource == "DiagnosticReport", r.Resource == "DocumentReference":
		s.Reports = append(s.Reports, *r)
	default:
		s.Others = append(s.Others, *r)
	}
}

// drug is what became of a drug since, ok is false for nothing.
func drug(d medication.Drug, fresh Fresh, now time.Time) (Drug, bool) {
	out := Drug{Drug: d}
	begun, changed := false, false
	for i := range d.History { // newest first
		e := &d.History[i]
		switch e.Mark {
		case medication.Begun, medication.Changed, medication.Repeated:
			if changed && out.Last == nil {
				out.Last = e.Record
			}
			if !fresh(e.Record, e.At) {
				if changed && !begun && out.From == nil {
					out.From = e.Record
				}
				continue
			}
			begun = begun || e.Mark == medication.Begun
			changed = changed || e.Mark == medication.Changed
			if out.At.IsZero() && e.Mark != medication.Repeated {
				out.At, out.By = e.At, e.Record
			}
		case medication.Stopped:
			if i == 0 && fresh(e.Record, e.At) {
				out.Mark, out.At, out.By = medication.Stopped, e.At, e.Record
				return out, true
			}
		case medication.Other, medication.Supplied, medication.Given:
		}
	}
	switch {
	case begun:
		out.Mark = medication.Begun
	case changed:
		out.Mark = medication.Changed
	default:
		return ended(out, fresh, now)
	}
	return out, true
}

// ended is a drug of which no order runs any more: the end that was planned, or the day
// that its supply lasted to, lies between then and now.
func ended(d Drug, fresh Fresh, now time.Time) (Drug, bool) {
	if d.Drug.State != medication.Completed && !d.Drug.Remarks.Has(medication.EndPassed|medication.SupplyOut) || len(d.Drug.History) == 0 {
		return d, false
	}
	at := cmp.Or(d.Drug.Until, d.Drug.SupplyUntil)
	if at.IsZero() || at.Time.After(now) || !fresh(&ehrdesk.Record{Updated: at.Time}, at) {
		return d, false
	}
	d.Mark, d.At = Ended, at
	return d, true
}
