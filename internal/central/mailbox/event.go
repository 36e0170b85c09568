package mailbox

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/enrolled"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Limits of what is said in a case.
const (
	maxInput  = 512 << 10       // bytes of a request that brings an event, its envelope's head and a short envelope
	mostShort = 256 << 10       // bytes of an envelope that comes with its event
	mostSaid  = 2000            // envelopes of one case: each event is held against all before it
	apart     = 5 * time.Minute // a desk's clock from ours
	mostCase  = 1 << 20         // events of one case that are read at once: all
)

// append takes the event that comes next in a case, or begins one, with what is said in it. However often it is sent, it is there once.
func (m *Mailbox) append(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	if err := works(who); err != nil {
		return m.tried(r, who, accesslog.Event{Action: ehrdesk.AuditUpdate, What: "Case"}, "", err)
	}
	in, err := rest.ReadInput(w, r, maxInput)
	if err != nil {
		return err
	}
	short, err := in.Get("sealed").Bytes(mostShort)
	if err != nil {
		return err
	}
	a := &act{who: who, signed: in.Get("event").ValueString, head: in.Get("head").ValueString, short: short}
	what, of := accesslog.Event{Action: ehrdesk.AuditUpdate, What: "Case"}, ""
	err = m.store.Write(r.Context(), func(tx *store.Tx) error {
		a.row = nil
		err := a.take(tx)
		if isID(a.event.Case) {
			of, what.What = a.event.Case, ofCase(a.event.Case)
		}
		return err
	})
	if err != nil {
		return m.tried(r, who, what, of, err)
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(rest.Param("n", "valueString", strconv.Itoa(a.event.N)), rest.Param("head", "valueString", a.row.Head)))
	return nil
}

// act is an event that somebody sends.
type act struct {
	who          *store.Account
	signed, head string
	short        []byte

	event ehrdesk.CaseEvent
	row   *store.CaseRow // as it is after it
}

// take takes it, or what was taken before for it.
func (a *act) take(tx *store.Tx) error {
	one, err := enrolled.KeyOf(tx, a.who)
	if err != nil {
		return err
	}
	if a.event, err = caselog.Read(a.signed, one); err != nil {
		return enrolled.Unsigned(err)
	}
	e := &a.event
	if !isID(e.Case) || e.Name != a.who.Name || e.At.Sub(tx.Now).Abs() > apart {
		return refusal.Invalid("An event is of a case with a UUID, by who asks, as they are called, and of now.")
	}
	cases := tx.Desks.Cases()
	p := placeOf(tx, a.who, e.Case)
	begins := e.Kind == ehrdesk.CaseBegun
	switch {
	case p.row == nil && (!begins || cases.Get(e.Case) != nil):
		return refusal.NotFound() // of one that is none of theirs nobody learns that it is there
	case p.row == nil && !rest.IsCode(e.Patient):
		return refusal.Invalid("A case is of a patient, by their logical id.")
	case p.row == nil:
		p.row = &store.CaseRow{ID: e.Case, Patient: e.Patient}
	case e.N <= p.row.N && e.N > 0:
		had := cases.Events(e.Case, e.N-1, 1)
		if e.N <= p.until && had[0].Hash == caselog.Hash(a.signed) {
			a.row = p.row
			a.row.Head = cases.Events(e.Case, p.until-1, 1)[0].Hash
			return nil
		}
		if p.in {
			return behind(p.row)
		}
		return left()
	case !p.in:
		return left()
	case e.Before != p.row.Head || e.N != p.row.N+1:
		return behind(p.row)
	}
	if err := a.may(tx, p.row, begins); err != nil {
		return err
	}
	return a.keep(tx, p.row)
}

// behind says how far a case has come to who did not know.
func behind(row *store.CaseRow) *refusal.Error {
	f := refusal.New(http.StatusConflict, "case-behind", "The case has moved on: this event does not come next.")
	f.Head = row.Head
	return f
}

