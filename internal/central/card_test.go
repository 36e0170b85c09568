package central_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// counter is a desk whose patients come with cards of one issuer.
type counter struct {
	*desk
	rep    central.ImportReport
	issuer *simcard.Issuer
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	w, rep := clinicalWorld(t)
	c := &counter{desk: w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk), rep: rep, issuer: newIssuer(t)}
	w.pin("training", c.issuer)
	return c
}

func newIssuer(t testing.TB) *simcard.Issuer {
	t.Helper()
	i, err := simcard.NewIssuer(nil)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (w *world) pin(name string, i *simcard.Issuer) {
	w.t.Helper()
	if err := w.c.AddCardIssuer(w.t.Context(), name, trust.MarshalIssuer(i.Public())); err != nil {
		w.t.Fatal(err)
	}
}

// person is the patient of clinicalWorld as a card has her.
func (c *counter) person(edit func(*simcard.Person)) simcard.Person {
	c.w.t.Helper()
	h, err := ehrdesk.ParseHKIC(c.rep.HKIC)
	if err != nil {
		c.w.t.Fatal(err)
	}
	p := simcard.Person{Name: "CHAN, Tai Man", Chinese: "陳大文", HKIC: h, Born: "19600203", Sex: ehrdesk.Male, Issued: "20190603"}
	if edit != nil {
		edit(&p)
	}
	return p
}

func (c *counter) chip(card *simcard.Card, err error) *simcard.Training {
	c.w.t.Helper()
	if err != nil {
		c.w.t.Fatal(err)
	}
	return card.Applet.(*simcard.Training)
}

// genuine is the patient's own card.
func (c *counter) genuine() *simcard.Training {
	return c.chip(c.issuer.Issue(c.person(nil)))
}

// nonce asks for one act's.
func (d *desk) nonce(request string) (n [32]byte, expires time.Time) {
	d.w.t.Helper()
	var out struct {
		Parameter []struct{ Name, ValueBase64Binary, ValueInstant string }
	}
	if err := json.Unmarshal([]byte(d.want(200, "POST", "/$card-nonce", nonceBody(request))), &out); err != nil || len(out.Parameter) != 2 || out.Parameter[0].Name != "nonce" || out.Parameter[1].Name != "expires" {
		d.w.t.Fatalf("nonce: %+v, %v", out, err)
	}
	b, err := base64.StdEncoding.DecodeString(out.Parameter[0].ValueBase64Binary)
	if err != nil || copy(n[:], b) != 32 || len(b) != 32 {
		d.w.t.Fatalf("a nonce of %d bytes: %v", len(b), err)
	}
	expires, err = time.Parse(time.RFC3339Nano, out.Parameter[1].ValueInstant)
	if err != nil {
		d.w.t.Fatal(err)
	}
	return n, expires
}

func nonceBody(request string) string {
	return `{"resourceType":"Parameters","parameter":[{"name":"requestId","valueUuid":"urn:uuid:` + request + `"}]}`
}

// cardPart is evidence as a desk sends it. What the desk made of it does not
// count: it is said at its loudest.
func cardPart(e ehrdesk.CardEvidence) map[string]any {
	b64 := base64.StdEncoding.EncodeToString
	return map[string]any{"part": []any{
		map[string]any{"name": "profile", "valueCode": e.Profile}, map[string]any{"name": "source", "valueString": e.Source}, map[string]any{"name": "scheme", "valueCode": e.Scheme},
		map[string]any{"name": "response", "valueBase64Binary": b64(e.Response)}, map[string]any{"name": "signed", "valueBase64Binary": b64(e.Signed)},
		map[string]any{"name": "face", "valueBase64Binary": b64(e.Face)},
		map[string]any{"name": "proof", "valueCode": "genuine-chip"}, map[string]any{"name": "challenge", "valueBase64Binary": b64(e.Challenge[:])},
	}}
}

// body is a whole grant by card.
func (c *counter) body(request string, e ehrdesk.CardEvidence, edit func(map[string]map[string]any)) string {
	return grantBody(c.rep.EHR, func(p map[string]map[string]any) {
		p["channel"]["valueCode"] = "card"
		p["requestId"]["valueUuid"] = request
		p["card"] = cardPart(e)
		delete(p, "formReference")
		if edit != nil {
			edit(p)
		}
	})
}

// shown is a card's evidence for an act at this desk.
func (c *counter) shown(card *simcard.Training, nonce [32]byte, request string) ehrdesk.CardEvidence {
	return card.Evidence(ehrdesk.CardChallenge(nonce, request, c.hcp))
}

const grantPath = "/Patient/$grant-sharing-consent"

func TestAGenuineCardGivesConsentAndItsEvidenceIsKept(t *testing.T) {
	c := newCounter(t)
	request := uuid.NewString()
	nonce, expires := c.nonce(request)
	if want := c.w.clock.now().Add(5 * time.Minute); !expires.Equal(want) {
		t.Errorf("the nonce ends at %v, want %v", expires, want)
	}
	e := c.shown(c.genuine(), nonce, request)
	body := c.body(request, e, nil)
	first := c.want(200, "POST", grantPath, body)
	if !strings.Contains(first, `"url":"urn:example:hk:ext:consent-proof","valueCode":"genuine-chip"`) || !strings.Contains(first, `"valueCode":"card"`) {
		t.Errorf("the receipt does not say what the consent rests on: %s", first)
	}
	if again := c.want(200, "POST", grantPath, body); again != first {
		t.Errorf("another answer to the same act: %s", again)
	}
	bare := c.body(request, e, func(p map[string]map[string]any) { delete(p, "card") })
	if again := c.want(200, "POST", grantPath, bare); again != first {
		t.Errorf("a repeat of the act that was done is judged anew: %s", again)
	}

	var proofs []string
	if err := c.w.c.Accesses(t.Context(), c.rep.EHR, func(a central.Access) error { proofs = append(proofs, a.Action+" "+a.Proof); return nil }); err != nil || !slices.Equal(proofs, []string{"grant genuine-chip"}) {
		t.Errorf("written down as %q, %v", proofs, err)
	}
	if err := c.w.c.Participants(t.Context(), c.rep.EHR, func(p central.Participant) error {
		if len(p.Consents) != 1 || p.Consents[0].Proof != "genuine-chip" || p.Consents[0].Channel != "card" || p.Consents[0].State != "active" {
			t.Errorf("the operator reads %+v", p.Consents)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}

	db, err := sql.Open("sqlite", filepath.Join(c.w.dir, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var kept ehrdesk.CardEvidence
	var proof, issuer string
	var challenge []byte
	if err := db.QueryRowContext(t.Context(), "SELECT profile, source, scheme, proof, issuer, challenge, response, signed FROM card_evidence").
		Scan(&kept.Profile, &kept.Source, &kept.Scheme, &proof, &issuer, &challenge, &kept.Response, &kept.Signed); err != nil {
		t.Fatal(err)
	}
	if kept.Profile != "training-1" || kept.Source != "reader" || kept.Scheme != "training-1" || proof != "genuine-chip" || issuer != trust.Fingerprint(c.issuer.Public()) ||
		!bytes.Equal(challenge, e.Challenge[:]) || !bytes.Equal(kept.Response, e.Response) || !bytes.Equal(kept.Signed, e.Signed) {
		t.Error("what is kept is not what was shown")
	}
	for _, change := range []string{"DELETE FROM card_evidence", "UPDATE card_evidence SET proof = 'x'"} {
		if _, err := db.ExecContext(t.Context(), change); err == nil {
			t.Errorf("%s was taken", change)
		}
	}
	left := 0
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM card_nonce").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d nonces outlive their use: %v", left, err)
	}
	files, err := filepath.Glob(filepath.Join(c.w.dir, "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, e.Face[2:]) || bytes.Contains(b, []byte(base64.StdEncoding.EncodeToString(e.Face))) {
			t.Errorf("%s keeps the card's face", filepath.Base(name))
		}
	}
	for _, personal := range []string{"CHAN", "陳", c.rep.HKIC, c.rep.EHR} {
		if strings.Contains(c.w.log.String(), personal) {
			t.Error("the log names the person")
		}
	}
}

// TestACardThatIsNotEnough goes through every way a consent by card is refused:
// with its own code, no consent, and a nonce that is gone once the card was
// looked at.
func TestACardThatIsNotEnough(t *testing.T) {
	c := newCounter(t)
	elsewhere := c.w.desk(c.w.hcp(central.HCP{Name: "Elsewhere"}), ehrdesk.FrontDesk)
	stranger := newIssuer(t)
	type parts = map[string]map[string]any
	part := func(name, kind string, value any) func(parts) {
		return func(p parts) {
			for _, x := range p["card"]["part"].([]any) {
				if m := x.(map[string]any); m["name"] == name {
					m[kind] = value
				}
			}
		}
	}
	big := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	for name, tc := range map[string]struct {
		card  func() *simcard.Training                                                // nil: the patient's own
		shown func(card *simcard.Training, n [32]byte, r string) ehrdesk.CardEvidence // nil: for this act
		edit  func(parts)
		after func(n [32]byte, r string) // between reading and sending

		status int
		issue  string
		proof  string // as written down
		alive  bool   // the nonce is still good
		fields []string
	}{
		"nothing of a card":           {edit: func(p parts) { delete(p, "card") }, status: 422, issue: "card-missing", alive: true},
		"an empty card":               {edit: func(p parts) { p["card"] = map[string]any{"part": []any{}} }, status: 422, issue: "card-missing", alive: true},
		"no profile":                  {edit: part("profile", "valueCode", ""), status: 422, issue: "card-missing", alive: true},
		"a profile that is no code":   {edit: part("profile", "valueCode", "a b"), status: 422, issue: "card-missing", alive: true},
		"no source":                   {edit: part("source", "valueString", ""), status: 422, issue: "card-missing", alive: true},
		"a source with an escape":     {edit: part("source", "valueString", "reader\x1b[2J"), status: 422, issue: "card-missing", alive: true},
		"a source of 65 bytes":        {edit: part("source", "valueString", strings.Repeat("r", 65)), status: 422, issue: "card-missing", alive: true},
		"a face that is not base64":   {edit: part("face", "valueBase64Binary", "…"), status: 422, issue: "card-missing", alive: true},
		"a face that is too large":    {edit: part("face", "valueBase64Binary", big(trust.MaxFace+1)), status: 422, issue: "card-missing", alive: true},
		"a proof that is too large":   {edit: part("signed", "valueBase64Binary", big(100<<10)), status: 422, issue: "card-missing", alive: true},
		"an answer that is too large": {edit: part("response", "valueBase64Binary", big(trust.MaxResponse+1)), status: 422, issue: "card-missing", alive: true},

		"given by a parent": {edit: func(p parts) {
			p["giver"]["part"] = []any{map[string]any{"name": "kind", "valueCode": "parent"}, map[string]any{"name": "name", "valueString": "CHAN Siu Ming"}, map[string]any{"name": "document", "valueString": "HKIC"}}
		}, status: 422, issue: "card-giver", alive: true},
		"no document sighted": {edit: func(p parts) { delete(p, "documentSighted") }, status: 422, issue: "document-not-sighted", alive: true},

		"too late": {after: func([32]byte, string) { c.w.clock.advance(5 * time.Minute); c.signIn() }, status: 409, issue: "card-nonce"},
		"a nonce of the desk's own": {edit: func(p parts) { p["nonce"] = map[string]any{"valueBase64Binary": big(32)} }, shown: func(card *simcard.Training, _ [32]byte, r string) ehrdesk.CardEvidence {
			return c.shown(card, [32]byte{}, r)
		}, status: 403, issue: "card-not-genuine", proof: "unverified"},
		"another nonce asked for": {after: func(_ [32]byte, r string) { c.nonce(r) }, status: 403, issue: "card-not-genuine", proof: "unverified"},
		"read for another act": {shown: func(card *simcard.Training, n [32]byte, _ string) ehrdesk.CardEvidence {
			return c.shown(card, n, uuid.NewString())
		}, status: 403, issue: "card-not-genuine", proof: "unverified"},
		"read at another provider": {shown: func(card *simcard.Training, n [32]byte, r string) ehrdesk.CardEvidence {
			return card.Evidence(ehrdesk.CardChallenge(n, r, elsewhere.hcp))
		}, status: 403, issue: "card-not-genuine", proof: "unverified"},
		"read without the challenge": {shown: func(card *simcard.Training, _ [32]byte, _ string) ehrdesk.CardEvidence {
			return card.Evidence([32]byte{})
		}, status: 403, issue: "card-not-genuine", proof: "unverified"},
		"a copy of the card":         {card: func() *simcard.Training { return c.genuine().Clone() }, status: 403, issue: "card-not-genuine", proof: "unverified"},
		"a static card":              {card: func() *simcard.Training { return c.chip(c.issuer.IssueStatic(c.person(nil))) }, status: 403, issue: "card-not-genuine", proof: "signed-data"},
		"a face that was changed":    {edit: part("face", "valueBase64Binary", big(100)), status: 403, issue: "card-not-genuine", proof: "unverified"},
		"a card seen and not proved": {edit: part("scheme", "valueCode", ""), status: 403, issue: "card-not-genuine", proof: "unverified"},
		"rules that nobody knows":    {edit: part("scheme", "valueCode", "training-9"), status: 403, issue: "card-not-genuine", proof: "unverified"},
		"a name that could deceive": {card: func() *simcard.Training {
			return c.chip(c.issuer.Issue(c.person(func(p *simcard.Person) { p.Name = "CHAN\x1b[2J" })))
		}, status: 403, issue: "card-not-genuine", proof: "unverified"},
		"an issuer that nobody knows": {card: func() *simcard.Training { return c.chip(stranger.Issue(c.person(nil))) }, status: 403, issue: "card-issuer-unknown", proof: "unverified"},

		"another person's card": {card: func() *simcard.Training {
			return c.chip(c.issuer.Issue(c.person(func(p *simcard.Person) { p.HKIC, _ = ehrdesk.ParseHKIC("A123456(3)") })))
		}, status: 403, issue: "card-other-person", proof: "genuine-chip"},
		"another name": {card: func() *simcard.Training {
			return c.chip(c.issuer.Issue(c.person(func(p *simcard.Person) { p.Name = "CHAN, Siu Man" })))
		}, status: 403, issue: "card-differs", proof: "genuine-chip", fields: []string{"name"}},
		"another Chinese name, birth and sex": {card: func() *simcard.Training {
			return c.chip(c.issuer.Issue(c.person(func(p *simcard.Person) { p.Chinese, p.Born, p.Sex = "陳小文", "19600204", ehrdesk.Female })))
		}, status: 403, issue: "card-differs", proof: "genuine-chip", fields: []string{"local-name", "born", "sex"}},
	} {
		request := uuid.NewString()
		nonce, _ := c.nonce(request)
		card := c.genuine()
		if tc.card != nil {
			card = tc.card()
		}
		shown := c.shown
		if tc.shown != nil {
			shown = tc.shown
		}
		e := shown(card, nonce, request)
		if tc.after != nil {
			tc.after(nonce, request)
		}
		status, answer := c.do("POST", grantPath, c.body(request, e, tc.edit))
		if status != tc.status || issue(t, answer) != tc.issue {
			t.Errorf("%s: %d %s, want %d %s", name, status, answer, tc.status, tc.issue)
			continue
		}
		if strings.Contains(answer, "CHAN") || strings.Contains(answer, "陳") || strings.Contains(answer, "1960") {
			t.Errorf("%s: the refusal says what the card said: %s", name, answer)
		}
		for _, f := range []string{"number", "name", "local-name", "born", "sex"} {
			if got := strings.Contains(answer, `"url":"urn:example:hk:ext:card-field","valueCode":"`+f+`"`); got != slices.Contains(tc.fields, f) {
				t.Errorf("%s: %s named %v", name, f, got)
			}
		}
		var last central.Access
		if err := c.w.c.Accesses(t.Context(), c.rep.EHR, func(a central.Access) error { last = a; return nil }); err != nil {
			t.Fatal(err)
		}
		code := "card"
		if strings.HasSuffix(tc.issue, "-giver") || strings.HasPrefix(tc.issue, "document") {
			code = "invalid"
		}
		if last.Action != "grant" || last.Outcome != code || last.Proof != tc.proof {
			t.Errorf("%s: written down as %s %s %q, want %s %q", name, last.Action, last.Outcome, last.Proof, code, tc.proof)
		}
		if err := c.w.c.Participants(t.Context(), c.rep.EHR, func(p central.Participant) error {
			if len(p.Consents) != 0 {
				t.Errorf("%s: something is half done: %+v", name, p.Consents)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		// The same act with nothing wrong.
		good := c.body(request, c.shown(c.genuine(), nonce, request), nil)
		if !tc.alive {
			if got := issue(t, c.want(409, "POST", grantPath, good)); got != "card-nonce" {
				t.Errorf("%s: tried again: %s", name, got)
			}
			continue
		}
		c.want(200, "POST", grantPath, good)
		c.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(c.rep.EHR, nil))
		c = newCounter(t) // as nobody's consent was ever given
		elsewhere = c.w.desk(c.w.hcp(central.HCP{Name: "Elsewhere"}), ehrdesk.FrontDesk)
	}
}

func TestNoConsentIsWithdrawnByCard(t *testing.T) {
	c := newCounter(t)
	c.grant(c.rep.EHR)
	request := uuid.NewString()
	nonce, _ := c.nonce(request)
	body := c.body(request, c.shown(c.genuine(), nonce, request), nil)
	if got := issue(t, c.want(422, "POST", "/Patient/$revoke-sharing-consent", body)); got != "card-withdrawal" {
		t.Errorf("withdrawn by card: %s", got)
	}
	c.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(c.rep.EHR, nil))
}

func TestTheCentreSaysWhatItTakes(t *testing.T) {
	w := newWorld(t)
	d := &desk{w: w}
	if meta := d.want(200, "GET", "/metadata", ""); !strings.Contains(meta, `{"definition":"urn:example:hk:operation:card-nonce","name":"card-nonce"}`) {
		t.Error("metadata does not name $card-nonce")
	}
	def := d.want(200, "GET", "/OperationDefinition/card-nonce", "")
	for _, want := range []string{`"system":true`, `"affectsState":true`, `"name":"requestId"`, `"name":"nonce"`, `"name":"expires"`, `"code":"card-nonce"`} {
		if !strings.Contains(def, want) {
			t.Errorf("the definition lacks %s", want)
		}
	}
	if def := d.want(200, "GET", "/OperationDefinition/grant-sharing-consent", ""); !strings.Contains(def, `"name":"card"`) {
		t.Error("the grant does not name the card")
	}
}
