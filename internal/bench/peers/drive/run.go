package main

import (
	"context"
	"errors"
	"log"
	"math/rand/v2"
)

// size is how much a run does.
type size struct{ patients, rounds int }

func (s size) check() error {
	if s.rounds < 2 || s.patients < s.rounds { // half of them shredded, and others opened cold
		return errors.New("drive: at least 2 rounds, and no more than there are patients")
	}
	return nil
}

// measure is what a step is asked for; samples are nanoseconds or bytes.
type measure int

const (
	unmeasured measure = iota
	write
	open
	one
	countOpen
	count
	countAll
	update
	shred
	coldInside
	coldWhole
	file
	peak
	memory
	measures
)

// run is one run: the stores, and what was measured of each.
type run struct {
	size
	stores  []*process
	samples [measures]map[*process][]float64
	r       *rand.Rand
}

func newRun(s size, stores []*process) *run {
	r := &run{size: s, stores: stores, r: rand.New(rand.NewPCG(7, 7))}
	for m := range r.samples {
		r.samples[m] = map[*process][]float64{}
	}
	return r
}

// all does the whole run. No worker outlives it.
func (r *run) all(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		if err != nil {
			cancel() // workers in the middle of something end too
		}
		for _, p := range r.stores {
			if stopped := p.stop(); err == nil {
				err = stopped
			}
		}
		cancel()
	}()
	for _, p := range r.stores {
		if err := p.start(ctx, r.patients); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		name string
		do   func() error
	}{
		{"writing", r.load}, {"reading", r.read}, {"changing", r.change},
		{"shredding and opening cold", func() error { return r.end(ctx) }},
	} {
		log.Print(part.name)
		if err := part.do(); err != nil {
			return err
		}
	}
	return nil
}

// turn has every worker do the same step, one after the other in random order.
func (r *run) turn(m measure, step string) error { return r.prepared(m, "", step) }

// prepared is turn with a step before it that is not measured.
func (r *run) prepared(m measure, before, step string) error {
	for _, i := range r.r.Perm(len(r.stores)) {
		p := r.stores[i]
		if before != "" {
			if _, err := p.ask(before); err != nil {
				return err
			}
		}
		took, err := p.ask(step)
		if err != nil {
			return err
		}
		r.took(p, m, took)
	}
	return nil
}

func (r *run) took(p *process, m measure, figure float64) {
	if m != unmeasured {
		r.samples[m][p] = append(r.samples[m][p], figure)
	}
}
