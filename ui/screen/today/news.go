package today

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// What came new of somebody on the list and waits until a person acknowledges it in the chart: a line a patient, how much
// and since when, whose it is, and nothing of what it is.

// newsRows are the lines, those of whom something is to be acted on first. What was concluded stands in the chart.
func (s *Screen) newsRows() (out []row) {
	news := ehrdesk.NewsOf(s.env.Day.Tasks)
	for i := range news {
		r := s.rowOf(news[i].Lead)
		r.section, r.news, r.task.Changed = newsWait, &news[i], nil
		out = append(out, r)
	}
	return out
}

// waitsOf is what of all that waits is of somebody who comes; nil for nothing.
func waitsOf(r *row, news []ehrdesk.PatientNews) *ehrdesk.PatientNews {
	if i := slices.IndexFunc(news, func(p ehrdesk.PatientNews) bool { return p.Has(r.patient(), r.number()) }); i >= 0 {
		return &news[i]
	}
	return nil
}

// acknowledged reports somebody of whom what came new was concluded today.
func (s *Screen) acknowledged(r *row) bool {
	return slices.ContainsFunc(s.env.Day.Tasks, func(t ehrdesk.Task) bool {
		return t.Call.What.News() && t.Work.Over() && (ehrdesk.PatientNews{Lead: t}).Has(r.patient(), r.number())
	})
}

// howNews is how much waits, since when and whose it is.
func howNews(e *screen.Env, p *ehrdesk.PatientNews) (string, paint.Style) {
	st := theme.Text
	if p.Act > 0 {
		st = theme.Abnormal
	}
	return counted(e, p.Act, p.Know) + " · " + e.Elapsed(max(0, e.Now().Sub(p.Since))) + " · " + ownerOf(e, p), st
}

// ownerOf is who has it.
func ownerOf(e *screen.Env, p *ehrdesk.PatientNews) string {
	if p.Owner == "" {
		return e.S(e.T.News.Nobody)
	}
	return text.Sprintf(e.S(e.T.News.Owner), ehrdesk.CleanLine(p.Owner))
}

// counted is of how many records something is to be done, and how many are to be known.
func counted(e *screen.Env, act, know int) string {
	t := &e.T.Today
	var out []string
	if act > 0 {
		out = append(out, text.Sprintf(e.S(t.ToAct), act))
	}
	if know > 0 {
		out = append(out, text.Sprintf(e.S(t.ToKnow), know))
	}
	return strings.Join(out, " · ")
}

// opensAt has the chart open at what a line is of.
func (s *Screen) opensAt(r row) {
	d := &s.env.Day
	d.News, d.Results, d.Report, d.Told = "", "", screen.ReportAt{}, screen.AllergyAt{}
	switch {
	case r.section == newsWait:
		d.News = r.task.Patient.ID
	case r.section == resultsWait:
		d.Results = r.task.Patient.ID
	case r.task.Call.What == ehrdesk.FollowReport && r.task.Call.Record.ID != "":
		d.Report = screen.ReportAt{Patient: r.task.Patient.ID, Record: r.task.Call.Record}
	}
}

// takeNews has whoever is at the desk have what waits of a patient.
func (s *Screen) takeNews(r row) tea.Cmd {
	keeper, ok := s.env.Session.(ehrdesk.NewsKeeping)
	if !ok {
		return nil
	}
	who := r.task.Patient.ID
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(s.env, 10*time.Second, "", func(ctx context.Context) (done, error) {
		return done{news: true}, keeper.TakeNews(ctx, who)
	})
	return cmd
}
