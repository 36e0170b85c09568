package main

import (
	"context"
	"fmt"

	"github.com/ehrdesk/ehrdesk/internal/bench/clinical"
	"github.com/ehrdesk/ehrdesk/internal/bench/peers/worker"
)

// load writes every patient once.
func (r *run) load() error {
	for n := range r.patients {
		if err := r.turn(write, fmt.Sprint("write ", n)); err != nil {
			return err
		}
	}
	if err := r.turn(peak, "peak"); err != nil {
		return err
	}
	if err := r.turn(unmeasured, "checkpoint"); err != nil {
		return err
	}
	return r.turn(file, "size")
}

// read does rounds of opening ten patients, reading three times ten records of
// one, and counting for ten.
func (r *run) read() error {
	for i := range r.rounds {
		if err := r.readRound(i); err != nil {
			return err
		}
	}
	return r.turn(memory, "memory")
}

func (r *run) readRound(i int) error {
	for range 2 {
		if err := r.turn(open, fmt.Sprint("open ", r.anybody())); err != nil {
			return err
		}
	}
	for range 3 {
		n := r.anybody()
		if err := r.prepared(one, fmt.Sprint("prepare ", n), fmt.Sprint("one ", n, " ", r.r.IntN(worker.Each))); err != nil {
			return err
		}
	}
	if err := r.turn(count, fmt.Sprint("count ", r.anybody())); err != nil {
		return err
	}
	if err := r.turn(countOpen, fmt.Sprint("countopen ", r.anybody())); err != nil {
		return err
	}
	if i%10 != 0 {
		return nil
	}
	return r.turn(countAll, "countall")
}

// change has ten records of a patient arrive in a new version, a round.
func (r *run) change() error {
	for i := range r.rounds {
		if err := r.turn(update, fmt.Sprint("update ", r.anybody(), " ", i)); err != nil {
			return err
		}
	}
	return nil
}

// end shreds half as many patients as there were rounds, and opens each store
// as often in a new process for a record of one that is left.
func (r *run) end(ctx context.Context) error {
	people := r.r.Perm(r.patients)
	half := r.rounds / 2
	for _, n := range people[:half] {
		if err := r.turn(shred, fmt.Sprint("shred ", n)); err != nil {
			return err
		}
	}
	if err := r.turn(unmeasured, "checkpoint"); err != nil {
		return err
	}
	for _, p := range r.stores {
		if err := p.stop(); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	for _, n := range people[half : 2*half] {
		ref := clinical.Records(uint64(n), worker.Each)[r.r.IntN(worker.Each)].Record.Ref()
		for _, i := range r.r.Perm(len(r.stores)) {
			p := r.stores[i]
			inside, whole, err := p.cold(ctx, n, ref)
			if err != nil {
				return err
			}
			r.took(p, coldInside, inside)
			r.took(p, coldWhole, whole)
		}
	}
	return nil
}

func (r *run) anybody() int { return r.r.IntN(r.patients) }
