package central

import (
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"
)

// decide checks everything before it changes anything, the key or the card last.
func (q *tx) decide(c *Centre, who *token, a *act, patient string) ([]byte, error) {
	p, err := q.participant(patient)
	if err != nil {
		return nil, err
	}
	if err := a.may(p); err != nil {
		return nil, err
	}
	con, err := q.consentTo(p, &who.provider)
	if err != nil {
		return nil, err
	}
	if err := a.possible(con, q.now); err != nil {
		return nil, err
	}
	offer, err := q.offer()
	if err != nil {
		return nil, err
	}
	record, err := q.onRecord(p)
	if err != nil {
		return nil, err
	}
	if err := a.complete(q.now, offer, record); err != nil {
		return nil, err
	}
	if err := q.evidence(c, p, who.hcp, a); err != nil {
		return nil, err
	}
	var more []any
	if a.verify != nil {
		if err := q.verified(c, p, who, a.verify); err != nil {
			return nil, err
		}
		more = append(more, param("recordsExpected", "valueInstant", stamp(fromMicros(p.expected))))
	}
	switch {
	case a.op == ehrdesk.AuditRevoke:
		err = q.endConsent(&con)
	case a.verify != nil && con.State.Allows(): // given by joining: there is none to give
	default:
		con, err = q.give(p, who, a, con)
	}
	if err != nil {
		return nil, err
	}
	if err := q.notify(p, a.news(who.provider.Name, q.local())); err != nil {
		return nil, err
	}
	return q.receipt(p, who, con, more...)
}

// may is whether the act is for somebody who stands with eHealth as p does.
func (a *act) may(p *participant) error {
	switch {
	case p == nil || p.state == ehrdesk.Left || p.state == ehrdesk.NotRegistered:
		return notRegistered()
	case a.verify != nil && p.state != ehrdesk.Unverified:
		return refuse(409, "already-verified", "The participant's identity is verified already.")
	case a.verify == nil && p.state != ehrdesk.Registered:
		return identityUnverified()
	}
	return nil
}

// give writes the consent down, in the place of before where that is renewed.
func (q *tx) give(p *participant, who *token, a *act, before consent) (consent, error) {
	con := consent{SharingConsent: ehrdesk.SharingConsent{ID: uuid.NewString(), State: ehrdesk.ConsentActive, Term: a.term, Channel: a.channel, Giver: a.giver, Since: q.now}}
	if a.term == ehrdesk.OneYear {
		con.Until = q.now.AddDate(1, 0, 0)
	}
	if a.renew {
		if a.term == ehrdesk.OneYear { // who renews early loses nothing
			con.Until = before.Until.AddDate(1, 0, 0)
		}
		if err := q.supersede(&before); err != nil {
			return con, err
		}
	}
	read, err := json.Marshal(map[string]any{"versions": a.notices, "read": stamp(a.readAt)})
	if err != nil {
		return con, err
	}
	if err := q.addConsent(p, who.hcp, con.SharingConsent, string(read)); err != nil {
		return con, err
	}
	if a.channel == ehrdesk.ByCard {
		con.proof = a.proof
		return con, q.keepCard(con.ID, a)
	}
	return con, nil
}

// news is what the patient is told of the act.
func (a *act) news(provider, when string) string {
	switch {
	case a.op == ehrdesk.AuditRevoke:
		return "eHealth: sharing consent to " + provider + " was withdrawn at " + when + ". Enquiries: 3467 6300."
	case a.verify != nil:
		return "eHealth: your identity was verified and sharing consent given at " + provider + " at " + when + ". To withdraw: eHealth App or 3467 6300."
	case a.renew:
		return "eHealth: sharing consent to " + provider + " was renewed at " + when + ". To withdraw: eHealth App or 3467 6300."
	default:
		return "eHealth: sharing consent to " + provider + " was given at " + when + ". To withdraw: eHealth App or 3467 6300."
	}
}

// receipt is the answer to an act; more may be added to it.
func (q *tx) receipt(p *participant, who *token, con consent, more ...any) ([]byte, error) {
	patient, err := q.minimalPatient(p)
	if err != nil {
		return nil, err
	}
	return json.Marshal(parameters(append([]any{
		param("receipt", "valueString", madeReference()), param("issued", "valueInstant", stamp(q.now)),
		obj{"name": "consent", "resource": consentResource(p, &who.provider, con)},
		obj{"name": "patient", "resource": patient}, param("notified", "valueCode", notifiedWord(p.notify)),
	}, more...)...))
}

// notifiedWord is the way of notice as a FHIR code, which may not be empty.
func notifiedWord(channel string) string {
	if channel == "" {
		return "none"
	}
	return channel
}

// renewable is how long before its end a consent may be renewed, in days.
const renewable = 30

