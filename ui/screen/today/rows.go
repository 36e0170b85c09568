package today

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/arrivals"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// section is a part of the list, in the order of the screen.
type section int

const (
	toLook section = iota
	sent
	here
	waiting
	newsWait
	resultsWait
	toCall
	toReview
	coming
	expected
	ending
	callLater // not today yet
	finished
)

// row is a line that can be chosen.
type row struct {
	section section
	task    ehrdesk.Task
	ending  *ehrdesk.Ending
	alike   bool                    // another name on the list is nearly the same
	opened  time.Time               // when the person at the desk last opened the chart today; zero for not
	held    bool                    // there is a copy here that the person at the desk may open
	fresh   int                     // how many of its records came since they last did
	act     int                     // of how many of these something is to be done
	know    int                     // and of how many something is to be known
	news    *ehrdesk.PatientNews    // what of them waits to be acknowledged; nil for nothing
	results *ehrdesk.ResultsWaiting // what waits of the results of a patient; nil for nothing
	known   ehrdesk.Acquaintance    // of somebody not looked up for this line, who they were at an earlier visit
}

func (r row) patient() ehrdesk.Patient {
	if r.ending != nil {
		return r.ending.Patient
	}
	return r.task.Patient
}

func (r row) number() ehrdesk.Number {
	if r.ending != nil {
		return r.ending.Patient.Number()
	}
	return r.task.Number
}

// rows are the lines of the day that are asked for, what somebody has to look at first.
func (s *Screen) rows() []row {
	var out []row
	now := s.env.Now()
	for _, t := range s.env.Day.Tasks {
		if t.Call.What.News() {
			continue // told by patient
		}
		r := s.rowOf(t)
		switch {
		case t.Kind == ehrdesk.TaskAct, t.Kind == ehrdesk.TaskReport:
			r.section = toLook
		case t.Waited() > 0:
			r.section = sent
		case t.Kind == ehrdesk.TaskWait && t.State == ehrdesk.TaskOpen:
			r.section = waiting
		case t.Kind == ehrdesk.TaskCall && !t.Work.Over():
			if r.section = toCall; t.Call.Days(now) > 0 {
				r.section = callLater
			}
		case t.Kind == ehrdesk.TaskReview && !t.Work.Over():
			r.section = toReview
		case t.Kind == ehrdesk.TaskArrival && isHere(t.Work):
			r.section = here
		case t.Kind == ehrdesk.TaskArrival && !t.Work.Over():
			r.section = coming
		case t.Kind == ehrdesk.TaskExpected && now.Before(t.At.Add(12*time.Hour)):
			r.section = expected
		default:
			r.section = finished
		}
		if s.shows(r) {
			out = append(out, r)
		}
	}
	for _, r := range s.newsRows() {
		if s.shows(r) {
			out = append(out, r)
		}
	}
	for _, r := range s.resultRows() {
		if s.shows(r) {
			out = append(out, r)
		}
	}
	for i := range s.endings {
		if r := (row{section: ending, ending: &s.endings[i]}); s.shows(r) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b row) int {
		if a.section != b.section {
			return int(a.section - b.section)
		}
		if a.ending != nil && b.ending != nil {
			return a.ending.Consent.Until.Compare(b.ending.Consent.Until)
		}
		if a.section == newsWait || a.section == resultsWait { // they are in their order
			return 0
		}
		if a.task.Kind.Called() && b.task.Kind.Called() {
			return cmp.Or(a.task.Call.Due.Compare(b.task.Call.Due), a.task.Call.Missed.Compare(b.task.Call.Missed), a.task.Call.At.Compare(b.task.Call.At))
		}
		return arrivals.UntimedLast(a.task.At, b.task.At)
	})
	return s.marked(out)
}

// rowOf is a line of the day with who they were when this desk last knew them by name, where nobody has
// looked them up for it.
func (s *Screen) rowOf(t ehrdesk.Task) row {
	r := row{task: t}
	if t.Patient.ID == "" {
		r.known, _ = s.names.Of(t.Number)
	}
	return r
}

// marked marks neighbours whose romanised names can be taken for one another and
// who are not one person (display rules, wrong patient), whose chart was opened today, and of those
// who come, whose record is here.
func (s *Screen) marked(rows []row) []row {
	people := make([]ehrdesk.Patient, len(rows))
	for i, r := range rows {
		people[i] = r.patient()
	}
	news := ehrdesk.NewsOf(s.env.Day.Tasks)
	for i, alike := range screen.Alike(people) {
		r := &rows[i]
		r.alike, r.opened = alike, s.recents.At(people[i])
		if r.section == here || r.section == coming {
			one, ok := s.held.Of(people[i], r.number())
			r.held, r.fresh, r.act, r.know = ok, one.New, one.Act, one.Know
			r.news = waitsOf(r, news)
			if r.news == nil && s.acknowledged(r) { // by a colleague, perhaps: it is to be acted on no more
				r.act, r.know = 0, 0
			}
		}
	}
	return rows
}

