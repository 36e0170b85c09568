package client_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
)

// ending is a desk with the copy of one patient whose consent ends in two hours,
// under a policy of ten days. It gives the end.
func ending(t *testing.T, limit client.Ceiling) (w *world, s *client.Session, n ehrdesk.Number, end time.Time) {
	t.Helper()
	w = newWorld(t, 240)
	w.limit = limit
	w.desk.Close()
	w.open()
	w.enrol("drlee", ehrdesk.Doctor)
	s = w.signIn("drlee")
	n, key := w.patient("CHAN", 3)
	g := grant(t, n, key)
	g.Term = ehrdesk.OneYear
	r, err := s.Grant(ctx, g)
	if err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	w.desk.Close()
	end = r.Consent.Until
	w.clock.advance(end.Sub(w.clock.now()) - 2*time.Hour)
	w.open()
	s = w.signIn("drlee")
	w.closed(s, n)
	return w, s, n, end
}

func TestACopyIsKeptNoLongerThanTheConsentRuns(t *testing.T) {
	w, s, _, end := ending(t, client.Ceiling{})
	kept := w.kept(s)
	if len(kept) != 1 || !kept[0].Until.Equal(end) || kept[0].By != "consent" || kept[0].Offline.After(end) {
		t.Fatalf("kept %+v, consent until %v", kept, end)
	}
	w.shut(s)
	w.desk.Close()
	w.line.set(true, nil)
	w.clock.advance(2 * time.Hour)
	w.open()
	s = w.signIn("drlee")
	if n := w.rows(); n != 0 {
		t.Errorf("%d copies at the consent's end, after signing in", n)
	}
	w.shut(s)
}

func TestTheEndOfAConsentCountsWithNobodySignedIn(t *testing.T) {
	w, s, _, _ := ending(t, client.Ceiling{})
	w.shut(s)
	w.desk.Close()
	w.clock.advance(26 * time.Hour)
	w.open()
	if _, err := w.desk.Accounts(ctx); err != nil || w.rows() != 0 {
		t.Errorf("%d copies the day after the consent's end: %v", w.rows(), err)
	}
}

// Copies made by a version that looked at the policy alone are put right.
func TestACopyKeptPastItsConsentByAnEarlierVersionIsPutRight(t *testing.T) {
	w, s, n, end := ending(t, client.Ceiling{})
	w.shut(s)
	w.restart(func(dir string) {
		store, err := cache.Open(ctx, dir, cache.Options{Cost: cachetest.Cost(), Now: w.deskNow})
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		v, err := store.Unlock(ctx, "drlee", ehrdesk.NewSecret(pass))
		if err != nil {
			t.Fatal(err)
		}
		c, ok, err := v.Copies().Lookup(ctx, client.Key(n))
		if err != nil || !ok {
			t.Fatal("no copy", err)
		}
		c.PurgeAfter = end.Add(200 * time.Hour)
		if _, err := v.Copies().Put(ctx, c, []string{client.Key(n)}); err != nil {
			t.Fatal(err)
		}
	})
	s = w.signIn("drlee")
	if kept := w.kept(s); len(kept) != 1 || !kept[0].Until.Equal(end) {
		t.Errorf("kept %+v, consent until %v", kept, end)
	}
	w.shut(s)
}
