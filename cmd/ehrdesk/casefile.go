package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// caseWith is what goes with a message beside what standard input says.
type caseWith struct {
	attach  string
	records []string
	asked   asked
}

func (a *app) withFlags(c *cobra.Command, w *caseWith) {
	c.Flags().StringVar(&w.attach, "attach", "", "file that goes with it, 24 MiB at most")
	c.Flags().StringArrayVar(&w.records, "record", nil, "record of the patient that it names, Type/id (may be repeated); with --purpose")
	a.recordFlags(c, &w.asked)
}

// named has a message name the records.
func (w *caseWith) named(op string, m *ehrdesk.CaseMessage) error {
	for _, name := range w.records {
		ref, err := recordNamed(op, name)
		if err != nil {
			return err
		}
		m.Body.Records = append(m.Body.Records, ehrdesk.CaseRecord{Ref: ref})
	}
	return nil
}

// with has a message with the file that goes with it be said.
func (w *caseWith) with(op string, m ehrdesk.CaseMessage, say func(ehrdesk.CaseMessage) error) error {
	if w.attach == "" {
		return say(m)
	}
	f, err := openAttachment(op, w.attach)
	if err != nil {
		return err
	}
	m.File = f
	return first(say(m), f.Close())
}

// recordFlags are why a patient's record is opened, where it is.
func (a *app) recordFlags(c *cobra.Command, w *asked) { a.whyFlags(c, &w.purpose, &w.reason) }

// asked is why a record is opened, as the command line says it: "" where none is.
type asked struct{ purpose, reason string }

func (w asked) why(op string) (why, error) {
	p, err := ehrdesk.ParsePurpose(w.purpose)
	if err != nil {
		err = ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
	}
	return why{p, w.reason}, err
}

// say says a message with what goes with it.
func (a *app) sayWith(ctx context.Context, s *client.Session, w *caseWith, m ehrdesk.CaseMessage) error {
	const op = "case send"
	return w.with(op, m, func(m ehrdesk.CaseMessage) error {
		if len(w.records) == 0 {
			return s.SayInCase(ctx, m)
		}
		if w.asked.purpose == "" {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--record needs --purpose: the patient's record is opened for it")
		}
		opened, err := w.asked.why(op)
		if err != nil {
			return err
		}
		if err := w.named(op, &m); err != nil {
			return err
		}
		v, err := s.Case(ctx, m.Case)
		if err != nil {
			return err
		}
		chart, err := a.chartOf(ctx, s, v.Patient, opened)
		if err != nil {
			return err
		}
		return first(s.SayInCase(ctx, m), chart.Close())
	})
}

// openAttachment opens a file that is one: nothing waits for who would write into it.
func openAttachment(op, name string) (*os.File, error) {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what goes with a message is a file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file cannot be read")
	}
	return f, nil
}

// chartOf opens the record of somebody whom this desk knows by the centre's id, in step. Errors: CodeNotFound where it does not.
func (a *app) chartOf(ctx context.Context, s *client.Session, patient string, w why) (ehrdesk.Chart, error) {
	n, err := numberOf(ctx, s, patient)
	if err != nil {
		return nil, err
	}
	chart, err := s.Open(ctx, n, w.purpose, w.reason)
	if err != nil {
		return nil, err
	}
	if err := a.inStep(ctx, "case", chart, s); err != nil {
		return nil, first(err, chart.Close())
	}
	return chart, nil
}

// numberOf is what somebody is looked up by, whom this desk knows by the centre's id.
func numberOf(ctx context.Context, s *client.Session, patient string) (n ehrdesk.Number, err error) {
	recent, err := s.Recent(ctx, time.Time{})
	if err != nil {
		return n, err
	}
	known, err := s.Known(ctx)
	if err != nil {
		return n, err
	}
	for _, r := range recent {
		known = append(known, ehrdesk.Acquaintance{Patient: r.Patient})
	}
	for _, k := range known {
		if k.Patient.ID == patient && patient != "" {
			return k.Patient.Number(), nil
		}
	}
	return n, ehrdesk.Errorf("case", ehrdesk.CodeNotFound, "this desk does not know the patient's number: open the record there once (ehrdesk chart)")
}

// caseSaving is the file of a message that is saved.
type caseSaving struct {
	name  string
	event int // 0 where there is one file in the case
}