// who is a person in a list by name, and what tells one from a namesake. Before
// anybody was looked up, and of one who has left and is known by nothing more, it is
// the end of the number.
func who(e *screen.Env, r row) (name, marks string) {
	p := r.patient()
	if r.task.Kind == ehrdesk.TaskReport {
		return text.Sprintf(e.S(e.T.Today.Reports), r.task.Count), ""
	}
	if p.ID == "" && r.number().IsZero() {
		return "—", "" // of a damaged act nobody is known
	}
	if p.ID == "" || p.Name == (ehrdesk.Name{}) {
		return unnamed(e, r)
	}
	return e.InList(p)
}

// unnamed is somebody whom nobody has looked up: the end of the number alone, as whoever stands at the
// counter reads the list too, with who they were when this desk last knew them by name, told as that,
// and what the clinic's list calls them.
func unnamed(e *screen.Env, r row) (tail, marks string) {
	t := r.task
	if name := e.Facts().Name(r.known.Patient.Name); name != "" {
		marks = " · " + text.Sprintf(e.S(e.T.Today.Known), name, date(e, r.known.At))
	}
	if name := listed(e, t); name != "" {
		marks += " · " + name
	}
	return strings.TrimSpace(t.Number.Document.Type + " …" + t.Number.Tail()), marks
}

// what is how it stands, whether the record is here and how much of it is new, and when the chart
// was opened.
func what(e *screen.Env, r row) (string, paint.Style) {
	words, st := how(e, r)
	if r.section == newsWait {
		return words, st
	}
	switch t := &e.T.Today; {
	case r.fresh > 0:
		words += " · " + text.Sprintf(e.S(t.CopyNew), r.fresh)
	case r.held:
		words += " · " + e.S(t.CopyHere)
	}
	if waits := atTheDoor(e, r); waits != "" {
		words, st = words+" · "+waits, theme.Abnormal
	}
	if r.task.Unshared != "" {
		words, st = words+" · "+e.S(e.T.Today.UnsharedFor(r.task.Unshared)), theme.Abnormal
	}
	if !r.opened.IsZero() {
		words += " · " + text.Sprintf(e.S(e.T.Today.Opened), e.Clock(r.opened))
	}
	return words, st
}

// atTheDoor is of how many new records something is to be done, and of how many something is to be known: nothing of
// what it is, as whoever stands at the counter reads the list too.
// What waits to be acknowledged is told with whose it is, whether or not whoever is at the desk has seen it.
func atTheDoor(e *screen.Env, r row) string {
	if r.news != nil {
		return counted(e, r.news.Act, r.news.Know) + " (" + ownerOf(e, r.news) + ")"
	}
	return counted(e, r.act, r.know)
}

func how(e *screen.Env, r row) (string, paint.Style) {
	t, k := &e.T.Today, r.task
	if r.ending != nil {
		n := daysTo(e.Now(), r.ending.Consent.Until)
		if n <= 0 {
			return e.S(t.EndsToday), theme.Abnormal
		}
		return text.Sprintf(e.S(t.Ends), date(e, r.ending.Consent.Until), n), theme.Abnormal
	}
	if r.section == newsWait {
		return howNews(e, r.news)
	}
	if r.results != nil {
		return howResults(e, r.results)
	}
	if k.Kind.Called() {
		return howCalled(e, k)
	}
	if k.State == ehrdesk.TaskDamaged {
		return e.S(t.Damaged), theme.Critical
	}
	if k.Kind == ehrdesk.TaskWait { // the patient's own act, and so a consent
		k.Act = ehrdesk.AuditGrant
	}
	act := e.S(t.Act(k.Act)) + " · " + e.S(e.T.Consent.ChannelName(k.Channel))
	if k.Act == ehrdesk.AuditCreate {
		act = text.Sprintf(e.S(t.Deposit), k.Count)
	}
	switch {
	case k.Kind == ehrdesk.TaskReport && k.State == ehrdesk.TaskRefused:
		return text.Sprintf(e.S(t.Refused), e.Reason(k.Why)), theme.Critical
	case k.Kind == ehrdesk.TaskReport:
		return unsent(e, k, "", goes(e, k))
	case k.State == ehrdesk.TaskHeld:
		return held(e, k, act)
	case k.Kind == ehrdesk.TaskAct && k.Second.Withdrawn:
		return act + " · " + e.S(t.Overtaken), theme.Critical
	case k.Kind == ehrdesk.TaskAct && k.Second.Refuser != "":
		return act + " · " + text.Sprintf(e.S(e.T.Second.RefusedBy), ehrdesk.CleanLine(k.Second.Refuser), ehrdesk.CleanLine(k.Second.Reason)), theme.Critical
	case k.Kind == ehrdesk.TaskAct && k.State == ehrdesk.TaskQueued:
		return unsent(e, k, act, goes(e, k))
	case k.Kind == ehrdesk.TaskAct && k.State == ehrdesk.TaskUnknown:
		return unsent(e, k, act, e.S(t.Unknown))
	case k.Kind == ehrdesk.TaskAct && k.Why.Code() == ehrdesk.CodeConsentNeeded:
		return act + " · " + e.S(t.Overtaken), theme.Critical
	case k.Kind == ehrdesk.TaskAct && k.Act == ehrdesk.AuditRevoke && k.Why.Code() == ehrdesk.CodeConflict:
		return act + " · " + e.S(t.GivenSince), theme.Critical
	case k.Kind == ehrdesk.TaskAct:
		return act + " · " + text.Sprintf(e.S(t.Refused), e.Reason(k.Why)), theme.Critical
	case r.section == waiting:
		return text.Sprintf(e.S(t.Waiting), e.S(e.T.Consent.ChannelName(k.Channel))) + " · " + e.Elapsed(e.Now().Sub(k.Added)), theme.Syncing
	case k.Kind == ehrdesk.TaskExpected && e.Now().Before(k.At):
		return text.Sprintf(e.S(t.Expected), e.Clock(k.At)), theme.Syncing
	case k.Kind == ehrdesk.TaskExpected:
		return text.Sprintf(e.S(t.ExpectedOver), e.Clock(k.At)), theme.Text
	case k.Kind == ehrdesk.TaskArrival:
		words, st := standing(e, k)
		if at, style := come(e, k); at != "" {
			return at + " · " + words, style
		}
		return words, st
	}
	words := text.Sprintf(e.S(t.Recorded), act, ehrdesk.CleanLine(k.Reference))
	if r.section == sent {
		words += " · " + text.Sprintf(e.S(t.Waited), e.Elapsed(k.Waited()))
	}
	return words, theme.Good
}

