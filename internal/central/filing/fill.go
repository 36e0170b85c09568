package filing

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/go-json-experiment/json/jsontext"
)

// Population is a synthetic territory: providers and people with their records,
// consents and keys.
type Population interface {
	Providers() []Provider
	Len() int
	Person(i int) Person
}

// Provider is a healthcare provider of a population, with the shared resources
// (organisations, practitioners, drug products) that records refer to.
type Provider struct {
	store.HCP
	Resources [][]byte
}

// Person is one participant of a population. Resources are FHIR JSON with ids
// and relative references, the Patient first.
type Person struct {
	Patient       ehrdesk.Patient
	AccessKey     string
	Participation ehrdesk.Participation
	Consents      []PersonConsent
	Notify        string // sms, email, post, or "" for declined
	Resources     [][]byte
}

// PersonConsent is a sharing consent of the past to a provider of the population.
type PersonConsent struct {
	Provider string
	Consent  ehrdesk.SharingConsent
}

// fillStep is how many people go into one transaction.
const fillStep = 50

// Fill puts a population into an empty store; progress may be nil.
// Errors: CodeConflict for a store that holds participants, CodeInvalid for a
// population that does not fit together.
func (f *Files) Fill(ctx context.Context, pop Population, progress func(done, total int)) error {
	const op = "fill"
	empty, err := f.Empty(ctx)
	if err != nil {
		return err
	}
	if !empty {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the store holds participants already")
	}
	err = f.store.Write(ctx, func(tx *store.Tx) error {
		for _, p := range pop.Providers() {
			if tx.Accounts.Provider(p.HCP.ID) == nil {
				tx.Accounts.AddProvider(&p.HCP)
			}
			if err := f.fillResources(tx, p.Resources); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return refusal.InGo(op, err)
	}
	total := pop.Len()
	for from := 0; from < total; from += fillStep {
		to := min(from+fillStep, total)
		err := f.store.Write(ctx, func(tx *store.Tx) error {
			for i := from; i < to; i++ {
				if err := f.fillPerson(tx, pop.Person(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return refusal.InGo(op, err)
		}
		if progress != nil {
			progress(to, total)
		}
	}
	return nil
}

// Empty reports whether the store holds no participant.
func (f *Files) Empty(ctx context.Context) (bool, error) {
	var found bool
	err := f.store.Read(ctx, func(tx *store.Tx) error { found = tx.Participants.Any(); return nil })
	return !found, err
}

func (f *Files) fillPerson(tx *store.Tx, person Person) error {
	items, err := itemsOf(person.Resources)
	if err != nil {
		return err
	}
	if len(items) == 0 || items[0].Type != "Patient" || items[0].ID != person.Patient.ID {
		return refusal.Invalid("a person's first resource is not the Patient")
	}
	p := &store.Participant{Patient: person.Patient.ID, EHR: person.Patient.EHR.Compact(), HKIC: person.Patient.HKIC.Compact(), State: person.Participation,
		Notify: person.Notify, Key: f.keys.Digest(person.Patient.ID, person.AccessKey), Person: f.keys.PersonPrint(items[0].Info)}
	var documents []store.Number
	for _, d := range person.Patient.Documents {
		v, err := registry.Canonical(d.System(), d.Number)
		if err != nil {
			return err
		}
		documents = append(documents, store.Number{System: d.System(), Value: v})
	}
	if err := registry.Add(tx, p, documents); err != nil {
		return err
	}
	for _, con := range person.Consents {
		s := con.Consent
		if s.ID == "" {
			s.ID = registry.MadeID("consent", p.Patient, con.Provider, s.Since.UTC().Format(time.RFC3339Nano))
		}
		tx.Consents.Add(p.Patient, con.Provider, s, "{}")
	}
	return f.fillItems(tx, items)
}

func (f *Files) fillResources(tx *store.Tx, resources [][]byte) error {
	items, err := itemsOf(resources)
	if err != nil {
		return err
	}
	return f.fillItems(tx, items)
}

func itemsOf(resources [][]byte) ([]*item, error) {
	items := make([]*item, 0, len(resources))
	for _, raw := range resources {
		v := jsontext.Value(raw).Clone()
		if err := v.Compact(); err != nil {
			return nil, resource.Malformed(err)
		}
		info, err := resource.Scan(v)
		if err != nil {
			return nil, err
		}
		items = append(items, &item{Info: info, raw: v})
	}
	return items, nil
}

func (f *Files) fillItems(tx *store.Tx, items []*item) error {
	b := newBatch(f.keys, tx, items)
	if err := b.settle(); err != nil {
		return err
	}
	for _, it := range b.items {
		if it.reason != "" {
			return refusal.Invalid("a resource of the population could not be placed: " + it.reason)
		}
		if !it.place().Sharable {
			continue
		}
		if _, err := put(tx, it, "", true); err != nil {
			return err
		}
	}
	return nil
}
