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
	Finding  Finding     `json:"report"`
	By       string      `json:"by,omitempty"`
	At       string      `json:"signed_at,omitempty"`
	Signer   *SignerLine `json:"signer,omitempty"`
	LineEnds bool        `json:"line_ends_only,omitempty"` // altered, and nothing but its line ends
}

// SignerLine is whose key it is, as both programs print it.
type SignerLine struct {
	Staff   string `json:"staff"`
	Name    string `json:"name"`
	Role    string `json:"role"`
	HCP     string `json:"hcp"`
	HCPName string `json:"hcp_name"`
	Since   string `json:"since,omitempty"` // when the key was enrolled
	Ended   string `json:"ended,omitempty"` // and since when it is good no more
}

// Line is what was found, to be printed.
func (c Checked) Line() Line {
	l := Line{Finding: c.Finding, By: ehrdesk.CleanLine(c.By), At: stamp(c.At), LineEnds: c.LineEnds}
	if s := c.Signer; s != nil {
		l.Signer = &SignerLine{ehrdesk.CleanLine(s.Staff), ehrdesk.CleanLine(s.Name), ehrdesk.CleanLine(string(s.Role)), ehrdesk.CleanLine(s.HCP), ehrdesk.CleanLine(s.HCPName), stamp(s.Since), stamp(s.Ended)}
	}
	return l
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// words say whose key it is.
func (s *SignerLine) words() string {
	w := fmt.Sprintf("%s (account %s, role %s) of %s, provider %s", s.Name, s.Staff, s.Role, s.HCPName, s.HCP)
	if s.Since != "" {
		w += ", by a key enrolled " + s.Since
	}
	if s.Ended != "" {
		w += " and ended " + s.Ended
	}
	return w
}

// Words is the line for a person.
func (l Line) Words() string {
	switch l.Finding {
	case OK:
		if l.Signer != nil {
			return "ok: signed at " + l.At + " by " + l.Signer.words() + " (" + l.By + ")"
		}
		return "ok: signed at " + l.At + " by " + l.By
	case Altered:
		if l.LineEnds {
			return "altered: it has other line ends than it was signed with, and is else as it was signed"
		}
		return "altered: there is a signature, and it does not hold"
	case OtherKey:
		return "signed by a key that is not known here"
	default:
		return "no signature at all"
	}
}

// Err is the error of a report that is not as somebody who is known signed it. Errors:
// CodeTampered, CodeInvalid.
func (c Checked) Err() error {
	switch c.Finding {
	case OK:
		return nil
	case Unsigned:
		return ehrdesk.Errorf("report", ehrdesk.CodeInvalid, "there is no signature at all")
	case Altered:
		return ehrdesk.Errorf("report", ehrdesk.CodeTampered, "there is a signature, and it does not hold: the report was altered")
	default:
		return ehrdesk.Errorf("report", ehrdesk.CodeTampered, "the report is signed by a key that is not known here")
	}
}
