package cardreader_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

func chanTaiMan(t testing.TB) simcard.Person {
	t.Helper()
	id, err := ehrdesk.ParseHKIC("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	return simcard.Person{Name: "CHAN, Tai Man", Chinese: "陳大文", HKIC: id, Born: "19660215", Sex: ehrdesk.Male,
		Issued: "19980603", Photo: append([]byte{0xFF, 0xD8, 0xFF, 0xE0}, make([]byte, 4000)...)}
}

func issuer(t testing.TB) *simcard.Issuer {
	t.Helper()
	i, err := simcard.NewIssuer(nil)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func training(t testing.TB, faults func(int, []byte) simcard.Fault) *simcard.Card {
	t.Helper()
	c, err := issuer(t).Issue(chanTaiMan(t))
	if err != nil {
		t.Fatal(err)
	}
	c.Faults = faults
	return c
}

func open(t *testing.T, s *fake.Service) *cardreader.Session {
	t.Helper()
	session, err := cardreader.Open(t.Context(), s.Establish, "A")
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func wantKind(t *testing.T, err error, want ...cardreader.Kind) {
	t.Helper()
	for _, k := range want {
		if errors.Is(err, k) && cardreader.KindOf(err) == k && ehrdesk.CodeOf(err) == ehrdesk.CodeCard {
			return
		}
	}
	t.Errorf("got %v (%v), want %v", err, cardreader.KindOf(err), want)
}

func selectTraining(t *testing.T, s *cardreader.Session) error {
	t.Helper()
	found, err := s.Select(t.Context(), "select", simcard.TrainingAID)
	if err == nil && !found {
		t.Fatal("the training application is not there")
	}
	return err
}

var readFace = []byte{0, 0xB0, 0x81, 0, 0}

func TestASessionResetsTheCardAndLeavesNothing(t *testing.T) {
	s := fake.New("A")
	s.Insert("A", training(t, nil))
	for range 300 {
		session := open(t, s)
		if err := selectTraining(t, session); err != nil {
			t.Fatal(err)
		}
		data, sw, err := session.Transmit(t.Context(), "read", readFace)
		if err != nil || sw != 0x6282 || len(data) < 60 {
			t.Fatalf("%d bytes, %04X, %v", len(data), sw, err)
		}
		session.Close()
	}
	if s.Contexts() != 0 || s.Calls("reset") != 600 || s.Calls("leave") != 0 {
		t.Errorf("%d contexts, %d resets, %d leaves", s.Contexts(), s.Calls("reset"), s.Calls("leave"))
	}
}

func TestARemovalIsNamedAndNothingIsReset(t *testing.T) {
	for name, c := range map[string]struct {
		faults func(int, []byte) simcard.Fault
		pull   bool
		want   []cardreader.Kind
	}{
		"between two commands":       {nil, true, []cardreader.Kind{cardreader.Removed}},
		"in mid-command":             {simcard.On(2, simcard.Fault{Pull: true}), false, []cardreader.Kind{cardreader.Removed}},
		"in mid-command, line broke": {simcard.On(2, simcard.Fault{Pull: true, Broken: true}), false, []cardreader.Kind{cardreader.Removed}},
		"an answer of no bytes":      {simcard.On(2, simcard.Fault{Raw: []byte{}}), false, []cardreader.Kind{cardreader.Link}},
	} {
		t.Run(name, func(t *testing.T) {
			s := fake.New("A")
			s.Insert("A", training(t, c.faults))
			session := open(t, s)
			defer session.Close()
			if err := selectTraining(t, session); err != nil {
				t.Fatal(err)
			}
			if c.pull {
				s.Pull("A")
			}
			_, _, err := session.Transmit(t.Context(), "read", readFace)
			wantKind(t, err, c.want...)
			next := training(t, nil) // the next patient's card must not be touched
			s.Insert("A", next)
			powered := next.Resets()
			_, _, err = session.Transmit(t.Context(), "read", readFace)
			wantKind(t, err, c.want...)
			session.Close()
			if s.Calls("reset") != 0 || next.Resets() != powered || next.Commands() != 0 {
				t.Errorf("%d resets; the next card was powered %d times and got %d commands", s.Calls("reset"), next.Resets()-powered, next.Commands())
			}
		})
	}
}

func TestADeadlineIsKeptWhateverTheCardDoes(t *testing.T) {
	for name, stuck := range map[string]bool{"call that can be broken off": false, "call that cannot": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := fake.New("A")
				s.Stuck(stuck)
				s.Insert("A", training(t, simcard.On(2, simcard.Fault{Delay: 3 * time.Second})))
				session := open(t, s)
				if err := selectTraining(t, session); err != nil {
					t.Fatal(err)
				}
				ctx, stop := context.WithTimeout(t.Context(), 500*time.Millisecond)
				defer stop()
				start := time.Now()
				_, _, err := session.Transmit(ctx, "read", readFace)
				wantKind(t, err, cardreader.Late)
				session.Close()
				if took := time.Since(start); took != 500*time.Millisecond {
					t.Errorf("returned after %v", took)
				}
				<-session.Gone()
				want := 500 * time.Millisecond
				if stuck { // the worker stays behind until the card has answered
					want = 3 * time.Second
				}
				if took := time.Since(start); took != want || s.Contexts() != 0 {
					t.Errorf("all gone after %v, %d contexts", took, s.Contexts())
				}
			})
		})
	}
}

