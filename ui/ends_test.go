package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// hkMidnight is so many days after the fake's day, at its beginning in Hong Kong.
func hkMidnight(days int) time.Time {
	y, m, d := fake.Clock().In(ehrdesk.HongKong()).Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, ehrdesk.HongKong())
}

// What ends within 30 days is on every screen, beside the truth about the line, in the words
// that fit.
func TestWhatEndsWithinThirtyDaysIsOnEveryScreen(t *testing.T) {
	for lang, want := range map[string]map[int]string{
		"en":      {60: "account: last day 02-Dec-2026, 12 days left", 80: "account: last day 02-Dec-2026, 12 days left", 160: "account: last day 02-Dec-2026, 12 days left"},
		"zh-Hant": {60: "帳戶：最後一日 02-Dec-2026，尚餘 12 日", 80: "帳戶：最後一日 02-Dec-2026，尚餘 12 日"},
		"zh-Hans": {60: "账户：最后一日 02-Dec-2026，尚余 12 日", 80: "账户：最后一日 02-Dec-2026，尚余 12 日"},
	} {
		for w, words := range want {
			d := fake.New()
			d.Ends = []ehrdesk.End{{Of: ehrdesk.AccountEnds, Since: hkMidnight(12)}, {Of: ehrdesk.RegistrationEnds, Since: hkMidnight(20)}}
			p := signIn(play(t, d, lang, w, 24), doctor).Want(words)
			open(p, fake.Active).Want(map[string]string{"en": "12 days left", "zh-Hant": "尚餘 12 日", "zh-Hans": "尚余 12 日"}[lang])
		}
	}
	for days, want := range map[int]string{1: "1 day left", 30: "30 days left", 31: ""} {
		d := fake.New()
		d.Ends = []ehrdesk.End{{Of: ehrdesk.ProviderLapses, Since: hkMidnight(days)}}
		p := signIn(play(t, d, "en", 100, 24), doctor)
		if got := strings.Contains(p.Screen(), "provider's registration: last day"); got != (want != "") || !strings.Contains(p.Screen(), want) {
			t.Errorf("%d days before:\n%s", days, p.Screen())
		}
	}
}

// A session that is open at its end is locked then, with what ended, since when, why, and
// whom to ask; nothing of the chart is left on the screen.
func TestASessionIsLockedAtItsEndAndSaysWhy(t *testing.T) {
	for lang, want := range map[string][]string{
		"en":      {"Your account ended at 21-Nov-2026 09:44.", "Reason given: contract ends", "User Administrator"},
		"zh-Hant": {"你的帳戶已於 21-Nov-2026 09:44 終止。", "原因：contract ends", "用戶管理員"},
		"zh-Hans": {"你的账户已于 21-Nov-2026 09:44 终止。", "原因：contract ends", "用户管理员"},
	} {
		d := fake.New()
		d.Ends = []ehrdesk.End{{Of: ehrdesk.AccountEnds, Since: fake.Clock().Add(3 * time.Minute), Reason: "contract ends\x1b[2J"}}
		p, later := slowly(t, d, lang, 80, 24)
		open(signIn(p, doctor), fake.Active).Press("3", "3").Want("Potassium")
		later(time.Second)
		p.Send(ui.Tick())
		p.Want("Potassium")
		later(3*time.Minute - time.Second)
		p.Send(ui.Tick())
		for _, w := range want {
			p.Want(w)
		}
		p.Deny("Potassium")
		if d.Locked != 1 {
			t.Errorf("%d sessions locked", d.Locked)
		}
		p.Send(ui.Tick()) // and not again and again
		if d.Locked != 1 {
			t.Errorf("%d sessions locked", d.Locked)
		}
	}
}

// A refusal at sign-in and at enrolment is told in its own words.
func TestARefusalForAnEndIsToldInItsOwnWords(t *testing.T) {
	until := hkMidnight(7)
	for of, want := range map[ehrdesk.EndOf]string{ehrdesk.RegistrationEnds: "Your professional registration ended at", ehrdesk.ProviderSuspended: "suspended from eHealth since",
		ehrdesk.ProviderWithdrawn: "Your provider left eHealth at", ehrdesk.ProviderLapses: "Your provider's registration with eHealth ended", "": "Access ended at"} {
		d := fake.New()
		d.Fail = map[string]error{"signin": ehrdesk.E("sign-in", ehrdesk.CodeDenied, &ehrdesk.End{Of: of, Since: hkMidnight(0), Until: until, Reason: "inquiry"})}
		p := play(t, d, "en", 100, 30)
		p = signIn(p, doctor).Want(want, "21-Nov-2026 00:00", "Until 28-Nov-2026", "inquiry")
		if of.OfProvider() {
			p.Want("3467 6300")
		}
	}
}
