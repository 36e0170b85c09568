package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Head is what stands above the entries of a report that a person reads.
type Head struct {
	Title   string
	Made    time.Time
	By      string
	Log     string   // how long the log is, and its last hash
	Found   string   // what was found of it
	Meant   []string // what the report is limited to; none for the whole log
	Entries int
}

// Text is the head, ended by an empty line.
func (h Head) Text() []byte {
	meant := "the whole log"
	if len(h.Meant) > 0 {
		meant = strings.Join(h.Meant, ", ")
	}
	var b bytes.Buffer
	for _, l := range [...]struct{ label, value string }{{"", h.Title}, {"Made:    ", h.Made.UTC().Format(time.RFC3339) + " by " + h.By}, {"Log:     ", h.Log}, {"Found:   ", h.Found},
		{"Report:  ", meant}, {"Entries: ", fmt.Sprint(h.Entries)}} {
		b.WriteString(l.label + ehrdesk.CleanLine(l.value) + "\n")
	}
	b.WriteString("\n")
	return b.Bytes()
}

// maxReport bounds a report that is checked, in bytes.
const maxReport = 256 << 20

// Read takes a report to be checked. Errors: CodeInvalid.
func Read(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxReport+1))
	if err != nil || len(b) > maxReport {
		return nil, ehrdesk.Errorf("report", ehrdesk.CodeInvalid, "the report cannot be read, or is too long")
	}
	return b, nil
}

// Line is what was found, as both programs print it.
type Line struct {
	Finding Finding `json:"report"`
	By      string  `json:"by,omitempty"`
	At      string  `json:"signed_at,omitempty"`
}

// Line is what was found, to be printed.
func (c Checked) Line() Line {
	l := Line{Finding: c.Finding, By: ehrdesk.CleanLine(c.By)}
	if !c.At.IsZero() {
		l.At = c.At.Format(time.RFC3339)
	}
	return l
}

// Words is the line for a person.
func (l Line) Words() string {
	switch l.Finding {
	case OK:
		return "ok: as " + l.By + " signed it at " + l.At
	case Altered:
		return "altered: not as it was signed"
	case OtherKey:
		return "signed by another key: nobody who is known here has signed it"
	default:
		return "no signed report"
	}
}

// Err is the error of a report that is not as somebody who is known signed it. Errors:
// CodeTampered, CodeInvalid.
func (c Checked) Err() error {
	switch c.Finding {
	case OK:
		return nil
	case Unsigned:
		return ehrdesk.Errorf("report", ehrdesk.CodeInvalid, "no signed report")
	case Altered:
		return ehrdesk.Errorf("report", ehrdesk.CodeTampered, "the report was altered")
	default:
		return ehrdesk.Errorf("report", ehrdesk.CodeTampered, "the report is signed by another key")
	}
}
