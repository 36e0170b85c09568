// Package accesslog is who did what to whom: the events of the centre's own access log,
// which only grows, what patients are told of accesses, and the access logs of the
// desks, which the centre follows entry by entry without reading them and vouches for.
// Every rule that lets somebody in writes its event here, in its own transaction.
package accesslog

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/google/uuid"
)

// Log is the access log as the operator reads it.
type Log struct {
	store store.Store
	sign  signer
	seed  []byte // what the officer's sample is drawn by
}

// New is the access log of a store. The key that signs it is derived from secret; an
// officer's sample is drawn by seed.
func New(store store.Store, secret, seed []byte) (*Log, error) {
	key, err := signingKey(secret)
	return &Log{store, signer{key}, seed}, err
}

// Event is what somebody did or was refused, about to be written.
type Event struct {
	Action  ehrdesk.AuditAction
	Who     *store.Account
	Patient string
	Purpose string
	Reason  string
	Kinds   []ehrdesk.Kind
	Outcome ehrdesk.Code // "" for success
	Proof   string       // of an act by card: what the centre found it to prove
	ID      string       // made where empty
	Access  string       // the event that this goes on from: a further page of its list
	What    string       // the resource, Type/id, or the type that was searched
	// Reporter is who told of it, where that is somebody else than who acted; Acted when
	// it was done, where that was told later.
	Reporter string
	Acted    time.Time
	Marks    []string // why an officer looks at it
}

// Add appends an event. The log takes no change and no deletion.
func Add(tx *store.Tx, e Event) {
	if e.ID == "" {
		e.ID = uuid.NewString()
	}
	names := make([]string, len(e.Kinds))
	for i, k := range e.Kinds {
		names[i] = k.String()
	}
	e.Marks = slices.Concat(e.Marks, odd(tx, &e))
	entry := &store.LogEntry{ID: e.ID, At: tx.Now.UnixMicro(), Action: e.Action, Account: *e.Who, Patient: e.Patient, Purpose: e.Purpose, Reason: e.Reason,
		Kinds: names, Outcome: string(e.Outcome), Proof: e.Proof, Access: e.Access, What: e.What, Told: store.Told{Reporter: e.Reporter, Marks: e.Marks}}
	if !e.Acted.IsZero() {
		entry.Acted = e.Acted.UnixMicro()
	}
	entry.Follow(tx.Log.Last())
	tx.Log.Add(entry)
}

// visitLife is how long an access told to the patient covers further reads by
// the same person at the same desk: a working shift.
const visitLife = 8 * time.Hour

// Entry is how somebody comes to be in a patient's record.
type Entry int

// The ways in.
const (
	Reading Entry = iota // a read, of a record that was opened or not
	Opening              // $open: somebody looks
	Ahead                // $open, before somebody looks: they are to open it within the hours of a visit
)

// Visit notes that somebody is in a patient's record and tells the patient when
// it is a new access: at every $open, and at a read without one. Of what was fetched ahead the
// patient was told then; the opening that it was for tells no second time.
func Visit(tx *store.Tx, who *store.Account, p *store.Participant, way Entry) {
	at, ahead := tx.Log.Visit(who, p.Patient)
	runs := at != 0 && tx.Now.Sub(store.Time(at)) < visitLife
	switch {
	case runs && way == Opening && ahead:
		tx.Log.SetVisit(who, p.Patient, at, false)
	case runs && way != Opening:
	default:
		told(tx, who, p, tx.Now)
		if way == Ahead {
			tx.Log.SetVisit(who, p.Patient, tx.Now.UnixMicro(), true)
		}
	}
}

// visited is Visit of an access that is told of later: of one visit the patient is told
// once, however many reports of it come, and in whatever order.
func visited(tx *store.Tx, who *store.Account, p *store.Participant, acted time.Time) {
	if at, _ := tx.Log.Visit(who, p.Patient); at != 0 && acted.Sub(store.Time(at)).Abs() < visitLife {
		return
	}
	told(tx, who, p, acted)
}

func told(tx *store.Tx, who *store.Account, p *store.Participant, at time.Time) {
	tx.Log.SetVisit(who, p.Patient, at.UnixMicro(), false)
	Notify(tx, p, "eHealth: "+who.Provider.Name+" accessed your eHealth record at "+Local(at)+". Enquiries: 3467 6300.")
}

// Notify leaves the patient a notice of an access, unless these were declined. It names the
// provider and the time and says nothing of the record. As long as the contact data rest on
// one person's word it goes to the contact of before as well.
func Notify(tx *store.Tx, p *store.Participant, text string) {
	NotifyDeclinedAt(tx, p, store.Contact{}, text)
}

