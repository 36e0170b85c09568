// Package day keeps this desk's list in step with those of the provider's other desks, by way of
// the centre. It promises that what one desk says and what another says make one list, whoever was
// out of reach meanwhile; that the centre reads no more than the booking; and that nothing is taken
// for told before the centre has answered.
package day

import (
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// Centre is one that keeps a provider's day.
type Centre interface {
	Day(ctx context.Context, in fhir.DayIn) (fhir.DayOut, error)
	Staff(ctx context.Context) ([]fhir.StaffMember, error)
}

// Back is for how long before today lines are asked for: what nobody has answered stays so long.
const Back = 14 * 24 * time.Hour

// shareList is what this desk knows of the list beside its lines: how far it was read, and its keys.
const shareList = "day"

// Share is the list of one session.
type Share struct {
	person.Sitting
	centre Centre // nil: it keeps none
	lists  cache.Worklists

	mu    sync.Mutex
	none  atomic.Bool // the centre has said that it keeps no list
	state *state      // as on the disk; nil before it was read
	last  int64       // of stamps, Unix milliseconds
}

// state is what is kept, sealed, beside the lines.
type state struct {
	Since   string            `json:"since"`
	Readers string            `json:"readers"` // what was last heard of them, by its print
	Keys    map[string]secret `json:"keys"`
	Order   []string          `json:"order"`             // of all keys of the list, oldest first
	Sealing string            `json:"sealing,omitempty"` // the key that seals from now on, "" for none
	Fresh   bool              `json:"-"`                 // there are keys by which nothing of what is here was opened yet: the exchange that brought them did not end
}

// secret is a key of the list.
type secret struct {
	Key []byte   `json:"key"` // 32 bytes
	For []string `json:"for"` // every reader that it was seen to be sealed for
}

// New is the list of a session; centre is nil where it keeps none.
func New(at person.Sitting, centre Centre) *Share {
	return &Share{Sitting: at, centre: centre, lists: at.Vault.Worklists()}
}

// Kept reports whether the centre keeps a list for whoever is signed in: those who look after the
// provider's accounts and logs alone have none.
func (s *Share) Kept() bool {
	role := s.Self.Account().Role
	return s.centre != nil && !s.none.Load() && (role == ehrdesk.FrontDesk || role.Clinical())
}

// Mine reports whether what bears a stamp was last said at this desk, or is of a list that this
// desk keeps alone.
func (s *Share) Mine(stamp ehrdesk.Stamp) bool {
	return stamp.IsZero() || stamp.Desk == s.Store.Install()
}

func (s *Share) load(ctx context.Context) (*state, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != nil {
		return s.state, nil
	}
	items, err := s.lists.Items(ctx, shareList)
	if err != nil {
		return nil, err
	}
	st := &state{Since: "0", Keys: map[string]secret{}}
	for _, it := range items {
		if it.ID == s.Place() && json.Unmarshal(it.Payload, st) != nil {
			return nil, ehrdesk.Errorf("day", ehrdesk.CodeTampered, "what this desk knows of the shared list cannot be read")
		}
	}
	s.state = st
	return st, nil
}

// Place is whose list it is: people of one desk may work for several centres.
func (s *Share) Place() string { return s.Self.Account().Provider }

func (s *Share) save(ctx context.Context, st *state) error {
	b, err := json.Marshal(st)
	if err != nil {
		return ehrdesk.E("day", ehrdesk.CodeOther, err)
	}
	return s.lists.Put(ctx, shareList, s.Place(), b)
}

// News is what an exchange has brought. Done is to be called when it is on the disk: then it is
// not asked for again.
type News struct {
	Lines []ehrdesk.DayLine
	More  bool
	Keys  bool // there are keys that were not here before: what did not open may open now
	// Behind is that the centre was set back to what it was before: what it had been told, it is
	// to be told again. Of a list that was never told of, it is true too.
	Behind  bool
	Untaken map[string]ehrdesk.Unshared // lines that stay at this desk, and why, by id
	Done    func(ctx context.Context) error
}

// Exchange tells the centre what is to be told and gives what others have said. Lines whose words
// are not sealed yet are sealed before; sealed are they as they were told, to be kept so.
// Errors: CodeNotFound where the centre keeps no list, CodeOffline, CodeTimeout.
func (s *Share) Exchange(ctx context.Context, tell []ehrdesk.DayLine, words func(id string, part ehrdesk.WordsPart) []byte) (sealed []ehrdesk.DayLine, news News, err error) {
	if s.centre == nil {
		return nil, news, fhir.NotThere("day")
	}
	st, err := s.load(ctx)
	if err != nil {
		return nil, news, err
	}
	me := fhir.DayReader{Public: s.Vault.Public(), Install: s.Store.Install(), Bond: s.Self.Known().Bond, Staff: s.Self.Account().Staff}
	me.Holder = base64.RawURLEncoding.EncodeToString(s.Vault.Holder())
	in := fhir.DayIn{Since: st.Since, From: s.Now().Add(-Back).Format(time.DateOnly), Readers: st.Readers, Me: me}
	out, err := s.ask(ctx, in)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound { // one of before
		s.none.Store(true)
	}
	if err != nil {
		return nil, news, err
	}
	next := &state{Since: out.Now, Readers: out.Readers, Keys: map[string]secret{}, Order: st.Order, Sealing: st.Sealing}
	for id, k := range st.Keys {
		next.Keys[id] = k
	}
	news = News{Lines: out.Lines, More: out.More, Keys: st.Fresh, Behind: behind(out.Now, st.Since), Untaken: map[string]ehrdesk.Unshared{}}
	if out.Told {
		made, fresh, err := s.readers(ctx, next, out, me)
		if err != nil {
			return nil, news, err
		}
		news.Keys, in.Keys = fresh || st.Fresh, made
		s.mu.Lock()
		s.state = &state{Since: st.Since, Readers: st.Readers, Keys: next.Keys, Order: next.Order, Sealing: st.Sealing, Fresh: news.Keys} // what they open is opened before all is on the disk
		s.mu.Unlock()
	}
	for _, l := range tell {
		whole, err := s.sealLine(next, &l, words)
		if err != nil {
			news.Untaken[l.ID] = ehrdesk.UnsharedSize
			continue // the others are not to wait
		}
		if !whole {
			continue // nobody has given this desk a key yet
		}
		sealed = append(sealed, l)
	}
	news.Done = func(ctx context.Context) error {
		s.mu.Lock()
		s.state = next
		s.mu.Unlock()
		return s.save(ctx, next)
	}
	if len(in.Keys) == 0 && len(sealed) == 0 {
		return nil, news, nil
	}
	// What is told comes back with what follows: since is what the first answer has come to.
	in.Since, in.Readers, in.Lines = out.Now, out.Readers, sealed
	if out, err = s.ask(ctx, in); err != nil {
		return nil, news, err
	}
	if news.Lines, news.More = append(news.Lines, out.Lines...), news.More || out.More; len(in.Keys) == 0 {
		next.Readers = out.Readers
	}
	next.Since = out.Now
	maps.Copy(news.Untaken, out.Untaken)
	return slices.DeleteFunc(sealed, func(l ehrdesk.DayLine) bool { return out.Untaken[l.ID] != "" }), news, nil
}

// behind reports whether the centre has come less far than this desk had read, or was never read.
func behind(now, since string) bool {
	n, err := strconv.ParseInt(now, 10, 64)
	had, e := strconv.ParseInt(since, 10, 64)
	return err == nil && e == nil && (n < had || had == 0)
}

func (s *Share) ask(ctx context.Context, in fhir.DayIn) (fhir.DayOut, error) {
	out, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (fhir.DayOut, error) { return s.centre.Day(ctx, in) })
	for _, l := range out.Lines {
		s.Heard(l.Last())
	}
	return out, err
}

