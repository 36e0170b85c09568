// Package mailbox carries sealed cases between clinicians of different providers (adr/0059). It keeps each case's events in the one
// order in which they came and were allowed, what is sealed until it is fetched or over, and the keys that desks offer to be sealed
// to. It promises that a case has one history, that an envelope is given to nobody but its author and whom its event names, that a
// provider without the patient's consent is given nothing and adds nothing, and that what is over is deleted. It can read no word of
// what is said: it has no key, and what it sees is who, when, about which patient, to whom, and a size class. It is no record store.
// Beside cases it has the groups of providers (adr/0061): each one's events, and its role keys, sealed to the desks of its staff.
package mailbox

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Mailbox is the cases of a store.
type Mailbox struct {
	rest  *rest.Server
	store store.Store
}

// New is the mailbox of a store.
func New(rest *rest.Server, st store.Store) *Mailbox { return &Mailbox{rest, st} }

// Routes are what a desk signed in may ask for.
func (m *Mailbox) Routes() map[string]rest.Handler {
	return groups{m}.routes(map[string]rest.Handler{
		"POST /fhir/$case-event":   m.append,
		"GET /fhir/$cases":         m.list,
		"GET /fhir/$case-events":   m.events,
		"PUT /fhir/$case-envelope": m.bring,
		"GET /fhir/$case-envelope": m.fetch,
		"POST /fhir/$offer-keys":   m.offer,
		"GET /fhir/$offered-keys":  m.left,
		"POST /fhir/$take-keys":    m.take,
		"POST /fhir/$case-report":  m.report,
	})
}

// How things are called in the log.
func ofCase(id string) string     { return "Case/" + id }
func ofEnvelope(id string) string { return "Envelope/" + id }

// works refuses whom no case is any business of: of what a front desk does nothing is said in a case.
func works(who *store.Account) error {
	if !who.Role.Clinical() {
		return refusal.RoleMayNot()
	}
	return nil
}

func isID(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// place is how somebody stands in a case: in it, or in it until an event; row is nil for no case, and for one that is none of theirs.
type place struct {
	row    *store.CaseRow
	in     bool
	joined bool // ever
	until  int  // the last event that they may be told of
}

func placeOf(tx *store.Tx, who *store.Account, id string) place {
	p := place{row: tx.Desks.Cases().Get(id)}
	if p.row == nil {
		return p
	}
	is := standsFor(tx, who)
	for _, m := range tx.Desks.Cases().Members(id) {
		if !is[ehrdesk.CasePerson{Provider: m.HCP, Staff: m.Staff}] {
			continue
		}
		p.joined = true
		if m.Left == 0 {
			p.in, p.until = true, p.row.N
			return p
		}
		p.until = max(p.until, m.Left)
	}
	if !p.joined {
		p.row = nil
	}
	return p
}

// standsFor is who of a case an account is: themselves, and the groups that they answer for now.
func standsFor(tx *store.Tx, who *store.Account) map[ehrdesk.CasePerson]bool {
	out := map[ehrdesk.CasePerson]bool{{Provider: who.HCP, Staff: who.Staff}: true}
	for _, id := range tx.Desks.Groups().AnsweredBy(who.HCP, who.Staff) {
		out[(&ehrdesk.Group{ID: id, Provider: who.HCP}).Person()] = true
	}
	return out
}

// member is the case of somebody who is in it, whose provider may see the patient's records. Errors: 404 for no case of theirs, 403
// where they were taken out, where the consent has ended, and those of the gate.
func member(tx *store.Tx, who *store.Account, id string) (*store.CaseRow, error) {
	p := placeOf(tx, who, id)
	switch {
	case p.row == nil:
		return nil, refusal.NotFound()
	case !p.in:
		return nil, left()
	}
	if _, _, err := gate.MayRead(tx, who, p.row.Patient); err != nil {
		return nil, err
	}
	return p.row, nil
}

func left() *refusal.Error {
	return refusal.New(http.StatusForbidden, "case-left", "Who asks is not in this case any more.")
}

// goesTo refuses a provider, or somebody there, to whom nothing of a patient may go: the patient has not consented, or they take no
// part any more. name is what they are called.
func goesTo(tx *store.Tx, patient string, p ehrdesk.CasePerson) (name string, err error) {
	if name, err = called(tx, p); err != nil {
		return "", err
	}
	h, who := tx.Accounts.Provider(p.Provider), tx.Participants.Get(patient)
	switch {
	case h == nil:
		return "", nobody()
	case h.NoView:
		return "", refusal.NotAgreed("view")
	case who == nil:
		return "", refusal.NotRegistered()
	}
	if !gate.ConsentTo(tx, who, h).State.Allows() {
		f := refusal.ConsentNeeded()
		f.Text = "There is no active sharing consent to the provider of who is named."
		return "", f
	}
	return name, nil
}

// called is what somebody is called who works with patients, or a group that is open.
func called(tx *store.Tx, p ehrdesk.CasePerson) (string, error) {
	takesPart := ehrdesk.EndInForce(tx.Accounts.Ends(p.Provider, p.Staff), tx.Now) == nil
	if id := p.Group(); id != "" {
		row := tx.Desks.Groups().Get(id)
		if row == nil || row.HCP != p.Provider || row.Closed || !takesPart {
			return "", nobody()
		}
		g, err := grouped(tx, row)
		return g.Name, err
	}
	to := tx.Accounts.Get(p.Provider, p.Staff)
	switch {
	case to == nil || to.Closed || !to.Role.Clinical():
		return "", nobody()
	case !takesPart:
		return "", refusal.New(http.StatusUnprocessableEntity, "not-found", "Who is named takes no part any more.")
	}
	return to.Name, nil
}

func nobody() *refusal.Error {
	return refusal.New(http.StatusUnprocessableEntity, "not-found", "Who is named is no clinician of the directory, nor a group that is open.")
}

// tried writes down what somebody was refused in a case, "" for none that is known, without a word of it.
func (m *Mailbox) tried(r *http.Request, who *store.Account, e accesslog.Event, of string, err error) error {
	f, ok := refusal.As(err)
	if !ok || f.Keep {
		return err
	}
	return errors.Join(err, m.store.Write(r.Context(), func(tx *store.Tx) error {
		e.Who, e.Outcome = who, f.Code()
		if row := tx.Desks.Cases().Get(of); of != "" && row != nil {
			e.Patient = row.Patient
		}
		accesslog.Add(tx, e)
		return nil
	}))
}