// NotifyDeclinedAt is Notify of what cannot be declined: who declined notices of accesses has
// it at a contact.
func NotifyDeclinedAt(tx *store.Tx, p *store.Participant, declined store.Contact, text string) {
	switch {
	case p.Notify != "":
		tx.Log.AddNotice(store.Notice{At: tx.Now.UnixMicro(), Patient: p.Patient, Channel: p.Notify, Text: text})
	case declined != store.Contact{}:
		NotifyAt(tx, p, declined, text)
	}
	if former := registry.FormerContact(tx, p); former != (store.Contact{}) && former != declined {
		NotifyAt(tx, p, former, text)
	}
}

// ToldOfConsents is where a patient is told of a consent given or withdrawn: by the way they have
// chosen, and, where they declined notices, which are those of accesses, at the first contact that is
// known; by a letter where none is, as the office may know where.
func ToldOfConsents(p *store.Participant, known []store.Contact) store.Contact {
	switch {
	case p.Notify != "":
		return store.Contact{Way: p.Notify}
	case len(known) > 0:
		return known[0]
	}
	return store.Contact{Way: "post"}
}

// NotifyAt leaves the patient a notice at one contact, whatever they have declined: notices
// of accesses can be declined, and this is none.
func NotifyAt(tx *store.Tx, p *store.Participant, to store.Contact, text string) {
	tx.Log.AddNotice(store.Notice{At: tx.Now.UnixMicro(), Patient: p.Patient, Channel: to.Way, Contact: to.To, Text: text})
}

// HongKong is the clock that notices are written in; the city keeps one time
// all year.
var HongKong = time.FixedZone("HKT", 8*60*60)

// Local is a time as notices say it.
func Local(t time.Time) string { return t.In(HongKong).Format("02-Jan-2006 15:04") }

// Operated writes down what the centre's operator does, before it is done, and once more
// where it failed: by is who runs the command, what its name, of the account or the desk
// that it names, about the participant it is about, by eHR number or by the id that logs have,
// "" where it is about none. Errors: the store's.
func (l *Log) Operated(ctx context.Context, by, what, of, about, hcp string, outcome ehrdesk.Code) error {
	return l.store.Write(ctx, func(tx *store.Tx) error {
		e := Event{Action: ehrdesk.AuditOperate, Who: &store.Account{Staff: by, HCP: hcp}, What: what, Reason: of, Outcome: outcome}
		if p, err := registry.ByEHR(tx, about); about != "" && err == nil {
			e.Patient = p.Patient
		} else if p := tx.Participants.Get(about); about != "" && p != nil {
			e.Patient = p.Patient
		}
		Add(tx, e)
		return nil
	})
}

// Named is a participant as a desk's log names them, and as the centre's does.
type Named struct {
	Patient string `json:"patient"`    // the id that a desk's log has
	EHR     string `json:"ehr_number"` // by which the centre's log, accesses and notices are asked
}

// NumberOf is whom a desk's log means by an id, and nothing else of them. Errors: CodeNotFound.
func (l *Log) NumberOf(ctx context.Context, patient string) (n Named, err error) {
	err = l.store.Read(ctx, func(tx *store.Tx) error {
		p := tx.Participants.Get(patient)
		if p == nil {
			return ehrdesk.Errorf("audit.patient", ehrdesk.CodeNotFound, "no participant has this id")
		}
		n = Named{p.Patient, p.EHR}
		return nil
	})
	return n, err
}

// Access is one audit event as the centre's operator reads it.
type Access struct {
	At       string   `json:"at"`
	Staff    string   `json:"staff"`
	Role     string   `json:"role"`
	HCP      string   `json:"hcp"`
	Location string   `json:"location"`
	Patient  string   `json:"patient"` // eHR number, "" where the event is about nobody
	Action   string   `json:"action"`
	Purpose  string   `json:"purpose"`
	Reason   string   `json:"reason"`
	Kinds    []string `json:"kinds"`
	Outcome  string   `json:"outcome"`         // "success" or an error code
	Proof    string   `json:"proof,omitempty"` // of an act by card
	Part
	Told
	Again
}

// Again is of an incident that was found more than once: how often in all, and when last.
type Again struct {
	Times int    `json:"times,omitempty"`
	Last  string `json:"last_at,omitempty"`
}

// Part is what an event is of.
type Part struct {
	ID     string `json:"id"`
	Access string `json:"access,omitempty"` // the event whose list this is a further page of
	What   string `json:"what,omitempty"`   // the resource, or the type that was searched
}

// Told is of what a desk told later: who told it, where that is somebody else, and when it
// was done.
type Told struct {
	Reporter string   `json:"reported_by,omitempty"`
	Acted    string   `json:"acted_at,omitempty"`
	Marks    []string `json:"marks,omitempty"` // why an officer looks at it
}

