package ui_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

const officer = 4 // where a desk has an office

// office is a desk with an officer signed in, before the access log.
func office(t *testing.T, d *fake.Desk, lang string, w, h int) *uitest.Player {
	return signIn(play(t, d.Office(), lang, w, h), officer)
}

func TestTheAccessLogIsFilteredAndSaysSo(t *testing.T) {
	p := office(t, fake.New(), "en", 120, 40).Press("f4", "f").Want("[x] everything", "Period", "[ ] 7 days", "[ ] restricted records", "Purpose", "[ ] consultation", "Who", "[ ] drlee", "Patient")
	p.Press("down", "enter").Want("▸ [x] 7 days", "[ ] everything").Press("f").Want("7 days", "8 of 8 entries")
	p.Press("f", "down", "down", "down", "down", "enter", "f").Want("restricted records", "0 of 8 entries", "No entry fits")
	p.Press("f", "enter", "esc").Want("8 of 8 entries").Deny("restricted records")
	p.Press("f")
	for range 12 {
		if p.Press("down").Has("▸ [ ] consultation") {
			break
		}
	}
	p.Press("enter", "esc").Want("consultation", "1 of 8 entries", "opened the record")
	p.Press("f4").Want("1 of 8 entries") // the key of this dialog does nothing in it
	p.Press("esc").Deny("Access log of this desk")
}

func TestTheOfficerSeesWhatIsUnusualAndHowTheLogsDiffer(t *testing.T) {
	p := office(t, fake.New(), "en", 120, 40).Press("f4").Want("[this desk]", "unusual at the centre", "beside the centre")
	p.Press("v").Want("[unusual at the centre]", "3 of 3 entries", "the last 7 days", "incident", "the patient bears the same name · mark-of-tomorrow", "too long without the line · at night")
	p.Press("end").Want("Told", "At the centre")
	p.Press("v").Want("[beside the centre]", "‹ differences ›", "8 of 9 entries", "1 entry of this desk cannot be read",
		"only here: not yet reported", "only here: refused or failed at this desk", "only here: the centre's log has no such entry", "only at the centre: by another desk",
		"only at the centre, from this desk: not in this desk's log", "times differ by 0:20:00", "purpose differs: consultation here, follow-up after the clinic at the", "another person or patient").Deny("the same at both")
	p.Press("tab").Want("‹ to look into ›", "4 of 9 entries").Deny("not yet reported").Press("tab").Want("‹ all ›", "9 of 9 entries", "the same at both")
	p.Press("/").Type("purpose").Want("1 of 9 entries").Press("enter", "v").Want("[this desk]")
}

// Nobody but an officer is offered the centre's log, or asks for it by the key.
func TestOnlyAnOfficerIsOfferedTheCentresLog(t *testing.T) {
	for _, who := range []int{doctor, clerk} {
		d := fake.New().Office()
		p := signIn(play(t, d, "en", 120, 40), who).Press("f4").Deny("unusual at the centre", "beside the centre", "other view")
		p.Press("v").Want("for a security officer", "chain unbroken")
		if d.Calls["compare"] != 0 {
			t.Errorf("%d asked the centre", who)
		}
	}
}

func TestACentreThatRefusesTheComparisonIsSaid(t *testing.T) {
	d := fake.New()
	d.Fail["compare"] = ehrdesk.E("audit.compare", ehrdesk.CodeOffline, nil)
	p := office(t, d, "en", 120, 40).Press("f4", "v").Deny("0 of 0 entries").Want("! ")
	p.Press("v", "v").Want("[this desk]", "8 of 8 entries")
	p.Press("v").Want("3 of 3 entries") // it is asked again
}

// reports notes what it is asked to write.
type reports struct {
	filter   *ehrdesk.LogFilter
	compared *ehrdesk.LogComparison
	err      error
}

func (r *reports) SaveLog(_ context.Context, _ ehrdesk.Session, f ehrdesk.LogFilter) (string, error) {
	r.filter = &f
	return "/home/officer/reports/log.txt", r.err
}

func (r *reports) SaveCompared(_ context.Context, _ ehrdesk.Session, c ehrdesk.LogComparison) (string, error) {
	r.compared = &c
	return "/home/officer/reports/compared.txt", r.err
}

