package main

import (
	"bufio"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/internal/territory"
)

// simulate is the training card as a program: it puts cards into a virtual
// reader of a real card service.
type simulate struct {
	issuer, addr, date string
	seed               uint64
	patients           int
	stay               time.Duration
}

func (a *app) cardSimulateCommand() *cobra.Command {
	var s simulate
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Put training cards of the synthetic territory into a virtual reader (vsmartcard-vpcd)",
		Long: `Standard input, a line a card: NUMBER [WAY], or "out" to take it out. NUMBER is the HKIC or eHR number of somebody of the territory;` + "\n" +
			"WAY is one of " + strings.Join(cardWays()[1:], ", ") + ", for what can go wrong.\n" +
			"When standard input ends the card stays in until the program is interrupted, or for --for.\n" +
			"The issuer's key is made where there is none; what desks and the centre pin is beside it, with .pub added.\n" +
			"vpcd listens on every interface: it is for training and tests, never for a workstation in use.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.simulate(cmd.Context(), s) },
	}
	f := c.Flags()
	f.StringVar(&s.issuer, "issuer", "", "file of the training issuer's private key (needed)")
	f.StringVar(&s.addr, "reader", "127.0.0.1:35963", "where the virtual reader listens")
	f.Uint64Var(&s.seed, "seed", demoSeed, "seed of the territory")
	f.IntVar(&s.patients, "territory", demoPatients, "how many people it has")
	f.StringVar(&s.date, "date", "", "day the territory was made, YYYY-MM-DD: ages follow from it (default: today)")
	f.DurationVar(&s.stay, "for", 0, "how long the last card stays in after standard input ends (default: until interrupted)")
	return c
}

func (a *app) simulate(ctx context.Context, s simulate) error {
	const op = "card.simulate"
	if s.issuer == "" {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--issuer names the file of the training issuer's key")
	}
	now := time.Now()
	if s.date != "" {
		var err error
		if now, err = time.Parse("2006-01-02", s.date); err != nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--date is YYYY-MM-DD")
		}
	}
	issuer, err := simcard.LoadIssuer(s.issuer)
	if err != nil {
		return err
	}
	people := byNumber(territory.New(territory.Options{Patients: s.patients, Seed: s.seed, Now: now}))
	slot := &vpcdSlot{addr: s.addr}
	defer slot.pull()
	lines := make(chan string)
	go func() {
		defer close(lines)
		in := bufio.NewScanner(a.in)
		for in.Scan() {
			select {
			case lines <- strings.TrimSpace(in.Text()):
			case <-ctx.Done():
				return
			}
		}
	}()
	h := &hand{a: a, slot: slot, issuer: issuer, people: people}
	for {
		select {
		case <-ctx.Done():
			return nil
		case line, more := <-lines:
			switch {
			case !more:
				return h.stay(ctx, s.stay)
			case line == "":
			default:
				if err := h.do(ctx, line); err != nil {
					return err
				}
			}
		}
	}
}

// hand carries out the lines.
type hand struct {
	a      *app
	slot   slot
	issuer *simcard.Issuer
	people map[ehrdesk.Number]simcard.Person
	out    <-chan struct{}
}

// do carries out one line. It never repeats the number.
func (h *hand) do(ctx context.Context, line string) error {
	const op = "card.simulate"
	if line == "out" {
		h.slot.pull()
		return h.say("out", "")
	}
	way := ""
	for _, w := range cardWays()[1:] {
		if rest, ok := strings.CutSuffix(line, " "+w); ok {
			line, way = rest, w
		}
	}
	n, err := ehrdesk.ParseNumber(line)
	if err != nil {
		return renamed(op, err)
	}
	p, ok := h.people[n]
	if !ok {
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nobody of the territory has that number and a card")
	}
	c, err := trainingCard(h.issuer, p, way)
	if err != nil {
		return err
	}
	if h.out, err = h.slot.put(ctx, c); err != nil {
		return err
	}
	if err := h.say("in", way); err != nil || way != "swapped" {
		return err
	}
	select { // the other card goes in when this one has left
	case <-h.out:
	case <-ctx.Done():
		return nil
	}
	for other, q := range h.people {
		if other != n && q.HKIC != p.HKIC {
			if c, err = h.issuer.Issue(q); err != nil {
				return err
			}
			h.out, err = h.slot.put(ctx, c)
			if err != nil {
				return err
			}
			return h.say("in", "another")
		}
	}
	return nil
}

func (h *hand) say(event, way string) error {
	return h.a.line(struct {
		Event string `json:"event"`
		Way   string `json:"way,omitempty"`
	}{event, way}, strings.TrimSpace(event+" "+way))
}

// stay leaves the card in for a while, or until it leaves by itself.
func (h *hand) stay(ctx context.Context, d time.Duration) error {
	if h.out == nil {
		return nil
	}
	var end <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		end = t.C
	}
	select {
	case <-ctx.Done():
	case <-end:
	case <-h.out:
	}
	return h.say("out", "")
}

// byNumber is everybody with a card, by HKIC and by eHR number.
func byNumber(world *territory.Territory) map[ehrdesk.Number]simcard.Person {
	out := map[ehrdesk.Number]simcard.Person{}
	for i := range world.Len() {
		p := world.Patient(i)
		if card, ok := printed(p); ok {
			out[ehrdesk.Number{HKIC: p.HKIC}] = card
			out[ehrdesk.Number{EHR: p.EHR}] = card
		}
	}
	return out
}
