package ui_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// screens are the states that people review in testdata/TestScreens.
var screens = []struct {
	name string
	desk func(*fake.Desk)
	play func(*uitest.Player)
	card func(*uitest.Player, *fake.Desk, *fake.Cards)
}{
	{name: "sign-in", play: func(p *uitest.Player) {}},
	{name: "sign-in-wrong", play: func(p *uitest.Player) { p.Type("guess").Press("enter") }},
	{name: "sign-in-page", desk: byPage, play: func(p *uitest.Player) { toPage(p) }},
	{name: "sign-in-other-person", desk: func(d *fake.Desk) {
		byPage(d)
		d.Fail["page"] = ehrdesk.NotSignedIn("sign-in", ehrdesk.SignInOther)
	}, play: func(p *uitest.Player) { signIn(p, doctor) }},
	{name: "sign-in-nobody", desk: func(d *fake.Desk) { d.People = nil }, play: func(p *uitest.Player) {}},
	{name: "enrol", play: func(p *uitest.Player) { p.Press("f9", "tab").Type("drlee") }},
	{name: "find-empty", play: func(p *uitest.Player) { signIn(p, doctor) }},
	{name: "find-typo", play: func(p *uitest.Player) { signIn(p, doctor).Type("a1234567") }},
	{name: "find-no-check-digit", play: func(p *uitest.Player) { signIn(p, doctor).Type("a123456").Press("enter") }},
	{name: "find-not-registered", play: func(p *uitest.Player) { find(signIn(p, doctor), fake.Nobody) }},
	{name: "find-no-consent", play: func(p *uitest.Player) { find(signIn(p, doctor), fake.NoConsent) }},
	{name: "find-expired", play: func(p *uitest.Player) { find(signIn(p, doctor), fake.Expired) }},
	{name: "find-withdrawn", play: func(p *uitest.Player) { find(signIn(p, doctor), fake.Withdrawn) }},
	{name: "find-deemed-died", play: func(p *uitest.Player) { find(signIn(p, doctor), fake.Deemed) }},
	{name: "find-unverified", play: func(p *uitest.Player) { find(signIn(p, doctor), fake.Unverified) }},
	{name: "find-passport", play: func(p *uitest.Player) { find(signIn(p, doctor), fake.Passport) }},
	{name: "find-active-clerk", play: func(p *uitest.Player) { find(signIn(p, clerk), fake.Active) }},
	{name: "find-offline-unknown", desk: offline, play: func(p *uitest.Player) { find(signIn(p, doctor), fake.NoConsent) }},
	{name: "find-offline-cached", desk: offline, play: func(p *uitest.Player) { find(signIn(p, doctor), fake.Active) }},
	{name: "find-recent", play: func(p *uitest.Player) {
		open(open(signIn(p, doctor), fake.Active).Press("f2"), fake.OneYear).Press("f2")
	}},
	{name: "purpose", play: func(p *uitest.Player) { find(signIn(p, doctor), fake.OneYear).Press("d") }},
	{name: "purpose-other", play: func(p *uitest.Player) { find(signIn(p, doctor), fake.Active).Press("d", "7", "enter") }},
	{name: "consent-notice", play: func(p *uitest.Player) { find(signIn(p, clerk), fake.NoConsent).Press("enter") }},
	{name: "consent-giver", play: func(p *uitest.Player) { find(signIn(p, clerk), fake.NoConsent).Press("enter", "y", "enter") }},
	{name: "consent-giver-parent", play: func(p *uitest.Player) {
		find(signIn(p, clerk), fake.Child).Press("enter", "y", "d", "space", "tab").Type("李大明")
	}},
	{name: "consent-term", play: func(p *uitest.Player) {
		find(signIn(p, clerk), fake.NoConsent).Press("enter", "y", "space").Type(fake.Tail).Press("enter")
	}},
	{name: "consent-key", play: func(p *uitest.Player) { toKey(p).Type("2468") }},
	{name: "consent-key-wrong", play: func(p *uitest.Player) { toKey(p).Type("00000000").Press("enter", "y") }},
	{name: "consent-key-locked", play: func(p *uitest.Player) {
		toKey(p)
		for range 3 {
			p.Type("00000000").Press("enter", "y")
		}
	}},
	{name: "consent-form", play: func(p *uitest.Player) {
		find(signIn(p, clerk), fake.NoConsent).Press("3", "y", "space").Type(fake.Tail).Press("enter", "a", "enter").Type("SCF-00012")
	}},
	{name: "consent-for-second", desk: bySecondPerson, play: func(p *uitest.Player) { takeForm(signIn(p, clerk)) }},
	{name: "second", desk: bySecondPerson, play: func(p *uitest.Player) { toApproval(p) }},
	{name: "second-long", desk: bySecondPerson, card: func(p *uitest.Player, d *fake.Desk, _ *fake.Cards) {
		longApproval(p, d).Press("J").Type("no signature")
	}},
	{name: "second-refuse", desk: bySecondPerson, play: func(p *uitest.Player) { toApproval(p).Press("J").Type("no signature") }},
	{name: "today-second", desk: bySecondPerson, play: func(p *uitest.Player) { toApproval(p).Press("esc") }},
	{name: "consent-review", play: func(p *uitest.Player) { toKey(p).Type(fake.Key).Press("enter") }},
	{name: "consent-receipt", play: func(p *uitest.Player) { toKey(p).Type(fake.Key).Press("enter", "y") }},
	{name: "card-find", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		signIn(p, clerk)
		putIn(p, k, d.Card(fake.NoConsent))
	}},
	{name: "card-find-forged", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		signIn(p, clerk)
		p.Send(screen.CardMsg{Event: k.Insert(ehrdesk.CardReading{}, ehrdesk.E("card.read", ehrdesk.CodeCard, ehrdesk.FaultUntrusted))})
	}},
	{name: "card-reading", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		toCardStep(p)
		p.Hold = true
		putIn(p, k, d.Card(fake.NoConsent))
	}},
	{name: "card-asked", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) { toCardStep(p) }},
	{name: "card-agrees", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		toCardStep(p)
		putIn(p, k, d.Card(fake.NoConsent))
	}},
	{name: "card-other-person", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		toCardStep(p)
		putIn(p, k, d.Card(fake.Active))
	}},
	{name: "card-differs", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		toCardStep(p)
		r := d.Card(fake.NoConsent)
		r.Face.Name, r.Face.Sex = "CHAN, Tai Wo", ""
		putIn(p, k, r)
	}},
	{name: "card-seen-only", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		toCardStep(p)
		r := d.Card(fake.NoConsent)
		r.Proof = ehrdesk.CardUnverified
		putIn(p, k, r)
	}},
	{name: "card-removed", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		toCardStep(p)
		e := putIn(p, k, d.Card(fake.NoConsent))
		p.Press("enter")
		p.Send(screen.CardMsg{Event: k.Remove(e)})
	}},
	{name: "card-review", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		toCardStep(p)
		putIn(p, k, d.Card(fake.NoConsent))
		p.Press("enter")
	}},
	{name: "card-receipt", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		toCardStep(p)
		putIn(p, k, d.Card(fake.NoConsent))
		p.Press("enter", "y")
	}},
	{name: "card-tray", card: func(p *uitest.Player, d *fake.Desk, k *fake.Cards) {
		toCardStep(p)
		p.Press("f6", "down", "right")
	}},
	{name: "withdraw", play: func(p *uitest.Player) { toWithdraw(p).Press("e", "space", "enter").Type("陳小明") }},
	{name: "find-waiting", play: func(p *uitest.Player) { find(signIn(p, clerk), fake.NoConsent).Press("4") }},
	{name: "find-offline-blind-form", desk: offline, play: func(p *uitest.Player) { find(signIn(p, clerk), fake.NoConsent).Press("f3", "y", "space") }},
	{name: "find-turned-16", desk: turned16, play: func(p *uitest.Player) { find(signIn(p, clerk), fake.Child) }},
	{name: "today-empty", play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t") }},
	{name: "today", desk: busyDay, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t", "down", "down", "down") }},
	{name: "today-line-back", desk: lineBack, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t") }},
	{name: "today-marked", desk: comers, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t", "end") }},
	{name: "today-changed", desk: colleaguesHaveChanged, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t", "u") }},
	{name: "today-only", desk: comers, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t", "f", "f") }},
	{name: "today-doctor", desk: awaited, play: func(p *uitest.Player) { signIn(p, 0).Press("ctrl+t") }},
	{name: "today-ahead", desk: func(d *fake.Desk) { awaited(d); d.Fresh, d.Ahead = nil, true }, play: func(p *uitest.Player) { signIn(p, 0).Press("ctrl+t").Send(ui.Tick()) }},
	{name: "today-unshared", desk: unshares, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t") }},
	{name: "today-import", desk: busyDay, play: func(p *uitest.Player) { lookAt(signIn(p, clerk), "testdata/lists/day.csv") }},
	{name: "today-import-asks", play: func(p *uitest.Player) { lookAt(signIn(p, clerk), "testdata/lists/open.csv") }},
	{name: "today-imported", desk: busyDay, play: func(p *uitest.Player) { lookAt(signIn(p, clerk), "testdata/lists/day.csv").Press("enter") }},
	{name: "today-calls", desk: func(d *fake.Desk) { busyDay(d); toCall(d) }, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t", "down", "down", "down", "down") }},
	{name: "today-call", desk: toCall, play: callPage},
	{name: "today-followups", desk: leftOpen(true), play: func(p *uitest.Player) { signIn(p, doctor).Press("ctrl+t", "end") }},
	{name: "today-followups-clerk", desk: leftOpen(false), play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t") }},
	{name: "today-review", desk: leftOpen(true), play: reviewPage},
	{name: "today-close", desk: func(d *fake.Desk) { busyDay(d); comers(d) }, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t", "Z") }},
	{name: "today-add", desk: busyDay, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t", "+").Type("10:30 A123456(3)") }},
	{name: "verify-contact", play: func(p *uitest.Player) { find(signIn(p, clerk), fake.Unverified).Press("enter", "y") }},
	{name: "verify-missing", play: func(p *uitest.Player) {
		find(signIn(p, clerk), fake.Unverified).Press("enter", "y").Press(downs(6)...).Press("y")
	}},
	{name: "verify-receipt", play: func(p *uitest.Player) { verify(find(signIn(p, clerk), fake.Unverified)) }},
	{name: "renew", desk: endingSoon, play: func(p *uitest.Player) { find(signIn(p, clerk), fake.OneYear).Press("R") }},
	{name: "renew-receipt", desk: endingSoon, play: func(p *uitest.Player) {
		find(signIn(p, clerk), fake.OneYear).Press("R").Type("456" + fake.Key).Press("y")
	}},
	{name: "today-news", desk: atTheDoor, play: newsPage},
	{name: "today-reports", desk: reportsCame, play: reportsPage},
	{name: "today-results", desk: theirResults, play: newsPage},
	{name: "page-changed-news", desk: atTheDoor, play: newsChart},
	{name: "page-summary", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active) }},
	{name: "page-summary-nurse", play: func(p *uitest.Player) { open(signIn(p, nurse), fake.Active) }},
	{name: "page-checks", desk: together, play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("esc", "!") }},
	{name: "alert-card", desk: together, play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active) }},
	{name: "alert-reason", desk: together, play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("y").Type("statin paused") }},
	{name: "page-drafts", desk: drafted, play: func(p *uitest.Player) { toDrafts(p) }},
	{name: "page-drafts-ask", desk: scribes, play: func(p *uitest.Player) { toDrafts(p).Press("enter") }},
	{name: "page-drafts-ask-away", desk: scribes, play: func(p *uitest.Player) { toDrafts(p).Press("down", "enter") }},
	{name: "page-drafts-read", desk: drafted, play: func(p *uitest.Player) { toDrafts(p).Press("end", "enter") }},
	{name: "page-drafts-discard", desk: drafted, play: func(p *uitest.Player) { toDrafts(p).Press("end", "delete") }},
	{name: "page-writing", play: func(p *uitest.Player) { written(p) }},
	{name: "page-writing-form", play: func(p *uitest.Player) { readings(p) }},
	{name: "page-writing-faults", play: func(p *uitest.Player) { begin(p, 5).Press("f9") }},
	{name: "page-writing-preview", play: func(p *uitest.Player) { readings(p).Press("f9", "down") }},
	{name: "page-writing-record", play: func(p *uitest.Player) { readings(p).Press("f9", "down", "enter") }},
	{name: "page-writing-bytes", play: func(p *uitest.Player) { readings(p).Press("f9", "down", "r") }},
	{name: "page-writing-card", play: func(p *uitest.Player) { readings(p).Press("f9", "S") }},
	{name: "page-writing-sent", play: func(p *uitest.Player) { readings(p).Press("f9", "S", "y") }},
	{name: "page-writing-refused", desk: func(d *fake.Desk) { d.RefusesDeposits = ehrdesk.CodeDenied }, play: func(p *uitest.Player) { readings(p).Press("f9", "S", "y") }},
	{name: "page-writing-not-kept", desk: func(d *fake.Desk) { d.Fail["keep-writing"] = ehrdesk.E("disk", ehrdesk.CodeOther, nil) }, play: func(p *uitest.Player) { begin(p, 1).Press("tab", "tab").Type("1") }},
	{name: "page-writing-approve", play: func(p *uitest.Player) { second(p) }},
	{name: "page-writing-refuse", play: func(p *uitest.Player) { second(p).Press("J").Type("which dose?") }},
	{name: "page-writing-withdraw", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "3", "V", "down") }},
	{name: "requests-empty", play: func(p *uitest.Player) { signIn(p, doctor).Press("ctrl+o") }},
	{name: "requests", desk: asked, play: func(p *uitest.Player) { signIn(p, doctor).Press("ctrl+o", "down") }},
	{name: "requests-clerk", desk: asked, play: func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+o") }},
	{name: "requests-offline", desk: askedBefore, play: func(p *uitest.Player) { signIn(p, doctor).Press("ctrl+o") }},
	{name: "requests-one", desk: asked, play: func(p *uitest.Player) { oneAsked(signIn(p, doctor), "in-sent") }},
	{name: "requests-one-clerk", desk: asked, play: func(p *uitest.Player) { deskAsked(signIn(p, clerk), "in-sent") }},
	{name: "requests-answered", desk: asked, play: func(p *uitest.Player) { oneAsked(signIn(p, doctor), "out-answered") }},
	{name: "requests-decline", desk: asked, play: func(p *uitest.Player) {
		oneAsked(signIn(p, doctor), "in-sent").Press("3").Type("No clinic for this here")
	}},
	{name: "requests-book", desk: asked, play: func(p *uitest.Player) { deskAsked(signIn(p, clerk), "in-accepted").Press("4").Type("24-Dec-2026") }},
	{name: "requests-answer", desk: asked, play: func(p *uitest.Player) {
		oneAsked(signIn(p, doctor), "in-seen").Press("6").Type("Angina, stable.").Press("enter").Type("Aspirin 80 mg daily.")
	}},
	{name: "requests-answer-ask", desk: asked, play: func(p *uitest.Player) {
		oneAsked(signIn(p, doctor), "in-seen").Press("6").Type("Angina, stable.").Press("enter").Type("Aspirin 80 mg daily.").Press("f9")
	}},
	{name: "requests-refused", desk: func(d *fake.Desk) { asked(d); d.Asked.Refuse = ehrdesk.Refusal(ehrdesk.CodeDenied) }, play: func(p *uitest.Player) {
		oneAsked(signIn(p, doctor), "in-sent").Press("1", "y")
	}},
	{name: "requests-on-today", desk: asked, play: func(p *uitest.Player) { signIn(p, doctor).Press("ctrl+t") }},
	{name: "cases", desk: sealedCases, play: func(p *uitest.Player) { signIn(p, doctor).Press("ctrl+o") }},
	{name: "case", desk: sealedCases, play: func(p *uitest.Player) { toCase(signIn(p, doctor), "alert") }},
	{name: "case-opened", desk: sealedCases, play: func(p *uitest.Player) { toCase(signIn(p, doctor), "alert").Press("enter") }},
	{name: "case-receipts", desk: sealedCases, play: func(p *uitest.Player) { toCase(signIn(p, doctor), "alert").Press("up", "up", "z") }},
	{name: "case-acknowledge", desk: sealedCases, play: func(p *uitest.Player) { toCase(signIn(p, doctor), "alert").Press("enter", "y") }},
	{name: "case-write", desk: sealedCases, play: func(p *uitest.Player) { caseWrite(toCase(signIn(p, doctor), "alert")) }},
	{name: "case-write-ask", desk: sealedCases, play: func(p *uitest.Player) {
		caseWrite(toCase(signIn(p, doctor), "alert")).Press("down", "enter", "tab", "space", "f9")
	}},
	{name: "case-waits", desk: func(d *fake.Desk) { sealedCases(d); d.Link = ehrdesk.Offline }, play: func(p *uitest.Player) {
		caseWrite(toCase(signIn(p, doctor), "alert")).Press("ctrl+u", "f9", "y")
	}},
	{name: "case-refused", desk: func(d *fake.Desk) { sealedCases(d); d.Sealed.Refuse = ehrdesk.Refusal(ehrdesk.CodeConsentNeeded) }, play: func(p *uitest.Player) {
		caseWrite(toCase(signIn(p, doctor), "alert")).Press("ctrl+u", "f9", "y")
	}},
	{name: "case-history", desk: sealedCases, play: func(p *uitest.Player) { toCase(signIn(p, doctor), "closing").Press("v") }},
	{name: "case-closing", desk: sealedCases, play: func(p *uitest.Player) { toCase(signIn(p, doctor), "closing") }},
	{name: "case-close", desk: sealedCases, play: func(p *uitest.Player) { mine(signIn(p, doctor)).Press("6") }},
	{name: "case-over", desk: sealedCases, play: func(p *uitest.Player) { toCase(signIn(p, doctor), "over") }},
	{name: "case-broken", desk: sealedCases, play: func(p *uitest.Player) { toCase(signIn(p, doctor), "broken") }},
	{name: "case-no-consent", desk: func(d *fake.Desk) { sealedCases(d); d.Sealed.All[0].Closed = "consent-needed" }, play: func(p *uitest.Player) {
		signIn(p, doctor).Press("ctrl+o", "end", "up", "enter")
	}},
	{name: "case-about", desk: sealedCases, play: func(p *uitest.Player) { aboutCases(signIn(p, doctor)) }},
	{name: "case-begin", desk: sealedCases, play: func(p *uitest.Player) { aboutCases(signIn(p, doctor)).Press("end", "enter").Type("@ho") }},
	{name: "case-group", desk: groupCases, play: func(p *uitest.Player) { toGroup(p) }},
	{name: "case-group-receipts", desk: groupCases, play: func(p *uitest.Player) { toGroup(p).Press("z") }},
	{name: "case-group-begin", desk: groupCases, play: func(p *uitest.Player) {
		aboutCases(signIn(p, doctor)).Press("end", "enter").Type("@tumour").Press("down", "enter").Type("@board")
	}},
	{name: "case-group-ask", desk: groupCases, play: func(p *uitest.Player) {
		toGroup(p).Press("2").Type("Teicoplanin is an option.").Press("f9")
	}},
	{name: "case-alert", desk: sealedCases, play: func(p *uitest.Player) { alerting(p).Type("Cefazolin 頭孢唑啉") }},
	{name: "case-alert-ask", desk: sealedCases, play: func(p *uitest.Player) {
		alerting(p).Type("Cefazolin 頭孢唑啉").Press("tab").Type("anaphylaxis 過敏性休克").Press("f9")
	}},
	{name: "case-begin-ask", desk: sealedCases, play: func(p *uitest.Player) {
		withTwo(aboutCases(signIn(p, doctor)).Press("end", "enter")).Press("f9")
	}},
	{name: "page-medication", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("m") }},
	{name: "page-checks", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("!") }},
	{name: "page-laboratory", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3") }},
	{name: "page-trend", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "g") }},
	{name: "page-trend-years", desk: followed, play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "g", "[") }},
	{name: "page-timeline", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("t", "]") }},
	{name: "page-changed", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("u") }},
	{name: "page-new", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("u", "u") }},
	{name: "chart-list", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "3", "down") }},
	{name: "own-summary", desk: twoSides, play: ownScreen()},
	{name: "own-list", desk: twoSides, play: ownScreen("9", "9")},
	{name: "own-detail", desk: twoSides, play: ownScreen("9", "9", "enter")},
	{name: "own-allergies", desk: twoSides, play: ownScreen("5", "enter")},
	{name: "own-medication", desk: twoSides, play: ownScreen("m")},
	{name: "own-filter", desk: twoSides, play: ownScreen("9", "9", "f")},
	{name: "chart-medication", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("9") }},
	{name: "chart-detail", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "3", "enter") }},
	{name: "chart-raw", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "3", "r") }},
	{name: "chart-nothing", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("7") }},
	{name: "chart-long-name", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.OneYear).Press("3", "3") }},
	{name: "chart-died", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Deemed).Press("3", "3") }},
	{name: "chart-nurse", play: func(p *uitest.Player) { open(signIn(p, nurse), fake.Active).Press("3", "3") }},
	{name: "chart-restricted", desk: labelled, play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "3") }},
	{name: "release", desk: labelled, play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "3", "enter") }},
	{name: "release-code-wrong", desk: labelled, play: func(p *uitest.Player) { released(open(signIn(p, doctor), fake.Active), "000000") }},
	{name: "release-shown", desk: labelled, play: func(p *uitest.Player) { released(open(signIn(p, doctor), fake.Active), fake.Code) }},
	{name: "chart-search-unread", desk: func(d *fake.Desk) { d.Unread = ehrdesk.Unread{Restricted: 3, Textless: 2, Pending: 1204} }, play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("/").Type("heparin") }},
	{name: "chart-search-note", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("/").Type("溶血 REPEAT") }},
	{name: "chart-search-title", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("/").Type("钾 6") }},
	{name: "chart-search", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("/").Type("queen") }},
	{name: "chart-big", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Big).Press("3", "3", "pgdown", "down") }},
	{name: "chart-offline", desk: offline, play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "3") }},
	{name: "access-log", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("f4", "down", "down", "down") }},
	{name: "access-log-filter", desk: inOffice, play: func(p *uitest.Player) { signIn(p, officer).Press("f4", "f", "down", "enter", "down") }},
	{name: "access-log-unusual", desk: inOffice, play: func(p *uitest.Player) { signIn(p, officer).Press("f4", "v", "down", "down") }},
	{name: "access-log-beside", desk: inOffice, play: func(p *uitest.Player) { signIn(p, officer).Press("f4", "v", "v", "down", "down", "down") }},
	{name: "accounts", desk: administered, play: func(p *uitest.Player) { toAccounts(signIn(p, doctor)).Press("enter", "down") }},
	{name: "accounts-expire", desk: administered, play: func(p *uitest.Player) { toAccounts(signIn(p, doctor)).Press("down", "down", "x").Type("31-Dec-2026") }},
	{name: "accounts-close", desk: administered, play: func(p *uitest.Player) { toAccounts(signIn(p, doctor)).Press("down", "c") }},
	{name: "accounts-documents", desk: administered, play: func(p *uitest.Player) { toAccounts(signIn(p, doctor)).Press("v") }},
	{name: "locked", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("ctrl+l") }},
	{name: "help", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("f1") }},
	{name: "help-office", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("f1", "tab") }},
	{name: "tour", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("f1", "enter", "enter", "enter") }},
	{name: "palette", play: func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("ctrl+p") }},
	{name: "quit-unsaved", play: func(p *uitest.Player) { toKey(p).Press("esc", "ctrl+q") }},
	{name: "not-available", play: func(p *uitest.Player) { signIn(p, doctor).Press("f5") }},
}