func (a *app) savingFlags(c *cobra.Command, s *caseSaving) {
	c.Flags().StringVar(&s.name, "save", "", "write the file of a message that was opened to this file, and print no message")
	c.Flags().IntVar(&s.event, "event", 0, "with --save: the event of that message, where there are several")
}

// saveCaseFile writes the file of a message.
func (a *app) saveCaseFile(ctx context.Context, s *client.Session, v *ehrdesk.CaseView, want caseSaving) error {
	const op = "case show"
	event := want.event
	for i := range v.Said {
		if b := v.Bodies[v.Said[i].Envelope]; b.File == nil || want.event != 0 {
			continue
		}
		if event != 0 {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there are several files in the case: --event says which")
		}
		event = v.Said[i].Event
	}
	if event == 0 {
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "no message that was opened here has a file")
	}
	var saved ehrdesk.CaseFile
	if _, err := os.Lstat(want.name); err == nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "there is a file of that name already")
	}
	err := s.SaveCaseFile(ctx, v.ID, event, func(f ehrdesk.CaseFile, from io.Reader) error {
		saved = f
		return report.WriteFrom(op, want.name, func(w io.Writer) error { _, err := io.Copy(w, from); return err })
	})
	if err != nil {
		return err
	}
	return a.line(struct {
		File  string `json:"file"`
		Bytes int64  `json:"bytes"`
		Media string `json:"media"`
	}{want.name, saved.Size, saved.Media}, "written: "+want.name)
}

func fileWords(f *ehrdesk.CaseFile) string {
	return fmt.Sprintf("file: %s · %s · %d KiB", f.Name, f.Media, (f.Size+1023)>>10)
}

// caseRecordJSON is a record that a message names.
type caseRecordJSON struct {
	Ref     string `json:"record"`
	Version string `json:"version,omitempty"`
	Digest  string `json:"sha256"`
	State   string `json:"state,omitempty"` // as this desk's chart has it: same, newer, older, other, not-here; left out where it was not looked at
	Title   string `json:"title,omitempty"` // as this desk's chart has it
	Date    string `json:"date,omitempty"`
}

func recordsOf(all []ehrdesk.CaseRecord) (out []*caseRecordJSON) {
	for _, r := range all {
		out = append(out, &caseRecordJSON{Ref: r.Ref.String(), Version: r.Version, Digest: hex.EncodeToString(r.Digest)})
	}
	return out
}

func (r *caseRecordJSON) words() string {
	out := []string{"record: " + r.Ref}
	if r.Version != "" {
		out = append(out, "version "+r.Version)
	}
	switch ehrdesk.CaseRecordState(r.State) {
	case ehrdesk.CaseRecordUnknown: // it was not held against anything
	case ehrdesk.CaseRecordSame:
		out = append(out, "the same here")
	case ehrdesk.CaseRecordNewer:
		out = append(out, "NEWER HERE")
	case ehrdesk.CaseRecordOlder:
		out = append(out, "OLDER HERE: this desk is not in step")
	case ehrdesk.CaseRecordOther:
		out = append(out, "OTHERWISE HERE")
	case ehrdesk.CaseRecordNotHere:
		out = append(out, "NOT AT THIS DESK")
	}
	if r.Title != "" {
		out = append(out, strings.TrimSpace(r.Title+" "+r.Date))
	}
	return strings.Join(out, " · ")
}

// heldAgainst holds the records that messages name against the patient's record, where it is to be opened.
func (a *app) heldAgainst(ctx context.Context, s *client.Session, v *ehrdesk.CaseView, j *caseJSON, w asked) error {
	if w.purpose == "" {
		return nil
	}
	opened, err := w.why("case show")
	if err != nil {
		return err
	}
	chart, err := a.chartOf(ctx, s, v.Patient, opened)
	if err != nil {
		return err
	}
	for i := range v.Said {
		body := j.Messages[i].Body
		if body == nil || len(body.Records) == 0 {
			continue
		}
		seen, err := s.CaseRecords(ctx, v.Patient, v.Bodies[v.Said[i].Envelope].Records)
		if err != nil {
			return first(err, chart.Close())
		}
		for n, one := range seen {
			r := body.Records[n]
			r.State = string(one.State)
			if one.Here != nil {
				r.Title, r.Date = one.Here.Title, one.Here.Date.String()
			}
		}
	}
	return chart.Close()
}
