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

func (a *app) todayCommand() *cobra.Command {
	c := &cobra.Command{Use: "today", Short: "The front desk's day: arrivals, waits, calls, acts not answered, what is done; no clinical data"}
	var booked bool
	var only string
	show := func(ctx context.Context, s *client.Session) error {
		if _, err := s.Share(ctx); err != nil && !away(err) { // without the line it is this desk's own
			return err
		}
		list := s.Tasks
		if booked {
			list = s.Booked
		}
		all, err := list(ctx)
		if err != nil {
			return err
		}
		known, err := s.Known(ctx)
		if err != nil {
			return err
		}
		names := ehrdesk.AcquaintancesOf(known)
		news := ehrdesk.NewsOf(all)
		held, err := holdings(ctx, s)
		for _, t := range all {
			if err == nil && (only == "" || ehrdesk.DayPart(only).Has(t)) {
				l, words := taskLine(t), taskWords(t)
				if who, ok := names.Of(t.Number); ok && t.Patient.ID == "" {
					i := identityOf(who.Patient)
					l.Known = &knownJSON{i.Name, i.Chinese, stamp(who.At)}
					words += " · " + who.Patient.Name.Banner() + " (as known on " + ehrdesk.At(who.At.Local()).Date() + ")"
				}
				l.waits(t, news)
				words += l.waitingWords()
				if one, ok := held.Of(t.Patient, t.Number); ok && t.Kind == ehrdesk.TaskArrival && !t.Work.Over() {
					l.Copy, l.New, l.ToAct, l.ToKnow = true, one.New, one.Act, one.Know
					words += l.copyWords()
				}
				err = a.line(l, words)
			}
		}
		return err
	}
	var days int
	endings := &cobra.Command{Use: "endings", Short: "Consents to this provider that run out soon", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
			all, err := s.Endings(ctx, time.Duration(days)*24*time.Hour)
			for _, e := range all {
				if err == nil {
					err = a.line(struct {
						Identity identityJSON `json:"identity"`
						Consent  consentJSON  `json:"consent"`
					}{identityOf(e.Patient), consentOf(e.Consent)}, e.Patient.Name.Banner()+" · until "+ehrdesk.At(e.Consent.Until.Local()).Date())
				}
			}
			return err
		})
	}}
	endings.Flags().IntVar(&days, "days", 30, "how many days ahead")
	list := &cobra.Command{Use: "list", Short: "List it", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if only != "" && !slices.Contains(parts(), only) {
			return ehrdesk.Errorf("today list", ehrdesk.CodeInvalid, "--only is one of %s", strings.Join(parts(), ", "))
		}
		return a.signedIn(cmd.Context(), show)
	}}
	list.Flags().StringVar(&only, "only", "", "those in one state: "+strings.Join(parts(), ", "))
	list.Flags().BoolVar(&booked, "booked", false, "the arrivals of today and of the days to come, and nothing else")
	c.AddCommand(
		list,
		a.importCommand(),
		&cobra.Command{Use: "poll", Short: "Send what waits for the line, ask about consents that wait for the patient", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				changed, err := s.Poll(ctx)
				for _, t := range changed {
					err = first(err, a.line(taskLine(t), taskWords(t)))
				}
				return err
			})
		}},
		a.changesCommand(), a.markCommand(), a.closeCommand(), a.callsCommand(), a.callCommand(), a.newsCommand(),
		&cobra.Command{Use: "remove ID", Short: "Take a line off; an act not sent yet is given up", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error { return s.DropTask(ctx, args[0]) })
		}},
		endings)
	return c
}

// parts are the words for the parts of the list.
func parts() (out []string) {
	for _, p := range ehrdesk.DayParts() {
		out = append(out, string(p))
	}
	return out
}

// holdings are the copies that whoever is signed in may open.
func holdings(ctx context.Context, s *client.Session) (ehrdesk.Holdings, error) {
	if !s.Account().Role.Clinical() {
		return nil, nil
	}
	all, err := s.Held(ctx)
	return ehrdesk.HoldingsOf(all), err
}

// away reports an error that says no more than that the centre could not be asked.
func away(err error) bool {
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout, ehrdesk.CodeNotSignedIn:
		return true
	}
	return false
}

// markedAs are the words for how far somebody who comes has come.
func markedAs() map[string]ehrdesk.WorkState {
	return map[string]ehrdesk.WorkState{"booked": ehrdesk.WorkRequested, "here": ehrdesk.WorkAccepted, "with-doctor": ehrdesk.WorkInProgress, "on-hold": ehrdesk.WorkOnHold,
		"seen": ehrdesk.WorkCompleted, "not-come": ehrdesk.WorkFailed, "cancelled": ehrdesk.WorkCancelled}
}

