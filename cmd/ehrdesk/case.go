package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

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

// The inputs of case begin, send, ack and step.
type (
	caseBeginInput struct {
		Number  string              `json:"number"`
		Purpose ehrdesk.CasePurpose `json:"purpose"`
		Ends    ehrdesk.CaseEnding  `json:"ends"`
		Members []casePersonJSON    `json:"members"`
	}
	caseSendInput struct {
		Case     string           `json:"case"`
		Text     string           `json:"text"`
		To       []casePersonJSON `json:"to"`
		Reply    int              `json:"reply"`
		Critical bool             `json:"critical"`
	}
	caseAckInput struct {
		Case    string             `json:"case"`
		Event   int                `json:"event"`
		Decline ehrdesk.CaseReason `json:"decline"`
	}
	caseStepInput struct {
		Case   string                `json:"case"`
		Kind   ehrdesk.CaseEventKind `json:"kind"`
		Member casePersonJSON        `json:"member"`
		Reason ehrdesk.CaseReason    `json:"reason"`
	}
)

func (a *app) caseCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "The sealed cases of whoever is signed in, without a word of what was said", Args: cobra.NoArgs,
		Long: "The centre is asked, and what waits is sent; without the line, what this desk has, with a line on standard error. A line a case: what for, how far it has come, how much is unread or to be acknowledged, what waits here.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listCases(cmd.Context()) }}
	var open bool
	show := &cobra.Command{Use: "show ID", Short: "One case with its members, what was said, and receipts", Args: cobra.ExactArgs(1),
		Long: "What was read before is printed. With --open everything that is for whoever is signed in is opened: its authors are told who opened it, and when.",
		RunE: func(cmd *cobra.Command, args []string) error { return a.showCase(cmd.Context(), args[0], open) }}
	show.Flags().BoolVar(&open, "open", false, "open what is for whoever is signed in; its authors are told who opened it and when")
	var purpose, reason string
	begin := &cobra.Command{Use: "begin --purpose P", Short: "Open a sealed case about a patient with clinicians of other providers", Args: cobra.NoArgs,
		Long: `Standard input: {"number","purpose","ends","members":[{"provider","staff"}]}. purpose is joint-care, opinion, transfer, discharge, alert, board or other; ends is destroy or archive; members are people of the directory (ehrdesk directory). ` +
			"The patient's record is opened for it, and logged. Each member's provider needs the patient's consent. Without the line it waits on this desk (exit 5).",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.beginCase(cmd.Context(), purpose, reason) }}
	begin.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	begin.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	send := &cobra.Command{Use: "send", Short: "Say something in a case, sealed for those it is for", Args: cobra.NoArgs,
		Long: `Standard input: {"case","text","to":[{"provider","staff"}],"reply","critical"}. Without "to" it is for all members; reply is the event that it answers; critical has to be acknowledged. Without the line it waits on this desk (exit 5) and is said once.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in caseSendInput
			return a.actInCase(cmd.Context(), "case send", &in, func(ctx context.Context, s *client.Session) (string, error) {
				m := ehrdesk.CaseMessage{Case: in.Case, Text: in.Text, Reply: in.Reply, Critical: in.Critical}
				for _, p := range in.To {
					m.To = append(m.To, ehrdesk.CasePerson(p))
				}
				return in.Case, s.SayInCase(ctx, m)
			})
		}}
	ack := &cobra.Command{Use: "ack", Short: "Acknowledge what was said, or decline it with a reason", Args: cobra.NoArgs,
		Long: `Standard input: {"case","event","decline"}. event is that of the message; decline is why it is declined: not-mine, not-available or other.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in caseAckInput
			return a.actInCase(cmd.Context(), "case ack", &in, func(ctx context.Context, s *client.Session) (string, error) {
				kind := ehrdesk.CaseAcknowledged
				if in.Decline != "" {
					kind = ehrdesk.CaseDeclined
				}
				return in.Case, s.AnswerInCase(ctx, in.Case, in.Event, kind, in.Decline)
			})
		}}
	step := &cobra.Command{Use: "step", Short: "Add or take out a member, hand a case over, close, extend, reopen or end it", Args: cobra.NoArgs,
		Long: `Standard input: {"case","kind","member":{"provider","staff"},"reason"}. kind is joined, left or handed-over (member), closes, extended (reason), reopened (reason) or ended; reason is awaited, care-goes-on or other.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in caseStepInput
			return a.actInCase(cmd.Context(), "case step", &in, func(ctx context.Context, s *client.Session) (string, error) {
				who, err := memberFor(ctx, s, &in)
				if err != nil {
					return "", err
				}
				return in.Case, s.StepCase(ctx, in.Case, in.Kind, who, in.Reason)
			})
		}}
	giveUp := &cobra.Command{Use: "give-up ID", Short: "Give up what was refused in a case: it is never sent, and what waits behind it goes on", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.giveUpInCase(cmd.Context(), args[0]) }}
	c := &cobra.Command{Use: "case", Short: "Sealed cases between clinicians of different providers"}
	c.AddCommand(list, show, begin, send, ack, step, giveUp)
	return c
}

// casesInStep brings the cases into step; asOf is zero where the centre was asked now, else when it was last.
func casesInStep(ctx context.Context, s *client.Session) (asOf time.Time, err error) {
	err = s.SyncCases(ctx)
	if c := ehrdesk.CodeOf(err); c != ehrdesk.CodeOffline && c != ehrdesk.CodeTimeout {
		return time.Time{}, err
	}
	_, asOf, got := s.Cases(ctx)
	if got != nil || asOf.IsZero() {
		return asOf, first(got, err)
	}
	return asOf, nil
}

func (a *app) asOf(at time.Time) error {
	if at.IsZero() {
		return nil
	}
	_, err := fmt.Fprintf(a.err, "ehrdesk: offline: cases as of %s\n", stamp(at))
	if err != nil {
		return written(err)
	}
	return nil
}

func (a *app) listCases(ctx context.Context) error {
	const op = "case list"
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		asOf, err := casesInStep(ctx, s)
		if err != nil {
			return renamed(op, err)
		}
		if err := a.asOf(asOf); err != nil {
			return err
		}
		all, _, err := s.Cases(ctx)
		if err != nil {
			return renamed(op, err)
		}
		for i := range all {
			j := caseOf(s, &all[i])
			if err := a.line(j, j.words()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *app) showCase(ctx context.Context, id string, open bool) error {
	const op = "case show"
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		asOf, err := casesInStep(ctx, s)
		if err != nil {
			return renamed(op, err)
		}
		if err := a.asOf(asOf); err != nil {
			return err
		}
		v, err := s.Case(ctx, id)
		if err != nil {
			return renamed(op, err)
		}
		if me := meOf(s); open {
			for _, said := range v.Said {
				if said.By == me || !slices.Contains(said.To, me) {
					continue
				}
				if _, err := s.OpenInCase(ctx, id, said.Event); err != nil {
					return renamed(op, err)
				}
			}
			if _, err := casesInStep(ctx, s); err != nil {
				return renamed(op, err)
			}
			if v, err = s.Case(ctx, id); err != nil {
				return renamed(op, err)
			}
		}
		j := caseOf(s, &v)
		j.whole(s, &v)
		return a.line(j, j.words()+"\n"+j.allWords())
	})
}

func (a *app) beginCase(ctx context.Context, purpose, reason string) error {
	const op = "case begin"
	p, err := ehrdesk.ParsePurpose(purpose)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
	}
	var in caseBeginInput
	return a.actInCase(ctx, op, &in, func(ctx context.Context, s *client.Session) (id string, err error) {
		n, err := parseNumber(in.Number)
		if err != nil {
			return "", err
		}
		chart, err := s.Open(ctx, n, p, reason)
		if err != nil {
			return "", err
		}
		b := ehrdesk.CaseBeginning{Patient: chart.Patient().ID, Purpose: in.Purpose, Ends: in.Ends}
		for _, who := range in.Members {
			m, err := personOf(ctx, s, ehrdesk.CasePerson(who))
			if err != nil {
				return "", first(err, chart.Close())
			}
			b.Members = append(b.Members, m)
		}
		id, err = s.BeginCase(ctx, b)
		return id, first(err, chart.Close())
	})
}

// actInCase reads an input, acts by it, sends what waits, and prints the case that came of it.
func (a *app) actInCase(ctx context.Context, op string, in any, act func(context.Context, *client.Session) (string, error)) error {
	if err := a.readJSON(op, in); err != nil {
		return err
	}
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		if _, err := casesInStep(ctx, s); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeOffline && ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout {
			return renamed(op, err)
		}
		id, err := act(ctx, s)
		if err != nil {
			return renamed(op, err)
		}
		if _, err := casesInStep(ctx, s); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeOffline && ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout {
			return renamed(op, err)
		}
		v, err := s.Case(ctx, id)
		if err != nil {
			return renamed(op, err)
		}
		for _, w := range v.Waits {
			if w.Why != "" {
				return ehrdesk.Errorf(op, w.Why.Code(), "the central service, or the case as it is now, has refused it")
			}
		}
		if len(v.Waits) > 0 {
			return ehrdesk.Errorf(op, ehrdesk.CodeOffline, "kept on this desk and sent when the line is back: case %s", id)
		}
		j := caseOf(s, &v)
		return a.line(j, j.words())
	})
}

// giveUpInCase takes off what was refused in a case.
func (a *app) giveUpInCase(ctx context.Context, id string) error {
	const op = "case give-up"
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		v, err := s.Case(ctx, id)
		if err != nil {
			return renamed(op, err)
		}
		refused := slices.DeleteFunc(v.Waits, func(w ehrdesk.CaseWaiting) bool { return w.Why == "" })
		if len(refused) == 0 {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nothing was refused in this case")
		}
		for _, w := range refused {
			if err := s.GiveUpInCase(ctx, w.ID); err != nil {
				return renamed(op, err)
			}
		}
		if v, err = s.Case(ctx, id); err != nil {
			return renamed(op, err)
		}
		j := caseOf(s, &v)
		return a.line(j, j.words())
	})
}

// memberFor is whom a step is about: somebody of the directory who joins, or of the case.
func memberFor(ctx context.Context, s *client.Session, in *caseStepInput) (*ehrdesk.CaseMember, error) {
	if in.Member == (casePersonJSON{}) {
		return nil, nil //nolint:nilnil // a step about nobody
	}
	who := ehrdesk.CasePerson(in.Member)
	if in.Kind == ehrdesk.CaseJoined {
		m, err := personOf(ctx, s, who)
		return &m, err
	}
	v, err := s.Case(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	m, ok := v.Member(who)
	if !ok {
		return nil, ehrdesk.Errorf("case step", ehrdesk.CodeNotFound, "no such member of the case")
	}
	return &m, nil
}

// personOf is somebody as the directory calls them.
func personOf(ctx context.Context, s *client.Session, who ehrdesk.CasePerson) (ehrdesk.CaseMember, error) {
	all, _, err := s.Providers(ctx, who.Provider, "")
	if err != nil {
		return ehrdesk.CaseMember{}, err
	}
	for _, p := range all {
		for _, one := range p.People {
			if p.ID == who.Provider && one.Staff == who.Staff {
				return ehrdesk.CaseMember{CasePerson: who, Name: one.Name}, nil
			}
		}
	}
	return ehrdesk.CaseMember{}, ehrdesk.Errorf("directory", ehrdesk.CodeNotFound, "nobody of that provider and id is in the directory")
}

func meOf(s *client.Session) ehrdesk.CasePerson {
	return ehrdesk.CasePerson{Provider: s.Account().Provider, Staff: s.Account().Staff}
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
