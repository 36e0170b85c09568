package ehrdesk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// OneWord is an act that rests on what one person at a desk says: nobody else has seen the paper
// (docs/adr/0037-one-persons-word.md). A provider's rule names those that a second person approves before
// they count.
type OneWord string

// The acts. A withdrawal is none of them: it only ever protects, and waits for nobody.
const (
	ConsentByForm      OneWord = "consent-by-form"      // a sharing consent given or renewed by a signed form
	IdentityByDocument OneWord = "identity-by-document" // an identity verified by a document that was sighted
)

// OneWords lists them.
func OneWords() []OneWord { return []OneWord{ConsentByForm, IdentityByDocument} }

// ParseOneWords reads names of acts, each once. Errors: CodeInvalid.
func ParseOneWords(names []string) ([]OneWord, error) {
	var out []OneWord
	for _, name := range names {
		w := OneWord(strings.TrimSpace(name))
		if !slices.Contains(OneWords(), w) || slices.Contains(out, w) {
			return nil, Errorf("second-person", CodeInvalid, "the acts that a second person approves are %s and %s, each once", ConsentByForm, IdentityByDocument)
		}
		out = append(out, w)
	}
	return out, nil
}

// OnOneWord are those that an act is: a grant or a verification, by a channel, and by which method of
// verifying. What the patient's card, or for a consent their Access Key, is behind is none.
func OnOneWord(op AuditAction, by Channel, method VerifyMethod) (out []OneWord) {
	if op != AuditGrant && op != AuditVerify {
		return nil
	}
	if by == ByForm {
		out = append(out, ConsentByForm)
	}
	if op == AuditVerify && method == VerifyByDocument {
		out = append(out, IdentityByDocument)
	}
	return out
}

// Why an act does not count without a second person, or not by this one: causes of a CodeDenied.
var (
	// ErrSecondPerson: a second person has to approve it, and nobody has. A consent by Access Key with it
	// cannot wait for one, as a key is never kept: it is taken by a signed form.
	ErrSecondPerson = errors.New("the provider has a second person approve this: take it by a signed form, which waits for one")
	// ErrOwnAct: nobody approves or refuses what they took themselves.
	ErrOwnAct = errors.New("nobody approves or refuses what they took themselves")
	// ErrDecided: it was approved, refused or given up meanwhile, or is not what was looked at.
	ErrDecided = errors.New("this was approved, refused or given up meanwhile, or is not what was looked at")
	// ErrTakerUnknown: the centre does not know whoever took it, by the key that they signed with, as one who may.
	ErrTakerUnknown = errors.New("whoever took this is not known to the central service as one who may: take it again")
)

// Seconded is what stands between an act and the second person who has to approve it.
type Seconded struct {
	Taker     string // the name of who took it, "" of an act of one person
	Refuser   string // the name of who refused it, "" while nobody has
	Reason    string // why
	Withdrawn bool   // the patient has withdrawn since it was taken; Refuser took that
}

// HeldAct is an act that waits at this desk for a second person, whole, for whoever has to judge it.
type HeldAct struct {
	ID     string
	Digest string      // names what it says: what is approved is that
	Op     AuditAction // AuditGrant or AuditVerify
	Verification
	Who  Patient // as this desk knew them when it was taken
	By   string  // the staff id of who took it, and the name
	Name string
	At   time.Time
}

// Seconding is the second person's part. Each is refused with ErrDecided, a CodeConflict, where it was approved, refused or
// given up meanwhile, and with ErrOwnAct to who took it.
type Seconding interface {
	// HeldAct is one that waits, as it was taken. Who took it may look as well.
	HeldAct(ctx context.Context, id string) (HeldAct, error)
	// ApproveAct sends one, as its digest names what was looked at, under the name of who approves it, with what its taker signed. It is among what
	// waits for the line before it is no longer among what waits for somebody; the receipt says whether the
	// centre has it. Errors: what the centre refused it for.
	ApproveAct(ctx context.Context, id, digest string) (Receipt, error)
	// RefuseAct gives it back, with a reason that its taker reads. It is never sent then.
	// Errors: CodeInvalid without a reason.
	RefuseAct(ctx context.Context, id, reason string) error
}
