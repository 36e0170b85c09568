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

// requestJSON is what one provider asks of another, as `request --json` prints it.
type requestJSON struct {
	Request  string                 `json:"request"` // its id
	Kind     ehrdesk.RequestKind    `json:"kind"`
	State    ehrdesk.RequestState   `json:"state"`
	Since    string                 `json:"since"`
	From     partyJSON              `json:"from"`
	To       partyJSON              `json:"to"`
	Identity identityJSON           `json:"identity"`
	Next     []ehrdesk.RequestState `json:"next"` // that whoever is signed in may bring it into
	Overdue  ehrdesk.RequestOverdue `json:"overdue,omitempty"`
	Waits    ehrdesk.DepositState   `json:"waits,omitempty"` // of a step that the centre has not taken: waits, or refused
	Why      ehrdesk.Refusal        `json:"why,omitempty"`
	Stuck    string                 `json:"stuck,omitempty"` // that step: an act that is given up as every other
	// Of request show:
	Specialty string         `json:"specialty,omitempty"`
	Priority  string         `json:"priority,omitempty"`
	Letter    *letterJSON    `json:"letter,omitempty"`
	Attached  []attachedJSON `json:"attached,omitempty"`
	Steps     []stepJSON     `json:"steps,omitempty"`
}

type partyJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type letterJSON struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

type attachedJSON struct {
	Resource string `json:"resource"`
	ID       string `json:"id"`
	Title    string `json:"title,omitempty"`
	Date     string `json:"date,omitempty"`
	Source   string `json:"source,omitempty"`
}

type stepJSON struct {
	State  ehrdesk.RequestState `json:"state"`
	At     string               `json:"at"`
	By     partyJSON            `json:"by"`
	Staff  string               `json:"staff,omitempty"`
	Name   string               `json:"name,omitempty"`
	Note   string               `json:"note,omitempty"`
	Day    string               `json:"day,omitempty"`
	Answer *letterJSON          `json:"answer,omitempty"`
}

// requestInput is what `request send` reads.
type requestInput struct {
	Number    string              `json:"number"`
	Kind      ehrdesk.RequestKind `json:"kind"`
	To        string              `json:"to"`
	Specialty string              `json:"specialty"`
	Priority  string              `json:"priority"`
	Title     string              `json:"title"`
	Text      string              `json:"text"`
	About     string              `json:"about"`
	Attached  []string            `json:"attached"`
}

// stepInput is what `request step` reads.
type stepInput struct {
	Request string               `json:"request"`
	State   ehrdesk.RequestState `json:"state"`
	Note    string               `json:"note"`
	Day     string               `json:"day"`
	Title   string               `json:"title"`
	Text    string               `json:"text"`
}

func (a *app) requestCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "What this provider asks of others and is asked, the one that was changed last first", Args: cobra.NoArgs,
		Long: "The centre is asked what is new; without the line, what this desk has, with a line on standard error. A line a request: who is asked what, about whom, how far it has come, and what is overdue.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.requests(cmd.Context(), func(s *client.Session, r *ehrdesk.Request) (any, string, bool) {
				j := requestOf(s, r)
				return j, j.words(r), true
			})
		}}
	show := &cobra.Command{Use: "show ID", Short: "One request with its letter, what it names and every step", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			found := false
			err := a.requests(cmd.Context(), func(s *client.Session, r *ehrdesk.Request) (any, string, bool) {
				if r.ID != args[0] {
					return nil, "", false
				}
				found = true
				j := requestOf(s, r)
				j.whole(r)
				return j, j.words(r) + "\n" + j.allWords(), true
			})
			if err == nil && !found {
				err = ehrdesk.Errorf("request show", ehrdesk.CodeNotFound, "no such request")
			}
			return err
		}}
	var purpose, reason string
	send := &cobra.Command{Use: "send --purpose P", Short: "Ask another provider about a patient", Args: cobra.NoArgs,
		Long: `Standard input: {"number","kind","to","specialty","priority","title","text","about","attached"}. kind is referral, query or incident; to is a provider of the directory (ehrdesk directory), not of an incident, which goes to the eHealth Record Office; about and attached are records of the chart, as "Type/id". ` +
			"The patient's record is opened for it, and logged. Without the line it waits on this desk (exit 5) and goes once, when it is back. A request gives nobody leave to see the record: what is attached is read by the patient's consent.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.sendRequest(cmd.Context(), purpose, reason) }}
	send.Flags().StringVar(&purpose, "purpose", "", "why the record is opened: "+purposes())
	send.Flags().StringVar(&reason, "reason", "", "the reason in words, for --purpose other (no personal data: it is part of the command line)")
	step := &cobra.Command{Use: "step", Short: "Bring a request into its next state", Args: cobra.NoArgs,
		Long: `Standard input: {"request","state","note","day","title","text"}. received, accepted, declined (note), booked (day, YYYY-MM-DD), seen and answered (text) are of who is asked; recalled (note) and closed of who asked. Without the line it waits on this desk (exit 5).`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.stepRequest(cmd.Context()) }}
	c := &cobra.Command{Use: "request", Short: "Referrals, queries and incidents between providers"}
	c.AddCommand(list, show, send, step)
	return c
}

