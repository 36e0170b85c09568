package inbox

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// officeName is the eHealth Record Office as requests name it.
const officeName = "eHealth Record Office"

// Office is what the operator, the eHealth Record Office, does with the requests of a store: it sees how all of them stand, and
// reads and answers those that are addressed to it.
type Office struct{ store store.Store }

// OfficeOf is that of a store.
func OfficeOf(st store.Store) *Office { return &Office{st} }

// Party is a provider, or the Office.
type Party struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Line is how a request stands, without a word of what is asked. Times are instants, "" for none.
type Line struct {
	Request string                 `json:"request"` // its id
	Kind    ehrdesk.RequestKind    `json:"kind"`
	From    Party                  `json:"from"`
	To      Party                  `json:"to"`
	State   ehrdesk.RequestState   `json:"state"`
	Sent    string                 `json:"sent"`
	Since   string                 `json:"since"` // when it came into its state
	Days    int                    `json:"days"`  // whole days since it was sent
	Overdue ehrdesk.RequestOverdue `json:"overdue,omitempty"`
	Due     string                 `json:"due,omitempty"`     // of what is overdue, by when it was due
	Patient string                 `json:"patient,omitempty"` // eHR number, of one that is addressed to the Office
	Next    []ehrdesk.RequestState `json:"next,omitempty"`    // what the Office may bring it into
}

// Whole is a request to the Office with its letter, what it names and every step.
type Whole struct {
	Line
	Letter   Words          `json:"letter"`
	About    string         `json:"about,omitempty"` // a record, "Type/id"
	Attached []AttachedLine `json:"attached,omitempty"`
	Steps    []StepLine     `json:"steps"`
}

// Words are a letter, its lines parted by "\n".
type Words struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// AttachedLine is a record that a request names: the Office is told what there is, and reads none of it.
type AttachedLine struct {
	Record string `json:"record"` // "Type/id"
	Title  string `json:"title,omitempty"`
	Date   string `json:"date,omitempty"`
	Source string `json:"source,omitempty"`
}

// StepLine is a step.
type StepLine struct {
	State  ehrdesk.RequestState `json:"state"`
	At     string               `json:"at"`
	By     Party                `json:"by"`
	Staff  string               `json:"staff,omitempty"`
	Name   string               `json:"name,omitempty"`
	Note   string               `json:"note,omitempty"`
	Answer *Words               `json:"answer,omitempty"`
}

