package cache

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// How many wrong passphrases somebody has typed stands in the keyring, in the journal, and
// for who has a second key beside that key, in the device: the most that any of them
// remembers counts. A keyring that was edited, taken away or put back gives nobody new
// tries, nor does a journal; with a second key the whole folder gives none. Nothing of this
// is sealed, as it is written while nobody is signed in: whoever edits keyring and journal
// alike has no need to, since against somebody who takes the files away only the derivation
// stands, and the second key.

// count is wrong passphrases since the last right one, and until when none is tried.
type count struct {
	Wrong int   `json:"wrong"`
	Until int64 `json:"until"` // seconds since 1970
}

// most is the more careful of two.
func (c count) most(o count) count { return count{max(c.Wrong, o.Wrong), max(c.Until, o.Until)} }

// counts are what the journal remembers, by a digest that names nobody.
type counts map[string]count

// counts reads them; what is damaged says as much as what was taken out, and locks nobody
// out of what is not delivered.
func (s *files) counts(ctx context.Context) (counts, error) {
	b, err := s.journal.Tries(ctx)
	out := counts{}
	if err != nil || b == nil {
		return out, err
	}
	if json.Unmarshal(b, &out) != nil {
		out = counts{}
	}
	return out, nil
}

func (s *files) countName(staff string) string {
	sum := sha256.Sum256([]byte("tries\x00" + s.ring.Install + "\x00" + staff))
	return hex.EncodeToString(sum[:16])
}

// recall puts into m what counts for that person, device apart.
func recall(ctx context.Context, s *Store, m *keyring.User) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return errClosed
	}
	all, err := s.counts(ctx)
	if err == nil {
		c := count{m.Wrong, m.Until}.most(all[s.countName(m.Staff)])
		m.Wrong, m.Until = c.Wrong, c.Until
	}
	return err
}

// recount writes down what counts for somebody from now on: in the journal first, so that
// a program that ends in between has counted. Nothing is written where both say so already.
// next is given what counts at that moment: somebody else may be trying too.
func recount(ctx context.Context, s *Store, m *keyring.User, next func(count) count) (to count, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.ring.People, func(x keyring.User) bool { return x.Staff == m.Staff })
	if at < 0 || s.closed {
		return to, nil
	}
	all, err := s.counts(ctx)
	if err != nil {
		return to, err
	}
	now := &s.ring.People[at]
	to = next(count{m.Wrong, m.Until}.most(count{now.Wrong, now.Until}).most(all[s.countName(m.Staff)]))
	if name := s.countName(m.Staff); all[name] != to {
		if all[name] = to; to == (count{}) {
			delete(all, name)
		}
		b, err := json.Marshal(all)
		if err != nil {
			return to, err
		}
		if err := s.journal.SetTries(ctx, b); err != nil {
			return to, err
		}
	}
	if now.Wrong == to.Wrong && now.Until == to.Until {
		return to, nil
	}
	ring := s.ring.Clone()
	ring.People[at].Wrong, ring.People[at].Until = to.Wrong, to.Until
	return to, s.saveKeyring(ring)
}

// lockedOut is until when m may try nothing, zero for now, and shortens a wait that was set
// by a clock that ran ahead; beside is whether m has the device's count in it.
func lockedOut(ctx context.Context, s *Store, m *keyring.User, beside bool) (until time.Time, err error) {
	if until = m.LockedUntil(s.clock.Now()); !until.IsZero() && until.Unix() < m.Until {
		var to count
		to, err = recount(ctx, s, m, func(c count) count { return count{c.Wrong, until.Unix()} })
		if beside {
			keepBeside(ctx, s, m, to)
		}
	}
	return until, err
}

// counted writes down how a try went, also beside the second key of who has one.
func counted(ctx context.Context, s *Store, m *keyring.User, right bool) error {
	if right && m.Wrong == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx) // whoever gives up has tried all the same
	to, err := recount(ctx, s, m, func(c count) count {
		if right {
			return count{}
		}
		return count{c.Wrong + 1, s.clock.Now().Add(keyring.WaitAfter(c.Wrong + 1)).Unix()}
	})
	keepBeside(ctx, s, m, to)
	return err
}

// triesOf is the name by which the device keeps somebody's count.
func triesOf(f *keyring.Factor) string { return f.Name + ".tries" }

// recallBeside adds to m what the device remembers. One that has nothing is one that never
// counted: it has just given the second key.
func recallBeside(ctx context.Context, s *Store, m *keyring.User) {
	if m.Factor == nil || s.device == nil {
		return
	}
	b, err := s.device.Secret(ctx, triesOf(m.Factor))
	if err != nil || len(b) != 12 {
		return
	}
	c := count{m.Wrong, m.Until}.most(count{int(binary.BigEndian.Uint32(b)), int64(binary.BigEndian.Uint64(b[4:]))})
	m.Wrong, m.Until = c.Wrong, c.Until
}

// keepBeside has the device remember it. What it does not keep stands in the files.
func keepBeside(ctx context.Context, s *Store, m *keyring.User, to count) {
	if m.Factor == nil || s.device == nil {
		return
	}
	if to == (count{}) {
		_ = s.device.Forget(ctx, triesOf(m.Factor))
		return
	}
	_ = s.device.Keep(ctx, triesOf(m.Factor), binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, uint32(to.Wrong)), uint64(to.Until)))
}

// forgetBeside has the device forget a second key that opens nothing any more, with its
// count.
func forgetBeside(ctx context.Context, s *Store, f *keyring.Factor) {
	ctx = context.WithoutCancel(ctx)
	_ = s.device.Forget(ctx, triesOf(f))
	_ = s.device.Forget(ctx, f.Name)
}
