package sharing

import (
	"context"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/google/uuid"
)

// Operator is the consents of a store as the operator has them: who takes part, what is
// offered, whose cards are believed, and what patients do outside.
type Operator struct{ s *Sharing }

// Operator is who may do so.
func (s *Sharing) Operator() *Operator { return &Operator{s} }

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
	Reference string `json:"reference,omitempty"` // as the receipt of it says
	HCP       string `json:"hcp"`
	Name      string `json:"hcp_name"`
	State     string `json:"state"`
	Term      string `json:"term"`
	Channel   string `json:"channel"`
	Proof     string `json:"proof,omitempty"` // of one by card
	Giver     string `json:"giver"`
	Since     string `json:"since"`
	Until     string `json:"until,omitempty"`
	Ended     string `json:"ended,omitempty"`
	Signed    string `json:"signed,omitempty"` // the form
	Telephone bool   `json:"telephone,omitempty"`
}

// Participants calls each for every participant, or for the one whose eHR
// number is given; that one comes with the Access Key where the centre made it.
func (o *Operator) Participants(ctx context.Context, ehr string, each func(Participant) error) error {
	return store.Listed(ctx, o.s.store, func(tx *store.Tx, found func(Participant) error) error {
		if ehr == "" {
			for _, id := range tx.Participants.All() {
				if err := o.tell(tx, tx.Participants.Get(id), false, found); err != nil {
					return err
				}
			}
			return nil
		}
		p, err := registry.ByEHR(tx, ehr)
		if err != nil {
			return err
		}
		return o.tell(tx, p, true, found)
	}, each)
}

func (o *Operator) tell(tx *store.Tx, p *store.Participant, withKey bool, each func(Participant) error) error {
	out := Participant{Patient: p.Patient, EHR: p.EHR, HKIC: registry.PrintedHKIC(p.HKIC), Participation: string(p.State), Expected: stampOf(store.Time(p.Expected)), Notify: notifiedWord(p.Notify)}
	if withKey {
		out.AccessKey = o.s.keys.Known(p)
	}
	out.Consents = consentsOf(tx, p)
	return each(out)
}

func consentsOf(tx *store.Tx, p *store.Participant) []GivenConsent {
	out := []GivenConsent{}
	for _, id := range tx.Consents.Providers(p.Patient) {
		h := tx.Accounts.Provider(id)
		con := gate.ConsentTo(tx, p, h)
		if con.State == ehrdesk.ConsentDeemed && p.State != ehrdesk.Registered {
			continue // who has not joined has not given it
		}
		out = append(out, givenConsent(h, con))
	}
	return out
}

func givenConsent(h *store.HCP, con store.Consent) GivenConsent {
	return GivenConsent{Reference: ehrdesk.ShortReference(con.ID), HCP: h.ID, Name: h.Name, State: string(con.State), Term: string(con.Term), Channel: string(con.Channel), Proof: con.Proof,
		Giver: con.Giver.Kind, Since: stampOf(con.Since), Until: stampOf(con.Until), Ended: stampOf(con.Ended), Signed: con.Signed.String(), Telephone: con.Telephone}
}

func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return rest.Stamp(t)
}

// PatientAct is the patient's own act in the eHealth App or by telephone:
// giving (or, with revoke, withdrawing) the sharing consent to a provider.
// Errors: CodeInvalid, CodeNotFound, CodeConflict, CodeDenied for a deemed one.
func (o *Operator) PatientAct(ctx context.Context, ehr, hcp string, channel ehrdesk.Channel, revoke bool) (GivenConsent, error) {
	const op = "patient.consent"
	if channel != ehrdesk.ByApp && channel != ehrdesk.ByIVRS {
		return GivenConsent{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the channel is app or ivrs")
	}
	n, err := ehrdesk.ParseEHRNumber(ehr)
	if err != nil {
		return GivenConsent{}, err
	}
	a := act{op: ehrdesk.AuditGrant, identifier: ehrdesk.SystemEHR + "|" + n.Compact(), channel: channel, term: ehrdesk.Indefinite,
		giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, requestID: uuid.NewString()}
	if revoke {
		a.op = ehrdesk.AuditRevoke
	}
	var out GivenConsent
	err = o.s.store.Write(ctx, func(tx *store.Tx) error {
		h := tx.Accounts.Provider(hcp)
		if h == nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such provider")
		}
		p, err := registry.ByEHR(tx, ehr)
		if err != nil {
			return err
		}
		record, err := registry.OnRecord(tx, p)
		if err != nil {
			return err
		}
		if errors.Is(a.giver.Check(record, tx.Now), ehrdesk.ErrGiverUnder16) { // a parent has the child's account in the app
			a.giver.Kind = "parent"
		}
		if _, err := o.s.perform(tx, &store.Account{HCP: hcp, Provider: *h, Staff: "patient", Role: "patient"}, a); err != nil {
			return err
		}
		out = givenConsent(h, gate.ConsentTo(tx, p, h))
		if !revoke {
			return nil
		}
		for _, id := range registry.Meant(tx, a.identifier) { // under whichever id it was
			if c := tx.Consents.Last(id, hcp); c != nil && c.State == ehrdesk.ConsentWithdrawn && !c.Ended.Before(tx.Now.Truncate(time.Microsecond)) {
				out = givenConsent(h, *c)
			}
		}
		return nil
	})
	return out, refusal.InGo(op, err)
}
