package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// caseJSON is a sealed case, as `case --json` prints it.
type caseJSON struct {
	Case    string              `json:"case"` // its id
	Patient string              `json:"patient"`
	Purpose ehrdesk.CasePurpose `json:"purpose"`
	Ends    ehrdesk.CaseEnding  `json:"ends"`
	State   ehrdesk.CaseState   `json:"state"`
	Closes  string              `json:"closes,omitempty"`
	Said    int                 `json:"said"`
	Unread  int                 `json:"unread"`
	ToAck   int                 `json:"to_acknowledge"` // critical, to whoever is signed in, and neither acknowledged nor declined
	Left    bool                `json:"left,omitzero"`
	Closed  string              `json:"closed,omitempty"`
	Broken  string              `json:"broken,omitempty"`
	Waits   []caseWaitsJSON     `json:"waits,omitempty"`
	// Of case show:
	Owner    *casePersonJSON  `json:"owner,omitempty"`
	Members  []caseMemberJSON `json:"members,omitempty"`
	Messages []caseSaidJSON   `json:"messages,omitempty"`
}

type casePersonJSON struct {
	Provider string `json:"provider"`
	Staff    string `json:"staff"`
}

type caseMemberJSON struct {
	casePersonJSON
	Name string `json:"name"`
	Left bool   `json:"left,omitzero"`
}

type caseWaitsJSON struct {
	Kind ehrdesk.CaseEventKind `json:"kind"`
	At   string                `json:"at"`
	Why  ehrdesk.Refusal       `json:"why,omitempty"` // it was refused
	Text string                `json:"text,omitempty"`
}

type caseSaidJSON struct {
	Event    int               `json:"event"`
	By       casePersonJSON    `json:"by"`
	At       string            `json:"at"`
	To       []casePersonJSON  `json:"to"`
	Reply    int               `json:"reply,omitzero"`
	Critical bool              `json:"critical,omitzero"`
	Text     string            `json:"text,omitempty"` // of what was read or written here
	Sealed   bool              `json:"sealed"`         // for others
	Given    []caseReceiptJSON `json:"delivered,omitempty"`
	Receipts []caseReceiptJSON `json:"receipts,omitempty"`
}

type caseReceiptJSON struct {
	casePersonJSON
	Kind ehrdesk.CaseEventKind `json:"kind,omitempty"`
	At   string                `json:"at"`
}

func caseOf(s *client.Session, v *ehrdesk.CaseView) *caseJSON {
	j := &caseJSON{Case: v.ID, Patient: v.Patient, Purpose: v.Purpose, Ends: v.Ends, State: v.State, Said: len(v.Said), Left: v.Left, Closed: v.Closed, Broken: v.Broken}
	if !v.Closes.IsZero() {
		j.Closes = stamp(v.Closes)
	}
	me := meOf(s)
	for i := range v.Said {
		said := &v.Said[i]
		if said.By == me || !slices.Contains(said.To, me) {
			continue
		}
		opened, answered := false, false
		for _, r := range said.Receipts {
			opened = opened || r.By == me && r.Kind == ehrdesk.CaseOpened
			answered = answered || r.By == me && r.Kind != ehrdesk.CaseOpened
		}
		if !opened {
			j.Unread++
		}
		if said.Critical && !answered {
			j.ToAck++
		}
	}
	for _, w := range v.Waits {
		j.Waits = append(j.Waits, caseWaitsJSON{Kind: w.Kind, At: stamp(w.At), Why: w.Why})
	}
	return j
}

// whole adds what case show prints.
func (j *caseJSON) whole(s *client.Session, v *ehrdesk.CaseView) {
	owner, me := casePersonJSON(v.Owner), meOf(s)
	j.Owner = &owner
	for _, m := range v.Members {
		j.Members = append(j.Members, caseMemberJSON{casePersonJSON(m.CasePerson), m.Name, m.Left != 0})
	}
	for _, said := range v.Said {
		one := caseSaidJSON{Event: said.Event, By: casePersonJSON(said.By), At: stamp(said.At), Reply: said.Reply, Critical: said.Critical, Text: v.Words[said.Envelope], Sealed: said.By != me && !slices.Contains(said.To, me)}
		for _, p := range said.To {
			one.To = append(one.To, casePersonJSON(p))
		}
		for _, g := range v.Given {
			if g.Envelope == said.Envelope {
				one.Given = append(one.Given, caseReceiptJSON{casePersonJSON: casePersonJSON(g.To), At: stamp(g.At)})
			}
		}
		for _, r := range said.Receipts {
			one.Receipts = append(one.Receipts, caseReceiptJSON{casePersonJSON(r.By), r.Kind, stamp(r.At)})
		}
		j.Messages = append(j.Messages, one)
	}
	for i, w := range v.Waits {
		j.Waits[i].Text = w.Text
	}
}

// words is the line for people.
func (j *caseJSON) words() string {
	out := []string{string(j.Purpose) + " " + string(j.State), fmt.Sprintf("said %d, unread %d, to acknowledge %d", j.Said, j.Unread, j.ToAck)}
	if j.Closes != "" {
		out = append(out, "ends "+j.Closes)
	}
	if j.Left {
		out = append(out, "you are in it no more")
	}
	if j.Closed != "" {
		out = append(out, "NOTHING IS GIVEN OF IT: "+j.Closed)
	}
	if j.Broken != "" {
		out = append(out, "ITS HISTORY IS NOT ONE: "+j.Broken)
	}
	for _, w := range j.Waits {
		if w.Why != "" {
			out = append(out, "REFUSED: "+string(w.Kind)+", "+string(w.Why))
			continue
		}
		out = append(out, "waits on this desk: "+string(w.Kind))
	}
	return strings.Join(append(out, j.Case), " · ")
}

func (j *caseJSON) allWords() string {
	names := map[casePersonJSON]string{}
	var out []string
	for _, m := range j.Members {
		names[m.casePersonJSON] = m.Name
		line := m.Name + " · " + m.Provider + " " + m.Staff
		if m.casePersonJSON == *j.Owner {
			line += " · owner"
		}
		if m.Left {
			line += " · left"
		}
		out = append(out, line)
	}
	for _, s := range j.Messages {
		var to []string
		for _, p := range s.To {
			to = append(to, names[p])
		}
		line := fmt.Sprintf("%d · %s · %s to %s", s.Event, s.At, names[s.By], strings.Join(to, ", "))
		if s.Critical {
			line += " · CRITICAL"
		}
		out = append(out, line)
		switch {
		case s.Text != "":
			out = append(out, s.Text)
		case s.Sealed:
			out = append(out, "sealed, for "+strings.Join(to, " and "))
		default:
			out = append(out, "not opened here")
		}
		for _, r := range s.Receipts {
			out = append(out, "  "+string(r.Kind)+" · "+names[r.casePersonJSON]+" · "+r.At)
		}
	}
	for _, w := range j.Waits {
		if w.Text != "" {
			out = append(out, "not sent: "+w.Text)
		}
	}
	return strings.Join(out, "\n")
}
