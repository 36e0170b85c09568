package ehrdesk

import (
	"slices"
	"time"
)

// For reports what somebody can open that somebody else has said.
func (s *CaseSaid) For(p CasePerson) bool { return s.By != p && slices.Contains(s.To, p) }

// Receipt is what somebody, or a group, has done with what was said: of CaseOpened that alone, else whether they acknowledged or declined it.
func (s *CaseSaid) Receipt(p CasePerson, opened bool) (CaseReceipt, bool) {
	i := slices.IndexFunc(s.Receipts, func(r CaseReceipt) bool { return r.Of() == p && (r.Kind == CaseOpened) == opened })
	if i < 0 {
		return CaseReceipt{}, false
	}
	return s.Receipts[i], true
}

// As is as whom somebody answers what was said: themselves where it is for them, else the first group that it is for and they answer for.
// ok is false for what is for neither, or is their own.
func (v *CaseView) As(s *CaseSaid, p CasePerson) (as CasePerson, ok bool) {
	return s.Answers(p, v.Answers)
}

// For reports what somebody can open that somebody else has said, to them or to a group that they answer for.
func (v *CaseView) For(s *CaseSaid, p CasePerson) bool {
	_, ok := v.As(s, p)
	return ok
}

// CanRead reports what somebody can read: it is for them or a group of theirs, or was said by them or for such a group.
func (v *CaseView) CanRead(s *CaseSaid, p CasePerson) bool { return s.Opens(p, v.Answers) }

// Reads reports that what was said in an event was sealed for somebody, or a group that they answer for (Case.Reads).
func (v *CaseView) Reads(p CasePerson, event int) bool {
	return v.Case.Reads(p, event) || slices.ContainsFunc(v.Answers, func(g CasePerson) bool { return v.Case.Reads(g, event) })
}

// Is reports whether one of a case is somebody, or a group that they answer for.
func (v *CaseView) Is(one, p CasePerson) bool { return one == p || slices.Contains(v.Answers, one) }

// Acts is as whom somebody does something in a case that is about no message: themselves where they are in it, else the first of its groups
// that they answer for.
func (v *CaseView) Acts(p CasePerson) CasePerson { return v.Case.Acts(p, v.Answers) }

// did reports that somebody has given a receipt, or that theirs waits here: it is the person's own view. What is for a group is opened by
// each on its staff, and answered by one of them for all.
func (v *CaseView) did(s *CaseSaid, p CasePerson, opened bool) bool {
	as, ok := v.As(s, p)
	if ok && slices.ContainsFunc(s.Receipts, func(r CaseReceipt) bool {
		return r.Of() == as && (r.By == p && (r.Kind == CaseOpened) == opened || isGroup(as) && r.Kind != CaseOpened)
	}) {
		return true
	}
	return slices.ContainsFunc(v.Waits, func(w CaseWaiting) bool {
		receipt := w.Kind == CaseOpened || w.Kind == CaseAcknowledged || w.Kind == CaseDeclined
		return receipt && w.Of == s.Event && (w.Kind == CaseOpened) == opened && w.Why == ""
	})
}

// Unread reports what was said to somebody and what they have not opened. at is now: what has passed is not there to be read.
func (v *CaseView) Unread(s *CaseSaid, p CasePerson, at time.Time) bool {
	as, ok := v.As(s, p)
	return ok && !v.did(s, p, true) && !v.before(s, as) && (s.Passes.IsZero() || at.Before(s.Passes))
}

// before reports what was said to a group before they came to it: it is there to be read, and is no news.
func (v *CaseView) before(s *CaseSaid, as CasePerson) bool {
	i := slices.Index(v.Answers, as)
	return i >= 0 && i < len(v.Since) && s.At.Before(v.Since[i])
}

// Opened reports what somebody has opened, or has just opened here.
func (v *CaseView) Opened(s *CaseSaid, p CasePerson) bool {
	return slices.ContainsFunc(s.Receipts, func(r CaseReceipt) bool { return r.By == p && r.Kind == CaseOpened }) ||
		slices.ContainsFunc(v.Waits, func(w CaseWaiting) bool { return w.Of == s.Event && w.Kind == CaseOpened && w.Why == "" })
}

// Owes reports what somebody has to acknowledge, for themselves or a group, and nobody has (CaseSaid.Owes), but for an answer of theirs that
// waits here.
func (v *CaseView) Owes(s *CaseSaid, p CasePerson) bool {
	as, ok := v.As(s, p)
	return ok && s.Owes(as) && !v.did(s, p, false)
}

// back reports what is critical and came back to somebody, as its author or for an author who left: everybody let their turn pass.
func (v *CaseView) back(s *CaseSaid, p CasePerson, at time.Time) bool {
	t, ok := s.Turn(at)
	return ok && t.N == 0 && (v.Is(t.Who, p) || t.Who == CasePerson{} && v.Owner == p) && !v.Owes(s, p)
}

// asks reports what was said to one alone, a person or a group, or answers what they said.
func (v *CaseView) asks(s *CaseSaid, p CasePerson) bool {
	if len(s.To) == 1 {
		return true
	}
	r := v.said(s.Reply)
	return r != nil && v.Is(r.From(), p)
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
