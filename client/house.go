package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/caps"
	"github.com/ehrdesk/ehrdesk/client/fhir/house"
	"github.com/ehrdesk/ehrdesk/client/fhir/plain"
	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/client/internal/acts"
	"github.com/ehrdesk/ehrdesk/client/internal/cases"
	"github.com/ehrdesk/ehrdesk/client/internal/chart"
	"github.com/ehrdesk/ehrdesk/client/internal/day"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// ours is our own central service as a session's centre.
type ours struct {
	*house.Centre
	*house.Mailbox
	*house.GroupMail
}

var _ interface {
	centre
	acts.Registrar
	acts.Cards
	chart.Releaser
	accesslog.Countersigner
	accesslog.Overseen
	line.Hinter
	day.Centre
	acts.Depository
	acts.RequestCarrier
	roster
	foresighted
	directory.Centre
	cases.Centre
	cases.GroupCentre
} = ours{}

// Changes begins a feed.
func (o ours) Changes(ctx context.Context, who *fhir.Person, from fhir.From) chart.Feed {
	return o.Centre.Changes(ctx, who, from)
}

// connect is the centre at the other end of a wire, for a person who works there as role.
func (d *Desk) connect(wire *fhir.Client, p person.Person, role ehrdesk.Profession) centre {
	if p.Kind != Plain {
		return ours{house.New(wire, p.Provider), house.NewMailbox(wire), house.NewGroupMail(wire)}
	}
	known := caps.Caps{}
	if p.Caps != nil {
		known = *p.Caps
	}
	return foreign{plain.New(wire, d.siteOf(p), known, plain.Asker{Staff: p.Staff, Role: role})}
}
