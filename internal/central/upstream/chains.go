package upstream

import (
	"bytes"
	"context"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Chain is one gate's log as the engine has it: gates that share a store write one, others one
// each, named by the key that signs its heads.
type Chain struct {
	Chain   string       `json:"chain"`
	Own     bool         `json:"own"`
	Entries int64        `json:"entries"`
	Head    string       `json:"head"`    // hexadecimal, of the last
	Signed  int64        `json:"signed"`  // events that the newest signed head at the engine counts, 0 where there is none
	Waiting int64        `json:"waiting"` // of the own: events that the engine has yet to be told
	Faults  []ChainFault `json:"faults"`
}

// ChainFault is one thing that does not fit: gap (an event is not there), twice, changed (the
// hashes do not follow), other (the store has it otherwise), unread; of the heads that gates sign:
// cut (the chain is shorter than what was signed), head (it leads elsewhere), key (its gate has not
// signed it), head-lost (none is there, or an older one than was seen before).
type ChainFault struct {
	Kind string `json:"fault"`
	N    int64  `json:"at"`
}

// faultsNamed bounds the list: after the first all the rest of a chain may not fit.
const faultsNamed = 100

func (c *Chain) fault(kind string, n int64) {
	if len(c.Faults) < faultsNamed {
		c.Faults = append(c.Faults, ChainFault{kind, n})
	}
}

// The extensions that say where an event stands in its chain.
const (
	chainName   = "chain"
	chainNumber = "chain-number"
	chainDigest = "chain-digest"
	chainHash   = "chain-hash"
)

// inChain are they, of an event.
func (s *Store) inChain(e *store.LogEntry) rest.List {
	return rest.List{rest.Extension(chainName, "valueString", s.chain), rest.Extension(chainNumber, "valueString", strconv.FormatInt(e.Seq, 10)),
		rest.Extension(chainDigest, "valueString", hex.EncodeToString(e.Digest())), rest.Extension(chainHash, "valueString", hex.EncodeToString(e.Hash))}
}

// link is one event of a chain as the engine has it.
type link struct {
	n            int64
	digest, hash []byte
}

// Chains reads every gate's log from the engine and follows each from its first event; the own one
// is held against the store. Errors: the engine's, the store's; what does not fit is in Faults.
func (s *Store) Chains(ctx context.Context) ([]Chain, error) {
	links := map[string][]link{s.chain: nil}
	unread := map[string]int{}
	each := func(e *fhir.Entry) error {
		if e.Fault != nil || !engine.Own(e.Resource) {
			return nil
		}
		said := said(e.Resource)
		at := func(name string) string { return said[ehrdesk.ExtensionPrefix+name] }
		n, err := strconv.ParseInt(at(chainNumber), 10, 64)
		digest, bad := hex.DecodeString(at(chainDigest))
		hash, worse := hex.DecodeString(at(chainHash))
		if err != nil || bad != nil || worse != nil || n < 1 {
			unread[at(chainName)]++
			return nil
		}
		links[at(chainName)] = append(links[at(chainName)], link{n, digest, hash})
		return nil
	}
	asked, err := s.toldSoFar(ctx)
	if err != nil {
		return nil, err
	}
	signed, forged, err := s.heads(ctx)
	if err != nil {
		return nil, err
	}
	for name := range signed {
		links[name] = nil
	}
	for name := range asked.seen {
		links[name] = nil
	}
	err = s.engine.Each(ctx, "AuditEvent", url.Values{"_tag": {engine.TagSystem + "|auditevent"}}, each)
	if err != nil {
		return nil, err
	}
	var out []Chain
	for _, name := range slices.Sorted(maps.Keys(links)) {
		c := follow(name, links[name])
		for range unread[name] {
			c.fault("unread", 0)
		}
		if c.Own = name == s.chain; c.Own {
			if err := s.against(ctx, &c, links[name], asked); err != nil {
				return nil, err
			}
		}
		for range forged[name] {
			c.fault("key", 0)
		}
		c.headed(links[name], signed[name], asked.seen[name])
		out = append(out, c)
	}
	return out, s.remember(ctx, signed, asked.seen)
}

// heads are the newest signed heads at the engine by chain, and how many are there of each that its gate
// has not signed.
func (s *Store) heads(ctx context.Context) (signed map[string]head, forged map[string]int, err error) {
	signed, forged = map[string]head{}, map[string]int{}
	err = s.engine.Each(ctx, heads, url.Values{"_tag": {engine.TagSystem + "|basic"}}, func(e *fhir.Entry) error {
		if e.Fault != nil || !engine.Own(e.Resource) || !strings.HasPrefix(e.Resource.ID, engine.HeadID) {
			return nil
		}
		chain := said(e.Resource)[ehrdesk.ExtensionPrefix+chainName]
		switch h := headOf(e.Resource); {
		case !h.ok:
			forged[chain]++
		case h.n > signed[chain].n:
			signed[chain] = h
		}
		return nil
	})
	return signed, forged, err
}

// headed holds a chain against the newest head that its gate has signed, and that against the newest that was
// seen before.
func (c *Chain) headed(links []link, signed, seen head) {
	if c.Signed = signed.n; !c.Own && signed.n < seen.n {
		c.fault("head-lost", seen.n)
	}
	for i, h := range [...]head{signed, seen} {
		if h.n == 0 || i > 0 && h.n == signed.n && bytes.Equal(h.hash, signed.hash) {
			continue
		}
		at := slices.IndexFunc(links, func(l link) bool { return l.n == h.n })
		switch {
		case at < 0:
			c.fault("cut", h.n)
		case !bytes.Equal(links[at].hash, h.hash):
			c.fault("head", h.n)
		}
	}
}

// remember writes down the heads of other gates that are newer than what was seen before.
func (s *Store) remember(ctx context.Context, signed, seen map[string]head) error {
	for _, chain := range slices.Sorted(maps.Keys(signed)) {
		h := signed[chain]
		if chain == s.chain || h.n <= seen[chain].n {
			continue
		}
		err := s.Write(Alone(ctx), func(tx *store.Tx) error {
			accesslog.ChainSeen(tx, chain, h.n, h.hash)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// follow holds the hashes of a chain against one another.
func follow(name string, links []link) Chain {
	c := Chain{Chain: name, Entries: int64(len(links)), Faults: []ChainFault{}}
	slices.SortStableFunc(links, func(a, b link) int { return int(a.n - b.n) })
	before, n := store.LogGenesis(), int64(0)
	for _, l := range links {
		switch {
		case l.n == n:
			c.fault("twice", l.n)
			continue
		case l.n != n+1:
			c.fault("gap", n+1)
		case !bytes.Equal(ehrdesk.AuditNext(before, l.n, l.digest), l.hash):
			c.fault("changed", l.n)
		}
		before, n = l.hash, l.n
	}
	if n > 0 {
		c.Head = hex.EncodeToString(before)
	}
	return c
}

// sofar is what the engine had been told of before it was asked.
type sofar struct {
	n     int64           // events there were
	waits map[string]bool // those that waited
	seen  map[string]head // the newest heads of other gates, as they were seen before
}

func (s *Store) toldSoFar(ctx context.Context) (out sofar, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		out.waits, out.seen = map[string]bool{}, map[string]head{}
		out.n, _ = tx.Log.Last()
		err := tx.Log.EachFrom(0, func(e *store.LogEntry) error {
			if chain, n, hash, ok := accesslog.SeenChain(e); ok && n > out.seen[chain].n {
				out.seen[chain] = head{n, hash, true}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for after := int64(0); ; {
			due := tx.Log.Owed().Next("AuditEvent", after, together)
			if len(due) == 0 {
				return nil
			}
			for _, d := range due {
				out.waits[d.ID], after = true, d.Seq
			}
		}
	})
	return out, err
}

// against holds the own chain against the store: what that had before the engine was asked, and
// did not wait, is there.
func (s *Store) against(ctx context.Context, c *Chain, links []link, before sofar) error {
	c.Waiting = int64(len(before.waits))
	told := map[int64][]byte{}
	for _, l := range links {
		told[l.n] = l.hash
	}
	held := int64(0)
	err := s.Read(Alone(ctx), func(tx *store.Tx) error {
		return tx.Log.EachFrom(0, func(e *store.LogEntry) error {
			held = e.Seq
			switch hash, there := told[e.Seq]; {
			case there && !bytes.Equal(hash, e.Hash):
				c.fault("other", e.Seq)
			case !there && e.Seq <= before.n && !before.waits[eventID(e.ID)]:
				c.fault("gap", e.Seq)
			}
			return nil
		})
	})
	for n := range told {
		if n > held {
			c.fault("other", n)
		}
	}
	return err
}
