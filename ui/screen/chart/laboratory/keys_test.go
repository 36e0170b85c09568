package laboratory_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/laboratory"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

func TestAnyKeysAtAnySizeLeaveARecordSelected(t *testing.T) {
	keys := []intent.ID{intent.Up, intent.Down, intent.PageUp, intent.PageDown, intent.Top, intent.Bottom, intent.Older, intent.Newer, intent.OtherView}
	rapid.Check(t, func(rt *rapid.T) {
		all := chart()
		from := rapid.IntRange(0, len(all)).Draw(rt, "from")
		p := laboratory.New(book.Of(rapid.SampledFrom(text.Langs()).Draw(rt, "language"), all[from:]...))
		book.Fill(t, p)
		_, any := p.Selected()
		for range rapid.IntRange(0, 30).Draw(rt, "keys") {
			p.Handle(intent.Intent{ID: rapid.SampledFrom(keys).Draw(rt, "key")})
			book.Draw(p, rapid.IntRange(1, 200).Draw(rt, "width"), rapid.IntRange(1, 60).Draw(rt, "height"), false)
			if _, ok := p.Selected(); any && !ok && len(all[from:]) > 2 {
				rt.Fatal("nothing is selected")
			}
		}
	})
}

// However somebody scrolls, the reports begin with a report's title: values without their
// name and their day say nothing.
func TestTheReportsBeginWithATitle(t *testing.T) {
	p := laboratory.New(book.Of(text.English, chart()...))
	book.Fill(t, p)
	p.Handle(intent.Intent{ID: intent.OtherView})
	for _, h := range []int{8, 10, 13, 17} {
		for i := range 30 {
			frame := strings.Split(book.Draw(p, 78, h, false), "\n")
			if len(frame) < 2 || !regexp.MustCompile(`\d\d-[A-Z][a-z][a-z]-\d{4}`).MatchString(frame[1]) {
				t.Fatalf("height %d, step %d: no title at the top of\n%s", h, i, strings.Join(frame, "\n"))
			}
			p.Handle(intent.Intent{ID: []intent.ID{intent.Down, intent.Down, intent.Down, intent.Up, intent.PageDown}[i%5]})
		}
		p.Handle(intent.Intent{ID: intent.Top})
	}
}
