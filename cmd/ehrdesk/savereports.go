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

// SaveLog writes the entries of the desk's own log that are shown. That it was exported is
// logged first. Errors: CodeDenied, CodeInvalid where no file can be made.
func (r reports) SaveLog(ctx context.Context, session ehrdesk.Session, shown ui.Report) (string, error) {
	s, err := ofClient(session)
	if err != nil {
		return "", err
	}
	if err := s.MayRead(ctx, "export", shown.Filter); err != nil {
		return "", err
	}
	state, broken := s.VerifyLog(ctx)
	if broken == nil {
		broken, err = unreadable(ctx, s)
	}
	if err != nil || broken != nil && ehrdesk.CodeOf(broken) != ehrdesk.CodeTampered {
		return "", first(err, broken)
	}
	text, err := logText(ctx, s, shown.Filter, narrowedTo(&shown, len(shown.Entries)), among(shown.Entries), state, broken)
	if err != nil {
		return "", err
	}
	return r.save(s, "access-log", text)
}

// among is whether an entry is one of those numbered.
func among(entries []int64) func(seq int64) bool {
	of := make(map[int64]bool, len(entries))
	for _, n := range entries {
		of[n] = true
	}
	return func(seq int64) bool { return of[seq] }
}

// SaveCompared writes the rows of a comparison that are shown, below what was found of all.
func (r reports) SaveCompared(ctx context.Context, session ehrdesk.Session, shown ui.Report) (string, error) {
	return r.ofCentre(ctx, session, "compared", func(a ehrdesk.Account) []byte {
		var rows []comparedRow
		for i := range shown.Rows {
			rows = append(rows, comparedRowOf(&shown.Rows[i]))
		}
		count := map[ehrdesk.Difference]int{}
		for i := range shown.Compared.Rows {
			count[shown.Compared.Rows[i].Difference]++
		}
		return comparedText(a, &shown.Compared, rows, count, narrowedTo(&shown, len(rows))...)
	})
}

// SaveUnusual writes the centre's own events that are shown.
func (r reports) SaveUnusual(ctx context.Context, session ehrdesk.Session, shown ui.Report) (string, error) {
	return r.ofCentre(ctx, session, "unusual", func(a ehrdesk.Account) []byte { return unusualText(a, &shown) })
}

// ofCentre writes what the centre has told an officer, once that it was exported is logged.
func (r reports) ofCentre(ctx context.Context, session ehrdesk.Session, what string, text func(ehrdesk.Account) []byte) (string, error) {
	s, err := ofClient(session)
	if err != nil {
		return "", err
	}
	if err := s.MayRead(ctx, "export", ehrdesk.LogFilter{}); err != nil {
		return "", err
	}
	return r.save(s, what, text(s.Account()))
}

// narrowedTo says what of a log a report has, where that is not all.
func narrowedTo(shown *ui.Report, entries int) []string {
	out := append(filterWords(shown.Filter), shown.Narrowed...)
	if entries < shown.Of {
		out = append(out, fmt.Sprintf("%d of %d entries", entries, shown.Of))
	}
	return out
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
func unusualText(account ehrdesk.Account, shown *ui.Report) []byte {
	var b bytes.Buffer
	for i := range shown.Centre {
		e, again := &shown.Centre[i], ""
		if e.Times > 1 {
			again = fmt.Sprintf("found %d times, last %s", e.Times, stamp(e.Last))
		}
		fmt.Fprintf(&b, "%s\n", ehrdesk.CleanLine(strings.Join([]string{stamp(e.At), e.Staff, string(e.Action), e.Patient, string(e.Purpose), e.Reason, string(e.Outcome), strings.Join(e.Marks, " "), again}, " · ")))
	}
	n := len(shown.Centre)
	h := report.Head{Title: "What is unusual in the centre's access log, provider " + account.Provider, Made: time.Now(), By: account.Staff + ", " + string(account.Role), Log: "the centre's, as it told this desk",
		Found: fmt.Sprintf("%d events", shown.Of), Meant: append([]string{"from " + stamp(shown.Compared.Since), "before " + stamp(shown.Compared.Until)}, narrowedTo(shown, n)...), Entries: n}
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
