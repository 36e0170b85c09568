package central

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// stored is the row of a current record, without its body.
type stored struct {
	pk, version, seq, updated int64
	owner, source             string
	kind                      ehrdesk.Kind
	linked, deleted, labelled bool
	hash, body                []byte
}

func (q *tx) record(kind, id string) (*stored, error) {
	var s stored
	found, err := q.row("SELECT pk, version, seq, updated, patient, kind, linked, deleted, labelled, source, hash, body FROM record WHERE type = ? AND id = ?",
		[]any{kind, id}, &s.pk, &s.version, &s.seq, &s.updated, &s.owner, &s.kind, &s.linked, &s.deleted, &s.labelled, &s.source, &s.hash, &s.body)
	if err != nil || !found {
		return nil, err
	}
	return &s, nil
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
func (q *tx) put(it *item, source string, importing bool) (outcome, error) {
	out := outcome{Type: it.Type, ID: it.target}
	if err := q.readable(it); err != nil {
		return out, err
	}
	sum := sha256.Sum256(it.rendered("0", "0"))
	old, err := q.record(it.Type, it.target)
	if err != nil {
		return out, err
	}
	if old != nil && !old.deleted {
		same := bytes.Equal(old.hash, sum[:])
		if !same && importing {
			var n int
			if same, err = q.row("SELECT 1 FROM history WHERE type = ? AND id = ? AND hash = ? AND deleted = 0", []any{it.Type, it.target, sum[:]}, &n); err != nil {
				return out, err
			}
		}
		if same {
			out.Version, out.Updated = old.version, old.updated
			return out, nil
		}
	}
	seq, at, err := q.change()
	if err != nil {
		return out, err
	}
	version := int64(1)
	if old != nil {
		version = old.version + 1
		if err := q.keepOld(it.Type, it.target, old); err != nil {
			return out, err
		}
	}
	place := it.place()
	body := it.rendered(strconv.FormatInt(version, 10), instant(at))
	if it.fingerprint == nil {
		it.fingerprint = []byte{}
	}
	if old == nil {
		err = q.exec("INSERT INTO record (type, id, version, seq, updated, patient, kind, linked, deleted, labelled, source, print, hash, body) VALUES (?,?,?,?,?,?,?,?,0,?,?,?,?,?)",
			it.Type, it.target, version, seq, at, it.owner, place.Kind, place.Linked, it.labelled(), source, it.fingerprint, sum[:], body)
	} else {
		err = q.exec("UPDATE record SET version=?, seq=?, updated=?, kind=?, linked=?, deleted=0, labelled=?, source=?, print=?, hash=?, body=? WHERE pk=?",
			version, seq, at, place.Kind, place.Linked, it.labelled(), source, it.fingerprint, sum[:], body, old.pk)
	}
	if err != nil {
		return out, err
	}
	out.Version, out.Updated, out.Changed, out.Created = version, at, true, old == nil
	pk := int64(0)
	if old != nil {
		pk = old.pk
	} else if _, err := q.row("SELECT pk FROM record WHERE type = ? AND id = ?", []any{it.Type, it.target}, &pk); err != nil {
		return out, err
	}
	return out, q.link(it, pk, at, old != nil)
}

// Reasons why no desk could read a resource, as import names them.
const (
	whyUnreadable = "it is not FHIR R4 that every desk can read"
	whyTooLarge   = "it is larger or deeper than every desk reads"
)

// maxResource is the largest resource that is kept, in bytes: a desk reads answers
// of 64 MiB, and a page has a frame.
const maxResource = 63 << 20

// What a version and a time are at their longest, for the length of what is stored.
const (
	longestVersion = "9223372036854775807"
	longestTime    = "2000-01-01T00:00:00.000000Z"
)

// readable refuses what a desk would keep aside: it reads the resource as it will
// be stored, with the reader that the desk has, against the patient it is filed
// under. What the centre accepts, every desk can read.
func (q *tx) readable(it *item) error {
	body := it.rendered(longestVersion, longestTime)
	r, err := fhir.Read(body)
	var f *fhir.Fault
	switch {
	case len(body) > maxResource, errors.As(err, &f) && f.Reason == ehrdesk.AsideTooLarge:
		return invalid(whyTooLarge)
	case err != nil:
		return invalid(whyUnreadable)
	}
	whose := r.Whose(fhir.Person{ID: it.owner})
	if whose == fhir.Unclear && it.owner != "" {
		who := fhir.Person{ID: it.owner}
		err := q.rows("SELECT system, value FROM identifier WHERE patient = ?", []any{it.owner}, func(scanRow func(...any) error) error {
			var i fhir.Identifier
			err := scanRow(&i.System, &i.Value)
			who.Know([]fhir.Identifier{i})
			return err
		})
		if err != nil {
			return err
		}
		p, err := q.record("Patient", it.owner)
		if err != nil {
			return err
		}
		if p != nil && !p.deleted {
			own, err := scan(p.body)
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
	return invalid(whyNotPlain)
}

func (q *tx) keepOld(kind, id string, old *stored) error {
	return q.exec("INSERT INTO history (type, id, version, seq, updated, patient, kind, deleted, labelled, hash, body) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
		kind, id, old.version, old.seq, old.updated, old.owner, old.kind, old.deleted, old.labelled, notNull(old.hash), notNull(old.body))
}

// notNull is b as a blob: the driver reads an empty one back as nil.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// remove withdraws a record: a new, empty version marked deleted. The versions
// before it stay in its history.
func (q *tx) remove(kind, id string) (outcome, error) {
	out := outcome{Type: kind, ID: id}
	old, err := q.record(kind, id)
	if err != nil {
		return out, err
	}
	if old == nil || old.deleted {
		return out, nil
	}
	seq, at, err := q.change()
	if err != nil {
		return out, err
	}
	if err := q.keepOld(kind, id, old); err != nil {
		return out, err
	}
	if err := q.unlink(old.owner, kind, id, old.pk, at); err != nil {
		return out, err
	}
	out.Version, out.Updated, out.Changed = old.version+1, at, true
	return out, q.exec("UPDATE record SET version=?, seq=?, updated=?, deleted=1, hash=x'', body=x'' WHERE pk=?", out.Version, seq, at, old.pk)
}
