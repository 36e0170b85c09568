package fhir

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// issues are the centre's reasons (systems.go, docs/central.md) with our code
// and words for each. The centre's own diagnostics are never shown: they may
// quote what was sent.
var issues = map[string]struct {
	code  ehrdesk.Code
	words string
}{
	"not-registered":         {ehrdesk.CodeNotFound, "not registered with eHealth"},
	"identity-unverified":    {ehrdesk.CodeDenied, "registered, but the identity has not been verified"},
	"consent-needed":         {ehrdesk.CodeConsentNeeded, "no sharing consent to this provider"},
	"consent-active":         {ehrdesk.CodeConflict, "a sharing consent is already active"},
	"deemed":                 {ehrdesk.CodeDenied, "given by joining eHealth; not to be withdrawn here"},
	"notice-missing":         {ehrdesk.CodeInvalid, "the patient must have read the notices first"},
	"term-missing":           {ehrdesk.CodeInvalid, "the term of the consent is missing or not offered"},
	"not-by-telephone":       {ehrdesk.CodeInvalid, "by telephone the patient alone consents, with the Access Key"},
	"identity-not-asked":     {ehrdesk.CodeInvalid, "who is on the telephone must be asked"},
	"document-not-sighted":   {ehrdesk.CodeInvalid, "the identity document must be sighted"},
	"form-reference-missing": {ehrdesk.CodeInvalid, "the signed form's reference is missing"},
	"channel-not-at-desk":    {ehrdesk.CodeInvalid, "this channel is the patient's own act, outside the clinic"},
	"card-missing":           {ehrdesk.CodeCard, "the central service did not get what the card has shown: read the card again"},
	"card-nonce":             {ehrdesk.CodeCard, "the card was read too long ago, or for something else: read the card again"},
	"card-not-genuine":       {ehrdesk.CodeCard, "the card could not prove to the central service that it is genuine"},
	"card-issuer-unknown":    {ehrdesk.CodeCard, "the central service does not know the card's issuer"},
	"card-other-person":      {ehrdesk.CodeCard, "the card is another person's"},
	"card-differs":           {ehrdesk.CodeCard, "the card differs from the centre's record of the patient"},
	"card-giver":             {ehrdesk.CodeInvalid, "a card is its holder's own: who acts for the patient consents by Access Key or by form"},
	"card-withdrawal":        {ehrdesk.CodeInvalid, "a consent is withdrawn by Access Key or by form"},
	"already-verified":       {ehrdesk.CodeConflict, "the identity is verified already"},
	"not-due":                {ehrdesk.CodeConflict, "the consent does not run out soon enough to be renewed"},
	"reason-missing":         {ehrdesk.CodeInvalid, "the reason for seeing restricted records is missing"},
	"contact-unconfirmed":    {ehrdesk.CodeInvalid, "the contact data must be confirmed with the person"},
	"records-expected":       {ehrdesk.CodeDenied, "the identity was verified just now: records are on their way"},
	"restricted":             {ehrdesk.CodeDenied, "a restricted record: it needs a reason and the patient's additional consent"},
	"release-over":           {ehrdesk.CodeDenied, "the release of restricted records is over"},
	"role":                   {ehrdesk.CodeDenied, "not for this profession"},
	"invalid":                {ehrdesk.CodeInvalid, "the central service did not take this input"},
}

// ErrCaseBehind is the cause of a CodeConflict: another event of the case came first, so this one does not come next.
var ErrCaseBehind = errors.New("another event of the case came first")

// ErrNoEnvelope is the cause of a CodeConflict: the envelope of an event is not at the centre, or not any more.
var ErrNoEnvelope = errors.New("the envelope of the event is not at the centre")

// ErrPageExpired is the cause where a list was not read on in time: it has to begin again.
var ErrPageExpired = errors.New("the list was not read on in time")

