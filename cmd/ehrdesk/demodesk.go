package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/cmd/internal/populate"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/territory"
)

// demoDesk is the demonstration's desk while its centre is filled and its people are enrolled:
// whoever asks who is there, or signs in, waits until that is done, so that the screen comes
// first.
type demoDesk struct {
	*client.Desk
	stop        context.CancelFunc
	built       chan struct{} // closed when running and err are known
	running     *central.Running
	err         error
	done, total atomic.Int64
}

// build fills an empty centre, starts it and enrols the accounts, in the background. end has to
// be called then.
func (d *demoDesk) build(ctx context.Context, centre *central.Centre, world *territory.Territory) {
	d.total.Store(int64(world.Len() + len(demoStaff)))
	ctx, d.stop = context.WithCancel(context.WithoutCancel(ctx)) // which ends with the program, in end
	go func() {
		defer close(d.built)
		d.running, d.err = d.fill(ctx, centre, world)
	}()
}

// end closes the desk and its centre. With whole it waits until all is built: a folder that is
// kept would lack the rest for ever.
func (d *demoDesk) end(whole bool) error {
	if !whole {
		d.stop()
	}
	<-d.built
	err := d.Close()
	d.stop()
	if d.running != nil {
		last, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = d.running.Close(last) // the program ends either way
	}
	return err
}

func (d *demoDesk) fill(ctx context.Context, centre *central.Centre, world *territory.Territory) (*central.Running, error) {
	empty, err := centre.Empty(ctx)
	if err == nil && empty {
		err = centre.Fill(ctx, populate.From(world, demoHours), func(done, _ int) { d.done.Store(int64(done)) })
	}
	if err != nil {
		return nil, demoLate(err)
	}
	d.done.Store(int64(world.Len()))
	if _, err := centre.SetProviderCache(ctx, territory.DemoProvider, func(h *central.HCP) { h.Handout = ehrdesk.Handouts() }); err != nil {
		return nil, err
	}
	running, err := centre.Start(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return running, demoLate(enrolDemo(ctx, centre, running.Base, d.Desk, func() { d.done.Add(1) }))
}

// enrolDemo registers a desk for each account that is not yet on it. A centre that listens on
// another port than last time is another centre to the desk, so a kept demo folder enrols anew.
func enrolDemo(ctx context.Context, centre *central.Centre, base string, desk *client.Desk, each func()) error {
	for _, s := range demoStaff {
		if at, err := desk.Central(ctx, s.staff); err == nil && at == base {
			each()
			continue
		} else if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
			return err
		}
		code, err := centre.AddAccount(ctx, territory.DemoProvider, s.staff, s.name, s.role)
		if err != nil {
			return err
		}
		if _, err := desk.Enrol(ctx, ehrdesk.Enrolment{Central: base, Staff: s.staff, Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(demoPassphrase)}); err != nil {
			return err
		}
		each()
	}
	return nil
}

// progress is how many people and accounts are there, of all.
func (d *demoDesk) progress() (done, total int) {
	select {
	case <-d.built:
		return 0, 0
	default:
		return int(d.done.Load()), int(d.total.Load())
	}
}

// wait returns when all is there. Errors: what went wrong; CodeTimeout with ctx.
func (d *demoDesk) wait(ctx context.Context) error {
	select {
	case <-d.built:
		return d.err
	case <-ctx.Done():
		return ehrdesk.E("demo", ehrdesk.CodeTimeout, ctx.Err())
	}
}

// Accounts waits until all are enrolled.
func (d *demoDesk) Accounts(ctx context.Context) ([]ehrdesk.Account, error) {
	if err := d.wait(ctx); err != nil {
		return nil, err
	}
	return d.Desk.Accounts(ctx)
}

// SignIn waits until all are enrolled.
func (d *demoDesk) SignIn(ctx context.Context, staff string, passphrase ehrdesk.Secret) (ehrdesk.Session, error) {
	if err := d.wait(ctx); err != nil {
		return nil, err
	}
	return d.Desk.SignIn(ctx, staff, passphrase)
}
