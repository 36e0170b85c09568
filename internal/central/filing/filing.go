// Package filing is how resources come in, by a provider's deposit, a file or a whole
// population: whose each is, which id it gets, what its references become, and whether
// every desk can read it. What arrives together is settled together, before anything is
// stored. A resource is kept as the bytes it came as; only its id, its version and
// time, and references within its bundle are ever edited.
package filing

import (
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Files is what the operator fills a store from: files, and a whole population.
type Files struct {
	store store.Store
	keys  *registry.Keys
}

// New files into a store.
func New(store store.Store, keys *registry.Keys) *Files { return &Files{store, keys} }

// Deposits is what providers send. It asks for no consent: who sends may always send.
type Deposits struct {
	store store.Store
	keys  *registry.Keys
}

// NewDeposits deposits in a store.
func NewDeposits(store store.Store, keys *registry.Keys) *Deposits { return &Deposits{store, keys} }

// PutPatient stores the bytes of a Patient as a new version where they differ.
func (d *Deposits) PutPatient(tx *store.Tx, patient string, raw []byte, source string) error {
	items, err := itemsOf([][]byte{raw})
	if err != nil {
		return err
	}
	b := newBatch(d.keys, tx, items)
	if err := b.settle(); err != nil {
		return err
	}
	if it := b.items[0]; it.reason != "" || it.target != patient {
		return store.Err
	}
	_, err = put(tx, b.items[0], source, false)
	return err
}
