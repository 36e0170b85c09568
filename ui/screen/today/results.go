package today

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Abnormal results that nobody here has acknowledged, of everybody of whom this desk keeps a copy: for the doctor who ordered
// them, and where no record says who did, for every doctor. A line a patient and a person who ordered, how many and how old,
// and nothing of what they say.

type resultsMsg = screen.Done[[]ehrdesk.ResultsWaiting]

// askResults reads them, for who answers for results.
func (s *Screen) askResults() tea.Cmd {
	lists, ok := s.env.Session.(ehrdesk.ResultListing)
	if !ok || !s.env.Account().Role.AnswersForResults() {
		return nil
	}
	var cmd tea.Cmd
	s.unseen, cmd = screen.Start(s.env, 15*time.Second, "", func(ctx context.Context) ([]ehrdesk.ResultsWaiting, error) { return lists.WaitingResults(ctx) })
	return cmd
}

// resultRows are the lines, the critical first, then the oldest, as they come.
func (s *Screen) resultRows() (out []row) {
	for i := range s.results {
		w := &s.results[i]
		if w.Own || w.By == "" {
			out = append(out, row{section: resultsWait, results: w, task: ehrdesk.Task{ID: "results " + w.Patient.ID + " " + w.By, Patient: w.Patient, Number: w.Patient.Number()}})
		}
	}
	return out
}

// howResults is how many, of which what, how old and who ordered them.
func howResults(e *screen.Env, w *ehrdesk.ResultsWaiting) (string, paint.Style) {
	t, st := &e.T.Unseen, theme.Text
	words := []string{text.Sprintf(e.S(t.OnList), w.Results)}
	add := func(n int, one text.T) {
		if n > 0 {
			words = append(words, text.Sprintf(e.S(one), n))
		}
	}
	if add(w.Critical, t.OnListCritical); w.Critical > 0 {
		st = theme.Critical
	}
	add(w.NotOpened, t.OnListNotOpened)
	add(w.Partial, t.OnListPartial)
	if !w.Since.IsZero() {
		words = append(words, text.Sprintf(e.S(t.OnListDays), max(0, int(e.Now().Sub(w.Since).Hours()/24))))
	}
	by := e.S(t.OnListNobody)
	if w.Own {
		by = e.S(t.OnListOwn)
	}
	return strings.Join(append(words, by), " · "), st
}
