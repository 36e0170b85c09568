package ehrdesk

import (
	"context"
	"time"
)

// Export is a copy of an open chart that leaves this program as a file or behind a link.
type Export struct {
	What    string // in a word of the program's: "ips-file", "ips-plain", "ips-link", "teaching"
	Reason  string // why, in words of whoever does it
	Records int    // how many records stand in it

	Approval *CaseApproval // by which a colleague approved it; nil for none, which the site's rule may refuse
}

// CaseApproval names the message in a sealed case in which an export was put up for a colleague's approval.
type CaseApproval struct {
	Case  string
	Event int
}

// ExportApproved is how long an approval of an export is good for after it was given.
const ExportApproved = 24 * time.Hour

// Exporting is a chart of which such a copy may leave, as far as policy allows: by HandoutCopy, as for a record's text.
type Exporting interface {
	HandingOut
	// Export writes an export down and then has it done: send is called only when the entry is on the disk, and its failure is
	// written down too. Errors: CodeDenied by policy, CodeInvalid without a reason, the log's, send's.
	Export(ctx context.Context, e Export, send func(context.Context) error) error
}

// NewLink is a sealed file that the centre is to keep for whoever has its link.
type NewLink struct {
	Patient  string // logical id at the centre
	File     []byte // sealed: the centre has no key
	Ends     time.Time
	Opens    int    // how often it may be opened
	Passcode Secret // zero for none
	Direct   bool   // the address gives the file itself
}

// KeptLink is one that the centre keeps.
type KeptLink struct {
	ID       string // by which it is ended
	URL      string // what the link leads to; known when it is made, and never again
	Patient  string
	Made     time.Time
	Ends     time.Time
	Left     int // how often it may be opened yet
	Opened   int // how often it was
	Passcode bool
	Direct   bool
}

// Linking is a session whose centre keeps sealed files for whoever has a link.
type Linking interface {
	// KeepLink has the centre keep a file. Errors: CodeDenied by policy, and where the centre keeps none; CodeOffline.
	KeepLink(ctx context.Context, n NewLink) (KeptLink, error)
	// Links are those of this person that have not ended.
	Links(ctx context.Context) ([]KeptLink, error)
	// EndLink ends one of them, and has its file deleted. Errors: CodeNotFound.
	EndLink(ctx context.Context, id string) error
}
