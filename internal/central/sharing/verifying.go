package sharing

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// verification is what an act of verifying brings beyond the consent.
type verification struct {
	method    string // card or document
	document  string // code of a DocumentType, with method document
	contact   contact
	confirmed bool
}

func parseVerification(in rest.Input) (*verification, error) {
	contact := slices.Clone(in.Get("contact").Part)
	for _, name := range []string{"language", "notify"} { // taken beside the contact's parts as well
		if p := in.Get(name); p.Name != "" && contact.Get(name).Name == "" {
			contact = append(contact, p)
		}
	}
	c, err := parseContact(contact)
	return &verification{method: in.Get("method").ValueCode, document: in.Get("documentType").ValueCode, contact: c, confirmed: in.Get("contactConfirmed").ValueBoolean}, err
}

// complete is whether the identity was verified by something that verifies it.
func (v *verification) complete(channel ehrdesk.Channel) error {
	switch {
	case v.method != "card" && v.method != "document":
		return refusal.Invalid("An identity is verified by card or by document.")
	case (v.method == "card") != (channel == ehrdesk.ByCard):
		return refusal.Invalid("A card that verifies the identity gives the consent as well.")
	case v.method == "card" && v.document != "":
		return refusal.Invalid("A card is its own document.")
	case v.method == "document" && !slices.ContainsFunc(ehrdesk.DocumentTypes(), func(t ehrdesk.DocumentType) bool { return t.Code == v.document }):
		return refusal.Invalid("The type of document seen is one of the table.")
	case !v.confirmed:
		return refusal.New(422, "contact-unconfirmed", "The patient is to confirm the contact data first.")
	}
	return nil
}

// verified makes p a participant whose identity is known, corrects the contact
// data, and sets when records begin to flow.
func (s *Sharing) verified(tx *store.Tx, p *store.Participant, who *store.Account, v *verification) error {
	if _, err := codeContact(tx, p); err != nil { // as it stands before
		return err
	}
	if err := s.correctContact(tx, p, v.contact); err != nil {
		return err
	}
	settle := codeContact
	if v.method == "card" { // which proves the person who gives it
		settle = provenContact
	}
	if _, err := settle(tx, p); err != nil {
		return err
	}
	p.State, p.Verified, p.Expected = ehrdesk.Registered, tx.Now.UnixMicro(), tx.Now.Add(s.recordsAfter).UnixMicro()
	tx.Participants.Verify(p, who, v.method, v.document)
	return nil
}

// correctContact stores a new version of the Patient where something differs,
// and makes sure that the patient can be told in the way chosen.
func (s *Sharing) correctContact(tx *store.Tx, p *store.Participant, to contact) error {
	rec := tx.Records.Get("Patient", p.Patient)
	if rec == nil || rec.Deleted {
		return store.Err
	}
	raw, err := to.correct(rec.Body)
	if err != nil {
		return err
	}
	if to.notify != nil {
		p.Notify = notifyWords[*to.notify]
	}
	if err := canBeTold(raw, p.Notify); err != nil {
		return err
	}
	return s.charts.PutPatient(tx, p.Patient, raw, rec.Source)
}

// canBeTold is whether somebody can be told by such a notice.
func canBeTold(raw []byte, notify string) error {
	m, err := membersOf(raw)
	if err != nil {
		return err
	}
	ways := map[string]bool{"": true, "post": false}
	for _, v := range elements(m["telecom"].value) {
		switch r := reachOf(v); {
		case r.Value == "":
		case r.System == "phone" || r.System == "sms":
			ways["sms"] = true
		case r.System == "email":
			ways["email"] = true
		}
	}
	for _, v := range elements(m["address"].value) {
		ways["post"] = ways["post"] || reachOf(v).written() != ""
	}
	if !ways[notify] {
		return refusal.Invalid("The way of notice needs its telephone number, e-mail or address.")
	}
	return nil
}

// Who verifies an identity asks the person how they are reached, and compares: for that the
// end of a number is enough. So contact data leaves the centre masked, and what comes back
// as it was masked means that nothing is to change.

// masked is one part of the contact data: how it is left out, and where it is kept.
type masked struct {
	mask  func(string) string
	given **string
	have  string // as it is on record, "" for none
}

// parts are those that are masked, with what a Patient has of them: the first telephone is
// phone, the second phoneOther, as a desk reads them.
func (c *contact) parts(m topMembers) [4]masked {
	out := [4]masked{{registry.MaskPhone, &c.phone, ""}, {registry.MaskPhone, &c.phoneOther, ""}, {registry.MaskEmail, &c.email, ""}, {registry.MaskAddress, &c.address, ""}}
	next := map[string][]*string{"phone": {&out[0].have, &out[1].have}, "email": {&out[2].have}}
	for _, v := range elements(m["telecom"].value) {
		r := reachOf(v)
		if to := next[r.System]; len(to) > 0 {
			*to[0], next[r.System] = ehrdesk.CleanLine(r.Value), to[1:]
		}
	}
	for _, v := range elements(m["address"].value) {
		if out[3].have = reachOf(v).written(); out[3].have != "" {
			break
		}
	}
	return out
}

// show puts the contact data on a minimal Patient, masked, for who verifies the identity.
func show(m topMembers, res rest.Obj) {
	var telecom rest.List
	for i, p := range (&contact{}).parts(m) {
		switch {
		case p.have == "":
		case i == 3:
			res["address"] = rest.List{rest.Obj{"text": p.mask(p.have)}}
		default:
			telecom = append(telecom, rest.Obj{"system": [...]string{"phone", "phone", "email"}[i], "value": p.mask(p.have)})
		}
	}
	if telecom != nil {
		res["telecom"] = telecom
	}
	if v, ok := m["communication"]; ok {
		res["communication"] = jsontext.Value(v.value)
	}
}

// unmask takes what came back as it was masked for what is on record. Errors: 422 for a mask
// of anything else, which would be kept in its place.
func (c *contact) unmask(m topMembers) error {
	for i, p := range c.parts(m) {
		switch to := *p.given; {
		case to == nil:
		case p.have != "" && *to == p.mask(p.have):
			*p.given = nil
		case i < 3 && strings.Contains(*to, "*"):
			return refusal.Invalid("Something of the contact data cannot be right.")
		}
	}
	return nil
}
