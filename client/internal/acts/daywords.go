package acts

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// What a line says beside the booking is said in parts, each sealed by itself and with the moment it was
// last said: what two desks change apart of different parts is both kept.

// partOf is the part of the words that a member of a record belongs to.
func partOf(member string) ehrdesk.WordsPart {
	switch member {
	case "booking":
		return ehrdesk.WordsName
	case "patient":
		return ehrdesk.WordsPatient
	case "participation", "consent", "checked":
		return ehrdesk.WordsStanding
	case "act", "channel", "form", "reference", "why":
		return ehrdesk.WordsAct
	case "call":
		return ehrdesk.WordsCall
	}
	return ehrdesk.WordsLine
}

// members are what a record says, by name.
type members map[string]jsontext.Value

// said are the words of a record: without what its line itself says, and what is this desk's.
func (r taskRecord) said() (out members, err error) {
	r.kept = kept{}
	r.Booking.ID, r.Booking.Day = "", time.Time{} // as the booking says
	b, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		return nil, ehrdesk.Errorf("tasks", ehrdesk.CodeOther, "the task cannot be written")
	}
	return out, nil
}

// part is a part of the words as it is sealed; empty where the record says nothing of it.
func (m members) part(of ehrdesk.WordsPart) []byte {
	var out []byte
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if partOf(name) != of {
			continue
		}
		out = append(out, ',')
		out = append(append(append(out, '"'), name...), '"', ':')
		out = append(out, m[name]...)
	}
	if len(out) == 0 {
		return nil
	}
	out[0] = '{'
	return append(out, '}')
}

// words are a part of what a record says.
func (r taskRecord) words(part ehrdesk.WordsPart) ([]byte, error) {
	m, err := r.said()
	if err != nil {
		return nil, err
	}
	if b := m.part(part); b != nil {
		return b, nil
	}
	return []byte("{}"), nil
}

func wordsParts() []ehrdesk.WordsPart {
	return []ehrdesk.WordsPart{ehrdesk.WordsLine, ehrdesk.WordsName, ehrdesk.WordsPatient, ehrdesk.WordsStanding, ehrdesk.WordsAct, ehrdesk.WordsCall}
}

// says brings the words of a line into step with what its record says now; had is the record of before,
// nil for none, and opened that this desk can open what is sealed of it.
func (r taskRecord) says(l ehrdesk.DayLine, t ehrdesk.Task, had *taskRecord, opened bool, now func() ehrdesk.Stamp) (ehrdesk.DayLine, error) {
	new, err := r.said()
	if err != nil {
		return l, err
	}
	var old members
	if had != nil && len(had.Line) > 0 {
		if old, err = had.since(t, opened).said(); err != nil {
			return l, err
		}
	}
	for _, part := range wordsParts() {
		is, was := new.part(part), old.part(part)
		if _, said := l.Said(part); bytes.Equal(is, was) && (said || len(is) == 0) {
			continue
		}
		l = l.Say(part, now())
	}
	return l, nil
}

// sayAgain says the words of a line anew that went as somebody took it off, while a colleague at a desk apart
// went on with it later: it is back, and of whoever has kept them the others hear them again.
func sayAgain(d *day, r *taskRecord, l ehrdesk.DayLine) (said bool, err error) {
	if l.State() == ehrdesk.WorkInError || !slices.ContainsFunc(l.Steps, func(s ehrdesk.Step) bool { return s.State == ehrdesk.WorkInError }) {
		return false, nil
	}
	is, err := r.said()
	if err != nil {
		return false, err
	}
	nothing, err := taskRecord{Kind: r.Kind, State: r.State, Number: r.Number, At: r.At, Added: r.Added}.said()
	if err != nil {
		return false, err
	}
	stamp := d.share.Stamp(l.Last())
	for _, part := range wordsParts() {
		if _, there := l.Said(part); !there && !bytes.Equal(is.part(part), nothing.part(part)) {
			l, said = l.Say(part, stamp), true
		}
	}
	if !said {
		return false, nil
	}
	r.Untold = d.share.Kept()
	r.Line, err = r4.MarshalDayLine(l)
	return r.Untold, err
}

// open has a record say what the words of its line say, as far as this desk can open them: the part that
// was said last, of each, and of the name what it was before.
func (d *day) open(ctx context.Context, r *taskRecord, l ehrdesk.DayLine) {
	says, err := r.said()
	if err != nil {
		return
	}
	heard := false
	for _, part := range wordsParts() {
		w, ok := l.Said(part)
		if !ok {
			continue
		}
		words, ok := d.share.Open(ctx, l, w)
		if !ok {
			continue // this desk's own, which it has yet to tell, or nobody has given it the key yet
		}
		var of members
		if json.Unmarshal(words, &of) != nil {
			continue
		}
		heard = true
		maps.DeleteFunc(says, func(name string, _ jsontext.Value) bool { return partOf(name) == part })
		for name, v := range of {
			if partOf(name) == part {
				says[name] = v
			}
		}
	}
	if !heard {
		return
	}
	b, err := json.Marshal(says)
	var said taskRecord
	if err == nil && json.Unmarshal(b, &said) == nil && said.Kind == l.Kind {
		*r = said.clean()
	}
}

// namesBefore are the names that a line had before, oldest first.
func namesBefore(ctx context.Context, d *day, l ehrdesk.DayLine) (out []wasNamed) {
	for _, w := range l.Words {
		if last, _ := l.Said(ehrdesk.WordsName); w.Part != ehrdesk.WordsName || w.Stamp.Compare(last.Stamp) == 0 {
			continue
		}
		var said taskRecord
		if words, ok := d.share.Open(ctx, l, w); ok && json.Unmarshal(words, &said) == nil {
			out = append(out, wasNamed{ehrdesk.CleanLine(said.Booking.Name), w.Stamp})
		}
	}
	return out
}

// wasNamed is a name that a line had before.
type wasNamed struct {
	Name string        `json:"name"`
	Said ehrdesk.Stamp `json:"said"`
}

// was is what a line said before, oldest first.
func (r taskRecord) was() (out []ehrdesk.Was) {
	for _, b := range r.line().Before {
		out = append(out, ehrdesk.Was{At: b.At, Day: b.Day, Said: b.Stamp})
	}
	for _, n := range r.Named {
		out = append(out, ehrdesk.Was{Name: n.Name, Said: n.Said})
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.Was) int { return a.Said.Compare(b.Said) })
	return out
}

// since is the record of before with what is no news to other desks as a task says it now. That a
// wait was asked about again is none: what is told has every desk ask anew. Where this desk could
// not open what is sealed, neither is a change to the booking, which is told beside the words:
// sealed anew, these would say less than a colleague had said.
func (r taskRecord) since(t ehrdesk.Task, opened bool) taskRecord {
	if t.Kind == ehrdesk.TaskWait {
		r.Checked = t.Checked
	}
	if !opened {
		r.Number, r.At, r.Booking.ID, r.Booking.Day, r.Staff, r.State = saveNumber(t.Number), t.At, t.Booking.ID, t.Booking.Day, t.Staff, t.State
	}
	return r
}
