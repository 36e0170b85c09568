package central

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/google/uuid"
)

// act is a sharing consent being given or withdrawn, at a desk or by the
// patient outside.
type act struct {
	op            ehrdesk.AuditAction // AuditGrant or AuditRevoke
	identifier    string              // system|value
	channel       ehrdesk.Channel
	term          ehrdesk.Term
	giver         ehrdesk.Giver
	notices       map[string]string // id to version
	readAt        time.Time
	sighted       bool
	key           ehrdesk.AccessKey
	keyGiven      bool
	formReference string
	card          *ehrdesk.CardEvidence // with channel card
	requestID     string

	proof  string // what the centre found the card to prove; "" where it did not look
	issuer string // whose key vouched for it
}

func (s *server) offer(w http.ResponseWriter, r *http.Request, _ *token) error {
	var issuers []*ecdsa.PublicKey
	err := s.c.read(r.Context(), func(q *query) (err error) {
		issuers, err = q.issuers()
		return err
	})
	if err != nil {
		return err
	}
	out, err := offerParameters(len(issuers) > 0)
	if err != nil {
		return err
	}
	s.fhir(w, r, http.StatusOK, out)
	return nil
}

func (s *server) grant(w http.ResponseWriter, r *http.Request, who *token) error {
	return s.act(w, r, who, ehrdesk.AuditGrant)
}

func (s *server) revoke(w http.ResponseWriter, r *http.Request, who *token) error {
	return s.act(w, r, who, ehrdesk.AuditRevoke)
}

func (s *server) act(w http.ResponseWriter, r *http.Request, who *token, op ehrdesk.AuditAction) error {
	in, err := s.input(w, r)
	if err != nil {
		return err
	}
	if !mayTakeConsent(who) {
		return roleMayNot()
	}
	a, err := parseAct(in, op)
	if err != nil {
		return err
	}
	var answer []byte
	err = s.c.write(r.Context(), func(q *query) (err error) {
		answer, err = q.perform(s.c, who, a)
		return err
	})
	if err != nil {
		return err
	}
	s.send(w, r, http.StatusOK, answer)
	return nil
}

