package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// sayNews says what has come, all of it, and lets the screen about each patient look again.
func (m *Model) sayNews(changed []ehrdesk.Task) tea.Cmd {
	var cmds []tea.Cmd
	for _, t := range changed {
		if t.Kind != ehrdesk.TaskReport {
			cmds = append(cmds, m.heard(ehrdesk.Hint{Kind: ehrdesk.HintConsent, Patient: t.Patient.ID}))
		}
	}
	if words, bad := m.allNews(changed); words != "" {
		m.aloud(words, bad)
	}
	return tea.Batch(cmds...)
}

// newsAtOnce is how many waits that ended are told by name: the others stand on the day's list.
const newsAtOnce = 2

// allNews is what has come, of several things how many, and where they are listed.
func (m *Model) allNews(changed []ehrdesk.Task) (words string, bad bool) {
	if len(changed) == 1 {
		return m.news(changed[0])
	}
	e, w := m.env, &m.env.T.Today
	var waits, parts []string
	done, not, reports := 0, 0, 0
	for _, t := range changed {
		switch {
		case t.Kind == ehrdesk.TaskReport:
			reports += t.Count
		case t.Kind == ehrdesk.TaskWait:
			one, no := m.news(t)
			waits, bad = append(waits, one), bad || no
		case t.State == ehrdesk.TaskRefused:
			not++
		default:
			done++
		}
	}
	for _, part := range []struct {
		n     int
		words text.T
	}{{not, w.NewsNot}, {done, w.NewsDone}, {reports, w.Reported}} {
		if part.n > 0 {
			parts = append(parts, text.Sprintf(e.S(part.words), part.n))
		}
	}
	if done+not > 0 {
		parts = append(parts, e.S(w.NewsLook))
	}
	if len(waits) > newsAtOnce {
		waits = []string{text.Sprintf(e.S(e.T.Common.MoreNews), strings.Join(waits[:newsAtOnce], " · "), len(waits)-newsAtOnce)}
	}
	return strings.Join(append(waits, parts...), " · "), bad || not > 0
}

// news is one change in words.
func (m *Model) news(t ehrdesk.Task) (words string, bad bool) {
	e, w := m.env, &m.env.T.Today
	name := m.env.Facts().Name(t.Patient.Name)
	if name == "" {
		name = "…" + t.Number.Tail()
	}
	switch {
	case t.Kind == ehrdesk.TaskReport:
		return text.Sprintf(e.S(w.Reported), t.Count), false
	case t.State == ehrdesk.TaskRefused && t.Why.Code() == ehrdesk.CodeConsentNeeded:
		return name + ": " + e.S(w.Overtaken), true
	case t.Kind == ehrdesk.TaskWait && t.Consent.State.Allows():
		return text.Sprintf(e.S(w.WaitDone), name, e.S(e.T.Consent.ChannelName(t.Channel))), false
	case t.Kind == ehrdesk.TaskWait:
		return text.Sprintf(e.S(w.WaitLeft), name), true
	case t.State == ehrdesk.TaskRefused:
		return name + ": " + text.Sprintf(e.S(w.Refused), e.Reason(t.Why)), true
	}
	return text.Sprintf(e.S(w.ActGone), e.S(w.Act(t.Act)), name+" · "+ehrdesk.CleanLine(t.Reference)), false
}
