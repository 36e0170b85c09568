package main

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/ui/paint"
)

func TestEachPageOfWhatAPatientBringsSaysThatNobodyHasVerifiedIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.StringMatching(` {0,6}[a-z]{1,9}( [a-z陳]{1,30}){0,12}`), 0, 120).Draw(t, "lines")
		w, h := rapid.IntRange(1, 200).Draw(t, "width"), rapid.IntRange(1, 60).Draw(t, "height")
		var said []string
		for _, page := range pagesOf(lines, w, h) {
			head := len(paint.Wrap(nil, notVerified, max(20, w)))
			if len(page) > max(h, head+3) || strings.Join(strings.Fields(strings.Join(page[:head], " ")), " ") != notVerified {
				t.Fatalf("%d rows of %d: %q", len(page), h, page)
			}
			for _, row := range page {
				if paint.Width(row) > max(20, w) {
					t.Fatalf("%q is wider than %d", row, w)
				}
			}
			said = append(said, page[head:]...)
		}
		flat := func(s []string) string { return strings.Join(strings.Fields(strings.Join(s, " ")), "") }
		if flat(said) != flat(lines) {
			t.Fatalf("%q\n%q", flat(said), flat(lines))
		}
	})
}
