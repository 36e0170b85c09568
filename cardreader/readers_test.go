package cardreader_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// told takes every event there is now, as lines such as "card-inserted A 1 training-1 readable".
func told(t *testing.T, r *cardreader.Readers) []string {
	t.Helper()
	synctest.Wait()
	var out []string
	for {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		e, ok := r.Next(ctx)
		if !ok {
			return out
		}
		words := []string{e.Kind.String()}
		if e.Reader != "" {
			words = append(words, e.Reader)
		}
		if e.Insertion != 0 {
			words = append(words, fmt.Sprint(e.Insertion))
		}
		if e.Profile != "" {
			words = append(words, e.Profile)
		}
		for word, is := range map[string]bool{"readable": e.Readable, "staff": e.Staff} {
			if is {
				words = append(words, word)
			}
		}
		if e.Kind == ehrdesk.CardServiceDown {
			words = append(words, e.Fault.String())
		}
		out = append(out, strings.Join(words, " "))
	}
}

func wantTold(t *testing.T, r *cardreader.Readers, want ...string) {
	t.Helper()
	if got := told(t, r); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("told:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestReadersReadTheCardOfAnInsertion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, i := desk(t)
		r := cardreader.NewReaders(d, nil, "")
		defer r.Close()
		wantTold(t, r, "service-up", "reader-added A")
		s.Insert("A", issue(t, i, chanTaiMan(t)))
		wantTold(t, r, "card-inserted A 1 training-1 readable")
		got, err := r.Read(t.Context(), 1, nil)
		if err != nil || got.Face.HKIC != chanTaiMan(t).HKIC {
			t.Fatalf("%v", err)
		}
		s.Pull("A")
		wantTold(t, r, "card-removed A 1")
		_, err = r.Read(t.Context(), 1, nil)
		wantKind(t, err, cardreader.Removed)
		s.Stop()
		wantTold(t, r, "reader-gone A", "service-down no-service")
		s.Start()
		time.Sleep(5 * time.Second)
		wantTold(t, r, "service-up", "reader-added A")
	})
}

// However slow the card and however few events are taken, a reading ends with
// its card, and what came of it is gone.
func TestAReadingEndsWithItsCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, i := desk(t)
		r := cardreader.NewReaders(d, nil, "")
		defer r.Close()
		c := issue(t, i, chanTaiMan(t))
		c.Faults = simcard.From(2, simcard.Fault{Delay: 3 * time.Second})
		synctest.Wait()
		s.Insert("A", c)
		synctest.Wait()
		done := make(chan error, 1)
		go func() {
			got, err := r.Read(t.Context(), 1, nil)
			if got != nil {
				t.Error("a reading of a card that has gone")
			}
			done <- err
		}()
		time.Sleep(time.Second)
		s.Pull("A")
		s.Insert("A", issue(t, i, chanTaiMan(t)))
		synctest.Wait()
		wantKind(t, <-done, cardreader.Removed)
		wantTold(t, r, "service-up", "reader-added A", "card-inserted A 1 training-1 readable", "card-removed A 1", "card-inserted A 2 training-1 readable")
	})
}

func TestTheStaffsCardIsNeverRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, i := desk(t)
		s.Plug("Staff 00")
		r := cardreader.NewReaders(d, nil, "Staff")
		defer r.Close()
		c := issue(t, i, chanTaiMan(t))
		synctest.Wait()
		s.Insert("Staff 00", c)
		wantTold(t, r, "service-up", "reader-added A", "reader-added Staff 00 staff", "card-inserted Staff 00 1 training-1 staff")
		_, err := r.Read(t.Context(), 1, nil)
		wantKind(t, err, cardreader.ReaderRefused)
		if c.Commands() != 0 {
			t.Error("the staff's card was spoken to")
		}
	})
}

func TestClosingEndsWhoeverListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, _, _ := desk(t)
		r := cardreader.NewReaders(d, nil, "")
		told(t, r)
		ended := make(chan bool, 1)
		go func() {
			_, ok := r.Next(context.Background())
			for ok { // what the end itself tells
				_, ok = r.Next(context.Background())
			}
			ended <- ok
		}()
		synctest.Wait()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if <-ended {
			t.Error("an event after the end")
		}
	})
}

// licensed stands for a component that reads real identity cards.
type licensed struct{ asked []cardreader.FaceRequest }

func (*licensed) Name() string              { return "licensed" }
func (*licensed) Reads(profile string) bool { return profile == "hkic-2018" }
func (l *licensed) Read(_ context.Context, r cardreader.FaceRequest) (*ehrdesk.CardReading, error) {
	l.asked = append(l.asked, r)
	return &ehrdesk.CardReading{Profile: r.Profile, Reader: r.Reader}, nil
}

// Where a site has the Government's component, an identity card goes to it and
// the desk itself sends nothing.
func TestARealIdentityCardIsReadByTheLicensedSourceAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, i := desk(t)
		l := &licensed{}
		r := cardreader.NewReaders(d, []cardreader.FaceSource{d.Source(), l}, "")
		defer r.Close()
		told(t, r)
		asked := &recorder{}
		s.Insert("A", &simcard.Card{ATR: unhex(t, "3BF89600008131FE4400739401C00F9000DD"), Applet: asked})
		wantTold(t, r, "card-inserted A 1 hkic-2018 readable")
		challenge := [32]byte{7}
		got, err := r.Read(t.Context(), 1, &challenge)
		if err != nil || got.Profile != "hkic-2018" || len(l.asked) != 1 || *l.asked[0].Challenge != challenge || l.asked[0].Reader != "A" {
			t.Fatalf("%v %v", l.asked, err)
		}
		if len(asked.commands) != 0 {
			t.Error("the card was spoken to")
		}
		s.Insert("A", issue(t, i, chanTaiMan(t)))
		wantTold(t, r, "card-removed A 1", "card-inserted A 2 training-1 readable")
		if got, err := r.Read(t.Context(), 2, nil); err != nil || got.Proof != ehrdesk.CardGenuineChip || len(l.asked) != 1 {
			t.Errorf("the desk's own card: %v", err)
		}
	})
}
