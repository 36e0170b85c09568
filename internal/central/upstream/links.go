package upstream

import (
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// links are the files that links lead to, with whose each is sealed: the files themselves nobody can open here.
type links struct {
	store.Links
	v *view
}

func (k links) place(id string) string { return "link " + id }

func (k links) Add(l *store.Link) {
	sealed := *l
	sealed.Patient = k.v.veil.text(k.place(l.ID), l.Patient)
	k.Links.Add(&sealed)
}

func (k links) Get(digest []byte) *store.Link { return k.lifted(k.Links.Get(digest)) }

func (k links) ByID(hcp, id string) *store.Link { return k.lifted(k.Links.ByID(hcp, id)) }

func (k links) lifted(l *store.Link) *store.Link {
	if l != nil {
		l.Patient = k.v.lifted(k.place(l.ID), l.Patient)
	}
	return l
}

func (k links) Of(hcp, staff string) []store.Link {
	all := k.Links.Of(hcp, staff)
	for i := range all {
		k.lifted(&all[i])
	}
	return all
}
