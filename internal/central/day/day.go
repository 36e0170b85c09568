// Package day is the list that the desks of one provider share: who comes, how far each has
// come, and what is to be done for them. The desks keep it, and merge what they say of it apart;
// the centre merges in the same way, gives each what it lacks, and reads of it no more than the
// booking: what a line says beside that is sealed for the provider's desks.
package day

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Lists are the days of all providers.
type Lists struct {
	rest  *rest.Server
	store store.Store
}

// New are the lists of a store.
func New(rest *rest.Server, store store.Store) *Lists { return &Lists{rest, store} }

// Limits. A clinic of five doctors with 400 visits a day has 24,000 lines in its two months.
const (
	maxInput   = 12 << 20 // bytes of one exchange: ehrdesk.MaxDayLines lines of usual size
	maxLines   = 60000    // of a provider
	keptDays   = 60       // how long a line stays after its day
	maxReaders = 500
	maxKeys    = 1000
	maxKey     = 4 << 10 // bytes of a reader's key, and of a wrapped one
	aheadDays  = 400     // how far ahead somebody is booked
)

// Routes are what a desk signed in may ask for.
func (l *Lists) Routes() map[string]rest.Handler {
	return map[string]rest.Handler{
		"POST /fhir/$day":     l.exchange,
		"GET /fhir/$day-list": l.list,
	}
}

// works reports who has to do with a provider's day: everybody but those who look after its
// accounts and logs alone.
func works(who *store.Account) error {
	if who.Role == ehrdesk.FrontDesk || who.Role.Clinical() {
		return nil
	}
	return refusal.New(http.StatusForbidden, "", "The provider's day is for those who work with its patients.")
}