// readers takes the keys that were sealed for this desk, makes one where there is none to go on
// with, and seals those that this desk has for readers who lack them. A reader is one whom the
// centre names among the provider's staff and who has signed for their key themselves.
func (s *Share) readers(ctx context.Context, st *state, out fhir.DayOut, me fhir.DayReader) (made []fhir.DayKey, fresh bool, err error) {
	st.Order = out.Keys
	for id, sealed := range out.Mine {
		if _, have := st.Keys[id]; have {
			continue
		}
		key, err := s.Vault.Unseal(ctx, sealed, wrapPlace(s.Place(), id, me.Holder))
		if err != nil || len(key) != keySize {
			continue // sealed for another place, or by somebody who has no right to: another desk seals it again
		}
		st.Keys[id], fresh = secret{Key: key}, true
	}
	staff, err := line.Ask(ctx, s.Line, line.AskWait, s.centre.Staff)
	if err != nil {
		return nil, fresh, err
	}
	var good []fhir.DayReader
	for _, r := range out.Who {
		if genuine(r, s.Place(), staff) || r.Holder == me.Holder {
			good = append(good, r)
		}
		for _, id := range r.Has {
			if k, have := st.Keys[id]; have && !slices.Contains(k.For, r.Holder) {
				k.For = append(k.For, r.Holder)
				st.Keys[id] = k
			}
		}
	}
	if st.Sealing = current(st, good); st.Sealing == "" {
		id, key, err := newKey()
		if err != nil {
			return nil, fresh, err
		}
		st.Keys[id], st.Order, st.Sealing, fresh = secret{Key: key}, append(slices.Clone(st.Order), id), id, true
	}
	for _, id := range st.Order {
		k, have := st.Keys[id]
		if !have {
			continue
		}
		wraps := map[string][]byte{}
		for _, r := range good {
			if slices.Contains(r.Has, id) {
				continue
			}
			w, err := cache.SealFor(r.Public, k.Key, wrapPlace(s.Place(), id, r.Holder))
			if err != nil {
				continue // the key is none: the others are not to wait
			}
			if wraps[r.Holder] = w; !slices.Contains(k.For, r.Holder) {
				k.For = append(k.For, r.Holder)
			}
		}
		st.Keys[id] = k
		if len(wraps) > 0 {
			made = append(made, fhir.DayKey{ID: id, Wraps: wraps})
		}
	}
	return made, fresh, nil
}

