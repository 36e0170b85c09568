package ui_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
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
	p.Press("v").Want("[unusual at the centre]", "3 of 3 entries", "the last 7 days", "incident", "same name as the patient · mark-of-tomorrow", "too long without the line · at night")
	p.Press("end").Want("Told", "At the centre")
	p.Press("v").Want("[beside the centre]", "‹ differences ›", "8 of 9 entries", "1 entry of this desk cannot be read",
		"only here: not yet reported", "only here: refused or failed at this desk", "only here: the centre's log has no such entry", "only at the centre: by another desk",
		"only at the centre, from this desk: not in this desk's log", "times differ by 0:20:00", "purpose differs –", "another person or patient").Deny("the same at both")
	p.Press("tab").Want("‹ to look into ›", "4 of 9 entries").Deny("not yet reported").Press("tab").Want("‹ all ›", "9 of 9 entries", "the same at both")
	p.Press("/").Type("purpose").Want("1 of 9 entries", "purpose differs: consultation here, follow-up after the clinic at the centre").Press("enter", "v").Want("[this desk]")
}

// Each view says which log it is of, and where it is empty why: because there is nothing in it,
// or because it is narrowed, by keys that it has.
func TestEachViewOfTheLogsHasItsHeadingAndItsOwnEmptyWords(t *testing.T) {
	p := office(t, fake.New(), "en", 80, 24).Press("f4").Want("Access log of this desk")
	p.Press("v").Want("Unusual in the centre's log").Deny("Access log of this desk")
	p.Press("f").Want("Unusual in the centre's log").Press("f")
	p.Press("/").Type("nothing of the kind").Press("enter").Want("No entry fits. f and / change").Deny("Tab, f")
	p.Press("v").Want("This desk's log beside the centre's", "No entry fits. Tab, f and / change").Deny("Access log of this desk")

	d := fake.New()
	d.Rows = fake.NoRows
	p = office(t, d, "en", 80, 24).Press("f4", "v").Want("The centre has marked nothing of this provider in the last 7 days").Deny("No entry fits")
	p.Press("v").Want("Neither log has an opening").Deny("No entry fits")

	d = fake.New()
	d.Rows = fake.SameRows
	p = office(t, d, "en", 80, 24).Press("f4", "v", "v").Want("The two logs do not differ: 3 acts are the same at both").Deny("No entry fits")
	p.Press("tab").Want("No difference that somebody has to look into").Press("tab").Want("3 of 3 entries")
}

// How the two logs differ is never cut off in a row: where its words have no room there are
// shorter ones, and all of them stand below.
func TestNoDifferenceIsCutOffInItsRow(t *testing.T) {
	for lang, whole := range map[string]string{"en": "only at the centre, from this desk: not in this desk's log", "zh-Hant": "只在中央系統、由此工作站：此工作站沒有此項記錄", "zh-Hans": "只在中央系统、由此工作站：此工作站没有此项记录"} {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
			p := office(t, fake.New(), lang, size[0], size[1]).Press("f4", "v", "v", "end").Want(whole)
			p.Press("v", "v").Press("end", "home")
			for _, view := range []string{"v", "v"} {
				for i, line := range strings.Split(p.Screen(), "\n") {
					if i > 4 && strings.Contains(line, "…") && strings.Contains(line, "-2026") {
						t.Errorf("%s %v: %s", lang, size, line)
					}
				}
				p.Press(view)
			}
		}
	}
}

// What stands in a row of 80 columns has room there, whatever was found: what the centre marks
// an event with, each difference, each incident.
func TestTheShortWordsOfTheLogsHaveRoom(t *testing.T) {
	const room = 32
	log := text.New().Log
	for _, lang := range text.Langs() {
		has := func(words string, more int) {
			t.Helper()
			if w := paint.Width(words); w+more > room || w == 0 {
				t.Errorf("%v: %q is %d columns wide", lang, words, w)
			}
		}
		for _, d := range ehrdesk.Differences() {
			if words, ok := log.Shortly[d]; ok {
				has(words.In(lang), 0)
			} else if d != ehrdesk.OtherTime {
				t.Errorf("%s has no short words", d)
			}
		}
		for _, words := range log.Incidents {
			has(words[0].In(lang), len("999× "))
			has(words[1].In(lang), room-paint.Width(words[1].In(lang)))
		}
		for _, words := range log.Why {
			has(words.In(lang), len(" +1"))
		}
	}
	for _, mark := range []string{"late", "clock", "no-consent", "closed", "ended", "desk", "many-look-ups", "many-identities", "many-forms", "many-withdrawals", "many-wrong-codes", "many-unknown-numbers", "form-without-number", "same-surname", "out-of-hours", "sampled"} {
		if _, ok := log.Why[mark]; !ok {
			t.Errorf("no words for the mark %s", mark)
		}
	}
}

