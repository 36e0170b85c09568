package cases

import (
	"bytes"
	"cmp"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// shelf is what this desk keeps of the cases of whoever is signed in, sealed for them beside the desk's own seal.
type shelf struct {
	person.Sitting
	lists   cache.Worklists
	root    *root
	session string // of who writes files: what another left in the middle is swept
}

// me is whoever is signed in.
func (s *shelf) me() ehrdesk.CasePerson {
	a := s.Self.Account()
	return ehrdesk.CasePerson{Provider: a.Provider, Staff: a.Staff}
}

// The lists of the journal that it is kept in, each of one person (coreList and saidList: those of each case, under the case's own key,
// which stands in caseList).
const (
	caseList = "cases"         // by case
	keyList  = "case keys"     // private halves, by name
	outList  = "case, to send" // what waits, by its own id
	fileList = "case files"    // files that lie beside the journal, by name: whether something here is known to have each
	markItem = "mark"
)

func (s *shelf) list(name string) string { return name + " " + s.me().Staff }

// put keeps a value of whoever is signed in, sealed for them under the root of their cases, beside the desk's own seal.
func (s *shelf) put(ctx context.Context, list, id string, v any) error {
	return s.putAll(ctx, list, map[string]any{id: v})
}

// putAll keeps values by their ids, all of them or none.
func (s *shelf) putAll(ctx context.Context, list string, all map[string]any) error {
	where := s.list(list)
	return s.root.under(ctx, func(box cipher.AEAD) error {
		var items []cache.WorklistItem
		for id, v := range all {
			b, err := json.Marshal(v)
			if err != nil {
				return ehrdesk.Errorf("case", ehrdesk.CodeOther, "what belongs to a case cannot be written")
			}
			sealed, err := s.seal(where, id, func(at []byte) []byte { return seal(box, b, at) })
			clear(b)
			if err != nil {
				return err
			}
			items = append(items, cache.WorklistItem{ID: id, Payload: sealed})
		}
		return s.lists.Keep(ctx, where, items)
	})
}

// seal seals for whoever is signed in what a root has sealed for the same place.
func (s *shelf) seal(where, id string, under func(at []byte) []byte) ([]byte, error) {
	at := []byte(where + "\x00" + id)
	return cache.SealFor(s.Vault.Public(), under(at), at)
}

// each gives what is kept in a list under the ids that are wanted, nil for all, opened; what does not open is told to f with a nil. f
// keeps nothing: the root stays as it is until each returns.
func (s *shelf) each(ctx context.Context, list string, wanted func(id string) bool, f func(id string, b []byte)) error {
	s.root.mu.RLock()
	defer s.root.mu.RUnlock()
	boxes, err := s.root.boxes(ctx)
	if err != nil {
		return err
	}
	return s.opened(ctx, list, wanted, func(b, at []byte) []byte { return open(boxes, b, at) }, f)
}

func (s *shelf) opened(ctx context.Context, list string, wanted func(id string) bool, under func(b, at []byte) []byte, f func(id string, b []byte)) error {
	where := s.list(list)
	items, err := s.lists.Items(ctx, where)
	if err != nil {
		return err
	}
	for _, it := range items {
		if wanted != nil && !wanted(it.ID) {
			continue
		}
		at := []byte(where + "\x00" + it.ID)
		b, err := s.Vault.Unseal(ctx, it.Payload, at)
		if ehrdesk.CodeOf(err) == ehrdesk.CodeLocked {
			return err
		}
		p := under(b, at)
		f(it.ID, p)
		clear(b)
		clear(p)
	}
	return nil
}

// destroy takes off the disk what drop takes off, and destroys the key under which it lay: no copy of the journal from before opens it.
// What stays is sealed anew, under another.
func (s *shelf) destroy(ctx context.Context, drop func() error) error {
	return s.root.renew(ctx, drop, func(under, anew func(b, at []byte) []byte) error {
		for _, list := range []string{caseList, keyList, outList, fileList, groupList, groupKeyList} {
			where := s.list(list)
			var put []cache.WorklistItem
			var failed error
			err := s.opened(ctx, list, nil, under, func(id string, b []byte) {
				if b == nil {
					return
				}
				sealed, err := s.seal(where, id, func(at []byte) []byte { return anew(b, at) })
				put, failed = append(put, cache.WorklistItem{ID: id, Payload: sealed}), cmp.Or(failed, err)
			})
			if err = cmp.Or(err, failed); err != nil {
				return err
			}
			if err := s.lists.Change(ctx, where, put, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// get is one value of a list; found is false where there is none that opens.
func (s *shelf) get(ctx context.Context, list, id string, v any) (found bool, err error) {
	err = s.each(ctx, list, func(at string) bool { return at == id }, func(_ string, b []byte) { found = unmarshal(b, v) })
	return found, err
}

func (s *shelf) off(ctx context.Context, list string, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	return s.lists.Change(ctx, s.list(list), nil, ids)
}

// kept is a case as this desk has it for whoever is signed in: what its events make of it, and the hash of each. It lies in pieces
// under a key of the case's own, which is sealed for that person: a long case is many lines, and to open each for a person takes longer.
type kept struct {
	Version int                 `json:"version,omitempty"` // keptVersion, or less: what an older program made of the events
	Case    ehrdesk.Case        `json:"case"`
	Spans   [][2]int            `json:"spans"` // of each member, the events with which they came and went: an event says neither
	Hashes  hashes              `json:"hashes"`
	Reached []ehrdesk.CaseGiven `json:"reached,omitempty"`
	Change  int64               `json:"change,omitempty"` // up to which that is known
	Left    bool                `json:"left,omitempty"`
	Closed  string              `json:"closed,omitempty"`  // why the centre gives nothing of it
	Broken  string              `json:"broken,omitempty"`  // its history is not one
	Offered string              `json:"offered,omitempty"` // the name of this desk's key for it
	Asked   time.Time           `json:"asked"`
	Whom    *whom               `json:"whom,omitempty"` // nil where the centre has not said it

	Archived time.Time `json:"archived,omitzero"` // when it was sealed to the archive key

	pieces int // that it has on the disk
}

// keptVersion is what this program makes of events. From 1 on a case has its changes (ehrdesk.CaseChange), from 2 on when its owner did
// something last, whom it is about, and why something was declined.
const keptVersion = 2

// text is what was said: its signed head until it was read, and then the words.
type text struct {
	Head string           `json:"head,omitempty"`
	Read bool             `json:"read,omitempty"`
	Body ehrdesk.CaseBody `json:"body,omitzero"`
	File *filed           `json:"file,omitempty"` // the bytes of Body.File
	At   time.Time        `json:"at"`

	Reported time.Time `json:"reported,omitzero"` // when whoever is signed in has sent a record of the allergy that it tells of
}

// index is what the list of cases has of one.
type index struct {
	Key []byte `json:"key"`
}

// piece is how many bytes of a case one line has.
const piece = 512 << 10

func coreList(id string) string { return "case " + id }
func saidList(id string) string { return "said in case " + id }

// under is the cipher of a case here, and whether the case is here; where it is not and one is to be made, it is on the disk.
func (s *shelf) under(ctx context.Context, id string, anew bool) (cipher.AEAD, bool, error) {
	var x index
	found, err := s.get(ctx, caseList, id, &x)
	if err != nil || !found && !anew {
		return nil, false, err
	}
	if !found {
		x.Key = make([]byte, 32)
		_, _ = rand.Read(x.Key) // never fails
		if err := s.put(ctx, caseList, id, x); err != nil {
			return nil, false, err
		}
	}
	defer clear(x.Key)
	block, err := aes.NewCipher(x.Key)
	if err != nil {
		return nil, false, ehrdesk.Errorf("case", ehrdesk.CodeTampered, "the key of a case is none")
	}
	c, err := cipher.NewGCMWithRandomNonce(block)
	return c, err == nil, err
}

// write keeps lines of a case in one of its lists, each sealed for its place, and takes others off.
func (s *shelf) write(ctx context.Context, c cipher.AEAD, list string, put map[string][]byte, off []string) error {
	where := s.list(list)
	var items []cache.WorklistItem
	for id, b := range put {
		items = append(items, cache.WorklistItem{ID: id, Payload: c.Seal(nil, nil, b, []byte(where+"\x00"+id))})
		clear(b)
	}
	if len(off) == 0 {
		return s.lists.Keep(ctx, where, items)
	}
	return s.lists.Change(ctx, where, items, off)
}

// lines gives the lines of a case's list, opened, in the order in which they were put first; one that does not open is left out.
func (s *shelf) lines(ctx context.Context, c cipher.AEAD, list string, f func(id string, b []byte)) error {
	where := s.list(list)
	items, err := s.lists.Items(ctx, where)
	if err != nil {
		return err
	}
	for _, it := range items {
		if b, err := c.Open(it.Payload[:0], nil, it.Payload, []byte(where+"\x00"+it.ID)); err == nil {
			f(it.ID, b)
			clear(b)
		}
	}
	return nil
}

// kept is a case as it is here, zero for one that is not. What does not open is fetched anew.
func (s *shelf) kept(ctx context.Context, id string) (k kept, err error) {
	c, there, err := s.under(ctx, id, false)
	if err != nil || !there {
		return k, err
	}
	parts, all := map[string][]byte{}, 0
	err = s.lines(ctx, c, coreList(id), func(at string, b []byte) { parts[at] = bytes.Clone(b); all += len(b) })
	if err != nil {
		return k, err
	}
	whole := make([]byte, 0, all)
	for n := range len(parts) {
		whole = append(whole, parts[pieceName(n)]...)
		clear(parts[pieceName(n)])
	}
	defer clear(whole)
	k.room(whole)
	if !unmarshal(whole, &k) || k.Case.ID != "" && k.Case.ID != id || len(k.Spans) != len(k.Case.Members) {
		k = kept{}
	}
	for i, span := range k.Spans {
		k.Case.Members[i].Joined, k.Case.Members[i].Left = span[0], span[1]
	}
	k.pieces = len(parts)
	return k, nil
}

// room makes room for the long lists of a case that is written so: they grow by no copying then.
func (k *kept) room(b []byte) {
	k.Case.Said = make([]ehrdesk.CaseSaid, 0, bytes.Count(b, []byte(`"Digest":`)))
	k.Reached = make([]ehrdesk.CaseGiven, 0, bytes.Count(b, []byte(`{"Envelope":`)))
}

func pieceName(n int) string { return fmt.Sprintf("%06d", n) }

// keep writes a case in the place of what was kept of it.
func (s *shelf) keep(ctx context.Context, id string, k *kept) error {
	c, _, err := s.under(ctx, id, true)
	if err != nil {
		return err
	}
	k.Spans = k.Spans[:0]
	for _, m := range k.Case.Members {
		k.Spans = append(k.Spans, [2]int{m.Joined, m.Left})
	}
	b, err := json.Marshal(k, json.OmitZeroStructFields(true))
	if err != nil {
		return ehrdesk.Errorf("case", ehrdesk.CodeOther, "what belongs to a case cannot be written")
	}
	put := map[string][]byte{}
	for n := 0; len(b) > 0; n++ {
		put[pieceName(n)] = b[:min(piece, len(b))]
		b = b[len(put[pieceName(n)]):]
	}
	var off []string
	for n := len(put); n < k.pieces; n++ {
		off = append(off, pieceName(n))
	}
	if err := s.write(ctx, c, coreList(id), put, off); err != nil {
		return err
	}
	k.pieces = len(put)
	return nil
}

// said gives what is kept of what was said in a case, by envelope.
func (s *shelf) said(ctx context.Context, id string) (map[string]text, error) {
	out := map[string]text{}
	c, there, err := s.under(ctx, id, false)
	if err != nil || !there {
		return out, err
	}
	err = s.lines(ctx, c, saidList(id), func(at string, b []byte) {
		var t text
		if unmarshal(b, &t) {
			out[at] = t
		}
	})
	return out, err
}

// keepSaid keeps what was said in a case, by envelope.
func (s *shelf) keepSaid(ctx context.Context, id string, all map[string]text, off ...string) error {
	if len(all)+len(off) == 0 {
		return nil
	}
	c, _, err := s.under(ctx, id, true)
	if err != nil {
		return err
	}
	put := map[string][]byte{}
	for at, t := range all {
		if put[at], err = json.Marshal(t, json.OmitZeroStructFields(true)); err != nil {
			return ehrdesk.Errorf("case", ehrdesk.CodeOther, "what belongs to a case cannot be written")
		}
	}
	return s.write(ctx, c, saidList(id), put, off)
}

func unmarshal(b []byte, v any) bool { return b != nil && json.Unmarshal(b, v) == nil }
