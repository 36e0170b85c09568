package sharing

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// FuzzAct feeds bodies of acts. Evidence that is taken is within its bounds, and
// says nothing that could act on a log.
func FuzzAct(f *testing.F) {
	for _, s := range []string{
		`{"resourceType":"Parameters","parameter":[{"name":"identifier","valueIdentifier":{"system":"s","value":"v"}},{"name":"channel","valueCode":"card"},{"name":"requestId","valueUuid":"urn:uuid:11111111-1111-4111-8111-111111111111"},{"name":"card","part":[{"name":"profile","valueCode":"training-1"},{"name":"source","valueString":"reader"},{"name":"scheme","valueCode":"training-1"},{"name":"response","valueBase64Binary":"MAA="},{"name":"signed","valueBase64Binary":"dwA="},{"name":"face","valueBase64Binary":"cAA="}]}]}`,
		`{"resourceType":"Parameters","parameter":[{"name":"channel","valueCode":"card"},{"name":"card","part":[{"name":"source","valueString":"\u001b[2J"}]}]}`,
		`{"resourceType":"Parameters","parameter":[{"name":"accessKey","valueString":"1234 5678"}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in struct {
			Parameter rest.Input `json:"parameter"`
		}
		if jsonv2.Unmarshal(body, &in) != nil {
			return
		}
		if v, err := parseAct(in.Parameter, auditVerify); err == nil && (v.verify == nil || v.complete(time.Now(), ConsentOffer{}, ehrdesk.Patient{}) == nil) {
			t.Fatal("a verification of nothing is complete")
		}
		a, err := parseAct(in.Parameter, ehrdesk.AuditGrant)
		var refused *refusal.Error
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		if e := a.card; e != nil && (len(e.Face) > trust.MaxFace || len(e.Signed) > trust.MaxSigned || len(e.Response) > trust.MaxResponse ||
			!rest.IsCode(e.Profile) || ehrdesk.CleanLine(e.Source) != e.Source || len(e.Source) > maxSource || e.Proof != 0 || e.Challenge != [32]byte{}) {
			t.Fatal("evidence out of its bounds")
		}
	})
}

// FuzzRelease feeds bodies that ask for restricted records.
func FuzzRelease(f *testing.F) {
	for _, s := range []string{
		`{"resourceType":"Parameters","parameter":[{"name":"requestId","valueUuid":"11111111-1111-4111-8111-111111111111"},{"name":"kind","valueCode":"allergy"},{"name":"channel","valueCode":"one-time-code"},{"name":"oneTimeCode","valueString":"123 456"}]}`,
		`{"resourceType":"Parameters","parameter":[{"name":"oneTimeCode","valueString":"１２３４５６"},{"name":"channel","valueCode":"card"}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in struct {
			Parameter rest.Input `json:"parameter"`
		}
		if jsonv2.Unmarshal(body, &in) != nil {
			return
		}
		a, err := parseRelease(in.Parameter)
		var refused *refusal.Error
		if err != nil {
			if !errors.As(err, &refused) {
				t.Fatalf("an error that is no refusal: %v", err)
			}
			return
		}
		if len(a.kinds) == 0 || len(a.kinds) > len(ehrdesk.Kinds()) || (a.channel == byCode) != (len(a.code) == 6) || (a.channel == ehrdesk.ByCard) != (a.card.card != nil) {
			t.Fatalf("taken: %+v", a)
		}
	})
}

// FuzzContact feeds a Patient and what they said of where they are reached. What
// comes out is FHIR, and says the same but for telecom, address and communication.
func FuzzContact(f *testing.F) {
	for _, s := range []string{
		`{"resourceType":"Patient","telecom":[{"system":"phone","value":"1"},{"system":"phone","value":"2"},{"system":"email"},7],"x":1.10}`,
		`{"address":[{"line":["a","b"],"use":"home"},{"use":"old"}],"resourceType":"Patient","communication":[{"language":{"coding":[{"code":"zh-HK"}]},"preferred":true}]}`,
		`{"telecom":[{"system":"phone","value":"51112222"}],"resourceType":"Patient"}`, `{"resourceType":"Patient","telecom":"x","address":{},"communication":null}`,
	} {
		f.Add([]byte(s), "6123 4567", "a@b.hk", "1 Street", "zh-Hans")
		f.Add([]byte(s), "", "", "", "en")
	}
	f.Fuzz(func(t *testing.T, data []byte, phone, email, address, language string) {
		v := jsontext.Value(data)
		if v.Compact() != nil {
			return
		}
		if _, err := resource.Scan(v); err != nil {
			return
		}
		c, err := parseContact(rest.Input{{Name: "phone", ValueString: phone}, {Name: "email", ValueString: email}, {Name: "address", ValueString: address}, {Name: "language", ValueCode: language}})
		if err != nil {
			return
		}
		out, err := c.correct(v)
		if err != nil {
			t.Fatalf("%v: %s", err, v)
		}
		if _, err := resource.Scan(out); err != nil {
			t.Fatalf("what came out is refused: %v\n%s\n%s", err, v, out)
		}
		var before, after map[string]json.RawMessage
		if json.Unmarshal(v, &before) != nil || json.Unmarshal(out, &after) != nil {
			t.Fatal("no object")
		}
		for name := range before {
			if !slices.Contains([]string{"telecom", "address", "communication"}, name) && !bytes.Equal(before[name], after[name]) {
				t.Fatalf("%s changed:\n%s\n%s", name, v, out)
			}
		}
		for name := range after {
			if _, had := before[name]; !had && !slices.Contains([]string{"telecom", "address", "communication"}, name) {
				t.Fatalf("%s came from nowhere: %s", name, out)
			}
		}
		again, err := c.correct(out)
		removes := *c.phone == "" || *c.email == "" || *c.address == "" // the next one moves up
		if err != nil || !removes && !bytes.Equal(again, out) {
			t.Fatalf("corrected twice:\n%s\n%s", out, again)
		}
	})
}

// FuzzOffer feeds files of notices and reasons. What is taken has its words in
// every language, and a store takes it.
func FuzzOffer(f *testing.F) {
	f.Add(noticeFile)
	f.Add(reasonFile)
	f.Add([]byte(`[{"id":"a","version":"1","title":{"en":"x","zh-Hant":"x","zh-Hans":" "}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var refused *refusal.Error
		notices, err := parseNotices(data)
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		for _, n := range notices {
			if err == nil && (!rest.IsCode(n.ID) || !rest.IsCode(n.Version) || len(n.Title) != 3 || len(n.Text) != 3) {
				t.Fatalf("taken: %+v", n)
			}
		}
		reasons, err := parseReasons(data)
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		for _, r := range reasons {
			if err == nil && (!rest.IsCode(r.Code) || len(r.Text) != 3) {
				t.Fatalf("taken: %+v", r)
			}
		}
	})
}
