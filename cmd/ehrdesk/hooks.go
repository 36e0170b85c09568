package main

import (
	"context"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/cdshooks"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// hooksFlags are those of hooks serve.
type hooksFlags struct {
	listen, purpose, reason, token, user string
	origins                              []string
	number                               bool
	idle                                 time.Duration
}

// callWait is how long a call may take, waiting for others included.
const callWait = 30 * time.Second

func (a *app) hooksCommand() *cobra.Command {
	var o hooksFlags
	serve := &cobra.Command{
		Use:   "serve --purpose P --token-file FILE",
		Short: "Sign in, and answer calls until it is stopped, idle, or the account ends",
		Long: "Serves CDS Hooks 2.0 (patient-view, order-select) on this machine's loopback. Each call opens the patient's record under whoever signs in: it is logged, and the patient is normally notified.\n" +
			"The token that a caller shows is made anew into FILE, for its owner alone, and goes when the command ends. Nothing is read from standard input. A line a call: the hook, the status, how many cards; nothing of the patient.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serveHooks(cmd.Context(), &o) },
	}
	f := serve.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8765", "loopback address and port; port 0 is any that is free")
	f.StringVar(&o.purpose, "purpose", "", "why records are opened: "+purposes())
	f.StringVar(&o.reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	f.StringVar(&o.token, "token-file", "", "where the caller reads its token")
	f.StringVar(&o.user, "user", "", "answer only calls of this user, as the caller names them in context.userId: Practitioner/7")
	f.StringSliceVar(&o.origins, "origin", nil, "a page of this origin may call, as https://emr.example (default: none, programs alone)")
	f.BoolVar(&o.number, "patient-id-is-number", false, "the caller's ids of patients are HKIC or eHR numbers (default: they are identifiers of the Patient sent along)")
	f.DurationVar(&o.idle, "idle-lock", 5*time.Minute, "lock, and end, after this long without a call, 10s to 1h")
	c := &cobra.Command{Use: "hooks", Short: "CDS Hooks for a program beside the desk"}
	c.AddCommand(serve)
	return c
}

// check refuses what would fail at the first call.
func (o *hooksFlags) check() (ehrdesk.Purpose, error) {
	const op = "hooks"
	p, err := ehrdesk.ParsePurpose(o.purpose)
	switch {
	case err != nil:
		return p, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
	case p == ehrdesk.OtherPurposes && strings.TrimSpace(o.reason) == "":
		return p, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose other needs --reason")
	case o.token == "":
		return p, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--token-file is needed: it is where the caller reads its token")
	case o.idle < shortest || o.idle > longest:
		return p, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--idle-lock is from 10s to 1h")
	}
	return p, nil
}

// serveHooks signs in and serves. Being stopped is no error; being idle is CodeLocked.
func (a *app) serveHooks(ctx context.Context, o *hooksFlags) (err error) {
	p, err := o.check()
	if err != nil {
		return err
	}
	l, err := cdshooks.Listen(ctx, o.listen)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // closed already where it was served
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) (err error) {
		if err := seesMedicines(s); err != nil {
			return err
		}
		token := cdshooks.NewToken()
		defer token.Wipe()
		if err := putToken(o.token, token); err != nil {
			return err
		}
		defer func() { err = first(err, dropToken(o.token, token)) }()
		return a.answer(ctx, l, s, token, p, o)
	})
}

// answer serves until ctx or the session ends.
func (a *app) answer(ctx context.Context, l net.Listener, s *client.Session, token ehrdesk.Secret, p ehrdesk.Purpose, o *hooksFlags) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	d := &hooksDesk{session: s, bookOf: a.bookOf, purpose: p, reason: o.reason, rest: newRest(o.idle, time.Now), stop: stop}
	h := cdshooks.New(cdshooks.Options{Desk: d, Token: token, Origins: o.origins, User: o.user, IDIsNumber: o.number, Wait: callWait, Now: time.Now, Told: a.tellsOfCalls()})
	boundMemory()
	address := "http://" + l.Addr().String() + "/cds-services"
	if err := a.line(servingJSON{address, o.token, os.Getpid()}, "serving "+address+"; the token is in the file"); err != nil {
		return err
	}
	go d.watch(ctx)
	if err := cdshooks.Serve(ctx, l, h); err != nil {
		return err
	}
	return d.why()
}

type servingJSON struct {
	Serving string `json:"serving"`
	Token   string `json:"token_file"`
	PID     int    `json:"pid"`
}

// calledJSON is what is written of a call.
type calledJSON struct {
	Call   cdshooks.Hook `json:"call"`
	Status int           `json:"status"`
	Code   ehrdesk.Code  `json:"code,omitempty"`
	Cards  int           `json:"cards"`
	Took   int64         `json:"took_ms"`
}

// tellsOfCalls writes a line a call.
func (a *app) tellsOfCalls() func(cdshooks.Told) {
	var mu sync.Mutex
	return func(t cdshooks.Told) {
		mu.Lock()
		defer mu.Unlock()
		words := []string{string(t.Hook), textOfStatus(t)}
		_ = a.line(calledJSON{t.Hook, t.Status, t.Code, t.Cards, t.Took.Milliseconds()}, strings.Join(words, " ")) // the caller has its answer whoever reads this
	}
}

// seesMedicines refuses whoever is shown none: what the rules say would tell of them.
func seesMedicines(s ehrdesk.Session) error {
	role := s.Account().Role
	if !role.Clinical() || ehrdesk.AccessOf(role, ehrdesk.KindMedication) != ehrdesk.General {
		return ehrdesk.Errorf("hooks", ehrdesk.CodeDenied, "findings about drugs are for who sees medicines")
	}
	return nil
}

// putToken writes the token for its owner alone. A token that was left behind is replaced, and no other file.
func putToken(name string, token ehrdesk.Secret) error {
	if info, err := os.Lstat(name); err == nil && info.Mode().IsRegular() && info.Size() == int64(len(token.Reveal())+1) {
		if err := os.Remove(name); err != nil {
			return ehrdesk.Errorf("hooks", ehrdesk.CodeInvalid, "the token file of before cannot be replaced")
		}
	}
	return report.Write("hooks", name, []byte(token.Reveal()+"\n"))
}

// dropToken takes the file away, where it still is this token's.
func dropToken(name string, token ehrdesk.Secret) error {
	if b, err := os.ReadFile(name); err != nil || string(b) != token.Reveal()+"\n" {
		return nil
	}
	if os.Remove(name) != nil {
		return ehrdesk.Errorf("hooks", ehrdesk.CodeOther, "the token file cannot be taken away: it opens nothing any more")
	}
	return nil
}
