package chart

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/ui/paint"
)

// Under the rail no word is cut, no row is too wide, and every line is there, counted, or its
// section named.
func TestUnderTheRailNothingIsCutAndWhatDoesNotFitIsCounted(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w, h := rapid.IntRange(handWidth, 42).Draw(r, "w"), rapid.IntRange(handHeight, 40).Draw(r, "h")
		var blocks []handBlock
		n := rapid.IntRange(1, 5).Draw(r, "blocks")
		words := rapid.SampledFrom([]string{"warfarin", "糖化血紅素", "DOSE 3 mg —", "once a day at bedtime", "H ↑ high", "06-Nov-2026", "Queen Mary Hospital 瑪麗醫院 of a very long name indeed"})
		for i := range n {
			b := handBlock{name: fmt.Sprintf("section%d", i)}
			for range rapid.IntRange(0, 9).Draw(r, "lines") {
				parts := rapid.SliceOfN(words, 1, 4).Draw(r, "parts")
				rows := inRows(parts, w-1-handInset, 0)
				var got []string
				for _, row := range rows {
					if paint.Width(row.words) > w-1-handInset {
						r.Fatalf("%q is wider than %d", row.words, w)
					}
					got = append(got, row.words)
				}
				if squeeze(strings.Join(got, "")) != squeeze(strings.Join(parts, "")) {
					r.Fatalf("%q of %q", got, parts)
				}
				b.lines = append(b.lines, rows)
			}
			blocks = append(blocks, b)
		}
		out := stacked(slices.Clone(blocks), w, h, "▼ %s more")
		if len(out) > h {
			r.Fatalf("%d rows of %d", len(out), h)
		}
		var all []string
		for _, row := range out {
			all = append(all, row.words)
		}
		for _, b := range blocks {
			if len(b.lines) == 0 {
				continue
			}
			at := slices.Index(all, b.name)
			if at < 0 || all[at-1] != "" { // among the names of what has no room
				if !strings.Contains(strings.Join(all, " "), b.name) {
					r.Fatalf("%s is not named in %q", b.name, all)
				}
				continue
			}
			rest := all[at+1:]
			for i, l := range b.lines {
				if len(rest) > 0 && strings.HasPrefix(rest[0], "  ▼ ") {
					if rest[0] != fmt.Sprintf("  ▼ %d more", len(b.lines)-i) {
						r.Fatalf("%q after %d of %d", rest[0], i, len(b.lines))
					}
					break
				}
				for _, row := range l {
					if len(rest) == 0 || rest[0] != "  "+row.words {
						r.Fatalf("line %d of %s is not whole in %q", i, b.name, all)
					}
					rest = rest[1:]
				}
			}
		}
	})
}

func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }
