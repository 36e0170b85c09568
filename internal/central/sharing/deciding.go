package sharing

import (
	"errors"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	json "github.com/go-json-experiment/json/v1"
)

// decide checks everything before it changes anything, the key or the card last.
func (s *Sharing) decide(tx *store.Tx, who *store.Account, a *act, patient string) ([]byte, error) {
	if a.op != ehrdesk.AuditRevoke { // a withdrawal only ever protects
		if err := standing.Check(tx, who); err != nil {
			return nil, err
		}
	}
	p := tx.Participants.Get(patient)
	if err := a.may(p); err != nil {
		return nil, err
	}
	con := gate.ConsentTo(tx, p, &who.Provider)
	if err := a.possible(con, tx.Now); err != nil {
		return nil, err
	}
	offer := offered(tx)
	record, err := registry.OnRecord(tx, p)
	if err != nil {
		return nil, err
	}
	if err := a.complete(tx.Now, offer, record); err != nil {
		return nil, err
	}
	if err := a.secondPerson(tx, who); err != nil {
		return nil, err
	}
	if err := a.signable(tx.Now, record, con); err != nil {
		return nil, err
	}
	if a.op == ehrdesk.AuditGrant { // what was on record when the consent was given counts, not what comes later
		if _, err := codeContact(tx, p); err != nil {
			return nil, err
		}
	}
	before, err := beforehand(tx, p)
	if err != nil {
		return nil, err
	}
	if err := s.evidence(tx, s.holder(tx, p, a), who, a); err != nil {
		return nil, err
	}
	var more []any
	if a.verify != nil {
		if err := s.verified(tx, p, who, a.verify); err != nil {
			return nil, err
		}
		more = append(more, rest.Param("recordsExpected", "valueInstant", rest.Stamp(store.Time(p.Expected))))
	}
	switch {
	case a.op == ehrdesk.AuditRevoke:
		withdraw(tx, &con)
		a.withdrawBeside(tx, who)
	case a.verify != nil && con.State.Allows(): // given by joining: there is none to give
	default:
		if con, err = give(tx, p, who, a, con); err != nil {
			return nil, err
		}
	}
	way, told, err := a.tell(tx, p, &who.Provider, &before)
	if err != nil {
		return nil, err
	}
	return receipt(tx, p, who, con, way, append(more, told...)...)
}

// may is whether the act is for somebody who stands with eHealth as p does.
func (a *act) may(p *store.Participant) error {
	switch {
	case p == nil || p.State == ehrdesk.Left || p.State == ehrdesk.NotRegistered:
		return refusal.NotRegistered()
	case a.verify != nil && p.State != ehrdesk.Unverified:
		return alreadyVerified()
	case a.verify == nil && p.State != ehrdesk.Registered:
		return refusal.IdentityUnverified()
	}
	return nil
}

func alreadyVerified() *refusal.Error {
	return refusal.New(409, "already-verified", "The participant's identity is verified already.")
}

// give writes the consent down, in the place of before where that is renewed.
func give(tx *store.Tx, p *store.Participant, who *store.Account, a *act, before store.Consent) (store.Consent, error) {
	con := store.Consent{SharingConsent: ehrdesk.SharingConsent{ID: tx.Consents.ID(p.Patient, who.HCP), State: ehrdesk.ConsentActive, Term: a.term, Channel: a.channel, Giver: a.giver, Since: tx.Now, Telephone: a.telephone, Signed: a.signed}}
	if a.term == ehrdesk.OneYear {
		con.Until = tx.Now.AddDate(1, 0, 0)
	}
	if a.renew {
		con.Until, _ = before.Anew(a.term, tx.Now)
		before.State, before.Ended = store.Renewed, tx.Now
		tx.Consents.Set(&before, false)
	}
	taken, err := a.taken()
	if err != nil {
		return con, err
	}
	tx.Consents.Add(p.Patient, who.HCP, con.SharingConsent, taken)
	if a.channel == ehrdesk.ByCard {
		con.Proof = a.proof
		tx.Cards.KeepEvidence(store.OfConsent, con.ID, a.card, a.issuer)
		return con, nil
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
	case a.renew && a.term == ehrdesk.Indefinite:
		return "eHealth: sharing consent to " + provider + " was changed at " + when + " and runs until you withdraw it: eHealth App or 3467 6300."
	case a.renew:
		return "eHealth: sharing consent to " + provider + " was renewed at " + when + ". To withdraw: eHealth App or 3467 6300."
	default:
		return "eHealth: sharing consent to " + provider + " was given at " + when + ". To withdraw: eHealth App or 3467 6300."
	}
}

// receipt is the answer to an act of which the patient is told by a way; more may be added to it.
func receipt(tx *store.Tx, p *store.Participant, who *store.Account, con store.Consent, way string, more ...any) ([]byte, error) {
	patient, err := registry.Minimal(tx, p)
	if err != nil {
		return nil, err
	}
	return json.Marshal(rest.Parameters(append([]any{
		rest.Param("receipt", "valueString", referenceOf(con)), rest.Param("issued", "valueInstant", rest.Stamp(tx.Now)),
		rest.Obj{"name": "consent", "resource": gate.ConsentResource(p, &who.Provider, con)},
		rest.Obj{"name": "patient", "resource": patient}, rest.Param("notified", "valueCode", way),
	}, more...)...))
}

