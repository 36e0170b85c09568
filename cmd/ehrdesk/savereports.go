package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/report"
	"github.com/ehrdesk/ehrdesk/ui"
)

// reports writes what the screen shows of an access log into files below a folder, as the
// commands print it.
type reports struct {
	folder string
	now    func() time.Time
}

var _ ui.Reports = reports{}

// reportsIn are written below a desk's state folder, where nobody else looks.
func reportsIn(dir string) ui.Reports { return reports{filepath.Join(dir, "reports"), time.Now} }

// SaveLog writes the entries that are meant. That it was exported is logged first. Errors:
// CodeDenied, CodeInvalid where no file can be made.
func (r reports) SaveLog(ctx context.Context, session ehrdesk.Session, f ehrdesk.LogFilter) (string, error) {
	s, err := ofClient(session)
	if err != nil {
		return "", err
	}
	if err := s.MayRead(ctx, "export", f); err != nil {
		return "", err
	}
	state, broken := s.VerifyLog(ctx)
	if broken == nil {
		broken, err = unreadable(ctx, s)
	}
	if err != nil || broken != nil && ehrdesk.CodeOf(broken) != ehrdesk.CodeTampered {
		return "", first(err, broken)
	}
	text, err := logText(ctx, s, f, filterWords(f), state, broken)
	if err != nil {
		return "", err
	}
	return r.save(s, "access-log", text)
}

// SaveCompared writes rows of a comparison, or without any the centre's own events.
func (r reports) SaveCompared(ctx context.Context, session ehrdesk.Session, c ehrdesk.LogComparison) (string, error) {
	s, err := ofClient(session)
	if err != nil {
		return "", err
	}
	if err := s.MayRead(ctx, "export", ehrdesk.LogFilter{}); err != nil {
		return "", err
	}
	if len(c.Rows) == 0 {
		return r.save(s, "unusual", unusualText(s.Account(), &c))
	}
	var rows []comparedRow
	count := map[ehrdesk.Difference]int{}
	for i := range c.Rows {
		rows = append(rows, comparedRowOf(&c.Rows[i]))
		count[c.Rows[i].Difference]++
	}
	return r.save(s, "compared", comparedText(s.Account(), &c, rows, count))
}

// ofClient is a session that can sign.
func ofClient(s ehrdesk.Session) (*client.Session, error) {
	own, ok := s.(*client.Session)
	if !ok {
		return nil, ehrdesk.Errorf("report", ehrdesk.CodeNotSignedIn, "nobody is signed in who could sign a report")
	}
	return own, nil
}

// filterWords say what a filter leaves.
func filterWords(f ehrdesk.LogFilter) []string {
	flags := logFlags{by: f.By, patient: f.Patient, purpose: string(f.Purpose), since: stamp(f.Since), until: stamp(f.Until), restricted: f.Restricted}
	return flags.words()
}

// unusualText is what of the centre's log somebody has to look at, for a person to read.
func unusualText(account ehrdesk.Account, c *ehrdesk.LogComparison) []byte {
	var b bytes.Buffer
	for i := range c.Centre {
		e := &c.Centre[i]
		fmt.Fprintf(&b, "%s\n", ehrdesk.CleanLine(strings.Join([]string{stamp(e.At), e.Staff, string(e.Action), e.Patient, string(e.Purpose), e.Reason, string(e.Outcome), strings.Join(e.Marks, " ")}, " · ")))
	}
	h := report.Head{Title: "What is unusual in the centre's access log, provider " + account.Provider, Made: time.Now(), By: account.Staff + ", " + string(account.Role), Log: "the centre's, as it told this desk",
		Found: fmt.Sprintf("%d events", len(c.Centre)), Meant: []string{"from " + stamp(c.Since), "before " + stamp(c.Until)}, Entries: len(c.Centre)}
	return append(h.Text(), b.Bytes()...)
}

// save signs a report and writes it into a new file, whose name says what and when and names
// nobody.
func (r reports) save(s *client.Session, what string, text []byte) (string, error) {
	const op = "report"
	signed, err := s.SignReport(text)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the folder for reports cannot be made")
	}
	name := filepath.Join(r.folder, what+"-"+r.now().Format("20060102-150405")+".txt")
	if err := report.Write(op, name, signed); err != nil {
		return "", err
	}
	return name, nil
}