// requests prints those that are wanted, as new as they are to be had.
func (a *app) requests(ctx context.Context, of func(*client.Session, *ehrdesk.Request) (any, string, bool)) error {
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		_, err := s.FetchRequests(ctx)
		if c := ehrdesk.CodeOf(err); err != nil && c != ehrdesk.CodeOffline && c != ehrdesk.CodeTimeout {
			return renamed("request", err)
		}
		all, asOf, got := s.Requests(ctx)
		if got != nil {
			return renamed("request", got)
		}
		if err != nil {
			if asOf.IsZero() {
				return renamed("request", err)
			}
			if _, err := fmt.Fprintf(a.err, "ehrdesk: offline: requests as of %s\n", stamp(asOf)); err != nil {
				return written(err)
			}
		}
		for i := range all {
			if v, words, ok := of(s, &all[i]); ok {
				if err := a.line(v, words); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func requestOf(s *client.Session, r *ehrdesk.Request) *requestJSON {
	j := &requestJSON{Request: r.ID, Kind: r.Kind, State: r.State, Since: stamp(r.Since()), From: partyJSON(r.From), To: partyJSON(r.To), Identity: identityOf(r.Patient), Waits: r.Waits, Why: r.Why, Stuck: r.Stuck,
		Next: ehrdesk.NextStates(r.Kind, r.State, r.Side(s.Account().Provider), s.Account().Role)}
	if j.Next == nil {
		j.Next = []ehrdesk.RequestState{}
	}
	j.Overdue, _ = r.Overdue(time.Now())
	return j
}

// whole adds what request show prints.
func (j *requestJSON) whole(r *ehrdesk.Request) {
	letter := func(l *ehrdesk.Letter) *letterJSON {
		if l == nil || l.Text == "" {
			return nil
		}
		return &letterJSON{l.Title, l.Text}
	}
	j.Specialty, j.Priority, j.Letter = r.Body.Specialty, r.Body.Priority, letter(&r.Body.Letter)
	for _, at := range r.Body.Attached {
		j.Attached = append(j.Attached, attachedJSON{at.Ref.Resource, at.Ref.ID, at.Title, at.Date.String(), at.Source})
	}
	for _, s := range r.Steps {
		j.Steps = append(j.Steps, stepJSON{s.State, stamp(s.At), partyJSON(s.By), s.Staff, s.Name, s.Note, s.Day.String(), letter(s.Answer)})
	}
}

// words is the line for people.
func (j *requestJSON) words(r *ehrdesk.Request) string {
	out := []string{r.Patient.Name.Banner(), string(j.Kind) + " " + string(j.State) + " since " + j.Since, j.From.Name + " asks " + j.To.Name}
	if j.Overdue != "" {
		out = append(out, "OVERDUE: "+strings.ReplaceAll(string(j.Overdue), "-", " "))
	}
	switch j.Waits {
	case ehrdesk.DepositWaits:
		out = append(out, "waits on this desk for the line")
	case ehrdesk.DepositRefused:
		out = append(out, "REFUSED: "+string(j.Why))
	case ehrdesk.DepositSent, ehrdesk.DepositApproval:
	}
	return strings.Join(append(out, j.Request), " · ")
}

func (j *requestJSON) allWords() string {
	var out []string
	if l := j.Letter; l != nil {
		out = append(out, l.Title, l.Text)
	}
	for _, at := range j.Attached {
		out = append(out, strings.Join([]string{"attached: " + at.Title, at.Date, at.Source}, " · "))
	}
	for _, s := range j.Steps {
		line := []string{string(s.State), s.At, s.By.Name, s.Name}
		for _, more := range []string{s.Day, s.Note} {
			if more != "" {
				line = append(line, more)
			}
		}
		out = append(out, strings.Join(line, " · "))
		if s.Answer != nil {
			out = append(out, s.Answer.Title, s.Answer.Text)
		}
	}
	return strings.Join(out, "\n")
}

// recordOf is a reference as "Type/id".
func recordOf(s string) ehrdesk.Ref {
	kind, id, _ := strings.Cut(s, "/")
	return ehrdesk.Ref{Resource: kind, ID: id}
}

func (a *app) sendRequest(ctx context.Context, purpose, reason string) error {
	const op = "request send"
	p, err := ehrdesk.ParsePurpose(purpose)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "--purpose is one of %s", purposes())
	}
	var in requestInput
	if err := a.readJSON(op, &in); err != nil {
		return err
	}
	n, err := parseNumber(in.Number)
	if err != nil {
		return err
	}
	if !slices.Contains([]ehrdesk.RequestKind{ehrdesk.RequestReferral, ehrdesk.RequestQuery, ehrdesk.RequestIncident}, in.Kind) {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "kind is referral, query or incident")
	}
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		chart, err := s.Open(ctx, n, p, reason)
		if err != nil {
			return renamed(op, err)
		}
		r := ehrdesk.Request{Kind: in.Kind, To: ehrdesk.RequestParty{ID: in.To}}
		r.Body = ehrdesk.RequestBody{Specialty: in.Specialty, Priority: in.Priority, Letter: ehrdesk.Letter{Title: ehrdesk.CleanLine(in.Title), Text: ehrdesk.CleanColumns(in.Text)}}
		if in.About != "" {
			r.Body.About = recordOf(in.About)
		}
		records := map[ehrdesk.Ref]ehrdesk.Record{}
		for _, t := range ehrdesk.RecordTypes() {
			for _, rec := range chart.List(t) {
				records[rec.Ref()] = rec
			}
		}
		for _, at := range in.Attached {
			rec := records[recordOf(at)]
			r.Body.Attached = append(r.Body.Attached, ehrdesk.Attached{Ref: recordOf(at), Title: rec.Title, Date: rec.Date, Source: rec.Source})
		}
		r, err = s.Ask(ctx, chart.Patient().ID, r)
		return first(a.requestSent(op, s, &r, err), chart.Close())
	})
}

