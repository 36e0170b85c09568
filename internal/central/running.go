package central

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
)

// Running is a centre that listens.
type Running struct {
	Base string // FHIR base, "http://127.0.0.1:PORT/fhir"
	srv  *http.Server
	done chan error
	beat sync.WaitGroup // what goes on beside the answers
	stop context.CancelFunc
}

// headEvery is how often a centre that runs signs its access log, where that grew.
const headEvery = time.Minute

// Start listens on addr ("127.0.0.1:0" for any free port of this machine) and
// serves until Close or the end of ctx. An address that other machines reach is
// refused without Options.TLS, unless Options.Base is an https one: then TLS ends in front of it.
// Errors: CodeInvalid, CodeOther where the address cannot be had.
func (c *Centre) Start(ctx context.Context, addr string) (*Running, error) {
	const op = "serve"
	base := c.rest.Known()
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the address to listen on is HOST:PORT")
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) && !strings.HasPrefix(base, "https://") && c.door.tls == nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "records go over plain HTTP on this machine only; elsewhere give --tls-cert and --tls-key, or --base https://… and end TLS in front")
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "another program listens on %s", addr)
	case errors.Is(err, fs.ErrPermission):
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this account may not listen on %s", addr)
	case err != nil:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "nobody can listen on %s here", addr)
	}
	if base == "" {
		base = "http://" + l.Addr().String() + "/fhir"
		if c.door.tls != nil {
			base = "https://" + l.Addr().String() + "/fhir"
		}
		c.rest.SetBase(base)
	}
	door := rest.NewDoor(l, cmp.Or(c.door.connections, rest.DefaultConnections))
	ending := make(chan struct{})
	run := &Running{Base: base, done: make(chan error, 1), srv: &http.Server{
		Handler:           c.handler(ending),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      5 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ConnState:         door.State,
	}}
	run.srv.RegisterOnShutdown(sync.OnceFunc(func() { close(ending) })) // a stream would never end by itself
	serve := func() error { return run.srv.Serve(door) }
	if c.door.tls != nil {
		door.Secure()
		run.srv.TLSConfig, run.srv.TLSNextProto = c.door.tls.config(c.rest.Now, func(err error) {
			c.rest.Warn("the certificate was not read again: the one before stays", ehrdesk.CodeOf(err))
		}), map[string]func(*http.Server, *tls.Conn, http.Handler){} // HTTP/1.1, as in front of it
		run.srv.ErrorLog = log.New(io.Discard, "", 0) // of handshakes: it names addresses
		serve = func() error { return run.srv.ServeTLS(door, "", "") }
	}
	go func() { run.done <- serve() }()
	ctx, run.stop = context.WithCancel(context.WithoutCancel(ctx))
	run.beat.Go(func() { c.signing(ctx) })
	run.beat.Go(func() {
		c.links.Sweeping(ctx, func(err error) {
			c.rest.Warn("files of links that have ended were not deleted; it is tried again", ehrdesk.CodeOf(err))
		})
	})
	run.beat.Go(func() {
		c.cases.Sweeping(ctx, func(err error) {
			c.rest.Warn("envelopes that are over were not deleted; it is tried again", ehrdesk.CodeOf(err))
		})
	})
	if c.before != nil {
		run.beat.Go(func() {
			c.before.store.Telling(ctx, func(err error) {
				c.rest.Warn("the engine was not told what happened here; it is tried again", ehrdesk.CodeOf(err))
			})
		})
	}
	return run, nil
}

// signing signs the access log every headEvery, and at the end.
func (c *Centre) signing(ctx context.Context) {
	tick := time.NewTicker(headEvery)
	defer tick.Stop()
	for ended := false; !ended; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			ended = true
		}
		if err := c.SignAudit(context.WithoutCancel(ctx)); err != nil {
			c.rest.Warn("the access log was not signed", ehrdesk.CodeOf(err))
		}
	}
}

// Close ends the service: no new requests, those under way are answered while
// ctx lasts.
func (r *Running) Close(ctx context.Context) error {
	err := r.srv.Shutdown(ctx)
	if err != nil {
		err = r.srv.Close()
	}
	if e := <-r.done; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	r.stop()
	r.beat.Wait()
	return err
}
