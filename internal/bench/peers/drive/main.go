// Command drive holds the store against others: it builds a worker for each,
// tells all of them the same step, in random order, before it goes on to the
// next, and prints what each took as a table in Markdown. docs/performance.md
// says what the figures mean.
//
//	go run ./drive -patients 200 -rounds 60
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	log.SetFlags(log.Ltime)
	var s size
	flag.IntVar(&s.patients, "patients", 200, "of 500 records each")
	flag.IntVar(&s.rounds, "rounds", 60, "of reading and of changing")
	dir := flag.String("dir", "", "where the stores lie while it runs; a folder for temporary files if not given")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := drive(ctx, s, *dir, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// drive does one run and leaves nothing behind, files or processes.
func drive(ctx context.Context, s size, under string, out io.Writer) error {
	if err := s.check(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(under, "peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	stores, left, err := build(ctx, dir)
	if err != nil {
		return err
	}
	r := newRun(s, stores)
	if err := r.all(ctx); err != nil {
		return err
	}
	r.table(out)
	for _, l := range left {
		fmt.Fprintf(out, "\nLeft out: %s\n", l)
	}
	return nil
}
