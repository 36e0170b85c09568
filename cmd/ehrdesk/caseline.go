package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
	ToAck   int                 `json:"to_acknowledge"` // critical, by whoever is signed in, and nobody has
	Back    int                 `json:"unacknowledged"` // critical, theirs, and nobody acknowledged it in their turn
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
	Mine bool   `json:"mine,omitzero"` // a group for which whoever is signed in answers
}

type caseWaitsJSON struct {
	Kind ehrdesk.CaseEventKind `json:"kind"`
	At   string                `json:"at"`
	Why  ehrdesk.Refusal       `json:"why,omitempty"` // it was refused
	Text string                `json:"text,omitempty"`
	File *ehrdesk.CaseFile     `json:"file,omitempty"`
	None *casePersonJSON       `json:"no_desk,omitempty"` // who has no desk yet that can read it
}

type caseSaidJSON struct {
	Event    int               `json:"event"`
	By       casePersonJSON    `json:"by"`
	For      *casePersonJSON   `json:"for,omitempty"`  // the group for which they said it
	Name     string            `json:"name,omitempty"` // of them then
	At       string            `json:"at"`
	To       []casePersonJSON  `json:"to"`
	Reply    int               `json:"reply,omitzero"`
	Reseals  int               `json:"reseals,omitzero"` // the event whose words are in it, sealed for others
	Critical bool              `json:"critical,omitzero"`
	Turn     *caseTurnJSON     `json:"turn,omitempty"`     // whose it is to acknowledge it; left out where nobody has to any more
	Passes   bool              `json:"passes,omitzero"`    // gone once it was opened: it is never in text
	ViewOnly bool              `json:"view_only,omitzero"` // its text is printed at a terminal alone
	Approval *caseApprovalJSON `json:"approval,omitempty"`
	Body     *caseBodyJSON     `json:"body,omitempty"`     // what is in it beside words
	Reported string            `json:"reported,omitempty"` // when a record was sent from here of the allergy that it tells of
	Text     string            `json:"text,omitempty"`     // of what was read or written here
	Sealed   bool              `json:"sealed"`             // for others
	Given    []caseReceiptJSON `json:"delivered,omitempty"`
	Receipts []caseReceiptJSON `json:"receipts,omitempty"`
}

type caseTurnJSON struct {
	casePersonJSON        // empty where it is the owner's of the case
	Since          string `json:"since"`
	Until          string `json:"until,omitempty"`
	Place          int    `json:"place"` // in turns, from 1; 0 where it is with its author again
}

type caseApprovalJSON struct {
	casePersonJSON
	State string `json:"state"` // waits, approved or refused
	At    string `json:"at,omitempty"`
}

type caseBodyJSON struct {
	File    *ehrdesk.CaseFile    `json:"file,omitempty"`
	Records []*caseRecordJSON    `json:"records,omitempty"`
	Allergy *ehrdesk.CaseAllergy `json:"allergy,omitempty"`
	Meeting *ehrdesk.CaseMeeting `json:"meeting,omitempty"`
	Approve ehrdesk.CaseApproves `json:"approve,omitempty"`
	Mark    string               `json:"watermark,omitempty"`
}

type caseReceiptJSON struct {
	casePersonJSON
	For  *casePersonJSON       `json:"for,omitempty"`  // the group for which they gave it
	Name string                `json:"name,omitempty"` // of them then
	Kind ehrdesk.CaseEventKind `json:"kind,omitempty"`
	At   string                `json:"at"`
	Why  ehrdesk.CaseReason    `json:"why,omitempty"` // of declined
}

func receiptOf(r ehrdesk.CaseReceipt) caseReceiptJSON {
	return caseReceiptJSON{casePersonJSON(r.By), forGroup(r.As), ehrdesk.CleanLine(r.Name), r.Kind, stamp(r.At), r.Why}
}

// forGroup is the group for which something was done, nil for oneself.
func forGroup(as ehrdesk.CasePerson) *casePersonJSON {
	if as == (ehrdesk.CasePerson{}) {
		return nil
	}
	return (*casePersonJSON)(&as)
}

// whoDid is who did something, with the group for which they did.
func whoDid(by casePersonJSON, group *casePersonJSON, called string, names map[casePersonJSON]string) string {
	if group == nil {
		return names[by]
	}
	return called + " for " + names[*group]
}

