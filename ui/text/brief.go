package text

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Brief is the second thing to know of a record where it has one row: of a drug how much
// and how often, of a visit its reason and how many days it took, of a text its author.
// Words that may be cut, since they stand whole where the record is opened, are loose.
func (w Words) Brief(r *ehrdesk.Record, f *ehrdesk.Facts) (words string, loose bool) {
	if f.Altered || f.Unread || len(f.Besides) > 0 { // what qualifies it is not left out
		return w.Value(r, f), false
	}
	switch r.Resource {
	case "MedicationRequest", "MedicationStatement", "MedicationAdministration":
		if words = w.ShortDose(f); words == "" {
			words = w.t(w.c.Facts.Phrases.NoDosage)
		}
		return words, false
	case "MedicationDispense":
		var parts []string
		if len(f.Dosages) > 0 {
			parts = append(parts, w.ShortDose(f))
		}
		w.supply(&f.Supply, func(s string) { parts = append(parts, s) })
		if len(parts) == 0 {
			parts = append(parts, w.t(w.c.Facts.Phrases.NoDosage))
		}
		return ehrdesk.CleanLine(strings.Join(parts, " · ")), false
	case "Encounter":
		return w.visit(r, f), true
	case "Appointment":
		return ehrdesk.CleanLine(w.reasons(f)), true
	case "DocumentReference", "Composition":
		if by := author(f, r.Source); by != "" {
			return ehrdesk.CleanLine(by), true
		}
		return ehrdesk.CleanLine(f.NoteText), true
	case "Condition", "AllergyIntolerance": // that it was written down is no second thing to know
		times := f.Times
		f.Times = slices.DeleteFunc(slices.Clone(times), func(t ehrdesk.Timed) bool { return recording(t.Name) })
		words = w.Value(r, f)
		f.Times = times
		return words, r.Resource == "Condition"
	case "DiagnosticReport", "ServiceRequest", "Procedure", "ImagingStudy", "CarePlan", "Consent", "Flag":
		return w.Value(r, f), true
	}
	switch brief := *f; {
	case r.Resource == "Immunization": // which dose of how many; the rest stands where it is opened
		brief.Lot, brief.NoteText, brief.Doses = "", "", nil
		lot := ""
		if f.Lot != "" {
			lot = w.put(w.c.Facts.Phrases.Lot, f.Lot)
		}
		return join(" · ", w.Series(f), lot, w.Value(r, &brief)), true
	case f.NoteText != "" && r.Resource == "Observation": // that there is a note, which is read there
		brief.NoteText = ""
		return join(" · ", w.Value(r, &brief), w.t(w.c.Facts.Phrases.HasNote)), false
	}
	return w.Value(r, f), false
}

// visit is why it was, and how many days it took; without a reason what kind it was.
func (w Words) visit(r *ehrdesk.Record, f *ehrdesk.Facts) string {
	words := w.reasons(f)
	if words == "" {
		var kinds []string
		w.kinds(r, f, func(s string) {
			if s != "" {
				kinds = append(kinds, s)
			}
		})
		words = strings.Join(kinds, ", ")
	}
	for i := range f.Times {
		if n := w.days(f.Times[i].From, f.Times[i].Until); n > 0 {
			words = join(" · ", words, w.long(strconv.Itoa(n), "d"))
		}
	}
	return ehrdesk.CleanLine(words)
}

func (w Words) reasons(f *ehrdesk.Facts) string {
	var out []string
	for _, k := range f.Reasons {
		if s := w.concept(k, w.c.Facts.Details); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// author is who wrote a text, "" where that is its source.
func author(f *ehrdesk.Facts, source string) string {
	for _, p := range f.Parties {
		if p.Role == "author" && p.Display != "" && p.Display != source {
			return p.Display
		}
	}
	return ""
}

// Unsettled reports a booking of which nobody has said whether it was kept.
func Unsettled(r *ehrdesk.Record) bool {
	if r.Resource != "Appointment" {
		return false
	}
	switch r.Status {
	case "booked", "pending", "proposed", "arrived", "checked-in":
		return true
	}
	return false
}

// WithoutReason is a status without why it is as it is, marked where that is left out: it
// stands where the record is opened.
func (w Words) WithoutReason(status string) string {
	if before, _, ok := strings.Cut(status, " · "+w.put(w.c.Facts.Phrases.Reason, "")); ok {
		return before + " …"
	}
	return status
}

// NotSettled says of a booking that is past that nobody has recorded whether it was kept.
func (w Words) NotSettled() string { return w.t(w.c.Facts.Phrases.NotSettled) }
