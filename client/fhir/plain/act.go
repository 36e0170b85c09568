package plain

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Act gives or withdraws a consent by signed form. What of it is there already is left as
// it is, so that the same act twice is one. An error that is not fhir.ErrOutcomeUnknown
// says that no consent has changed.
func (c *Centre) Act(ctx context.Context, a fhir.Act) (ehrdesk.Receipt, error) {
	const op = "consent"
	request, channel := a.Verification.RequestID, a.Verification.Channel
	if a.Op == ehrdesk.AuditRevoke {
		request, channel = a.Withdrawal.RequestID, a.Withdrawal.Channel
	}
	switch {
	case !c.Can(a.Op):
		return ehrdesk.Receipt{}, fhir.NotThere(op)
	case channel != ehrdesk.ByForm:
		return ehrdesk.Receipt{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "this server takes consents by signed form alone")
	case !fhir.CanonicalUUID(request):
		return ehrdesk.Receipt{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the act has no request id, a UUID in small letters")
	case a.Op == ehrdesk.AuditRevoke:
		return c.withdraw(ctx, a.Withdrawal)
	}
	return c.grant(ctx, a.Verification.Grant)
}

// Settle asks what became of an act: what is there is found by its id, and what is not
// is stored now.
func (c *Centre) Settle(ctx context.Context, a fhir.Act) (ehrdesk.Receipt, error) {
	return c.Act(ctx, a)
}

// grant stores the form, then who took it and how, and the Consent last: whatever is cut
// off before that opens nothing, and what opens has its proof.
func (c *Centre) grant(ctx context.Context, g ehrdesk.Grant) (ehrdesk.Receipt, error) {
	const op = "consent"
	who, _, err := c.person(ctx, op, g.Patient)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	given := newSlot("Consent", g.RequestID, map[string]any{})
	there, err := c.find(ctx, op, given)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	if len(there) > 0 {
		return c.receipt(op, there[0], who)
	}
	con, all, at, err := c.consents(ctx, op, who)
	switch {
	case err != nil:
		return ehrdesk.Receipt{}, err
	case con.State.Allows() && !g.Renew:
		return ehrdesk.Receipt{}, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "a sharing consent is already active")
	case c.sharing(who.ids...).Forbidden(all, at):
		return ehrdesk.Receipt{}, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "a consent at the server forbids it, and has to be ended there")
	}
	if g.NoticeReadAt.After(at) { // the desk's clock is ahead, and a consent begins when it is given
		g.NoticeReadAt = at
	}
	form := c.by().form(g.RequestID, who, g.FormReference, g.NoticeReadAt)
	if err := c.formUsed(ctx, op, form, g.FormReference); err != nil {
		return ehrdesk.Receipt{}, err
	}
	doc, err := c.keep(ctx, op, form)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	if _, err := c.keep(ctx, op, c.by().grantProof(g, who, doc.Ref(), at)); err != nil {
		return ehrdesk.Receipt{}, err
	}
	made, err := c.keep(ctx, op, newSlot("Consent", g.RequestID, c.by().consent(g, who, doc.Ref())))
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	return c.receipt(op, made, who)
}

// receipt is what a Consent that is there says. Nobody tells the patient.
func (c *Centre) receipt(op string, r r4.Resource, who person) (ehrdesk.Receipt, error) {
	at := r.Meta().Updated
	sharing := c.sharing(who.ids...)
	if !sharing.OfPatient(r) {
		return ehrdesk.Receipt{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "something else stands at the server under the id of this act")
	}
	if at.IsZero() {
		at = time.Now()
	}
	return ehrdesk.Receipt{Reference: r.ID, Consent: sharing.Decide([]r4.Resource{r}, at), Patient: who.Patient, At: at, Notified: ehrdesk.NotifiedUnknown}, nil
}