// byPage is a desk at a server whose own page asks who signs in.
func byPage(d *fake.Desk) {
	for i := range d.People {
		d.People[i].Elsewhere = true
	}
	d.Page = &ehrdesk.SignInPage{Address: "http://127.0.0.1:49152/X7KF2QP9AB", Host: "login.hospital.example"}
}

// toPage types the passphrase, and waits for the browser.
func toPage(p *uitest.Player) *uitest.Player {
	p.Type(fake.Passphrase)
	p.Hold = true
	p.Press("enter")
	p.Send(screen.PageMsg{Run: 1, Page: ehrdesk.SignInPage{Address: "http://127.0.0.1:49152/X7KF2QP9AB", Host: "login.hospital.example"}})
	return p
}

// inOffice is a desk at which a security officer works.
func inOffice(d *fake.Desk) { d.Office() }

// endingSoon is a one-year consent that runs out in three weeks.
func endingSoon(d *fake.Desk) {
	d.Change("p3", func(f fake.Facts) { f.Consent.Until = fake.Clock().AddDate(0, 0, 21) })
}

// followed is somebody whose HbA1c fell with treatment and rises again.
func followed(d *fake.Desk) {
	d.Change("p2", func(f fake.Facts) {
		*f.Records = nil
		for i, v := range []string{"9.6", "8.8", "7.9", "7.2", "6.9", "6.7", "6.8", "7.1", "7.5", "8.1"} {
			r := ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: fmt.Sprintf("hba1c-%d", i), Title: "HbA1c 糖化血紅蛋白", Source: "Queen Mary Hospital 瑪麗醫院", Status: "final"}
			day := time.Date(2023, time.Month(11+4*i), 11+i, 0, 0, 0, 0, time.UTC)
			r.Date = ehrdesk.Day(day.Year(), day.Month(), day.Day())
			fake.Result(&r, v+" %", "4.0–6.4 %", ehrdesk.FlagHigh)
			*f.Records = append(*f.Records, r)
		}
	})
}

