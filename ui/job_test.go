package ui_test

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/teatest/v2"
	"go.uber.org/goleak"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// The whole job through a real program, by keyboard alone: sign in, find, take
// consent by Access Key, open for a consultation, see the first sync run, read
// a critical result, search, lock, unlock, next patient, quit.
func TestTheWholeJob(t *testing.T) {
	for _, c := range []struct {
		lang                                                        string
		found, step, receipt, syncing, synced, critical, lock, find string
	}{
		{"en", "no sharing consent to this provider", "Step 2 of 5", "Consent recorded", "syncing 7/19", "synced 09:41", "HH ↑↑ CRITICAL", "Type your passphrase", "Find a patient"},
		{"zh-Hant", "未向本機構給予互通同意", "第 2 步，共 5 步", "互通同意已記錄", "正在同步 7/19", "已同步 09:41", "HH ↑↑ 危急", "輸入密碼以繼續", "尋找病人"},
	} {
		t.Run(c.lang, func(t *testing.T) {
			// what the framework and teatest leave behind is theirs: the last
			// second's timer, and a listener for signals
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent(), goleak.IgnoreAnyFunction("charm.land/bubbletea/v2.Tick.func1"),
				goleak.IgnoreAnyFunction("charm.land/bubbletea/v2.(*Program).execBatchMsg"),
				goleak.IgnoreAnyFunction("github.com/charmbracelet/x/exp/teatest/v2.NewTestModel.func2"))
			d := fake.New()
			gate := make(chan struct{})
			d.Gate["sync"] = gate
			m, err := ui.New(config(d, c.lang))
			if err != nil {
				t.Fatal(err)
			}
			p := uitest.Start(t, m, 120, 40)
			p.Settle()
			p.Type(fake.Passphrase)
			p.Press("enter")
			p.Settle()
			p.Type("a123456(3)")
			p.Press("enter")
			p.WaitText(c.found)
			p.Press("enter")
			p.Settle() // the notices have come
			p.Press("y")
			p.WaitText(c.step)
			p.Press("space")
			p.Type(fake.Tail)
			p.Press("enter", "a", "enter")
			p.Type(fake.Key)
			p.Press("enter", "y")
			p.WaitText(c.receipt)
			p.Press("enter", "enter")
			p.WaitText(c.syncing) // the chart is there and can be used meanwhile
			p.Press("3", "3")
			close(gate)
			p.WaitText(c.synced)
			p.Settle()
			p.WaitText(c.critical)
			p.Press("/")
			p.Type("warfarin")
			p.WaitText("3 mg – ")
			p.Press("enter", "tab", "esc", "esc", "ctrl+l")
			p.WaitText(c.lock)
			p.Type(fake.Passphrase)
			p.Press("enter")
			p.WaitText("陳大文")
			p.Press("f2")
			p.WaitText(c.find)
			p.Settle()
			p.Press("ctrl+q")
			p.WaitFinished(t, teatest.WithFinalTimeout(2*time.Minute))
			if len(d.Opens) != 1 || len(d.Grants) != 1 {
				t.Errorf("%d openings, %d consents", len(d.Opens), len(d.Grants))
			}
		})
	}
}

// A slow answer says how long it takes; Esc cancels it; the late answer is
// dropped.
func TestASlowLookUpSaysSoAndCanBeCancelled(t *testing.T) {
	now := fake.Clock()
	cfg := config(fake.New(), "en")
	cfg.Now = func() time.Time { return now }
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := signIn(uitest.Play(t, m, 80, 24), doctor)
	p.Hold = true
	find(p, fake.Active)
	p.Want("looking up", "Esc cancels")
	now = now.Add(3 * time.Second)
	p.Send(ui.Tick())
	p.Want("3 s")
	p.Press("f5").Want("looking up")
	p.Press("esc").Want("cancelled")
	p.Release()
	p.Deny("WONG")
}