// Requests calls each for every request to the Office that is not closed, with closed for those that are too, and with all for
// every provider's; the one that changed last comes last.
func (o *Office) Requests(ctx context.Context, all, closed bool, each func(Line) error) error {
	for after, more := int64(0), true; more; {
		var page []Line
		err := o.store.Read(ctx, func(tx *store.Tx) error {
			page = nil // a transaction may be begun again
			var rows []store.RequestRow
			if all {
				rows = tx.Desks.Inbox().Every(after, maxPage)
			} else {
				rows = tx.Desks.Inbox().After(ehrdesk.Office, after, maxPage)
			}
			more = len(rows) == maxPage
			for i := range rows {
				after = rows[i].Seq
				if rows[i].State == string(ehrdesk.RequestClosed) && !closed {
					continue
				}
				q, err := fhir.ParseRequest(rows[i].Body)
				if err != nil {
					return store.Err
				}
				page = append(page, lineOf(tx, &q))
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, l := range page {
			if err := each(l); err != nil {
				return err
			}
		}
	}
	return nil
}

func lineOf(tx *store.Tx, q *ehrdesk.Request) Line {
	l := Line{Request: q.ID, Kind: q.Kind, From: Party(q.From), To: Party(q.To), State: q.State, Since: instant(q.Since())}
	if len(q.Steps) > 0 {
		l.Sent, l.Days = instant(q.Steps[0].At), max(0, int(tx.Now.Sub(q.Steps[0].At)/(24*time.Hour)))
	}
	var due time.Time
	l.Overdue, due = q.Overdue(tx.Now)
	l.Due = instant(due)
	if q.To.ID == ehrdesk.Office {
		l.Next = ehrdesk.OfficeMay(q.Kind, q.State)
		if p := tx.Participants.Get(q.Patient.ID); p != nil {
			l.Patient = p.EHR
		}
	}
	return l
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return rest.Instant(t.UnixMicro())
}

// Request is one that is addressed to the Office, whole. That somebody of the Office has read it is written down, each time.
// Errors: CodeNotFound for none, CodeDenied for one of two providers.
func (o *Office) Request(ctx context.Context, by, id string) (out Whole, err error) {
	err = o.store.Write(ctx, func(tx *store.Tx) error {
		row, q, err := addressed(tx, "request.show", id)
		if err != nil {
			return err
		}
		if row.Delivered == 0 {
			row.Delivered = tx.Now.UnixMicro()
			tx.Desks.Inbox().Put(row)
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditRead, Who: &store.Account{Staff: by}, Patient: row.Patient, What: "Task/" + row.ID})
		out = wholeOf(tx, &q)
		return nil
	})
	return out, err
}

// addressed is a request to the Office, by its id.
func addressed(tx *store.Tx, op, id string) (*store.RequestRow, ehrdesk.Request, error) {
	row := tx.Desks.Inbox().Get(id)
	switch {
	case row == nil:
		return nil, ehrdesk.Request{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no request has this id")
	case row.To != ehrdesk.Office:
		return nil, ehrdesk.Request{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this request is addressed to a provider and not to the Office; \"request list --all\" says how it stands")
	}
	q, err := fhir.ParseRequest(row.Body)
	if err != nil {
		return nil, q, store.Err
	}
	return row, q, nil
}

func wholeOf(tx *store.Tx, q *ehrdesk.Request) Whole {
	w := Whole{Line: lineOf(tx, q), Letter: Words{q.Body.Letter.Title, q.Body.Letter.Text}}
	if q.Body.About.ID != "" {
		w.About = q.Body.About.String()
	}
	for _, a := range q.Body.Attached {
		w.Attached = append(w.Attached, AttachedLine{a.Ref.String(), a.Title, a.Date.String(), a.Source})
	}
	for i := range q.Steps {
		s := &q.Steps[i]
		l := StepLine{State: s.State, At: instant(s.At), By: Party(s.By), Staff: s.Staff, Name: s.Name, Note: s.Note}
		if s.Answer != nil {
			l.Answer = &Words{s.Answer.Title, s.Answer.Text}
		}
		w.Steps = append(w.Steps, l)
	}
	return w
}

// StepRequest brings a request to the Office into a state, by whoever of the Office says so, with the words of an answer. It is
// in the access log, and the desk that asked hears of it as of any step.
// Errors: CodeInvalid for a state that is none and for an answer without words, CodeNotFound, CodeDenied as Request,
// CodeConflict where the Office cannot take this step now.
func (o *Office) StepRequest(ctx context.Context, by, id string, to ehrdesk.RequestState, answer *ehrdesk.Letter) (out Whole, err error) {
	const op = "request.step"
	if !to.Valid() {
		return out, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a request comes to be received, answered or closed")
	}
	step := ehrdesk.RequestStep{ID: uuid.NewString(), State: to, By: ehrdesk.RequestParty{ID: ehrdesk.Office, Name: officeName}, Staff: by, Name: strings.TrimPrefix(by, "operator:"), Answer: answer}
	err = o.store.Write(ctx, func(tx *store.Tx) error {
		row, q, err := addressed(tx, op, id)
		if err != nil {
			return err
		}
		if may := ehrdesk.OfficeMay(q.Kind, q.State); !slices.Contains(may, to) {
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the request is %s: %s", q.State, mayBecome(may))
		}
		step.At = tx.Now
		if err := sound(&q, &step); err != nil {
			return asOurs(op, err)
		}
		q.Steps, q.State, q.Version = append(q.Steps, step), to, q.Version+1
		if row, err = keep(tx, &q, row); err != nil {
			return asOurs(op, err)
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditUpdate, Who: &store.Account{Staff: by}, Patient: row.Patient, What: "Task/" + row.ID, Reason: row.State})
		out = wholeOf(tx, &q)
		return nil
	})
	return out, err
}

func mayBecome(states []ehrdesk.RequestState) string {
	if len(states) == 0 {
		return "the Office has nothing more to do with it"
	}
	names := make([]string, 0, len(states))
	for _, s := range states {
		names = append(names, string(s))
	}
	return "from there the Office brings it into " + strings.Join(names, " or ")
}

// asOurs is what a desk would be refused with as the operator is told it.
func asOurs(op string, err error) error {
	if r, ok := refusal.As(err); ok {
		return ehrdesk.Errorf(op, r.Code(), "%s", r.Text)
	}
	return err
}
