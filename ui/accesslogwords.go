package ui

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// words are what a row is found by, in the screen's language and as tokens.
func (l *accessLog) words(r *logRow) string {
	env, e := l.m.env, r.e
	words := []string{l.when(r), e.Staff, env.RoleName(e.Role), string(e.Action), l.action(e.Action), e.Patient, string(e.Purpose), e.Reason, string(e.Outcome), e.Detail}
	if r.seq > 0 {
		words = append(words, fmt.Sprint(r.seq))
	}
	return strings.ToLower(strings.Join(append(words, l.remark(r)), " "))
}

func (l *accessLog) when(r *logRow) string {
	if r.e.At.IsZero() {
		return fmt.Sprintf("%20d", r.seq) // an entry that cannot be read has its number alone
	}
	at := r.e.At.In(l.m.env.Now().Location()).Format("02-Jan-2006 15:04:05")
	if r.e.TimeUncertain {
		at += "?"
	}
	return at
}

// action is the word for an action; one that nobody has a word for is its own.
func (l *accessLog) action(a ehrdesk.AuditAction) string {
	if t, ok := l.m.env.T.Log.Actions[a]; ok {
		return l.m.env.S(t)
	}
	return ehrdesk.CleanLine(string(a))
}

// remark is what stands beside an action: how it ended, why it is marked, how the logs differ.
func (l *accessLog) remark(r *logRow) string {
	env := l.m.env
	switch {
	case r.compare != nil:
		return env.T.Log.Difference(r.compare, func(p ehrdesk.Purpose) string { return ehrdesk.CleanLine(env.S(env.T.Find.Purpose(p))) }, env.Lang)
	case r.centre != nil && len(r.centre.Marks) > 0:
		return l.marks(r.centre.Marks)
	case r.e.Action == ehrdesk.AuditIncident && r.centre != nil:
		words := l.outcome(r.e)
		if again := l.foundAgain(r.centre); again != "" {
			words += " · " + again
		}
		return words
	case r.e.Outcome != "":
		return l.outcome(r.e)
	}
	return ""
}

// inShort is a remark where there is no room for all of it, which stands below.
func (l *accessLog) inShort(r *logRow) string {
	env, t := l.m.env, &l.m.env.T.Log
	switch {
	case r.compare != nil:
		if words, ok := t.Shortly[r.compare.Difference]; ok {
			return env.S(words)
		}
	case r.e.Action == ehrdesk.AuditIncident && r.centre != nil:
		words, known := t.Incidents[r.e.Reason]
		if !known {
			break
		}
		out := env.S(words[0])
		if n := r.centre.Times; n > 1 {
			out = text.Sprintf(env.S(t.Times), n) + " " + out
		}
		return out
	case r.centre != nil && len(r.centre.Marks) > 1:
		return fmt.Sprintf("%s +%d", l.marks(r.centre.Marks[:1]), len(r.centre.Marks)-1)
	}
	return l.remark(r)
}

// outcome says what came of an act. Of an incident it says what was found: that something is
// damaged, and is not shown, is said of records and not of a log.
func (l *accessLog) outcome(e *ehrdesk.AuditEvent) string {
	env, t := l.m.env, &l.m.env.T.Log
	if e.Action == ehrdesk.AuditIncident {
		if words, known := t.Incidents[e.Reason]; known {
			return env.S(words[1])
		}
		return env.S(t.LookInto)
	}
	if e.Outcome == "" {
		return env.S(t.Done)
	}
	return env.S(env.T.Errors.ByCode(e.Outcome).What)
}

// foundAgain says how often an incident was found, "" for once.
func (l *accessLog) foundAgain(e *ehrdesk.CentreEntry) string {
	if e.Times < 2 {
		return ""
	}
	env := l.m.env
	return text.Sprintf(env.S(env.T.Log.FoundAgain), e.Times, e.Last.In(env.Now().Location()).Format("02-Jan-2006 15:04:05"))
}

// none says why there is nothing to be seen in the view: because there is nothing, or because
// it is narrowed.
func (l *accessLog) none() string {
	env, t := l.m.env, &l.m.env.T.Log
	narrowed := !l.filter.meant(env.Now()).IsZero() || l.in.Text() != ""
	switch {
	case len(l.rows) == 0:
		return env.S(t.Empty[l.view])
	case narrowed && len(l.selections()) == 1:
		return env.S(t.NoneOfOne)
	case l.view == logBeside && !narrowed && l.turned == 0:
		return text.Sprintf(env.S(t.NoDifference), len(l.rows))
	case l.view == logBeside && !narrowed && l.turned == 1:
		return env.S(t.NoFault)
	}
	return env.S(t.NoneMatch)
}

func (l *accessLog) marks(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = ehrdesk.CleanLine(name)
		if t, ok := l.m.env.T.Log.Why[name]; ok {
			out[i] = l.m.env.S(t)
		}
	}
	return strings.Join(out, " · ")
}
