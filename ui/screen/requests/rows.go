package requests

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// row is a request in the list, or a sealed case.
type row struct {
	r      *ehrdesk.Request
	v      *ehrdesk.CaseView // nil of a request
	n      ehrdesk.CaseCount // of v
	act    bool              // it waits for whoever is signed in
	urgent bool              // it is overdue, or something critical in it is to be acknowledged
	alike  bool              // another name on the list is nearly the same
}

// id is what the row is called.
func (r *row) id() string {
	if r.v != nil {
		return r.v.ID
	}
	return r.r.ID
}

// over reports what is closed, and since is from when on it stands as it does.
func (r *row) over() bool {
	if r.v != nil {
		return r.v.State.Over() || r.v.Left
	}
	return r.r.State.Over()
}

func (r *row) since() time.Time {
	if r.v != nil {
		return r.v.Latest()
	}
	return r.r.Since()
}

// rows are the requests and the cases in the order of the list: what is to be acted on, then what is to be known; in each what is overdue
// or critical first, then the oldest, and what is closed at the end.
func rows(e *screen.Env) []row {
	all, sealed := e.Day.Asked.All, e.Day.Cases.All
	out := make([]row, 0, len(all)+len(sealed))
	people := make([]ehrdesk.Patient, 0, len(all)+len(sealed))
	for i := range all {
		late, _ := all[i].Overdue(e.Now())
		out = append(out, row{r: &all[i], act: e.ToAct(&all[i]), urgent: late != ""})
		people = append(people, all[i].Patient)
	}
	for i := range sealed {
		n := sealed[i].Count(e.Me(), e.Now())
		out = append(out, row{v: &sealed[i], n: n, act: sealed[i].ToAct(n), urgent: n.Urgent()})
		p, _ := e.CasePatient(sealed[i].Patient)
		people = append(people, p)
	}
	for i, alike := range screen.Alike(people) {
		out[i].alike = alike
	}
	slices.SortStableFunc(out, func(a, b row) int {
		for _, first := range []func(row) bool{
			func(r row) bool { return r.act },
			func(r row) bool { return r.urgent },
			func(r row) bool { return !r.over() },
		} {
			switch x, y := first(a), first(b); {
			case x && !y:
				return -1
			case y && !x:
				return 1
			}
		}
		return a.since().Compare(b.since())
	})
	return out
}

// direction says which way a request goes, and who the other provider is.
func direction(e *screen.Env, r *ehrdesk.Request) (mark, other string) {
	t := &e.T.Requests
	if r.Side(e.Account().Provider) == ehrdesk.Asks {
		return e.S(t.Out), text.Sprintf(e.S(t.To), theOther(e, r))
	}
	return e.S(t.In), text.Sprintf(e.S(t.From), theOther(e, r))
}

// theOther is the provider on the other side.
func theOther(e *screen.Env, r *ehrdesk.Request) string {
	p := r.From
	if r.Side(e.Account().Provider) == ehrdesk.Asks {
		p = r.To
	}
	if p.ID == ehrdesk.Office && p.Name == "" {
		return e.S(e.T.Requests.Office)
	}
	return party(p)
}

func party(p ehrdesk.RequestParty) string {
	if name := ehrdesk.CleanLine(p.Name); name != "" {
		return name
	}
	return ehrdesk.CleanLine(p.ID)
}

// state says how far a request has come, since when and for how long; of what is booked for which day, as the day on which it
// was booked alone would be read as that.
func state(e *screen.Env, r *ehrdesk.Request) string {
	words := e.S(e.T.Requests.StateOf(r.State))
	at := r.Since()
	if n := len(r.Steps); r.State == ehrdesk.RequestBooked && n > 0 && !r.Steps[n-1].Day.IsZero() {
		return words + " " + date(e, at) + ", " + text.Sprintf(e.S(e.T.Requests.Day), r.Steps[n-1].Day.Date())
	}
	if !at.IsZero() {
		words += " " + date(e, at) + ", " + text.Sprintf(e.S(e.T.Requests.Ago), e.Elapsed(max(0, e.Now().Sub(at))))
	}
	return words
}

// trouble says what is overdue and what has not been delivered, with how it is drawn; "" for neither.
func trouble(e *screen.Env, r *ehrdesk.Request) (out []string, st paint.Style) {
	t := &e.T.Requests
	st = theme.Text
	if what, due := r.Overdue(e.Now()); what != "" {
		out, st = append(out, text.Sprintf(e.S(t.OverdueBy), e.Elapsed(e.Now().Sub(due)), e.S(t.Overdue[what]))), theme.Abnormal
	}
	switch r.Waits {
	case ehrdesk.DepositWaits:
		out = append(out, e.S(t.Waits))
		if st == theme.Text {
			st = theme.Syncing
		}
	case ehrdesk.DepositRefused:
		out, st = append(out, text.Sprintf(e.S(t.Refused), e.Reason(r.Why))), theme.Critical
	case ehrdesk.DepositSent, ehrdesk.DepositApproval:
	}
	return out, st
}

func date(e *screen.Env, at time.Time) string { return ehrdesk.At(at.In(e.Now().Location())).Date() }

func moment(e *screen.Env, at time.Time) string {
	return ehrdesk.At(at.In(e.Now().Location())).DateTime()
}
