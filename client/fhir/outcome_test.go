package fhir

import (
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

func TestANumberOfNobodyInParticularIsToldAsThat(t *testing.T) {
	err := outcomeError("find", Answer{Status: 409, Body: fmt.Appendf(nil,
		`{"resourceType":"OperationOutcome","issue":[{"severity":"error","diagnostics":"CANARY","details":{"coding":[{"system":"%s","code":"person-unclear"}]}}]}`, ehrdesk.SystemIssue)})
	if ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || !errors.Is(err, ehrdesk.ErrPersonUnclear) || strings.Contains(err.Error(), "CANARY") {
		t.Error(err)
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
