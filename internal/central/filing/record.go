// Package filing is how resources come in, by a provider's deposit, a file or a whole
// population: whose each is, which id it gets, what its references become, and whether
// every desk can read it. What arrives together is settled together, before anything is
// stored. A resource is kept as the bytes it came as; only its id, its version and
// time, and references within its bundle are ever edited.
package filing

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
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
	// Corrected hears of records of a patient's that somebody may have read before they were corrected or withdrawn, and since
	// when they could; nil where nobody is told.
	Corrected func(tx *store.Tx, who *store.Account, patient string, records []ehrdesk.Ref, since int64) error
}

// NewDeposits deposits in a store.
func NewDeposits(store store.Store, keys *registry.Keys) *Deposits {
	return &Deposits{store: store, keys: keys}
}

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

// outcome is what storing a resource did.
type outcome struct {
	Type, ID         string
	Version          int64
	Updated          int64
	Created, Changed bool
}

// put stores one settled resource. What says the same as the version stored is
// no new version. At import an older version that comes again is none either:
// a file read twice must not undo what came after it.
func put(tx *store.Tx, it *item, source string, importing bool) (outcome, error) {
	out := outcome{Type: it.Type, ID: it.target}
	if err := readable(tx, it); err != nil {
		return out, err
	}
	sum := sha256.Sum256(it.rendered("0", "0"))
	old := tx.Records.Get(it.Type, it.target)
	if old != nil && !old.Deleted {
		same := bytes.Equal(old.Hash, sum[:])
		if !same && importing {
			same = tx.Records.Was(it.Type, it.target, sum[:])
		}
		if same {
			out.Version, out.Updated = old.Version, old.Updated
			return out, nil
		}
	}
	seq, at := tx.Changes.Next()
	place := it.place()
	r := store.Record{Type: it.Type, ID: it.target, Version: 1, Seq: seq, Updated: at, Patient: it.owner, Source: source,
		Kind: place.Kind, Linked: place.Linked, Labelled: it.Labelled(), Print: it.fingerprint, Hash: sum[:]}
	if old != nil {
		r.Version = old.Version + 1
	}
	r.Body = it.rendered(strconv.FormatInt(r.Version, 10), rest.Instant(at))
	out.Version, out.Updated, out.Changed, out.Created = r.Version, at, true, old == nil
	tx.Records.Put(&r, old, it.Shared())
	return out, nil
}

// Reasons why no desk could read a resource, as import names them.
const (
	whyUnreadable = "it is not FHIR R4 that every desk can read"
	whyTooLarge   = "it is larger or deeper than every desk reads"
)

// MaxResource is the largest resource that is kept, in bytes: a desk reads answers
// of 64 MiB, and a page has a frame.
const MaxResource = 63 << 20

// What a version and a time are at their longest, for the length of what is stored.
const (
	longestVersion = "9223372036854775807"
	longestTime    = "2000-01-01T00:00:00.000000Z"
)

// readable refuses what a desk would keep aside: it reads the resource as it will
// be stored, with the reader that the desk has, against the patient it is filed
// under. What the centre accepts, every desk can read.
func readable(tx *store.Tx, it *item) error {
	body := it.rendered(longestVersion, longestTime)
	r, err := fhir.Read(body)
	var f *fhir.Fault
	switch {
	case len(body) > MaxResource, errors.As(err, &f) && f.Reason == ehrdesk.AsideTooLarge:
		return refusal.Invalid(whyTooLarge)
	case err != nil:
		return refusal.Invalid(whyUnreadable)
	}
	whose := r.Whose(fhir.Person{ID: it.owner})
	if whose == fhir.Unclear && it.owner != "" {
		who := fhir.Person{ID: it.owner}
		for _, n := range tx.Participants.Numbers(it.owner) {
			who.Know([]fhir.Identifier{{System: n.System, Value: n.Value}})
		}
		p := tx.Records.Get("Patient", it.owner)
		if p != nil && !p.Deleted {
			own, err := resource.Scan(p.Body)
			if err != nil {
				return err
			}
			who.Know(own.Identifiers())
		}
		whose = r.Whose(who)
	}
	if whose == fhir.Theirs && it.owner != "" || whose == fhir.Nobodys {
		return nil
	}
	return refusal.Invalid(whyNotPlain)
}

// remove withdraws a record: a new, empty version marked deleted. The versions
// before it stay in its history.
func remove(tx *store.Tx, kind, id string) outcome {
	out := outcome{Type: kind, ID: id}
	old := tx.Records.Get(kind, id)
	if old == nil || old.Deleted {
		return out
	}
	seq, at := tx.Changes.Next()
	out.Version, out.Updated, out.Changed = old.Version+1, at, true
	tx.Records.Remove(old, out.Version, seq, at)
	return out
}
