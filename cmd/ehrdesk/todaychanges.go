package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

func (a *app) changesCommand() *cobra.Command {
	var keep bool
	c := &cobra.Command{Use: "changes", Short: "What others have changed of the list since you last looked, with who, when and what it was before", Args: cobra.NoArgs,
		Long: "What is printed counts as looked at, unless with --keep. The screen's list counts too: what stood on it there is not told here again. The first time that somebody looks at a desk nothing has changed.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				if err := a.tellDay(ctx, s); err != nil {
					return err
				}
				all, err := s.Tasks(ctx)
				if err != nil {
					return err
				}
				var told []string
				for _, t := range all {
					if len(t.Changed) == 0 {
						continue
					}
					if err := a.line(taskLine(t), taskWords(t)+" · "+changeWords(t)); err != nil {
						return err
					}
					told = append(told, t.ID)
				}
				if keep || len(told) == 0 {
					return nil
				}
				return s.Looked(ctx, told...)
			})
		}}
	c.Flags().BoolVar(&keep, "keep", false, "they do not count as looked at")
	return c
}

// changeJSON is one change. From and to are states; of time and due, times and days; of consent,
// states of the consent.
type changeJSON struct {
	What    ehrdesk.DayChangeKind `json:"what"`
	From    string                `json:"from,omitempty"`
	To      string                `json:"to,omitempty"`
	Outcome ehrdesk.CallOutcome   `json:"outcome,omitempty"`
	By      string                `json:"by"`
	At      string                `json:"at"`
}

func changesOf(t ehrdesk.Task) (out []changeJSON) {
	for _, c := range t.Changed {
		l := changeJSON{What: c.What, Outcome: c.Outcome, By: c.By.By, At: stamp(c.By.At)}
		switch c.What {
		case ehrdesk.ChangeState:
			l.From, l.To = string(c.From), string(c.To)
		case ehrdesk.ChangeTime:
			l.From, l.To = stamp(c.FromAt), stamp(c.ToAt)
		case ehrdesk.ChangeDue:
			l.From, l.To = c.FromAt.Format(time.DateOnly), c.ToAt.Format(time.DateOnly)
		case ehrdesk.ChangeConsent:
			l.From, l.To = string(c.FromConsent), cmp.Or(string(c.ToConsent), string(c.ToParticipation))
		case ehrdesk.ChangeAdded:
		}
		out = append(out, l)
	}
	return out
}

// changeWords are what has changed of a line.
func changeWords(t ehrdesk.Task) string {
	var parts []string
	for _, c := range changesOf(t) {
		words := string(c.What)
		if c.From+c.To != "" {
			words += " " + cmp.Or(c.From, "none") + " -> " + cmp.Or(c.To, "none")
		}
		if c.Outcome != "" {
			words += " (" + string(c.Outcome) + ")"
		}
		parts = append(parts, fmt.Sprintf("%s by %s %s", words, ehrdesk.CleanLine(c.By), c.At))
	}
	return "changed: " + strings.Join(parts, "; ")
}
