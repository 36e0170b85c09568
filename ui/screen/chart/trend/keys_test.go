package trend_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

func TestAnyNumbersAndKeysAtAnySizeAreDrawn(t *testing.T) {
	keys := []intent.ID{intent.Up, intent.Down, intent.PageUp, intent.PageDown, intent.Top, intent.Bottom, intent.Older, intent.Newer, intent.OtherView}
	rapid.Check(t, func(rt *rapid.T) {
		all := append(sugar(), pressures()...)
		for i := range rapid.IntRange(1, 20).Draw(rt, "points") {
			n := rapid.SampledFrom([]string{"0", "-3", "0.0001", "1e9", "7", "7.1", "<5", "1e-300", "1e300", "99999999"}).Draw(rt, "number")
			r := record(fmt.Sprint("x", i), "2951-2", "Sodium", rapid.IntRange(-400, 9000).Draw(rt, "days"), "", ehrdesk.Result{Value: quantity(n, "mmol/L")})
			if rapid.IntRange(0, 9).Draw(rt, "undated") == 0 {
				r.Date = ehrdesk.When{}
			}
			all = append(all, r)
		}
		p := open(t, rapid.SampledFrom(text.Langs()).Draw(rt, "language"), rapid.SampledFrom([]string{"x0", "5", "m", "bp1"}).Draw(rt, "record"), all...)
		for range rapid.IntRange(1, 20).Draw(rt, "keys") {
			p.Handle(intent.Intent{ID: rapid.SampledFrom(keys).Draw(rt, "key")})
			book.Draw(p, rapid.IntRange(1, 200).Draw(rt, "width"), rapid.IntRange(1, 60).Draw(rt, "height"), false)
			if _, ok := p.Selected(); !ok {
				rt.Fatal("nothing is selected")
			}
		}
	})
}