// genuine reports whether a reader has signed for their key, by a key that the centre names.
func genuine(r fhir.DayReader, provider string, staff []fhir.StaffMember) bool {
	sum := digest(r.Public)
	if base64.RawURLEncoding.EncodeToString(sum) != r.Holder {
		return false
	}
	return slices.ContainsFunc(staff, func(m fhir.StaffMember) bool {
		return m.Staff == r.Staff && !m.Closed && fhir.NewBond(r.Staff+"@"+provider, r.Install, sum).Signed(r.Bond, m.Keys)
	})
}

// current is the key that seals from now on: the newest that this desk has and that was sealed
// for nobody but those who read now. "" for none.
func current(st *state, now []fhir.DayReader) string {
	for _, id := range slices.Backward(st.Order) {
		k, have := st.Keys[id]
		if have && !slices.ContainsFunc(k.For, func(holder string) bool {
			return !slices.ContainsFunc(now, func(r fhir.DayReader) bool { return r.Holder == holder })
		}) {
			return id
		}
	}
	return ""
}

// Name is the id of a line that several desks may put down apart, from what it is of: the same at
// each desk that has the oldest key of the list. Without that key nobody can tell from it what it
// is of. ok is false where this desk has no such key.
func (s *Share) Name(ctx context.Context, of ...string) (id string, ok bool) {
	st, err := s.load(ctx)
	if err != nil || len(st.Order) == 0 {
		return "", false
	}
	k, have := st.Keys[st.Order[0]]
	if !have {
		return "", false
	}
	return lineName(k.Key, s.Place(), of), true
}

// Open is a part of what a line says beside the booking. ok is false where this desk has no key of it
// yet, and where it is not sealed yet.
func (s *Share) Open(ctx context.Context, l ehrdesk.DayLine, w ehrdesk.SealedWords) (words []byte, ok bool) {
	st, err := s.load(ctx)
	if err != nil || w.Key == "" {
		return nil, false
	}
	k, have := st.Keys[w.Key]
	if !have {
		return nil, false
	}
	words, err = open(k.Key, s.Place(), l.ID, w)
	return words, err == nil
}

// Opens reports whether this desk can open all that a line says.
func (s *Share) Opens(ctx context.Context, l ehrdesk.DayLine) bool {
	return !slices.ContainsFunc(l.Words, func(w ehrdesk.SealedWords) bool {
		last, _ := l.Said(w.Part)
		if last.Stamp.Compare(w.Stamp) != 0 || w.Key == "" {
			return false
		}
		_, ok := s.Open(ctx, l, w)
		return !ok
	})
}

// sealLine seals the parts of a line that are not yet; whole is false where this desk has no key to seal
// by.
func (s *Share) sealLine(st *state, l *ehrdesk.DayLine, words func(id string, part ehrdesk.WordsPart) []byte) (whole bool, err error) {
	l.Words = slices.Clone(l.Words)
	size := 0
	for i := range l.Words {
		w := &l.Words[i]
		if w.Key == "" {
			k, have := st.Keys[st.Sealing]
			if !have {
				return false, nil
			}
			if w.Bytes, err = sealWords(k.Key, s.Place(), l.ID, w.Part, words(l.ID, w.Part)); err != nil {
				return false, err
			}
			w.Key = st.Sealing
		}
		if size += len(w.Bytes); size > ehrdesk.MaxSealed {
			return false, ehrdesk.Errorf("day", ehrdesk.CodeInvalid, "a line of the day says too much")
		}
	}
	return true, nil
}
