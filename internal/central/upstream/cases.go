package upstream

import "github.com/ehrdesk/ehrdesk/internal/central/store"

// cases are the sealed cases, with whose each is sealed: its row, its events, which name the patient, and the heads of its envelopes.
type cases struct {
	store.Cases
	v *view
}

// Cases are the cases of the store beneath.
func (d desks) Cases() store.Cases { return cases{d.Desks.Cases(), d.v} }

func (k cases) place(of, what string) string { return "case " + of + " " + what }

func (k cases) Get(id string) *store.CaseRow {
	c := k.Cases.Get(id)
	if c != nil {
		c.Patient = k.v.lifted(k.place(id, ""), c.Patient)
	}
	return c
}

func (k cases) Put(c *store.CaseRow) {
	sealed := *c
	sealed.Patient = k.v.veil.text(k.place(c.ID, ""), c.Patient)
	k.Cases.Put(&sealed)
}

func (k cases) AddEvent(of string, e *store.CaseEventRow) {
	sealed := *e
	sealed.Signed, sealed.Head = k.v.veil.text(k.place(of, "event"), e.Signed), k.v.veil.text(k.place(of, "head"), e.Head)
	k.Cases.AddEvent(of, &sealed)
}

func (k cases) Events(of string, after, most int) []store.CaseEventRow {
	all := k.Cases.Events(of, after, most)
	for i := range all {
		e := &all[i]
		e.Signed, e.Head = k.v.lifted(k.place(of, "event"), e.Signed), k.v.lifted(k.place(of, "head"), e.Head)
	}
	return all
}

func (k cases) Of(hcp, staff string, seq int64, most int) []store.CaseOf {
	all := k.Cases.Of(hcp, staff, seq, most)
	for i := range all {
		all[i].Patient = k.v.lifted(k.place(all[i].ID, ""), all[i].Patient)
	}
	return all
}
