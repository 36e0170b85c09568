package laboratory_test

import (
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
