package central

import (
	"net/http"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// recordsAfter is how long records take to flow once an identity is verified,
// unless Options say otherwise.
const recordsAfter = 30 * time.Minute

// toldExpected is how long a look-up says when records were expected.
const toldExpected = 24 * time.Hour

// verification is what an act of verifying brings beyond the consent.
type verification struct {
	method    string // card or document
	document  string // code of a DocumentType, with method document
	contact   contact
	confirmed bool
}

func (s *server) verify(w http.ResponseWriter, r *http.Request, who *token) error {
	return s.act(w, r, who, auditVerify)
}

func parseVerification(in inputList) (*verification, error) {
	contact := slices.Clone(in.get("contact").Part)
	for _, name := range []string{"language", "notify"} { // taken beside the contact's parts as well
		if p := in.get(name); p.Name != "" && contact.get(name).Name == "" {
			contact = append(contact, p)
		}
	}
	c, err := parseContact(contact)
	return &verification{method: in.get("method").ValueCode, document: in.get("documentType").ValueCode, contact: c, confirmed: in.get("contactConfirmed").ValueBoolean}, err
}

// complete is whether the identity was verified by something that verifies it.
func (v *verification) complete(channel ehrdesk.Channel) error {
	switch {
	case v.method != "card" && v.method != "document":
		return invalid("An identity is verified by card or by document.")
	case (v.method == "card") != (channel == ehrdesk.ByCard):
		return invalid("A card that verifies the identity gives the consent as well.")
	case v.method == "card" && v.document != "":
		return invalid("A card is its own document.")
	case v.method == "document" && !slices.ContainsFunc(ehrdesk.DocumentTypes(), func(t ehrdesk.DocumentType) bool { return t.Code == v.document }):
		return invalid("The type of document seen is one of the table.")
	case !v.confirmed:
		return refuse(422, "contact-unconfirmed", "The patient is to confirm the contact data first.")
	}
	return nil
}

// verified makes p a participant whose identity is known, corrects the contact
// data, and sets when records begin to flow.
func (q *tx) verified(c *Centre, p *participant, who *token, v *verification) error {
	if err := q.correctContact(c, p, v.contact); err != nil {
		return err
	}
	p.state, p.verified, p.expected = ehrdesk.Registered, q.now.UnixMicro(), q.now.Add(c.recordsAfter).UnixMicro()
	if err := q.exec("UPDATE participant SET state = ?, notify = ?, verified = ?, expected = ? WHERE patient = ?", string(p.state), p.notify, p.verified, p.expected, p.patient); err != nil {
		return err
	}
	return q.exec("INSERT INTO verification (patient, at, hcp, staff, client, method, document) VALUES (?,?,?,?,?,?,?)",
		p.patient, p.verified, who.hcp, who.staff, who.client, v.method, v.document)
}

// correctContact stores a new version of the Patient where something differs,
// and makes sure that the patient can be told in the way chosen.
func (q *tx) correctContact(c *Centre, p *participant, to contact) error {
	rec, err := q.record("Patient", p.patient)
	if err != nil {
		return err
	}
	if rec == nil || rec.deleted {
		return errStore
	}
	raw, err := to.correct(rec.body)
	if err != nil {
		return err
	}
	if to.notify != nil {
		p.notify = notifyWords[*to.notify]
	}
	if err := canBeTold(raw, p.notify); err != nil {
		return err
	}
	items, err := itemsOf([][]byte{raw})
	if err != nil {
		return err
	}
	b := newBatch(c, q, items)
	if err := b.settle(); err != nil {
		return err
	}
	if it := b.items[0]; it.reason != "" || it.target != p.patient {
		return errStore
	}
	_, err = q.put(b.items[0], rec.source, false)
	return err
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
		return invalid("The way of notice needs its telephone number, e-mail or address.")
	}
	return nil
}

// waiting is whether the identity was verified so lately that no records flow.
func (p *participant) waiting(now time.Time) bool { return p.expected > now.UnixMicro() }

// since is the instant that a list of changes begins at: all that was there when
// records began to flow counts as changed at that moment.
func (p *participant) since(from int64) int64 {
	if from <= p.expected {
		return 0
	}
	return from
}
