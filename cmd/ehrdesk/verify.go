package main

import (
	"context"
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// verifyAudit checks the access log of every provider on this desk.
func (a *app) verifyAudit(ctx context.Context) (err error) {
	d, err := a.desk()
	if err != nil {
		return err
	}
	defer func() { err = first(err, d.Close()) }()
	if err := someStore(ctx, d); err != nil {
		return err
	}
	return first(d.VerifyLogs(ctx, func(hcp string, l client.LogState) error {
		words := text.Sprintf("%s: %d entr{y|ies}, unbroken, head %x", hcp, l.Entries, l.Head)
		if l.Vouched > 0 {
			words += fmt.Sprintf("; the central service has vouched up to entry %d (%s)", l.Vouched, l.VouchedAt.Local().Format("02-Jan-2006 15:04"))
		} else {
			words += "; the central service has vouched for none"
		}
		if l.Signed > l.Vouched {
			words += fmt.Sprintf("; signed by this desk up to entry %d", l.Signed)
		}
		return a.line(struct {
			HCP       string `json:"hcp"`
			Entries   int64  `json:"entries"`
			Head      string `json:"head"`
			Vouched   int64  `json:"vouched"` // entries
			VouchedAt string `json:"vouched_at,omitempty"`
			Signed    int64  `json:"signed"` // entries
		}{hcp, l.Entries, fmt.Sprintf("%x", l.Head), l.Vouched, stamp(l.VouchedAt), l.Signed}, words)
	}))
}

// centreHeads prints what the centre signed, as this desk keeps it.
func (a *app) centreHeads(ctx context.Context) (err error) {
	d, err := a.desk()
	if err != nil {
		return err
	}
	defer func() { err = first(err, d.Close()) }()
	if err := someStore(ctx, d); err != nil {
		return err
	}
	return first(d.CentreHeads(ctx, func(hcp, signed string) error {
		return a.line(struct {
			HCP    string `json:"hcp"`
			Signed string `json:"signed"`
		}{hcp, signed}, signed)
	}))
}

// someStore refuses a folder without a store: nothing that is checked is no log that is
// whole, and a folder that was taken away is what is looked for.
func someStore(ctx context.Context, d *client.Desk) error {
	stores, err := d.Stores(ctx)
	if err == nil && len(stores) == 0 {
		return ehrdesk.Errorf("audit", ehrdesk.CodeNotFound, "there is no access log in this folder")
	}
	return nil
}
