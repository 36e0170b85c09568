package ehrdesk

import "strings"

// Opener opens the facts of many records one after another, as a rule does that reads
// all of a kind: what the lists of one record were read into serves the next. The zero
// value is ready; one is for one goroutine.
type Opener struct {
	facts Facts
	room  rooms
}

// Open gives a record's facts, as Record.Facts does. They hold until the next is
// opened; strings in them hold for as long as the record's.
func (o *Opener) Open(r *Record) *Facts {
	o.facts = Facts{}
	if r.Packed == "" {
		return &o.facts
	}
	o.room.clear()
	c := coder{s: string(r.Packed), reading: true, room: &o.room}
	c.facts(&o.facts)
	if c.bad || c.s != "" {
		o.facts = Facts{Unread: true}
	}
	return &o.facts
}

// rooms are what lists are read into, for the types of which a record has many.
type rooms struct {
	codings   room[Coding]
	concepts  room[Concept]
	states    room[State]
	dosages   room[Dosage]
	doses     room[DoseRate]
	parties   room[Party]
	relations room[Relation]
	times     room[Timed]
	ids       strings.Builder
}

// uuid is a UUID's text. Many stand in one piece of memory, of which what was written is
// never changed.
func (r *rooms) uuid(u string) string {
	if r == nil {
		return uuidText(u)
	}
	if r.ids.Cap()-r.ids.Len() < 36 {
		r.ids.Reset()
		r.ids.Grow(100 * 36)
	}
	var b [36]byte
	writeUUID(&b, u)
	n := r.ids.Len()
	r.ids.Write(b[:])
	return r.ids.String()[n:]
}

func (r *rooms) clear() {
	r.codings.used, r.concepts.used, r.states.used, r.dosages.used = 0, 0, 0, 0
	r.doses.used, r.parties.used, r.relations.used, r.times.used = 0, 0, 0, 0
}

type room[T any] struct {
	all  []T
	used int
}

// take gives n elements, each zero. Where there is no room left, more is made: what was
// given before stays as it is.
func (r *room[T]) take(n int) []T {
	if r.used+n > len(r.all) {
		r.all, r.used = make([]T, max(2*len(r.all), n, 8)), 0
	}
	out := r.all[r.used : r.used+n : r.used+n]
	r.used += n
	clear(out)
	return out
}

// made is a list of n, in the room for its type where there is one.
func made[T any](in *rooms, n uint64) []T {
	if in != nil && n < 1<<16 {
		var list []T
		switch p := any(&list).(type) {
		case *[]Coding:
			*p = in.codings.take(int(n))
		case *[]Concept:
			*p = in.concepts.take(int(n))
		case *[]State:
			*p = in.states.take(int(n))
		case *[]Dosage:
			*p = in.dosages.take(int(n))
		case *[]DoseRate:
			*p = in.doses.take(int(n))
		case *[]Party:
			*p = in.parties.take(int(n))
		case *[]Relation:
			*p = in.relations.take(int(n))
		case *[]Timed:
			*p = in.times.take(int(n))
		}
		if list != nil {
			return list
		}
	}
	return make([]T, n)
}
