package arrivals

import (
	"cmp"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// readFHIR reads Appointments: one, a Bundle of them, or one a line.
func readFHIR(r *Reading, text string, now time.Time) error {
	r.Format = FHIR
	o, err := fhir.Parse([]byte(strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))))
	if err != nil {
		return ErrNoList
	}
	b := bookings{r: r, now: now, people: map[string]fhir.Object{}}
	switch o.Text("resourceType") {
	case "Appointment":
		b.all, b.n = append(b.all, o), 1
	case "Bundle":
		b.split(o)
	default:
		return ErrNoList
	}
	switch {
	case b.n > MaxLines:
		return ErrTooLarge
	case b.n == 0:
		return ErrNoList
	}
	for i, a := range b.all {
		if a == nil {
			continue
		}
		if row, why := b.row(a); why != "" {
			r.no(i+1, why)
		} else {
			row.Line = i + 1
			r.Rows = append(r.Rows, row)
		}
	}
	return nil
}

// bookings are the Appointments of a file, and the Patients that it has with them.
type bookings struct {
	r      *Reading
	now    time.Time
	all    []fhir.Object          // nil for an entry that is something else
	n      int                    // of them that are something
	people map[string]fhir.Object // by full URL and by type and id
}

func (b *bookings) split(bundle fhir.Object) {
	fhir.Each(bundle.Raw("entry"), func(v fhir.Value) {
		entry := fhir.ObjectOf(v)
		o := fhir.ObjectOf(entry.Raw("resource"))
		switch o.Text("resourceType") {
		case "Appointment":
			b.n++
			b.all = append(b.all, o)
			return
		case "Patient":
			b.people["Patient/"+o.Text("id")] = o
			if url := entry.Text("fullUrl"); url != "" {
				b.people[url] = o
			}
		}
		b.all = append(b.all, nil)
	})
}

// standing is how FHIR's statuses stand; "" is one that is no booking.
func standing(status string) (s Status, booked bool) {
	switch status {
	case "booked", "arrived", "checked-in":
		return Booked, true
	case "fulfilled":
		return Done, true
	case "cancelled", "entered-in-error":
		return Cancelled, true
	case "noshow":
		return NotCome, true
	}
	return Booked, false
}

func (b *bookings) row(a fhir.Object) (row Row, why Why) {
	st, booked := standing(a.Text("status"))
	if !booked {
		return row, NotBooked
	}
	row.Status, row.Booking = st, bookingOf(a)
	start, ok := momentOf(a.Text("start"), false, b.now)
	if !ok || start.date == nil || len(start.date) != 1 || len(a.Text("start")) > 40 {
		return row, BadDate
	}
	row.Day = start.date[""].in(b.now.Location())
	row.At = at(row.Day, start.clock)
	if end, ok := momentOf(a.Text("end"), false, b.now); ok && end.clock != none {
		row.End = at(row.Day, end.clock)
	}
	var found finder
	fhir.Each(a.Raw("participant"), func(v fhir.Value) {
		who := fhir.ObjectOf(fhir.ObjectOf(v).Raw("actor"))
		if why == "" {
			why = b.who(&found, &row, a, who)
		}
	})
	if why != "" {
		return row, why
	}
	row.Number, why = found.number()
	return row, why
}

// who takes one who takes part, where it is a patient.
func (b *bookings) who(found *finder, row *Row, a, who fhir.Object) Why {
	ref := who.Text("reference")
	id := fhir.ObjectOf(who.Raw("identifier"))
	patient := b.people[ref]
	if local, ok := strings.CutPrefix(ref, "#"); ok {
		fhir.Each(a.Raw("contained"), func(v fhir.Value) {
			if o := fhir.ObjectOf(v); o.Text("resourceType") == "Patient" && o.Text("id") == local {
				patient = o
			}
		})
	}
	if patient == nil {
		_, kind, _, _ := fhir.SplitReference(ref)
		if kind = cmp.Or(kind, who.Text("type")); kind != "Patient" && (kind != "" || id == nil || !known(id.Text("system"))) {
			return ""
		}
	}
	name := who.Text("display")
	if patient != nil {
		p := fhir.PatientOf(patient, b.now)
		if n := p.Number(); !n.IsZero() {
			found.take(n, "")
		} else {
			b.identified(found, patient.Raw("identifier"))
		}
		if p.Name != (ehrdesk.Name{}) {
			name = p.Name.Banner()
		}
	}
	if id != nil {
		b.identified(found, who.Raw("identifier"))
	}
	if why := unfit(name); why != "" {
		return why
	}
	row.Name = ehrdesk.CleanLine(name)
	return ""
}

func known(system string) bool {
	return system == ehrdesk.SystemHKIC || system == ehrdesk.SystemEHR
}

// identified takes the identifiers that are numbers of a person: by their system, or an
// HKIC by its own check digit.
func (b *bookings) identified(found *finder, v fhir.Value) {
	fhir.Each(v, func(v fhir.Value) {
		id := fhir.ObjectOf(v)
		n, why := numberOf(id.Text("value"))
		if known(id.Text("system")) || why == "" && !n.HKIC.IsZero() {
			found.take(n, why)
		}
	})
}

// bookingOf is an Appointment's own name: its business identifier before its id.
func bookingOf(a fhir.Object) (out string) {
	fhir.Each(a.Raw("identifier"), func(v fhir.Value) {
		if out == "" {
			out = fhir.ObjectOf(v).Text("value")
		}
	})
	if out == "" {
		out = a.Text("id")
	}
	if len(out) > longest {
		return ""
	}
	return ehrdesk.CleanLine(out)
}
