package directory

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// verdicts are what was found, by the hash of all the bytes that were held against each other, while the keys are those.
type verdicts struct {
	keys  *Keys // nil before the first, and when they have changed
	found map[[sha256.Size]byte][]ehrdesk.Signature
}

// mostVerdicts is how many are remembered: those of a chart with many signatures.
const mostVerdicts = 20_000

func (v *verdicts) forget() { v.keys, v.found = nil, nil }

// Signatures holds the signatures in Provenances against a record. What was found once of the same bytes is not reckoned again.
func (d *Directory) Signatures(ctx context.Context, record Resource, provenances []Resource) ([]ehrdesk.Signature, error) {
	sum := hashed(record, provenances)
	d.mu.Lock()
	if err := d.load(ctx); err != nil {
		d.mu.Unlock()
		return nil, err
	}
	if d.known.keys == nil || len(d.known.found) >= mostVerdicts {
		d.known = verdicts{d.snapshot(), map[[sha256.Size]byte][]ehrdesk.Signature{}}
	}
	keys := d.known.keys
	found, had := d.known.found[sum]
	d.mu.Unlock()
	if had {
		return slices.Clone(found), nil
	}
	found = keys.Check(record, provenances)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known.keys == keys { // else it was reckoned by keys of before
		d.known.found[sum] = slices.Clone(found)
	}
	return found, nil
}

// hashed is one name for all that a verdict rests on beside the keys.
func hashed(record Resource, provenances []Resource) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, r := range append([]Resource{record}, provenances...) {
		for _, part := range [][]byte{[]byte(r.Ref.String()), []byte(r.Version), r.Body} {
			var n [8]byte
			binary.BigEndian.PutUint64(n[:], uint64(len(part)))
			h.Write(n[:])
			h.Write(part)
		}
	}
	h.Sum(sum[:0])
	return sum
}