// Accesses calls each for every audit event, oldest first; ehr limits them to
// one participant.
func (l *Log) Accesses(ctx context.Context, ehr string, each func(Access) error) error {
	return l.walk(ctx, Select{EHR: ehr}, func(tx *store.Tx, of *fits, after int64, fn func(*store.LogEntry) error) error {
		return tx.Log.Each(of.patient, after, fn)
	}, func(e *store.LogEntry) error { return each(accessOf(e)) })
}

func accessOf(e *store.LogEntry) Access {
	a := Access{At: rest.Instant(e.At), Staff: e.Staff, Role: string(e.Role), HCP: e.HCP, Location: e.Location, Patient: e.EHR, Action: string(e.Action),
		Purpose: e.Purpose, Reason: e.Reason, Kinds: append([]string{}, e.Kinds...), Outcome: cmp.Or(e.Outcome, "success"), Proof: e.Proof, Part: Part{e.ID, e.Access, e.What}, Told: Told{Reporter: e.Reporter, Marks: e.Marks}}
	if e.Acted != 0 {
		a.Acted = rest.Instant(e.Acted)
	}
	if e.Again.Times > 1 {
		a.Again = Again{e.Again.Times, rest.Instant(e.Again.Last)}
	}
	return a
}

// Unusual calls each for every event that an officer looks at, oldest first: those that are
// marked, and the incidents.
func (l *Log) Unusual(ctx context.Context, each func(Access) error) error {
	return l.walk(ctx, Select{}, func(tx *store.Tx, _ *fits, after int64, fn func(*store.LogEntry) error) error {
		return tx.Log.Unusual(after, fn)
	}, func(e *store.LogEntry) error { return each(accessOf(e)) })
}

// about reads what is about one participant, by eHR number, or about everybody.
func (l *Log) about(ctx context.Context, ehr string, read func(tx *store.Tx, patient string) error) error {
	return l.store.Read(ctx, func(tx *store.Tx) error {
		if ehr == "" {
			return read(tx, "")
		}
		p, err := registry.ByEHR(tx, ehr)
		if err != nil {
			return err
		}
		return read(tx, p.Patient)
	})
}

// Notice is what a participant was told.
type Notice struct {
	At      string `json:"at"`
	EHR     string `json:"ehr_number"`
	Channel string `json:"channel"`           // sms, email or post
	Contact string `json:"contact,omitempty"` // where it went, masked; "" for wherever the patient is told by that channel
	Text    string `json:"text"`
}

// Notices calls each for every notice, oldest first; ehr limits them to one
// participant.
func (l *Log) Notices(ctx context.Context, ehr string, each func(Notice) error) error {
	var of *fits
	return paged(ctx, l.store, func(tx *store.Tx, after int64, fn func(*store.Notice) error) (err error) {
		if of == nil {
			if of, err = (Select{EHR: ehr}).in(tx); err != nil {
				return err
			}
		}
		return tx.Log.EachNotice(of.patient, after, fn)
	}, func(n *store.Notice) (int64, error) {
		return n.Seq, each(Notice{At: rest.Instant(n.At), EHR: n.EHR, Channel: n.Channel, Contact: registry.MaskContact(store.Contact{Way: n.Channel, To: n.Contact}), Text: n.Text})
	})
}

// DeskLog is what the centre vouches for of one desk's access log.
type DeskLog struct {
	HCP        string `json:"hcp"`
	Log        string `json:"log"`
	Entries    int64  `json:"entries"`
	Head       string `json:"head"` // hexadecimal
	Generation uint64 `json:"generation"`
	At         string `json:"at"`
	Incidents  int    `json:"incidents"` // refusals of checkpoints of its desk keys
}

// DeskLogs calls each for every desk's log, in the order of providers.
func (l *Log) DeskLogs(ctx context.Context, each func(DeskLog) error) error {
	return store.Listed(ctx, l.store, func(tx *store.Tx, found func(DeskLog) error) error {
		return tx.Checkpoints.Each(func(d *store.DeskLog) error {
			return found(DeskLog{HCP: d.HCP, Log: d.Log, Entries: d.N, Head: hex.EncodeToString(d.Head), Generation: d.Generation, At: rest.Instant(d.At), Incidents: d.Incidents})
		})
	}, each)
}

// ForgetDeskLog ends the centre's word for a log, once somebody has looked into
// why its desk no longer continues it: the next checkpoint is taken from the
// log's first entry on. What was signed before is kept. Errors: CodeNotFound.
func (l *Log) ForgetDeskLog(ctx context.Context, hcp, log string) error {
	const op = "desk.forget"
	return l.store.Write(ctx, func(tx *store.Tx) error {
		found := tx.Checkpoints.Forget(hcp, log)
		if !found {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the centre vouches for no such log")
		}
		tx.Checkpoints.SettleIncidents(log)
		Add(tx, Event{Action: ehrdesk.AuditIncident, Who: &store.Account{HCP: hcp, Staff: "operator"}, Reason: "desk-forgotten"})
		return nil
	})
}
