package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// resultsJSON are the abnormal results of one patient that one person ordered and nobody here has acknowledged, as
// `results --json` prints them: no value, no test.
type resultsJSON struct {
	Identity  identityJSON `json:"identity"`
	OrderedBy string       `json:"ordered_by,omitempty"` // left out: no record says
	OrderedID string       `json:"ordered_by_id,omitempty"`
	Own       bool         `json:"own"`
	Worst     string       `json:"worst"` // critical or abnormal
	Results   int          `json:"results"`
	NotOpened int          `json:"not_opened"`
	Critical  int          `json:"critical"`
	Partial   int          `json:"partial"` // cannot be acknowledged yet
	Since     string       `json:"since,omitempty"`
	Days      *int         `json:"days,omitempty"` // of the oldest
}

func (a *app) resultsCommand() *cobra.Command {
	var of string
	var mine bool
	c := &cobra.Command{Use: "results", Short: "Abnormal results that nobody here has acknowledged, by patient and by who ordered them; no values", Args: cobra.NoArgs,
		Long: "Of everybody of whom this desk keeps a copy, as it was when it was last in step; no chart is opened and nothing is asked of the centre. A line a patient and a doctor: how many results, how many of them nobody here has opened, how many are critical and how many are not complete and cannot be acknowledged yet, and how old the oldest is. The critical come first, then the oldest. For who sees results.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if mine && of != "" {
				return ehrdesk.Errorf("results", ehrdesk.CodeInvalid, "--mine and --of are not for one another")
			}
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				all, err := s.WaitingResults(ctx)
				if err != nil {
					return renamed("results", err)
				}
				for _, w := range all {
					if mine && !w.Own || of != "" && w.ByID != of && fold.String(w.By) != fold.String(of) && (of != s.Account().Staff || !w.Own) {
						continue
					}
					j := resultsOf(w, time.Now())
					if err := a.line(j, j.words(w)); err != nil {
						return err
					}
				}
				return nil
			})
		}}
	c.Flags().BoolVar(&mine, "mine", false, "that whoever is signed in has ordered")
	c.Flags().StringVar(&of, "of", "", "that one person has ordered, by the id or the whole name that the orders give")
	return c
}

func resultsOf(w ehrdesk.ResultsWaiting, now time.Time) resultsJSON {
	out := resultsJSON{Identity: identityOf(w.Patient), OrderedBy: ehrdesk.CleanLine(w.By), OrderedID: ehrdesk.CleanLine(w.ByID), Own: w.Own, Worst: "abnormal", Results: w.Results, NotOpened: w.NotOpened, Critical: w.Critical, Partial: w.Partial, Since: stamp(w.Since)}
	if w.Critical > 0 {
		out.Worst = "critical"
	}
	if !w.Since.IsZero() {
		days := max(0, int(now.Sub(w.Since).Hours()/24))
		out.Days = &days
	}
	return out
}

// words is the line for people.
func (j *resultsJSON) words(w ehrdesk.ResultsWaiting) string {
	by := "nobody named"
	switch {
	case j.Own:
		by = "ordered by you"
	case j.OrderedBy != "":
		by = "ordered by " + j.OrderedBy
	}
	out := []string{strings.ToUpper(j.Worst) + " " + w.Patient.Name.Banner(), by, fmt.Sprintf("%d not acknowledged", j.Results), fmt.Sprintf("%d not opened", j.NotOpened)}
	if j.Partial > 0 {
		out = append(out, fmt.Sprintf("%d PARTIAL: cannot be acknowledged", j.Partial))
	}
	if j.Days != nil {
		out = append(out, fmt.Sprintf("%d days", *j.Days))
	}
	return strings.Join(out, " · ")
}
