package ehrdesk

import (
	"context"
	"slices"
	"strings"
)

// Handout is a way in which a copy of what an open chart shows may leave this program.
type Handout string

// The ways, each allowed by itself.
const (
	HandoutView  Handout = "view"  // a document, in another program on this desk
	HandoutCopy  Handout = "copy"  // a record or the summary as text, to the clipboard
	HandoutPrint Handout = "print" // the same, to the printer
)

// Handouts are the ways, in order.
func Handouts() []Handout { return []Handout{HandoutView, HandoutCopy, HandoutPrint} }

// ParseHandouts reads names of ways, which may be divided by commas. Errors: CodeInvalid.
func ParseHandouts(names ...string) (out []Handout, err error) {
	for _, n := range names {
		for name := range strings.SplitSeq(n, ",") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			if !slices.Contains(Handouts(), Handout(name)) {
				return nil, Errorf("policy", CodeInvalid, "records are handed out by view, copy or print")
			}
			out = append(out, Handout(name))
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Attachment is one document of a record, as it was sent.
type Attachment struct {
	Type string // media type, looked at where it was not said
	Data []byte
	At   int // which of the record's, from 0
	Of   int // how many it has
}

// HandingOut is a chart of which copies may leave the program, as far as policy allows:
// the centre's and the desk's, the stricter of both, and neither allows it by default.
type HandingOut interface {
	// MayHandOut reports whether policy allows a way.
	MayHandOut(way Handout) bool
	// HandOut writes an access down and then has it done: send is called only when the
	// entry is on the disk, and its failure is written down too. ref is the record, the
	// zero Ref for the summary. Errors: CodeDenied by policy and for restricted records,
	// CodeNotFound, the log's, send's.
	HandOut(ctx context.Context, way Handout, ref Ref, send func(context.Context) error) error
	// Attachment gives the n-th document of a record, counted round. Errors: CodeNotFound
	// where it holds none.
	Attachment(ctx context.Context, ref Ref, n int) (Attachment, error)
}

// Obstacle is why another program does not take what is handed out, "" where it does.
type Obstacle string

// The obstacles.
const (
	NoProgram Obstacle = "no-program" // none is configured for it
	NoDisplay Obstacle = "no-display" // there is no display to open a window on
	OverSSH   Obstacle = "over-ssh"   // the window would open on another desk
	NotHere   Obstacle = "not-here"   // without a file it goes on Linux alone
	NoLink    Obstacle = "no-link"    // an address that the administrator does not name
)

// Error is the obstacle of something that was tried.
func (o Obstacle) Error() string { return "no program takes this here: " + string(o) }
