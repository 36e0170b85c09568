package cases

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// An allergy that a message tells of is no record until somebody reports it: its form is filled in as unconfirmed in the patient's
// chart, and leaves as any other is signed.

// noAllergy says why a message cannot be reported as an allergy, "" where it can.
func (s *Screen) noAllergy(v *ehrdesk.CaseView, it item) string {
	e, t, me := s.env, &s.env.T.Cases, s.env.Me()
	switch said := it.said; {
	case said == nil:
		return e.S(t.NotSaid)
	case v.Closed != "":
		return e.S(t.NoConsentNow)
	case !v.CanRead(said, me):
		return e.S(t.NotForYou)
	case v.Unread(said, me, e.Now()):
		return e.S(t.OpenFirst)
	case v.Bodies[said.Envelope].Allergy == nil:
		return e.S(t.Body.NoAllergy)
	}
	if _, ok := e.Session.(ehrdesk.Writing); !ok {
		return e.S(e.T.Writing.Off)
	}
	if p, _ := e.CasePatient(v.Patient); e.Aside.Patient != v.Patient && p.Number().IsZero() {
		return e.S(t.Body.ChartUnknown)
	}
	return ""
}

// toAllergy is the form of what a message tells.
func (s *Screen) toAllergy(event int) screen.ToAllergy {
	return screen.ToAllergy{Case: screen.ToCase{ID: s.id, Chart: s.chart}, Event: event}
}

// charted reports that the patient's chart is open.
func (s *Screen) charted(v *ehrdesk.CaseView) bool {
	return s.env.Aside.Patient == v.Patient && v.Patient != ""
}

// reportedAt is when whoever is signed in has reported what a message tells; zero for not yet.
func (s *Screen) reportedAt(v *ehrdesk.CaseView, event int) (at time.Time) {
	for i := range v.Said {
		if v.Said[i].Event == event {
			at = v.Reported[v.Said[i].Envelope]
		}
	}
	return at
}

// reports goes to the form where the patient's chart is open, and else asks whether to look the patient up; where it was reported before, it
// asks first.
func (s *Screen) reports(v *ehrdesk.CaseView, event int) {
	if s.charted(v) && s.reportedAt(v, event).IsZero() {
		s.env.Go(s.toAllergy(event))
		return
	}
	s.form = &form{act: text.CaseAllergy, event: event, asks: true}
}

// looksUp looks the patient up; the form opens with their chart.
func (s *Screen) looksUp(v *ehrdesk.CaseView) tea.Cmd {
	event := s.form.event
	s.close()
	if s.charted(v) {
		s.env.Go(s.toAllergy(event))
		return nil
	}
	s.env.Day.Told = screen.AllergyAt{Patient: v.Patient, ToAllergy: s.toAllergy(event)}
	s.lookUp(v)
	return nil
}

// opensChart is what is shown before that.
func (s *Screen) opensChart(v *ehrdesk.CaseView) []part {
	out, t := []part{s.about1(v), {}}, &s.env.T.Cases.Body
	if at := s.reportedAt(v, s.form.event); !at.IsZero() {
		out = append(out, part{theme.Abnormal, text.Sprintf(s.env.S(t.ReportedAgain), moment(s.env, at))})
	}
	if !s.charted(v) {
		out = append(out, part{theme.Text, s.env.S(t.LookUpNote)})
	}
	return out
}
