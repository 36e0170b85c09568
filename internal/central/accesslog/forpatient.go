package accesslog

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// ForPatient is one access to a patient's record as that patient may know it: the person by
// name and profession, and no staff id, address or words that were typed about the patient.
type ForPatient struct {
	When       time.Time // when it was done, in Hong Kong
	Reported   time.Time // when a desk told of what it did without the line; zero where the centre was asked
	Name       string    // "" for the centre's operator
	Profession ehrdesk.Profession
	Provider   string
	Chinese    string // the provider's name in Chinese
	Location   string
	Action     ehrdesk.AuditAction
	What       string // an operation or a type that was asked for; no id
	Purpose    ehrdesk.Purpose
	Kinds      []string     // kinds of record, by name
	Outcome    ehrdesk.Code // "" for success
	Pages      int          // how many pages a list was sent in
	Late       bool         // longer without the centre than the provider allows
	Unsure     bool         // by a clock that nobody vouches for
}

// Restricted reports that it was about records that need the patient's own leave.
func (a *ForPatient) Restricted() bool {
	return restricted(a.Action, a.What)
}

// ReleaseEnded is what a leave to see restricted records comes to be: nobody is given
// anything by it.
const ReleaseEnded ehrdesk.AuditAction = "release-ended"

// AccessesForPatient follows the whole log and then gives the accesses to one participant's
// record, by when they were done: whoever hands the list to the patient has to know that
// nothing in it was changed, so what does not fit is in Standing and the list comes all the
// same. The pages of a list are one access, and a read bears the purpose for which the same
// person opened the record at the same desk within a working shift. Errors: CodeInvalid,
// CodeNotFound, the store's.
func (l *Log) AccessesForPatient(ctx context.Context, ehr string) ([]ForPatient, Standing, error) {
	if _, err := ehrdesk.ParseEHRNumber(ehr); err != nil { // without one it would be of everybody
		return nil, Standing{}, err
	}
	found, err := l.VerifyAudit(ctx, nil)
	if err != nil {
		return nil, found, err
	}
	var out []ForPatient
	err = l.about(ctx, ehr, func(tx *store.Tx, patient string) error {
		s := seen{tx: tx, lists: map[string]int{}, opened: map[string]opening{}}
		if err := tx.Log.Each(patient, 0, s.add); err != nil {
			return err
		}
		out = s.out
		return nil
	})
	slices.SortStableFunc(out, func(a, b ForPatient) int { return a.When.Compare(b.When) })
	return out, found, err
}

// opening is for what, and when, somebody at a desk opened the record last.
type opening struct {
	at      time.Time
	purpose ehrdesk.Purpose
}

// seen makes the events of one patient into accesses.
type seen struct {
	tx     *store.Tx
	out    []ForPatient
	lists  map[string]int // where in out the list that an event began is
	opened map[string]opening
}

func (s *seen) add(e *store.LogEntry) error {
	if i, ok := s.lists[e.Access]; e.Access != "" && ok && e.Outcome == "" {
		s.out[i].Pages++
		s.out[i].Kinds = union(s.out[i].Kinds, e.Kinds)
		return nil
	}
	what, _, _ := strings.Cut(e.What, "/")
	v := ForPatient{When: store.Time(e.At).In(HongKong), Profession: e.Role, Location: e.Location, Action: e.Action, What: what, Purpose: ehrdesk.Purpose(e.Purpose), Kinds: slices.Clone(e.Kinds),
		Outcome: ehrdesk.Code(e.Outcome), Pages: 1,
		Late: slices.Contains(e.Marks, MarkLate), Unsure: slices.Contains(e.Marks, MarkClock)}
	if e.Action == ehrdesk.AuditRelease && strings.HasPrefix(e.Reason, "ended: ") {
		v.Action = ReleaseEnded
	}
	if e.Acted != 0 {
		v.When, v.Reported = store.Time(e.Acted).In(HongKong), v.When
	}
	if a := s.tx.Accounts.Get(e.HCP, e.Staff); a != nil {
		v.Name = cmp.Or(a.Name, e.Staff)
	}
	if h := s.tx.Accounts.Provider(e.HCP); h != nil {
		v.Provider, v.Chinese = h.Name, h.Chinese
	}
	who := e.HCP + "\x00" + e.Staff + "\x00" + e.Client
	switch last, known := s.opened[who]; {
	case v.Purpose != "":
		s.opened[who] = opening{v.When, v.Purpose}
	case known && v.When.Sub(last.at).Abs() < visitLife && (e.Action == ehrdesk.AuditRead || e.Action == ehrdesk.AuditQuery):
		v.Purpose = last.purpose
	}
	s.lists[e.ID] = len(s.out)
	s.out = append(s.out, v)
	return nil
}

// union are the names of both, those of a first.
func union(a, b []string) []string {
	for _, name := range b {
		if !slices.Contains(a, name) {
			a = append(a, name)
		}
	}
	return a
}
