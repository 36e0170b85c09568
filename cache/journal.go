package cache

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// logAfter says what becomes of the journal's write-ahead log after a change.
type logAfter bool

const (
	keepLog  logAfter = false
	emptyLog logAfter = true // what was deleted is to be gone from it too
)

// changeJournal runs f in one transaction of the journal, which is on the disk
// when it returns.
func (v *Vault) changeJournal(ctx context.Context, op string, after logAfter, f func(*sql.Tx) error) error {
	s := v.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	conn, err := s.journal.Conn(ctx)
	if err != nil {
		return disk.Fault(op, err)
	}
	defer conn.Close()
	err = disk.Within(ctx, conn, f)
	if err == nil && after == emptyLog {
		err = disk.TruncateWAL(context.WithoutCancel(ctx), conn)
	}
	return disk.Fault(op, err)
}

// errJournal is what somebody can do about a journal that does not open: it holds
// what exists nowhere else, so nothing of it is thrown away.
var errJournal = errors.New("journal.db is damaged: it holds the access log and the acts that wait. Keep the whole folder as it is, fetch journal.db from a backup if there is one, and tell your administrator")

// journalFault names the journal where an error is of its damage.
func journalFault(err error) error {
	if f := disk.Fault("", err); ehrdesk.CodeOf(f) == ehrdesk.CodeTampered && ehrdesk.Message(f) == disk.ErrDamaged.Error() {
		return ehrdesk.E("cache.open", ehrdesk.CodeTampered, errJournal)
	}
	return err
}
