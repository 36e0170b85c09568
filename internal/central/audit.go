package central

import (
	"context"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/google/uuid"
)

// event is an AuditEvent about to be written.
type event struct {
	action  ehrdesk.AuditAction
	who     *token
	patient string
	purpose string
	reason  string
	kinds   []ehrdesk.Kind
	outcome ehrdesk.Code // "" for success
	proof   string       // of an act by card: what the centre found it to prove
	id      string       // made where empty
}

// audit appends an event. The table takes no change and no deletion.
func (q *tx) audit(e event) error {
	if e.id == "" {
		e.id = uuid.NewString()
	}
	names := make([]string, len(e.kinds))
	for i, k := range e.kinds {
		names[i] = k.String()
	}
	return q.exec("INSERT INTO audit (id, at, action, staff, role, hcp, client, location, patient, purpose, reason, kinds, outcome, proof) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		e.id, q.now.UnixMicro(), string(e.action), e.who.staff, string(e.who.role), e.who.hcp, e.who.client, e.who.location,
		e.patient, e.purpose, e.reason, strings.Join(names, ","), string(e.outcome), e.proof)
}

// visitLife is how long an access told to the patient covers further reads by
// the same person at the same desk: a working shift.
const visitLife = 8 * time.Hour

// visit notes that somebody is in a patient's record and tells the patient when
// it is a new access: at every $open, and at a read without one.
func (q *tx) visit(who *token, p *participant, opened bool) error {
	var at int64
	key := []any{p.patient, who.hcp, who.staff, who.client}
	found, err := q.row("SELECT at FROM visit WHERE patient = ? AND hcp = ? AND staff = ? AND client = ?", key, &at)
	if err != nil {
		return err
	}
	if found && !opened && q.now.Sub(time.UnixMicro(at)) < visitLife {
		return nil
	}
	if err := q.exec("INSERT OR REPLACE INTO visit (patient, hcp, staff, client, at) VALUES (?,?,?,?,?)", append(key, q.now.UnixMicro())...); err != nil {
		return err
	}
	return q.notify(p, "eHealth: "+who.provider.Name+" accessed your eHealth record at "+q.local()+". Enquiries: 3467 6300.")
}

// notify leaves the patient a notice, unless notices were declined. It names the
// provider and the time and says nothing of the record.
func (q *tx) notify(p *participant, text string) error {
	if p.notify == "" {
		return nil
	}
	return q.exec("INSERT INTO notice (at, patient, channel, text) VALUES (?,?,?,?)", q.now.UnixMicro(), p.patient, p.notify, text)
}

// hongKong is the clock that notices are written in; the city keeps one time
// all year.
var hongKong = time.FixedZone("HKT", 8*60*60)

func (q *tx) local() string { return q.now.In(hongKong).Format("02-Jan-2006 15:04") }

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
}

// Accesses calls each for every audit event, oldest first; ehr limits them to
// one participant.
func (c *Centre) Accesses(ctx context.Context, ehr string, each func(Access) error) error {
	return c.read(ctx, func(q *tx) error {
		where, args, err := q.aboutEHR(ehr, "a.patient")
		if err != nil {
			return err
		}
		return q.rows(`SELECT a.at, a.staff, a.role, a.hcp, a.location, coalesce(p.ehr, ''), a.action, a.purpose, a.reason, a.kinds, a.outcome, a.proof
			FROM audit a LEFT JOIN participant p ON p.patient = a.patient`+where+` ORDER BY a.seq`, args, func(scan func(...any) error) error {
			var a Access
			var at int64
			var kinds string
			if err := scan(&at, &a.Staff, &a.Role, &a.HCP, &a.Location, &a.Patient, &a.Action, &a.Purpose, &a.Reason, &kinds, &a.Outcome, &a.Proof); err != nil {
				return err
			}
			a.At, a.Kinds = instant(at), strings.FieldsFunc(kinds, func(r rune) bool { return r == ',' })
			if a.Outcome == "" {
				a.Outcome = "success"
			}
			return each(a)
		})
	})
}

// Notice is what a participant was told.
type Notice struct {
	At      string `json:"at"`
	EHR     string `json:"ehr_number"`
	Channel string `json:"channel"` // sms, email or post
	Text    string `json:"text"`
}

// Notices calls each for every notice, oldest first; ehr limits them to one
// participant.
func (c *Centre) Notices(ctx context.Context, ehr string, each func(Notice) error) error {
	return c.read(ctx, func(q *tx) error {
		where, args, err := q.aboutEHR(ehr, "n.patient")
		if err != nil {
			return err
		}
		return q.rows(`SELECT n.at, p.ehr, n.channel, n.text FROM notice n JOIN participant p ON p.patient = n.patient`+where+` ORDER BY n.seq`, args,
			func(scan func(...any) error) error {
				var n Notice
				var at int64
				if err := scan(&at, &n.EHR, &n.Channel, &n.Text); err != nil {
					return err
				}
				n.At = instant(at)
				return each(n)
			})
	})
}

func (q *tx) aboutEHR(ehr, column string) (where string, args []any, err error) {
	if ehr == "" {
		return "", nil, nil
	}
	p, err := q.byEHR(ehr)
	if err != nil {
		return "", nil, err
	}
	return " WHERE " + column + " = ?", []any{p.patient}, nil
}

// byEHR finds a participant by eHR number. Errors: CodeInvalid, CodeNotFound.
func (q *tx) byEHR(ehr string) (*participant, error) {
	n, err := ehrdesk.ParseEHRNumber(ehr)
	if err != nil {
		return nil, err
	}
	patient, err := q.patientByIdentifier(ehrdesk.SystemEHR + "|" + n.Compact())
	if err != nil {
		return nil, err
	}
	if patient == "" {
		return nil, ehrdesk.Errorf("participant", ehrdesk.CodeNotFound, "no such participant is registered")
	}
	return q.participant(patient)
}
