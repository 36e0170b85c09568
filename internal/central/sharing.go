package central

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/google/uuid"
)

// act is a sharing consent being given or withdrawn, at a desk or by the
// patient outside.
type act struct {
	op            ehrdesk.AuditAction // AuditGrant, AuditRevoke or auditVerify
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
	renew         bool // in the place of one that is about to end
	verify        *verification

	proof  string // what the centre found the card to prove; "" where it did not look
	issuer string // whose key vouched for it
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
	err = s.c.write(r.Context(), func(q *tx) (err error) {
		answer, err = q.perform(s.c, who, a)
		return err
	})
	if err != nil {
		return err
	}
	s.send(w, r, http.StatusOK, answer)
	return nil
}

// maxGiverText bounds each text about a giver, in bytes.
const maxGiverText = 200

func parseAct(in inputList, op ehrdesk.AuditAction) (act, error) {
	id := in.get("identifier").ValueIdentifier
	giver := in.get("giver").Part
	a := act{
		op: op, identifier: id.System + "|" + id.Value, channel: ehrdesk.Channel(in.get("channel").ValueCode), term: ehrdesk.Term(in.get("term").ValueCode),
		giver: ehrdesk.Giver{Kind: giver.get("kind").ValueCode, Name: strings.TrimSpace(giver.get("name").ValueString), Document: strings.TrimSpace(giver.get("document").ValueString),
			NoneBefore: giver.get("noneBefore").ValueBoolean, Declaration: strings.TrimSpace(giver.get("declaration").ValueString)},
		notices: map[string]string{}, sighted: in.get("documentSighted").ValueBoolean,
		formReference: strings.TrimSpace(in.get("formReference").ValueString), requestID: in.get("requestId").ValueUUID, renew: in.get("renew").ValueBoolean,
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
	if op == auditVerify {
		var err error
		if a.verify, err = parseVerification(in); err != nil {
			return a, err
		}
	}
	u, err := uuid.Parse(a.requestID)
	if err != nil {
		return a, invalid("An act needs a requestId, a UUID.")
	}
	a.requestID = u.String()
	for _, text := range []string{a.giver.Name, a.giver.Document, a.giver.Declaration} {
		if len(text) > maxGiverText {
			return a, invalid("What names the giver is too long.")
		}
	}
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
func (q *tx) perform(c *Centre, who *token, a act) ([]byte, error) {
	patient, err := q.patientByIdentifier(a.identifier)
	if err != nil {
		return nil, err
	}
	return q.once(c, event{action: a.op, who: who, patient: patient}, a.requestID, func(e *event) ([]byte, error) {
		answer, err := q.decide(c, who, &a, patient)
		e.proof = a.proof
		return answer, err
	})
}

// once does what a request asks and writes it down; a refusal is kept, and may
// be tried again under the same id. do may add to the event.
func (q *tx) once(c *Centre, e event, request string, do func(e *event) ([]byte, error)) ([]byte, error) {
	print := mac(c.keys.person, string(e.action), e.patient)
	var before, answer []byte
	done, err := q.row("SELECT print, answer FROM act WHERE hcp = ? AND request = ?", []any{e.who.hcp, request}, &before, &answer)
	if err != nil {
		return nil, err
	}
	if done {
		if string(before) != string(print) {
			return nil, invalid("This requestId was used for another act.")
		}
		return answer, nil
	}
	answer, err = do(&e)
	if f, ok := asFault(err); ok {
		e.outcome = f.code()
		if err := q.audit(e); err != nil {
			return nil, err
		}
		return nil, f.kept()
	}
	if err != nil {
		return nil, err
	}
	if err := q.audit(e); err != nil {
		return nil, err
	}
	return answer, q.exec("INSERT INTO act (hcp, request, print, answer) VALUES (?,?,?,?)", e.who.hcp, request, print, answer)
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
	err = c.write(ctx, func(q *tx) error {
		h, err := q.hcp(hcp)
		if err != nil {
			return err
		}
		if h == nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no such provider")
		}
		p, err := q.byEHR(ehr)
		if err != nil {
			return err
		}
		record, err := q.onRecord(p)
		if err != nil {
			return err
		}
		if errors.Is(a.giver.Check(record, q.now), ehrdesk.ErrGiverUnder16) { // a parent has the child's account in the app
			a.giver.Kind = "parent"
		}
		if _, err := q.perform(c, &token{hcp: hcp, provider: *h, staff: "patient", role: "patient"}, a); err != nil {
			return err
		}
		con, err := q.consentTo(p, h)
		out = givenConsent(h, con)
		return err
	})
	return out, asError(op, err)
}