func parseAct(in inputList, op ehrdesk.AuditAction) (act, error) {
	id := in.get("identifier").ValueIdentifier
	giver := in.get("giver").Part
	a := act{
		op: op, identifier: id.System + "|" + id.Value, channel: ehrdesk.Channel(in.get("channel").ValueCode), term: ehrdesk.Term(in.get("term").ValueCode),
		giver:   ehrdesk.Giver{Kind: giver.get("kind").ValueCode, Name: strings.TrimSpace(giver.get("name").ValueString), Document: strings.TrimSpace(giver.get("document").ValueString)},
		notices: map[string]string{}, sighted: in.get("documentSighted").ValueBoolean,
		formReference: strings.TrimSpace(in.get("formReference").ValueString), requestID: in.get("requestId").ValueUUID,
	}
	for _, p := range in {
		if p.Name == "notice" {
			a.notices[p.Part.get("id").ValueString] = p.Part.get("version").ValueString
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, in.get("noticeReadAt").ValueInstant); err == nil {
		a.readAt = t
	}
	if text := in.get("accessKey").ValueString; text != "" {
		key, err := ehrdesk.ParseAccessKey(text)
		if err != nil { // not eight digits: mistyped, and no try
			return a, invalid("An Access Key has 8 digits.")
		}
		a.key, a.keyGiven = key, true
	}
	if a.channel == ehrdesk.ByCard {
		a.card = parseCard(in.get("card").Part)
	}
	u, err := uuid.Parse(a.requestID)
	if err != nil {
		return a, invalid("An act needs a requestId, a UUID.")
	}
	a.requestID = u.String()
	if id.System == "" || id.Value == "" {
		return a, invalid("An act needs the patient's identifier.")
	}
	if known(ehrdesk.Channels(), a.channel) && !a.channel.AtDesk() {
		return a, refuse(422, "channel-not-at-desk", "The app and the telephone are the patient's own act.")
	}
	return a, nil
}

// perform does an act and writes it down, whatever comes of it. The same act
// sent again gives the first answer and does nothing.
func (q *query) perform(c *Centre, who *token, a act) ([]byte, error) {
	patient, err := q.patientByIdentifier(a.identifier)
	if err != nil {
		return nil, err
	}
	print := mac(c.keys.person, string(a.op), patient)
	var before, answer []byte
	done, err := q.row("SELECT print, answer FROM act WHERE hcp = ? AND request = ?", []any{who.hcp, a.requestID}, &before, &answer)
	if err != nil {
		return nil, err
	}
	if done {
		if string(before) != string(print) {
			return nil, invalid("This requestId was used for another act.")
		}
		return answer, nil
	}
	answer, err = q.decide(c, who, &a, patient)
	if f, ok := asFault(err); ok {
		if err := q.audit(event{action: a.op, who: who, patient: patient, outcome: f.code(), proof: a.proof}); err != nil {
			return nil, err
		}
		return nil, f.kept()
	}
	if err != nil {
		return nil, err
	}
	if err := q.audit(event{action: a.op, who: who, patient: patient, proof: a.proof}); err != nil {
		return nil, err
	}
	return answer, q.exec("INSERT INTO act (hcp, request, print, answer) VALUES (?,?,?,?)", who.hcp, a.requestID, print, answer)
}

// decide checks everything before it changes anything, the key or the card last.
func (q *query) decide(c *Centre, who *token, a *act, patient string) ([]byte, error) {
	p, err := q.participant(patient)
	if err != nil {
		return nil, err
	}
	switch {
	case p == nil || p.state == ehrdesk.Left || p.state == ehrdesk.NotRegistered:
		return nil, notRegistered()
	case p.state != ehrdesk.Registered:
		return nil, identityUnverified()
	}
	con, err := q.consentTo(p, &who.provider)
	if err != nil {
		return nil, err
	}
	if err := a.possible(con.State); err != nil {
		return nil, err
	}
	if err := a.complete(q.now); err != nil {
		return nil, err
	}
	if err := q.evidence(c, p, who.hcp, a); err != nil {
		return nil, err
	}
	reference := madeReference()
	if a.op == ehrdesk.AuditGrant {
		con = consent{SharingConsent: ehrdesk.SharingConsent{ID: uuid.NewString(), State: ehrdesk.ConsentActive, Term: a.term, Channel: a.channel, Giver: a.giver, Since: q.now}}
		if a.term == ehrdesk.OneYear {
			con.Until = q.now.AddDate(1, 0, 0)
		}
		read, err := json.Marshal(map[string]any{"versions": a.notices, "read": stamp(a.readAt)})
		if err != nil {
			return nil, err
		}
		err = q.addConsent(p, who.hcp, con.SharingConsent, string(read))
		if err == nil && a.channel == ehrdesk.ByCard {
			con.proof = a.proof
			err = q.keepCard(con.ID, a)
		}
		if err != nil {
			return nil, err
		}
		err = q.notify(p, "eHealth: sharing consent to "+who.provider.Name+" was given at "+q.local()+". To withdraw: eHealth App or 3467 6300.")
		if err != nil {
			return nil, err
		}
	} else {
		if err := q.endConsent(&con); err != nil {
			return nil, err
		}
		if err := q.notify(p, "eHealth: sharing consent to "+who.provider.Name+" was withdrawn at "+q.local()+". Enquiries: 3467 6300."); err != nil {
			return nil, err
		}
	}
	patientOut, err := q.minimalPatient(p)
	if err != nil {
		return nil, err
	}
	return json.Marshal(parameters(
		param("receipt", "valueString", reference), param("issued", "valueInstant", stamp(q.now)),
		obj{"name": "consent", "resource": consentResource(p, &who.provider, con)},
		obj{"name": "patient", "resource": patientOut}, param("notified", "valueCode", notifiedWord(p.notify)),
	))
}

// notifiedWord is the way of notice as a FHIR code, which may not be empty.
func notifiedWord(channel string) string {
	if channel == "" {
		return "none"
	}
	return channel
}

// possible is whether the act makes sense for the consent as it stands.
func (a *act) possible(state ehrdesk.ConsentState) error {
	switch {
	case a.op == ehrdesk.AuditGrant && state.Allows():
		return refuse(409, "consent-active", "The sharing consent is active already.")
	case a.op == ehrdesk.AuditRevoke && state == ehrdesk.ConsentDeemed:
		return refuse(403, "deemed", "This consent was given by joining eHealth and is not withdrawn at a desk.")
	case a.op == ehrdesk.AuditRevoke && state != ehrdesk.ConsentActive:
		return refuse(404, "no-consent", "There is no sharing consent to withdraw.")
	}
	return nil
}

// complete is whether everything that the act needs was given. The patient's
// own acts outside bring no desk evidence: eHealth has authenticated them.
func (a *act) complete(now time.Time) error {
	if !known(ehrdesk.Channels(), a.channel) {
		return invalid("There is no such channel.")
	}
	if !known(ehrdesk.GiverKinds(), a.giver.Kind) {
		return invalid("There is no such kind of consent giver.")
	}
	if a.giver.Kind != ehrdesk.SelfGiver && (a.giver.Name == "" || a.giver.Document == "") {
		return invalid("Who acts for the patient is named, with the document seen.")
	}
	if a.op == ehrdesk.AuditGrant && !known(terms(), a.term) {
		return refuse(422, "term-missing", "A term is to be chosen from those offered.")
	}
	if !a.channel.AtDesk() {
		return nil
	}
	if a.op == ehrdesk.AuditGrant {
		if err := a.noticeRead(now); err != nil {
			return err
		}
	}
	if !a.sighted {
		return refuse(422, "document-not-sighted", "The identity document is to be seen first.")
	}
	if a.channel == ehrdesk.ByForm && (a.formReference == "" || len(a.formReference) > 64) {
		return refuse(422, "form-reference-missing", "The signed form's reference is missing.")
	}
	if a.channel == ehrdesk.ByAccessKey && !a.keyGiven {
		return invalid("The Access Key is missing.")
	}
	if a.channel == ehrdesk.ByCard {
		return a.mayUseCard()
	}
	return nil
}

func (a *act) noticeRead(now time.Time) error {
	texts, err := notices()
	if err != nil {
		return err
	}
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
func (q *query) evidence(c *Centre, p *participant, hcp string, a *act) error {
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

func known[T comparable](all []T, one T) bool {
	for _, x := range all {
		if x == one {
			return true
		}
	}
	return false
}

// madeReference is a receipt's number, short enough to be read out.
func madeReference() string {
	return "SC-" + strings.ToUpper(strings.ReplaceAll(uuid.NewString(), "-", "")[:12])
}

// PatientAct is the patient's own act in the eHealth App or by telephone:
// giving (or, with revoke, withdrawing) the sharing consent to a provider.
// Errors: CodeInvalid, CodeNotFound, CodeConflict, CodeDenied for a deemed one.
func (c *Centre) PatientAct(ctx context.Context, ehr, hcp string, channel ehrdesk.Channel, revoke bool) (GivenConsent, error) {
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
	err = c.write(ctx, func(q *query) error {
		h, err := q.hcp(hcp)
		if err != nil {
			return err
		}
		if h == nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such provider")
		}
		if _, err := q.perform(c, &token{hcp: hcp, provider: *h, staff: "patient", role: "patient"}, a); err != nil {
			return err
		}
		p, err := q.byEHR(ehr)
		if err != nil {
			return err
		}
		con, err := q.consentTo(p, h)
		out = givenConsent(h, con)
		return err
	})
	return out, asError(op, err)
}
