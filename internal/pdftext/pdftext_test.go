package pdftext

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/confine"
)

func TestMain(m *testing.M) {
	door = confine.Enter(os.Args)
	os.Exit(m.Run())
}

var door confine.Door

// here is a reader of this machine's Poppler, or skips.
func here(t *testing.T) *Reader {
	t.Helper()
	r := New(door)
	switch r.Off(t.Context()) {
	case ehrdesk.RemarkNoPoppler:
		t.Skip("SKIP text of PDFs: no pdftotext (poppler-utils)")
	case ehrdesk.RemarkNoSandbox:
		t.Skip("SKIP text of PDFs: this system cannot confine a program")
	}
	return r
}

// document is a PDF of one page. stream is what draws it, font how its letters are coded;
// padding makes it so much longer.
func document(stream, font string, padding int) []byte {
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream),
		font,
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", padding, noise(padding)),
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	at := make([]int, len(objects))
	for i, s := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, s)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, x := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", x)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}

func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // no secret
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

const (
	latin = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
	// Big5 by a table that Poppler has of its own, without one in the document.
	chinese = "<< /Type /Font /Subtype /Type0 /BaseFont /MSung-Light /Encoding /ETen-B5-H /DescendantFonts [ << /Type /Font /Subtype /CIDFontType0 /BaseFont /MSung-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (CNS1) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /MSung-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 800 /StemV 80 >> >> ] >>"
)

func lines(words ...string) string {
	var b strings.Builder
	b.WriteString("BT /F1 11 Tf 16 TL 56 780 Td\n")
	for _, w := range words {
		fmt.Fprintf(&b, "(%s) Tj T*\n", w)
	}
	return b.String() + "ET"
}

func TestThePDFsWordsAreRead(t *testing.T) {
	r := here(t)
	text, kind := r.Text(t.Context(), bytes.NewReader(document(lines("No pulmonary nodule.", "Mild calcification."), latin, 10)))
	if want := []string{"No pulmonary nodule.", "Mild calcification."}; kind != 0 || strings.Join(strings.Fields(text), " ") != strings.Join(want, " ") {
		t.Errorf("%q, %d", text, kind)
	}
}

func TestChineseInAPDFIsRead(t *testing.T) {
	r := here(t)
	if _, err := os.Stat(tables[0] + "/cMap"); err != nil {
		t.Skip("SKIP Chinese in a PDF without a table of its own: no poppler-data")
	}
	stream := "BT /F1 11 Tf 56 780 Td <AACDB3A1B54CB5B2B860> Tj ET" // 肺部無結節, Big5
	text, kind := r.Text(t.Context(), bytes.NewReader(document(stream, chinese, 10)))
	if kind != 0 || strings.TrimSpace(text) != "肺部無結節" {
		t.Errorf("%q, %d", text, kind)
	}
}

func TestAPDFOfPicturesAloneIsSaidToBeOne(t *testing.T) {
	r := here(t)
	for name, stream := range map[string]string{"a box": "0 0 100 100 re f", "a dot": lines(".")} {
		if text, kind := r.Text(t.Context(), bytes.NewReader(document(stream, latin, 10))); text != "" || kind != ehrdesk.RemarkImage {
			t.Errorf("%s: %q, %d", name, text, kind)
		}
	}
}

func TestAPDFThatIsNoneGivesNothing(t *testing.T) {
	r := here(t)
	for name, b := range map[string][]byte{"": nil, "a beginning": []byte("%PDF-1.4\n"), "noise": []byte("%PDF-1.4\n" + noise(100_000))} {
		if text, kind := r.Text(t.Context(), bytes.NewReader(b)); text != "" || kind != ehrdesk.RemarkUnreadable {
			t.Errorf("%s: %q, %d", name, text, kind)
		}
	}
}

// Letters without a table of what they stand for come as what has no meaning.
func TestLettersThatStandForNothingAreNotGivenAsText(t *testing.T) {
	for text, want := range map[string]bool{"No nodule": false, "\ufffd\ufffd\ufffd nodule": true, "\ue001\ue002 x": true, "肺部無結節": false, "dose \ufffd5 mg, once a day": false} {
		if garbled(text) != want {
			t.Errorf("%q", text)
		}
	}
}

func TestALongTextIsCutAtAWholeLetter(t *testing.T) {
	r := here(t)
	r.program.Output = 1000
	words := make([]string, 40)
	for i := range words {
		words[i] = strings.Repeat("caf\\351 ", 10) // é, two bytes of UTF-8
	}
	text, kind := r.Text(t.Context(), bytes.NewReader(document(lines(words...), latin, 10)))
	if kind != ehrdesk.RemarkCut || len(text) < 900 || len(text) > 1000 || strings.ContainsRune(text, '\ufffd') {
		t.Errorf("%d bytes, %d: %q", len(text), kind, text[max(0, len(text)-20):])
	}
}

// A scan of forty megabytes is read within what a PDF is given.
func TestALongPDFIsRead(t *testing.T) {
	r := here(t)
	began := time.Now()
	text, kind := r.Text(t.Context(), bytes.NewReader(document(lines("The last page."), latin, 40<<20)))
	if kind != 0 || strings.TrimSpace(text) != "The last page." {
		t.Errorf("%q, %d", text, kind)
	}
	t.Logf("MEASURE %s for 40 MiB", time.Since(began).Round(time.Millisecond))
}

// What a terminal would obey is nowhere in the text.
func TestTextOfAPDFIsSafeForATerminal(t *testing.T) {
	r := here(t)
	text, _ := r.Text(t.Context(), bytes.NewReader(document(lines("a\\033[2Jb\\007c", "next"), latin, 10)))
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' }) || !strings.Contains(text, "next") {
		t.Errorf("%q", text)
	}
}

func TestWithoutPopplerOrWallsNothingIsRead(t *testing.T) {
	r := New(door)
	r.program.Path = ""
	if text, kind := r.Text(t.Context(), nil); text != "" || kind != ehrdesk.RemarkNoPoppler {
		t.Errorf("%q, %d", text, kind)
	}
	r = New(confine.Door{})
	r.program.Path = "/usr/bin/true"
	if text, kind := r.Text(t.Context(), nil); text != "" || kind != ehrdesk.RemarkNoSandbox {
		t.Errorf("%q, %d", text, kind)
	}
}

func TestAReadingThatIsGivenUpEnds(t *testing.T) {
	r := here(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if text, kind := r.Text(ctx, bytes.NewReader(nil)); text != "" || kind != ehrdesk.RemarkUnreadable {
		t.Errorf("%q, %d", text, kind)
	}
}

func BenchmarkOnePage(b *testing.B) {
	r := New(door)
	pdf := document(lines("No pulmonary nodule."), latin, 10)
	for b.Loop() {
		if _, kind := r.Text(b.Context(), bytes.NewReader(pdf)); kind != 0 {
			b.Skip("SKIP no text of PDFs here")
		}
	}
}
