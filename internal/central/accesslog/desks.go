package accesslog

import (
	"context"
	"encoding/hex"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// DeskLog is what the centre vouches for of one desk's access log.
type DeskLog struct {
	HCP        string `json:"hcp"`
	Log        string `json:"log"`
	Entries    int64  `json:"entries"`
	Head       string `json:"head"` // hexadecimal
	Generation uint64 `json:"generation"`
	At         string `json:"at"`
	Incidents  int    `json:"incidents"` // refusals of checkpoints of its desk keys
}

// DeskLogs calls each for every desk's log, in the order of providers.
func (l *Log) DeskLogs(ctx context.Context, each func(DeskLog) error) error {
	return l.store.Read(ctx, func(tx *store.Tx) error {
		return tx.Checkpoints.Each(func(d *store.DeskLog) error {
			return each(DeskLog{HCP: d.HCP, Log: d.Log, Entries: d.N, Head: hex.EncodeToString(d.Head), Generation: d.Generation, At: rest.Instant(d.At), Incidents: d.Incidents})
		})
	})
}

// ForgetDeskLog ends the centre's word for a log, once somebody has looked into
// why its desk no longer continues it: the next checkpoint is taken from the
// log's first entry on. What was signed before is kept. Errors: CodeNotFound.
func (l *Log) ForgetDeskLog(ctx context.Context, hcp, log string) error {
	const op = "desk.forget"
	return l.store.Write(ctx, func(tx *store.Tx) error {
		found, err := tx.Checkpoints.Forget(hcp, log)
		if err != nil {
			return err
		}
		if !found {
			return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the centre vouches for no such log")
		}
		return Add(tx, Event{Action: ehrdesk.AuditIncident, Who: &store.Account{HCP: hcp, Staff: "operator"}, Reason: "desk-forgotten"})
	})
}
