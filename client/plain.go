package client

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhir/plain"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// Site is what a site's file says of a FHIR R4 server that is not eHealth's.
type Site = plain.Site

// Plain is the kind of a FHIR R4 server without our operations.
const Plain = "plain"

// foreign is any FHIR R4 server as a session's centre.
type foreign struct{ *plain.Centre }

var _ centre = foreign{}

// Changes begins a feed.
func (f foreign) Changes(ctx context.Context, who *fhir.Person, from fhir.From) chart.Feed {
	return f.Centre.Changes(ctx, who, from)
}

// siteOf is what the site's file says, for a provider of this desk: one that the file does
// not name is known to the server by its own id alone.
func (d *Desk) siteOf(p person.Person) Site {
	s := d.opt.Site
	if s.Provider.ID == "" {
		s.Provider.ID = p.Provider
	}
	s.Provider.Name = cmp.Or(s.Provider.Name, p.ProviderName)
	return s
}

// capsAge is for how long what was seen of a server is taken for what it does.
const capsAge = 24 * time.Hour

// look asks a FHIR R4 server, whose token says nothing of anybody, for its statement, and
// tries it anew where that was long ago. What it gives is what the site's file says of
// whoever is signed in, as a centre's token would.
func (d *Desk) look(ctx context.Context, wire *fhir.Client, p person.Person, role ehrdesk.Profession, keep func(caps.Caps)) (fhir.Grant, error) {
	now, site := d.opt.Now(), d.siteOf(p)
	g := fhir.Grant{ExpiresIn: int(time.Hour.Seconds()), Name: p.Name, Role: role, HCPName: p.ProviderName, Location: p.Location, Cache: site.Copies()}
	if p.Caps == nil || now.Sub(p.Caps.At).Abs() > capsAge {
		c, err := caps.Read(ctx, wire, now)
		if err != nil {
			return g, err
		}
		g.At = c.At
		keep(c.Kept())
		return g, nil
	}
	ans, err := wire.Get(ctx, "sign-in", "metadata")
	g.At = ans.Date
	return g, err
}

// keepAbilities keeps what a session has seen its server do.
func keepAbilities(s *Session) {
	if f, ok := s.centre.(foreign); ok {
		seen := f.Caps().Kept()
		s.sitting.Self.Amend(context.Background(), func(p *person.Person) { p.Caps = &seen })
	}
}

// providerID makes a folder's name of a provider's: its letters and digits, or, where it
// has none of ours, of its digest.
func providerID(name string) string {
	id := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name), "-")
	for strings.Contains(id, "--") {
		id = strings.ReplaceAll(id, "--", "-")
	}
	if len(id) < 3 || len(id) > 48 {
		sum := sha256.Sum256([]byte(name))
		id = "provider-" + hex.EncodeToString(sum[:6])
	}
	return id
}