func turned16(d *fake.Desk) {
	d.Change("p8", func(f fake.Facts) {
		f.Patient.Born = ehrdesk.Day(2010, 6, 1)
		*f.Consent = ehrdesk.SharingConsent{ID: "SC-2025-000007", State: ehrdesk.ConsentActive, Term: ehrdesk.Indefinite, Channel: ehrdesk.ByForm,
			Giver: ehrdesk.Giver{Kind: "parent"}, Since: fake.Clock().AddDate(-1, 0, 0)}
	})
}

// busyDay is a morning at the front desk, with two people who can be taken for
// one another.
func busyDay(d *fake.Desk) {
	endingSoon(d)
	at := func(h, m int) time.Time { return time.Date(2026, 11, 21, h, m, 0, 0, fake.Zone) }
	who := func(number string) (ehrdesk.Number, ehrdesk.Patient) {
		n, err := ehrdesk.ParseNumber(number)
		if err != nil {
			panic(err)
		}
		return n, d.Patient(number)
	}
	add := func(number string, t ehrdesk.Task) {
		t.ID = fmt.Sprintf("task-%d", len(d.Day)+1)
		t.Number, t.Patient = who(number)
		if t.State == "" {
			t.State = ehrdesk.TaskOpen
		}
		if t.Added.IsZero() {
			t.Added = at(8, 55)
		}
		d.Day = append(d.Day, t)
	}
	add(fake.NoConsent, ehrdesk.Task{Kind: ehrdesk.TaskArrival, At: at(9, 0), Participation: ehrdesk.Registered, Consent: ehrdesk.SharingConsent{State: ehrdesk.ConsentNone}, Checked: at(8, 58)})
	add(fake.Unverified, ehrdesk.Task{Kind: ehrdesk.TaskArrival, At: at(9, 15), Participation: ehrdesk.Unverified, Checked: at(9, 1)})
	add(fake.Big, ehrdesk.Task{Kind: ehrdesk.TaskArrival, At: at(9, 30)})
	d.Day[2].Patient = ehrdesk.Patient{}
	add(fake.Withdrawn, ehrdesk.Task{Kind: ehrdesk.TaskWait, Channel: ehrdesk.ByApp, At: at(9, 29), Added: at(9, 29)})
	add(fake.Expired, ehrdesk.Task{Kind: ehrdesk.TaskAct, State: ehrdesk.TaskQueued, Act: ehrdesk.AuditGrant, Channel: ehrdesk.ByForm, Form: "SCF-00012", At: at(9, 12)})
	add(fake.Active, ehrdesk.Task{Kind: ehrdesk.TaskDone, State: ehrdesk.TaskEnded, Act: ehrdesk.AuditGrant, Channel: ehrdesk.ByCard, At: at(9, 3), Reference: "SC-2026-000481"})
	add(fake.Child, ehrdesk.Task{Kind: ehrdesk.TaskExpected, At: at(10, 2)})
	twin := d.Day[0]
	twin.ID, twin.At, twin.Number, twin.Patient.ID = "task-9", at(9, 40), ehrdesk.Number{EHR: d.Patient(fake.OneYear).EHR}, "p99"
	twin.Patient.Name.Chinese, twin.Patient.Born = "陳泰文", ehrdesk.Day(1985, 2, 3)
	d.Day = append(d.Day, twin)
}

