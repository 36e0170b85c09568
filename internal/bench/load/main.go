// Command load asks of running centres what so many clinicians ask, and prints how long they were
// kept waiting (docs/scale.md).
//
//	load prepare --dir DIR [--store-file FILE] --desks 50 --out desks.json
//	load run --central URL [--via HOST:PORT,…] --desks desks.json --clinicians 1000 --for 10m
//
// The first makes, in a centre's folder or database, a provider for trials with accounts, and
// people with records that say nothing; what it writes has codes in it. The second enrols each
// once, as desks do. It is never run at a centre that has patients: both put things there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/bench/traffic"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "prepare":
			return prepare(ctx, args[1:])
		case "run":
			return ask(ctx, args[1:], out)
		}
	}
	return errors.New("load prepare|run; -h after either says what it takes")
}

// prepare makes the accounts and the people, and writes down who they are.
func prepare(ctx context.Context, args []string) (err error) {
	f := flag.NewFlagSet("prepare", flag.ContinueOnError)
	dir := f.String("dir", "", "the centre's state `folder`")
	storeFile := f.String("store-file", "", "`file` with the address of its database, where it has one")
	desks := f.Int("desks", 50, "how many desks")
	records := f.Int("records", 40, "how many records each person has")
	out := f.String("out", "", "the `file` to make (0600): it has the codes that enrol")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *dir == "" || *out == "" || *desks < 1 || *records < 0 {
		return errors.New("prepare takes --dir and --out")
	}
	o := central.Options{Dir: *dir}
	if *storeFile != "" {
		b, err := os.ReadFile(*storeFile)
		if err != nil {
			return errors.New("the file of the database's address cannot be read")
		}
		o.Store = strings.TrimSpace(string(b))
	}
	c, err := central.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	hcp, err := c.AddHCP(ctx, central.HCP{Name: "Load trial", Deemed: true})
	if err != nil {
		return err
	}
	var accounts []traffic.Account
	for n := range *desks {
		a := traffic.Account{HCP: hcp, Staff: fmt.Sprintf("trial.%d", n), Patient: uuid.NewString()}
		if a.Code, err = c.AddAccount(ctx, hcp, a.Staff, "Trial", ehrdesk.Doctor); err != nil {
			return err
		}
		if _, err := c.Import(ctx, strings.NewReader(traffic.Person(a.Patient, *records)), "load"); err != nil {
			return err
		}
		accounts = append(accounts, a)
	}
	b, err := json.Marshal(accounts, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	return writeNew(*out, b)
}

// writeNew makes a file, and writes over none.
func writeNew(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

// ask enrols the desks and runs the plan.
func ask(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("run", flag.ContinueOnError)
	base := f.String("central", "", "the centre's `URL`, as desks have it")
	via := f.String("via", "", "where to connect instead, as HOST:PORT,…: in turn, the next where one does not answer")
	from := f.String("desks", "", "the `file` that prepare made")
	p := traffic.Plan{}
	f.IntVar(&p.Clinicians, "clinicians", 1000, "how many")
	f.DurationVar(&p.For, "for", 10*time.Minute, "how long")
	f.Uint64Var(&p.Seed, "seed", 1, "of who asks when")
	if err := f.Parse(args); err != nil {
		return err
	}
	b, err := os.ReadFile(*from)
	if err != nil || *base == "" || p.Clinicians < 1 || p.For <= 0 {
		return errors.New("run takes --central, and --desks with a file that prepare made")
	}
	var accounts []traffic.Account
	if err := json.Unmarshal(b, &accounts); err != nil || len(accounts) == 0 {
		return errors.New("the file of desks is none that prepare made")
	}
	over := http.DefaultTransport.(*http.Transport).Clone()
	over.MaxIdleConnsPerHost = len(accounts)
	if *via != "" {
		over.DialContext = inTurn(strings.Split(*via, ","))
	}
	var seats []*traffic.Seat
	for _, a := range accounts {
		s, err := traffic.Sit(ctx, *base, over, a)
		if err != nil {
			return err
		}
		seats = append(seats, s)
	}
	fmt.Fprintf(os.Stderr, "%d desks enrolled; asking for %v\n", len(seats), p.For)
	r, err := traffic.Run(ctx, seats, p)
	fmt.Fprintln(out, r.String())
	return err
}

// inTurn connects to one address after another, and past one that does not answer.
func inTurn(addresses []string) func(context.Context, string, string) (net.Conn, error) {
	var next atomic.Uint64
	return func(ctx context.Context, network, _ string) (conn net.Conn, err error) {
		var d net.Dialer
		for range addresses {
			at := addresses[int(next.Add(1)-1)%len(addresses)]
			if conn, err = d.DialContext(ctx, network, at); err == nil {
				return conn, nil
			}
		}
		return nil, err
	}
}
