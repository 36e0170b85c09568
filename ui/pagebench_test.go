package ui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

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
