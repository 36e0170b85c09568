package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/ips"
	"github.com/ehrdesk/ehrdesk/internal/shlink"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// linkJSON is a link of this person's. The link itself is there when it is made, and never again.
type linkJSON struct {
	ID       string `json:"id"`
	Link     string `json:"link,omitempty"`
	Patient  string `json:"patient,omitempty"`
	Made     string `json:"made,omitempty"`
	Ends     string `json:"ends"`
	Left     int    `json:"left"`
	Opened   int    `json:"opened"`
	Passcode bool   `json:"passcode"`
	Direct   bool   `json:"direct"`
}

func linkLine(k *ehrdesk.KeptLink) *linkJSON {
	return &linkJSON{ID: k.ID, Patient: k.Patient, Made: stamp(k.Made), Ends: stamp(k.Ends), Left: k.Left, Opened: k.Opened, Passcode: k.Passcode, Direct: k.Direct}
}

// exportLink seals a summary by a key of its own, has the centre keep it, and prints the link.
func (a *app) exportLink(ctx context.Context, leaves ehrdesk.Exporting, s *client.Session, x *recordExport, doc ips.Document, out exportedJSON) error {
	const op = "export"
	key := shlink.NewKey()
	l := shlink.Link{Key: key, Label: x.label, Code: !x.passcode.Empty(), Direct: x.direct, Ends: time.Now().Add(x.lasts).Truncate(time.Second)}
	var kept ehrdesk.KeptLink
	err := leaves.Export(ctx, ehrdesk.Export{What: "ips-link", Reason: x.reason, Records: out.Records, Approval: x.approval}, func(ctx context.Context) error {
		sealed, err := shlink.Seal(doc.Bytes, shlink.TypeFHIR, key)
		if err != nil {
			return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the summary cannot be sealed")
		}
		kept, err = s.KeepLink(ctx, ehrdesk.NewLink{Patient: leaves.(ehrdesk.Chart).Patient().ID, File: []byte(sealed), Ends: l.Ends, Opens: x.opens, Passcode: x.passcode, Direct: x.direct})
		return err
	})
	if err != nil {
		return renamed(op, err)
	}
	if l.URL = kept.URL; !l.Check() {
		return first(s.EndLink(ctx, kept.ID), ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's address, or the label, is none that a link can have; the file was deleted"))
	}
	out.linkJSON = linkLine(&kept)
	out.linkJSON.Link, out.linkJSON.Made = l.String(), ""
	words := []string{l.String()}
	if f, ok := a.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) { // for a camera: a file has no use for it
		if code, ok := widget.NewCode(l.String()); ok {
			words = append(words, "", code.Text())
		}
	}
	words = append(words, "", fmt.Sprintf("link %s: whoever has it has the summary of %d record(s); good until %s, %d opening(s)%s%s", kept.ID, out.Records, l.Ends.In(time.Local).Format("02-Jan-2006 15:04"), kept.Left, passcodeWords(l.Code), leftOutWords(out.LeftOut)))
	return a.line(out, strings.Join(words, "\n"))
}

func passcodeWords(asked bool) string {
	if asked {
		return ", with the passcode, which goes another way"
	}
	return ""
}

func (a *app) linkCommand() *cobra.Command {
	c := &cobra.Command{Use: "link", Short: "One's own links to sealed summaries, which the centre keeps until they end"}
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "List one's own links that have not ended", Args: cobra.NoArgs,
			Long: "The link itself is not listed: nobody has its key but whoever was handed it.",
			RunE: func(cmd *cobra.Command, _ []string) error {
				return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
					all, err := s.Links(ctx)
					if err != nil {
						return err
					}
					for i := range all {
						k := &all[i]
						if err := a.line(linkLine(k), fmt.Sprintf("%s · until %s · %d opening(s) left, %d made", k.ID, k.Ends.In(time.Local).Format("02-Jan-2006 15:04"), k.Left, k.Opened)); err != nil {
							return err
						}
					}
					return nil
				})
			}},
		&cobra.Command{Use: "end ID", Short: "End one's own link, and have its file deleted", Args: cobra.ExactArgs(1),
			Long: "What was opened before stays with whoever opened it.",
			RunE: func(cmd *cobra.Command, args []string) error {
				return a.signedIn(cmd.Context(), func(ctx context.Context, s *client.Session) error {
					if err := s.EndLink(ctx, args[0]); err != nil {
						return err
					}
					return a.line(struct {
						Ended string `json:"ended"`
					}{args[0]}, "ended: its file is deleted")
				})
			}})
	return c
}
