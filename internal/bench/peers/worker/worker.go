// Package worker is what the processes of all stores share: it makes records,
// does one step at a time on a store as the driver tells it, and times them.
//
// Standard input has a step a line, its name and up to two numbers: "write 17",
// "one 3 250". Standard output answers each with one number: the nanoseconds
// that the step took, or bytes. Whatever fails ends the process.
package worker

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// Each is how many records a patient has.
const Each = 500

// Store is one that takes part, opened. A patient is a number from 0. What a
// method counts is the records it saw, so that none is measured doing nothing.
type Store interface {
	Write(ctx context.Context, patient int, all []cache.Change) error
	Open(ctx context.Context, patient int) (records int, err error) // from the disk: the list and all bodies
	Prepare(ctx context.Context, patient int) error                 // has this chart open and no other, where charts are opened
	One(ctx context.Context, patient int, ref ehrdesk.Ref) error    // the body of a record of the chart that is open
	Count(ctx context.Context, patient int) (records int, err error)
	CountOpen(ctx context.Context, patient int) (records int, err error) // of the chart that is open
	CountAll(ctx context.Context) (records int, err error)
	Update(ctx context.Context, patient int, changed []cache.Change) error
	Shred(ctx context.Context, patient int) error
	Checkpoint(ctx context.Context) error // what was written is in the file, not in its log
	Size() (bytes int64, err error)       // of the file that holds the records
}

// Open makes or opens the store in a folder. Only one record will be asked of
// one that is opened cold.
type Open func(ctx context.Context, dir string, cold bool) (Store, error)

// Main is the whole process of a store. It ends where standard input does.
func Main(open Open) {
	began := time.Now()
	dir := flag.String("dir", "", "folder of the store")
	patients := flag.Int("patients", 1, "how many there are")
	cold := flag.Int("cold", -1, "open, read the record -ref of this patient, print the nanoseconds since the start, end")
	ref := flag.String("ref", "", "a record, as Observation/1")
	flag.Parse()

	// No context that can end: drivers pay for those with a goroutine a statement.
	ctx := context.Background()
	s, err := open(ctx, *dir, *cold >= 0)
	switch {
	case err != nil:
	case *cold >= 0:
		var r ehrdesk.Ref
		r.Resource, r.ID, _ = strings.Cut(*ref, "/")
		err = s.One(ctx, *cold, r)
		fmt.Println(time.Since(began).Nanoseconds())
	default:
		err = serve(ctx, &turns{store: s, patients: *patients}, os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, t *turns, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		answer, err := t.take(ctx, lines.Text())
		if err != nil {
			return fmt.Errorf("%s: %w", lines.Text(), err)
		}
		if _, err := fmt.Fprintln(out, answer); err != nil {
			return err
		}
	}
	return lines.Err()
}
