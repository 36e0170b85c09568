package upstream

import (
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// desks are those of the store beneath.
type desks struct {
	store.Desks
	v *view
}

// Days are their lists.
func (d desks) Days() store.Days { return days{d.Desks.Days(), d.v} }

// Links are the files that links lead to.
func (d desks) Links() store.Links { return links{d.Desks.Links(), d.v} }

// days are the lists of providers with their lines sealed: each names somebody by number.
type days struct {
	store.Days
	v *view
}

func (d days) place(hcp, id string) string { return "day " + hcp + " " + id }

func (d days) Get(hcp, id string) *store.DayRow {
	r := d.Days.Get(hcp, id)
	if r != nil {
		r.Body = d.lifted(hcp, r)
	}
	return r
}

func (d days) lifted(hcp string, r *store.DayRow) []byte {
	b, err := d.v.veil.open(d.place(hcp, r.ID), r.Body)
	if err != nil {
		d.v.abort(err)
	}
	return b
}

func (d days) Put(hcp string, r *store.DayRow) {
	sealed := *r
	sealed.Body = d.v.veil.bytes(d.place(hcp, r.ID), r.Body)
	d.Days.Put(hcp, &sealed)
}

func (d days) After(hcp string, seq int64, from string, most int) []store.DayRow {
	rows := d.Days.After(hcp, seq, from, most)
	for i := range rows {
		rows[i].Body = d.lifted(hcp, &rows[i])
	}
	return rows
}