// may refuses what its author may not do now in this case, by consent and by how often.
func (a *act) may(tx *store.Tx, row *store.CaseRow, begins bool) error {
	limit := &limits.Events
	if begins {
		limit = &limits.Cases
	}
	if _, err := limits.Spend(tx, limit, a.who, ehrdesk.AuditUpdate); err != nil {
		return err
	}
	if _, _, err := gate.MayRead(tx, a.who, row.Patient); err != nil && !a.winds(err) {
		return err
	}
	return nil
}

// winds is whether an event only has a case, or somebody's part in it, end: that may be done without a consent, by whoever still
// works as they did.
func (a *act) winds(err error) bool {
	f, ok := refusal.As(err)
	if !ok || f.End != nil || f.Issue == "role" {
		return false
	}
	switch a.event.Kind {
	case ehrdesk.CaseLeft, ehrdesk.CaseHandedOver, ehrdesk.CaseCloses, ehrdesk.CaseEnded:
		return true
	case ehrdesk.CaseBegun, ehrdesk.CaseJoined, ehrdesk.CaseSpoke, ehrdesk.CaseOpened, ehrdesk.CaseAcknowledged, ehrdesk.CaseDeclined, ehrdesk.CaseExtended, ehrdesk.CaseReopened:
	}
	return false
}

// keep holds an event against the case and writes it down, with all that comes of it.
func (a *act) keep(tx *store.Tx, row *store.CaseRow) error {
	e, hash := &a.event, caselog.Hash(a.signed)
	c, err := replayed(tx, row)
	if err != nil {
		return err
	}
	before := c.State
	if err := c.Step(e, hash); err != nil {
		return ofRules(err)
	}
	if err := a.named(tx); err != nil {
		return err
	}
	if err := a.others(tx, &c); err != nil {
		return err
	}
	seq, _ := tx.Changes.Next()
	now := tx.Now.UnixMicro()
	a.row = &store.CaseRow{ID: c.ID, Patient: c.Patient, State: string(c.State), N: c.Events, Head: c.Head, Seq: seq, Changed: now}
	if !c.Closes.IsZero() {
		a.row.Closes = c.Closes.UnixMicro()
	}
	tx.Desks.Cases().Put(a.row)
	event := &store.CaseEventRow{N: e.N, Hash: hash, At: now, Signed: a.signed}
	if e.Kind == ehrdesk.CaseSpoke {
		event.Envelope, event.Head = e.Envelope.ID, a.head
		if err := a.post(tx, &c); err != nil {
			return err
		}
	}
	tx.Desks.Cases().AddEvent(c.ID, event)
	a.members(tx, seq)
	a.received(tx, &c, seq)
	if c.State != before && c.State.Over() {
		tx.Desks.Envelopes().EndOf(c.ID)
		tx.Desks.OfferedKeys().EndOf(c.ID)
	}
	action := ehrdesk.AuditUpdate
	if e.Kind == ehrdesk.CaseBegun {
		action = ehrdesk.AuditCreate
	}
	accesslog.Add(tx, accesslog.Event{Action: action, Who: a.who, Patient: c.Patient, What: ofCase(c.ID), Reason: string(e.Kind)})
	return nil
}

// members has those be members who are now, and be told.
func (a *act) members(tx *store.Tx, seq int64) {
	e, cases := &a.event, tx.Desks.Cases()
	switch e.Kind {
	case ehrdesk.CaseBegun:
		cases.Join(e.Case, &store.CaseMembership{HCP: e.By.Provider, Staff: e.By.Staff, Joined: e.N})
	case ehrdesk.CaseJoined:
		cases.Join(e.Case, &store.CaseMembership{HCP: e.Person.Provider, Staff: e.Person.Staff, Joined: e.N})
	case ehrdesk.CaseLeft, ehrdesk.CaseHandedOver, ehrdesk.CaseSpoke, ehrdesk.CaseOpened, ehrdesk.CaseAcknowledged, ehrdesk.CaseDeclined, ehrdesk.CaseCloses, ehrdesk.CaseExtended, ehrdesk.CaseReopened, ehrdesk.CaseEnded:
	}
	cases.Told(e.Case, seq)
	if e.Kind == ehrdesk.CaseLeft { // they hear that they left, and of nothing after it; their desks destroy their keys for the case
		tx.Desks.OfferedKeys().EndFor(e.Case, e.Person.Provider, e.Person.Staff)
		cases.Leave(e.Case, &store.CaseMembership{HCP: e.Person.Provider, Staff: e.Person.Staff, Left: e.N})
	}
}