// exchange takes a desk's lines and gives those that changed since it last asked. A desk that
// has nothing to say, as most have most of the time, waits for nobody's writing.
func (l *Lists) exchange(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	in, err := rest.ReadInput(w, r, maxInput)
	if err == nil {
		err = works(who)
	}
	if err != nil {
		return err
	}
	since, err := strconv.ParseInt(in.Get("since").ValueString, 10, 64)
	if err != nil || since < 0 {
		return refusal.Invalid("since is how far the desk has read: a number.")
	}
	from := in.Get("from").ValueString
	if _, err := time.Parse(time.DateOnly, from); err != nil {
		return refusal.Invalid("from is the first day that the desk wants: YYYY-MM-DD.")
	}
	lines, err := linesIn(in)
	if err != nil {
		return err
	}
	me, err := readerIn(in, who)
	if err != nil {
		return err
	}
	says := len(lines) > 0 || in.Get("key").Name != ""
	var out rest.Obj
	if !says {
		err := l.store.Read(r.Context(), func(tx *store.Tx) error {
			if says = me != nil && !known(tx.Desks.Days().Readers(who.HCP), me); !says {
				out = answer(tx, who, me, since, from, in.Get("readers").ValueString)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if says {
		err := l.store.Write(r.Context(), func(tx *store.Tx) error {
			untaken, err := take(tx, who, lines)
			if err != nil {
				return err
			}
			reader, err := takeReader(tx, who, me)
			if err != nil {
				return err
			}
			keys, err := takeKeys(tx, who, in)
			if err != nil {
				return err
			}
			if reader || keys { // the others hear at once: a desk that has the keys seals them for whom it is new to, and they can open what is there
				seq, _ := tx.Changes.Next()
				tx.Desks.Days().Touch(who.HCP, seq)
			}
			out = answer(tx, who, me, since, from, in.Get("readers").ValueString, untaken...)
			return nil
		})
		if err != nil {
			return err
		}
	}
	l.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

func linesIn(in rest.Input) (lines []ehrdesk.DayLine, err error) {
	for _, p := range in {
		if p.Name != "line" {
			continue
		}
		line, err := fhir.ParseDayLine(p.Resource)
		if err != nil {
			return nil, refusal.Invalid("A line is no Appointment or Task as desks keep them.")
		}
		if id, err := uuid.Parse(line.ID); err != nil || id.String() != line.ID {
			return nil, refusal.Invalid("A line has no UUID.")
		}
		lines = append(lines, line)
	}
	if len(lines) > ehrdesk.MaxDayLines {
		return nil, refusal.New(http.StatusRequestEntityTooLarge, "", "Too many lines at a time.")
	}
	return lines, nil
}

// take merges lines into the list. One that is not taken holds up no other: it is named in the
// answer, with why.
func take(tx *store.Tx, who *store.Account, lines []ehrdesk.DayLine) (untaken []any, err error) {
	if len(lines) == 0 {
		return nil, nil
	}
	tx.Desks.Days().Forget(who.HCP, ehrdesk.DayOf(tx.Now.AddDate(0, 0, -keptDays)))
	room := maxLines - tx.Desks.Days().Count(who.HCP)
	for _, line := range lines {
		added, err := takeLine(tx, who, line, room > 0)
		var no *refusal.Error
		switch {
		case errors.As(err, &no):
			untaken = append(untaken, rest.Part("untaken", rest.Param("id", "valueUuid", line.ID), rest.Param("code", "valueCode", no.Issue), rest.Param("why", "valueString", no.Text)))
		case err != nil:
			return nil, err
		case added:
			room--
		}
	}
	return untaken, nil
}

// untold is why a line is not taken.
func untold(why ehrdesk.Unshared, text string) *refusal.Error {
	return refusal.New(http.StatusUnprocessableEntity, string(why), text)
}

// takeLine merges one line into the list; added is true of one that is new.
func takeLine(tx *store.Tx, who *store.Account, line ehrdesk.DayLine, room bool) (added bool, err error) {
	switch {
	case tooMuch(line):
		return false, untold(ehrdesk.UnsharedSize, "A line says too much.")
	case line.Booked.Day > ehrdesk.DayOf(tx.Now.AddDate(0, 0, aheadDays)) || !open(line) && until(line) < ehrdesk.DayOf(tx.Now.AddDate(0, 0, -keptDays)):
		return false, untold(ehrdesk.UnsharedDay, "A line is for a day that is too far off.")
	case line.Last().At.After(tx.Now.Add(ehrdesk.StampsAhead)):
		return false, untold(ehrdesk.UnsharedClock, "A line was changed at a time that is yet to come: the desk's clock is wrong.")
	}
	had := tx.Desks.Days().Get(who.HCP, line.ID)
	var old ehrdesk.DayLine
	switch {
	case had != nil:
		if old, err = fhir.ParseDayLine(had.Body); err != nil {
			return false, store.Err
		}
		if !old.Adds(line) {
			return false, nil
		}
	case !room:
		return false, untold(ehrdesk.UnsharedFull, fmt.Sprintf("The provider's list is full: %d lines.", maxLines))
	}
	if err := told(tx, who, &line, old); err != nil {
		return false, err
	}
	if had != nil {
		if line = old.Merge(line); tooMuch(line) {
			return false, untold(ehrdesk.UnsharedSize, "A line says too much, with what it said before.")
		}
	}
	body, err := fhir.MarshalDayLine(line)
	if err != nil {
		return false, err
	}
	if had != nil && bytes.Equal(body, had.Body) {
		return false, nil
	}
	seq, _ := tx.Changes.Next()
	tx.Desks.Days().Put(who.HCP, &store.DayRow{ID: line.ID, Seq: seq, Day: until(line), Body: body})
	return had == nil, nil
}

// forever is the day of what is kept, and told to every desk, until somebody has concluded it.
const forever = "9999-12-31"

// open reports a call or a review that nobody has concluded.
func open(line ehrdesk.DayLine) bool { return line.Kind.Called() && !line.State().Over() }

// until is the day to which a line belongs: that of its booking. A call outlives the day by which
// it was due: it has none before it is concluded, and then that on which it was.
func until(line ehrdesk.DayLine) string {
	switch {
	case open(line):
		return forever
	case line.Kind.Called():
		return max(line.Booked.Day, ehrdesk.DayOf(line.Last().At))
	}
	return line.Booked.Day
}

// told holds a line against what the centre has heard of it: what it has heard stays as it was
// said, and to what is new it writes who told it, where that is not who did it. A desk sends what
// its people did without the line, whoever of them signs in first; who did it has to be of the
// provider.
func told(tx *store.Tx, who *store.Account, line *ehrdesk.DayLine, old ehrdesk.DayLine) error {
	ours := func(s ehrdesk.Stamp) error {
		if s.IsZero() || s.By == who.Staff || tx.Accounts.Get(who.HCP, s.By) != nil {
			return nil
		}
		return untold(ehrdesk.UnsharedStaff, "A line was changed by somebody who is not of this provider.")
	}
	for i := range line.Steps {
		s := &line.Steps[i]
		if j := slices.IndexFunc(old.Steps, func(o ehrdesk.Step) bool { return o.Stamp.Compare(s.Stamp) == 0 }); j >= 0 {
			*s = old.Steps[j]
			continue
		}
		if err := ours(s.Stamp); err != nil {
			return err
		}
		if s.Via = ""; s.Stamp.By != who.Staff {
			s.Via = who.Staff
		}
	}
	if booked := &line.Booked; booked.Stamp.Compare(old.Booked.Stamp) == 0 {
		booked.Number, booked.Day, booked.At = old.Booked.Number, old.Booked.Day, old.Booked.At
		if booked.Named.Compare(old.Booked.Named) == 0 {
			booked.Booking = old.Booked.Booking
		}
	}
	for i := range line.Words {
		w := &line.Words[i]
		if j := slices.IndexFunc(old.Words, func(o ehrdesk.SealedWords) bool { return o.Part == w.Part && o.Stamp.Compare(w.Stamp) == 0 }); j >= 0 {
			*w = old.Words[j]
		}
	}
	for i := range line.Before {
		b := &line.Before[i]
		if b.Stamp.Compare(old.Booked.Stamp) == 0 {
			b.Day, b.At = old.Booked.Day, old.Booked.At
		}
		if j := slices.IndexFunc(old.Before, func(o ehrdesk.Before) bool { return o.Stamp.Compare(b.Stamp) == 0 }); j >= 0 {
			*b = old.Before[j]
		}
		if err := ours(b.Stamp); err != nil {
			return err
		}
	}
	for _, s := range line.Stamps() {
		if err := ours(s); err != nil {
			return err
		}
	}
	return nil
}

// tooMuch reports a line that says more than the centre takes of one.
func tooMuch(line ehrdesk.DayLine) bool {
	n := 0
	for _, w := range line.Words {
		n += len(w.Bytes)
		if len(w.Part) > 40 {
			return true
		}
	}
	return n > ehrdesk.MaxSealed || len(line.Words) > ehrdesk.MaxParts || len(line.Booked.Booking) > 200
}
