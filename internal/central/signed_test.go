package central_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// The day beside the signature is kept apart from when the form was taken over: it is on the
// receipt, with the consent from then on, and in the log.
func TestTheDayOfASignatureIsOnTheReceiptAndInTheLog(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	today := began().In(ehrdesk.HongKong()).Format(time.DateOnly)
	day := func(after int) string {
		return began().In(ehrdesk.HongKong()).AddDate(0, 0, after).Format(time.DateOnly)
	}
	on := func(signed, form string) func(p map[string]map[string]any) {
		return func(p map[string]map[string]any) {
			p["formSigned"], p["formReference"] = map[string]any{"valueDate": signed}, map[string]any{"valueString": form}
		}
	}
	for _, c := range [][2]string{{day(2), "form-dated-ahead"}, {"2015-12-01", "form-dated-before"}, {"1950-01-01", "form-dated-before"}, {"2026", "invalid"}, {"yesterday", "invalid"}} {
		if got := issue(t, d.want(422, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, on(c[0], "F-0")))); got != c[1] {
			t.Errorf("signed %s: %s", c[0], got)
		}
	}
	body := d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, on(day(-20), "F-0"))) // none of the refused has used the form up
	found := d.want(200, "POST", "/Patient/_search", "identifier="+strings.ReplaceAll(ehrdesk.SystemEHR, ":", "%3A")+"%7C"+rep.EHR+"&_revinclude=Consent:patient")
	for name, text := range map[string]string{"the receipt": body, "a look-up": found} {
		if !strings.Contains(text, `"url":"urn:example:hk:ext:consent-signed","valueDate":"`+day(-20)+`"`) {
			t.Errorf("%s does not say when it was signed: %s", name, text)
		}
	}
	logged := false
	if err := w.c.Accesses(t.Context(), rep.EHR, func(a central.Access) error {
		logged = logged || a.Action == "grant" && strings.Contains(a.Reason, "signed "+day(-20)+"; form F-0")
		return nil
	}); err != nil || !logged {
		t.Errorf("the log does not say when it was signed: %v", err)
	}
	// A withdrawal is not older than what it withdraws, and a form of before it gives nothing again.
	if got := issue(t, d.want(422, "POST", "/Patient/$revoke-sharing-consent", grantBody(rep.EHR, on(day(-1), "W-0")))); got != "form-dated-before" {
		t.Errorf("a withdrawal of yesterday: %s", got)
	}
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(rep.EHR, on(today, "W-0")))
	if got := issue(t, d.want(422, "POST", "/Patient/$grant-sharing-consent", grantBody(rep.EHR, on(day(-1), "F-1")))); got != "form-dated-before" {
		t.Errorf("a form of before the withdrawal: %s", got)
	}
	d.grant(rep.EHR) // of whom no date comes, none is asked
}
