package upstream

import (
	"bytes"
	"context"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
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
	Waiting int64        `json:"waiting"` // of the own: events that the engine has yet to be told
	Faults  []ChainFault `json:"faults"`
}

// ChainFault is one thing that does not fit: gap (an event is not there), twice, changed (the
// hashes do not follow), other (the store has it otherwise), unread.
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
		said := map[string]string{}
		fhir.Each(e.Resource.Raw("extension"), func(v jsontext.Value) { said[fhir.TextAt(v, "url")] = fhir.TextAt(v, "valueString") })
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
		out = append(out, c)
	}
	return out, nil
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
}

func (s *Store) toldSoFar(ctx context.Context) (out sofar, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		out.waits = map[string]bool{}
		out.n, _ = tx.Log.Last()
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
