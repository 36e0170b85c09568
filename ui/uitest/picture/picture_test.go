package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func draw(content string, w, h int) string {
	var b bytes.Buffer
	SVG(&b, content, "a & b", w, h)
	return b.String()
}

func TestACharacterStandsInItsOwnCells(t *testing.T) {
	got := draw("ab\x1b[1;31m<醫生>\x1b[m  c", 12, 1)
	for _, want := range []string{
		`<text x="8" y="23" style="fill:#d0d0d0" textLength="20" lengthAdjust="spacingAndGlyphs" >ab</text>`,
		`<text x="48" y="23" style="fill:#800000;font-weight:bold;text-anchor:middle" >醫</text>`, `<text x="68" y="23"`, `<text x="108" y="23"`, "font-weight:bold", "&lt;", "<title>a &amp; b</title>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	d := xml.NewDecoder(strings.NewReader(got))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, got)
		}
	}
	if again := draw("ab\x1b[1;31m<醫生>\x1b[m  c", 12, 1); again != got {
		t.Error("the same frame gave other bytes")
	}
}

func TestReversedCellsChangeTheirColours(t *testing.T) {
	got := draw("\x1b[7;32mx\x1b[m y\n", 4, 2)
	if !strings.Contains(got, "fill:#121212") || !strings.Contains(got, `<rect x="8" y="8" width="10" height="20"`) {
		t.Error(got)
	}
}