// causes are reasons that a screen has words of its own for.
var causes = map[string]struct {
	code  ehrdesk.Code
	cause error
}{
	"certificate-needed":  {ehrdesk.CodeOffline, ehrdesk.TroubleOwnNone},
	"page-expired":        {ehrdesk.CodeConflict, ErrPageExpired},
	"no-consent":          {ehrdesk.CodeNotFound, ehrdesk.ErrNoConsent},
	"person-unclear":      {ehrdesk.CodeConflict, ehrdesk.ErrPersonUnclear},
	"view-agreement":      {ehrdesk.CodeDenied, ehrdesk.ErrNotAgreedToView},
	"deposit-agreement":   {ehrdesk.CodeDenied, ehrdesk.ErrNotAgreedToDeposit},
	"number-as-id":        {ehrdesk.CodeConflict, ehrdesk.ErrNumberAsID},
	"no-way-to-tell":      {ehrdesk.CodeDenied, ehrdesk.ErrNoWayToTell},
	"code-expired":        {ehrdesk.CodeDenied, ehrdesk.ErrCodeExpired},
	"form-reference-used": {ehrdesk.CodeConflict, ehrdesk.ErrFormUsed},
	"form-dated-ahead":    {ehrdesk.CodeInvalid, ehrdesk.ErrSignedAhead},
	"form-dated-before":   {ehrdesk.CodeInvalid, ehrdesk.ErrSignedBefore},
	"second-person":       {ehrdesk.CodeDenied, ehrdesk.ErrSecondPerson},
	"own-act":             {ehrdesk.CodeDenied, ehrdesk.ErrOwnAct},
	"taker-unknown":       {ehrdesk.CodeDenied, ehrdesk.ErrTakerUnknown},
	"case-behind":         {ehrdesk.CodeConflict, ErrCaseBehind},
	"envelope":            {ehrdesk.CodeConflict, ErrNoEnvelope},
	"own-account":         {ehrdesk.CodeDenied, ehrdesk.ErrOwnAccount},
	"officer-account":     {ehrdesk.CodeDenied, ehrdesk.ErrOfficersAccount},
	"operators-end":       {ehrdesk.CodeDenied, ehrdesk.ErrOperatorsEnd},
	"day-past":            {ehrdesk.CodeInvalid, ehrdesk.ErrDayPast},
	"no-end":              {ehrdesk.CodeConflict, ehrdesk.ErrNoEnd},
	"account-closed":      {ehrdesk.CodeConflict, ehrdesk.ErrClosed},
}

// endings are the refusals for an end, with what has ended.
var endings = map[string]ehrdesk.EndOf{"account-ended": ehrdesk.AccountEnds, "registration-ended": ehrdesk.RegistrationEnds,
	"provider-suspended": ehrdesk.ProviderSuspended, "provider-withdrawn": ehrdesk.ProviderWithdrawn, "provider-lapsed": ehrdesk.ProviderLapses}

// giverRules are the rules of giving that an act may break.
var giverRules = map[string]error{"under-16": ehrdesk.ErrGiverUnder16, "order": ehrdesk.ErrGiverOrder,
	"able": ehrdesk.ErrGiverAble, "declaration": ehrdesk.ErrGiverDeclaration, "unnamed": ehrdesk.ErrGiverUnnamed}

