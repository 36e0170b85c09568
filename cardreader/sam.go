package cardreader

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"strings"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

// A SAM, a secure access module, is a card of the issuer's in a reader of its
// own. It holds the key by which a patient's card opens itself, so that the desk
// holds none.

// opener is what a verifier does before the steps that read, for a card that
// shows its face to nobody who has not authenticated. run has both cards, each
// with its application selected and in its own transaction.
type opener struct {
	sam string // the kind of SAM it needs
	run func(ctx context.Context, card, sam *Session, issuers []*ecdsa.PublicKey) error
}

// openers are by the verifier that a profile names.
var openers = map[string]opener{"training-sam-1": {"training-sam", openClosed}}

// sams are the applications by which a kind of SAM is told.
var sams = map[string]string{"training-sam": samAID}

// The reasons why a SAM is no help. A person then types the number, as for a card
// that nobody here can read: the kind is Recognised.
var (
	errNoSAM      = errors.New("this desk has no SAM for such a card")
	errTwoSAMs    = errors.New("two readers could be the SAM's")
	errSAMReader  = errors.New("the SAM's reader is not connected")
	errSAMAbsent  = errors.New("there is no SAM in its reader")
	errSAMMute    = errors.New("the SAM does not answer")
	errSAMRemoved = errors.New("the SAM was removed")
	errSAMWrong   = errors.New("the card in the SAM's reader is not the SAM that this card needs")
	errSAMIssuer  = errors.New("the SAM is another issuer's")
)

// holdsSAM reports whether reader is the SAM's by its name.
func (s *Station) holdsSAM(reader string) bool {
	return s.SAM != "" && strings.HasPrefix(reader, s.SAM)
}

// reads reports whether this desk has what it takes to read by p.
func (s *Station) reads(p *Profile) bool { return !p.RecogniseOnly && (p.SAM == "" || s.SAM != "") }

// unlock opens the card of session by what p's verifier does before reading. It
// does nothing for a profile that needs no SAM. The SAM's transaction is held
// until release, with which the caller ends the card's.
func (s *Station) unlock(ctx context.Context, session *Session, p *Profile) (release func(), err error) {
	open, needed := openers[p.Verify]
	if !needed {
		return func() {}, nil
	}
	if s.waits(ctx, s.SAM) {
		return func() {}, failure(opRead, Busy, "the last command still waits for the SAM", nil)
	}
	sam, err := openIn(ctx, s.Establish, "SAM connect", s.findSAM)
	release = func() { s.leave(s.SAM, sam) }
	if err != nil {
		return release, samFailed("SAM connect", err)
	}
	aid, err := hexAID(sams[open.sam])
	if err != nil {
		return release, err
	}
	found, err := sam.Select(ctx, "SAM select", aid)
	if err != nil {
		return release, samFailed("SAM select", err)
	}
	if !found {
		return release, failure(opRead, Recognised, "SAM select", errSAMWrong)
	}
	session.verifier, sam.verifier = p.Verify, p.Verify
	defer func() { session.verifier, sam.verifier = "", "" }()
	return release, open.run(ctx, session, sam, s.Issuers)
}

// findSAM is the one reader whose name is the SAM's.
func (s *Station) findSAM(pc Context) (string, error) {
	names, err := pc.Readers()
	if err != nil && !errors.Is(err, pcsc.ErrNoReaders) {
		return "", err
	}
	found := ""
	for _, name := range names {
		switch {
		case !s.holdsSAM(name), !s.Virtual && virtual(name):
		case found != "":
			return "", failure(opRead, Recognised, "SAM connect", errTwoSAMs)
		default:
			found = name
		}
	}
	if found == "" {
		return "", pcsc.ErrUnknownReader
	}
	return found, nil
}

// samFailed says of the SAM what a session says of its card. What concerns the
// service, the deadline or the link stays what it is.
func samFailed(step string, err error) error {
	words := map[Kind]error{NoReader: errSAMReader, NoCard: errSAMAbsent, Mute: errSAMMute, Removed: errSAMRemoved}[KindOf(err)]
	if err == nil || words == nil {
		return err
	}
	return failure(opRead, Recognised, step, words)
}
