// Package directory is what the centre says of providers and their people to everybody who is signed in: who takes part, who
// works there, what each offers, and the public keys that people sign with, those that have ended too. It is made anew of
// what the centre keeps, and has no word of a patient, of how somebody is reached, or of why something has ended.
package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// entry is a resource of the directory, and what it is found by.
type entry struct {
	id, identifier, organization, practitioner string
	names, specialties                         []string
	active                                     bool
	body                                       rest.Obj
}

// The types that the directory has.
const (
	organizations = "Organization"
	people        = "Practitioner"
	roles         = "PractitionerRole"
	services      = "HealthcareService"
)

// systemStaff is the system of staff ids, which are a provider's own: they stand as STAFF@PROVIDER.
const systemStaff = "urn:example:hk:staff"

// OrganizationID is a provider's id in the directory; PersonID and RoleID somebody's at a provider.
func OrganizationID(hcp string) string  { return "hcp-" + hcp }
func PersonID(hcp, staff string) string { return registry.MadeID("practitioner", hcp, staff) }
func roleID(hcp, staff string) string   { return registry.MadeID("practitioner role", hcp, staff) }
func reference(kind, id, name string) any {
	return rest.Obj{"reference": kind + "/" + id, "display": name}
}
func identifiers(system, value string) any {
	return rest.List{rest.Obj{"system": system, "value": value}}
}

// made is the directory as the store has it, by type and by id.
type made struct {
	now  time.Time
	keys map[[2]string][]store.PublicKey
	ends map[[2]string][]ehrdesk.End
	duty map[[2]string]store.OnCall
	all  map[string][]entry
}

// of makes one type of the directory.
func of(tx *store.Tx, kind string) []entry {
	m := &made{now: tx.Now, keys: map[[2]string][]store.PublicKey{}, ends: map[[2]string][]ehrdesk.End{}, duty: map[[2]string]store.OnCall{}, all: map[string][]entry{}}
	for _, e := range tx.Accounts.Directory().Ends() {
		at := [2]string{e.HCP, e.Staff}
		m.ends[at] = append(m.ends[at], e.End)
	}
	if kind == organizations || kind == people {
		for _, k := range tx.Accounts.Directory().Keys() {
			at := [2]string{k.HCP, k.Staff}
			m.keys[at] = append(m.keys[at], k)
		}
	}
	if kind == roles {
		for _, o := range tx.Accounts.Directory().OnCall() {
			m.duty[[2]string{o.HCP, o.Staff}] = o
		}
	}
	providers := tx.Accounts.Providers()
	named := map[string]*store.HCP{}
	for i := range providers {
		named[providers[i].ID] = &providers[i]
	}
	switch kind {
	case organizations:
		for i := range providers {
			m.organization(&providers[i])
		}
	case people, roles:
		for _, a := range tx.Accounts.People("") {
			m.person(&a, named[a.HCP], kind)
		}
	case services:
		for _, s := range tx.Accounts.Directory().Services() {
			m.service(&s, named[s.HCP])
		}
	}
	out := m.all[kind]
	slices.SortFunc(out, func(a, b entry) int { return strings.Compare(a.id, b.id) })
	return out
}

// ended is the end that is in force of a provider, or of somebody there, nil for none.
func (m *made) ended(hcp, staff string) *ehrdesk.End {
	if e := ehrdesk.EndInForce(m.ends[[2]string{hcp, ""}], m.now); e != nil || staff == "" {
		return e
	}
	return ehrdesk.EndInForce(m.ends[[2]string{hcp, staff}], m.now)
}

func (m *made) add(kind string, e entry) {
	e.body["resourceType"], e.body["id"], e.body["active"] = kind, e.id, e.active
	m.all[kind] = append(m.all[kind], e)
}

func (m *made) organization(h *store.HCP) {
	e := entry{id: OrganizationID(h.ID), identifier: ehrdesk.SystemHCP + "|" + h.ID, names: []string{h.Name, h.Chinese}, active: m.ended(h.ID, "") == nil}
	e.body = rest.Obj{"identifier": identifiers(ehrdesk.SystemHCP, h.ID), "name": h.Name,
		"extension": append(rest.List{rest.Extension("agreed-to-view", "valueBoolean", !h.NoView), rest.Extension("agreed-to-deposit", "valueBoolean", !h.NoDeposit)}, m.keysOf(h.ID, "")...)}
	if h.Chinese != "" {
		e.body["alias"] = rest.List{h.Chinese}
	}
	m.add(organizations, e)
}

