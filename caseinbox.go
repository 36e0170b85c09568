package ehrdesk

import (
	"slices"
	"time"
)

// For reports what somebody can open that somebody else has said.
func (s *CaseSaid) For(p CasePerson) bool { return s.By != p && slices.Contains(s.To, p) }

// Receipt is what somebody has done with what was said: of CaseOpened that alone, else whether they acknowledged or declined it.
func (s *CaseSaid) Receipt(p CasePerson, opened bool) (CaseReceipt, bool) {
	i := slices.IndexFunc(s.Receipts, func(r CaseReceipt) bool { return r.By == p && (r.Kind == CaseOpened) == opened })
	if i < 0 {
		return CaseReceipt{}, false
	}
	return s.Receipts[i], true
}

// did reports that somebody has given a receipt, or that theirs waits here: it is the person's own view.
func (v *CaseView) did(s *CaseSaid, p CasePerson, opened bool) bool {
	if _, ok := s.Receipt(p, opened); ok {
		return true
	}
	return slices.ContainsFunc(v.Waits, func(w CaseWaiting) bool {
		receipt := w.Kind == CaseOpened || w.Kind == CaseAcknowledged || w.Kind == CaseDeclined
		return receipt && w.Of == s.Event && (w.Kind == CaseOpened) == opened && w.Why == ""
	})
}

// Unread reports what was said to somebody and what they have not opened. at is now: what has passed is not there to be read.
func (v *CaseView) Unread(s *CaseSaid, p CasePerson, at time.Time) bool {
	return s.For(p) && !v.did(s, p, true) && (s.Passes.IsZero() || at.Before(s.Passes))
}

// Owes reports what somebody has to acknowledge and nobody has (CaseSaid.Owes), but for an answer of theirs that waits here.
func (v *CaseView) Owes(s *CaseSaid, p CasePerson) bool {
	return s.Owes(p) && !v.did(s, p, false)
}

// back reports what is critical and came back to somebody, as its author or for an author who left: everybody let their turn pass.
func (v *CaseView) back(s *CaseSaid, p CasePerson, at time.Time) bool {
	t, ok := s.Turn(at)
	return ok && t.N == 0 && (t.Who == p || t.Who == CasePerson{} && v.Owner == p) && !s.Owes(p)
}

// asks reports what was said to one person alone, or answers what they said.
func (v *CaseView) asks(s *CaseSaid, p CasePerson) bool {
	if len(s.To) == 1 {
		return true
	}
	r := v.said(s.Reply)
	return r != nil && r.By == p
}

// CaseCount is what of a case waits for somebody.
type CaseCount struct {
	Unread   int
	Critical int  // to be acknowledged
	Back     int  // critical, with them again: nobody acknowledged it in their turn
	Asked    int  // of Unread: said to them alone, or an answer to them
	Refused  int  // what they wrote that is not sent
	Closing  bool // it is theirs, and ends
}

// Urgent reports that something critical waits for them.
func (n CaseCount) Urgent() bool { return n.Critical+n.Back > 0 }

// Count is what of a case waits for somebody at a moment. Nothing that is sealed to them waits where the centre gives nothing of it.
func (v *CaseView) Count(p CasePerson, at time.Time) (n CaseCount) {
	for _, w := range v.Waits {
		if w.Why != "" {
			n.Refused++
		}
	}
	if v.Left || v.Closed != "" || v.State.Over() {
		return n
	}
	for i := range v.Said {
		s := &v.Said[i]
		if v.Owes(s, p) {
			n.Critical++
		}
		if v.back(s, p, at) {
			n.Back++
		}
		if v.Unread(s, p, at) {
			if n.Unread++; v.asks(s, p) {
				n.Asked++
			}
		}
	}
	n.Closing = v.State == CaseClosing && v.Owner == p
	return n
}

// ToAct reports whether somebody has to do something about a case: acknowledge, find another who does, answer, look at what was refused,
// or see to its end.
// A history that breaks is for whoever sees it to tell.
func (v *CaseView) ToAct(n CaseCount) bool {
	return n.Urgent() || n.Asked > 0 || n.Refused > 0 || n.Closing || v.Broken != ""
}

// Answered reports what somebody has acknowledged or declined, or that waits here.
func (v *CaseView) Answered(s *CaseSaid, p CasePerson) bool { return v.did(s, p, false) }