// An incident at a desk says what was found, how often and when last, and not that a record is
// damaged and not shown.
func TestAnIncidentSaysWhatWasFoundAndHowOften(t *testing.T) {
	p := office(t, fake.New(), "en", 80, 24).Press("f4", "v").Want("37× log is another one")
	p.Want("Outcome the desk's log does not continue what the centre has vouched for", "Found 37 times, last 21-Nov-2026").Deny("damaged", "audit-differs")
	office(t, fake.New(), "en", 200, 60).Press("f4", "v").Want("the desk's log does not continue what the centre has vouched for · 37 times, last 21-Nov-2026 11:33:00")
	office(t, fake.New(), "zh-Hant", 80, 24).Press("f4", "v").Want("37 次 記錄不符", "工作站的記錄與中央系統已確認的不符").Deny("損壞")
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
	log, compared, unusual *ui.Report
	err                    error
}

func (r *reports) SaveLog(_ context.Context, _ ehrdesk.Session, shown ui.Report) (string, error) {
	r.log = &shown
	return "/reports/log.txt", r.err
}

func (r *reports) SaveCompared(_ context.Context, _ ehrdesk.Session, shown ui.Report) (string, error) {
	r.compared = &shown
	return "/reports/compared.txt", r.err
}

func (r *reports) SaveUnusual(_ context.Context, _ ehrdesk.Session, shown ui.Report) (string, error) {
	r.unusual = &shown
	return "/reports/unusual.txt", r.err
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
	p := signIn(uitest.Play(t, m, 120, 40), officer).Press("f4", "E").Want("Write a report to a file?", "the 8 entries shown", "not encrypted", "Enter writes it")
	if p.Press("esc"); r.log != nil {
		t.Error("written though nobody wanted it")
	}
	p.Press("f", "down", "enter", "f", "E", "enter").Want("8 entries written: /reports/log.txt")
	if want := fake.Clock().AddDate(0, 0, -7); r.log == nil || !r.log.Filter.Since.Equal(want) || len(r.log.Entries) != 8 {
		t.Errorf("%+v, want since %v", r.log, want)
	}
	p.Press("tab", "tab").Want("refused or failed", "2 of 8 entries").Press("E").Want("the 2 entries shown").Press("enter").Want("2 entries written")
	if r.log.Of != 8 || len(r.log.Entries) != 2 || strings.Join(r.log.Narrowed, ",") != "refused or failed" {
		t.Errorf("%+v", r.log)
	}
	p.Press("f", "home", "enter", "f", "v", "E", "enter").Want("3 entries written: /reports/unusual.txt")
	if r.unusual == nil || len(r.unusual.Centre) != 3 || r.compared != nil {
		t.Errorf("%+v", r.unusual)
	}
	p.Press("v").Want("8 of 9 entries").Press("tab").Want("4 of 9 entries").Press("E").Want("the 4 entries shown").Press("enter").Want("4 entries written: /reports/compared.txt")
	if r.compared == nil || len(r.compared.Rows) != 4 || r.compared.Of != 9 || len(r.compared.Compared.Rows) != 9 || strings.Join(r.compared.Narrowed, ",") != "to look into" {
		t.Errorf("%+v", r.compared)
	}
	p.Press("/").Type("nothing of the kind").Press("enter").Want("0 of 9 entries").Press("E", "enter").Want("0 entries written: /reports/compared.txt")
	if len(r.compared.Rows) != 0 || strings.Join(r.compared.Narrowed, ",") != "to look into,searched by words" {
		t.Errorf("%+v", r.compared)
	}
	r.err = ehrdesk.Errorf("report", ehrdesk.CodeInvalid, "no file can be made there")
	p.Press("E", "enter").Deny("written: /reports/compared.txt")
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
