// Command ehrdesk is the clinician's workstation for Hong Kong's eHealth record
// sharing: the screen, and every thing the screen does as a command for scripts.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/cmd/internal/harden"
	"github.com/ehrdesk/ehrdesk/cmd/internal/zone"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/confine"
)

func main() { start(costs{}) }

// costs are what it costs to try a passphrase: of a person, and of a file that is sealed. The zero value is right for every desk.
type costs struct {
	passphrase cache.Cost
	file       agefile.Cost
}

// start is the program where trying a passphrase costs so much.
func start(cost costs) {
	door := confine.Enter(os.Args) // first of all: it may be another program's turn
	// Of SIGQUIT Go would write every stack and leave the terminal raw.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	harden.Process()
	if err := zone.Use(); err != nil {
		fmt.Fprintln(os.Stderr, "ehrdesk:", err)
		os.Exit(2)
	}
	status := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, door, cost})
	stop()
	os.Exit(status)
}
