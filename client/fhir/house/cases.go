package house

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Mailbox is the one of our own central service, for sealed cases (docs/adr/0059-sealed-cases.md).
type Mailbox struct{ wire *fhir.Client }

// NewMailbox is that at the other end of a wire.
func NewMailbox(wire *fhir.Client) *Mailbox { return &Mailbox{wire} }

// CaseEvent brings a case on by an event, with the head of its envelope and what is sealed where there is one. However often, it counts
// once. Errors: fhir.ErrOutcomeUnknown; CodeConflict where another event came first; any other says that it was not taken.
func (m *Mailbox) CaseEvent(ctx context.Context, signed, head string, sealed []byte) error {
	const op = "case.event"
	p := fhir.Parameters{{Name: "event", String: fhir.Str(signed)}, {Name: "head", String: fhir.Str(head)}, {Name: "sealed", Base64: sealed}}
	a, _, err := m.wire.Submit(ctx, op, "$case-event", p)
	if err != nil {
		return err
	}
	if a.Text("head") == "" {
		return fhir.OutcomeUnknown(op)
	}
	return nil
}

// Cases are those that whoever is signed in is or was in, and that changed after what the desk has read; "" for all.
func (m *Mailbox) Cases(ctx context.Context, since string) (fhir.CasesOut, error) {
	if since == "" {
		since = "0"
	}
	a, err := m.wire.Answers(ctx, "case.list", "$cases?since="+url.QueryEscape(since))
	return fhir.CasesOf(a), err
}

// CaseEvents are the events of a case after one, and what was delivered after a change.
func (m *Mailbox) CaseEvents(ctx context.Context, id string, since int, deliveries int64) (fhir.CaseEventsOut, error) {
	a, err := m.wire.Answers(ctx, "case.events", "$case-events?case="+url.QueryEscape(id)+"&since="+strconv.Itoa(since)+"&deliveries="+strconv.FormatInt(deliveries, 10))
	return fhir.CaseEventsOf(a), err
}

// CaseEnvelope writes what is sealed, of so many bytes at most, as the centre gives it. Errors: CodeDenied for whom it is not for,
// CodeNotFound where it has gone, CodeTampered for more; those of into.
func (m *Mailbox) CaseEnvelope(ctx context.Context, id string, most int64, into io.Writer) error {
	const op = "case.envelope"
	ans, err := fhir.Bytes(ctx, m.wire, op, "$case-envelope?id="+url.QueryEscape(id), most, into)
	if ans.Status == http.StatusGone {
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "what was said has passed")
	}
	return err
}

// BringEnvelope brings what is sealed before its event. give writes it, and is called anew for each try. What is brought again takes the
// place of what was brought before, until an event came for it.
func (m *Mailbox) BringEnvelope(ctx context.Context, id string, give func(io.Writer) error) error {
	_, err := fhir.PutBytes(ctx, m.wire, "case.envelope", "$case-envelope?id="+url.QueryEscape(id), give)
	return err
}

// OfferKeys offers keys to be sealed to, each as its person signed it.
func (m *Mailbox) OfferKeys(ctx context.Context, signed []string) error {
	var p fhir.Parameters
	for _, s := range signed {
		p = append(p, fhir.Parameter{Name: "key", String: fhir.Str(s)})
	}
	_, _, err := m.wire.Ask(ctx, "case.keys", "$offer-keys", p)
	return err
}

// OfferedKeys says how many of this desk's keys were given to nobody: nil where the centre does not say it.
func (m *Mailbox) OfferedKeys(ctx context.Context) (*fhir.CaseKeysLeft, error) {
	a, err := m.wire.Answers(ctx, "case.keys", "$offered-keys")
	return fhir.CaseKeysLeftOf(a), err
}

// TakeKeys are keys to seal to, one for each desk of members of a case; with once prekeys alone, which open one envelope.
func (m *Mailbox) TakeKeys(ctx context.Context, id string, people []ehrdesk.CasePerson, once bool) ([]fhir.CaseKey, error) {
	p := fhir.Parameters{{Name: "case", UUID: fhir.URN(id)}}
	if once {
		p = append(p, fhir.Parameter{Name: "once", Boolean: &once})
	}
	for _, who := range people {
		p = append(p, fhir.Parameter{Name: "person", Part: []fhir.Parameter{{Name: "provider", String: fhir.Str(who.Provider)}, {Name: "staff", String: fhir.Str(who.Staff)}}})
	}
	a, _, err := m.wire.Ask(ctx, "case.keys", "$take-keys", p)
	return fhir.CaseKeysOf(a), err
}
