package client_test

import (
	"context"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// What was read once, or when nobody worked, is searched the next time without opening
// a body: here there are none any more.
func TestTheNextSearchOpensNoBody(t *testing.T) {
	for name, before := range map[string]func(*client.Session, ehrdesk.Chart){
		"after a search":   func(_ *client.Session, c ehrdesk.Chart) { read(t, c) },
		"after a rest":     func(s *client.Session, _ ehrdesk.Chart) { s.Rest(ctx) },
		"after two rests":  func(s *client.Session, c ehrdesk.Chart) { s.Rest(ctx); read(t, c); s.Rest(ctx) },
		"after both again": func(s *client.Session, c ehrdesk.Chart) { read(t, c); s.Rest(ctx); read(t, c) },
	} {
		t.Run(name, func(t *testing.T) {
			w, s, c, n := reader(t, ehrdesk.Doctor)
			before(s, c)
			unread := ehrdesk.Unread{Textless: 2}
			_ = c.Close()
			w.shut(s)
			w.restart(nil)
			w.tamper("DELETE FROM body; DELETE FROM block; DELETE FROM piece")
			w.line.set(true, nil)
			s = w.signIn("drlee")
			defer s.Close()
			c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
			if err != nil {
				t.Fatal(err)
			}
			read(t, c)
			for query, want := range map[string]string{"heparin": "plain", "骨科": "div", "effusion": "report", "haemolysed": "noted", "fracture": "rtf"} {
				if got := found(c, query); got != want {
					t.Errorf("%q found %q, want %q", query, got, want)
				}
			}
			if got := c.Unread(); got != unread {
				t.Errorf("unread %+v", got)
			}
			if e := c.Excerpt("HEPARIN", ehrdesk.Ref{Resource: "DocumentReference", ID: "plain"}, 60); e.Text != "Given Heparin 5000 units" || e.Place != ehrdesk.InDocument || len(e.Marks) != 1 || e.Text[e.Marks[0].From:e.Marks[0].To] != "Heparin" {
				t.Errorf("%+v", e)
			}
		})
	}
}

// Of a kind that policy lets nobody keep, and under a policy that keeps nothing, it is
// not kept what records say.
func TestWhatMayNotBeKeptIsNotKeptForASearch(t *testing.T) {
	w := newWorld(t, 24)
	w.forbid(ehrdesk.KindLaboratory, ehrdesk.KindNote)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("WONG", 2)
	w.arrive(papers...)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, n, key)
	c := w.chart(s, n)
	s.Rest(ctx)
	read(t, c)
	if got := found(c, "haemolysed"); got != "noted" {
		t.Errorf("found %q", got)
	}
	kept := map[string]bool{}
	for _, ref := range s.SaidOf(t.Context(), n) {
		kept[ref.ID] = true
	}
	if kept["noted"] || kept["plain"] || !kept["report"] {
		t.Errorf("kept: %v", kept)
	}
}

// A damaged text is told of as a damaged record is, and the search reads the bodies.
func TestADamagedTextIsToldOfAndTheBodyRead(t *testing.T) {
	w, s, c, n := reader(t, ehrdesk.Doctor)
	read(t, c)
	_ = c.Close()
	w.shut(s)
	w.restart(nil)
	w.tamper("UPDATE said SET ct = substr(ct, 1, 40) || x'0000' || substr(ct, 43)")
	s = w.signIn("drlee")
	defer s.Close()
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	read(t, c)
	if got := found(c, "heparin"); got != "plain" || len(s.Warnings()) == 0 {
		t.Errorf("found %q, warned of %v", got, s.Warnings())
	}
}

// What is more than memory holds is searched on the disk, from the first opening on,
// and found with its place; what was not searched is said until then.
func TestTextBeyondWhatMemoryHoldsIsSearchedOnTheDisk(t *testing.T) {
	_, s, c, n := reader(t, ehrdesk.Doctor)
	all := count(c)
	for again := range 2 {
		s.HoldTexts(1)
		if again > 0 {
			_ = c.Close()
			var err error
			if c, err = s.Open(ctx, n, ehrdesk.Consultation, ""); err != nil {
				t.Fatal(err)
			}
		}
		read(t, c)
		left := c.Unread().TooMuch
		if left == 0 || left > all || found(c, "heparin") != "" {
			t.Fatalf("%d of %d are left out, found %q", left, all, found(c, "heparin"))
		}
		for query, want := range map[string]string{"heparin": "plain", "letter heparin": "plain", "骨科": "div", "effusion": "report", "ketamine": "", "letter": ""} {
			list, searched, err := c.SearchKept(ctx, query)
			if err != nil || searched != left {
				t.Fatalf("%d of %d searched: %v", searched, left, err)
			}
			got := ""
			for _, r := range list {
				got += r.ID
			}
			if got != want {
				t.Errorf("%q found %q, want %q", query, got, want)
			}
		}
		if _, _, err := c.SearchKept(ctx, "HEPARIN"); err != nil {
			t.Fatal(err)
		}
		if e := c.Excerpt("HEPARIN", ehrdesk.Ref{Resource: "DocumentReference", ID: "plain"}, 60); e.Text != "Given Heparin 5000 units" || e.Place != ehrdesk.InDocument {
			t.Errorf("%+v", e)
		}
	}
	gone, stop := context.WithCancel(ctx)
	stop()
	if _, _, err := c.SearchKept(gone, "heparin"); err == nil {
		t.Error("it went on to its end")
	}
}
