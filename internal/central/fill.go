package central

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
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
	HCP
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
func (c *Centre) Fill(ctx context.Context, pop Population, progress func(done, total int)) error {
	const op = "fill"
	empty, err := c.Empty(ctx)
	if err != nil {
		return err
	}
	if !empty {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the store holds participants already")
	}
	err = c.write(ctx, func(q *tx) error {
		for _, p := range pop.Providers() {
			if err := q.addHCP("INSERT OR IGNORE", &p.HCP); err != nil {
				return err
			}
			if err := q.fillResources(c, p.Resources); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return asError(op, err)
	}
	total := pop.Len()
	for from := 0; from < total; from += fillStep {
		to := min(from+fillStep, total)
		err := c.write(ctx, func(q *tx) error {
			for i := from; i < to; i++ {
				if err := q.fillPerson(c, pop.Person(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return asError(op, err)
		}
		if progress != nil {
			progress(to, total)
		}
	}
	return nil
}

// Empty reports whether the store holds no participant.
func (c *Centre) Empty(ctx context.Context) (bool, error) {
	var found bool
	err := c.read(ctx, func(q *tx) (err error) {
		var n int
		found, err = q.row("SELECT 1 FROM participant LIMIT 1", nil, &n)
		return err
	})
	return !found, err
}

func (q *tx) fillPerson(c *Centre, person Person) error {
	items, err := itemsOf(person.Resources)
	if err != nil {
		return err
	}
	if len(items) == 0 || items[0].Type != "Patient" || items[0].ID != person.Patient.ID {
		return invalid("a person's first resource is not the Patient")
	}
	p := &participant{patient: person.Patient.ID, ehr: person.Patient.EHR.Compact(), hkic: person.Patient.HKIC.Compact(), state: person.Participation,
		notify: person.Notify, key: c.keyDigest(person.Patient.ID, person.AccessKey), person: c.personPrint(items[0].resourceInfo)}
	var documents [][2]string
	for _, d := range person.Patient.Documents {
		v, err := canonical(d.System(), d.Number)
		if err != nil {
			return err
		}
		documents = append(documents, [2]string{d.System(), v})
	}
	if err := q.addParticipant(p, documents); err != nil {
		return err
	}
	for _, con := range person.Consents {
		s := con.Consent
		if s.ID == "" {
			s.ID = madeID("consent", p.patient, con.Provider, s.Since.UTC().Format(time.RFC3339Nano))
		}
		if err := q.addConsent(p, con.Provider, s, "{}"); err != nil {
			return err
		}
	}
	return q.fillItems(c, items)
}

func (q *tx) fillResources(c *Centre, resources [][]byte) error {
	items, err := itemsOf(resources)
	if err != nil {
		return err
	}
	return q.fillItems(c, items)
}

func itemsOf(resources [][]byte) ([]*item, error) {
	items := make([]*item, 0, len(resources))
	for _, raw := range resources {
		v := jsontext.Value(raw).Clone()
		if err := v.Compact(); err != nil {
			return nil, malformedJSON(err)
		}
		f, err := scan(v)
		if err != nil {
			return nil, err
		}
		items = append(items, &item{resourceInfo: f, raw: v})
	}
	return items, nil
}

func (q *tx) fillItems(c *Centre, items []*item) error {
	b := newBatch(c, q, items)
	if err := b.settle(); err != nil {
		return err
	}
	for _, it := range b.items {
		if it.reason != "" {
			return invalid("a resource of the population could not be placed: " + it.reason)
		}
		if !it.place().Sharable {
			continue
		}
		if _, err := q.put(it, "", true); err != nil {
			return err
		}
	}
	return nil
}
