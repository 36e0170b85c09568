package client

import (
	"cmp"
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/cases"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// casing is the sealed cases of a session.
type casing struct {
	cases  *cases.Cases
	groups *cases.Groups
	people cases.Directory
	now    running
	brings atomic.Bool // something with a file is on its way by itself
	s      *Session
}

// newCasing wires them; the key is that of whoever is signed in.
func newCasing(s *Session, c centre, people cases.Directory) *casing {
	all := cases.New(s.sitting, cases.Keys{Keyring: s.desk.opt.Device, Archive: s.desk.opt.Writes.Archive}, as[cases.Centre](c), people, s.access, sealer(s))
	return &casing{s: s, people: people, cases: all, groups: cases.NewGroups(all, as[cases.GroupCentre](c))}
}

// sealer gives the key of whoever is signed in, for what is signed beside records.
func sealer(s *Session) func(op string) (sealed.Signer, error) {
	return func(op string) (sealed.Signer, error) {
		by, err := signerOf(s, op)
		return sealed.Signer{Key: by.Key, Name: by.ID}, err
	}
}

// caseList is what Cases gives.
type caseList struct {
	all  []ehrdesk.CaseView
	asOf time.Time
}

// Cases are those of whoever is signed in.
func (w *casing) Cases(ctx context.Context) ([]ehrdesk.CaseView, time.Time, error) {
	l, err := during(ctx, w, func(ctx context.Context) (l caseList, err error) {
		l.all, l.asOf, err = w.cases.All(ctx)
		return l, err
	})
	return l.all, l.asOf, err
}

// Case is one of them, with words.
func (w *casing) Case(ctx context.Context, id string) (ehrdesk.CaseView, error) {
	return during(ctx, w, func(ctx context.Context) (ehrdesk.CaseView, error) { return w.cases.One(ctx, id) })
}

// SyncCases brings them into step, has the centre have keys of this desk, and sends what waits.
func (w *casing) SyncCases(ctx context.Context) error {
	return doing(ctx, w, func(ctx context.Context) error {
		_ = w.people.Refresh(ctx, directory.Stale) // what it was before stays
		told, err := w.cases.Sync(ctx)
		if err != nil {
			return err
		}
		err = w.cases.Offer(ctx, told.Keys)
		_, e := w.cases.Deliver(ctx)
		return cmp.Or(err, e, w.bringLater(ctx), w.inStep(ctx, told.Groups))
	})
}

// FetchCases fetches what is to be read, before it is opened.
func (w *casing) FetchCases(ctx context.Context) error {
	return doing(ctx, w, func(ctx context.Context) error { return cases.Ahead(ctx, w.cases) })
}

// inStep brings groups into step, where the centre has any.
func (w *casing) inStep(ctx context.Context, upTo string) error {
	if err := w.groups.Sync(ctx, upTo); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		return err
	}
	return nil
}

// BeginCase opens a case.
func (w *casing) BeginCase(ctx context.Context, b ehrdesk.CaseBeginning) (string, error) {
	return during(ctx, w, func(ctx context.Context) (string, error) {
		if b.Says != nil {
			if err := w.stands(ctx, b.Patient, b.Says); err != nil {
				return "", err
			}
			if err := w.cited(ctx, b.Patient, b.Says); err != nil {
				return "", err
			}
			coded(b.Says.Body.Allergy)
		}
		return w.cases.Begin(ctx, b)
	})
}

// SayInCase says something.
func (w *casing) SayInCase(ctx context.Context, m ehrdesk.CaseMessage) error {
	return doing(ctx, w, func(ctx context.Context) error {
		if m.Body.Fact != nil || len(m.Body.Records) > 0 { // of the record of the case's patient
			v, err := w.cases.One(ctx, m.Case)
			if err != nil {
				return err
			}
			if err := cmp.Or(w.stands(ctx, v.Patient, &m), w.cited(ctx, v.Patient, &m)); err != nil {
				return err
			}
		}
		coded(m.Body.Allergy)
		return w.cases.Say(ctx, m)
	})
}

// OpenInCase gives what was said.
func (w *casing) OpenInCase(ctx context.Context, id string, event int) (ehrdesk.CaseReading, error) {
	return during(ctx, w, func(ctx context.Context) (ehrdesk.CaseReading, error) { return w.cases.Open(ctx, id, event) })
}

// AnswerInCase acknowledges or declines it.
func (w *casing) AnswerInCase(ctx context.Context, id string, event int, kind ehrdesk.CaseEventKind, why ehrdesk.CaseReason) error {
	return doing(ctx, w, func(ctx context.Context) error { return w.cases.Answer(ctx, id, event, kind, why) })
}

// StepCase takes another step.
func (w *casing) StepCase(ctx context.Context, id string, kind ehrdesk.CaseEventKind, who *ehrdesk.CaseMember, why ehrdesk.CaseReason) error {
	return doing(ctx, w, func(ctx context.Context) error { return w.cases.Step(ctx, id, kind, who, why) })
}

// GiveUpInCase gives up what waits.
func (w *casing) GiveUpInCase(ctx context.Context, id string) error {
	return doing(ctx, w, func(ctx context.Context) error { return w.cases.GiveUp(ctx, id) })
}

// CaseArchives are the archived cases on this desk.
func (w *casing) CaseArchives(ctx context.Context) ([]ehrdesk.CaseArchive, error) {
	return cases.Archives(ctx, w.cases)
}

// CaseArchive writes one, sealed to the archive key.
func (w *casing) CaseArchive(ctx context.Context, name string, to io.Writer) error {
	return cases.Archive(ctx, w.cases, name, to)
}

// CaseMark is the watermark that stands on a message for whoever is signed in; wanted is whether the message, or the site, asks for one.
func (w *casing) CaseMark(said *ehrdesk.CaseSaid, b *ehrdesk.CaseBody) (m ehrdesk.CaseMark, wanted bool) {
	return ehrdesk.MarkOf(w.s.Account(), said, w.s.sitting.Now()), b.Marked || w.s.desk.opt.Writes.Watermark
}

// CaseEndings are what a case that is begun here can become.
func (w *casing) CaseEndings() []ehrdesk.CaseEnding {
	if w.s.desk.opt.Writes.Archive == nil {
		return []ehrdesk.CaseEnding{ehrdesk.CaseDestroys}
	}
	return []ehrdesk.CaseEnding{ehrdesk.CaseDestroys, ehrdesk.CaseArchives}
}
