package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// newsJSON is what waits of one patient to be acknowledged, as `today news --json` prints it: nothing of what it is.
type newsJSON struct {
	ID       string       `json:"id"` // of the first line, for --take
	Identity identityJSON `json:"identity"`
	Number   string       `json:"number"`
	Act      int          `json:"act"`   // records of which something is to be done
	Know     int          `json:"know"`  // and that are to be known
	Since    string       `json:"since"` // when the centre had the oldest
	Days     int          `json:"days"`
	Owner    string       `json:"owner,omitempty"` // who has it; left out: nobody yet
	Mine     bool         `json:"mine"`
}

func (a *app) newsCommand() *cobra.Command {
	var mine bool
	var take string
	c := &cobra.Command{Use: "news", Short: "What came new of those on the list and waits to be acknowledged in the chart, by patient; no clinical data", Args: cobra.NoArgs,
		Long: "A line a patient: of how many records something is to be done (a critical result, an allergy) and how many are to be known (a drug begun, changed or stopped, an advance directive), since when, and whose it is. What is to be acted on comes first, then the oldest. It waits until somebody acknowledges it by name in the chart, over the day's end too. For who sees referrals and results.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			const op = "today news"
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				if !s.Account().Role.Reviews() {
					return ehrdesk.Errorf(op, ehrdesk.CodeDenied, "what came new is for who sees referrals and results")
				}
				if err := a.tellDay(ctx, s); err != nil {
					return err
				}
				if take != "" {
					if err := a.takeNews(ctx, s, take); err != nil {
						return renamed(op, err)
					}
				}
				all, err := s.Tasks(ctx)
				for _, p := range ehrdesk.NewsOf(all) {
					if err == nil && (!mine || p.Owner == s.Account().Staff) {
						j := newsJSONOf(p, s.Account().Staff, time.Now())
						err = a.line(j, j.words(p))
					}
				}
				return err
			})
		}}
	c.Flags().BoolVar(&mine, "mine", false, "that whoever is signed in has")
	c.Flags().StringVar(&take, "take", "", "first take over what waits of one patient, by the id that is printed")
	return c
}

// takeNews has whoever is signed in have what waits of the patient of a line.
func (a *app) takeNews(ctx context.Context, s *client.Session, id string) error {
	all, err := s.Tasks(ctx)
	if err != nil {
		return err
	}
	waits := ehrdesk.Waiting(all)
	i := slices.IndexFunc(waits, func(t ehrdesk.Task) bool { return t.ID == id })
	if i < 0 {
		return ehrdesk.Errorf("today news", ehrdesk.CodeNotFound, "nothing waits by this id")
	}
	if err := s.TakeNews(ctx, waits[i].Patient.ID); err != nil {
		return err
	}
	return a.tellDay(ctx, s)
}

func newsJSONOf(p ehrdesk.PatientNews, staff string, now time.Time) newsJSON {
	return newsJSON{ID: p.Lead.ID, Identity: identityOf(p.Lead.Patient), Number: p.Lead.Number.Printed(), Act: p.Act, Know: p.Know, Since: stamp(p.Since),
		Days: max(0, int(now.Sub(p.Since).Hours()/24)), Owner: p.Owner, Mine: p.Owner == staff}
}

// words is the line for people: of the number its end alone.
func (j *newsJSON) words(p ehrdesk.PatientNews) string {
	owner := "nobody's yet"
	if j.Owner != "" {
		owner = ehrdesk.CleanLine(j.Owner)
	}
	return fmt.Sprintf("%s %s · …%s · %d to act on · %d to know · %d days · %s", j.ID, p.Lead.Patient.Name.Banner(), p.Lead.Number.Tail(), j.Act, j.Know, j.Days, owner)
}