// outcomeError turns a refusal into an *ehrdesk.Error.
func outcomeError(op string, ans Answer) error {
	code, issue := IssueOf(ans.Body)
	switch code {
	case "wrong-key", "wrong-code":
		left := -1
		if v := ExtensionValue(issue, "tries-left"); v != nil {
			_ = json.Unmarshal(v, &left)
		}
		return ehrdesk.E(op, ehrdesk.CodeDenied, &ehrdesk.WrongKey{TriesLeft: left})
	case "key-locked", "code-locked", "code-too-often":
		until, _ := time.Parse(time.RFC3339Nano, r4.Text(ExtensionValue(issue, "locked-until")))
		return ehrdesk.E(op, ehrdesk.CodeLocked, &ehrdesk.LockOut{Until: until})
	case "contact-new":
		from, _ := time.Parse(time.RFC3339Nano, r4.Text(ExtensionValue(issue, "locked-until")))
		return ehrdesk.E(op, ehrdesk.CodeLocked, &ehrdesk.NewContact{From: from})
	case "too-often", "too-many-at-once":
		until, err := time.Parse(time.RFC3339Nano, r4.Text(ExtensionValue(issue, "locked-until")))
		if err != nil {
			until = ans.askAgain()
		}
		return ehrdesk.E(op, ehrdesk.CodeOther, &ehrdesk.TooOften{Until: until})
	case "giver-not-allowed":
		return ehrdesk.E(op, ehrdesk.CodeInvalid, cmp.Or(giverRules[r4.Text(ExtensionValue(issue, "giver-rule"))], ehrdesk.ErrGiverKind))
	}
	if of, ok := endings[code]; ok {
		text := func(name string) string { return r4.Text(ExtensionValue(issue, name)) }
		e := EndFrom(of, text("ended-since"), text("ended-until"), text("ended-reason"))
		return ehrdesk.E(op, ehrdesk.CodeDenied, &e)
	}
	if known, ok := causes[code]; ok {
		return ehrdesk.E(op, known.code, known.cause)
	}
	if known, ok := issues[code]; ok {
		return ehrdesk.Errorf(op, known.code, "%s%s", known.words, differing(issue))
	}
	switch ans.Status {
	case http.StatusUnauthorized:
		return ehrdesk.Errorf(op, ehrdesk.CodeNotSignedIn, "the central service asks to sign in again")
	case http.StatusForbidden:
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the central service refused")
	case http.StatusNotFound, http.StatusGone:
		return NotThere(op)
	case http.StatusConflict, http.StatusPreconditionFailed:
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "changed meanwhile at the central service")
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the central service did not take this input")
	case http.StatusTooManyRequests:
		return ehrdesk.E(op, ehrdesk.CodeOther, &ehrdesk.TooOften{Until: ans.askAgain()})
	case http.StatusNotImplemented:
		return NotThere(op)
	}
	if ans.Status >= 500 {
		return broken(op, ans.Status)
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the central service answered with an error")
}

// unsaid is how long is waited where a centre asks to wait and does not say for how long.
const unsaid = time.Minute

// askAgain is when a centre that asks to wait is to be asked again, by its own clock.
func (a *Answer) askAgain() time.Time {
	from := a.Date
	if from.IsZero() {
		from = time.Now()
	}
	return from.Add(cmp.Or(a.again, unsaid))
}

// NotThere is the error of what a centre does not have, or does not do.
func NotThere(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "not at the central service")
}

// IssueOf reads the code and the first issue of an OperationOutcome.
func IssueOf(body []byte) (string, r4.Object) {
	f, err := r4.Parse(body)
	if err != nil || f.Text("resourceType") != "OperationOutcome" {
		return "", nil
	}
	var first r4.Object
	r4.Each(f.Raw("issue"), func(v jsontext.Value) {
		if first == nil {
			first = r4.ObjectOf(v)
		}
	})
	code := ""
	if details := r4.ObjectOf(first.Raw("details")); details != nil {
		r4.Each(details.Raw("coding"), func(v jsontext.Value) {
			if code == "" && r4.TextAt(v, "system") == ehrdesk.SystemIssue {
				code = r4.TextAt(v, "code")
			}
		})
	}
	return code, first
}

// ExtensionValue is the value[x] of one of our extensions on f.
func ExtensionValue(f r4.Object, name string) jsontext.Value {
	var out jsontext.Value
	r4.Each(f.Raw("extension"), func(v jsontext.Value) {
		if x := r4.ObjectOf(v); x.Text("url") == ehrdesk.ExtensionPrefix+name {
			_, out = x.Choice("value")
		}
	})
	return out
}

// differing ends a refusal's words with what of a card differs from the centre's
// record, of the fields that we know, and never with what they hold.
func differing(issue r4.Object) string {
	words := map[string]string{"name": "the name", "local-name": "the Chinese name", "born": "the date of birth", "sex": "the sex"}
	var out []string
	r4.Each(issue.Raw("extension"), func(v jsontext.Value) {
		if x := r4.ObjectOf(v); x.Text("url") == ehrdesk.ExtensionPrefix+"card-field" {
			if w := words[x.Text("valueCode")]; w != "" {
				out = append(out, w)
				delete(words, x.Text("valueCode"))
			}
		}
	})
	if len(out) == 0 {
		return ""
	}
	return ": " + strings.Join(out, ", ")
}
