package sqlstore

import (
	"context"
	"database/sql"
)

// dialect is what one engine says otherwise than the statements are written.
type dialect struct {
	// spell is a statement as the engine has it.
	spell func(text string) string
	// run does what begins or ends a transaction, and fails where it did not come about; nil
	// where a statement does it.
	run func(ctx context.Context, conn *sql.Conn, text string) error
	// cursors says that a connection has one statement at a time, so that lists come by cursors.
	cursors bool
	// alive is whether a connection of the driver is good still; nil where it says so itself.
	alive func(conn any) bool
	// guarded is whether the log takes no change still, and has never held more than it does.
	guarded string
}
