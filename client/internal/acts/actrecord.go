package acts

import (
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
)

// actRecord is an act of this desk as it is kept, sealed, from before it is sent
// until the centre has answered: everything that was captured but the Access Key
// and the card's evidence, which are never kept.
type actRecord struct {
	Op      ehrdesk.AuditAction `json:"op"`
	Request string              `json:"request"`
	Number  savedNumber         `json:"number"`
	Patient copies.SavedPatient `json:"patient,omitzero"` // as last looked up
	Channel ehrdesk.Channel     `json:"channel"`
	Term    ehrdesk.Term        `json:"term,omitempty"`
	Giver   ehrdesk.Giver       `json:"giver"`
	Notices map[string]string   `json:"notices,omitempty"`
	ReadAt  time.Time           `json:"read_at,omitzero"`
	Sighted bool                `json:"sighted"`
	Renew   bool                `json:"renew,omitempty"`
	Ends    string              `json:"ends,omitempty"` // of a withdrawal: the consent that it is of, as far as this desk knew
	paper
	verified
	taken
}

// paper is the signed form that an act rests on.
type paper struct {
	Form   string       `json:"form,omitempty"`
	Signed ehrdesk.When `json:"signed,omitzero"`
}

// taken is by whom an act was taken, when by this desk's clock, and whether by telephone.
type taken struct {
	Telephone bool      `json:"telephone,omitempty"`
	Staff     string    `json:"staff"`
	At        time.Time `json:"at"`
	seconding
}

// verified is what a verification has beside its consent.
type verified struct {
	Method    ehrdesk.VerifyMethod `json:"method,omitempty"`
	Document  string               `json:"document,omitempty"`
	Contact   ehrdesk.Contact      `json:"contact,omitzero"`
	Confirmed bool                 `json:"confirmed,omitempty"`
}

// savedNumber spells out a number that masks itself everywhere else.
type savedNumber struct {
	HKIC     string           `json:"hkic,omitempty"`
	EHR      string           `json:"ehr,omitempty"`
	Document ehrdesk.Document `json:"document,omitzero"`
}

func saveNumber(n ehrdesk.Number) savedNumber {
	return savedNumber{HKIC: n.HKIC.Compact(), EHR: n.EHR.Compact(), Document: n.Document}
}

func (s savedNumber) number() (n ehrdesk.Number) {
	n.Document = s.Document
	n.HKIC, _ = ehrdesk.ParseHKIC(s.HKIC)
	n.EHR, _ = ehrdesk.ParseEHRNumber(s.EHR)
	return n
}

func givenRecord(op ehrdesk.AuditAction, v ehrdesk.Verification) actRecord {
	g := v.Grant
	a := actRecord{Op: op, Request: g.RequestID, Number: saveNumber(g.Patient), Channel: g.Channel, Term: g.Term, Giver: g.Giver,
		Notices: g.NoticeVersions, ReadAt: g.NoticeReadAt, Sighted: g.DocumentSighted, paper: paper{g.FormReference, g.Signed}, Renew: g.Renew}
	a.Telephone = g.Telephone
	a.Method, a.Document, a.Contact, a.Confirmed = v.Method, v.DocumentType, v.Contact, v.ContactConfirmed
	return a
}

func revokeRecord(w ehrdesk.Withdrawal) actRecord {
	return actRecord{Op: ehrdesk.AuditRevoke, Request: w.RequestID, Number: saveNumber(w.Patient), Channel: w.Channel, Giver: w.Giver,
		Sighted: w.DocumentSighted, paper: paper{w.FormReference, w.Signed}}
}

// act is the act again, without what is never kept.
func (a actRecord) act() fhir.Act {
	g := ehrdesk.Grant{Patient: a.Number.number(), Channel: a.Channel, Term: a.Term, Giver: a.Giver, NoticeRead: true, NoticeVersions: a.Notices,
		NoticeReadAt: a.ReadAt, DocumentSighted: a.Sighted, Telephone: a.Telephone, IdentityAsked: a.Telephone, FormReference: a.Form, Signed: a.Signed, Renew: a.Renew, RequestID: a.Request}
	return fhir.Act{Op: a.Op, Verification: ehrdesk.Verification{Grant: g, Method: a.Method, DocumentType: a.Document, Contact: a.Contact, ContactConfirmed: a.Confirmed},
		Withdrawal: ehrdesk.Withdrawal{Patient: g.Patient, Channel: a.Channel, Giver: a.Giver, DocumentSighted: a.Sighted, FormReference: a.Form, Signed: a.Signed, RequestID: a.Request},
		Taken:      a.signed()}
}

// canWait reports whether the act rests on what may be kept: a signed form. A
// card's answer and a key are good at the centre alone, and now.
func (a actRecord) canWait() bool {
	return a.Channel == ehrdesk.ByForm && a.Op != ehrdesk.AuditVerify
}

// detail is what the access log says of the act beside its outcome.
func (a actRecord) detail(reference string) string {
	words := string(a.Channel) + " " + reference
	if a.Telephone {
		words += " by telephone"
	}
	if !a.Signed.IsZero() {
		words += " signed " + a.Signed.String()
	}
	if a.First != nil {
		words += " taken by " + a.First.Staff
	}
	return words
}

// orderKey keeps the acts about one patient in order.
func (a actRecord) orderKey() string {
	if a.Patient.ID != "" {
		return "act|" + a.Patient.ID
	}
	return "act|" + copies.Key(a.Number.number())
}

// about reports whether the act is about the patient p or the number n.
func (a actRecord) about(p ehrdesk.Patient, n ehrdesk.Number) bool {
	own := a.Number.number()
	if p.ID != "" {
		if a.Patient.ID == p.ID {
			return true
		}
		for _, k := range copies.Keys(p)[1:] {
			if k == copies.Key(own) {
				return true
			}
		}
	}
	return !n.IsZero() && own == n
}

// queuedAct is an act in the outbox. Access events lie there bare.
type queuedAct struct {
	Act *actRecord `json:"act"`
}

func sealAct(a actRecord) ([]byte, error) {
	b, err := json.Marshal(queuedAct{&a})
	if err != nil {
		return nil, ehrdesk.Errorf("act", ehrdesk.CodeOther, "the act cannot be written")
	}
	return b, nil
}

// openAct is nil for an access event.
func openAct(b []byte) *actRecord {
	var q queuedAct
	if json.Unmarshal(b, &q) != nil || q.Act == nil || q.Act.Request == "" {
		return nil
	}
	return q.Act
}
