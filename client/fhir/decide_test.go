package fhir

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

var decided = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// consentTo is a Consent of our centre; members stand in the place of its own.
func consentTo(t *testing.T, id string, members map[string]string) r4.Resource {
	t.Helper()
	own := map[string]string{
		"status":    `"active"`,
		"scope":     `{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]}`,
		"category":  `[{"coding":[{"system":"` + ehrdesk.SystemConsent + `","code":"sharing"}]}]`,
		"patient":   `{"reference":"Patient/p"}`,
		"dateTime":  `"2026-01-02T03:04:05Z"`,
		"provision": `{"type":"permit","actor":[{"reference":{"identifier":{"system":"` + ehrdesk.SystemHCP + `","value":"1234567890"}}}]}`,
		"extension": `[{"url":"` + ehrdesk.ExtensionPrefix + `consent-state","valueCode":"active"}]`,
	}
	for name, v := range members {
		own[name] = v
	}
	raw := `{"resourceType":"Consent","id":"` + id + `"`
	for name, v := range own {
		if v != "" {
			raw += fmt.Sprintf(",%q:%s", name, v)
		}
	}
	r, err := r4.Read([]byte(raw + "}"))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return r
}

const us = `"actor":[{"reference":{"identifier":{"system":"` + ehrdesk.SystemHCP + `","value":"1234567890"}}}]`

// What a Consent says decides, and not what one part of it says: each of these
// opened a chart once.
func TestOnlyASharingConsentOfThisPatientToThisProviderInForceOpens(t *testing.T) {
	for name, c := range map[string]struct {
		members map[string]string
		want    ehrdesk.ConsentState
	}{
		"as the centre gives it":           {nil, ehrdesk.ConsentActive},
		"by joining":                       {map[string]string{"extension": `[{"url":"` + ehrdesk.ExtensionPrefix + `consent-state","valueCode":"deemed"}]`}, ehrdesk.ConsentDeemed},
		"without our extension":            {map[string]string{"extension": ""}, ehrdesk.ConsentActive},
		"it denies":                        {map[string]string{"provision": `{"type":"deny",` + us + `}`}, ehrdesk.ConsentWithdrawn},
		"it neither permits nor denies":    {map[string]string{"provision": `{` + us + `}`}, ehrdesk.ConsentWithdrawn},
		"to another provider":              {map[string]string{"provision": `{"type":"permit","actor":[{"reference":{"identifier":{"system":"` + ehrdesk.SystemHCP + `","value":"9"}}}]}`}, ehrdesk.ConsentNone},
		"to nobody named":                  {map[string]string{"provision": `{"type":"permit"}`}, ehrdesk.ConsentNone},
		"of another patient":               {map[string]string{"patient": `{"reference":"Patient/q"}`}, ehrdesk.ConsentNone},
		"for research":                     {map[string]string{"scope": `{"coding":[{"code":"research"}]}`}, ehrdesk.ConsentNone},
		"of another category":              {map[string]string{"category": `[{"coding":[{"system":"http://loinc.org","code":"64292-6"}]}]`}, ehrdesk.ConsentNone},
		"from 2099 on":                     {map[string]string{"provision": `{"type":"permit",` + us + `,"period":{"start":"2099-01-01"}}`}, ehrdesk.ConsentPending},
		"from a minute ahead":              {map[string]string{"provision": `{"type":"permit",` + us + `,"period":{"start":"2026-11-20T09:01:00Z"}}`}, ehrdesk.ConsentActive},
		"until today":                      {map[string]string{"provision": `{"type":"permit",` + us + `,"period":{"end":"2026-11-20"}}`}, ehrdesk.ConsentActive},
		"from today":                       {map[string]string{"provision": `{"type":"permit",` + us + `,"period":{"start":"2026-11-20"}}`}, ehrdesk.ConsentActive},
		"until this month's end":           {map[string]string{"provision": `{"type":"permit",` + us + `,"period":{"end":"2026-11"}}`}, ehrdesk.ConsentActive},
		"until five by the clock":          {map[string]string{"provision": `{"type":"permit",` + us + `,"period":{"end":"2026-11-20T17:00:00"}}`}, ehrdesk.ConsentExpired},
		"until nobody knows when":          {map[string]string{"provision": `{"type":"permit",` + us + `,"period":{"end":"soon"}}`}, ehrdesk.ConsentNone},
		"until yesterday":                  {map[string]string{"provision": `{"type":"permit",` + us + `,"period":{"end":"2026-11-19"}}`}, ehrdesk.ConsentExpired},
		"inactive, and the extension lies": {map[string]string{"status": `"inactive"`}, ehrdesk.ConsentWithdrawn},
		"entered in error":                 {map[string]string{"status": `"entered-in-error"`}, ehrdesk.ConsentWithdrawn},
		"a status that is none":            {map[string]string{"status": `7`}, ehrdesk.ConsentWithdrawn},
		"withdrawn by the extension":       {map[string]string{"extension": `[{"url":"` + ehrdesk.ExtensionPrefix + `consent-state","valueCode":"withdrawn"}]`}, ehrdesk.ConsentWithdrawn},
		"a state that nobody knows":        {map[string]string{"extension": `[{"url":"` + ehrdesk.ExtensionPrefix + `consent-state","valueCode":"surely"}]`}, "surely"},
		"proposed, and the extension lies": {map[string]string{"status": `"proposed"`}, ehrdesk.ConsentPending},
	} {
		got := Decide([]r4.Resource{consentTo(t, "c", c.members)}, "p", "1234567890", decided)
		if got.State != c.want || got.StateAt(decided).Allows() != (c.want == ehrdesk.ConsentActive || c.want == ehrdesk.ConsentDeemed) {
			t.Errorf("%s: %q", name, got.State)
		}
	}
}