func TestAMuteCardIsGivenUpAndThePullFreesTheWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New("A")
		s.Stuck(true)
		s.Insert("A", training(t, simcard.On(1, simcard.Fault{Mute: true})))
		session := open(t, s)
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		_, err := session.Select(ctx, "select", simcard.TrainingAID)
		wantKind(t, err, cardreader.Late)
		session.Close()
		select {
		case <-session.Gone():
			t.Error("gone while the card is silent")
		default:
		}
		s.Pull("A")
		<-session.Gone()
		if s.Contexts() != 0 {
			t.Errorf("%d contexts", s.Contexts())
		}
	})
}

func TestAnotherProgramOnTheReaderHasItsOwnWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fake.New("A")
		s.Insert("A", training(t, nil))
		release := s.Hold("A")
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		session, err := cardreader.Open(ctx, s.Establish, "A")
		wantKind(t, err, cardreader.Busy)
		<-session.Gone()
		time.AfterFunc(2*time.Second, release) // and who can wait gets it
		open(t, s).Close()
	})
}

func TestAResetByAnotherProgramIsNoticed(t *testing.T) {
	s := fake.New("A")
	s.Insert("A", training(t, nil))
	session := open(t, s)
	defer session.Close()
	if err := selectTraining(t, session); err != nil {
		t.Fatal(err)
	}
	s.ResetCard("A")
	_, _, err := session.Transmit(t.Context(), "read", readFace)
	wantKind(t, err, cardreader.Reset)
}

func TestOpeningFailsInWordsForEachState(t *testing.T) {
	s := fake.New("A")
	for _, c := range []struct {
		before func()
		want   cardreader.Kind
	}{
		{func() {}, cardreader.NoCard},
		{func() { s.InsertMute("A") }, cardreader.Mute},
		{func() { s.Unplug("A") }, cardreader.NoReader},
		{func() { s.Deny(true) }, cardreader.Denied},
		{func() { s.Stop() }, cardreader.NoService},
	} {
		c.before()
		session, err := cardreader.Open(t.Context(), s.Establish, "A")
		wantKind(t, err, c.want)
		<-session.Gone()
	}
	_, err := cardreader.Open(t.Context(), func() (pcsc.Context, error) { return nil, pcsc.ErrUnsupported }, "A")
	wantKind(t, err, cardreader.Unsupported)
}

func TestT0CardsAreAskedInTheirWay(t *testing.T) {
	s := fake.New("A")
	c := training(t, nil)
	c.Applet.(*simcard.Training).T0 = true
	responses, corrections := 0, 0
	c.Seen = func(command, answer []byte) {
		if command[1] == 0xC0 {
			responses++
		}
		if len(answer) == 2 && answer[0] == 0x6C {
			corrections++
		}
	}
	s.Insert("A", c)
	session := open(t, s)
	defer session.Close()
	if err := selectTraining(t, session); err != nil {
		t.Fatal(err)
	}
	data, sw, err := session.Transmit(t.Context(), "read", readFace)
	if err != nil || sw != 0x9000 || len(data) < 60 || responses != 1 || corrections != 1 {
		t.Errorf("%d bytes, %04X, %v; 61xx %d times, 6Cxx %d times", len(data), sw, err, responses, corrections)
	}
}

func TestACardThatPromisesForEverIsLeft(t *testing.T) {
	for name, c := range map[string]struct {
		raw  []byte
		want cardreader.Kind
	}{
		"61FF for ever":           {[]byte{0x61, 0xFF}, cardreader.TooLarge},
		"61FF with data for ever": {append(make([]byte, 255), 0x61, 0xFF), cardreader.TooLarge},
		"6Cxx for ever":           {[]byte{0x6C, 0x10}, 0},
		"one byte":                {[]byte{0x90}, cardreader.Link},
		"status out of range":     {[]byte{1, 2, 0x12, 0x34}, cardreader.Malformed},
		"65 kB":                   {append(make([]byte, 65537), 0x90, 0), cardreader.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			s := fake.New("A")
			s.Insert("A", training(t, simcard.From(2, simcard.Fault{Raw: c.raw})))
			session := open(t, s)
			defer session.Close()
			if err := selectTraining(t, session); err != nil {
				t.Fatal(err)
			}
			data, sw, err := session.Transmit(t.Context(), "read", readFace)
			if c.want != 0 {
				wantKind(t, err, c.want)
			} else if err != nil || sw>>8 != 0x6C || len(data) != 0 { // corrected once, then given as it is
				t.Errorf("%d bytes, %04X, %v", len(data), sw, err)
			}
		})
	}
}

// hanging is a service that stops answering when a transaction is to end.
type hanging struct {
	pcsc.Context
	ended chan struct{}
}

type hangingCard struct {
	pcsc.Card
	ended chan struct{}
}

func (h hanging) Connect(reader string, share pcsc.Share) (pcsc.Card, error) {
	k, err := h.Context.Connect(reader, share)
	return hangingCard{k, h.ended}, err
}

func (h hangingCard) End(d pcsc.Disposition) error { <-h.ended; return h.Card.End(d) }

func TestAServiceThatHangsAtTheEndIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s, i := desk(t)
		ended := make(chan struct{})
		d.Establish = func() (pcsc.Context, error) {
			c, err := s.Establish()
			return hanging{c, ended}, err
		}
		c := issue(t, i, chanTaiMan(t))
		s.Insert("A", c)
		start := time.Now()
		if _, err := d.Read(t.Context(), "A", c.ATR, nil); err != nil || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		_, err := d.Read(t.Context(), "A", c.ATR, nil)
		wantKind(t, err, cardreader.Busy)
		close(ended)
		synctest.Wait()
		if s.Contexts() != 0 {
			t.Errorf("%d contexts", s.Contexts())
		}
	})
}