// lineBack is a desk to which the line is back: what waited has gone, but what was overtaken
// meanwhile and what a colleague took; of what was opened the reports go now.
func lineBack(d *fake.Desk) {
	act := func(number string, t ehrdesk.Task) {
		t.ID, t.Channel, t.Act = fmt.Sprintf("task-%d", len(d.Day)+1), ehrdesk.ByForm, ehrdesk.AuditGrant
		t.Number, t.Patient = d.Patient(number).Number(), d.Patient(number)
		t.At = fake.Clock().Add(-3 * time.Hour)
		if t.Kind == "" {
			t.Kind, t.Added = ehrdesk.TaskAct, t.At
		}
		d.Day = append(d.Day, t)
	}
	act(fake.Withdrawn, ehrdesk.Task{State: ehrdesk.TaskRefused, Why: ehrdesk.Refusal(ehrdesk.CodeConsentNeeded)})
	act(fake.Expired, ehrdesk.Task{State: ehrdesk.TaskQueued, Staff: "wong.kf"})
	act(fake.Active, ehrdesk.Task{Kind: ehrdesk.TaskDone, State: ehrdesk.TaskEnded, Added: fake.Clock(), Reference: "SC-2026-000482"})
	act(fake.NoConsent, ehrdesk.Task{Kind: ehrdesk.TaskDone, State: ehrdesk.TaskEnded, Added: fake.Clock(), Reference: "SC-2026-000483"})
	d.Day = append(d.Day, ehrdesk.Task{ID: "reports-queued", Kind: ehrdesk.TaskReport, State: ehrdesk.TaskQueued, At: fake.Clock().Add(-time.Hour), Added: fake.Clock().Add(-time.Hour), Count: 4})
}