func TestOfSeveralConsentsTheMostRestrictiveInForceWinsInAnyOrder(t *testing.T) {
	permit := consentTo(t, "permit", nil)
	deny := consentTo(t, "deny", map[string]string{"provision": `{"type":"deny",` + us + `}`, "dateTime": `"2020-01-01T00:00:00Z"`})
	over := consentTo(t, "over", map[string]string{"status": `"inactive"`, "dateTime": `"2024-01-01T00:00:00Z"`})
	later := consentTo(t, "later", map[string]string{"status": `"inactive"`, "dateTime": `"2026-06-01T00:00:00Z"`})
	elsewhere := consentTo(t, "elsewhere", map[string]string{"provision": `{"type":"deny","actor":[{"reference":{"identifier":{"system":"` + ehrdesk.SystemHCP + `","value":"9"}}}]}`})
	spent := consentTo(t, "spent", map[string]string{"provision": `{"type":"deny",` + us + `,"period":{"end":"2025-01-01"}}`})
	for name, c := range map[string]struct {
		all  []r4.Resource
		want string
		open bool
	}{
		"a denial beside a permission":       {[]r4.Resource{permit, deny, over}, "deny", false},
		"what is over closes nothing":        {[]r4.Resource{over, permit, later}, "permit", true},
		"nor does another provider's denial": {[]r4.Resource{elsewhere, permit}, "permit", true},
		"nor a denial whose time is past":    {[]r4.Resource{spent, permit}, "permit", true},
		"of those that are over the newest":  {[]r4.Resource{over, later}, "later", false},
		"none":                               {nil, "", false},
	} {
		for range 20 {
			rand.Shuffle(len(c.all), func(i, j int) { c.all[i], c.all[j] = c.all[j], c.all[i] })
			if got := Decide(c.all, "p", "1234567890", decided); got.ID != c.want || got.State.Allows() != c.open {
				t.Fatalf("%s: %s %q", name, got.ID, got.State)
			}
		}
	}
}
