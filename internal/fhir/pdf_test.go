package fhir

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// readPDF stands in for what reads PDFs: it says how much it was given.
type readPDF struct {
	got  [][]byte
	most int64 // 0: all is read
	says ehrdesk.RemarkKind
	err  error
}

func (r *readPDF) Text(_ context.Context, pdf io.Reader) (string, ehrdesk.RemarkKind) {
	if r.most > 0 {
		pdf = io.LimitReader(pdf, r.most)
	}
	b, err := io.ReadAll(pdf)
	r.got, r.err = append(r.got, b), err
	if r.says != 0 {
		return "", r.says
	}
	return "no nodule", 0
}

func attachedPDF(n int) (body string, pdf []byte) {
	pdf = append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("0123?>~\xff\xfe"), n)...)
	return `{"resourceType":"DocumentReference","content":[{"attachment":{"contentType":"application/pdf","data":"` + base64.StdEncoding.EncodeToString(pdf) + `","title":"CT"}}]}`, pdf
}

// A PDF is read whole, whether it fits in memory or goes by as it comes, however its
// base64 is written.
func TestAPDFIsReadHoweverLongItIs(t *testing.T) {
	for name, n := range map[string]int{"short": 10, "long": 300_000} {
		for how, change := range map[string]func(string) string{
			"plain":             func(s string) string { return s },
			"slashes escaped":   func(s string) string { return strings.ReplaceAll(s, "/", `\/`) },
			"alphabet for URLs": func(s string) string { return strings.NewReplacer("+", "-", "/", "_").Replace(s) },
			"lines of base64":   func(s string) string { return strings.ReplaceAll(s, "MDEy", `MDE\ny`) },
			"no padding":        func(s string) string { return strings.ReplaceAll(s, `="`, `"`) },
		} {
			body, pdf := attachedPDF(n)
			i := strings.Index(body, `"data":"`) + 8
			j := i + strings.IndexByte(body[i:], '"')
			body = body[:i] + change(body[i:j]) + body[j:]
			if how == "no padding" {
				body = body[:i] + strings.TrimRight(body[i:j], "=") + body[j:]
			}
			r := &readPDF{}
			list, err := ElementsWith(t.Context(), strings.NewReader(body), r)
			if err != nil {
				t.Fatal(err)
			}
			if e := at(list, "content[0].attachment.data"); e.Value != "no nodule" || e.Remark != (ehrdesk.Remark{}) {
				t.Errorf("%s, %s: %q, %+v", name, how, e.Value, e.Remark)
			}
			if len(r.got) != 1 || r.err != nil || !bytes.Equal(r.got[0], pdf) {
				t.Errorf("%s, %s: not what was sent: %v", name, how, r.err)
			}
		}
	}
}

// One that gives up early, or has no text, keeps nobody waiting and says why, with the size.
func TestAPDFThatIsNotReadSaysWhyAndHowLongItIs(t *testing.T) {
	for _, n := range []int{10, 300_000} {
		for _, kind := range []ehrdesk.RemarkKind{ehrdesk.RemarkImage, ehrdesk.RemarkNoPoppler, ehrdesk.RemarkNoSandbox, ehrdesk.RemarkUnreadable} {
			body, pdf := attachedPDF(n)
			list, err := ElementsWith(t.Context(), strings.NewReader(body), &readPDF{most: 5, says: kind})
			if err != nil {
				t.Fatal(err)
			}
			if e := at(list, "content[0].attachment.data"); e.Value != "" || e.Remark != (ehrdesk.Remark{Kind: kind, Size: int64(len(pdf)), Word: "application/pdf"}) {
				t.Errorf("%+v", e)
			}
		}
	}
}

// Base64 that breaks off is no document, and its reader is told so.
func TestBrokenBase64OfALongPDFIsAnError(t *testing.T) {
	body, _ := attachedPDF(300_000)
	body = body[:2_000_000] + "*" + body[2_000_001:]
	r := &readPDF{}
	if _, err := ElementsWith(t.Context(), strings.NewReader(body), r); err != nil || r.err == nil {
		t.Errorf("%v, the reader's %v", err, r.err)
	}
}

// A resource that cannot be read on ends the reading of its PDF.
func TestAReadingThatBreaksOffEndsItsPDFs(t *testing.T) {
	body, _ := attachedPDF(300_000)
	r := &readPDF{}
	broken := errors.New("broken")
	_, err := ElementsWith(t.Context(), io.MultiReader(strings.NewReader(body[:2_000_000]), failing{broken}), r)
	if !errors.Is(err, broken) || r.err == nil {
		t.Errorf("%v, the reader's %v", err, r.err)
	}
	if _, err := ElementsWith(t.Context(), strings.NewReader(body[:len(body)-1]), r); err == nil {
		t.Error("a resource that breaks off")
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
