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
	"github.com/ehrdesk/ehrdesk/ui/text"
)

func (a *app) syncCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sync",
		Short: "Bring every copy on this desk into step with the central service",
		Long:  "Each copy synced is an access of its own, logged and normally notified.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				kept, err := s.Copies(ctx)
				if err != nil {
					return err
				}
				var failed error
				for _, k := range kept {
					r, err := s.SyncCopy(ctx, k.Number)
					if err != nil && failed == nil {
						failed = renamed("sync", err)
					}
					line := struct {
						EHRNumber string       `json:"ehr_number"`
						Patient   string       `json:"patient,omitempty"` // the server's id, where it gives no eHR number
						Received  int          `json:"received"`
						Changed   int          `json:"changed"`
						Deleted   int          `json:"deleted"`
						Aside     []asideJSON  `json:"set_aside,omitempty"` // newly
						Missing   int          `json:"missing,omitzero"`
						AsOf      string       `json:"as_of,omitempty"`
						Error     ehrdesk.Code `json:"error,omitempty"`
					}{k.EHR.Compact(), idAlone(k), r.Received, r.Changed, r.Deleted, asidesOf(r.Aside), r.Missing, stamp(r.At), ehrdesk.CodeOf(err)}
					words := fmt.Sprintf("%s: %d received, %d changed, %d withdrawn", whose(k), r.Received, r.Changed, r.Deleted)
					if said := english(nil).Truth(ehrdesk.Truth{Aside: r.Aside, Missing: r.Missing}); said != "" {
						words += " " + said
					}
					if err != nil {
						words += ": " + ehrdesk.Message(err)
					}
					if err := a.line(line, words); err != nil {
						return err
					}
				}
				return failed
			})
		},
	}
}

// whose names a copy's patient: by the eHR number, or, where the server gives none, by its
// own id, and never by an HKIC.
func whose(k client.Kept) string {
	if !k.EHR.IsZero() {
		return "eHR " + k.EHR.Printed()
	}
	return "patient " + ehrdesk.CleanLine(k.Patient)
}

func idAlone(k client.Kept) string {
	if k.EHR.IsZero() {
		return k.Patient
	}
	return ""
}

func (a *app) outboxCommand() *cobra.Command {
	c := &cobra.Command{Use: "outbox", Short: "What waits on this desk for the central service"}
	list := func(ctx context.Context, s *client.Session) error {
		items, err := s.Outbox(ctx)
		for _, it := range items {
			if err == nil {
				err = a.line(it, text.Sprintf("%s %s since %s (%s), %d tr{y|ies}%s%s", it.ID, it.State, it.Since.Local().Format("02-Jan-2006 15:04"), age(it.Age), it.Attempts, refusalWords(it.Refused(), it.Why), overdueWords(it.Overdue)))
			}
		}
		return err
	}
	c.AddCommand(
		a.outboxRecoverCommand(),
		&cobra.Command{Use: "list", Short: "List it", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), list)
		}},
		&cobra.Command{Use: "flush", Short: "Deliver it now", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
				n, err := s.Deliver(ctx) // what was delivered is said beside what was not
				had, e := s.Outbox(ctx)
				if e != nil {
					return first(err, e)
				}
				if err == nil {
					err = s.SendCaseFiles(ctx)
				}
				left, e := s.Outbox(ctx)
				if e != nil {
					return first(err, e)
				}
				n += max(0, len(had)-len(left))
				refused := 0
				for _, it := range left {
					if it.Refused() {
						refused++
					}
				}
				said := a.line(struct {
					Delivered int `json:"delivered"`
					Waiting   int `json:"waiting"`
					Refused   int `json:"refused"`
				}{n, len(left) - refused, refused}, fmt.Sprintf("%d delivered, %d waiting, %d refused", n, len(left)-refused, refused))
				if refused > 0 {
					err = first(err, ehrdesk.Errorf("outbox flush", ehrdesk.CodeConflict, "%d refused: ehrdesk outbox list says why, today's list what to do", refused))
				}
				return first(said, err)
			})
		}},
	)
	return c
}

