package upstream

import (
	"context"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
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
	if found != nil && !found.Gone {
		if same, err := s.Is(ctx, found.Resource); err != nil || same {
			return body, err
		}
	}
	if !o.Has("extension") { // no contact of its own
		known, err := s.contact(ctx, patient.ID)
		switch {
		case err != nil:
			return nil, err
		case known.To == "" && found == nil: // whether that is the engine's last word nobody knows: it waits
			return nil, engine.Strange()
		case known.To == "":
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

// known are the telephones and e-mail addresses of somebody by the engine's Patient, where that was read for
// this request and is who was registered by its id.
func (v *view) known(patient string) (out []store.Contact) {
	p := v.theirs(patient)
	if p == nil {
		return nil
	}
	way := map[string]string{"phone": "sms", "sms": "sms", "email": "email"}
	fhir.Each(p.Raw("telecom"), func(t fhir.Value) {
		to := store.Contact{Way: way[fhir.TextAt(t, "system")], To: ehrdesk.CleanLine(fhir.TextAt(t, "value"))}
		if to.Way != "" && to.To != "" && fhir.TextAt(t, "use") != "old" {
			out = append(out, to)
		}
	})
	return out
}

// contact is where somebody is known to be told, zero for nowhere.
func (s *Store) contact(ctx context.Context, patient string) (known store.Contact, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) (err error) {
		known = store.Contact{}
		if c := tx.Tries.Contact(patient); c != nil {
			known.Way = c.Way
			known.To, err = s.veil.lift(ofContact, c.To)
		}
		return err
	})
	return known, err
}
