package fhir

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// consentFrom reads a sharing Consent resource; what its state allows is for
// Decide to say.
func consentFrom(f r4.Object) ehrdesk.SharingConsent {
	c := ehrdesk.SharingConsent{
		ID:      f.Text("id"),
		State:   ehrdesk.ConsentState(r4.Text(extensionValue(f, "consent-state"))),
		Term:    ehrdesk.Term(r4.Text(extensionValue(f, "consent-term"))),
		Channel: ehrdesk.Channel(r4.Text(extensionValue(f, "consent-channel"))),
		Giver:   ehrdesk.Giver{Kind: ehrdesk.CleanLine(r4.Text(extensionValue(f, "consent-giver")))},
		Since:   f.When("dateTime").Time,
		Ended:   moment(r4.Text(extensionValue(f, "consent-ended"))),
	}
	period := r4.ObjectOf(r4.ObjectOf(f.Raw("provision")).Raw("period"))
	if t := moment(period.Text("start")); !t.IsZero() {
		c.Since = t
	}
	c.Until = moment(period.Text("end"))
	return c
}

func moment(s string) time.Time {
	w, err := ehrdesk.ParseWhen(s)
	if err != nil {
		return time.Time{}
	}
	return w.Time
}

// Find looks a patient up. The number travels in the body of a POST, and no
// link of the answer is followed: some servers repeat the search in it.
// Errors: CodeNotFound, CodeTampered (more than one person, or another one).
func (c *Client) Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error) {
	const op = "find"
	system, value := n.Identifier()
	ans, err := c.Search(ctx, op, "Patient", url.Values{
		"identifier": {system + "|" + value}, "_revinclude": {"Consent:patient"}, "_count": {"20"},
	})
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	b, err := parseBundle(op, ans.Body)
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	found := ehrdesk.Finding{Checked: ans.Date, Participation: ehrdesk.NotRegistered}
	var consents []r4.Resource
	for _, e := range b.Entries {
		switch r := e.Resource; {
		case e.Fault != nil:
			return ehrdesk.Finding{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
		case r.Type == "Patient":
			p := r4.PatientOf(r.Object, today(ans))
			if found.Patient.ID != "" || !carries(p, n) && !byIDAlone(p, participation(r.Object)) {
				return ehrdesk.Finding{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer is not the one person asked for")
			}
			found.Patient = p
			found.Participation = participation(r.Object)
			found.RecordsExpected = moment(r4.Text(extensionValue(r.Object, "records-expected")))
		case r.Type == "Consent":
			consents = append(consents, r)
		}
	}
	found.Consent = Decide(consents, found.Patient.ID, c.provider, today(ans))
	if found.Patient.ID == "" {
		return found, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "not registered with eHealth")
	}
	return found, nil
}

// today is the day of an answer, by the centre's clock where it gave one.
func today(ans Answer) time.Time {
	if ans.Date.IsZero() {
		return time.Now()
	}
	return ans.Date
}

// carries re-checks the server's filter: some ignore a parameter they do not know.
func carries(p ehrdesk.Patient, n ehrdesk.Number) bool {
	switch {
	case !n.HKIC.IsZero():
		return p.HKIC == n.HKIC
	case !n.EHR.IsZero():
		return p.EHR == n.EHR
	}
	for _, d := range p.Documents {
		if d == n.Document {
			return true
		}
	}
	return false
}

// byIDAlone: of who has left eHealth the centre says that and nothing more, so
// there is no number to hold against the one asked for, and nothing to open.
func byIDAlone(p ehrdesk.Patient, s ehrdesk.Participation) bool {
	return s == ehrdesk.Left && p.ID != "" && p.Number().IsZero()
}

func participation(f r4.Object) ehrdesk.Participation {
	switch p := ehrdesk.Participation(r4.Text(extensionValue(f, "participation"))); p {
	case ehrdesk.Unverified, ehrdesk.Left:
		return p
	case ehrdesk.NotRegistered, ehrdesk.Registered:
	}
	return ehrdesk.Registered
}

// Offer asks what may be put to a patient.
func (c *Client) Offer(ctx context.Context) (ehrdesk.Offer, error) {
	const op = "consent.offer"
	ans, err := c.Get(ctx, op, "$consent-offer")
	if err != nil {
		return ehrdesk.Offer{}, err
	}
	a, err := parseAnswers(op, ans.Body)
	if err != nil {
		return ehrdesk.Offer{}, err
	}
	var o ehrdesk.Offer
	for _, t := range a.all("term") {
		o.Terms = append(o.Terms, ehrdesk.Term(answers{t}.Text("term")))
	}
	for _, ch := range a.all("channel") {
		o.Channels = append(o.Channels, ehrdesk.Channel(answers{ch}.Text("channel")))
	}
	for _, f := range a.all("notice") {
		o.Notices = append(o.Notices, noticeFrom(parts(f.Raw("part"))))
	}
	for _, f := range a.all("reason") {
		o.Reasons = append(o.Reasons, reasonFrom(parts(f.Raw("part"))))
	}
	return o, nil
}

func noticeFrom(p answers) ehrdesk.Notice {
	n := ehrdesk.Notice{
		ID: ehrdesk.CleanLine(p.Text("id")), Version: ehrdesk.CleanLine(p.Text("version")), Official: p.truth("official"),
		Title: map[string]string{}, Text: map[string]string{},
	}
	for name, into := range map[string]map[string]string{"title": n.Title, "text": n.Text} {
		for language, words := range byLanguage(p, name) {
			into[language] = words
		}
	}
	return n
}

// byLanguage reads a text that comes in several languages.
func byLanguage(p answers, name string) map[string]string {
	out := map[string]string{}
	for _, f := range p.all(name) {
		for _, t := range parts(f.Raw("part")) {
			_, v := t.Choice("value")
			out[t.Text("name")] = ehrdesk.CleanText(r4.Text(v))
		}
	}
	return out
}

func reasonFrom(p answers) ehrdesk.Reason {
	return ehrdesk.Reason{Code: ehrdesk.CleanLine(p.Text("code")), Text: byLanguage(p, "text")}
}

// GrantConsent submits a sharing consent. The Access Key stands in the body
// alone and is dropped with it.
func (c *Client) GrantConsent(ctx context.Context, g ehrdesk.Grant) (ehrdesk.Receipt, error) {
	return c.act(ctx, "consent", "Patient/$grant-sharing-consent", grantParts(g))
}

func grantParts(g ehrdesk.Grant) parameters {
	p := parameters{
		{Name: "identifier", Identifier: numberIdentifier(g.Patient)},
		{Name: "channel", Code: string(g.Channel)},
		{Name: "term", Code: string(g.Term)},
		giverPart(g.Giver),
		{Name: "documentSighted", Boolean: yes(g.DocumentSighted)},
		{Name: "accessKey", String: str(g.AccessKey.Reveal())},
		{Name: "formReference", String: str(g.FormReference)},
		{Name: "requestId", UUID: urn(g.RequestID)},
	}
	if g.Renew {
		p = append(p, parameter{Name: "renew", Boolean: yes(true)})
	}
	if g.Channel == ehrdesk.ByCard && g.Card != nil {
		p = append(p, cardPart(*g.Card))
	}
	if g.NoticeRead {
		p = append(p, parameter{Name: "noticeReadAt", Instant: instant(g.NoticeReadAt)})
		for id, version := range g.NoticeVersions {
			p = append(p, parameter{Name: "notice", Part: []parameter{{Name: "id", String: str(id)}, {Name: "version", String: str(version)}}})
		}
	}
	return p
}

// RevokeConsent ends a sharing consent.
func (c *Client) RevokeConsent(ctx context.Context, w ehrdesk.Withdrawal) (ehrdesk.Receipt, error) {
	return c.act(ctx, "revoke", "Patient/$revoke-sharing-consent", parameters{
		{Name: "identifier", Identifier: numberIdentifier(w.Patient)},
		{Name: "channel", Code: string(w.Channel)},
		giverPart(w.Giver),
		{Name: "documentSighted", Boolean: yes(w.DocumentSighted)},
		{Name: "accessKey", String: str(w.AccessKey.Reveal())},
		{Name: "formReference", String: str(w.FormReference)},
		{Name: "requestId", UUID: urn(w.RequestID)},
	})
}

func giverPart(g ehrdesk.Giver) parameter {
	p := parameter{Name: "giver", Part: []parameter{{Name: "kind", Code: g.Kind}}}
	if g.Name != "" {
		p.Part = append(p.Part, parameter{Name: "name", String: str(g.Name)})
	}
	if g.Document != "" {
		p.Part = append(p.Part, parameter{Name: "document", String: str(g.Document)})
	}
	if g.NoneBefore {
		p.Part = append(p.Part, parameter{Name: "noneBefore", Boolean: yes(true)})
	}
	if g.Declaration != "" {
		p.Part = append(p.Part, parameter{Name: "declaration", String: str(g.Declaration)})
	}
	return p
}

// ErrOutcomeUnknown is the cause of a CodeTimeout error after which an act may or
// may not be on record: the same act sent again tells, and counts once.
var ErrOutcomeUnknown = errors.New("not known whether the central service has recorded this")

func unknown(op string) error { return ehrdesk.E(op, ehrdesk.CodeTimeout, ErrOutcomeUnknown) }

// act sends an act. An error that is not ErrOutcomeUnknown says that nothing was
// recorded.
func (c *Client) act(ctx context.Context, op, path string, p parameters) (ehrdesk.Receipt, error) {
	body, err := p.marshal(op)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	ans, err := c.Post(ctx, op, path, body)
	switch {
	case errors.Is(err, errArrived), ans.Status >= 500 && ans.Status != http.StatusServiceUnavailable:
		return ehrdesk.Receipt{}, unknown(op)
	case err != nil:
		return ehrdesk.Receipt{}, err
	}
	a, err := parseAnswers(op, ans.Body)
	if err != nil {
		return ehrdesk.Receipt{}, unknown(op)
	}
	r := ehrdesk.Receipt{
		Reference: ehrdesk.CleanLine(a.Text("receipt")), At: a.time("issued"),
		Notified: a.notified(), RecordsExpected: a.time("recordsExpected"),
	}
	if f := r4.ObjectOf(a.resource("consent")); f != nil {
		r.Consent = consentFrom(f)
	}
	if f := r4.ObjectOf(a.resource("patient")); f != nil {
		r.Patient = r4.PatientOf(f, today(ans))
	}
	if r.Reference == "" || r.Patient.ID == "" {
		return ehrdesk.Receipt{}, unknown(op)
	}
	return r, nil
}

// notified is how the patient is told: "" where they declined notices.
func (a answers) notified() string {
	if n := ehrdesk.CleanLine(a.Text("notified")); n != "none" {
		return n
	}
	return ""
}

// Decision is the centre's leave to open a chart.
type Decision struct {
	Access   string // id of the centre's AuditEvent
	Consent  ehrdesk.SharingConsent
	Notified string
	Kinds    []KindAccess
	At       time.Time
	// Expected is until when records may take to flow; zero for now.
	Expected time.Time
}

// KindAccess is what the person may see of one kind of record.
type KindAccess struct {
	Kind       ehrdesk.Kind
	Access     ehrdesk.Access
	Count      int
	Restricted int // of a kind seen in general: records restricted one by one; not in Count
}

// Open asks for leave to open a patient's chart.
// Errors: CodeConsentNeeded, CodeDenied, CodeOffline, CodeTimeout.
func (c *Client) Open(ctx context.Context, patient string, purpose ehrdesk.Purpose, reason string) (Decision, error) {
	const op = "open"
	body, err := parameters{
		{Name: "purpose", Code: string(purpose)},
		{Name: "purposeOfUse", Coding: &coding{System: "http://terminology.hl7.org/CodeSystem/v3-ActReason", Code: "TREAT"}},
		{Name: "reason", String: str(reason)},
	}.marshal(op)
	if err != nil {
		return Decision{}, err
	}
	ans, err := c.Post(ctx, op, "Patient/"+url.PathEscape(patient)+"/$open", body)
	if err != nil {
		return Decision{}, err
	}
	a, err := parseAnswers(op, ans.Body)
	if err != nil {
		return Decision{}, err
	}
	d := Decision{Access: a.Text("access"), Notified: a.notified(), At: ans.Date, Expected: a.time("recordsExpected")}
	if given, err := r4.Read(a.resource("consent")); err == nil {
		d.Consent = Decide([]r4.Resource{given}, patient, c.provider, today(ans))
	}
	for _, f := range a.all("kind") {
		p := parts(f.Raw("part"))
		k, err := ehrdesk.ParseKind(p.Text("name"))
		if err != nil {
			continue
		}
		ka := KindAccess{Kind: k, Count: p.number("count"), Restricted: p.number("restricted")}
		switch p.Text("access") {
		case "general":
			ka.Access = ehrdesk.General
		case "none":
			ka.Access = ehrdesk.NoAccess
		}
		d.Kinds = append(d.Kinds, ka)
	}
	if !d.Consent.State.Allows() {
		return Decision{}, ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "no sharing consent to this provider")
	}
	return d, nil
}
