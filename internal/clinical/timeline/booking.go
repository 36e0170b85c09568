package timeline

import "github.com/ehrdesk/ehrdesk"

// bookings tell which visit a booking became.
type bookings struct {
	named map[ehrdesk.Ref]*Entry // by the visit's own appointment; nil where two visits name it
	alone map[day]int            // attended bookings of a day and institution that no visit names
}

// bookingsOf reads them: what the visits name first, since a day on which one visit and
// one booking are left says as much only where neither is spoken for.
func bookingsOf(records []Record, visits []*Entry) bookings {
	b := bookings{map[ehrdesk.Ref]*Entry{}, map[day]int{}}
	for _, e := range visits {
		if e.Visit.Restricted {
			continue
		}
		f := e.Visit.Facts()
		for _, rel := range f.Relations {
			if rel.Role != "appointment" || rel.Ref.ID == "" {
				continue
			}
			e.names = true
			if was, have := b.named[rel.Ref]; have && was != e {
				b.named[rel.Ref] = nil
				continue
			}
			b.named[rel.Ref] = e
		}
	}
	for i := range records {
		r := &records[i]
		if _, named := b.by(r); !named && attended(r.Record) {
			b.alone[day{dayOf(r.Date), r.Source}]++
		}
	}
	return b
}

// by is the visit that names a booking, or a copy of it; named also where two do.
func (b bookings) by(r *Record) (e *Entry, named bool) {
	if r.Resource != "Appointment" || r.Restricted || r.Void() {
		return nil, false
	}
	e, named = b.named[r.Ref()]
	for _, c := range r.Copies {
		if !named {
			e, named = b.named[c.Ref()]
		}
	}
	return e, named
}

// became is the visit that a booking became and stands with, nil for none: the one that
// names it, else the only visit of its day and institution where it is the only attended
// booking there and the visit names none.
func (b bookings) became(r *Record, days map[day]*Entry) *Entry {
	if e, named := b.by(r); named {
		return e
	}
	k := day{dayOf(r.Date), r.Source}
	if e := days[k]; e != nil && e.Visit != nil && !e.names && attended(r.Record) && b.alone[k] == 1 {
		return e
	}
	return nil
}

// attended reports a booking that was kept.
func attended(r *ehrdesk.Record) bool {
	if r.Resource != "Appointment" || r.Restricted || r.Date.IsZero() || r.Source == "" {
		return false
	}
	return r.Status == "fulfilled" || r.Status == "arrived" || r.Status == "checked-in"
}

// kept reports a booking whose status does not speak against the visit that names it.
func kept(r *ehrdesk.Record) bool {
	switch r.Status {
	case "cancelled", "noshow", "entered-in-error", "waitlist", "proposed":
		return false
	}
	return true
}
