package plain

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/testclock"
)

// What a desk has stored of a consent is no record of the patient's health, whether given or withdrawn, at
// servers that keep ids and at those that choose them.
func TestWhatADeskStoredOfAConsentIsNoRecord(t *testing.T) {
	for name, q := range writers {
		s, c, _ := cuttable(t, q)
		if _, err := c.Act(t.Context(), granting(t, request, "F1")); err != nil {
			t.Fatal(name, err)
		}
		held := func() string {
			d := newDesk(c)
			if whole, err := d.sync(t.Context()); err != nil || !whole {
				t.Fatal(name, whole, err)
			}
			var out []string
			for ref := range d.held {
				if ref.Resource != "Patient" && ref.Resource != "AuditEvent" {
					out = append(out, ref.String())
				}
			}
			return strings.Join(out, " ")
		}
		if all, _ := stored(s, "Consent", ""); all != 1 || held() != "" {
			t.Errorf("%s, given: %d consents, the desk holds %q", name, all, held())
		}
		if _, err := c.Act(t.Context(), withdrawing(t, another, "F2")); err != nil {
			t.Fatal(name, err)
		}
		if got := held(); got != "" {
			t.Errorf("%s, withdrawn: the desk holds %q", name, got)
		}
	}
}

// A record is not hidden by bearing the name that desks put on what they store: whoever writes at the
// server could keep an advance directive from clinicians by it.
func TestNoRecordIsHiddenByTheNameThatDesksPutOnTheirs(t *testing.T) {
	const id = "7d9f1a52-7c0a-4f8e-9a54-1d1b4a7c0e11"
	tag := `"meta":{"tag":[{"system":"urn:example:hk:request","code":"` + id + `"}]}`
	named := `"identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:` + id + `"}]`
	sharing := fmt.Sprintf(`"scope":{"coding":[{"code":"patient-privacy"}]},"category":[{"coding":[{"system":%q,"code":"sharing"}]}],"patient":{"reference":"Patient/p"}`, ehrdesk.SystemConsent)
	for name, body := range map[string]string{
		"an advance directive":                        `{"resourceType":"Consent","id":"x",` + tag + `,` + named + `,"status":"active","scope":{"coding":[{"code":"adr"}]},"category":[{"coding":[{"code":"dnr"}]}],"patient":{"reference":"Patient/p"}}`,
		"a directive that has the name elsewhere":     `{"resourceType":"Consent","id":"x","identifier":[{"system":"urn:example:hk:request","value":"1"}],"status":"active","scope":{"coding":[{"code":"adr"}]},"patient":{"reference":"Patient/p"}}`,
		"a consent under another name":                `{"resourceType":"Consent","id":"x",` + tag + `,"status":"active",` + sharing + `,"provision":{"type":"permit"}}`,
		"a consent with a denial":                     `{"resourceType":"Consent","id":"x",` + tag + `,` + named + `,"status":"active",` + sharing + `,"provision":{"type":"deny"}}`,
		"a consent with a denial inside":              `{"resourceType":"Consent","id":"x",` + tag + `,` + named + `,"status":"active",` + sharing + `,"provision":{"type":"permit","provision":[{"type":"deny"}]}}`,
		"a consent that says more":                    `{"resourceType":"Consent","id":"x",` + tag + `,` + named + `,"status":"active",` + sharing + `,"sourceAttachment":{"title":"no resuscitation"},"provision":{"type":"permit"}}`,
		"a letter":                                    `{"resourceType":"DocumentReference","id":"x",` + tag + `,` + named + `,"status":"current","type":{"coding":[{"system":"http://loinc.org","code":"18842-5"}]},"subject":{"reference":"Patient/p"},"content":[{"attachment":{"title":"Discharge"}}]}`,
		"a form that has something in it":             `{"resourceType":"DocumentReference","id":"x",` + tag + `,` + named + `,"status":"current","type":{"coding":[{"system":"http://loinc.org","code":"59284-0"}]},"subject":{"reference":"Patient/p"},"content":[{"attachment":{"contentType":"text/plain","data":"Ym9keQ=="}}]}`,
		"a form that is described":                    `{"resourceType":"DocumentReference","id":"x",` + tag + `,` + named + `,"status":"current","description":"no resuscitation","type":{"coding":[{"system":"http://loinc.org","code":"59284-0"}]},"subject":{"reference":"Patient/p"},"content":[{"attachment":{"title":"Form"}}]}`,
		"a form of which the name is no act's number": strings.ReplaceAll(`{"resourceType":"DocumentReference","id":"x",`+tag+`,`+named+`,"status":"current","type":{"coding":[{"system":"http://loinc.org","code":"59284-0"}]},"subject":{"reference":"Patient/p"},"content":[{"attachment":{"title":"Form"}}]}`, id, "1"),
	} {
		for _, everything := range []fhirtest.Everything{fhirtest.EverythingWhole, fhirtest.EverythingMissing} {
			s := fhirtest.New(t, testclock.Start(), fhirtest.Quirks{Everything: everything})
			furnish(s, 1)
			s.Put(body)
			d := newDesk(centreOf(t, s, ours))
			whole, err := d.sync(t.Context())
			n := 0
			for ref := range d.held {
				if ref.ID == "x" {
					n++
				}
			}
			if err != nil || !whole || n != 1 {
				t.Errorf("%s: %t, %v: %d of it", name, whole, err, n)
			}
		}
	}
}
