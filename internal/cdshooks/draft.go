package cdshooks

import (
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// mostDrafts bounds what one session of ordering has.
const mostDrafts = 200

// drafts reads the orders that are not signed yet. All for drugs are kept, as one that was selected a moment
// ago counts against the next; those that are selected now are marked. An order that cannot be read, or is
// another patient's, refuses the call: what is left out in silence would look as if it had been checked.
func drafts(raw jsontext.Value, selections []string, who fhir.Person, now time.Time) ([]Draft, error) {
	if len(raw) == 0 || len(selections) == 0 {
		return nil, invalid("context.draftOrders and context.selections are needed")
	}
	b, err := fhir.ParseBundle(raw)
	if err != nil {
		return nil, invalid("context.draftOrders is no FHIR R4 Bundle")
	}
	if len(b.Entries) > mostDrafts || len(selections) > mostDrafts {
		return nil, invalid("context.draftOrders has too many orders")
	}
	all := map[ehrdesk.Ref]bool{}
	products := map[ehrdesk.Ref]fhir.LinkedName{}
	for i := range b.Entries {
		e := &b.Entries[i]
		r := e.Resource
		switch {
		case e.Fault != nil || r.Bytes == nil || r.ID == "":
			return nil, invalid("an order in context.draftOrders is no FHIR R4 resource with an id")
		case all[r.Ref()]:
			return nil, invalid("two orders in context.draftOrders have one id")
		case anothers(r, who):
			return nil, invalid("an order in context.draftOrders is another patient's")
		}
		all[r.Ref()] = true
		if r.Type == "Medication" {
			rec := r.Record()
			products[r.Ref()] = fhir.NameOf(&rec)
		}
	}
	chosen, err := selected(selections, all)
	if err != nil {
		return nil, err
	}
	var out []Draft
	for i := range b.Entries {
		if r := b.Entries[i].Resource; r.Type == "MedicationRequest" {
			out = append(out, Draft{draftOf(r, products, now), chosen[r.Ref()]})
		}
	}
	return out, nil
}

// anothers reports an order that names another patient than the call does.
func anothers(r fhir.Resource, who fhir.Person) bool {
	claims, _ := r.Claims()
	for _, c := range claims {
		if _, kind, id, _ := fhir.SplitReference(c.Literal); c.IsPatient() && kind == "Patient" && id != who.ID {
			return true
		}
	}
	return len(claims) > 0 && r.Whose(who) == fhir.Anothers
}

// selected are the orders that are selected now, by their reference, or by the id where one order alone has it.
func selected(selections []string, all map[ehrdesk.Ref]bool) (map[ehrdesk.Ref]bool, error) {
	chosen := map[ehrdesk.Ref]bool{}
	for _, s := range selections {
		resource, id, typed := strings.Cut(s, "/")
		if !typed {
			resource, id = "", s
		}
		var found []ehrdesk.Ref
		for ref := range all {
			if ref.ID == id && (resource == "" || ref.Resource == resource) {
				found = append(found, ref)
			}
		}
		if len(found) != 1 {
			return nil, invalid("context.selections names an order that context.draftOrders has not")
		}
		chosen[found[0]] = true
	}
	return chosen, nil
}

// draftOf is an order as it would stand in the record if it were signed now: what is asked is what would be so.
func draftOf(r fhir.Resource, products map[ehrdesk.Ref]fhir.LinkedName, now time.Time) ehrdesk.Record {
	r.ID = DraftID + r.ID
	r.Object = slices.DeleteFunc(slices.Clone(r.Object), func(m fhir.Member) bool {
		switch string(m.Name) {
		case "status", "intent", "authoredOn", "meta":
			return true
		}
		return false
	})
	for name, value := range map[string]string{"status": "active", "intent": "order", "authoredOn": now.UTC().Format(time.RFC3339)} {
		r.Object = append(r.Object, fhir.Member{Name: []byte(name), Value: jsontext.Value(`"` + value + `"`)})
	}
	rec, links := r.Project()
	if product, ok := products[links.Medication]; ok {
		links.Name(&rec, product)
	}
	return rec
}
