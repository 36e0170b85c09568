package mailbox

import (
	"net/http"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/enrolled"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Limits of groups.
const (
	mostGroups      = 200  // of a provider, that are not closed
	mostGroupEvents = 2000 // of one: each is held against all before it
)

func ofGroup(id string) string { return "Group/" + id }

// groups are the addresses that several people answer: everybody who works with patients is told of all of them.
type groups struct{ *Mailbox }

func (m groups) routes(out map[string]rest.Handler) map[string]rest.Handler {
	out["POST /fhir/$group-event"] = m.append
	out["GET /fhir/$groups"] = m.list
	out["GET /fhir/$group-events"] = m.events
	out["POST /fhir/$group-keys"] = m.keys
	out["POST /fhir/$group-box"] = m.box
	return out
}

// append takes the event that comes next in a group, or makes one. However often it is sent, it is there once.
func (m groups) append(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	what := accesslog.Event{Action: ehrdesk.AuditUpdate, What: "Group"}
	if err := works(who); err != nil {
		return m.tried(r, who, what, "", err)
	}
	in, err := rest.ReadInput(w, r, maxInput)
	if err != nil {
		return err
	}
	a := &groupAct{who: who, signed: in.Get("event").ValueString}
	err = m.store.Write(r.Context(), func(tx *store.Tx) error {
		err := a.take(tx)
		if isID(a.event.Group) {
			what.What = ofGroup(a.event.Group)
		}
		return err
	})
	if err != nil {
		return m.tried(r, who, what, "", err)
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(rest.Param("n", "valueString", strconv.Itoa(a.event.N)), rest.Param("head", "valueString", a.head)))
	return nil
}

// groupAct is an event of a group that somebody sends.
type groupAct struct {
	who    *store.Account
	signed string

	event ehrdesk.GroupEvent
	head  string // of the group after it
}

// take takes it, or what was taken before for it.
func (a *groupAct) take(tx *store.Tx) error {
	if err := standing.Check(tx, a.who); err != nil {
		return err
	}
	one, err := enrolled.KeyOf(tx, a.who)
	if err != nil {
		return err
	}
	if a.event, err = caselog.ReadGroup(a.signed, one); err != nil {
		return enrolled.Unsigned(err)
	}
	e, all := &a.event, tx.Desks.Groups()
	if !isID(e.Group) || e.Name != a.who.Name || e.At.Sub(tx.Now).Abs() > apart {
		return refusal.Invalid("An event is of a group with a UUID, by who asks, as they are called, and of now.")
	}
	row := all.Get(e.Group)
	makes := e.Kind == ehrdesk.GroupMade
	switch {
	case row == nil && !makes:
		return refusal.NotFound()
	case row == nil:
		row = &store.GroupRow{ID: e.Group, HCP: a.who.HCP}
	case e.N > 0 && e.N <= row.N:
		if all.Events(e.Group, e.N-1, 1)[0].Hash == caselog.Hash(a.signed) {
			a.head = row.Head
			return nil
		}
		return groupBehind(row)
	case e.Before != row.Head || e.N != row.N+1:
		return groupBehind(row)
	}
	if err := a.may(tx, row, makes); err != nil {
		return err
	}
	return a.keep(tx, row)
}

// groupBehind says how far a group has come to who did not know.
func groupBehind(row *store.GroupRow) *refusal.Error {
	f := refusal.New(http.StatusConflict, "case-behind", "The group has moved on: this event does not come next.")
	f.Head = row.Head
	return f
}

// may refuses what is done too often, and what there is enough of.
func (a *groupAct) may(tx *store.Tx, row *store.GroupRow, makes bool) error {
	limit := &limits.Events
	if makes {
		limit = &limits.Groups
	}
	if _, err := limits.Spend(tx, limit, a.who, ehrdesk.AuditUpdate); err != nil {
		return err
	}
	if makes && tx.Desks.Groups().Of(a.who.HCP) >= mostGroups || row.N >= mostGroupEvents {
		return refusal.New(http.StatusUnprocessableEntity, "full", "There is as much of groups as may be.")
	}
	return nil
}

// keep holds an event against the group and writes it down, with all that comes of it.
func (a *groupAct) keep(tx *store.Tx, row *store.GroupRow) error {
	e, hash := &a.event, caselog.Hash(a.signed)
	g, err := grouped(tx, row)
	if err != nil {
		return err
	}
	if err := g.Step(e, hash); err != nil {
		return ofRules(err)
	}
	if e.Kind == ehrdesk.GroupJoined || e.Kind == ehrdesk.GroupHandedOver {
		if err := answers(tx, e.Person); err != nil {
			return err
		}
	}
	all := tx.Desks.Groups()
	seq, _ := tx.Changes.Next()
	a.head = g.Head
	all.Put(&store.GroupRow{ID: g.ID, HCP: g.Provider, N: g.Events, Head: g.Head, Seq: seq, Closed: g.Closed})
	all.AddEvent(g.ID, &store.GroupEventRow{N: e.N, Hash: hash, At: tx.Now.UnixMicro(), Signed: a.signed})
	switch e.Kind {
	case ehrdesk.GroupLeft: // who left is given none of its keys any more
		all.DropFor(g.ID, e.Person.Staff)
	case ehrdesk.GroupClosed:
		all.DropOf(g.ID)
	case ehrdesk.GroupMade, ehrdesk.GroupJoined, ehrdesk.GroupRenewed, ehrdesk.GroupHandedOver:
	}
	all.SetStaff(g.ID, g.Provider, g.OnStaff())
	if e.Kind == ehrdesk.GroupJoined { // they are to hear of its cases, which others did before
		tellCases(tx, g.Person())
	}
	action := ehrdesk.AuditUpdate
	if e.Kind == ehrdesk.GroupMade {
		action = ehrdesk.AuditCreate
	}
	accesslog.Add(tx, accesslog.Event{Action: action, Who: a.who, What: ofGroup(g.ID), Reason: string(e.Kind)})
	return nil
}

// answers refuses who is added to a group, or handed one, and cannot answer anybody.
func answers(tx *store.Tx, p *ehrdesk.CaseMember) error {
	to := tx.Accounts.Get(p.Provider, p.Staff)
	if to == nil || to.Closed || !to.Role.Clinical() || ehrdesk.EndInForce(tx.Accounts.Ends(p.Provider, p.Staff), tx.Now) != nil {
		return refusal.New(http.StatusUnprocessableEntity, "not-found", "Who is named is no clinician of the directory.")
	}
	if to.Name != p.Name {
		return refusal.Invalid("Who is named is called otherwise.")
	}
	return nil
}

// grouped is a group as its events make it: each was held against its author's key when it came.
func grouped(tx *store.Tx, row *store.GroupRow) (g ehrdesk.Group, err error) {
	if row.N == 0 {
		return g, nil
	}
	for _, had := range tx.Desks.Groups().Events(row.ID, 0, mostGroupEvents+1) {
		e, err := caselog.PlainGroup(had.Signed)
		if err != nil || g.Step(&e, had.Hash) != nil {
			return g, store.Err
		}
	}
	if g.Events != row.N || g.Head != row.Head {
		return g, store.Err
	}
	return g, nil
}

// list gives the groups that changed after one change.
func (m groups) list(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	if err := works(who); err != nil {
		return m.tried(r, who, accesslog.Event{Action: ehrdesk.AuditQuery, What: "Group"}, "", err)
	}
	since, err := number(r, "since")
	if err != nil {
		return err
	}
	var out rest.List
	err = m.store.Read(r.Context(), func(tx *store.Tx) error {
		rows := tx.Desks.Groups().After(since, mostPage)
		upTo := since
		if len(rows) > 0 {
			upTo = rows[len(rows)-1].Seq
		}
		out = rest.List{numbered("upTo", upTo), rest.Param("more", "valueBoolean", len(rows) == mostPage)}
		for _, g := range rows {
			out = append(out, rest.Part("group", rest.Param("id", "valueUuid", g.ID), numbered("n", int64(g.N)), rest.Param("head", "valueString", g.Head)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}

// events gives those of a group after one, each as its author signed it: who writes to it holds its staff and its key against them.
func (m groups) events(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.URL.Query().Get("group")
	if !isID(id) {
		return refusal.Invalid("A group has a UUID.")
	}
	what := accesslog.Event{Action: ehrdesk.AuditReceive, What: ofGroup(id)}
	if err := works(who); err != nil {
		return m.tried(r, who, what, "", err)
	}
	since, err := number(r, "since")
	if err != nil {
		return err
	}
	var out rest.List
	err = m.store.Read(r.Context(), func(tx *store.Tx) error {
		row := tx.Desks.Groups().Get(id)
		if row == nil {
			return refusal.NotFound()
		}
		rows := tx.Desks.Groups().Events(id, int(min(since, mostCase)), mostPage)
		out = rest.List{rest.Param("more", "valueBoolean", len(rows) > 0 && rows[len(rows)-1].N < row.N)}
		for i := range rows {
			out = append(out, rest.Part("event", numbered("n", int64(rows[i].N)), rest.Param("event", "valueString", rows[i].Signed), rest.Param("at", "valueInstant", rest.Instant(rows[i].At))))
		}
		return nil
	})
	if err != nil {
		return m.tried(r, who, what, "", err)
	}
	m.rest.FHIR(w, r, http.StatusOK, rest.Parameters(out...))
	return nil
}
