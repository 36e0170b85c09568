package fhir

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestWhatTheCentreSaysOfACard(t *testing.T) {
	for issue, want := range map[string]struct {
		code  ehrdesk.Code
		words string
	}{
		"card-missing":        {ehrdesk.CodeCard, "read the card again"},
		"card-nonce":          {ehrdesk.CodeCard, "read the card again"},
		"card-not-genuine":    {ehrdesk.CodeCard, "genuine"},
		"card-issuer-unknown": {ehrdesk.CodeCard, "issuer"},
		"card-other-person":   {ehrdesk.CodeCard, "another person"},
		"card-differs":        {ehrdesk.CodeCard, "differs from the centre's record of the patient"},
		"card-giver":          {ehrdesk.CodeInvalid, "Access Key or by form"},
		"card-withdrawal":     {ehrdesk.CodeInvalid, "Access Key or by form"},
	} {
		for _, status := range []int{403, 409, 422, 500} { // the issue decides
			err := outcomeError("consent", Answer{Status: status, Body: fmt.Appendf(nil,
				`{"resourceType":"OperationOutcome","issue":[{"severity":"error","diagnostics":"CANARY","details":{"text":"CANARY","coding":[{"system":"%s","code":"%s"}]}}]}`, ehrdesk.SystemIssue, issue)})
			if ehrdesk.CodeOf(err) != want.code || !strings.Contains(ehrdesk.Message(err), want.words) || strings.Contains(err.Error(), "CANARY") {
				t.Errorf("%s with %d: %v", issue, status, err)
			}
			var k ehrdesk.CardFault
			if errors.As(err, &k) { // that would be the reader's words for what is the centre's
				t.Errorf("%s is told as a fault of the card: %v", issue, k)
			}
		}
	}
	if ehrdesk.CodeCard.Exit() != 8 {
		t.Errorf("exit status %d", ehrdesk.CodeCard.Exit())
	}
}

func TestWhatDiffersIsNamedAndNeverQuoted(t *testing.T) {
	field := func(code string) string {
		return `{"url":"` + ehrdesk.ExtensionPrefix + `card-field","valueCode":"` + code + `"}`
	}
	err := outcomeError("consent", Answer{Status: 403, Body: []byte(`{"resourceType":"OperationOutcome","issue":[{"extension":[` +
		strings.Join([]string{field("name"), field("CHAN, Tai Man"), field("born"), field("name")}, ",") +
		`],"details":{"coding":[{"system":"` + ehrdesk.SystemIssue + `","code":"card-differs"}]}}]}`)})
	if got, want := ehrdesk.Message(err), "the card differs from the centre's record of the patient: the name, the date of birth"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheDesksOwnVerdictIsNotSent(t *testing.T) {
	e := ehrdesk.CardEvidence{Profile: "training-1", Source: "reader", Scheme: "training-1", Proof: ehrdesk.CardGenuineChip, Challenge: [32]byte{1, 2, 3},
		Response: []byte("response"), Signed: []byte("signed"), Face: []byte("face")}
	b, err := parameters{cardPart(e)}.marshal("consent")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"resourceType":"Parameters","parameter":[{"name":"card","part":[{"name":"profile","valueCode":"training-1"},{"name":"source","valueString":"reader"},` +
		`{"name":"scheme","valueCode":"training-1"},{"name":"response","valueBase64Binary":"cmVzcG9uc2U="},{"name":"signed","valueBase64Binary":"c2lnbmVk"},{"name":"face","valueBase64Binary":"ZmFjZQ=="}]}]}`
	if !bytes.Equal(b, []byte(want)) {
		t.Errorf("%s\nwant %s", b, want)
	}
	if p := cardPart(ehrdesk.CardEvidence{Profile: "p", Source: "s"}); len(p.Part) != 2 {
		t.Errorf("what is not there is sent empty: %+v", p.Part)
	}
}

func TestAnEmptyContactIsSentAsOne(t *testing.T) {
	b, err := parameters{contactPart(ehrdesk.Contact{Phone: "9123 4567", Language: "en"})}.marshal("test")
	want := `{"resourceType":"Parameters","parameter":[{"name":"contact","part":[{"name":"phone","valueString":"9123 4567"},{"name":"phoneOther","valueString":""},{"name":"email","valueString":""},{"name":"address","valueString":""},{"name":"language","valueCode":"en"}]}]}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
}
