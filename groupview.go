package ehrdesk

import (
	"context"
	"time"
)

// GroupView is a group as this desk has it for whoever is signed in.
type GroupView struct {
	Group
	Mine   bool      // they are on its staff
	Opens  []int     // the epochs whose role key this desk has
	Broken string    // where its history is not one, in words; nothing is sealed to it then
	Asked  time.Time // when the centre was asked last
}

// GroupMaking is a group about to be made.
type GroupMaking struct {
	Kind    GroupKind
	Name    string // in English
	Chinese string
}

// Grouping is the groups of the centre's providers, and what whoever is signed in does to those that they keep. Acts need the line.
type Grouping interface {
	// Groups lists them as this desk has them, by provider and name.
	Groups(ctx context.Context) ([]GroupView, error)
	// SyncGroups brings them into step with the centre: their histories, and for those on whose staff whoever is signed in is, the role
	// keys, theirs and their colleagues'. Errors: CodeOffline, CodeNotFound where the centre has no groups.
	SyncGroups(ctx context.Context) error
	// MakeGroup makes one at the provider of whoever is signed in, who keeps it. Errors: CodeInvalid, the line's.
	MakeGroup(ctx context.Context, m GroupMaking) (id string, err error)
	// StepGroup adds somebody or takes them out, leaves, hands the group over, closes it, or begins an epoch. who is nobody for the last
	// two. Errors: CodeNotFound, CodeDenied, CodeInvalid, CodeConflict, the line's.
	StepGroup(ctx context.Context, id string, kind GroupEventKind, who *CaseMember) error
}
