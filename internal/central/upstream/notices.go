package upstream

import (
	"context"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// addressed is a notice as the engine may have it when it is told. Who sends it goes by the Patient that
// it names: where that is not who was registered by the id, it names nobody and goes to the contact that is
// known here. nil is a notice that could reach nobody but a stranger: it stays in the store, for an office.
func (s *Store) addressed(ctx context.Context, body []byte) ([]byte, error) {
	var out rest.Obj
	if err := json.Unmarshal(body, &out); err != nil {
		return nil, store.Err
	}
	o := fhir.ObjectOf(body)
	patient := fhir.Target(fhir.TextAt(o.Raw("subject"), "reference"))
	if patient.ID == "" {
		return body, nil
	}
	found, err := s.engine.Read(ctx, patient, "")
	if err != nil {
		return nil, err
	}
	var same bool
	var known store.Contact
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		v := &view{Store: s, tx: tx, had: newHeld(), local: true}
		v.had.found[patient] = found
		return v.run(tx, func(out *store.Tx) error {
			same, known = v.theirs(patient.ID) != nil, store.Contact{}
			if c := out.Tries.Contact(patient.ID); c != nil {
				known = c.Contact
			}
			return nil
		})
	})
	switch {
	case err != nil:
		return nil, err
	case same:
		return body, nil
	}
	if !o.Has("extension") { // no contact of its own
		if known.To == "" {
			return nil, nil
		}
		out["extension"] = rest.List{rest.Extension("notice-contact", "valueString", known.To)}
		out["medium"] = rest.List{rest.Obj{"text": known.Way}}
	}
	delete(out, "subject")
	delete(out, "recipient")
	b, err := json.Marshal(out)
	if err != nil {
		return nil, store.Err
	}
	return b, nil
}
