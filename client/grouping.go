package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
)

// grouping is the groups of a session's centre, beside its cases: what is done about them ends with the session too.
type grouping struct{ w *casing }

// Groups are those that this desk has.
func (g *grouping) Groups(ctx context.Context) ([]ehrdesk.GroupView, error) {
	return during(ctx, g.w, g.w.groups.All)
}

// SyncGroups brings them into step, with the keys of those on whose staff whoever is signed in is; for these the centre has keys of this
// desk first.
func (g *grouping) SyncGroups(ctx context.Context) error {
	return doing(ctx, g.w, func(ctx context.Context) error {
		_ = g.w.people.Refresh(ctx, directory.Stale) // what it was before stays
		if err := g.w.cases.Offer(ctx, nil); err != nil {
			return err
		}
		return g.w.groups.Sync(ctx, "")
	})
}

// MakeGroup makes one.
func (g *grouping) MakeGroup(ctx context.Context, m ehrdesk.GroupMaking) (string, error) {
	return during(ctx, g.w, func(ctx context.Context) (string, error) { return g.w.groups.Make(ctx, m) })
}

// StepGroup does something to one. Whom it is about has to be known here: the directory is asked first.
func (g *grouping) StepGroup(ctx context.Context, id string, kind ehrdesk.GroupEventKind, who *ehrdesk.CaseMember) error {
	return doing(ctx, g.w, func(ctx context.Context) error {
		_ = g.w.people.Refresh(ctx, time.Minute)
		return g.w.groups.Step(ctx, id, kind, who)
	})
}