// A file is written only when somebody has said yes to it, and of what is on the screen.
func TestAReportIsWrittenOnceItWasConfirmed(t *testing.T) {
	r := &reports{}
	cfg := config(fake.New().Office(), "en")
	cfg.Reports = r
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := signIn(uitest.Play(t, m, 120, 40), officer).Press("f4", "E").Want("Write a report to a file?", "not encrypted", "Enter writes it")
	if p.Press("esc"); r.filter != nil {
		t.Error("written though nobody wanted it")
	}
	p.Press("f", "down", "enter", "f", "E", "enter").Want("written: /home/officer/reports/log.txt")
	if want := fake.Clock().AddDate(0, 0, -7); r.filter == nil || !r.filter.Since.Equal(want) {
		t.Errorf("%+v, want since %v", r.filter, want)
	}
	p.Press("f", "home", "enter", "f", "v", "v", "tab", "E", "enter").Want("written: /home/officer/reports/compared.txt")
	if r.compared == nil || len(r.compared.Rows) != 9 {
		t.Errorf("%+v", r.compared)
	}
	r.err = ehrdesk.Errorf("report", ehrdesk.CodeInvalid, "no file can be made there")
	p.Press("E", "enter").Deny("written: /home/officer/reports/compared.txt")
	signIn(play(t, fake.New().Office(), "en", 120, 40), officer).Press("f4", "E").Want("ehrdesk audit export").Deny("Write a report")
}

// What an entry says, of this desk or of the centre, is never obeyed by the terminal.
func TestAHostileEntryOfTheLogsIsShownClean(t *testing.T) {
	const evil = "=cmd|'/C calc'!A0\x1b]0;owned\a\x1b[2J\u202eeeL rD\u2066"
	for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
		d := fake.New()
		d.Hostile = evil
		p := office(t, d, lang, 120, 40).Press("f4")
		for _, key := range []string{"home", "f", "end", "f", "v", "v", "tab", "tab", "end", "f", "down", "down"} {
			p.Press(key)
			for _, r := range p.Screen() {
				if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
					t.Fatalf("%s, after %s: %U\n%s", lang, key, r, p.Screen())
				}
			}
		}
	}
}

// A log of ten thousand entries is filtered, searched and turned while somebody waits: what
// a key takes is bounded by what is drawn and one walk through the rows.
func TestALogOfTenThousandEntriesDoesNotFreeze(t *testing.T) {
	d := fake.New()
	d.Rows = 10_000
	p := office(t, d, "en", 80, 24).Press("f4").Want("10008 of 10008 entries")
	slowest, at := time.Duration(0), ""
	for _, key := range []string{"end", "home", "pgdown", "tab", "tab", "tab", "f", "end", "home", "down", "enter", "f", "/", "s", "t", "7", "enter", "v", "v", "tab", "tab"} {
		began := time.Now()
		p.Press(key)
		if took := time.Since(began); took > slowest {
			slowest, at = took, key
		}
	}
	p.Want("beside the centre")
	t.Logf("slowest key %s: %v", at, slowest)
	if slowest > 5*time.Second { // a hundred times what it takes: a walk of all rows for each row
		t.Errorf("%s took %v", at, slowest)
	}
}

func TestTheOfficersViewFitsItsScreens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
			p := office(t, fake.New(), lang, size[0], size[1]).Press("f4", "v", "v", "f")
			if lines := strings.Split(p.Screen(), "\n"); len(lines) > size[1] {
				t.Errorf("%s %v: %d rows", lang, size, len(lines))
			}
			p.Press("f", "end")
		}
	}
}

var _ ui.Reports = (*reports)(nil)

// What the centre refuses a security officer is not offered on the screen: no way to a consent,
// no Enter that leads to one; the keys say why. Whoever takes consents has them.
func TestAnOfficerIsOfferedNoWayToAConsent(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		for lang, words := range map[string][3]string{
			"en":      {"A security officer opens no record", "takes no consent and verifies nobody", "Access Key: the patient's 8 digits"},
			"zh-Hant": {"保安主任不可開啟紀錄", "保安主任不可辦理同意或核實身份", "取覽密碼：病人的 8 位密碼"},
			"zh-Hans": {"保安主任不可打开记录", "保安主任不可办理同意或核实身份", "取览密码：病人的 8 位密码"},
		} {
			for _, n := range []string{fake.NoConsent, fake.Unverified, fake.Active, fake.Expired} {
				p := find(office(t, fake.New(), lang, size[0], size[1]), n)
				p.Want(words[0]).Deny(words[2])
				before := p.Screen()
				for _, key := range []string{"1", "2", "3", "4", "5", "i", "R", "f3", "w"} {
					if p.Press(key).Want(words[1]); !strings.Contains(p.Screen(), strings.Split(before, "\n")[1]) {
						t.Errorf("%s %s: %s left the answer\n%s", lang, n, key, p.Screen())
					}
				}
				if p.Press("enter"); strings.Contains(p.Screen(), words[0]) {
					t.Errorf("%s %s: Enter is for the next patient\n%s", lang, n, p.Screen())
				}
			}
		}
	}
	d := fake.New()
	if office(t, d, "en", 80, 24).Press("ctrl+t").Want("Today").Deny("consents that run out"); d.Calls["endings"] != 0 {
		t.Error("the centre was asked for consents to renew")
	}
	find(signIn(play(t, fake.New().Office(), "en", 80, 24), clerk), fake.NoConsent).Want("Access Key: the patient's 8 digits").Deny("security officer")
}