// keysOf are somebody's keys, or those of a provider's desks where staff is "".
func (m *made) keysOf(hcp, staff string) (out rest.List) {
	name := "public-key"
	if staff == "" {
		name = "desk-key"
	}
	for _, k := range m.keys[[2]string{hcp, staff}] {
		parts := rest.List{rest.Obj{"url": "kid", "valueString": k.Print}, rest.Obj{"url": "jwk", "valueString": string(k.Key)}}
		if k.Since > 0 {
			parts = append(parts, rest.Obj{"url": "since", "valueInstant": rest.Instant(k.Since)})
		}
		if k.Ended > 0 {
			parts = append(parts, rest.Obj{"url": "until", "valueInstant": rest.Instant(k.Ended)})
		}
		out = append(out, rest.Obj{"url": ehrdesk.ExtensionPrefix + name, "extension": parts})
	}
	return out
}

// person is somebody's Practitioner, or their role at the provider.
func (m *made) person(a *store.Account, h *store.HCP, kind string) {
	if h == nil {
		return
	}
	id, over := PersonID(a.HCP, a.Staff), m.ended(a.HCP, a.Staff)
	e := entry{id: id, identifier: systemStaff + "|" + a.Staff + "@" + a.HCP, organization: OrganizationID(a.HCP), practitioner: id, names: []string{a.Name}, active: over == nil && !a.Closed}
	if kind == people {
		e.body = rest.Obj{"identifier": identifiers(systemStaff, a.Staff+"@"+a.HCP), "name": rest.List{rest.Obj{"text": a.Name}}}
		if keys := m.keysOf(a.HCP, a.Staff); keys != nil {
			e.body["extension"] = keys
		}
		m.add(people, e)
		return
	}
	e.id = roleID(a.HCP, a.Staff)
	e.names = append(e.names, h.Name, h.Chinese)
	e.body = rest.Obj{"practitioner": reference(people, id, a.Name), "organization": reference(organizations, e.organization, h.Name), "identifier": identifiers(systemStaff, a.Staff+"@"+a.HCP),
		"code": rest.List{rest.Obj{"coding": rest.List{rest.Obj{"system": ehrdesk.ExtensionPrefix + "profession", "code": string(a.Role)}}}}}
	if over != nil && !over.Since.IsZero() {
		e.body["period"] = rest.Obj{"end": rest.Stamp(over.Since)}
	}
	if o := onCall(m.duty[[2]string{a.HCP, a.Staff}], m.now); o != nil && e.active {
		e.body["extension"] = rest.List{o}
	}
	m.add(roles, e)
}

func (m *made) service(s *store.Service, h *store.HCP) {
	if h == nil {
		return
	}
	e := entry{id: s.ID, identifier: ehrdesk.ExtensionPrefix + "service|" + s.ID, organization: OrganizationID(s.HCP), names: []string{s.Name, h.Name, h.Chinese}, specialties: []string{s.Specialty}, active: s.Ended == 0 && m.ended(s.HCP, "") == nil}
	codes := rest.List{rest.Obj{"system": ehrdesk.SystemSpecialty, "code": s.Specialty}}
	if of, known := ehrdesk.SpecialtyOf(s.Specialty); known {
		e.specialties = append(e.specialties, of.SNOMED)
		codes = rest.List{rest.Obj{"system": ehrdesk.SystemSpecialty, "code": of.Code, "display": of.Name["en"]}, rest.Obj{"system": "http://snomed.info/sct", "code": of.SNOMED}}
	}
	e.body = rest.Obj{"identifier": identifiers(ehrdesk.ExtensionPrefix+"service", s.ID), "providedBy": reference(organizations, e.organization, cmp.Or(h.Name, h.ID)), "name": s.Name, "specialty": rest.List{rest.Obj{"coding": codes}}}
	m.add(services, e)
}
