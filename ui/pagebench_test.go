package ui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// pageKeys open the pages of a chart.
var pageKeys = map[string][]string{
	"summary": {"s"}, "medication": {"m"}, "timeline": {"t"}, "timeline as a list": {"t", "t"}, "what changed": {"u"}, "laboratory": {"3"}, "reports": {"3", "v"},
	"trend": {"3", "g"},
}

// onPage is the chart of ten thousand records at 200x60 in Chinese, on a page.
func onPage(t testing.TB, keys []string) tea.Model {
	return open(signIn(play(t, fake.New(), "zh-Hant", 200, 60), doctor), fake.Big).Press(keys...).M
}

// BenchmarkKeyOnAPage is one key on each page: Update and View.
func BenchmarkKeyOnAPage(b *testing.B) {
	for name, keys := range pageKeys {
		b.Run(name, func(b *testing.B) {
			m := onPage(b, keys)
			moves := [2]tea.KeyPressMsg{uitest.Key("down"), uitest.Key("up")}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				m, _ = m.Update(moves[i/5%2])
				_ = m.View().Content
				i++
			}
		})
	}
}

// BenchmarkFilterOpens is f over the list of all ten thousand records, and f again.
func BenchmarkFilterOpens(b *testing.B) {
	m := onPage(b, []string{"t", "t"})
	b.ReportAllocs()
	for b.Loop() {
		for range 2 {
			m, _ = m.Update(uitest.Key("f"))
			_ = m.View().Content
		}
	}
}

func TestAKeyOnAnyPageAllocatesLittle(t *testing.T) {
	for name, keys := range pageKeys {
		m := onPage(t, keys)
		moves := [2]tea.KeyPressMsg{uitest.Key("down"), uitest.Key("up")}
		i := 0
		n := testing.AllocsPerRun(100, func() {
			m, _ = m.Update(moves[i/5%2])
			_ = m.View().Content
			i++
		})
		if n > 500 {
			t.Errorf("%s: %.0f allocations a key, at most 500", name, n)
		}
		t.Logf("%s: %.0f allocations a key", name, n)
	}
}

// BenchmarkFirstScreen is a chart of ten thousand records, open at the desk, until its
// first frame at 200x60 in Chinese; and BenchmarkSummaryScreen until the summary stands
// in it.
func BenchmarkFirstScreen(b *testing.B) {
	env, c := bigChart(b)
	canvas := paint.New(false)
	b.ReportAllocs()
	for b.Loop() {
		s, _ := chart.New(env, screen.ToChart{Chart: c, Purpose: ehrdesk.Consultation})
		canvas.Reset(200, 60, theme.Text)
		s.Draw(canvas, canvas.Bounds())
	}
}

func BenchmarkSummaryScreen(b *testing.B) {
	env, c := bigChart(b)
	canvas := paint.New(false)
	b.ReportAllocs()
	for b.Loop() {
		s, _ := chart.New(env, screen.ToChart{Chart: c, Purpose: ehrdesk.Consultation})
		canvas.Reset(200, 60, theme.Text)
		s.Draw(canvas, canvas.Bounds())
		for _, cmd := range []tea.Cmd{s.Handle(intent.Intent{ID: intent.Summary}), s.Resume()} {
			made(s, cmd)
		}
		canvas.Reset(200, 60, theme.Text)
		s.Draw(canvas, canvas.Bounds())
	}
}

// made runs what a page is made by, and nothing else.
func made(s *chart.Screen, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			made(s, c)
		}
	default:
		s.Update(msg)
	}
}

// bigChart is the chart of ten thousand records, open.
func bigChart(b *testing.B) (*screen.Env, ehrdesk.Chart) {
	b.Helper()
	d := fake.New()
	session, err := d.SignIn(b.Context(), "drlee", ehrdesk.SecretOf([]rune(fake.Passphrase)))
	if err != nil {
		b.Fatal(err)
	}
	n, err := ehrdesk.ParseNumber(fake.Big)
	if err != nil {
		b.Fatal(err)
	}
	c, err := session.Open(b.Context(), n, ehrdesk.Consultation, "")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := c.Sync(b.Context(), func(ehrdesk.Progress) {}); err != nil {
		b.Fatal(err)
	}
	return &screen.Env{Desk: d, Session: session, Lang: text.Hant, T: text.New(), Now: fake.Clock, W: 200, H: 60, Working: screen.NewWorking()}, c
}
