// Package standing is whether who asks still may: whether their account, their
// registration as a professional or their provider has ended. It is decided where
// something is done, in the transaction that does it, so that an end counts from its
// instant on, for requests that are under way as well.
package standing

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Check refuses whom an end concerns that is in force, as the store has it now.
// Errors: 403, with what ended, since when, and why.
func Check(tx *store.Tx, who *store.Account) error {
	if e := ehrdesk.EndInForce(tx.Accounts.Ends(who.HCP, who.Staff), tx.Now); e != nil {
		return refusal.Ended(e)
	}
	return nil
}

// noted is how often it is written down that somebody goes on asking after an end.
const noted = time.Minute

// Note writes down that somebody asked who may not any more, at most once a minute.
func Note(tx *store.Tx, who *store.Account, e *ehrdesk.End) {
	const of = "noted end"
	subject := "account " + who.HCP + "/" + who.Staff
	if tx.Rates.Full(of, subject) > tx.Now.UnixMicro() {
		return
	}
	tx.Rates.SetFull(of, subject, tx.Now.Add(noted).UnixMicro())
	accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditSignIn, Who: who, Reason: refusal.EndIssue(e.Of), Outcome: ehrdesk.CodeDenied})
}

// Coming are the ends that are in force or to come.
func Coming(ends []ehrdesk.End, now time.Time) (out []ehrdesk.End) {
	for _, e := range ends {
		if !e.Over(now) {
			out = append(out, e)
		}
	}
	return out
}
