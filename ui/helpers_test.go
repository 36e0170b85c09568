package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// config is the fixed desk of the tests: clock, zone, people, numbers.
func config(d *fake.Desk, lang string) ui.Config {
	demo := &ui.Demo{}
	for _, a := range fake.New().People {
		demo.Accounts = append(demo.Accounts, ui.DemoAccount{Staff: a.Staff, Name: a.Name, Role: a.Role, Passphrase: fake.Passphrase})
	}
	demo.Numbers = []ui.DemoNumber{
		{Number: fake.NoConsent, AccessKey: fake.Key, Note: map[string]string{"en": "registered, no consent yet", "zh-Hant": "已登記，未有同意", "zh-Hans": "已登记，未有同意"}},
		{Number: fake.Active, AccessKey: fake.Key, Note: map[string]string{"en": "consent active", "zh-Hant": "同意有效", "zh-Hans": "同意有效"}},
	}
	return ui.Config{Desk: d, Lang: lang, Now: fake.Clock, Demo: demo, Cards: &fake.Cards{}, Version: "0.1.0"}
}

func play(t testing.TB, d *fake.Desk, lang string, w, h int) *uitest.Player {
	t.Helper()
	m, err := ui.New(config(d, lang))
	if err != nil {
		t.Fatal(err)
	}
	return uitest.Play(t, m, w, h)
}

// playCards plays a desk with readers and a tray.
func playCards(t testing.TB, d *fake.Desk, k *fake.Cards, lang string, w, h int) *uitest.Player {
	t.Helper()
	cfg := config(d, lang)
	cfg.Cards, cfg.Demo.Tray = k, &tray{}
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := uitest.Play(t, m, w, h)
	for _, e := range k.Ready() {
		p.Send(screen.CardMsg{Event: e})
	}
	return p
}

// signIn signs in the n-th account of the list.
func signIn(p *uitest.Player, n int) *uitest.Player {
	for range n {
		p.Press("down")
	}
	return p.Type(fake.Passphrase).Press("enter")
}

// the accounts, by their place in the list.
const (
	doctor = iota
	nurse
	pharmacist
	clerk
)

// find looks a number up.
func find(p *uitest.Player, number string) *uitest.Player { return p.Type(number).Press("enter") }

// open opens the chart of a patient with consent, for a consultation.
func open(p *uitest.Player, number string) *uitest.Player {
	return find(p, number).Press("enter")
}
