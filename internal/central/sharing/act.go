package sharing

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/limits"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/google/uuid"
)

// act is a sharing consent being given or withdrawn, at a desk or by the
// patient outside.
type act struct {
	op         ehrdesk.AuditAction // AuditGrant, AuditRevoke or auditVerify
	identifier string              // system|value
	channel    ehrdesk.Channel
	term       ehrdesk.Term
	giver      ehrdesk.Giver
	notices    map[string]string // id to version
	readAt     time.Time
	key        ehrdesk.AccessKey
	keyGiven   bool
	requestID  string
	renew      bool // in the place of one that is about to end
	verify     *verification
	paper
	presence
	basis
}

// paper is the signed form that an act rests on, with channel form.
type paper struct {
	formReference string
	signed        ehrdesk.When // as the date beside the signature says
}

// presence is how the patient was there: with a document that was sighted, or on the telephone,
// where who they are was asked.
type presence struct{ sighted, telephone, asked bool }

// basis is what an act rests on, as the centre found it.
type basis struct {
	card   *ehrdesk.CardEvidence // with channel card
	proof  string                // what the centre found the card to prove; "" where it did not look
	issuer string                // whose key vouched for it
	word   accesslog.Word        // what one person alone has seen, once it is done
	first  *first                // who took it, where another has approved it
	beside []string              // ids under which the same person has given a consent that ends with it
	keys   []string              // and those whose Access Key is as good
}

// act takes one: to give a consent, to withdraw it, to verify an identity.
func (s *Sharing) act(op ehrdesk.AuditAction) rest.Handler {
	return s.operation(func(_ *http.Request, who *store.Account, in rest.Input) (rest.Act, error) {
		if !who.Role.TakesConsent() {
			return nil, refusal.RoleMayNot()
		}
		in, taker, err := takenBy(in, op)
		if err != nil {
			return nil, err
		}
		a, err := parseAct(in, op)
		a.first = taker
		return func(tx *store.Tx) (any, error) { return s.perform(tx, who, a) }, err
	})
}

// documentSeen is the giver's document as it is kept: its kind, and behind it its number.
func documentSeen(giver rest.Input) string {
	kind, number := strings.TrimSpace(giver.Get("document").ValueString), strings.TrimSpace(giver.Get("documentNumber").ValueString)
	if kind == "" {
		return "" // a number without its kind says nothing of what was seen
	}
	return strings.TrimSpace(kind + " " + number)
}

// maxGiverText bounds each text about a giver, in bytes.
const maxGiverText = 200

