package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
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
			p := signIn(play(t, d, lang, size[0], size[1]), doctor)
			p.Want(want[0], "F4")
			p.Press("x").Want(want[0])                            // no other key passes it
			p.Press("enter").Want(want[1]).Deny(want[0])          // read
			unlock(p.Press("ctrl+l")).Deny(want[0])               // once
			d.Warnings = append(d.Warnings, "desk-behind-centre") // found meanwhile: told with the next patient
			open(p, fake.Active).Deny(want[0]).Press("f2").Want(want[0]).Press("enter").Deny(want[0])
		}
	}
}

func TestANewPersonIsToldToo(t *testing.T) {
	d := fake.New()
	d.Warnings = []string{"desk-put-back"}
	p := signIn(play(t, d, "en", 120, 40), doctor).Want("put back to an earlier day").Press("enter")
	p.Press("ctrl+p").Type("sign out").Press("enter")
	signIn(p, nurse).Want("put back to an earlier day").Press("esc").Want("Find a patient")
}

func TestNothingIsInTheWayWhereADeskHasNothingToTell(t *testing.T) {
	signIn(play(t, fake.New(), "en", 80, 24), doctor).Want("Find a patient").Deny(text.New().Warning.Title.In(text.Langs()[0]))
}

func TestAKeyringThatGivesNothingIsNotCalledAWrongPassphrase(t *testing.T) {
	for lang, want := range map[string]string{"en": "second key", "zh-Hant": "第二密鑰", "zh-Hans": "第二密钥"} {
		d := fake.New()
		d.Fail["signin"] = ehrdesk.E("cache.unlock", ehrdesk.CodeLocked, ehrdesk.ErrSecondKey)
		signIn(play(t, d, lang, 80, 24), doctor).Want(want)
	}
}
