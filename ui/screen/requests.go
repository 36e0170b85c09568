package screen

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Requests is what the provider asks of others and is asked, as last read from the desk. Behind a lock there is none of it.
type Requests struct {
	All    []ehrdesk.Request
	AsOf   time.Time // when the centre last said what is new; zero for never
	Read   bool      // the desk has given them
	Asking bool      // the centre is being asked
	Since  time.Time // from when on
	Err    error     // why it did not answer; nil where it did
	Stale  bool      // a step was written: they are read anew after this message
	Ask    bool      // and the centre is to be asked
}

// ToAct reports what waits for whoever is signed in: a step that is waited for from them, one that is overdue, or one that was
// refused.
func (e *Env) ToAct(r *ehrdesk.Request) bool {
	a := e.Account()
	what, _ := r.Overdue(e.Now())
	return what != "" || r.Waits == ehrdesk.DepositRefused || ehrdesk.Awaits(r.Kind, r.State, r.Side(a.Provider), a.Role)
}

// RequestsToAct counts what waits, and what of it is overdue.
func (e *Env) RequestsToAct() (act, overdue int) {
	for i := range e.Day.Asked.All {
		r := &e.Day.Asked.All[i]
		if !e.ToAct(r) {
			continue
		}
		act++
		if what, _ := r.Overdue(e.Now()); what != "" {
			overdue++
		}
	}
	return act, overdue
}