// notifiedWord is the way of notice as a FHIR code, which may not be empty.
func notifiedWord(channel string) string {
	if channel == "" {
		return "none"
	}
	return channel
}

// clockAhead is how far a desk's clock may be ahead of the centre's.
const clockAhead = 5 * time.Minute

// possible is whether the act makes sense for the consent as it stands.
func (a *act) possible(con store.Consent, now time.Time) error {
	_, longer := con.Anew(a.term, now)
	switch {
	case a.renew && (!longer || a.verify != nil):
		return refusal.New(409, "not-due", "Only an active consent that has an end is renewed or changed, and not to an earlier one.")
	case a.op == ehrdesk.AuditGrant && con.State.Allows() && !a.renew:
		return refusal.New(409, "consent-active", "The sharing consent is active already.")
	case a.op == ehrdesk.AuditRevoke && con.State == ehrdesk.ConsentDeemed:
		return refusal.New(403, "deemed", "This consent was given by joining eHealth and is not withdrawn at a desk.")
	case a.op == ehrdesk.AuditRevoke && con.State != ehrdesk.ConsentActive:
		return refusal.New(404, "no-consent", "There is no sharing consent to withdraw.")
	}
	return nil
}

// complete is whether everything that the act needs was given, for the patient
// as the centre has them on record. The patient's own acts outside bring no desk
// evidence: eHealth has authenticated them.
func (a *act) complete(now time.Time, offer ConsentOffer, record ehrdesk.Patient) error {
	if !slices.Contains(ehrdesk.Channels(), a.channel) {
		return refusal.Invalid("There is no such channel.")
	}
	if !a.channel.AtDesk() {
		return nil
	}
	if a.telephone {
		if err := a.mayTelephone(); err != nil {
			return err
		}
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
	if !slices.Contains(offer.Terms, a.term) {
		return refusal.New(422, "term-missing", "A term is to be chosen from those offered.")
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
	case !slices.Contains(ehrdesk.GiverKinds(), a.giver.Kind):
		return refusal.Invalid("There is no such kind of consent giver.")
	case a.giver.Kind != ehrdesk.SelfGiver && (a.giver.Name == "" || a.giver.Document == "" && a.giver.Declaration == ""):
		return refusal.Invalid("Who acts for the patient is named, with the document seen.")
	}
	return a.shown()
}

// shown is whether the document was seen, and what the channel rests on is there.
func (a *act) shown() error {
	switch {
	case !a.sighted && !a.telephone:
		return refusal.New(422, "document-not-sighted", "The identity document is to be seen first.")
	case a.channel == ehrdesk.ByForm && (a.formReference == "" || len(a.formReference) > 64):
		return refusal.New(422, "form-reference-missing", "The signed form's reference is missing.")
	case a.channel == ehrdesk.ByAccessKey && !a.keyGiven:
		return refusal.Invalid("The Access Key is missing.")
	case a.channel == ehrdesk.ByCard:
		return a.mayUseCard()
	}
	return nil
}

// giverNotAllowed says by which rule who gives may not.
func giverNotAllowed(err error) *refusal.Error {
	f := refusal.New(422, "giver-not-allowed", "This person may not consent, or something is missing.")
	for rule, cause := range map[string]error{"under-16": ehrdesk.ErrGiverUnder16, "unnamed": ehrdesk.ErrGiverUnnamed, "order": ehrdesk.ErrGiverOrder, "able": ehrdesk.ErrGiverAble,
		"declaration": ehrdesk.ErrGiverDeclaration, "kind": ehrdesk.ErrGiverKind} {
		if errors.Is(err, cause) {
			f.Rule = rule
		}
	}
	return f
}

func (a *act) noticeRead(now time.Time, texts []ehrdesk.Notice) error {
	for _, n := range texts {
		if a.notices[n.ID] != n.Version {
			return refusal.New(422, "notice-missing", "The patient is to read the present notices first.")
		}
	}
	if a.readAt.IsZero() || a.readAt.After(now.Add(clockAhead)) {
		return refusal.New(422, "notice-missing", "When the patient read the notices is missing.")
	}
	return nil
}

// evidence checks what the channel rests on.
func (s *Sharing) evidence(tx *store.Tx, p *store.Participant, who *store.Account, a *act) error {
	switch a.channel {
	case ehrdesk.ByCard:
		return cardShown(tx, p, who.HCP, a)
	case ehrdesk.ByAccessKey:
		return s.tryKey(tx, p, who, a.key)
	case ehrdesk.ByForm:
		if !tx.Consents.UseForm(who.HCP, a.formReference) {
			return refusal.New(409, "form-reference-used", "This form's reference is on record already.")
		}
	}
	return nil
}