func (a *app) markCommand() *cobra.Command {
	var as string
	c := &cobra.Command{Use: "mark ID", Short: "Say how far somebody who comes has come, on the lists of all desks of the clinic", Args: cobra.ExactArgs(1),
		Long: "ID is as today list prints it. Without the line it is kept, and the other desks hear of it when the line is back. Exit 9 where that does not follow what was said last: a slip is taken back with --as booked or here.",
		RunE: func(cmd *cobra.Command, args []string) error {
			to, ok := markedAs()[as]
			if !ok {
				return ehrdesk.Errorf("today", ehrdesk.CodeInvalid, "--as is one of booked, here, with-doctor, on-hold, seen, not-come, cancelled")
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				t, err := s.Mark(ctx, args[0], to)
				if err != nil {
					return err
				}
				if _, err := s.Share(ctx); err != nil && !away(err) {
					return err
				}
				return a.line(taskLine(t), taskWords(t))
			})
		}}
	c.Flags().StringVar(&as, "as", "", "booked, here, with-doctor, on-hold, seen, not-come or cancelled")
	_ = c.MarkFlagRequired("as")
	return c
}

// awaitConsent keeps a wait for the patient's own act, and asks until it has
// come or the time is over. The wait itself goes on at the desk.
func (a *app) awaitConsent(ctx context.Context, s *client.Session, n ehrdesk.Number, ch ehrdesk.Channel, wait time.Duration) error {
	const op = "consent"
	f, err := s.Find(ctx, n)
	switch {
	case err != nil:
		return err
	case f.Consent.State.Allows():
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "a sharing consent is already active")
	case !f.Participation.Sharing():
		return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "registered, but the identity has not been verified")
	case f.Cached:
		return ehrdesk.Errorf(op, ehrdesk.CodeOffline, "the central service cannot be reached")
	}
	t, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskWait, Number: f.Patient.Number(), Patient: f.Patient, Participation: f.Participation, Consent: f.Consent, Channel: ch})
	if err != nil {
		return err
	}
	end := time.Now().Add(wait)
	for ; wait > 0 && time.Now().Before(end); pause(ctx, 2*time.Second) {
		changed, err := s.Poll(ctx)
		for _, c := range changed {
			if c.ID == t.ID && c.Consent.State.Allows() {
				return a.receipt(ehrdesk.Receipt{Reference: c.Reference, At: c.At, Patient: c.Patient, Consent: c.Consent}, "consent given")
			}
		}
		switch ehrdesk.CodeOf(err) {
		case ehrdesk.CodeOffline, ehrdesk.CodeNotSignedIn, ehrdesk.CodeLocked, ehrdesk.CodeDenied: // another error may be about somebody else
			return err
		}
		if ctx.Err() != nil {
			return ehrdesk.E(op, ehrdesk.CodeOther, ctx.Err())
		}
	}
	return ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "this desk waits for the patient's own act now")
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// taskJSON is a line of the day's list.
type taskJSON struct {
	ID            string                `json:"id"`
	Kind          ehrdesk.TaskKind      `json:"kind"`
	State         ehrdesk.TaskState     `json:"state"`
	Identity      *identityJSON         `json:"identity,omitempty"`
	Number        string                `json:"number"`
	Participation ehrdesk.Participation `json:"participation,omitempty"`
	Consent       *consentJSON          `json:"consent,omitempty"`
	Act           ehrdesk.AuditAction   `json:"act,omitempty"`
	Channel       ehrdesk.Channel       `json:"channel,omitempty"`
	Form          string                `json:"form_reference,omitempty"`
	At            string                `json:"at,omitempty"`
	Checked       string                `json:"checked,omitempty"`
	Receipt       string                `json:"receipt,omitempty"`
	Why           ehrdesk.Refusal       `json:"why,omitempty"`
	Work          ehrdesk.WorkState     `json:"work,omitempty"`
	Marked        string                `json:"marked,omitempty"`
	MarkedBy      string                `json:"marked_by,omitempty"`
	Day           string                `json:"day,omitempty"` // that an arrival is for
	Booking       string                `json:"booking,omitempty"`
	Listed        string                `json:"name_in_list,omitempty"`
	Known         *knownJSON            `json:"known_as,omitempty"`
	Call          *callJSON             `json:"call,omitempty"`
	Unshared      ehrdesk.Unshared      `json:"not_shared,omitempty"`
	Was           []wasJSON             `json:"was,omitempty"`
	Changed       []changeJSON          `json:"changed,omitempty"`
	// Copy is that this desk keeps a copy that whoever is signed in may open, and New how many of its
	// records came since they last opened it. The front desk is told of neither.
	Copy bool `json:"copy,omitzero"`
	New  int  `json:"copy_new,omitzero"`
	// ToAct and ToKnow are of how many of these something is to be done or to be known.
	ToAct  int `json:"copy_act,omitzero"`
	ToKnow int `json:"copy_know,omitzero"`
	// Waiting is what of the patient waits to be acknowledged, whether or not they have seen it.
	Waiting *waitingJSON `json:"waiting,omitempty"`
}

