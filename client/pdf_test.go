package client_test

import (
	"context"
	"io"
	"sync/atomic"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// poppler stands in for what reads PDFs.
type poppler struct {
	off  atomic.Bool
	read atomic.Int64
}

func (p *poppler) Text(_ context.Context, pdf io.Reader) (string, ehrdesk.RemarkKind) {
	if p.off.Load() {
		return "", ehrdesk.RemarkNoPoppler
	}
	p.read.Add(1)
	b, _ := io.ReadAll(pdf)
	if len(b) < 12 {
		return "", ehrdesk.RemarkImage
	}
	return "Atelectasis of the left lung", 0
}

// The words of a PDF are found as any others are, kept for the next search, and what is a
// picture alone is counted as not read.
func TestASearchFindsTheWordsOfAPDF(t *testing.T) {
	p := &poppler{}
	w := newWorld(t, 24)
	w.pdf = p
	w.restart(nil)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("WONG", 2)
	w.arrive(written("letter", "application/pdf", "%PDF-1.4 of words"), written("scan", "application/pdf", "%PDF-1.4"))
	s := w.signIn("drlee")
	w.consent(s, n, key)
	c := w.chart(s, n)
	read(t, c)
	if got := found(c, "atelectasis"); got != "letter" {
		t.Errorf("found %q", got)
	}
	if u := c.Unread(); u != (ehrdesk.Unread{Textless: 1}) {
		t.Errorf("unread %+v", u)
	}
	d, err := c.Detail(ctx, ehrdesk.Ref{Resource: "DocumentReference", ID: "letter"})
	if err != nil || d.Elements[len(d.Elements)-1].Value != "Atelectasis of the left lung" {
		t.Errorf("%+v, %v", d.Elements, err)
	}
	s.Rest(ctx)
	_ = c.Close()
	w.shut(s)
	w.restart(nil)
	before := p.read.Load()
	s = w.signIn("drlee")
	defer s.Close()
	if c, err = s.Open(ctx, n, ehrdesk.Consultation, ""); err != nil {
		t.Fatal(err)
	}
	read(t, c)
	if got := found(c, "atelectasis"); got != "letter" || p.read.Load() != before {
		t.Errorf("the next time: found %q, %d PDFs read again", got, p.read.Load()-before)
	}
}

// A PDF that this desk could not read is not kept as one without text: when it can, it is read.
func TestAPDFIsReadOnceTheDeskCan(t *testing.T) {
	p := &poppler{}
	p.off.Store(true)
	w := newWorld(t, 24)
	w.pdf = p
	w.restart(nil)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("WONG", 2)
	w.arrive(written("letter", "application/pdf", "%PDF-1.4 of words"))
	s := w.signIn("drlee")
	w.consent(s, n, key)
	c := w.chart(s, n)
	read(t, c)
	if got, u := found(c, "atelectasis"), c.Unread(); got != "" || u != (ehrdesk.Unread{Textless: 1}) {
		t.Errorf("found %q, unread %+v", got, u)
	}
	s.Rest(ctx)
	_ = c.Close()
	w.shut(s)
	w.restart(nil)
	p.off.Store(false)
	s = w.signIn("drlee")
	defer s.Close()
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	read(t, c)
	if got, u := found(c, "atelectasis"), c.Unread(); got != "letter" || u != (ehrdesk.Unread{}) {
		t.Errorf("found %q, unread %+v", got, u)
	}
}
