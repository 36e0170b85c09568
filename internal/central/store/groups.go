package store

// GroupRow is a group as it stands: how many events it has, the hash of the last, and the change that it came into its state with.
type GroupRow struct {
	ID, HCP string
	N       int
	Head    string
	Seq     int64
	Closed  bool
}

// GroupEventRow is an event of a group as its author signed it.
type GroupEventRow struct {
	N      int
	Hash   string
	At     int64
	Signed string
}

// GroupBox is the private half of an epoch's role key, sealed to one desk of somebody on the staff: to the key of a name.
type GroupBox struct {
	Epoch         int
	Client, Staff string
	Key           string
	Sealed        []byte
}

// Groups are the addresses that several people of a provider answer.
type Groups interface {
	Get(id string) *GroupRow // nil for none
	Put(g *GroupRow)
	Of(hcp string) int // those that are not closed
	// After are those that changed after seq, in that order, so many at most.
	After(seq int64, most int) []GroupRow
	Last() int64 // the seq of the one that changed last, 0 for none
	AddEvent(of string, e *GroupEventRow)
	// Events are those after one, in their order, so many at most.
	Events(of string, after, most int) []GroupEventRow
	// Boxes are those of somebody's desk, by epoch.
	Boxes(of, client, staff string) []GroupBox
	Box(of string, epoch int, client, staff string) bool // whether there is one
	// Keep keeps one where there is none.
	Keep(of string, b *GroupBox, at int64) (fresh bool)
	Drop(of string, epoch int, client, staff string)
	DropFor(of, staff string) // all of somebody's
	DropOf(of string)
	// SetStaff has these people of its provider be who answers for a group; AnsweredBy are the groups that somebody answers for.
	SetStaff(of, hcp string, staff []string)
	AnsweredBy(hcp, staff string) (ids []string)
}
