package central

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// RecordChange is what became of one resource that the operator added or
// withdrew.
type RecordChange struct {
	File     string `json:"file"`
	Resource string `json:"resource"`
	ID       string `json:"id"`
	Version  int64  `json:"version,omitempty"`
	Deleted  bool   `json:"deleted,omitempty"`
	Changed  bool   `json:"changed"`
}

// AddRecords stores resources as if another provider had sent them: for
// patients who are participants already. The file counts as a whole.
// Errors: CodeInvalid, CodeNotFound for a patient who is none.
func (c *Centre) AddRecords(ctx context.Context, r io.Reader, name string) ([]RecordChange, error) {
	const op = "record.add"
	return c.records(ctx, op, r, name, func(q *tx, it *item) (outcome, error) {
		if !it.place().Sharable {
			return outcome{}, invalid("a resource lies outside eHealth's sharable scope")
		}
		return q.put(it, "", false)
	})
}

// DeleteRecords withdraws the resources that a file holds, by type and id.
// Errors: CodeInvalid, CodeNotFound.
func (c *Centre) DeleteRecords(ctx context.Context, r io.Reader, name string) ([]RecordChange, error) {
	const op = "record.delete"
	return c.records(ctx, op, r, name, func(q *tx, it *item) (outcome, error) {
		old, err := q.record(it.Type, it.target)
		if err == nil && (old == nil || old.deleted) {
			err = notFound()
		}
		if err != nil {
			return outcome{}, err
		}
		return q.remove(it.Type, it.target)
	})
}

func (c *Centre) records(ctx context.Context, op string, r io.Reader, name string, do func(*tx, *item) (outcome, error)) ([]RecordChange, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxImport))
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the file cannot be read")
	}
	groups, err := parseStream(data)
	if err != nil {
		return nil, asError(op, err)
	}
	var out []RecordChange
	err = c.write(ctx, func(q *tx) error {
		out = nil
		for _, in := range groups {
			for _, it := range in.items {
				if it.fault != nil {
					return it.fault
				}
			}
			b := newBatch(c, q, in.items)
			for _, it := range b.items {
				if it.Type != "Patient" {
					continue
				}
				if err := q.aimPatient(b, it); err != nil {
					return err
				}
			}
			if err := b.settleRecords(); err != nil {
				return err
			}
			for _, it := range b.items {
				if it.Type == "Patient" { // only there to say whose the others are
					continue
				}
				switch it.reason {
				case "":
				case whyUnknownPatient:
					return notRegistered()
				default:
					return invalid("a resource names no patient, or more than one")
				}
				o, err := do(q, it)
				if err != nil {
					return err
				}
				out = append(out, RecordChange{File: name, Resource: it.Type, ID: it.target, Version: o.Version, Deleted: strings.HasSuffix(op, "delete"), Changed: o.Changed})
			}
		}
		return nil
	})
	return out, asError(op, err)
}

// Participant is a person and the consents given, as the operator reads them.
type Participant struct {
	Patient       string         `json:"patient"`
	EHR           string         `json:"ehr_number"`
	HKIC          string         `json:"hkic"`
	Participation string         `json:"participation"`
	Expected      string         `json:"records_expected,omitempty"` // when records began or begin to flow, of one whom a desk verified
	Notify        string         `json:"notify"`
	AccessKey     string         `json:"access_key,omitempty"`
	Consents      []GivenConsent `json:"consents"`
}

// GivenConsent is one sharing consent as it stands now.
type GivenConsent struct {
	HCP     string `json:"hcp"`
	Name    string `json:"hcp_name"`
	State   string `json:"state"`
	Term    string `json:"term"`
	Channel string `json:"channel"`
	Proof   string `json:"proof,omitempty"` // of one by card
	Giver   string `json:"giver"`
	Since   string `json:"since"`
	Until   string `json:"until,omitempty"`
	Ended   string `json:"ended,omitempty"`
}

// Participants calls each for every participant, or for the one whose eHR
// number is given; that one comes with the Access Key where the centre made it.
func (c *Centre) Participants(ctx context.Context, ehr string, each func(Participant) error) error {
	return c.read(ctx, func(q *tx) error {
		var ids []string
		if ehr != "" {
			p, err := q.byEHR(ehr)
			if err != nil {
				return err
			}
			ids = []string{p.patient}
		} else if err := q.rows("SELECT patient FROM participant ORDER BY rowid", nil, func(scanRow func(...any) error) error {
			var id string
			err := scanRow(&id)
			ids = append(ids, id)
			return err
		}); err != nil {
			return err
		}
		for _, id := range ids {
			p, err := q.participant(id)
			if err != nil {
				return err
			}
			out := Participant{Patient: p.patient, EHR: p.ehr, HKIC: printedHKIC(p.hkic), Participation: string(p.state), Expected: stampOf(fromMicros(p.expected)), Notify: notifiedWord(p.notify)}
			if ehr != "" {
				out.AccessKey = c.knownKey(p)
			}
			if out.Consents, err = q.consentsOf(p); err != nil {
				return err
			}
			if err := each(out); err != nil {
				return err
			}
		}
		return nil
	})
}

func (q *tx) consentsOf(p *participant) ([]GivenConsent, error) {
	out := []GivenConsent{}
	var hcps []string
	err := q.rows("SELECT id FROM hcp WHERE deemed = 1 OR id IN (SELECT hcp FROM consent WHERE patient = ?) ORDER BY id", []any{p.patient}, func(scanRow func(...any) error) error {
		var id string
		err := scanRow(&id)
		hcps = append(hcps, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, id := range hcps {
		h, err := q.hcp(id)
		if err != nil {
			return nil, err
		}
		con, err := q.consentTo(p, h)
		if err != nil {
			return nil, err
		}
		if con.State == ehrdesk.ConsentDeemed && p.state != ehrdesk.Registered {
			continue // who has not joined has not given it
		}
		out = append(out, givenConsent(h, con))
	}
	return out, nil
}

func givenConsent(h *HCP, con consent) GivenConsent {
	return GivenConsent{HCP: h.ID, Name: h.Name, State: string(con.State), Term: string(con.Term), Channel: string(con.Channel), Proof: con.proof,
		Giver: con.Giver.Kind, Since: stampOf(con.Since), Until: stampOf(con.Until), Ended: stampOf(con.Ended)}
}

func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return stamp(t)
}
