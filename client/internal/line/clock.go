package line

import (
	"errors"
	"fmt"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// ClockSlack is how far this desk's clock may be from the centre's before what it
// says of a moment is uncertain.
const ClockSlack = 5 * time.Minute

// Clock is this desk's clock against the centre's, as last heard.
type Clock struct {
	Ahead int64     `json:"ahead"` // seconds by which the desk's clock is ahead
	At    time.Time `json:"at"`    // when that was, by the desk's clock

	exact bool // heard in this session, and not as it was kept from another
}

// off is by how much.
func (c *Clock) off() time.Duration { return time.Duration(c.Ahead) * time.Second }

// uncertain reports that a moment by the desk's clock may not be what it says: the
// centre was never heard, its clock is too far away, or the desk's was set back
// since.
func (c *Clock) uncertain(now time.Time) bool {
	return c == nil || c.off().Abs() > ClockSlack || now.Before(c.At.Add(-ClockSlack))
}

// Coarse is c as it is kept beside the person's keys, which are not written anew
// for a second or two.
func (c *Clock) Coarse() *Clock {
	if c == nil {
		return nil
	}
	return &Clock{Ahead: int64(c.off().Round(30 * time.Second).Seconds()), At: c.At.UTC().Truncate(24 * time.Hour)}
}

// HeardTime takes the centre's clock from its answer; zero where it gave none.
func (l *Line) HeardTime(centre time.Time) {
	if centre.IsZero() {
		return
	}
	now := l.now()
	l.mu.Lock()
	l.clock = &Clock{Ahead: int64(now.Sub(centre) / time.Second), At: now, exact: true}
	bad := l.clock.uncertain(now)
	l.mu.Unlock()
	if bad {
		l.warnings.Warn(warnings.Clock)
	}
}

// Clocked is the desk's time, and whether that is uncertain.
func (l *Line) Clocked() (now time.Time, uncertain bool) {
	now = l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return now, l.clock.uncertain(now)
}

// How long the centre's clock is known after it was heard, and how far from it the desk's has to be to
// be set right: it says whole seconds.
const (
	clockFresh = 2 * time.Minute
	clockNear  = 2 * time.Second
)

// Centre is the centre's time, as this desk knows it from its last answer, and by how much the desk's
// own was ahead then. sure is false where the centre has not answered of late, or the desk's clock was
// set back since: now is the desk's own then.
func (l *Line) Centre() (now time.Time, ahead time.Duration, sure bool) {
	now = l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.clock; c != nil && c.exact && !now.Before(c.At) && now.Sub(c.At) < clockFresh {
		if ahead = c.off(); ahead.Abs() < clockNear {
			ahead = 0
		}
		return now.Add(-ahead), ahead, true
	}
	return now, 0, false
}

// ByClock says of a refused sign-in where the desk's clock is why: what the desk
// signs is good for minutes.
func (l *Line) ByClock(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.clock == nil || l.clock.off().Abs() <= ClockSlack || ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		return err
	}
	return ehrdesk.E("sign-in", ehrdesk.CodeDenied, &apart{err, int(l.clock.off().Abs().Minutes())})
}

// apart is a refusal that a clock may be the reason of. What else the refusal says, such as
// what has ended, is still found in it.
type apart struct {
	err     error
	minutes int
}

func (a *apart) Error() string {
	return fmt.Sprintf("%s; this desk's clock is %d minutes from the central service's: set it", ehrdesk.Message(a.err), a.minutes)
}

// Unwrap is the cause without the errors around it, whose words this one's are.
func (a *apart) Unwrap() error {
	cause := a.err
	for e := (*ehrdesk.Error)(nil); errors.As(cause, &e); {
		cause = e.Err
	}
	return cause
}

// Coarse is the desk's clock as it is kept beside the person's keys.
func (l *Line) Coarse() *Clock {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock.Coarse()
}

// Later is the greater of the desk's clock and the centre's last word, so that a clock
// set back revives nothing.
func Later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