// goes is what has to come before something is sent that waits: an act goes under the name of
// who took it, and of nobody else.
func goes(e *screen.Env, k ehrdesk.Task) string {
	t := &e.T.Today
	switch {
	case k.Kind == ehrdesk.TaskAct && k.Staff != "" && k.Staff != e.Session.Account().Staff:
		return text.Sprintf(e.S(t.KeptOf), ehrdesk.CleanLine(k.Staff))
	case e.Day.Shut:
		return e.S(t.KeptShut)
	}
	return e.S(t.Kept)
}

// unsent is an act that waits for the centre, with how long: after 72 hours that
// comes first, and what to do.
func unsent(e *screen.Env, k ehrdesk.Task, act, how string) (string, paint.Style) {
	waits := e.Elapsed(max(0, e.Now().Sub(k.Added)))
	if act != "" {
		act += " · "
	}
	switch ehrdesk.OverdueAt(k.Added, e.Now()) {
	case ehrdesk.OverdueLong:
		return act + text.Sprintf(e.S(e.T.Today.Overdue), waits), theme.Critical
	case ehrdesk.OverdueTooLong:
		return act + text.Sprintf(e.S(e.T.Today.Lost), waits), theme.Critical
	case ehrdesk.InTime:
	}
	return act + waits + " · " + how, theme.Abnormal
}

// held is an act that waits for a second person, with how long; after 72 hours it is told as what is overdue.
func held(e *screen.Env, k ehrdesk.Task, act string) (string, paint.Style) {
	words, st := e.S(e.T.Second.OnListOwn), theme.Abnormal
	if k.Staff != e.Session.Account().Staff {
		words = text.Sprintf(e.S(e.T.Second.OnList), ehrdesk.CleanLine(k.Second.Taker))
	}
	if ehrdesk.OverdueAt(k.Added, e.Now()) != ehrdesk.InTime {
		return "! " + text.Sprintf(e.S(e.T.Second.Overdue), e.Elapsed(e.Now().Sub(k.Added))) + " · " + act + " · " + words, theme.Critical
	}
	return act + " · " + e.Elapsed(max(0, e.Now().Sub(k.Added))) + " · " + words, st
}

// standing is how somebody on the list stood when last looked up.
func standing(e *screen.Env, k ehrdesk.Task) (string, paint.Style) {
	switch k.Participation {
	case "":
		return e.S(e.T.Today.NotLooked), theme.Muted
	case ehrdesk.Unverified:
		return e.S(e.T.Today.ToVerify), theme.Abnormal
	case ehrdesk.NotRegistered:
		return e.S(e.T.Find.NotRegistered), theme.Muted
	case ehrdesk.Left:
		return e.S(e.T.Find.Left), theme.Muted
	case ehrdesk.Registered, ehrdesk.KnownHere:
	}
	words, st := e.ConsentLine(k.Consent, false, k.Checked)
	return e.S(e.T.Consent.Label) + " " + words, st
}

func date(e *screen.Env, at time.Time) string { return ehrdesk.At(at.In(e.Now().Location())).Date() }

func daysTo(now, until time.Time) int {
	until = until.In(now.Location())
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(until).Sub(day(now)).Hours() / 24)
}
