package line

import "github.com/ehrdesk/ehrdesk"

// Down reports an error that says the centre cannot be asked.
func Down(err error) bool {
	c := ehrdesk.CodeOf(err)
	return c == ehrdesk.CodeOffline || c == ehrdesk.CodeTimeout
}

// Unusable reports an error that says that nothing is to be had from the centre now: it
// cannot be asked, or it answers with a fault of its own.
func Unusable(err error) bool { return Down(err) || ehrdesk.TroubleOf(err) != "" }

// ErrLocked is what comes too late for a session gets.
var ErrLocked = ehrdesk.Errorf("session", ehrdesk.CodeLocked, "the desk is locked")

// troubleOf is the error of an operation that something on the line stands in the way of.
func troubleOf(op string, t ehrdesk.LineTrouble) error {
	code := ehrdesk.CodeOffline
	if t == ehrdesk.TroubleSilent {
		code = ehrdesk.CodeTimeout
	}
	return ehrdesk.E(op, code, t)
}
