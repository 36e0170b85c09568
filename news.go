package ehrdesk

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// News reports what came new of somebody on the day's list, and waits until a person acknowledges it by name.
func (f FollowKind) News() bool { return f == FollowAct || f == FollowKnow }

// Came reports what is of one record as it stands, which came: it is gone with the record and with the consent.
func (f FollowKind) Came() bool { return f.News() || f == FollowReport }

// Waiting are the lines of a day that wait to be acknowledged: to be acted on first, and of each the oldest first.
func Waiting(tasks []Task) (out []Task) {
	for _, t := range tasks {
		if t.Call.What.News() && !t.Work.Over() {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Task) int {
		act := func(t Task) int {
			if t.Call.What == FollowAct {
				return 0
			}
			return 1
		}
		return cmp.Or(act(a)-act(b), a.Call.At.Compare(b.Call.At), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// PatientNews is what waits of one patient to be acknowledged: how much, since when and whose it is, and nothing of what
// it is.
type PatientNews struct {
	Lead      Task // the first of them
	Act, Know int
	Since     time.Time // when the centre had the oldest
	Owner     string    // who took them last, a staff id; "" while nobody has
}

// Has reports whether it is of somebody in the list: looked up, or by number alone.
func (p PatientNews) Has(who Patient, n Number) bool {
	if who.ID != "" {
		return p.Lead.Patient.ID == who.ID
	}
	return !n.IsZero() && slices.Contains(p.Lead.Patient.numbers(), n)
}

// NewsOf is what waits, by patient: those of whom something is to be acted on first, and of these who has waited longest.
func NewsOf(tasks []Task) (out []PatientNews) {
	at := map[string]int{}
	taken := map[string]Stamp{}
	for _, t := range Waiting(tasks) {
		i, ok := at[t.Patient.ID]
		if !ok {
			i = len(out)
			at[t.Patient.ID] = i
			out = append(out, PatientNews{Lead: t, Since: t.Call.At})
		}
		p := &out[i]
		if t.Call.What == FollowAct {
			p.Act++
		} else {
			p.Know++
		}
		if t.Call.At.Before(p.Since) {
			p.Since = t.Call.At
		}
		for _, s := range t.Call.History { // what comes after somebody took the others is theirs as well
			if s.Outcome == CallTaken && taken[t.Patient.ID].Compare(s.Stamp) <= 0 {
				taken[t.Patient.ID], p.Owner = s.Stamp, s.Stamp.By
			}
		}
	}
	slices.SortStableFunc(out, func(a, b PatientNews) int {
		return cmp.Or(cmp.Compare(min(b.Act, 1), min(a.Act, 1)), a.Since.Compare(b.Since), cmp.Compare(a.Lead.Patient.ID, b.Lead.Patient.ID))
	})
	return out
}

// NewsKeeping is a session that keeps what came new of those on the day's list until somebody has acknowledged it. It
// outlives the program, the day and the copy of the record, and is gone when its record is withdrawn or the consent ends.
type NewsKeeping interface {
	// News lists what waits of a patient whose chart is open, in the order of Waiting.
	// Errors: CodeDenied where none is, and for a profession that reviews no records.
	News(ctx context.Context, patient string) ([]Task, error)
	// TakeNews notes that whoever is signed in has what waits of a patient; no chart need be open.
	// Errors: CodeNotFound where nothing waits.
	TakeNews(ctx context.Context, patient string) error
	// AcknowledgeNews keeps that whoever is signed in has taken note of what waits, by the ids of its lines; it is on the
	// disk, and in the access log, when it returns. What is to be acted on is acknowledged one by one.
	// Errors: CodeDenied as News, and of a result for a profession that does not answer for results, CodeInvalid for
	// several of which one is to be acted on, CodeConflict for a result that is not complete, CodeNotFound.
	AcknowledgeNews(ctx context.Context, patient string, ids ...string) error
}
