package ehrdesk

import (
	"slices"
	"time"
)

// Of a critical message: for how many minutes it is somebody's turn where its author does not say, and at most.
const (
	CaseTurnUsual = 30
	CaseTurnMost  = 24 * 60
)

// CasePassed is somebody whose turn passed on as they left the case.
type CasePassed struct {
	By CasePerson
	At time.Time
}

// CaseTurn is whose it is now to acknowledge a critical message.
type CaseTurn struct {
	Who   CasePerson // zero where nobody did whose turn it was and the author has left too: it is the owner's of the case
	Since time.Time
	Until time.Time // when it is the next one's; zero where it is with its author again
	N     int       // their place in Turns, from 1; 0 where it is with its author again, for whom it is to find another way
}

// Turn says whose turn it is to acknowledge a critical message at a moment, by what the case's events say: every member and the centre
// come to the same. A turn lasts Within minutes, and passes on at once as somebody declines or leaves the case. After the last of Turns
// it is with its author again; it stays on the list of all of them until one acknowledges it, or the author says it anew. ok is false
// for what nobody has to acknowledge any more.
func (s *CaseSaid) Turn(now time.Time) (t CaseTurn, ok bool) {
	if _, settled := s.Settled(); !s.Critical || settled || s.Anew != 0 {
		return CaseTurn{}, false
	}
	at := s.At
	for i, who := range s.Turns {
		end := at.Add(time.Duration(s.Within) * time.Minute)
		if gave, ok := s.gaveUp(who); ok && gave.Before(end) {
			end = gave
			if end.Before(at) {
				end = at
			}
		}
		if now.Before(end) {
			return CaseTurn{Who: who, Since: at, Until: end, N: i + 1}, true
		}
		at = end
	}
	t = CaseTurn{Who: s.From(), Since: at}
	if s.left(t.Who) {
		t.Who = CasePerson{}
	}
	return t, true
}

// Settled is how a critical message was acknowledged by one of those who have to.
func (s *CaseSaid) Settled() (CaseReceipt, bool) {
	i := slices.IndexFunc(s.Receipts, func(r CaseReceipt) bool { return r.Kind == CaseAcknowledged && slices.Contains(s.Turns, r.Of()) })
	if i < 0 {
		return CaseReceipt{}, false
	}
	return s.Receipts[i], true
}

// Owes reports whether a critical message stays on somebody's list: it was not acknowledged, and they can, whosever turn it is.
func (s *CaseSaid) Owes(p CasePerson) bool {
	_, settled := s.Settled()
	_, gave := s.gaveUp(p)
	return s.Critical && !settled && s.Anew == 0 && slices.Contains(s.Turns, p) && !gave
}

// Approval is what the one who approves what is in it has said. approved is of a decision alone.
func (s *CaseSaid) Approval() (r CaseReceipt, approved, decided bool) {
	for _, r := range s.Receipts {
		if s.Approver != (CasePerson{}) && r.Of() == s.Approver && r.Kind != CaseOpened {
			return r, r.Kind == CaseAcknowledged, true
		}
	}
	return CaseReceipt{}, false, false
}

// gaveUp is when somebody declined a message or left the case.
func (s *CaseSaid) gaveUp(p CasePerson) (at time.Time, ok bool) {
	for _, r := range s.Receipts {
		if r.Of() == p && r.Kind == CaseDeclined {
			return r.At, true
		}
	}
	i := slices.IndexFunc(s.Passed, func(l CasePassed) bool { return l.By == p })
	if i < 0 {
		return time.Time{}, false
	}
	return s.Passed[i].At, true
}

func (s *CaseSaid) left(p CasePerson) bool {
	return slices.ContainsFunc(s.Passed, func(l CasePassed) bool { return l.By == p })
}

// passOn has the turns of somebody who leaves pass on, and what is with them as its author go on to the owner of the case.
func (c *Case) passOn(p CasePerson, at time.Time) {
	for i := range c.Said {
		if s := &c.Said[i]; s.Critical && !s.left(p) && (s.From() == p || slices.Contains(s.Turns, p)) {
			s.Passed = append(s.Passed, CasePassed{p, at})
		}
	}
}

// say adds what is said.
func (c *Case) say(e *CaseEvent) {
	v := e.Envelope
	if was := c.said(v.Reply); was != nil && v.Critical && was.Critical && was.From() == e.actor() {
		was.Anew = e.N
	}
	c.Said = append(c.Said, CaseSaid{Event: e.N, By: e.By, As: e.As, Name: e.forGroup(), At: e.At, Envelope: v.ID, Digest: v.Digest, To: v.To, Reply: v.Reply, About: v.About, Critical: v.Critical,
		Turns: v.Turns, Within: v.Within, Approver: v.Approver, Passes: v.Passes, Reseals: v.Reseals, Groups: e.Groups})
}

// turnsRight reports that a critical message has who acknowledges it and within what time, and that no other has.
func (v *CaseEnvelope) turnsRight() bool {
	if !v.Critical {
		return len(v.Turns) == 0 && v.Within == 0
	}
	for i, p := range v.Turns {
		if !slices.Contains(v.To, p) || slices.Contains(v.Turns[:i], p) {
			return false
		}
	}
	return len(v.Turns) > 0 && v.Within > 0 && v.Within <= CaseTurnMost
}
