package acts

import (
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// reportList is until when, by the centre's clock, a patient's record was looked through for reports that somebody has to look
// at, by each profession: what one is not given another has yet to find.
const reportList = "reported"

func reportName(d *day, patient string) string {
	return followName(patient, reportList+" "+string(roleOf(d)))
}

// ReportedThrough is until when a patient's record was looked through for reports, zero for never.
func (o Door) ReportedThrough(ctx context.Context, patient string) (time.Time, error) {
	return until(ctx, o.day, reportList, reportName(o.day, patient))
}

// Reported makes lines of reports that came and that a rule has somebody look at, each once as it stands at whatever desk,
// concludes those in whose place a newer version waits and those whose record gone says is withdrawn, says of the others until when
// the consent lasts, and keeps until when it looked; zero keeps nothing.
func (o Door) Reported(ctx context.Context, p ehrdesk.Patient, came []ehrdesk.Call, gone func(ehrdesk.Call) bool, consent ehrdesk.SharingConsent, until time.Time) error {
	d := o.day
	if p.ID == "" || p.Number().IsZero() {
		return nil
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	all, err := d.settled(ctx)
	if err != nil {
		return err
	}
	before, err := followed(ctx, d)
	if err != nil {
		return err
	}
	var out changes
	stand, had := map[string]string{}, map[string]bool{} // by record: the line that waits, and that there was one
	for _, id := range all.ids {
		r := all.of(id)
		if r.gone() || r.Call.What != ehrdesk.FollowReport || r.Patient.ID != p.ID || r.Call.Record == "" {
			continue
		}
		had[r.Call.Record] = true
		switch {
		case r.line().State().Over():
			before[r.followed()] = true
		case gone(r.call()):
			if err := concludes(d, all, id, ehrdesk.CallGone, &out); err != nil {
				return err
			}
		default:
			stand[r.Call.Record] = id
			if err := lasts(ctx, d, id, r, consent.Until, &out); err != nil {
				return err
			}
		}
	}
	for _, c := range came {
		record := c.Record.String()
		id, waits := stand[record]
		if waits && all.of(id).Call.Mark == c.Mark || before[followName(p.ID, newsName(record, c.Mark))] {
			continue
		}
		if again := had[record] || before[followName(p.ID, reportSeen(record))]; again && c.Report.Again == ehrdesk.ReportFirst {
			c.Report.Again = ehrdesk.ReportNewer
		}
		if waits {
			if was := all.of(id).call().Due; was.Before(c.Due) { // it has waited since the first
				c.Due = was
			}
			if err := concludes(d, all, id, ehrdesk.CallGone, &out); err != nil {
				return err
			}
		}
		if err := o.looks(ctx, all, p, c, &out); err != nil {
			return err
		}
	}
	if err := d.write(ctx, &out); err != nil || until.IsZero() {
		return err
	}
	return d.lists.Put(ctx, reportList, reportName(d, p.ID), []byte(until.UTC().Format(time.RFC3339Nano)))
}

// lasts says of a line until when the consent lasts, where it was renewed or given anew for another time.
func lasts(ctx context.Context, d *day, id string, r *taskRecord, until time.Time, out *changes) error {
	if r.Call.Until.Equal(until) {
		return nil
	}
	t := r.task(id)
	t.Call.Until = until
	now := saveTask(t)
	if err := d.follow(ctx, &now, id, t, r); err != nil {
		return err
	}
	*r = now
	out.put(id, now)
	return nil
}

// reportSeen is that a report was ever looked at here, in whatever version.
func reportSeen(record string) string { return newsName(record, reportList) }

// looks puts down one report that somebody has to look at.
func (o Door) looks(ctx context.Context, all records, p ehrdesk.Patient, c ehrdesk.Call, out *changes) error {
	d := o.day
	name := newsName(c.Record.String(), c.Mark)
	id, ok := d.share.Name(ctx, reportList, p.ID, name)
	if !ok {
		id = followName(p.ID, reportList+" "+name)
	}
	if all.of(id) != nil {
		return nil
	}
	now := d.now()
	c.Missed = now
	t := ehrdesk.Task{ID: id, Kind: c.What.Task(), State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: p.Number(), Patient: p, Added: now, Staff: d.staff(), Call: c}
	r := saveTask(t)
	if err := d.follow(ctx, &r, id, t, nil); err != nil {
		return err
	}
	if err := begun(&r, c.At); err != nil {
		return err
	}
	out.put(id, r)
	return nil
}

// begun has a line that was just put down begin when what it is of came to the centre, or was left open: one that a desk puts down which has not
// heard that a colleague at another has concluded it begins before that, and is concluded.
func begun(r *taskRecord, at time.Time) (err error) {
	l := r.line()
	if at.IsZero() || len(l.Steps) != 1 || !at.Before(l.Steps[0].Stamp.At) {
		return nil
	}
	l.Steps = slices.Clone(l.Steps)
	l.Steps[0].Stamp.At = at.Truncate(time.Millisecond)
	r.Line, err = r4.MarshalDayLine(l)
	return err
}

// savedReport is why somebody looks at a report, and who, sealed as the rest.
type savedReport struct {
	For   []string          `json:"for,omitempty"`
	Rule  string            `json:"rule,omitempty"`
	Says  ehrdesk.LocalName `json:"says,omitzero"`
	Again string            `json:"again,omitempty"`
}

func saveReport(r ehrdesk.Report) savedReport {
	out := savedReport{Rule: r.Rule, Says: r.Says, Again: string(r.Again)}
	for _, p := range r.For {
		out.For = append(out.For, string(p))
	}
	return out
}

func (s savedReport) report() ehrdesk.Report {
	out := ehrdesk.Report{Rule: s.Rule, Says: s.Says, Again: ehrdesk.ReportAgain(s.Again)}
	for _, p := range s.For {
		out.For = append(out.For, ehrdesk.Profession(p))
	}
	return out
}

// clean is it with what was said elsewhere made fit for a screen.
func (s savedReport) clean() savedReport {
	s.For = slices.Clone(s.For)
	for i := range s.For {
		s.For[i] = ehrdesk.CleanLine(s.For[i])
	}
	for _, words := range []*string{&s.Rule, &s.Says.English, &s.Says.Hant, &s.Says.Hans, &s.Again} {
		*words = ehrdesk.CleanLine(*words)
	}
	return s
}

// NoteCall notes what came of a call or a review. Of a report it is in the access log too.
func (s *Acts) NoteCall(ctx context.Context, id string, outcome ehrdesk.CallOutcome, due time.Time) (ehrdesk.Task, error) {
	t, err := noteCall(ctx, &s.day, id, outcome, due)
	if err != nil || t.Call.What != ehrdesk.FollowReport {
		return t, err
	}
	e := ehrdesk.AuditEvent{Action: ehrdesk.AuditAcknowledge, Patient: t.Patient.ID, Detail: "report, " + string(outcome)}
	if t.Call.Record.ID != "" {
		e.Detail += ": " + t.Call.Record.String()
	}
	return t, s.access.Record(ctx, e)
}

// toldReport is a report that somebody has to look at as whoever is signed in is told of it: those whom it is for, as far as they
// are given that kind of record. Once the consent is over they are told that there was one.
func toldReport(d *day, t ehrdesk.Task) (told ehrdesk.Task, ok bool) {
	switch {
	case !slices.Contains(t.Call.Report.For, roleOf(d)):
		return t, false
	case t.Call.Record == (ehrdesk.Ref{}): // emptied
		return t, true
	case ehrdesk.AccessOf(roleOf(d), t.Call.Kind) != ehrdesk.General:
		return t, false
	}
	if !t.Call.Until.IsZero() && !d.now().Before(t.Call.Until) {
		c := &t.Call
		c.Record, c.Kind, c.Mark = ehrdesk.Ref{}, 0, ""
		c.Report = ehrdesk.Report{For: c.Report.For}
	}
	return t, true
}