// age is so many seconds in the two units that tell.
func age(seconds int64) string {
	d := time.Duration(seconds) * time.Second
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d d", int(d.Hours()/24))
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// refusalWords are why an act was refused, "" of one that waits.
func refusalWords(refused bool, why string) string {
	if !refused || why == "" {
		return ""
	}
	return ": " + oneLine(ehrdesk.Message(ehrdesk.Refusal(why).Err("outbox")))
}

func overdueWords(o ehrdesk.Overdue) string {
	switch o {
	case ehrdesk.OverdueLong:
		return ": connect this desk today"
	case ehrdesk.OverdueTooLong:
		return ": tell your administrator, see ehrdesk outbox recover"
	case ehrdesk.InTime:
	}
	return ""
}

func (a *app) cacheCommand() *cobra.Command {
	c := &cobra.Command{Use: "cache", Short: "The encrypted copies on this desk"}
	var all bool
	purge := &cobra.Command{
		Use: "purge", Short: "Destroy copies past their time; with --all every copy", Args: cobra.NoArgs,
		Long: "Without --all nobody needs to be signed in. What was destroyed can be fetched again while the consent lasts; the access log and the outbox stay.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if all {
				return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
					n, err := s.PurgeAll(ctx)
					return first(err, a.purged(n))
				})
			}
			d, err := a.desk()
			if err != nil {
				return err
			}
			n, err := d.Purge(cmd.Context())
			return first(err, d.Close(), a.purged(n))
		},
	}
	purge.Flags().BoolVar(&all, "all", false, "every copy, not only those past their time")
	c.AddCommand(purge, &cobra.Command{Use: "status", Short: "What is kept, until when and why", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
			kept, err := s.Copies(ctx)
			for _, k := range kept {
				if err == nil {
					err = a.line(keptLine(k), keptWords(k))
				}
			}
			return err
		})
	}})
	return c
}

func (a *app) purged(n int) error {
	return a.line(struct {
		Purged int `json:"purged"`
	}{n}, text.Sprintf("%d cop{y|ies} destroyed", n))
}

func keptLine(k client.Kept) any {
	return struct {
		EHRNumber string               `json:"ehr_number"`
		Consent   ehrdesk.ConsentState `json:"consent"`
		Records   int                  `json:"records"`
		Bytes     int64                `json:"bytes"`
		Synced    string               `json:"synced,omitempty"`
		Checked   string               `json:"checked"`
		KeptUntil string               `json:"kept_until,omitempty"`
		Offline   string               `json:"offline_until,omitempty"`
		Policy    string               `json:"policy"`
		DecidedBy string               `json:"decided_by"` // "centre", "desk" or "consent"
		Never     []string             `json:"never_kept,omitempty"`
		NeverHere []string             `json:"never_kept_by_desk,omitempty"` // of these, what the centre would let it keep
		Kinds     map[string]int       `json:"kinds,omitempty"`
		Ahead     bool                 `json:"fetched_ahead,omitzero"` // and not opened yet: what it holds is not counted
	}{k.EHR.Compact(), k.Consent.State, k.Records, k.Bytes, stamp(k.Synced), stamp(k.Checked), stamp(k.Until), stamp(k.Offline), k.Why, k.By, k.Never, k.Here, k.Kinds, k.Ahead}
}

func keptWords(k client.Kept) string {
	until := "with the session"
	switch {
	case !k.Until.IsZero():
		until = "until " + k.Until.Local().Format("02-Jan-2006 15:04")
	case k.Why == "off":
		until = "while the chart is open"
	}
	by := "the policy of the centre or site"
	switch k.By {
	case "desk":
		by = "this desk's limit"
	case "consent":
		by = "the consent's end"
	}
	w := text.Sprintf("%s: %d record{s}, %d KiB, consent %s, kept %s by %s", whose(k), k.Records, k.Bytes/1024, k.Consent.State, until, by)
	if k.Ahead {
		w = text.Sprintf("%s: fetched ahead and not opened yet, consent %s, kept %s by %s", whose(k), k.Consent.State, until, by)
	}
	if k.Offline.IsZero() {
		w += ", not opened without the line"
	} else if !k.Offline.Equal(k.Until) {
		w += ", opened without the line until " + k.Offline.Local().Format("02-Jan-2006 15:04")
	}
	theirs := slices.DeleteFunc(slices.Clone(k.Never), func(name string) bool { return slices.Contains(k.Here, name) })
	if len(theirs) > 0 {
		w += ", never kept by the policy of the centre or site: " + strings.Join(theirs, " ")
	}
	if len(k.Here) > 0 {
		w += ", never kept by this desk's limit: " + strings.Join(k.Here, " ")
	}
	return w
}
