// Package unseen keeps a terminal from showing a passphrase that is typed before it is asked
// for: a program that opens a store first takes longer than a hand that knows what comes.
package unseen

import (
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// Begin has the terminal in show nothing of what is typed, until end is called, which may be
// often; for what is no terminal it does nothing. What is typed before it is asked for is read
// then: a number and a passphrase may be typed, or pasted, in one go.
func Begin(in io.Reader) (end func()) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func() {}
	}
	return sync.OnceFunc(hide(int(f.Fd())))
}
