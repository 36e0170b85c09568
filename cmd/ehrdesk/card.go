package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
)

func (a *app) cardCommand() *cobra.Command {
	c := &cobra.Command{Use: "card", Short: "Smart cards: readers, events, card faces",
		Long: "Needs nobody signed in. A real Hong Kong identity card is recognised and not read: its chip opens only to the Government's readers.\n" +
			"What a site adds (readers, issuers, profiles, a licensed component) is in the file of --cards, which must belong to root."}
	read := a.cardReadCommand()
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "The readers, and which card is in each", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.cardDesk()
			if err != nil {
				return err
			}
			readers, err := d.station.List()
			if err != nil {
				return err
			}
			for _, r := range readers {
				if err := a.line(readerLine(d, r)); err != nil {
					return err
				}
			}
			return nil
		}},
		&cobra.Command{Use: "watch", Short: "What happens at the readers, a line an event, until interrupted", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.cardDesk()
			if err != nil {
				return err
			}
			return a.watchCards(cmd.Context(), d.station)
		}},
		read, a.cardSimulateCommand(), a.cardSignCommand())
	return c
}

type readerJSON struct {
	Reader   string `json:"reader"`
	Allowed  bool   `json:"allowed"`
	Card     bool   `json:"card"`
	Profile  string `json:"profile,omitempty"`
	Readable bool   `json:"readable"`
}

func readerLine(d cardDesk, r cardreader.Reader) (any, string) {
	out := readerJSON{Reader: ehrdesk.CleanLine(r.Name), Allowed: r.Allowed, Card: r.Card}
	words := out.Reader + ": empty"
	switch {
	case r.Mute:
		words = out.Reader + ": a card that does not answer"
	case r.Card:
		known, _ := d.station.Recognise(r.ATR)
		out.Profile, out.Readable = known.Profile, d.reads(known.Profile)
		name := known.Card["en"]
		if name == "" {
			name = "a card of no known kind"
		}
		words = out.Reader + ": " + name
	}
	if !r.Allowed {
		words += " (this reader may not be used)"
	}
	return out, words
}

// watchCards prints events until the context ends, which is how it is ended.
func (a *app) watchCards(ctx context.Context, s *cardreader.Station) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	m := cardreader.NewMonitor(s.Establish)
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	var failed error
	for e := range m.Events() {
		line := struct {
			Event     string `json:"event"`
			Reader    string `json:"reader,omitempty"`
			Profile   string `json:"profile,omitempty"`
			Insertion uint64 `json:"insertion,omitzero"`
			At        string `json:"at"`
			Why       string `json:"why,omitempty"`
		}{Event: e.Kind.String(), Reader: ehrdesk.CleanLine(e.Reader), Insertion: e.Insertion, At: e.At.UTC().Format(time.RFC3339Nano)}
		words := line.Event + " " + line.Reader
		if e.Kind == ehrdesk.CardInserted {
			known, _ := s.Recognise(e.ATR)
			line.Profile = known.Profile
			words += " " + line.Profile
		}
		if e.Err != nil {
			line.Why = cardreader.KindOf(e.Err).String()
			words += ": " + cardreader.KindOf(e.Err).Error()
		}
		if failed == nil {
			if failed = a.line(line, words); failed != nil {
				stop() // nobody reads; the rest is drained so that the monitor can end
			}
		}
	}
	err := <-done
	if failed != nil {
		return failed
	}
	if errors.Is(err, cardreader.Cancelled) {
		return nil
	}
	return err
}

func (a *app) cardReadCommand() *cobra.Command {
	var reader string
	var wait time.Duration
	c := &cobra.Command{
		Use: "read", Short: "Read the face of the card in a reader, and say what that proves", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.cardDesk()
			if err != nil {
				return err
			}
			r, err := occupied(d.station, reader)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), wait)
			defer cancel()
			var challenge [32]byte
			if _, err := rand.Read(challenge[:]); err != nil {
				return ehrdesk.Errorf("card.read", ehrdesk.CodeOther, "no random challenge can be made")
			}
			got, err := d.read(ctx, r, &challenge)
			if err != nil {
				return err
			}
			defer got.Wipe()
			return a.line(faceLine(got), faceWords(got))
		},
	}
	c.Flags().StringVar(&reader, "reader", "", "which reader (default: the only one with a card)")
	c.Flags().DurationVar(&wait, "timeout", 20*time.Second, "how long to wait for the card")
	return c
}

// occupied finds the reader to read from.
func occupied(s *cardreader.Station, name string) (cardreader.Reader, error) {
	readers, err := s.List()
	if err != nil {
		return cardreader.Reader{}, err
	}
	var found []cardreader.Reader
	for _, r := range readers {
		if r.Card && (r.Name == name || (name == "" && r.Allowed)) {
			found = append(found, r)
		}
	}
	switch {
	case len(found) == 0 && len(readers) == 0:
		return cardreader.Reader{}, ehrdesk.Errorf("card.read", ehrdesk.CodeCard, "no reader is connected")
	case len(found) == 0:
		return cardreader.Reader{}, ehrdesk.Errorf("card.read", ehrdesk.CodeCard, "no card is in the reader")
	case len(found) > 1:
		return cardreader.Reader{}, ehrdesk.Errorf("card.read", ehrdesk.CodeInvalid, "several readers hold a card: name one with --reader")
	}
	return found[0], nil
}

func faceLine(r *ehrdesk.CardReading) any {
	f := r.Face
	return struct {
		Profile   string         `json:"profile"`
		Proof     string         `json:"proof"`
		HKIC      string         `json:"hkic,omitempty"`
		Number    string         `json:"number,omitempty"`
		Name      string         `json:"name,omitempty"`
		LocalName string         `json:"local_name,omitempty"`
		Born      string         `json:"born,omitempty"`
		Sex       ehrdesk.Gender `json:"sex,omitempty"`
		Issued    string         `json:"issued,omitempty"`
		Expires   string         `json:"expires,omitempty"`
		Photo     int            `json:"photo_bytes,omitzero"`
	}{r.Profile, r.Proof.String(), f.HKIC.Printed(), f.Other.Number, ehrdesk.CleanLine(f.Name), ehrdesk.CleanLine(f.LocalName), f.Born.String(), f.Sex, f.Issued.String(), f.Expires.String(), len(f.Photo)}
}

func faceWords(r *ehrdesk.CardReading) string {
	n := r.Face.HKIC.Printed()
	if n == "" {
		n = r.Face.Other.Number
	}
	return fmt.Sprintf("%s %s %s born %s · %s · proof: %s", n, ehrdesk.CleanLine(r.Face.Name), ehrdesk.CleanLine(r.Face.LocalName), r.Face.Born.Date(), r.Profile, r.Proof)
}