// The answer about one patient that comes after another was asked for is never
// shown as the other's.
func TestALateAnswerIsNotShownAsAnothersPatients(t *testing.T) {
	p := signIn(play(t, fake.New(), "en", 80, 24), doctor)
	p.Hold = true
	find(p, fake.Active)
	late := p.Held
	p.Held, p.Hold = nil, false
	p.Press("esc", "f2")
	find(p, fake.NoConsent).Want("CHAN")
	p.Held = late
	p.Release()
	p.Want("CHAN").Deny("WONG")
}

func TestKeysThatMeanNothingSaySo(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 120, 40), doctor), fake.Active)
	p.Press("f12").Want("this key has no function")
	p.Press("y").Want("not available here: ")
	p.Press("f3").Want("the consent is active already")
	p.Press("f2").Press("f5").Want("find a patient first")
}

func TestEveryKeyOfTheCatalogueDoesOrSaysSomething(t *testing.T) {
	start := func() *uitest.Player {
		return open(signIn(play(t, fake.New(), "en", 80, 24), doctor), fake.Active).Press("3", "3", "down", "down")
	}
	for _, k := range []string{"enter", "tab", "shift+tab", "up", "down", "left", "right", "pgup", "pgdown", "home", "end", "[", "/", "r", "esc", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "ctrl+p", "ctrl+l", "a", "b", "y", "x", "space", "9", "0", "-", "?"} {
		p := start()
		before := p.Content()
		p.Press(k)
		if p.Content() == before && p.M.View().Cursor != nil && k != "pgdown" {
			t.Errorf("%s: nothing happened and nothing was said:\n%s", k, p.Screen())
		}
	}
}

func TestSmallWindowsAreRefusedWithTheirSize(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 80, 24), doctor), fake.Active)
	for _, size := range [][2]int{{59, 24}, {60, 19}} {
		p.Resize(size[0], size[1])
		p.Want(fmt.Sprintf("%d×%d", size[0], size[1])).Deny("WONG")
	}
	p.Resize(60, 20)
	p.Want("WONG")
}

func TestTheSameFrameIsNotDrawnTwice(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 80, 24), doctor), fake.Active)
	a, b := p.M.View(), p.M.View()
	if a.Content != b.Content || a.Cursor != b.Cursor {
		t.Error("the frame was not cached")
	}
	if a.WindowTitle != "ehrdesk" || !a.AltScreen || a.MouseMode != tea.MouseModeNone {
		t.Errorf("title %q, alternate screen %v, mouse %v", a.WindowTitle, a.AltScreen, a.MouseMode)
	}
}

// Moving through a list, the detail pane changes whole: its title and its
// elements are always of one record, also before the next one has arrived.
func TestTheDetailIsAlwaysOfTheRecordItNames(t *testing.T) {
	now := fake.Clock()
	cfg := config(fake.New(), "en")
	cfg.Now = func() time.Time { return now }
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.Active).Press("3", "3")
	p.Press("e").Want("Reference range 3.5–5.1", "Id: p2-3")
	p.Hold = true
	p.Press("down").Want("Reference range 3.5–5.1", "Id: p2-3").Deny("Id: p2-4")
	now = now.Add(time.Second) // the moment is over: the new title, and that it is being opened
	p.Send(ui.Tick())
	p.Want("Reference range 136–145", "opening the record").Deny("Id: p2-3")
	p.Release()
	p.Want("Reference range 136–145", "Id: p2-4")
}

// A digit typed for something else must not open a record: the patient is told
// of every opening.
func TestADigitAloneOpensNothing(t *testing.T) {
	d := fake.New()
	p := find(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Press("d", "4")
	if len(d.Opens) != 0 {
		t.Fatal("opened")
	}
	p.Press("enter")
	if len(d.Opens) != 1 || d.Opens[0] != "referral" {
		t.Errorf("opened for %v", d.Opens)
	}
}