// labelled is a patient one of whose laboratory reports is restricted by label.
func labelled(d *fake.Desk) {
	d.Change("p2", func(f fake.Facts) {
		for i := range *f.Records {
			if r := &(*f.Records)[i]; r.Title == "Sodium 鈉" {
				r.Title, r.Restricted = "HIV antibody 愛滋病毒抗體", true
				fake.Result(r, "negative", "", ehrdesk.FlagNone)
			}
		}
	})
}

// released asks for the restricted laboratory report with a code.
func released(p *uitest.Player, code string) *uitest.Player {
	p.Press("3", "3", "home", "enter", "right", "down").Type("dose of a new drug").Press("down", "o")
	return p.Type(code).Press("down", "y")
}

func downs(n int) (out []string) {
	for range n {
		out = append(out, "down")
	}
	return out
}

// verify goes through a verification by passport, the contact data as they were.
func verify(p *uitest.Player) *uitest.Player {
	p.Press("enter", "y").Press(downs(6)...)
	p.Press("space", "down")                                              // confirmed
	p.Press(times("right", 1)...)                                         // a document
	p.Press("down", "down", "space", "down").Type("1980")                 // the patient, seen, born
	p.Press("down", "right", "down", "down").Type(fake.Key).Press("down") // term, key
	return p.Press("y")
}

