package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader"
)

// siteCards is where a site's administrator says which readers, issuers and
// components count: see docs/card-readers.md.
func siteCards() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(os.Getenv("ProgramFiles"), "ehrdesk", "cards.json") // LoadConfig holds it against the real one
	}
	return "/etc/ehrdesk/cards.json"
}

// cardDesk is how this desk reads cards, by the site's configuration.
type cardDesk struct {
	*cardreader.Config
	station *cardreader.Station
	sources []cardreader.FaceSource
}

func (a *app) cardDesk() (cardDesk, error) {
	config, err := cardreader.LoadConfig(a.cards)
	if err != nil {
		return cardDesk{}, err
	}
	station, sources, err := config.Station(cardreader.System())
	return cardDesk{config, station, sources}, err
}

// readers watches this desk's readers.
func (d cardDesk) readers() *cardreader.Readers {
	return cardreader.NewReaders(d.station, d.sources, d.StaffReader)
}

func (d cardDesk) reads(profile string) bool { return cardreader.SourceOf(d.sources, profile) != nil }

// read reads the card in a reader, by whoever reads its kind.
func (d cardDesk) read(ctx context.Context, r cardreader.Reader, challenge *[32]byte) (*ehrdesk.CardReading, error) {
	known, _ := d.station.Recognise(r.ATR)
	if r.Allowed {
		if s := cardreader.SourceOf(d.sources, known.Profile); s != nil {
			return s.Read(ctx, cardreader.FaceRequest{Reader: r.Name, Profile: known.Profile, ATR: r.ATR, Challenge: challenge})
		}
	}
	return d.station.Read(ctx, r.Name, r.ATR, challenge) // which says why not
}