// possible is whether the act makes sense for the consent as it stands.
func (a *act) possible(con consent, now time.Time) error {
	due := con.State == ehrdesk.ConsentActive && !con.Until.IsZero() && !con.Until.After(now.AddDate(0, 0, renewable))
	switch {
	case a.renew && (!due || a.verify != nil):
		return refuse(409, "not-due", "Only an active consent that ends within 30 days is renewed.")
	case a.op == ehrdesk.AuditGrant && con.State.Allows() && !a.renew:
		return refuse(409, "consent-active", "The sharing consent is active already.")
	case a.op == ehrdesk.AuditRevoke && con.State == ehrdesk.ConsentDeemed:
		return refuse(403, "deemed", "This consent was given by joining eHealth and is not withdrawn at a desk.")
	case a.op == ehrdesk.AuditRevoke && con.State != ehrdesk.ConsentActive:
		return refuse(404, "no-consent", "There is no sharing consent to withdraw.")
	}
	return nil
}

// complete is whether everything that the act needs was given, for the patient
// as the centre has them on record. The patient's own acts outside bring no desk
// evidence: eHealth has authenticated them.
func (a *act) complete(now time.Time, offer ConsentOffer, record ehrdesk.Patient) error {
	if !known(ehrdesk.Channels(), a.channel) {
		return invalid("There is no such channel.")
	}
	if !a.channel.AtDesk() {
		return nil
	}
	if a.op == ehrdesk.AuditRevoke {
		return a.completeRevoke()
	}
	if a.channel == ehrdesk.ByCard && a.giver.Kind != ehrdesk.SelfGiver { // whoever it is
		return a.mayUseCard()
	}
	if err := a.giver.Check(record, now); err != nil {
		return giverNotAllowed(err)
	}
	if !known(offer.Terms, a.term) {
		return refuse(422, "term-missing", "A term is to be chosen from those offered.")
	}
	if err := a.noticeRead(now, offer.Notices); err != nil {
		return err
	}
	if a.verify != nil {
		if err := a.verify.complete(a.channel); err != nil {
			return err
		}
	}
	return a.shown()
}

// completeRevoke asks less of who withdraws than of who consents: a withdrawal
// only ever protects, so neither age nor order stands in its way.
func (a *act) completeRevoke() error {
	switch {
	case !known(ehrdesk.GiverKinds(), a.giver.Kind):
		return invalid("There is no such kind of consent giver.")
	case a.giver.Kind != ehrdesk.SelfGiver && (a.giver.Name == "" || a.giver.Document == "" && a.giver.Declaration == ""):
		return invalid("Who acts for the patient is named, with the document seen.")
	}
	return a.shown()
}

// shown is whether the document was seen, and what the channel rests on is there.
func (a *act) shown() error {
	switch {
	case !a.sighted:
		return refuse(422, "document-not-sighted", "The identity document is to be seen first.")
	case a.channel == ehrdesk.ByForm && (a.formReference == "" || len(a.formReference) > 64):
		return refuse(422, "form-reference-missing", "The signed form's reference is missing.")
	case a.channel == ehrdesk.ByAccessKey && !a.keyGiven:
		return invalid("The Access Key is missing.")
	case a.channel == ehrdesk.ByCard:
		return a.mayUseCard()
	}
	return nil
}

// giverNotAllowed says by which rule who gives may not.
func giverNotAllowed(err error) *apiError {
	f := refuse(422, "giver-not-allowed", "This person may not consent, or something is missing.")
	for rule, cause := range map[string]error{"under-16": ehrdesk.ErrGiverUnder16, "unnamed": ehrdesk.ErrGiverUnnamed, "order": ehrdesk.ErrGiverOrder,
		"declaration": ehrdesk.ErrGiverDeclaration, "kind": ehrdesk.ErrGiverKind} {
		if errors.Is(err, cause) {
			f.rule = rule
		}
	}
	return f
}

func (a *act) noticeRead(now time.Time, texts []ehrdesk.Notice) error {
	for _, n := range texts {
		if a.notices[n.ID] != n.Version {
			return refuse(422, "notice-missing", "The patient is to read the present notices first.")
		}
	}
	if a.readAt.IsZero() || a.readAt.After(now.Add(assertionLife)) {
		return refuse(422, "notice-missing", "When the patient read the notices is missing.")
	}
	return nil
}

// evidence checks what the channel rests on.
func (q *tx) evidence(c *Centre, p *participant, hcp string, a *act) error {
	switch a.channel {
	case ehrdesk.ByCard:
		return q.cardShown(p, hcp, a)
	case ehrdesk.ByAccessKey:
		return q.tryKey(c, p, hcp, a.key)
	case ehrdesk.ByForm:
		var n int
		used, err := q.row("SELECT 1 FROM form WHERE hcp = ? AND reference = ?", []any{hcp, a.formReference}, &n)
		if err != nil {
			return err
		}
		if used {
			return refuse(409, "form-reference-used", "This form's reference is on record already.")
		}
		return q.exec("INSERT INTO form (hcp, reference) VALUES (?,?)", hcp, a.formReference)
	}
	return nil
}
