package filing

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// standing are the records that a deposit is about to write over, by what they are called.
func (b *batch) standing() map[string]*store.Record {
	out := map[string]*store.Record{}
	for _, it := range b.items {
		kind, id := it.Type, it.target
		if it.request.Method == "DELETE" {
			kind, id, _ = strings.Cut(it.request.URL, "/")
		}
		if r := b.tx.Records.Get(kind, id); r != nil && !r.Deleted && r.Patient != "" {
			out[kind+"/"+id] = r
		}
	}
	return out
}

// tell has those told who may have read a record before it was withdrawn, or corrected as its status says. A version for any
// other reason, as of a report that has become final, tells nobody.
func (p *Deposits) tell(tx *store.Tx, who *store.Account, items []*item, out []Deposited, was map[string]*store.Record) error {
	if p.Corrected == nil {
		return nil
	}
	type one struct {
		refs  []ehrdesk.Ref
		since int64
	}
	wrong := map[string]*one{}
	for i, it := range items {
		old := was[out[i].Type+"/"+out[i].ID]
		if old == nil || !out[i].Changed || it.request.Method != "DELETE" && !puts(it) {
			continue
		}
		if wrong[old.Patient] == nil {
			wrong[old.Patient] = &one{since: old.Updated}
		}
		w := wrong[old.Patient]
		w.refs, w.since = append(w.refs, ehrdesk.Ref{Resource: out[i].Type, ID: out[i].ID}), min(w.since, old.Updated)
	}
	patients := make([]string, 0, len(wrong))
	for patient := range wrong {
		patients = append(patients, patient)
	}
	slices.Sort(patients)
	for _, patient := range patients {
		if err := p.Corrected(tx, who, patient, wrong[patient].refs, wrong[patient].since); err != nil {
			return err
		}
	}
	return nil
}

// puts reports a version that says of itself that the one before was wrong.
func puts(it *item) bool {
	if it.raw == nil {
		return false
	}
	r, err := fhir.Read(it.raw)
	if err != nil {
		return false
	}
	return slices.Contains([]string{"entered-in-error", "corrected", "amended"}, r.Record().Status)
}
