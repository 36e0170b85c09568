// Package birth gathers what was recorded of one birth: gestation, how the child was
// delivered, weight, length and head, the Apgar scores. It promises that records of two
// births, of twins among them, are never put together, and that nothing is gathered which
// was entered in error or is held back.
package birth

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

const loinc = "http://loinc.org"

// measures are the codes of LOINC for what is measured at a birth, in the order in which it is
// read. Source: LOINC's Apgar panel and its terms "at birth".
var measures = []string{
	"11884-4", "18185-9", // gestational age
	"72149-8",           // delivery method
	"8339-4", "89269-5", // weight and length at birth
	"8290-9",                     // head circumference at birth
	"9272-6", "9274-2", "9271-8", // Apgar at 1, 5 and 10 minutes
}

// ordinary are measurements of anybody that are of a birth on the day that the patient was
// born, and then alone.
var ordinary = map[string]string{"29463-7": "8339-4", "3141-9": "8339-4", "8302-2": "89269-5", "8306-3": "89269-5", "9843-4": "8290-9", "8287-5": "8290-9"}

// known is one record with what tells which birth it is of.
type known struct {
	rec       *ehrdesk.Record
	place     int // in measures
	focus     string
	encounter ehrdesk.Ref
}

// Of gives the records of the birth that a record is of, that record among them, in the order
// in which they are read; nil where it is of none. born is when the patient was born. Records
// come from list, and must not change.
func Of(opened *ehrdesk.Record, list func(ehrdesk.RecordType) []ehrdesk.Record, born ehrdesk.When) (out []ehrdesk.Record) {
	of, ok := read(opened, born)
	if !ok {
		return nil
	}
	all := []known{of}
	for _, t := range [...]ehrdesk.RecordType{ehrdesk.BirthImmunisation, ehrdesk.ObservationLifestyle, ehrdesk.LaboratoryRadiology, ehrdesk.OtherInvestigation} {
		records := list(t)
		for i := range records {
			r := &records[i]
			if r.Linked || r.Restricted || r.Void() || r.Resource != "Observation" || r.Ref() == opened.Ref() {
				continue
			}
			if k, ok := read(r, born); ok && of.same(&k) {
				all = append(all, k)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b known) int {
		return cmp.Or(cmp.Compare(a.place, b.place), a.rec.Date.Compare(b.rec.Date), strings.Compare(a.rec.Title, b.rec.Title), strings.Compare(a.rec.ID, b.rec.ID))
	})
	for i := range all {
		out = append(out, *all[i].rec)
	}
	return out
}

// read says of a record that it is of a birth, and of which.
func read(r *ehrdesk.Record, born ehrdesk.When) (k known, ok bool) {
	f := r.Facts()
	k = known{rec: r, place: len(measures)}
	ok = r.Kind == ehrdesk.KindBirth
	for _, c := range f.Code.Codings {
		code := c.Code
		if c.System != loinc {
			continue
		}
		if at, is := ordinary[code]; is && day(r.Date) != "" && day(r.Date) == day(born) {
			code = at
		}
		if i := slices.Index(measures, code); i >= 0 {
			k.place, ok = i, true
		}
	}
	for _, p := range f.Parties {
		if p.Role == "focus" {
			k.focus = cmp.Or(p.Ref.ID, p.Identifier, p.Display)
		}
	}
	for _, rel := range f.Relations {
		switch rel.Role {
		case "focus":
			k.focus = cmp.Or(rel.Ref.ID, rel.Display)
		case "encounter":
			k.encounter = rel.Ref
		}
	}
	return k, ok
}

// same reports two records of one birth: by whom they are about, else by the visit, else by
// the day. What one of them does not say tells nothing.
func (k *known) same(o *known) bool {
	switch {
	case k.focus != o.focus: // of a mother's record, another child or the mother herself
		return false
	case k.encounter.ID != "" && o.encounter.ID != "":
		return k.encounter == o.encounter
	case day(k.rec.Date) == "" || day(o.rec.Date) == "":
		return false
	}
	return day(k.rec.Date) == day(o.rec.Date)
}

// day is the day of a time as its sender's clock had it, "" for none.
func day(w ehrdesk.When) string {
	if w.IsZero() || w.Precision < ehrdesk.ToDay {
		return ""
	}
	w.Precision = ehrdesk.ToDay
	return w.String()
}