func parseAct(in rest.Input, op ehrdesk.AuditAction) (act, error) {
	id := in.Get("identifier").ValueIdentifier
	giver := in.Get("giver").Part
	a := act{
		op: op, identifier: id.System + "|" + id.Value, channel: ehrdesk.Channel(in.Get("channel").ValueCode), term: ehrdesk.Term(in.Get("term").ValueCode),
		giver: ehrdesk.Giver{Kind: giver.Get("kind").ValueCode, Name: strings.TrimSpace(giver.Get("name").ValueString), Document: documentSeen(giver),
			CannotAct: giver.Get("cannotAct").ValueBoolean, NoneBefore: giver.Get("noneBefore").ValueBoolean, Declaration: strings.TrimSpace(giver.Get("declaration").ValueString)},
		notices: map[string]string{}, presence: presence{in.Get("documentSighted").ValueBoolean, in.Get("telephone").ValueBoolean, in.Get("identityAsked").ValueBoolean},
		paper: paper{formReference: strings.TrimSpace(in.Get("formReference").ValueString)}, renew: in.Get("renew").ValueBoolean,
	}
	for _, p := range in {
		if p.Name == "notice" {
			a.notices[p.Part.Get("id").ValueString] = p.Part.Get("version").ValueString
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, in.Get("noticeReadAt").ValueInstant); err == nil {
		a.readAt = t
	}
	if text := in.Get("accessKey").ValueString; text != "" {
		key, err := ehrdesk.ParseAccessKey(text)
		if err != nil { // not eight digits: mistyped, and no try
			return a, refusal.Invalid("An Access Key has 8 digits.")
		}
		a.key, a.keyGiven = key, true
	}
	if day := in.Get("formSigned").ValueDate; day != "" && a.channel == ehrdesk.ByForm {
		var err error
		if a.signed, err = ehrdesk.ParseWhen(day); err != nil || a.signed.Precision != ehrdesk.ToDay {
			return a, refusal.Invalid("The date of a signature is a day.")
		}
	}
	if a.channel == ehrdesk.ByCard {
		a.card = parseCard(in.Get("card").Part)
	}
	if op == auditVerify {
		var err error
		if a.verify, err = parseVerification(in); err != nil {
			return a, err
		}
	}
	var err error
	if a.requestID, err = in.Request(); err != nil {
		return a, err
	}
	for _, text := range []string{a.giver.Name, a.giver.Document, a.giver.Declaration} {
		if len(text) > maxGiverText {
			return a, refusal.Invalid("What names the giver is too long.")
		}
	}
	if id.System == "" || id.Value == "" {
		return a, refusal.Invalid("An act needs the patient's identifier.")
	}
	if slices.Contains(ehrdesk.Channels(), a.channel) && !a.channel.AtDesk() {
		return a, refusal.New(422, "channel-not-at-desk", "The app and the telephone are the patient's own act.")
	}
	return a, nil
}

// perform does an act and writes it down, whatever comes of it. The same act
// sent again gives the first answer and does nothing.
func (s *Sharing) perform(tx *store.Tx, who *store.Account, a act) ([]byte, error) {
	patient := registry.ByIdentifier(tx, a.identifier)
	return s.once(tx, accesslog.Event{ID: uuid.NewString(), Action: a.op, Who: who, Patient: patient}, a.requestID, func(e *accesslog.Event) ([]byte, error) {
		if err := a.spend(tx, who, e); err != nil {
			return nil, err
		}
		if a.op == ehrdesk.AuditRevoke {
			e.Patient = a.withdraws(tx, who, patient)
		}
		answer, err := s.decide(tx, who, &a, e.Patient)
		e.Proof = a.proof
		if err = a.count(tx, who, e, err); err != nil {
			return nil, err
		}
		if !a.word.None() {
			e.Reason = a.word.String()
			e.Marks = append(e.Marks, accesslog.Sample(tx, s.keys.Sample, e.ID)...)
		}
		return answer, err
	})
}

// outside reports the patient's own act in the app or by telephone, which no desk can ask for: eHealth knows
// who that is, and nobody is looked up.
func (a *act) outside() bool { return a.channel == ehrdesk.ByApp || a.channel == ehrdesk.ByIVRS }

// spend uses up what an act at a desk takes of the limits: it tells of somebody by number, as a
// look-up does, and may rest on a form or tell of an identity. A withdrawal takes what nothing but
// withdrawals has used up.
func (a *act) spend(tx *store.Tx, who *store.Account, e *accesslog.Event) error {
	if a.outside() {
		return nil
	}
	if a.channel == ehrdesk.ByForm && !strings.ContainsAny(a.formReference, "0123456789") {
		e.Marks = append(e.Marks, accesslog.MarkNoNumber)
	}
	if a.op == ehrdesk.AuditRevoke {
		return limits.Left(tx, &limits.Withdrawals, who, a.op)
	}
	of := []*limits.Limit{&limits.LookUps}
	if a.channel == ehrdesk.ByForm {
		of = append(of, &limits.Forms)
	}
	if a.verify != nil {
		of = append(of, &limits.Identities)
	}
	for _, l := range of {
		marks, err := limits.Spend(tx, l, who, a.op)
		if err != nil {
			return err
		}
		e.Marks = append(e.Marks, marks...)
	}
	return nil
}

// count counts a withdrawal by what came of it. One that came to nothing has told of somebody by number,
// as a look-up does: where none of these is left it says that alone, so that nobody learns by it who is
// registered.
func (a *act) count(tx *store.Tx, who *store.Account, e *accesslog.Event, came error) error {
	if a.op != ehrdesk.AuditRevoke || a.outside() {
		return came
	}
	l := &limits.Withdrawals
	if f, refused := refusal.As(came); refused {
		if f.Issue == limits.Issue {
			return came
		}
		l = &limits.LookUps
	} else if came != nil {
		return came
	}
	marks, err := limits.Spend(tx, l, who, a.op)
	if err != nil {
		return err
	}
	e.Marks = append(e.Marks, marks...)
	return came
}

// once does what a request asks and writes it down; a refusal is kept, and may
// be tried again under the same id. do may add to the event.
func (s *Sharing) once(tx *store.Tx, e accesslog.Event, request string, do func(e *accesslog.Event) ([]byte, error)) ([]byte, error) {
	print := registry.MAC(s.keys.Person, string(e.Action), e.Patient)
	if before, answer := tx.Consents.Act(e.Who.HCP, request); before != nil {
		if string(before) != string(print) {
			return nil, refusal.Invalid("This requestId was used for another act.")
		}
		return answer, nil
	}
	answer, err := do(&e)
	if f, ok := refusal.As(err); ok {
		if f.Status != http.StatusTooManyRequests || f.Issue != limits.Issue { // that is noted, once a minute
			e.Outcome = f.Code()
			accesslog.Add(tx, e)
		}
		return nil, f.Kept()
	}
	if err != nil {
		return nil, err
	}
	accesslog.Add(tx, e)
	tx.Consents.AddAct(e.Who.HCP, request, print, answer)
	return answer, nil
}

// referenceOf is a receipt's number: the consent's own, short enough to be read out, by which the
// operator finds it. Where an identity was verified and no consent given it is made up.
func referenceOf(con store.Consent) string {
	switch {
	case con.State == ehrdesk.ConsentWithdrawn:
		return ehrdesk.ShortWithdrawal(con.ID)
	case con.State == ehrdesk.ConsentDeemed:
		return ehrdesk.ShortReference(uuid.NewString())
	}
	return ehrdesk.ShortReference(con.ID)
}
