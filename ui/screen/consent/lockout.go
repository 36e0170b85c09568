package consent

import (
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// lockOut is the time for which the centre takes no Access Key of this patient.
type lockOut struct {
	until time.Time
	wrong screen.Wrong
}

func (l *lockOut) take(err error) {
	if k := (*ehrdesk.LockOut)(nil); errors.As(err, &k) {
		l.until, l.wrong = k.Until, screen.Failed(err)
	}
}

// known takes what the look-up said.
func (l *lockOut) known(f ehrdesk.Finding) {
	if !f.KeyLocked.IsZero() {
		l.take(ehrdesk.E("consent", ehrdesk.CodeLocked, &ehrdesk.LockOut{Until: f.KeyLocked}))
	}
}

func (l *lockOut) locked(e *screen.Env) bool { return e.Now().Before(l.until) }
