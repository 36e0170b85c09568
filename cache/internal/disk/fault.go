package disk

import (
	"context"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// What a disk or a database meets, in words.
var (
	errFull    = errors.New("the disk is full; nothing was changed")
	ErrDamaged = errors.New("the store's file is damaged")
	ErrDisk    = errors.New("the disk could not be read or written")
	errRefuses = errors.New("the disk takes no more: it is full, a quota or a limit on file sizes is reached, or it fails; nothing was changed")
	errFixed   = errors.New("the disk can only be read: a desk has to write down what is done on it")
	ErrStore   = errors.New("the store's database refused the operation")
)

// Damage is an error of what is stored: it was changed, or it is damaged. Fault gives
// it CodeTampered.
type Damage string

func (d Damage) Error() string { return string(d) }

// FileFault says what a file operation met, without the path that err names.
func FileFault(err error) error {
	switch {
	case isFull(err):
		return errFull
	case isFixed(err):
		return errFixed
	}
	return ErrDisk
}

// Fault makes err one of ours. A database error's own text may quote SQL and
// paths, so only its kind is kept; errors of the store itself pass through.
func Fault(op string, err error) error {
	var ours *ehrdesk.Error
	var db *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours):
		return ours
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	case errors.Is(err, seal.ErrSealed), errors.Is(err, seal.ErrPadding), errors.Is(err, seal.ErrMalformed), errors.As(err, new(Damage)):
		return ehrdesk.E(op, ehrdesk.CodeTampered, err)
	case errors.As(err, &db):
		switch db.Code() { // extended: SQLite knows a full disk by one errno alone
		case sqlite3.SQLITE_IOERR_SHMSIZE:
			return ehrdesk.E(op, ehrdesk.CodeOther, errFull)
		case sqlite3.SQLITE_IOERR_WRITE:
			return ehrdesk.E(op, ehrdesk.CodeOther, errRefuses)
		}
		switch db.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return ehrdesk.E(op, ehrdesk.CodeOther, errFull)
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return ehrdesk.E(op, ehrdesk.CodeTampered, ErrDamaged)
		case sqlite3.SQLITE_READONLY:
			return ehrdesk.E(op, ehrdesk.CodeOther, errFixed)
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
			return ehrdesk.E(op, ehrdesk.CodeOther, ErrDisk)
		}
		return ehrdesk.E(op, ehrdesk.CodeOther, ErrStore)
	default:
		return ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
}