// words is the line for people.
func (r *caseReceiptJSON) words(names map[casePersonJSON]string) string {
	line := "  " + string(r.Kind) + " · " + whoDid(r.casePersonJSON, r.For, r.Name, names) + " · " + r.At
	if r.Why != "" {
		line += " · " + string(r.Why)
	}
	return line
}

func caseOf(s *client.Session, v *ehrdesk.CaseView) *caseJSON {
	j := &caseJSON{Case: v.ID, Patient: v.Patient, Purpose: v.Purpose, Ends: v.Ends, State: v.State, Said: len(v.Said), Left: v.Left, Closed: v.Closed, Broken: v.Broken}
	if !v.Closes.IsZero() {
		j.Closes = stamp(v.Closes)
	}
	n := v.Count(meOf(s), time.Now())
	j.Unread, j.ToAck, j.Back = n.Unread, n.Critical, n.Back
	for _, w := range v.Waits {
		one := caseWaitsJSON{Kind: w.Kind, At: stamp(w.At), Why: w.Why}
		if w.NoDesk != (ehrdesk.CasePerson{}) {
			one.None = (*casePersonJSON)(&w.NoDesk)
		}
		j.Waits = append(j.Waits, one)
	}
	return j
}

// whole adds what case show prints; what is view-only is printed to a person's eyes alone.
func (j *caseJSON) whole(s *client.Session, v *ehrdesk.CaseView, eyes bool) {
	owner, me := casePersonJSON(v.Owner), meOf(s)
	j.Owner = &owner
	for _, m := range v.Members {
		j.Members = append(j.Members, caseMemberJSON{casePersonJSON(m.CasePerson), m.Name, m.Left != 0, slices.Contains(v.Answers, m.CasePerson)})
	}
	for i := range v.Said {
		said := &v.Said[i]
		one := saidOf(said, time.Now())
		one.Sealed = !v.CanRead(said, me)
		if b, here := v.Bodies[said.Envelope]; here {
			one.ViewOnly = b.ViewOnly && said.By != me
			if !one.ViewOnly || eyes {
				one.Text, one.Body = b.Text, bodyOf(s, said, &b)
			}
		}
		if at := v.Reported[said.Envelope]; !at.IsZero() {
			one.Reported = stamp(at)
		}
		for _, g := range v.Given {
			if g.Envelope == said.Envelope {
				one.Given = append(one.Given, caseReceiptJSON{casePersonJSON: casePersonJSON(g.To), At: stamp(g.At)})
			}
		}
		j.Messages = append(j.Messages, one)
	}
	for i, w := range v.Waits {
		j.Waits[i].Text, j.Waits[i].File = w.Text, w.Body.File
	}
}

// saidOf is what the case says of a message, without what is in it.
func saidOf(said *ehrdesk.CaseSaid, now time.Time) caseSaidJSON {
	one := caseSaidJSON{Event: said.Event, By: casePersonJSON(said.By), For: forGroup(said.As), Name: ehrdesk.CleanLine(said.Name), At: stamp(said.At), Reply: said.Reply, Reseals: said.Reseals, Critical: said.Critical, Passes: !said.Passes.IsZero()}
	for _, p := range said.To {
		one.To = append(one.To, casePersonJSON(p))
	}
	for _, r := range said.Receipts {
		one.Receipts = append(one.Receipts, receiptOf(r))
	}
	if t, ok := said.Turn(now); ok {
		one.Turn = &caseTurnJSON{casePersonJSON: casePersonJSON(t.Who), Since: stamp(t.Since), Place: t.N}
		if !t.Until.IsZero() {
			one.Turn.Until = stamp(t.Until)
		}
	}
	if said.Approver != (ehrdesk.CasePerson{}) {
		one.Approval = &caseApprovalJSON{casePersonJSON: casePersonJSON(said.Approver), State: "waits"}
		if r, approved, decided := said.Approval(); decided {
			one.Approval.At, one.Approval.State = stamp(r.At), map[bool]string{true: "approved", false: "refused"}[approved]
		}
	}
	return one
}

// bodyOf is what is in a message beside words, nil for nothing.
func bodyOf(s *client.Session, said *ehrdesk.CaseSaid, b *ehrdesk.CaseBody) *caseBodyJSON {
	mark := ""
	if m, wanted := s.CaseMark(said, b); wanted {
		mark = m.String()
	}
	return besideWords(b, mark)
}

