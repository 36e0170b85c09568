package cardreader

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
)

// FaceSource is one way to a card's face: this desk's own profiles, or a program
// that has what a licence gives.
type FaceSource interface {
	// Name says it to people and stands in the evidence.
	Name() string
	// Reads reports whether it reads cards of a profile.
	Reads(profile string) bool
	// Read reads the card that is in a reader. The reader is one that this desk
	// uses: see Station.Allowed. Errors: CodeCard with every Kind.
	Read(context.Context, FaceRequest) (*ehrdesk.CardReading, error)
}

// SourceOf is the first of sources that reads cards of a profile, nil for none.
func SourceOf(sources []FaceSource, profile string) FaceSource {
	for _, s := range sources {
		if s.Reads(profile) {
			return s
		}
	}
	return nil
}

// FaceRequest is which card is to be read, and for what.
type FaceRequest struct {
	Reader    string
	Profile   string // what the ATR was recognised as
	ATR       []byte
	Challenge *[32]byte // what a genuine chip is to sign; nil for one that nobody else knows
}

// Source is the station's own reading by profiles as a FaceSource.
func (s *Station) Source() FaceSource { return ownSource{s} }

// ownName is the Source of a reading by profiles in its evidence.
const ownName = "reader"

type ownSource struct{ station *Station }

func (ownSource) Name() string { return ownName }

func (o ownSource) Reads(profile string) bool {
	for _, p := range o.station.Profiles {
		if p.ID == profile {
			return o.station.reads(p)
		}
	}
	return false
}

// Read goes by the ATR and the card's own answer, which may be another profile's
// than the request's.
func (o ownSource) Read(ctx context.Context, r FaceRequest) (*ehrdesk.CardReading, error) {
	return o.station.Read(ctx, r.Reader, r.ATR, r.Challenge)
}
