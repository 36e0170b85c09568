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

func (l *lockOut) locked(e *screen.Env) bool { return e.Now().Before(l.until) }
