package ui

import (
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
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
	case r.e.Outcome != "":
		return env.S(env.T.Errors.ByCode(r.e.Outcome).What)
	}
	return ""
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