// formUsed reports a form whose number is on record of another act.
// Errors: CodeConflict with ErrFormUsed.
func (c *Centre) formUsed(ctx context.Context, op string, form slot, number string) error {
	id := r4.Identifier{System: c.by().formSystem(), Value: number}
	ans, err := c.wire.Search(ctx, op, "DocumentReference", url.Values{"identifier": {token(id)}})
	if err != nil {
		if refused(err) {
			return nil // it cannot be searched
		}
		return err
	}
	b, err := fhir.ParseBundle(op, ans.Body)
	if err != nil {
		return err
	}
	for i := range b.Entries {
		r := b.Entries[i].Resource
		if b.Entries[i].Fault != nil || r.Type != "DocumentReference" || form.is(r) || !slices.Contains(r.Identifiers(), id) || r.Text("status") != "current" {
			continue
		}
		// Of an act that was cut off the form is there and nothing more: its number is free.
		found, err := c.find(ctx, op, newSlot("Consent", requestOf(r), map[string]any{}))
		if err != nil {
			return err
		}
		if len(found) > 0 || requestOf(r) == "" || endsOne(r) {
			return ehrdesk.E(op, ehrdesk.CodeConflict, ehrdesk.ErrFormUsed)
		}
	}
	return nil
}

// withdraw ends every Consent to the provider that is active, and stores the form before
// and who took it after: with the first it is known that the act has begun, with the last
// that it is over.
func (c *Centre) withdraw(ctx context.Context, w ehrdesk.Withdrawal) (ehrdesk.Receipt, error) {
	const op = "revoke"
	who, at, err := c.person(ctx, op, w.Patient)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	form := c.by().form(w.RequestID, who, w.FormReference, at)
	form.body["category"] = []map[string]any{{"coding": []fhir.Coding{{System: ehrdesk.SystemConsent, Code: withdrawal}}}}
	done, err := c.find(ctx, op, newSlot("Provenance", part(w.RequestID, "Provenance"), map[string]any{}))
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	begun, err := c.find(ctx, op, form)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	over := ehrdesk.Receipt{Reference: part(w.RequestID, "Provenance"), Patient: who.Patient, At: at, Notified: ehrdesk.NotifiedUnknown, Consent: ehrdesk.SharingConsent{State: ehrdesk.ConsentWithdrawn, Channel: w.Channel, Giver: w.Giver, Ended: at}}
	if len(done) > 0 {
		return over, nil
	}
	_, all, _, err := c.consents(ctx, op, who)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	active := c.sharing(who.ids...).InForce(all)
	if len(active) == 0 && len(begun) == 0 {
		return ehrdesk.Receipt{}, ehrdesk.E(op, ehrdesk.CodeNotFound, ehrdesk.ErrNoConsent)
	}
	var doc ehrdesk.Ref
	switch r, err := c.keep(ctx, op, form); {
	case err == nil:
		doc = r.Ref()
	case !refused(err) && ehrdesk.CodeOf(err) != ehrdesk.CodeDenied: // a server without forms ends a consent all the same
		return ehrdesk.Receipt{}, err
	}
	for _, r := range active {
		if err := c.end(ctx, op, r); err != nil {
			return ehrdesk.Receipt{}, err
		}
		over.Consent.ID = r.ID
	}
	_, err = c.keep(ctx, op, c.by().withdrawalProof(w, who, doc, active, at))
	if errors.Is(err, fhir.ErrOutcomeUnknown) || ehrdesk.CodeOf(err) == ehrdesk.CodeOffline || ehrdesk.CodeOf(err) == ehrdesk.CodeTimeout {
		return ehrdesk.Receipt{}, fhir.OutcomeUnknown(op)
	}
	return over, nil // ended, if without proof at the server: the desk's own log has it
}

// tries is how often a Consent that somebody else changes meanwhile is read again.
const tries = 4

// end makes a Consent inactive, in all else as it is.
func (c *Centre) end(ctx context.Context, op string, r r4.Resource) error {
	ref := r.Ref()
	for range tries {
		ans, err := c.wire.Get(ctx, op, "Consent/"+url.PathEscape(ref.ID))
		if ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound {
			return nil // deleted
		}
		if err != nil {
			return err
		}
		if r, err = r4.Read(ans.Body); err != nil || r.Ref() != ref {
			return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the server's answer cannot be read")
		}
		if r.Text("status") != "active" {
			return nil // by this act, or by somebody else's
		}
		if _, err = c.wire.Replace(ctx, op, ref, r.Meta().Version, withStatus(r, "inactive")); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
			return err
		}
	}
	return fhir.OutcomeUnknown(op)
}

// notices are the texts that a patient has read, as identifiers of policies.
func notices(versions map[string]string) (out []string) {
	for _, id := range slices.Sorted(maps.Keys(versions)) {
		out = append(out, "urn:example:hk:notice:"+url.PathEscape(id)+":"+url.PathEscape(versions[id]))
	}
	return out
}
