package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// Providers are those that are asked for, by name, from the centre's directory as it stands, or from the copy where it cannot be
// asked. Errors: CodeNotFound where the centre has none, CodeInvalid for no such specialty, the line's where there is no copy.
func (d *Directory) Providers(ctx context.Context, query, specialty string) ([]ehrdesk.Provider, time.Time, error) {
	const op = "directory"
	if _, known := ehrdesk.SpecialtyOf(specialty); specialty != "" && !known {
		return nil, time.Time{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "there is no such specialty")
	}
	failed := d.Refresh(ctx, Moment)
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.said == nil && failed != nil:
		return nil, time.Time{}, failed
	case failed != nil && !line.Unusable(failed) && ehrdesk.CodeOf(failed) != ehrdesk.CodeNotFound:
		return nil, time.Time{}, failed
	case d.said == nil:
		return nil, time.Time{}, ehrdesk.Errorf(op, ehrdesk.CodeOffline, "the central service cannot be reached, and this desk holds no directory")
	}
	return d.matching(query, specialty), d.said.At, nil
}

// matching are the providers of the copy that are asked for. It is called with mu.
func (d *Directory) matching(query, specialty string) (out []ehrdesk.Provider) {
	all := map[string]*ehrdesk.Provider{}
	for _, o := range d.said.Organizations {
		all[o.HCP] = &ehrdesk.Provider{ID: o.HCP, Name: o.Name, Chinese: o.Chinese, Active: o.Active, Deposits: o.Deposit, Views: o.View}
	}
	for _, s := range d.said.Services {
		if p := all[s.HCP]; p != nil {
			p.Services = append(p.Services, ehrdesk.Service{ID: s.ID, Specialty: s.Specialty, Name: s.Name, Active: s.Active})
		}
	}
	type at struct{ hcp, staff string }
	roles, onCall := map[at]int{}, d.onCall()
	for i, r := range d.said.Roles {
		roles[at{r.HCP, r.Staff}] = i
	}
	for _, p := range d.said.People {
		o := all[p.HCP]
		if o == nil {
			continue
		}
		one := ehrdesk.Person{Staff: p.Staff, Name: p.Name, Active: p.Active}
		if i, ok := roles[at{p.HCP, p.Staff}]; ok {
			one.Role, one.Ended = d.said.Roles[i].Role, d.said.Roles[i].Ended
		}
		if p.Active {
			one.OnCall = onCall[ehrdesk.CasePerson{Provider: p.HCP, Staff: p.Staff}]
		}
		for _, k := range p.Keys {
			if pinned, ok := d.pins[k.ID]; ok && pinned.HCP == p.HCP && pinned.Staff == p.Staff {
				key, _ := thumbprint(pinned.JWK)
				one.Keys = append(one.Keys, ehrdesk.PublicKey{ID: k.ID, Key: key, Since: pinned.Since, Until: pinned.Until})
			}
		}
		o.People = append(o.People, one)
	}
	for _, p := range all {
		if asked(p, query, specialty) {
			out = append(out, *p)
		}
	}
	slices.SortFunc(out, func(a, b ehrdesk.Provider) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out
}

// asked is whether a provider is one that is asked for: each word of the query stands in one of its names.
func asked(p *ehrdesk.Provider, query, specialty string) bool {
	if specialty != "" && !slices.ContainsFunc(p.Services, func(s ehrdesk.Service) bool { return s.Active && s.Specialty == specialty }) {
		return false
	}
	names := []string{p.ID, p.Name, p.Chinese}
	for _, s := range p.Services {
		names = append(names, s.Name)
	}
	for _, one := range p.People {
		names = append(names, one.Name)
	}
	text := strings.ToLower(strings.Join(names, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
