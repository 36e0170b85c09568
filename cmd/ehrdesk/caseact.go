package main

import (
	"context"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// The inputs of case begin, send, ack and step.
type (
	caseBeginInput struct {
		Number  string              `json:"number"`
		Purpose ehrdesk.CasePurpose `json:"purpose"`
		Ends    ehrdesk.CaseEnding  `json:"ends"`
		Members []casePersonJSON    `json:"members"`
	}
	caseSendInput struct {
		Case     string               `json:"case"`
		Text     string               `json:"text"`
		To       []casePersonJSON     `json:"to"`
		Reply    int                  `json:"reply"`
		Reseals  int                  `json:"reseals"`
		Critical bool                 `json:"critical"`
		Turns    []casePersonJSON     `json:"turns"`
		Within   int                  `json:"within"`
		Passes   bool                 `json:"passes"`
		Fact     string               `json:"fact"`
		NoFact   bool                 `json:"no_fact"`
		ViewOnly bool                 `json:"view_only"`
		Mark     bool                 `json:"watermark"`
		Approve  ehrdesk.CaseApproves `json:"approve"`
		Approver casePersonJSON       `json:"approver"`
		Meeting  *ehrdesk.CaseMeeting `json:"meeting"`
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

// message is what case send says.
func (in *caseSendInput) message() (ehrdesk.CaseMessage, error) {
	m := ehrdesk.CaseMessage{Case: in.Case, Text: in.Text, To: peopleOf(in.To), Reply: in.Reply, Reseals: in.Reseals, Critical: in.Critical, Turns: peopleOf(in.Turns), Within: in.Within,
		Approver: ehrdesk.CasePerson(in.Approver), Passing: in.Passes, Body: ehrdesk.CaseBody{ViewOnly: in.ViewOnly, Marked: in.Mark, Approve: in.Approve, Meeting: in.Meeting}}
	if in.Fact == "" && !in.NoFact {
		return m, nil
	}
	m.Body.Fact = &ehrdesk.CaseFact{None: in.NoFact}
	if in.Fact != "" {
		ref, err := recordNamed("case send", in.Fact)
		m.Body.Fact.Record = ref
		return m, err
	}
	return m, nil
}

// recordNamed is a record by its reference, Type/id.
func recordNamed(op, s string) (ehrdesk.Ref, error) {
	kind, id, ok := strings.Cut(s, "/")
	if !ok || kind == "" || id == "" || strings.Contains(id, "/") {
		return ehrdesk.Ref{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a record is named Type/id")
	}
	return ehrdesk.Ref{Resource: kind, ID: id}, nil
}

func peopleOf(in []casePersonJSON) (out []ehrdesk.CasePerson) {
	for _, p := range in {
		out = append(out, ehrdesk.CasePerson(p))
	}
	return out
}

func (a *app) beginCase(ctx context.Context, purpose, reason string) error {
	const op = "case begin"
	p, err := ehrdesk.ParsePurpose(purpose)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
	}
	opened := why{p, reason}
	var in caseBeginInput
	return a.actInCase(ctx, op, &in, func(ctx context.Context, s *client.Session) (id string, err error) {
		return a.beginning(ctx, s, &in, opened, nil)
	})
}

// why is why a record is opened.
type why struct {
	purpose ehrdesk.Purpose
	reason  string
}

// beginning opens a patient's record and a case of theirs, in which something may be said at once.
func (a *app) beginning(ctx context.Context, s *client.Session, in *caseBeginInput, w why, says *ehrdesk.CaseMessage) (id string, err error) {
	n, err := parseNumber(in.Number)
	if err != nil {
		return "", err
	}
	chart, err := s.Open(ctx, n, w.purpose, w.reason)
	if err != nil {
		return "", err
	}
	if says != nil && len(says.Body.Records) > 0 { // as this desk has them
		if err := a.inStep(ctx, "case", chart, s); err != nil {
			return "", first(err, chart.Close())
		}
	}
	b := ehrdesk.CaseBeginning{Patient: chart.Patient().ID, Purpose: in.Purpose, Ends: in.Ends, Says: says}
	for _, who := range in.Members {
		m, err := personOf(ctx, s, ehrdesk.CasePerson(who))
		if err != nil {
			return "", first(err, chart.Close())
		}
		b.Members = append(b.Members, m)
	}
	id, err = s.BeginCase(ctx, b)
	return id, first(err, chart.Close())
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
		for _, w := range v.Waits {
			if w.NoDesk != (ehrdesk.CasePerson{}) {
				if w.NoDesk.Group() != "" {
					return ehrdesk.Errorf(op, ehrdesk.CodeOffline, "kept on this desk: the group has no key now, as somebody has left it; it is sent once the desk of a colleague there has made the next: case %s", id)
				}
				return ehrdesk.Errorf(op, ehrdesk.CodeOffline, "kept on this desk: %s of provider %s has signed in at no desk that can read it yet; it is sent once they have: case %s", w.NoDesk.Staff, w.NoDesk.Provider, id)
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

// personOf is somebody as the directory calls them, or a group (group:ID) as it is called.
func personOf(ctx context.Context, s *client.Session, who ehrdesk.CasePerson) (ehrdesk.CaseMember, error) {
	if id := who.Group(); id != "" {
		g, err := groupOf(ctx, s, id)
		if err == nil && g.Provider != who.Provider {
			err = ehrdesk.Errorf("group", ehrdesk.CodeNotFound, "there is no such group at that provider")
		}
		if err != nil {
			return ehrdesk.CaseMember{}, err
		}
		return g.AsMember(), nil
	}
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