// others refuses what would go to somebody to whom nothing of the patient may go, and a name that is not theirs.
func (a *act) others(tx *store.Tx, c *ehrdesk.Case) error {
	e := &a.event
	switch e.Kind {
	case ehrdesk.CaseJoined, ehrdesk.CaseHandedOver:
		name, err := goesTo(tx, c.Patient, e.Person.CasePerson)
		if err != nil {
			return err
		}
		if e.Kind == ehrdesk.CaseJoined && name != e.Person.Name {
			return refusal.Invalid("Who is added is called otherwise.")
		}
	case ehrdesk.CaseSpoke:
		for _, p := range e.Envelope.To {
			if _, err := goesTo(tx, c.Patient, p); err != nil {
				return err
			}
		}
		if len(c.Said) > mostSaid {
			return refusal.New(http.StatusUnprocessableEntity, "full", "As much was said in this case as may be.")
		}
		if about := e.Envelope.About; about != (ehrdesk.Ref{}) && (!rest.IsCode(about.ID) || !rest.IsCode(about.Resource)) {
			return refusal.Invalid("What it is about is a record.")
		}
	case ehrdesk.CaseOpened:
		return a.reached(tx, c)
	case ehrdesk.CaseBegun, ehrdesk.CaseLeft, ehrdesk.CaseAcknowledged, ehrdesk.CaseDeclined, ehrdesk.CaseCloses, ehrdesk.CaseExtended, ehrdesk.CaseReopened, ehrdesk.CaseEnded:
	}
	return nil
}

// reached refuses that somebody opened what had passed before it was given to them. An event is of when it was signed, which may be long
// after it was opened without the line.
func (a *act) reached(tx *store.Tx, c *ehrdesk.Case) error {
	said := opened(c, a.event.Of)
	if said.Passes.IsZero() || a.event.At.Before(said.Passes) {
		return nil
	}
	for _, d := range tx.Desks.Envelopes().For(said.Envelope) { // what passes is for nobody's group
		if d.HCP == a.who.HCP && d.Staff == a.who.Staff && d.Delivered != 0 {
			return nil
		}
	}
	return passed()
}

// opened is what was said in an event, which the receipt was held against.
func opened(c *ehrdesk.Case, event int) *ehrdesk.CaseSaid {
	i := slices.IndexFunc(c.Said, func(s ehrdesk.CaseSaid) bool { return s.Event == event })
	return &c.Said[i]
}

// replayed is a case as its events make it: each was held against its author's key when it came.
func replayed(tx *store.Tx, row *store.CaseRow) (c ehrdesk.Case, err error) {
	if row.N == 0 {
		return c, nil
	}
	for _, had := range tx.Desks.Cases().Events(row.ID, 0, mostCase) {
		e, err := caselog.Plain(had.Signed)
		if err != nil || c.Step(&e, had.Hash) != nil {
			return c, store.Err
		}
	}
	if c.Events != row.N || c.Head != row.Head {
		return c, store.Err
	}
	return c, nil
}

// ofRules is a refusal of the rules of a case.
func ofRules(err error) error {
	var e *ehrdesk.Error
	if !errors.As(err, &e) {
		return err
	}
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeDenied:
		return refusal.New(http.StatusForbidden, "case-rule", "Who asks may not do this in the case.")
	case ehrdesk.CodeConflict:
		return refusal.New(http.StatusConflict, "case-rule", "The case does not stand so that this can be done.")
	default:
		return refusal.Invalid("The event lacks something, or says too much.")
	}
}