func (a *app) stepRequest(ctx context.Context) error {
	const op = "request step"
	var in stepInput
	if err := a.readJSON(op, &in); err != nil {
		return err
	}
	step := ehrdesk.RequestStep{State: in.State, Note: ehrdesk.CleanLine(in.Note)}
	if in.Day != "" {
		var err error
		if step.Day, err = ehrdesk.ParseWhen(in.Day); err != nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "day is YYYY-MM-DD")
		}
	}
	if in.Text != "" {
		step.Answer = &ehrdesk.Letter{Title: ehrdesk.CleanLine(in.Title), Text: ehrdesk.CleanColumns(in.Text)}
	}
	return a.signedIn(ctx, func(ctx context.Context, s *client.Session) error {
		if _, err := s.FetchRequests(ctx); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeOffline && ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout {
			return renamed(op, err)
		}
		r, err := s.Step(ctx, in.Request, step)
		return a.requestSent(op, s, &r, err)
	})
}

// requestSent prints what has become of a step.
func (a *app) requestSent(op string, s *client.Session, r *ehrdesk.Request, err error) error {
	if err != nil {
		return renamed(op, err)
	}
	j := requestOf(s, r)
	switch r.Waits {
	case ehrdesk.DepositWaits:
		return ehrdesk.Errorf(op, ehrdesk.CodeOffline, "kept on this desk and sent when the line is back")
	case ehrdesk.DepositRefused:
		return ehrdesk.Errorf(op, r.Why.Code(), "the central service has refused it")
	case ehrdesk.DepositSent, ehrdesk.DepositApproval:
	}
	return a.line(j, j.words(r))
}
