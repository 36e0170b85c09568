package chart

import (
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// drawChecks says in the rule below the banner how many safety checks are on and what they found, and how many abnormal
// results nobody has acknowledged; nothing for who is shown no drugs. What they found, and how many wait, is never left
// out: of a narrow rule it has the room.
func (s *Screen) drawChecks(c *paint.Canvas, x, y, right int) {
	e, r := s.env, s.checks.report
	if role := e.Account().Role; !role.Clinical() || ehrdesk.AccessOf(role, ehrdesk.KindMedication) == ehrdesk.NoAccess {
		return
	}
	st := theme.Abnormal
	if r != nil && r.Count(safety.Stop) > 0 {
		st = theme.Critical
	}
	on, found := e.Facts().Chip(r)
	parts := []chip{{theme.Muted, on}}
	if found != "" {
		parts = append(parts, chip{st, found})
	}
	waits, short := s.waiting()
	if waits.words != "" {
		parts = append(parts, waits)
	}
	if all, act := s.env.CasesOf(s.patient.ID); all > 0 {
		one := chip{theme.Muted, text.Sprintf(e.S(e.T.Cases.Chip), all)}
		if act > 0 {
			one = chip{theme.Abnormal, text.Sprintf(e.S(e.T.Cases.ChipAct), all, act)}
		}
		if w := append(slices.Clone(parts), one); right-2-widthOf(w) >= x+(right-x)/5 { // what was found has the room before it
			parts = slices.Insert(parts, 0, one)
		}
	}
	from := x + (right-x)/5 // what is left of it is still a rule, in which a message is written
	if len(parts) > 1 && right-2-widthOf(parts) < from {
		parts[0].words = "!"
	}
	if waits.words != "" && right-2-widthOf(parts) < from {
		parts[len(parts)-1].words = short
	}
	at := right - 2 - widthOf(parts)
	at = c.Put(at, y, right, theme.Muted, " ")
	for i, p := range parts {
		if i > 0 {
			at = c.Put(at, y, right, theme.Muted, between)
		}
		at = c.Put(at, y, right, p.style, p.words)
	}
	c.Put(at, y, right, theme.Muted, " ")
}

// chip is words in the rule below the banner.
type chip struct {
	style paint.Style
	words string
}

// widthOf is how wide chips are, with a space around them.
func widthOf(parts []chip) int {
	w := 2
	for i, p := range parts {
		if w += paint.Width(p.words); i > 0 {
			w += paint.Width(between)
		}
	}
	return w
}

// between parts what stands in the rule.
const between = " · "

// waiting is how many abnormal results nobody has acknowledged, and that in fewer words; without words for none, and for
// who sees none.
func (s *Screen) waiting() (c chip, short string) {
	n, critical := 0, 0
	for i := range s.inbox.all {
		if x := &s.inbox.all[i]; x.Open() {
			if n++; x.Critical {
				critical++
			}
		}
	}
	if n == 0 {
		return chip{}, ""
	}
	t := &s.env.T.Unseen
	short = text.Sprintf(s.env.S(t.Chip), n)
	if critical > 0 {
		return chip{theme.Critical, text.Sprintf(s.env.S(t.ChipCritical), n, critical)}, short
	}
	return chip{theme.Abnormal, short}, short
}
