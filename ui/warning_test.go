package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

func TestWhatADeskHasToTellIsReadBeforeAnythingElse(t *testing.T) {
	for lang, want := range map[string][2]string{
		"en":      {"Before you go on", "Find a patient"},
		"zh-Hant": {"繼續之前請閱讀", "尋找病人"},
		"zh-Hans": {"继续之前请阅读", "查找病人"},
	} {
		for _, size := range [][2]int{{80, 24}, {200, 60}} {
			d := fake.New()
			d.Warnings = []string{"desk-put-back", "centre-key-unknown", "something new"}
			p, later := slowly(t, d, lang, size[0], size[1])
			signIn(p, doctor).Want(want[0], "F4")
			later(time.Second)
			p.Press("x").Want(want[0])                            // no other key passes it
			p.Press("enter").Want(want[1]).Deny(want[0])          // read
			unlock(p.Press("ctrl+l")).Deny(want[0])               // once
			d.Warnings = append(d.Warnings, "desk-behind-centre") // found meanwhile: told with the next patient
			open(p, fake.Active).Deny(want[0]).Press("f2").Want(want[0])
			later(time.Second)
			p.Press("enter").Deny(want[0])
		}
	}
}

func TestANewPersonIsToldToo(t *testing.T) {
	d := fake.New()
	d.Warnings = []string{"desk-put-back"}
	p, later := slowly(t, d, "en", 120, 40)
	signIn(p, doctor).Want("put back to an earlier day")
	later(time.Second)
	p.Press("enter", "ctrl+p").Type("sign out").Press("enter")
	signIn(p, nurse).Want("put back to an earlier day")
	later(time.Second)
	p.Press("esc").Want("Find a patient")
}

// What has to be read is not passed by a key that was on its way when it came, nor by
// one that repeats: only by one after half a second without any.
func TestAKeyOnItsWayDoesNotPassWhatHasToBeRead(t *testing.T) {
	for _, key := range []string{"enter", "esc"} {
		d := fake.New()
		d.Warnings = []string{"desk-put-back"}
		p, later := slowly(t, d, "en", 120, 40)
		signIn(p, doctor)
		for range 40 { // held down
			p.Press(key).Want("put back to an earlier day")
			later(30 * time.Millisecond)
		}
		later(time.Second)
		p.Press(key).Deny("put back to an earlier day").Want("Find a patient")
	}
}

// slowly plays a desk whose clock the test moves on.
func slowly(t testing.TB, d *fake.Desk, lang string, w, h int) (p *uitest.Player, later func(time.Duration)) {
	t.Helper()
	now := fake.Clock()
	d.Now = func() time.Time { return now }
	cfg := config(d, lang)
	cfg.Now = d.Now
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return uitest.Play(t, m, w, h), func(by time.Duration) { now = now.Add(by) }
}

func TestNothingIsInTheWayWhereADeskHasNothingToTell(t *testing.T) {
	signIn(play(t, fake.New(), "en", 80, 24), doctor).Want("Find a patient").Deny(text.New().Warning.Title.In(text.Langs()[0]))
}

// Whoever was put out is told by what, in their language: their key on this desk, or the account.
func TestSomebodyWhoWasPutOutReadsByWhat(t *testing.T) {
	for lang, want := range map[string][2]string{"en": {"Your account is closed", "Your key on this desk was ended"}, "zh-Hant": {"你的帳戶已在中央系統關閉", "你在此工作站的密匙已被中央系統終止"}, "zh-Hans": {"你的账户已在中央系统关闭", "你在此工作站的密钥已被中央系统终止"}} {
		for i, err := range []error{ehrdesk.ErrAccountClosed, ehrdesk.ErrDeskEnded} {
			d := fake.New()
			d.Fail["signin"] = ehrdesk.E("sign-in", ehrdesk.CodeDenied, err)
			signIn(play(t, d, lang, 100, 30), doctor).Want(want[i]).Deny(want[1-i])
		}
	}
}

func TestAKeyringThatGivesNothingIsNotCalledAWrongPassphrase(t *testing.T) {
	for lang, want := range map[string]string{"en": "second key", "zh-Hant": "第二密鑰", "zh-Hans": "第二密钥"} {
		d := fake.New()
		d.Fail["signin"] = ehrdesk.E("cache.unlock", ehrdesk.CodeLocked, ehrdesk.ErrSecondKey)
		signIn(play(t, d, lang, 80, 24), doctor).Want(want)
	}
}
