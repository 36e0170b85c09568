package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// atTerminal reports that what is printed goes to a person's eyes, and to no file or program.
func (a *app) atTerminal() bool {
	f, ok := a.out.(*os.File)
	return ok && !a.json && term.IsTerminal(int(f.Fd()))
}

// openAll opens what is for whoever is signed in, but for what passes.
func openAll(ctx context.Context, s *client.Session, v *ehrdesk.CaseView) error {
	me := meOf(s)
	for i := range v.Said {
		said := &v.Said[i]
		group := v.CanRead(said, me) && !said.For(me) && said.By != me
		if !said.For(me) && !group || !said.Passes.IsZero() {
			continue
		}
		_, err := s.OpenInCase(ctx, v.ID, said.Event)
		if group && ehrdesk.CodeOf(err) == ehrdesk.CodeDenied { // sealed to a key of the group of before they came
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// showPassing opens what passes, one after the other, each on a screen of its own that is gone with its time: it stays in no scrollback.
func (a *app) showPassing(ctx context.Context, s *client.Session, v *ehrdesk.CaseView) error {
	me := meOf(s)
	for i := range v.Said {
		said := &v.Said[i]
		if said.By == me || !slices.Contains(said.To, me) || said.Passes.IsZero() {
			continue
		}
		r, err := s.OpenInCase(ctx, v.ID, said.Event)
		if ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound { // it has passed
			continue
		}
		if err != nil {
			return err
		}
		if err := a.until(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// The other screen of a terminal, which has no scrollback: gone to and left.
const (
	otherScreen = "\x1b[?1049h\x1b[2J\x1b[H"
	ownScreen   = "\x1b[2J\x1b[?1049l"
)

// until shows what passes until its time is over, or Enter is pressed.
func (a *app) until(ctx context.Context, r ehrdesk.CaseReading) error {
	left := time.NewTimer(time.Until(r.Until))
	defer left.Stop()
	_, err := fmt.Fprintf(a.out, "%s%s\n\nGone in %d seconds, or with Enter. No desk can prevent a photograph.\n", otherScreen, r.Body.Text, int(time.Until(r.Until).Seconds()))
	enter := make(chan struct{})
	go func() { // it ends with the program where nobody presses anything
		_, _ = bufio.NewReader(io.LimitReader(a.in, 1)).ReadByte()
		close(enter)
	}()
	select {
	case <-left.C:
	case <-enter:
	case <-ctx.Done():
	}
	_, gone := fmt.Fprint(a.out, ownScreen)
	return first(written(err), written(gone), ctx.Err())
}
