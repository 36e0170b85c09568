package client

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// clockSlack is how far this desk's clock may be from the centre's before what it
// says of a moment is uncertain.
const clockSlack = 5 * time.Minute

// clockSeen is this desk's clock against the centre's, as last heard.
type clockSeen struct {
	Ahead int64     `json:"ahead"` // seconds by which the desk's clock is ahead
	At    time.Time `json:"at"`    // when that was, by the desk's clock
}

// off is by how much.
func (c *clockSeen) off() time.Duration { return time.Duration(c.Ahead) * time.Second }

// uncertain reports that a moment by the desk's clock may not be what it says: the
// centre was never heard, its clock is too far away, or the desk's was set back
// since.
func (c *clockSeen) uncertain(now time.Time) bool {
	return c == nil || c.off().Abs() > clockSlack || now.Before(c.At.Add(-clockSlack))
}

// coarse is c as it is kept beside the person's keys, which are not written anew
// for a second or two.
func (c *clockSeen) coarse() *clockSeen {
	if c == nil {
		return nil
	}
	return &clockSeen{Ahead: int64(c.off().Round(30 * time.Second).Seconds()), At: c.At.UTC().Truncate(24 * time.Hour)}
}

// heardTime takes the centre's clock from its answer; zero where it gave none.
func (s *Session) heardTime(centre time.Time) {
	if centre.IsZero() {
		return
	}
	now := s.desk.opt.Now()
	s.mu.Lock()
	s.clock = &clockSeen{Ahead: int64(now.Sub(centre) / time.Second), At: now}
	bad := s.clock.uncertain(now)
	s.mu.Unlock()
	if bad {
		s.warn(WarnClock)
	}
}

// clockNow is the desk's time, and whether that is uncertain.
func (s *Session) clockNow() (now time.Time, uncertain bool) {
	now = s.desk.opt.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return now, s.clock.uncertain(now)
}

// byClock says of a refused sign-in where the desk's clock is why: what the desk
// signs is good for minutes.
func (s *Session) byClock(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clock == nil || s.clock.off().Abs() <= clockSlack || ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		return err
	}
	return ehrdesk.Errorf("sign-in", ehrdesk.CodeDenied, "%s; this desk's clock is %d minutes from the central service's: set it",
		ehrdesk.Message(err), int(s.clock.off().Abs().Minutes()))
}
