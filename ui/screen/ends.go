package screen

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// ended says of an end what ended, since when, why, and whom to ask.
func (e *Env) ended(end *ehrdesk.End) (what, todo string) {
	t := &e.T.Ends
	when := func(at time.Time) string { return ehrdesk.At(at.In(ehrdesk.HongKong())).DateTime() }
	what = text.Sprintf(e.S(t.Ended(end.Of)), when(end.Since))
	if !end.Until.IsZero() {
		what += text.Sprintf(e.S(t.Until), when(end.Until))
	}
	if reason := ehrdesk.CleanLine(end.Reason); reason != "" {
		what += text.Sprintf(e.S(t.Reason), reason)
	}
	if end.Of.OfProvider() {
		return what, e.S(t.Providers)
	}
	return what, e.S(t.Own)
}

// EndingSoon says within a width what of whoever is signed in ends within 30 days, and how
// many days are left; "" for nothing. What the centre last said counts, with the line or
// without.
func (e *Env) EndingSoon(w int) string {
	b, ok := e.Session.(ehrdesk.Bounded)
	if !ok {
		return ""
	}
	now := e.Now()
	end := ehrdesk.EndWithin(b.Ends(), now, ehrdesk.EndsAhead)
	if end == nil {
		return ""
	}
	t, what, left := &e.T.Ends, e.S(e.T.Ends.Soon(end.Of)), end.DaysLeft(now)
	last := ehrdesk.At(end.Since.Add(-1).In(ehrdesk.HongKong())).Date()
	for _, words := range []string{text.Sprintf(e.S(t.Last), what, last, left), text.Sprintf(e.S(t.Left), what, left)} {
		if paint.Width(words) <= w {
			return words
		}
	}
	return text.Sprintf(e.S(t.Few), left)
}

// Ended is what keeps whoever is signed in from going on, nil for nothing.
func (e *Env) Ended() *ehrdesk.End {
	if b, ok := e.Session.(ehrdesk.Bounded); ok {
		return b.Ended()
	}
	return nil
}
