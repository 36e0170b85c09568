package house

import (
	"context"
	"net/url"
	"strconv"

	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// GroupMail is the groups of our own central service (docs/adr/0061-groups.md).
type GroupMail struct{ wire *fhir.Client }

// NewGroupMail is that at the other end of a wire.
func NewGroupMail(wire *fhir.Client) *GroupMail { return &GroupMail{wire} }

// GroupEvent brings a group on by an event. However often, it counts once. Errors: as of Mailbox.CaseEvent.
func (m *GroupMail) GroupEvent(ctx context.Context, signed string) error {
	const op = "group.event"
	a, _, err := m.wire.Submit(ctx, op, "$group-event", fhir.Parameters{{Name: "event", String: fhir.Str(signed)}})
	if err != nil {
		return err
	}
	if a.Text("head") == "" {
		return fhir.OutcomeUnknown(op)
	}
	return nil
}

// Groups are those that changed after what the desk has read; "" for all. Errors: CodeNotFound where the centre has none.
func (m *GroupMail) Groups(ctx context.Context, since string) (fhir.GroupsOut, error) {
	if since == "" {
		since = "0"
	}
	a, err := m.wire.Answers(ctx, "group.list", "$groups?since="+url.QueryEscape(since))
	return fhir.GroupsOf(a), err
}

// GroupEvents are the events of a group after one.
func (m *GroupMail) GroupEvents(ctx context.Context, id string, since int) (fhir.GroupEventsOut, error) {
	a, err := m.wire.Answers(ctx, "group.events", "$group-events?group="+url.QueryEscape(id)+"&since="+strconv.Itoa(since))
	return fhir.GroupEventsOf(a), err
}

// GroupKeys are the role keys that were sealed to this desk of epochs that it has not; with give, a key of each desk that is to have the
// current one too. again says that the current one was no key of the group: somebody is to seal it anew.
func (m *GroupMail) GroupKeys(ctx context.Context, id string, have []int, give, again bool) (fhir.GroupKeysOut, error) {
	p := fhir.Parameters{{Name: "group", UUID: fhir.URN(id)}, {Name: "give", Boolean: &give}, {Name: "again", Boolean: &again}}
	for _, n := range have {
		p = append(p, fhir.Parameter{Name: "have", String: fhir.Str(strconv.Itoa(n))})
	}
	a, _, err := m.wire.Ask(ctx, "group.keys", "$group-keys", p)
	return fhir.GroupKeysOf(a), err
}

// GiveGroupKeys brings role keys of an epoch, each sealed to a desk of the staff. Errors: CodeConflict where the group has moved on.
func (m *GroupMail) GiveGroupKeys(ctx context.Context, id string, epoch int, boxes []fhir.GroupGiven) error {
	p := fhir.Parameters{{Name: "group", UUID: fhir.URN(id)}, {Name: "epoch", String: fhir.Str(strconv.Itoa(epoch))}}
	for _, b := range boxes {
		p = append(p, fhir.Parameter{Name: "box", Part: []fhir.Parameter{{Name: "desk", String: fhir.Str(b.Desk)}, {Name: "staff", String: fhir.Str(b.Staff)}, {Name: "key", String: fhir.Str(b.Key)}, {Name: "sealed", Base64: b.Sealed}}})
	}
	_, _, err := m.wire.Ask(ctx, "group.keys", "$group-box", p)
	return err
}
