// Package populate brings a synthetic territory into a central service. The two
// know nothing of one another.
package populate

import (
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/territory"
)

// From is t as the central service takes it. cacheHours is how long desks of
// its private providers may keep a copy; those of public ones keep none past
// the session.
func From(t *territory.Territory, cacheHours int) central.Population {
	return population{t, cacheHours}
}

type population struct {
	t          *territory.Territory
	cacheHours int
}

func (p population) Len() int { return p.t.Len() }

func (p population) Providers() []central.Provider {
	var out []central.Provider
	for _, v := range p.t.Providers() {
		h := central.HCP{ID: v.ID, Name: v.Name, Chinese: v.Chinese, Kind: v.Kind, Deemed: v.Deemed}
		if !v.Deemed {
			h.CacheHours = p.cacheHours
		}
		out = append(out, central.Provider{HCP: h, Resources: v.Resources})
	}
	return out
}

func (p population) Person(i int) central.Person {
	v := p.t.Person(i)
	out := central.Person{Patient: v.Patient, AccessKey: v.AccessKey, Participation: v.Participation, Notify: v.Notify, Resources: v.Resources}
	for _, c := range v.Consents {
		out.Consents = append(out.Consents, central.PersonConsent{Provider: c.Provider, Consent: c.Consent})
	}
	return out
}
