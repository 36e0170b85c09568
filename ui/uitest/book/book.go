// Package book opens a page of a chart by itself, over records that a test makes: for
// goldens of one page. It promises a fixed clock and zone, and a doctor who may see all.
package book

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Now is the time on the clock: 21-Nov-2026 09:41 in Hong Kong.
func Now() time.Time {
	return time.Date(2026, 11, 21, 9, 41, 0, 0, time.FixedZone("HKT", 8*3600))
}

type session struct {
	ehrdesk.Session
	role ehrdesk.Profession
}

func (s session) Account() ehrdesk.Account { return ehrdesk.Account{Role: s.role} }

type chart struct {
	ehrdesk.Chart
	lists map[ehrdesk.RecordType][]ehrdesk.Record // newest first
	never bool
}

func (c *chart) Patient() ehrdesk.Patient {
	return ehrdesk.Patient{ID: "p1", Born: ehrdesk.Day(1950, 3, 2)}
}

func (c *chart) Consent() ehrdesk.SharingConsent {
	return ehrdesk.SharingConsent{State: ehrdesk.ConsentActive}
}

// Allergies lists the allergies among the records by their titles.
func (c *chart) Allergies() (out ehrdesk.Allergies) {
	if c.never {
		return out
	}
	out.State = ehrdesk.AllergyNotRecorded
	for _, r := range c.List(ehrdesk.AllergyADR) {
		out.State = ehrdesk.AllergyListed
		out.Entries = append(out.Entries, ehrdesk.AllergyEntry{Substance: r.Title, Ref: r.Ref()})
	}
	return out
}

func (c *chart) Truth() ehrdesk.Truth { return ehrdesk.Truth{} }

func (c *chart) AsOf() (time.Time, bool) {
	if c.never {
		return time.Time{}, false
	}
	return Now(), false
}

func (c *chart) List(t ehrdesk.RecordType) []ehrdesk.Record { return c.lists[t] }

func listed(records []ehrdesk.Record) map[ehrdesk.RecordType][]ehrdesk.Record {
	out := map[ehrdesk.RecordType][]ehrdesk.Record{}
	for i := range records {
		out[records[i].Type()] = append(out[records[i].Type()], records[i])
	}
	for _, l := range out {
		slices.SortStableFunc(l, func(a, b ehrdesk.Record) int { return b.Date.Compare(a.Date) })
	}
	return out
}

// Of is a book of records in a language, of a doctor.
func Of(lang text.Lang, records ...ehrdesk.Record) *page.Book {
	return of(lang, ehrdesk.Doctor, false, records)
}

// Never is a book that nothing has come for yet.
func Never(lang text.Lang) *page.Book { return of(lang, ehrdesk.Doctor, true, nil) }

// Nurse is a book of somebody who may not see laboratory results.
func Nurse(lang text.Lang) *page.Book { return of(lang, ehrdesk.FrontDesk, false, nil) }

func of(lang text.Lang, role ehrdesk.Profession, never bool, records []ehrdesk.Record) *page.Book {
	env := &screen.Env{Lang: lang, T: text.New(), Now: Now, Session: session{role: role}}
	return &page.Book{New: func(*ehrdesk.Record) bool { return false }, Env: env, Chart: &chart{lists: listed(records), never: never},
		Row:   func(r *ehrdesk.Record) *text.Row { row := env.Facts().Row(r); return &row },
		Types: func() []ehrdesk.TypeSummary { return nil }}
}

// Fill has a page take its records.
func Fill(t testing.TB, p page.Page) {
	t.Helper()
	run(p, p.Set())
}

// Press gives a page an intent, and waits for what comes of it.
func Press(t testing.TB, p page.Page, id intent.ID) {
	t.Helper()
	cmd, _ := p.Handle(intent.Intent{ID: id})
	run(p, cmd)
}

func run(p page.Page, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	more, _ := p.Update(cmd())
	run(p, more)
}

// Draw is a page as text, without its styles, w x h cells.
func Draw(p page.Page, w, h int, ascii bool) string {
	c := paint.New(ascii)
	c.Reset(w+1, h, 0)
	p.Draw(c, paint.Rect{W: w, H: h}, true)
	var b strings.Builder
	for _, line := range strings.Split(c.String(nil), "\n") {
		line = strings.NewReplacer("\x1b[0m", "", "\x1b[0;9m", "", "\x1b[m", "").Replace(line)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
