package cases

import (
	"context"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// resealing is what it takes to seal for others what was said before.
type resealing struct{ *Cases }

// resealed is a message with the words, the records and the file of one that was opened here or written: they are sealed for others too.
// Whoever said it first is among them, as it stands in their name. done closes its file. Errors: CodeInvalid, CodeNotFound for what was not
// opened here, CodeDenied for what is view-only.
func (s resealing) resealed(ctx context.Context, op string, m ehrdesk.CaseMessage) (out ehrdesk.CaseMessage, done func(), err error) {
	done = func() {}
	if m.Text != "" || m.File != nil || m.Critical || m.Passing || m.Reply != 0 || m.Approver != (ehrdesk.CasePerson{}) || len(m.Turns)+m.Within != 0 || len(m.To) == 0 {
		return m, done, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what is sealed for others too is as it was said: only whom it is for is named")
	}
	k, err := s.kept(ctx, m.Case)
	if err != nil {
		return m, done, err
	}
	mine, err := answering(s).of(ctx, &k.Case)
	if err != nil {
		return m, done, err
	}
	was := saidBy(&k.Case, m.Reseals)
	if v := (ehrdesk.CaseView{Case: k.Case, Answers: mine}); was == nil || !v.Reads(s.me(), m.Reseals) {
		return m, done, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nothing of that number can be read by whoever is signed in")
	}
	if was.Reseals != 0 || !was.Passes.IsZero() || was.Approver != (ehrdesk.CasePerson{}) {
		return m, done, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "what passes, what is to be approved, and what is sealed anew itself is not sealed anew")
	}
	t, err := s.hasRead(ctx, &k.Case, m.Reseals)
	if err != nil {
		return m, done, err
	}
	if t.Body.ViewOnly && was.By != s.me() {
		return m, done, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "its author lets it be viewed only: it is sealed for nobody else")
	}
	out = ehrdesk.CaseMessage{Case: m.Case, Text: t.Body.Text, Body: t.Body, To: slices.Clone(m.To), Reseals: m.Reseals}
	if from := was.From(); was.By != s.me() && !slices.Contains(mine, from) && !slices.Contains(out.To, from) {
		if _, in := k.Case.Member(from); in {
			out.To = append(out.To, from)
		}
	}
	if t.Body.File == nil {
		return out, done, nil
	}
	f, err := cache.LongOf(s.Vault).Open(ctx, t.File.ID, t.File.Key)
	if err != nil {
		return m, done, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	out.File = keptFile{f, *t.Body.File}
	return out, func() { _ = f.Close() }, nil // it was read
}

// hasRead is what is kept here of what was said in an event, from whichever envelope of it was opened. Errors: CodeNotFound.
func (s resealing) hasRead(ctx context.Context, c *ehrdesk.Case, event int) (t text, err error) {
	all, err := s.said(ctx, c.ID)
	if err != nil {
		return t, err
	}
	for i := range c.Said {
		if one := &c.Said[i]; one.Event == event || one.Reseals == event {
			if t = all[one.Envelope]; t.Read && (t.Body.File == nil || t.File != nil) {
				return t, nil
			}
		}
	}
	return text{}, ehrdesk.Errorf("case.reseal", ehrdesk.CodeNotFound, "the message was not opened here")
}

// keptFile is a file that is kept here, as one that goes with a message.
type keptFile struct {
	io.ReadCloser

	of ehrdesk.CaseFile
}

func (f keptFile) Stat() (fs.FileInfo, error) { return keptInfo{f.of}, nil }

type keptInfo struct{ of ehrdesk.CaseFile }

func (i keptInfo) Name() string     { return i.of.Name }
func (i keptInfo) Size() int64      { return i.of.Size }
func (keptInfo) Mode() fs.FileMode  { return 0o600 }
func (keptInfo) ModTime() time.Time { return time.Time{} }
func (keptInfo) IsDir() bool        { return false }
func (keptInfo) Sys() any           { return nil }
