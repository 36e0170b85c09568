package text

import (
	"github.com/ehrdesk/ehrdesk"
)

// Moment is a date or time for people: an instant by the desk's clock, a date the
// day it is, a time that was sent without a zone marked as such. "" for none.
func (w Words) Moment(at ehrdesk.When) string {
	words := at.In(w.zone).DateTime()
	if at.Zoneless && at.Precision >= ehrdesk.ToMinute {
		return w.put(w.c.Facts.Phrases.NoZone, words)
	}
	return words
}

// SentMoment is Moment with the sender's own time beside it where his zone is
// another one: what is printed on his paper.
func (w Words) SentMoment(at ehrdesk.When) string {
	words := w.Moment(at)
	if at.Precision < ehrdesk.ToMinute || at.Zoneless {
		return words
	}
	_, theirs := at.Time.Zone()
	if _, ours := at.Time.In(w.zone).Zone(); ours == theirs {
		return words
	}
	return w.put(w.c.Facts.Phrases.SentAs, words, at.DateTime()+" "+at.Time.Format("-07:00"))
}

// Date is the day of a moment in the desk's zone.
func (w Words) Date(at ehrdesk.When) string { return at.In(w.zone).Date() }

func (w Words) moments(list []ehrdesk.When) []string {
	out := make([]string, 0, len(list))
	for _, at := range list {
		if s := w.Moment(at); s != "" {
			out = append(out, s)
		}
	}
	return out
}