func times(k string, n int) (out []string) {
	for range n {
		out = append(out, k)
	}
	return out
}

func offline(d *fake.Desk) { d.Link = ehrdesk.Offline }

func toKey(p *uitest.Player) *uitest.Player {
	return find(signIn(p, clerk), fake.NoConsent).Press("enter", "y", "space").Type(fake.Tail).Press("enter", "a", "enter")
}

func toWithdraw(p *uitest.Player) *uitest.Player {
	return find(signIn(p, clerk), fake.Active).Press("ctrl+p").Type("withdraw").Press("enter")
}

func putIn(p *uitest.Player, k *fake.Cards, r ehrdesk.CardReading) ehrdesk.CardEvent {
	e := k.Insert(r, nil)
	p.Send(screen.CardMsg{Event: e})
	return e
}

func toCardStep(p *uitest.Player) {
	find(signIn(p, clerk), fake.NoConsent).Press("1", "y", "space", "enter", "a", "enter")
}

func TestScreens(t *testing.T) {
	sizes := [][2]int{{80, 24}, {120, 40}, {200, 60}}
	for _, s := range screens {
		for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
			for i, size := range sizes {
				if lang == "zh-Hans" && i > 0 {
					continue // the same text widths as 繁體中文: one size is enough to read
				}
				t.Run(fmt.Sprintf("%s_%s_%dx%d", s.name, lang, size[0], size[1]), func(t *testing.T) {
					d := fake.New()
					if s.desk != nil {
						s.desk(d)
					}
					p := play(t, d, lang, size[0], size[1])
					if s.card != nil {
						d, k := fake.New(), &fake.Cards{}
						p = playCards(t, d, k, lang, size[0], size[1])
						s.card(p, d, k)
					} else {
						s.play(p)
					}
					golden.RequireEqual(t, p.Screen()+"\n")
				})
			}
		}
	}
}
