package filing

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// What one provider sends never says what another's record means: a Medication that was
// paracetamol when a prescription referred to it must not be warfarin the day after. A
// deposit refers to its sender's own shared resources, or to the operator's; and nobody
// brings, changes or withdraws what others' records refer to already.

// once refuses a deposit that names one resource twice: which of the two counts must not be
// a matter of their order. Source: FHIR R4, Bundle transactions.
func (b *batch) once(items []*item, existing map[*item]*store.Record) error {
	for _, it := range items {
		name := it.request.URL
		switch {
		case it.request.Method == "DELETE":
		case it.Type == "Patient" || existing[it] != nil:
			continue
		default:
			name = it.Type + "/" + it.target
		}
		if b.taken[name] != nil {
			return refusal.New(http.StatusBadRequest, "invalid", "A transaction names each resource once.")
		}
		b.taken[name] = it
	}
	return nil
}

// apart refuses an entry that refers to a shared resource of another provider's, or that
// others' records refer to. existing is what a conditional create has found.
func (b *batch) apart(it *item, existing *store.Record) error {
	if it.Type == "Patient" || existing != nil || it.reason != "" || !it.place().Sharable {
		return nil
	}
	for _, to := range it.Shared() {
		if b.taken[to.Resource+"/"+to.ID] != nil {
			continue
		}
		if r := b.tx.Records.Get(to.Resource, to.ID); r != nil && r.Source != "" && r.Source != b.source() {
			return refusal.New(http.StatusUnprocessableEntity, "source", "A record refers to what another provider sent: send it along, under an id of your own.")
		}
	}
	old := b.tx.Records.Get(it.Type, it.target)
	if old != nil && (it.owner != "" || old.Source != b.source()) { // a patient's record is corrected by who sent it; another's is refused for that
		return nil
	}
	return b.unreferred(ehrdesk.Ref{Resource: it.Type, ID: it.target}, it.owner)
}

// unreferred refuses to bring, change or withdraw what others' records refer to.
func (b *batch) unreferred(to ehrdesk.Ref, patient string) error {
	if b.tx.Records.ReferredElsewhere(to, patient, b.source()) {
		return refusal.New(http.StatusForbidden, "source", "Another provider's record refers to this resource.")
	}
	return nil
}
