package client

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// Whoever can write to the desk's folder can enrol himself there. So the keys go
// to nobody by the folder's word: the centre says who the provider's staff are
// and by which keys they are enrolled, and each has signed for the key that the
// desk's keys are sealed to. Without the line, admission waits.

// admitted reports whether the centre knows p, by the key that signed for p.
func admitted(staff []fhir.StaffMember, provider, install string, p cache.Person) bool {
	var line person.Person
	if json.Unmarshal(p.Public, &line) != nil || line.Bond == "" {
		return false
	}
	for _, m := range staff {
		if m.Staff == p.Staff {
			return fhir.NewBond(p.Staff+"@"+provider, install, p.Holder).Signed(line.Bond, m.Keys)
		}
	}
	return false
}

// staffOf are the accounts of the provider. Errors: CodeNotFound where the centre has no
// such list.
func staffOf(ctx context.Context, r roster) ([]fhir.StaffMember, error) {
	if r == nil {
		return nil, fhir.NotThere("staff")
	}
	return r.Staff(ctx)
}

// colleagues are the others who work for a session's provider: who waits for the desk's
// keys, and who is gone.
type colleagues struct {
	person.Sitting
	access      *accesslog.Log
	centre      roster // nil: the centre has no list
	unreachable func(context.Context, error) bool

	mu    sync.Mutex
	asked time.Time       // when the staff list was, for who is gone
	once  map[string]bool // what is written down once a session
}

// admit seals the keys to those who wait and whom the centre knows. Each is
// written down.
func (s *colleagues) admit(ctx context.Context) error {
	err := s.expelGone(ctx)
	switch {
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound: // a plain server has no such list
		err = nil
	case s.unreachable(ctx, err):
		return err
	}
	if len(s.Vault.Waiting()) == 0 {
		return err
	}
	staff, e := staffOf(ctx, s.centre)
	if e != nil {
		return cmp.Or(err, e)
	}
	provider, install := s.Self.Account().Provider, s.Store.Install()
	in, e := s.Vault.Admit(ctx, func(p cache.Person) bool { return admitted(staff, provider, install, p) })
	err = cmp.Or(err, e)
	for _, who := range in {
		err = cmp.Or(err, s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditEnrol, Detail: "the keys of this desk were sealed to " + who}))
	}
	return err
}

// Somebody whose account the centre has closed loses this desk's keys: at their
// own sign-in, when the centre says so, or as soon as a colleague's session hears
// it in the staff list. Only the centre's plain word counts: a refusal, silence or
// a name that is missing takes nothing from anybody. What exists nowhere else is
// never the price (cache.Store.Expel).

// staffEvery is how often a session asks who is gone.
const staffEvery = time.Hour

// expelGone takes the desk's keys from those whom the centre names as gone. The list
// is believed only where the asker stands in it, open.
func (s *colleagues) expelGone(ctx context.Context) error {
	me, now := s.Self.Account(), s.Now()
	s.mu.Lock()
	due := s.asked.IsZero() || now.Sub(s.asked).Abs() >= staffEvery
	s.mu.Unlock()
	if !due || len(s.Store.People()) < 2 {
		return nil
	}
	staff, err := staffOf(ctx, s.centre)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.asked = now
	s.mu.Unlock()
	gone, known := map[string]bool{}, false
	for _, m := range staff {
		gone[m.Staff] = m.Closed
		known = known || (m.Staff == me.Staff && !m.Closed)
	}
	if !known {
		return nil
	}
	var failed error // the first
	for _, p := range s.Store.People() {
		if !gone[p.Staff] {
			continue
		}
		e := ehrdesk.AuditEvent{Action: ehrdesk.AuditEnrol, Detail: "the keys of this desk were taken from " + p.Staff + ": account closed"}
		if err := s.Vault.Expel(ctx, p.Staff); err != nil {
			e.Outcome, e.Detail = ehrdesk.CodeOf(err), "the keys of this desk are to be taken from "+p.Staff+": account closed"
			if s.recordedOnce(e.Detail) {
				continue
			}
		}
		failed = cmp.Or(failed, s.access.Record(ctx, e))
	}
	return failed
}

// recordedOnce reports that this session has written a thing down before.
func (s *colleagues) recordedOnce(what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.once[what]
	if s.once == nil {
		s.once = map[string]bool{}
	}
	s.once[what] = true
	return before
}