// waitingJSON is how much waits of somebody who comes, since when and whose it is.
type waitingJSON struct {
	Act   int    `json:"act"`
	Know  int    `json:"know"`
	Since string `json:"since"`
	Owner string `json:"owner,omitempty"`
}

// waits says what waits of somebody who comes.
func (l *taskJSON) waits(t ehrdesk.Task, news []ehrdesk.PatientNews) {
	if t.Kind != ehrdesk.TaskArrival {
		return
	}
	if i := slices.IndexFunc(news, func(p ehrdesk.PatientNews) bool { return p.Has(t.Patient, t.Number) }); i >= 0 {
		l.Waiting = &waitingJSON{news[i].Act, news[i].Know, stamp(news[i].Since), news[i].Owner}
	}
}

func (l *taskJSON) waitingWords() string {
	if l.Waiting == nil {
		return ""
	}
	owner := ehrdesk.CleanLine(l.Waiting.Owner)
	if owner == "" {
		owner = "nobody's yet"
	}
	return fmt.Sprintf(" · waits: %d to act on, %d to know (%s)", l.Waiting.Act, l.Waiting.Know, owner)
}

// wasJSON is what a line said before: a name of the clinic's list, or when somebody was booked.
type wasJSON struct {
	Name string `json:"name_in_list,omitempty"`
	Day  string `json:"day,omitempty"`
	At   string `json:"at,omitempty"`
	Said string `json:"said"`
	By   string `json:"by"`
}

// knownJSON is who somebody was when this desk last knew them by name.
type knownJSON struct {
	Name    string `json:"name"`
	Chinese string `json:"chinese,omitempty"`
	At      string `json:"at"` // when the centre said so last
}

// copyWords is what is said of the copy.
func (l *taskJSON) copyWords() string {
	if l.New == 0 {
		return " · record here"
	}
	words := fmt.Sprintf(" · record here, %d new", l.New)
	if l.ToAct+l.ToKnow > 0 {
		words += fmt.Sprintf(", %d to act on, %d to know", l.ToAct, l.ToKnow)
	}
	return words
}

func taskLine(t ehrdesk.Task) *taskJSON {
	out := &taskJSON{ID: t.ID, Kind: t.Kind, State: t.State, Number: t.Number.Printed(), Participation: t.Participation, Act: t.Act, Channel: t.Channel, Form: t.Form,
		At: stamp(t.At), Checked: stamp(t.Checked), Receipt: t.Reference, Why: t.Why, Booking: t.Booking.ID, Listed: t.Booking.Name, Work: t.Work, Marked: stamp(t.Marked.At), MarkedBy: t.Marked.By, Unshared: t.Unshared, Call: callOf(t), Changed: changesOf(t)}
	for _, w := range t.Was {
		out.Was = append(out.Was, wasJSON{Name: w.Name, Day: w.Day, At: stamp(w.At), Said: stamp(w.Said.At), By: w.Said.By})
	}
	if !t.Booking.Day.IsZero() {
		out.Day = t.Booking.Day.Local().Format(time.DateOnly)
	}
	if t.Patient.ID != "" {
		i := identityOf(t.Patient)
		out.Identity = &i
	}
	if t.Consent.State != "" {
		c := consentOf(t.Consent)
		out.Consent = &c
	}
	return out
}

func taskWords(t ehrdesk.Task) string {
	if t.State == ehrdesk.TaskDamaged {
		return fmt.Sprintf("%s %s %s: it was changed on this desk from outside and cannot be sent; take it again, then drop it", t.ID, t.Kind, t.State)
	}
	if t.Kind.Called() {
		return callWords(t)
	}
	who := t.Number.Printed()
	if t.Patient.ID != "" {
		who += " " + t.Patient.Name.Banner()
	} else if t.Booking.Name != "" {
		who += " " + ehrdesk.CleanLine(t.Booking.Name) + " (by the clinic's list)"
	}
	when := "no time"
	if !t.Booking.On(time.Now()) {
		who += " · " + ehrdesk.At(t.Booking.Day.Local()).Date()
	}
	if !t.At.IsZero() {
		when = t.At.Local().Format("15:04")
	}
	if t.Unshared != "" {
		who += " · not shared: " + string(t.Unshared)
	}
	return fmt.Sprintf("%s %s %s · %s · %s", t.ID, t.Kind, t.State, when, who)
}
