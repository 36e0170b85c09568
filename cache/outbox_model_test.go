package cache_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// act is what the model remembers of an item.
type act struct {
	Op, Lane, Says string
	State          cache.ItemState
	Attempts       int
}

// acts is the outbox's promise, in its plainest form: a list.
type acts []act

func (a acts) find(op string) *act {
	if i := slices.IndexFunc(a, func(x act) bool { return x.Op == op }); i >= 0 {
		return &a[i]
	}
	return nil
}

func settled(s cache.ItemState) bool {
	return s == cache.ItemConfirmed || s == cache.ItemWithdrawn
}

// open are those that somebody still has to see to.
func (a acts) open() acts {
	return slices.DeleteFunc(slices.Clone(a), func(x act) bool { return settled(x.State) })
}

// next is whose turn it is; nil for nobody's.
func (a acts) next() *act {
	held := map[string]bool{}
	for i := range a {
		if settled(a[i].State) || held[a[i].Lane] {
			continue
		}
		if !a[i].State.Final() {
			return &a[i]
		}
		held[a[i].Lane] = true
	}
	return nil
}

// came is what an outcome makes of a state: nothing but an answer takes back that
// the centre may have the act.
func came(was, out cache.ItemState) cache.ItemState {
	if was == cache.ItemSending && out == cache.ItemQueued {
		return was
	}
	return out
}

// Whatever is queued, sent with whatever outcome, given up and cut short: no act is
// lost, none is sent out of its turn or twice, and of what is settled no word stays.
func TestTheOutboxAgreesWithAListWhateverHappens(t *testing.T) {
	base := t.TempDir()
	outcomes := rapid.SampledFrom([]cache.ItemState{cache.ItemQueued, cache.ItemSending, cache.ItemConfirmed, cache.ItemConflict, cache.ItemRejected})
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			rt.Fatal(err)
		}
		s := openStore(t, dir, at(noon))
		defer func() { s.Close() }()
		enrol(t, s, "chan")
		v := unlock(t, s, "chan")
		var m acts
		again := func() {
			if err := s.Close(); err != nil {
				rt.Fatal(err)
			}
			s = openStore(t, dir, at(noon))
			v = unlock(t, s, "chan")
		}
		op := rapid.Custom(func(rt *rapid.T) string { return fmt.Sprint("op-", rapid.IntRange(0, 9).Draw(rt, "op")) })
		// send delivers what has its turn; within is done while it is on its way.
		send := func(rt *rapid.T, within func()) {
			want, out := m.next(), outcomes.Draw(rt, "outcome")
			ok, err := v.Outbox().Deliver(t.Context(), inTurn, func(it cache.Item) cache.Outcome {
				got := act{it.OpID, it.OrderKey, string(it.Payload), it.State, it.Attempts}
				if want == nil || got != (act{want.Op, want.Lane, want.Says, want.State, want.Attempts + 1}) {
					rt.Fatalf("%+v is sent, and %+v has its turn", got, want)
				}
				if err := v.Outbox().Withdraw(t.Context(), it.OpID, "", freely); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
					rt.Fatalf("given up on its way: %v", err)
				}
				_, err := v.Outbox().Deliver(t.Context(), func(other cache.Item) cache.Decision {
					if other.OrderKey == it.OrderKey && !slices.ContainsFunc(m, func(x act) bool { return x.Op == other.OpID && x.State.Final() }) {
						rt.Fatalf("%s has its turn while %s is on its way", other.OpID, it.OpID)
					}
					return cache.Pass
				}, nil)
				if err != nil {
					rt.Fatal(err)
				}
				within()
				return cache.Outcome{State: out, Note: "note"}
			})
			if err != nil || ok != (want != nil) {
				rt.Fatalf("sent %v, its turn %+v: %v", ok, want, err)
			}
			if ok {
				want.Attempts++
				want.State = came(want.State, out)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"enqueue": func(rt *rapid.T) {
				a := act{Op: op.Draw(rt, "id"), Lane: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "lane"), Says: rapid.StringN(0, 400, -1).Draw(rt, "says")}
				if err := v.Outbox().Enqueue(t.Context(), a.Lane, a.Op, []byte(a.Says)); err != nil {
					rt.Fatal(err)
				}
				if m.find(a.Op) == nil {
					m = append(m, a)
				}
			},
			"deliver": func(rt *rapid.T) { send(rt, func() {}) },
			"crash on the way": func(rt *rapid.T) {
				crashed, err := os.MkdirTemp(base, "")
				if err != nil {
					rt.Fatal(err)
				}
				before, sent := slices.Clone(m), false
				send(rt, func() {
					if sent = true; copyFiles(dir, crashed) != nil {
						rt.Fatal("the files could not be copied")
					}
				})
				if !sent {
					return
				}
				m = before
				a := m.next()
				a.State, a.Attempts = cache.ItemSending, a.Attempts+1
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				dir = crashed
				s = openStore(t, dir, at(noon))
				v = unlock(t, s, "chan")
			},
			"give up": func(rt *rapid.T) {
				a := m.find(op.Draw(rt, "id"))
				if a == nil {
					return
				}
				err := v.Outbox().Withdraw(t.Context(), a.Op, "given up", freely)
				refused := a.State == cache.ItemSending || a.State == cache.ItemConfirmed
				if (ehrdesk.CodeOf(err) == ehrdesk.CodeConflict) != refused || (err != nil && !refused) {
					rt.Fatalf("%+v: %v", a, err)
				}
				if !refused {
					a.State = cache.ItemWithdrawn
				}
			},
			"reopen": func(*rapid.T) { again() },
			"another session": func(*rapid.T) {
				v.Lock()
				v = unlock(t, s, "chan")
			},
			"": func(rt *rapid.T) {
				items, err := v.Outbox().Pending(t.Context())
				if err != nil {
					rt.Fatal(err)
				}
				got := acts{}
				for _, it := range items {
					got = append(got, act{it.OpID, it.OrderKey, string(it.Payload), it.State, it.Attempts})
				}
				if d := cmp.Diff(m.open(), got); d != "" && len(m.open())+len(got) > 0 {
					rt.Fatalf("the outbox differs from the list (-want +got):\n%s", d)
				}
				_, journal := s.Databases()
				var rows, said int
				if err := journal.QueryRowContext(t.Context(), "SELECT count(*), count(*) FILTER (WHERE length(ct) > 0) FROM outbox").Scan(&rows, &said); err != nil {
					rt.Fatal(err)
				}
				if rows != len(m) || said != len(m.open()) {
					rt.Fatalf("%d rows, of which %d say something; %d acts, of which %d are open", rows, said, len(m), len(m.open()))
				}
			},
		})
	})
}
