package accesslog

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/go-jose/go-jose/v4/jwt"
)

// The log is a chain: each event has the SHA-256 of all up to it (store.LogEntry.Follow).
// Who can write to the store's file can make the chain anew, so its heads are signed, by a
// key that is not in that file, and every desk takes one home with the centre's word for
// its own log. A log that was cut, or written anew, no longer leads from what was signed.

// SignAudit signs the log as it stands, where something was written since the last time.
func (l *Log) SignAudit(ctx context.Context) error { return l.store.Write(ctx, l.sign.signHead) }

func (s signer) signHead(tx *store.Tx) error {
	n, head := tx.Log.Last()
	if last := tx.Log.LastHead(); n == 0 || last != nil && last.N >= n {
		return nil
	}
	signed, err := s.jwt(headType, headClaims{*jwt.NewNumericDate(tx.Now), n, base64.RawURLEncoding.EncodeToString(head)})
	if err == nil {
		tx.Log.AddHead(store.LogHead{N: n, At: tx.Now.UnixMicro(), Signed: signed})
	}
	return err
}

// chainSeen is by what the log has the heads that other gates' logs were seen to have at the engine.
const chainSeen = "audit chain"

// ChainSeen writes down how far another gate's log has come at the engine, as its gate signed it: that it was
// longer once is known here from then on, whatever is taken away there.
func ChainSeen(tx *store.Tx, chain string, n int64, head []byte) {
	Add(tx, Event{Action: ehrdesk.AuditOperate, Who: &store.Account{Staff: "operator"}, What: chainSeen, Reason: fmt.Sprintf("%s %d %x", chain, n, head)})
}

// SeenChain is what ChainSeen wrote down; ok is false of any other event.
func SeenChain(e *store.LogEntry) (chain string, n int64, head []byte, ok bool) {
	if e.Action != ehrdesk.AuditOperate || e.What != chainSeen {
		return "", 0, nil, false
	}
	_, err := fmt.Sscanf(e.Reason, "%s %d %x", &chain, &n, &head)
	return chain, n, head, err == nil
}

// Standing is what VerifyAudit found.
type Standing struct {
	Entries int64   `json:"entries"`
	Head    string  `json:"head"` // hexadecimal
	Signed  int     `json:"signed_heads"`
	Last    int64   `json:"last_signed"` // how many events the newest signed head has
	At      string  `json:"signed_at,omitempty"`
	Desks   int     `json:"desk_heads"`   // how many of those that desks took home were held against it
	Silent  int     `json:"without_head"` // words that desks took home and that say nothing of this log
	Faults  []Fault `json:"faults"`
}

// Fault is one thing that does not fit.
type Fault struct {
	Kind string `json:"fault"` // gap, changed, cut, head, key, guard
	N    int64  `json:"at"`    // the event where it shows, 0 where it is about none
}

// faultsNamed bounds the list: after the first all the rest of a chain may not fit.
const faultsNamed = 100

// VerifyAudit follows the whole log, and holds it against the heads that the centre signed:
// those it keeps, and those in taken, which desks took home (ehrdesk audit heads). Errors:
// the store's; what does not fit is in Faults.
func (l *Log) VerifyAudit(ctx context.Context, taken []string) (Standing, error) {
	out := Standing{Faults: []Fault{}}
	fault := func(kind string, n int64) {
		if len(out.Faults) < faultsNamed {
			out.Faults = append(out.Faults, Fault{kind, n})
		}
	}
	err := l.store.Read(ctx, func(tx *store.Tx) error {
		heads := map[int64][][]byte{}
		note := func(signed, kind string) (held bool) {
			n, head, ok := l.sign.openHead(signed, kind)
			switch {
			case !ok:
				fault("key", 0)
			case n == 0:
				return false
			default:
				heads[n] = append(heads[n], head)
			}
			return true
		}
		err := tx.Log.EachHead(func(h *store.LogHead) error {
			note(h.Signed, headType)
			out.Signed, out.Last, out.At = out.Signed+1, h.N, rest.Instant(h.At)
			return nil
		})
		if err != nil {
			return err
		}
		for _, signed := range taken {
			if note(signed, vouchType) {
				out.Desks++
			} else {
				out.Silent++
			}
		}
		if !tx.Log.Guarded() {
			fault("guard", 0)
		}
		before := store.LogGenesis()
		err = tx.Log.EachFrom(0, func(e *store.LogEntry) error {
			if e.Seq != out.Entries+1 {
				fault("gap", out.Entries+1)
			}
			if !bytes.Equal(e.Hash, ehrdesk.AuditNext(before, e.Seq, e.Digest())) {
				fault("changed", e.Seq)
			}
			before, out.Entries = e.Hash, e.Seq
			if slices.ContainsFunc(heads[e.Seq], func(h []byte) bool { return !bytes.Equal(h, e.Hash) }) {
				fault("head", e.Seq)
			}
			delete(heads, e.Seq)
			return nil
		})
		out.Head = hex.EncodeToString(before)
		beyond := int64(0) // what was signed of events that are not there
		for n := range heads {
			beyond = max(beyond, n)
		}
		if beyond > 0 {
			fault("cut", out.Entries)
		}
		return err
	})
	return out, err
}

// mostDigests bounds what one answer says of the way from one head to the next.
const mostDigests = 20_000

// since are the digests of the events that follow what a desk took home, so that it can
// follow the chain itself without reading a word of it; and how far they lead. Of what is
// no head of this log there are none: the desk finds that the chain does not lead on.
func (s signer) since(tx *store.Tx, taken string) (digests [][]byte, n int64, head []byte, err error) {
	from, was, ok := s.openHead(taken, vouchType)
	n, head = tx.Log.Last()
	if !ok || from == 0 || from >= n {
		return nil, n, head, nil
	}
	n, head = from, was
	err = tx.Log.EachFrom(from, func(e *store.LogEntry) error {
		if len(digests) == mostDigests {
			return errEnough
		}
		digests, n, head = append(digests, e.Digest()), e.Seq, e.Hash
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return digests, n, head, err
}

var errEnough = errors.New("enough")

// Line is an event as export writes it: all that it says, its number and the chain.
type Line struct {
	N      int64  `json:"n"`
	Hash   string `json:"hash"`   // hexadecimal
	Digest string `json:"digest"` // of the event alone, hexadecimal: hash is SHA-256(hash before || n as 8 bytes || digest)
	Client string `json:"desk,omitempty"`
	Access
}

// ExportAudit calls each for every event that is meant, oldest first. Errors: CodeInvalid,
// CodeNotFound, the store's, and that of each.
func (l *Log) ExportAudit(ctx context.Context, of Select, each func(Line) error) error {
	return l.walk(ctx, of, func(tx *store.Tx, want *fits, after int64, fn func(*store.LogEntry) error) error {
		return tx.Log.EachFrom(after, func(e *store.LogEntry) error {
			if !want.event(e) {
				return nil
			}
			return fn(e)
		})
	}, func(e *store.LogEntry) error {
		return each(Line{N: e.Seq, Hash: hex.EncodeToString(e.Hash), Digest: hex.EncodeToString(e.Digest()), Client: e.Client, Access: accessOf(e)})
	})
}
