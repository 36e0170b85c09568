package reading_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/reading"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// pdf stands in for what reads PDFs.
type pdf struct {
	text string
	kind ehrdesk.RemarkKind
}

func (p pdf) Text(context.Context, io.Reader) (string, ehrdesk.RemarkKind) { return p.text, p.kind }

// An attachment is its text under its title, or why there is none.
func TestAnAttachmentIsItsTextUnderAHeadingOrSaysWhyNot(t *testing.T) {
	const report = `{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"application/pdf","title":"CT chest","data":"JVBERi0xLjQ="}}]}`
	const picture = `{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"image/png","title":"Letter","data":"iVBORw0KGgo="}}]}`
	for _, c := range []struct {
		body string
		by   pdf
		want string
	}{
		{report, pdf{text: "CT chest\nNo nodule."}, "CT chest | \n   | CT chest\nNo nodule.\n"},
		{report, pdf{text: "No nodule."}, "CT chest | No nodule.\n"},
		{report, pdf{kind: ehrdesk.RemarkImage}, "CT chest | (image only, not read: application/pdf, 8 bytes)\n"},
		{report, pdf{kind: ehrdesk.RemarkNoPoppler}, "CT chest | (PDF, not read: PDF text needs poppler-utils on this desk; 8 bytes)\n"},
		{report, pdf{kind: ehrdesk.RemarkNoSandbox}, "CT chest | (PDF, not read: this system cannot confine the program that reads PDF; 8 bytes)\n"},
		{report, pdf{kind: ehrdesk.RemarkUnreadable}, "CT chest | (PDF, not read: damaged, locked, or its letters cannot be made out; 8 bytes)\n"},
		{picture, pdf{}, "Letter | (image only, not read: image/png, 8 bytes)\n"},
	} {
		elements, err := fhir.ElementsWith(t.Context(), strings.NewReader(c.body), c.by)
		if err != nil {
			t.Fatal(err)
		}
		r := reading.Of(reading.In{Words: text.New().Words(text.English, time.UTC), Label: func(el *ehrdesk.Element) string { return el.Label },
			Find: func(ehrdesk.Ref) (ehrdesk.Record, bool) { return ehrdesk.Record{}, false }}, "DocumentReference", elements)
		if got := words(r); !strings.Contains(got, c.want) {
			t.Errorf("%q\nwant\n%q", got, c.want)
		}
		if r.Shown+r.Left != len(elements) {
			t.Errorf("%d said, %d left of %d", r.Shown, r.Left, len(elements))
		}
	}
}