// besideWords is what is in a message beside words and the watermark that stands on it, nil for nothing.
func besideWords(b *ehrdesk.CaseBody, mark string) *caseBodyJSON {
	out := caseBodyJSON{File: b.File, Records: recordsOf(b.Records), Allergy: b.Allergy, Meeting: b.Meeting, Approve: b.Approve, Mark: mark}
	if out.File == nil && len(out.Records) == 0 && out.Allergy == nil && out.Meeting == nil && out.Approve == "" && out.Mark == "" {
		return nil
	}
	return &out
}

// words is the line for people.
func (j *caseJSON) words() string {
	out := []string{string(j.Purpose) + " " + string(j.State), fmt.Sprintf("said %d, unread %d, to acknowledge %d", j.Said, j.Unread, j.ToAck)}
	if j.Back > 0 {
		out = append(out, fmt.Sprintf("CRITICAL, acknowledged by nobody: %d", j.Back))
	}
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
		if m.Mine {
			line += " · you answer for it"
		}
		out = append(out, line)
	}
	for _, s := range j.Messages {
		var to []string
		for _, p := range s.To {
			to = append(to, names[p])
		}
		line := fmt.Sprintf("%d · %s · %s to %s", s.Event, s.At, whoDid(s.By, s.For, s.Name, names), strings.Join(to, ", "))
		if s.Critical {
			line += " · CRITICAL"
		}
		if s.Reseals != 0 {
			line += fmt.Sprintf(" · message %d, sealed for others", s.Reseals)
		}
		out = append(out, line)
		out = append(out, s.inWords(to, names)...)
		for _, r := range s.Receipts {
			out = append(out, r.words(names))
		}
	}
	for _, w := range j.Waits {
		if w.Text != "" {
			out = append(out, "not sent: "+w.Text)
		}
		if w.File != nil {
			out = append(out, "not sent: "+w.File.Name)
		}
	}
	return strings.Join(out, "\n")
}

// inWords is what is in a message, and what it waits for.
func (s *caseSaidJSON) inWords(to []string, names map[casePersonJSON]string) (out []string) {
	if t := s.Turn; t != nil {
		who := names[t.casePersonJSON]
		if t.casePersonJSON == (casePersonJSON{}) {
			who = "the owner of the case"
		}
		line := "  TO ACKNOWLEDGE by " + who + " since " + t.Since
		if t.Until == "" {
			line += ": nobody did whose turn it was"
		}
		out = append(out, line)
	}
	if p := s.Approval; p != nil {
		out = append(out, "  approval by "+names[p.casePersonJSON]+": "+p.State)
	}
	switch {
	case s.Sealed:
		return append(out, "sealed, for "+strings.Join(to, " and "))
	case s.Passes:
		return append(out, "it passes: opened at a terminal with --open --passing, once")
	case s.Text == "" && s.Body == nil && s.ViewOnly:
		return append(out, "view only: shown at a terminal alone; no desk can prevent a photograph")
	case s.Text == "" && s.Body == nil:
		return append(out, "not opened here")
	}
	if s.Text != "" {
		out = append(out, s.Text)
	}
	out = append(out, s.Body.words()...)
	if s.Reported != "" {
		out = append(out, "you sent a record of it, "+s.Reported)
	}
	return out
}

func (b *caseBodyJSON) words() (out []string) {
	if b == nil {
		return nil
	}
	if f := b.File; f != nil {
		out = append(out, fileWords(f))
	}
	for _, r := range b.Records {
		out = append(out, r.words())
	}
	if a := b.Allergy; a != nil {
		out = append(out, strings.ToUpper(a.Kind)+": "+a.Substance+" · "+a.Reaction+" "+a.Severity+" · risk "+a.Risk+" · "+string(a.Certainty)+" · seen by "+a.Seen)
	}
	if m := b.Meeting; m != nil {
		out = append(out, fmt.Sprintf("proposed: %s, %d min, %s", stamp(m.At), m.Minutes, m.Place))
	}
	if b.Approve != "" {
		out = append(out, "to be approved: "+string(b.Approve))
	}
	if b.Mark != "" {
		out = append(out, b.Mark)
	}
	return out
}
